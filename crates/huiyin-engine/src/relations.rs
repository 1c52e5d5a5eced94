//! Relations of customers to customers (parent company, who referred), and how many people one has.
//!
//! Decides what is read for a check; that no ring comes about is decided in `huiyin-core`. Two devices that made a ring apart keep it:
//! nothing follows a relation without end.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{Problem, ProblemCode, RelationView};
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::person::{MAX_PEOPLE, parse_name};
use huiyin_core::referral::{MAX_CHAIN, check_above};
use huiyin_document::CustomerColumn;

use crate::file_steps::File;
use crate::replica::Replica;
use crate::task::{Halt, Run};

/// Fields that name a customer above this one.
pub(crate) const RELATIONS: [&str; 2] = ["parent_company", "referred_by"];

impl Replica {
    /// Checks the relations among fields that are about to be written: the other customer is here, and no ring comes about.
    pub fn check_relations(
        &mut self,
        id: Option<&RecordId>,
        fields: &BTreeMap<String, String>,
    ) -> Run<()> {
        for name in RELATIONS {
            let Some(above) = fields.get(name).filter(|above| !above.is_empty()) else {
                continue;
            };
            let refuse = |reason: String| Problem::at(ProblemCode::BadField, name).because(reason);
            let known = self.live(above).ok();
            if known.is_none_or(|known| known.kind() != RecordKind::Customer) {
                return Err(refuse(
                    "the other customer is not on this device: choose from the list".to_owned(),
                )
                .into());
            }
            let Some(id) = id.map(ToString::to_string) else {
                continue;
            };
            let standing = self.segments.standing();
            let above = standing.of_text(above);
            let chain = self.chain_above(name, above, &id)?;
            check_above(&id, above, |at| chain.get(at).map(String::as_str))
                .map_err(|error| refuse(error.to_string()))?;
        }
        Ok(())
    }

    /// Returns who stands above whom from a customer on, as far as `end`, a ring or the top. A file that gave way counts as the one
    /// that stayed.
    fn chain_above(&mut self, name: &str, from: &str, end: &str) -> Run<BTreeMap<String, String>> {
        let standing = self.segments.standing();
        let mut chain = BTreeMap::new();
        let mut at = from.to_owned();
        while at != end && chain.len() < MAX_CHAIN && !chain.contains_key(&at) {
            let above = match self.read_record(&at) {
                Ok((_, record, _)) => standing.of_text(record.field(name)).to_owned(),
                // Of another branch, or destroyed: nothing more is known.
                Err(Halt::Problem(_)) => break,
                Err(need) => return Err(need),
            };
            if above.is_empty() {
                break;
            }
            chain.insert(at, above.clone());
            at = above;
        }
        Ok(chain)
    }

    /// Checks that a customer does not come to have too many people.
    pub fn check_people(
        &mut self,
        id: Option<&RecordId>,
        fields: &BTreeMap<String, String>,
    ) -> Run<()> {
        let key = |name: &String| parse_name(name).map(|(key, _)| key);
        let mut people: BTreeSet<_> = fields.keys().filter_map(key).collect();
        if people.is_empty() {
            return Ok(());
        }
        if let Some(id) = id {
            let (_, record, _) = self.read_record(&id.to_string())?;
            people.extend(record.fields.keys().filter_map(key));
        }
        if people.len() > MAX_PEOPLE {
            return Err(Problem::at(ProblemCode::BadField, "contact_name")
                .because(format!("at most {MAX_PEOPLE} people of one customer"))
                .into());
        }
        Ok(())
    }

    /// Returns the customers a file is related to, with their names.
    pub fn relations_of(&self, file: &File<'_>) -> Vec<RelationView> {
        let view = |field: &&str| {
            let id = self.live(file.field(field)).ok()?;
            let row = self.segments.row(&id)?;
            Some(RelationView {
                field: (*field).to_owned(),
                id: id.to_string(),
                name: row.customer(CustomerColumn::Name).to_owned(),
            })
        };
        RELATIONS.iter().filter_map(view).collect()
    }
}
