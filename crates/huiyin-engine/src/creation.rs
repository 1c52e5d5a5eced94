//! Records of an import: made by an actor derived from the import, so that devices which import a file apart make the same bytes.

use huiyin_document::{DocumentKey, Edit, Hand, NewRecord, creation_changes};

use crate::replica::Replica;
use crate::task::Tx;

impl Replica {
    /// Makes records; returns how many are new here.
    pub fn create_records(
        &mut self,
        tx: &mut Tx<'_>,
        id: &str,
        key: &DocumentKey,
        records: &[NewRecord],
    ) -> u64 {
        // The set is part of the name: devices that know different parts of a file never make different changes under one name.
        let mut hasher = blake3::Hasher::new();
        for record in records {
            hasher.update(&record.local.to_le_bytes());
            hasher.update(
                format!(
                    "{:?}{:?}{:?}",
                    record.fields, record.events, record.conflicts
                )
                .as_bytes(),
            );
        }
        let name = format!("{id}-{}", &hasher.finalize().to_hex()[..8]);
        let changes = creation_changes(&name, key, records);
        let document = self.documents.opened(key);
        let before = document.heads();
        let Ok(touched) = document.apply(&changes) else {
            return 0;
        };
        if document.heads() != before {
            self.keep(tx, key, changes, &touched);
        }
        let back: Vec<Edit> = records
            .iter()
            .filter(|record| {
                self.documents
                    .opened(key)
                    .record(record.local)
                    .is_some_and(|(stored, _)| !stored.is_live())
            })
            .map(|record| Edit::SetGone {
                local: record.local,
                import: None,
            })
            .collect();
        if !back.is_empty() {
            let author = self.author(tx);
            self.edit(tx, key, &author, Hand::Import, &back);
        }
        records.len() as u64
    }
}
