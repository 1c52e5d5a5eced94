//! A store in memory with the semantics every real store must have. For tests, the simulation and the contract suite.

use std::collections::BTreeMap;

use crate::{Batch, Query, Table, Write};

/// Rows of one table in key order.
type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// An ordered store in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryStore {
    tables: BTreeMap<Table, BTreeMap<Vec<u8>, Vec<u8>>>,
}

impl MemoryStore {
    /// Returns the rows for each query.
    pub fn load(&self, queries: &[Query]) -> Vec<Rows> {
        queries.iter().map(|query| self.rows(query)).collect()
    }

    fn rows(&self, query: &Query) -> Rows {
        match query {
            Query::Get { table, key } => self
                .tables
                .get(table)
                .and_then(|rows| rows.get(key))
                .map(|value| vec![(key.clone(), value.clone())])
                .unwrap_or_default(),
            Query::Range {
                table,
                prefix,
                after,
                limit,
                keys_only,
            } => self
                .tables
                .get(table)
                .into_iter()
                .flat_map(|rows| rows.range(prefix.clone()..))
                .take_while(|(key, _)| key.starts_with(prefix))
                .filter(|(key, _)| after.as_ref().is_none_or(|after| *key > after))
                .take(*limit as usize)
                .map(|(key, value)| {
                    (
                        key.clone(),
                        if *keys_only {
                            Vec::new()
                        } else {
                            value.clone()
                        },
                    )
                })
                .collect(),
        }
    }

    /// Applies a batch whole.
    pub fn commit(&mut self, batch: Batch) {
        for write in batch.writes {
            match write {
                Write::Put { table, key, value } => {
                    self.tables.entry(table).or_default().insert(key, value);
                }
                Write::Delete { table, key } => {
                    self.tables.entry(table).or_default().remove(&key);
                }
            }
        }
    }

    /// Returns the bytes held in keys and values, per table.
    pub fn bytes(&self) -> BTreeMap<Table, usize> {
        self.tables
            .iter()
            .map(|(table, rows)| (*table, rows.iter().map(|(k, v)| k.len() + v.len()).sum()))
            .collect()
    }
}
