//! Customer files that are likely the same: while one is entered, and by a look at every file; pairs somebody told apart.
//!
//! Decides what is compared and what is left out; how alike two files are decides `huiyin-core`. That two files are not the same is
//! a register `distinct/<a>/<b>` of the catalogue of the branch of the smaller id, with the time it was said (Unix milliseconds).

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{
    AlikeRow, Answer, DuplicatePair, DuplicatesView, MAX_PAIRS, Problem, ProblemCode,
};
use huiyin_core::duplicate::{Candidate, OFFERED_FROM, like, phone_keys, scan};
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::text::phone_digits;
use huiyin_document::{CustomerColumn, DocumentKey, Record, Registers, RowRef};

use crate::replica::Replica;
use crate::segments::Segment;
use crate::task::{Run, Tx};

/// Customers offered while another is entered.
const ALIKE_ROWS: usize = 5;
/// Registers of the catalogue of pairs that are not the same.
const DISTINCT: &str = "distinct/";

/// What a file is compared by, kept while every file is looked at.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    id: String,
    name: String,
    address: String,
    phones: [String; 3],
    card: String,
    identity: String,
    vehicle: String,
}

impl Compared {
    /// Returns what a file is compared by.
    pub fn of(id: &RecordId, record: &Record) -> Self {
        let field = |name: &str| record.field(name).to_owned();
        let first = |names: [&str; 2]| {
            let found = names.iter().map(|name| record.field(name));
            found
                .into_iter()
                .find(|text| !text.is_empty())
                .unwrap_or_default()
                .to_owned()
        };
        Self {
            id: id.to_string(),
            name: field("name"),
            address: field("address"),
            phones: ["phone", "phone2", "contact_phone"].map(field),
            card: field("card_number"),
            identity: first(["identity_number", "credit_code"]),
            vehicle: first(["vin", "plate"]),
        }
    }

    fn candidate(&self) -> Candidate<'_> {
        let [a, b, c] = &self.phones;
        Candidate {
            id: &self.id,
            name: &self.name,
            address: &self.address,
            phones: [a, b, c],
            card: &self.card,
            identity: &self.identity,
            vehicle: &self.vehicle,
        }
    }
}

/// Returns what a row of the list is compared by: card and plate stand in one column.
fn of_row<'a>(id: &'a str, row: RowRef<'a>) -> Candidate<'a> {
    let cards = row.customer(CustomerColumn::Card);
    Candidate {
        id,
        name: row.customer(CustomerColumn::Name),
        phones: [
            row.customer(CustomerColumn::Phone),
            row.customer(CustomerColumn::OtherPhones),
            "",
        ],
        card: cards.split(' ').next().unwrap_or_default(),
        vehicle: cards.split(' ').next_back().unwrap_or_default(),
        ..Candidate::default()
    }
}

/// Returns the register of a pair in the catalogue of the branch of the smaller id.
fn register_of(a: &RecordId, b: &RecordId) -> (DocumentKey, String) {
    let (a, b) = if a.to_string() <= b.to_string() {
        (a, b)
    } else {
        (b, a)
    };
    let catalogue = DocumentKey::Catalogue(a.segment.branch.clone());
    (catalogue, format!("{DISTINCT}{a}/{b}"))
}

impl Replica {
    /// Returns customers like the one being entered, the likest first, then those of which only digits of the phone are the same.
    pub fn alike(&self, fields: &BTreeMap<String, String>, except: Option<&str>) -> Vec<AlikeRow> {
        let field = |name: &str| fields.get(name).map_or("", |value| value.trim());
        let entered = Candidate {
            id: except.unwrap_or_default(),
            name: field("name"),
            phones: ["phone", "phone2", "contact_phone"].map(field),
            card: field("card_number"),
            vehicle: field("plate"),
            ..Candidate::default()
        };
        // A name alone is never enough, so only rows are compared that share digits of a phone, or a card or plate.
        let numbers: BTreeSet<String> = entered
            .phones
            .iter()
            .flat_map(|phone| phone_keys(phone))
            .collect();
        let cards: Vec<String> = [entered.card, entered.vehicle]
            .iter()
            .filter(|text| !text.is_empty())
            .map(|text| text.to_lowercase())
            .collect();
        let standing = self.segments.standing();
        let may_be_alike = |row: RowRef<'_>| {
            let digits = phone_digits(row.customer(CustomerColumn::Phone))
                + &phone_digits(row.customer(CustomerColumn::OtherPhones));
            let card = row.customer(CustomerColumn::Card);
            numbers.iter().any(|number| digits.contains(number))
                || (!card.is_empty() && {
                    let card = card.to_lowercase();
                    cards.iter().any(|entered| card.contains(entered))
                })
        };
        let mut rows: BTreeMap<String, (&Segment, RowRef<'_>)> = BTreeMap::new();
        if !numbers.is_empty() || !cards.is_empty() {
            for (_, segment) in self.segments.of_kind(RecordKind::Customer) {
                for row in segment.iter() {
                    if may_be_alike(row) && !standing.hides(segment, row) {
                        rows.insert(segment.id(row).to_string(), (segment, row));
                    }
                }
            }
        }
        let compared = rows.iter().map(|(id, (_, row))| of_row(id, *row));
        let mut found: Vec<AlikeRow> = like(&entered, compared)
            .into_iter()
            .take(ALIKE_ROWS)
            .filter_map(|(score, id, shared)| {
                let (segment, row) = rows.get(id)?;
                Some(AlikeRow {
                    row: Self::customer_row(segment, *row),
                    score,
                    shared,
                })
            })
            .collect();
        for row in self.same_phone(field("phone"), except).rows {
            if found.len() < ALIKE_ROWS && found.iter().all(|known| known.row.id != row.id) {
                found.push(AlikeRow {
                    row,
                    ..AlikeRow::default()
                });
            }
        }
        found
    }

    /// Returns the pairs that are likely the same among files that were read, without those told apart and those that gave way.
    pub(crate) fn likely_same(&mut self, files: &[Compared]) -> Run<DuplicatesView> {
        let catalogues: Vec<DocumentKey> = self
            .segments
            .of_kind(RecordKind::Customer)
            .map(|(_, segment)| segment.key.branch.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(DocumentKey::Catalogue)
            .collect();
        self.documents.require(&catalogues)?;
        let mut distinct: BTreeSet<String> = BTreeSet::new();
        for catalogue in &catalogues {
            let said = self.documents.opened(catalogue).registers(DISTINCT);
            distinct.extend(said.into_keys());
        }
        let gone = self.segments.standing().gone();
        let compared: Vec<Candidate<'_>> = files
            .iter()
            .filter(|file| !gone.contains(&file.id))
            .map(Compared::candidate)
            .collect();
        let mut view = DuplicatesView {
            files: compared.len() as u32,
            ..DuplicatesView::default()
        };
        for pair in scan(&compared) {
            if distinct.contains(&format!("{}/{}", pair.a, pair.b)) {
                view.distinct += 1;
                continue;
            }
            view.total += 1;
            if view.pairs.len() >= MAX_PAIRS {
                continue;
            }
            debug_assert!(pair.score >= OFFERED_FROM, "only likely pairs are found");
            let mut both: Vec<_> = [&pair.a, &pair.b]
                .into_iter()
                .filter_map(|text| {
                    let id = RecordId::parse(text).ok()?;
                    let segment = self.segments.find(&id.segment)?;
                    let row = self.segments.row(&id)?;
                    Some((row.received(), Self::customer_row(segment, row)))
                })
                .collect();
            both.sort_by(|(a, x), (b, y)| (a, &x.id).cmp(&(b, &y.id)));
            if let Ok([(_, a), (_, b)]) = <[_; 2]>::try_from(both) {
                view.pairs.push(DuplicatePair {
                    score: pair.score,
                    a,
                    b,
                    shared: pair.shared,
                });
            }
        }
        Ok(view)
    }

    /// Remembers that two customers are not the same, or forgets it.
    pub fn say_distinct(
        &mut self,
        tx: &mut Tx<'_>,
        a: &str,
        b: &str,
        distinct: bool,
    ) -> Run<Answer> {
        let (a, b) = (self.live(a)?, self.live(b)?);
        for id in [&a, &b] {
            if !id.kind().is_customer() {
                return Err(Problem::at(ProblemCode::NotFound, id.to_string()).into());
            }
        }
        let (catalogue, path) = register_of(&a, &b);
        self.documents.get(&catalogue)?;
        let author = self.author(tx);
        let value = if distinct {
            tx.now.to_string()
        } else {
            String::new()
        };
        self.write_registers(tx, &catalogue, &author, &[(path, value)]);
        Ok(Answer::Done)
    }
}
