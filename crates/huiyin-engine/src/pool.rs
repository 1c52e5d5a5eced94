//! Customers whom others may take: put into the pool by a person, or without service for as long as the policy says.
//!
//! Decides from rows; what counts as service is in [`crate::served`], what follows from it decides `huiyin-core`.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use huiyin_api::{Answer, MAX_PAGE_ROWS, PoolRow, PoolView, Problem, ProblemCode};
use huiyin_core::allocation::{Service, unserved};
use huiyin_core::case::Step;
use huiyin_core::file::{self, data};
use huiyin_core::id::RecordKind;
use huiyin_core::pack::Part;
use huiyin_core::pack::care_rules::PoolRule;
use huiyin_document::{CustomerColumn, DocumentKey, Edit, POOLED, RowRef};

use crate::Millis;
use crate::cases::new_event;
use crate::customers::note_text;
use crate::import::import_times;
use crate::owners::{NOBODY, owners_of};
use crate::replica::Replica;
use crate::segments::Segment;
use crate::served::Services;
use crate::steps::{Prepared, hand_over};
use crate::task::{Run, Tx};

/// What an imported record says of when it was made, if its file did not tell.
const UNDATED: Millis = 0;

/// What is known of service before it is judged.
#[derive(Debug, Default)]
struct Known {
    /// By record id.
    services: Rc<Services>,
    /// By the end of the periods of an import's segments.
    imported_at: BTreeMap<String, Millis>,
}

impl Known {
    fn import_of(&self, segment: &Segment) -> Option<Millis> {
        let mut imports = self.imported_at.iter();
        let found = imports.find(|(end, _)| segment.key.period.ends_with(end.as_str()));
        found.map(|(_, at)| *at)
    }
}

impl Replica {
    /// Returns the rule about unserved customers, if the active policy has one.
    fn pool_rule(&self) -> Option<&PoolRule> {
        let (_, pack) = self.policies.of_part(Part::Allocation)?;
        pack.allocation.as_ref()?.pool.as_ref()
    }

    /// Returns when the imports were whose files did not say when their customers were registered, by the end of the periods of
    /// their segments.
    fn imported_at(&mut self) -> Run<BTreeMap<String, Millis>> {
        let undated = |segment: &Segment| segment.iter().any(|row| row.received() == UNDATED);
        let branches: BTreeSet<_> = self
            .segments
            .of_kind(RecordKind::Customer)
            .filter(|(_, segment)| undated(segment))
            .map(|(_, segment)| segment.key.branch.clone())
            .collect();
        let catalogues: Vec<_> = branches.into_iter().map(DocumentKey::Catalogue).collect();
        self.documents.require(&catalogues)?;
        let mut times = BTreeMap::new();
        for catalogue in &catalogues {
            times.extend(import_times(self.documents.opened(catalogue)));
        }
        Ok(times)
    }

    /// Returns what is known of everybody's service; nothing if no rule asks.
    fn service_known(&mut self) -> Run<Known> {
        if self.pool_rule().is_none() {
            return Ok(Known::default());
        }
        Ok(Known {
            imported_at: self.imported_at()?,
            services: self.services(),
        })
    }

    /// Returns why a customer may be taken; nothing if it may not.
    fn free(
        &self,
        known: &Known,
        (segment, row): (&Segment, RowRef<'_>),
        now: Millis,
    ) -> Option<(String, Millis)> {
        if row.group() == POOLED {
            return Some((String::new(), row.updated()));
        }
        let rule = self.pool_rule()?;
        let begun = match row.received() {
            UNDATED => known.import_of(segment).or(row.done())?,
            at => at,
        };
        let service = known.services.get(&segment.id(row).to_string());
        let service = Service {
            // Whoever took over has the whole time again.
            registered_at: row.done().map_or(begun, |at| at.max(begun)),
            ..service.copied().unwrap_or_default()
        };
        let calendar = self.policies.calendar_of(segment.key.branch.as_str());
        let first = unserved(rule, calendar, &service, now).into_iter().next()?;
        Some((first.sign, first.since))
    }

    /// Returns the customers whom others may take, the longest unserved first.
    pub fn pool(&mut self, now: Millis) -> Run<PoolView> {
        let known = self.service_known()?;
        let standing = self.segments.standing();
        let mut found = Vec::new();
        for (at, segment) in self.segments.of_kind(RecordKind::Customer) {
            for row in segment.iter() {
                if !standing.hides(segment, row)
                    && let Some((sign, since)) = self.free(&known, (segment, row), now)
                {
                    found.push((since, (at, row.index() as u32), sign));
                }
            }
        }
        found.sort_unstable();
        let at_work = self.at_work(data::OWNER_A, &self.person().0).is_ok();
        let actor = self.actor();
        Ok(PoolView {
            told: self.claims_told().to_owned(),
            total: found.len() as u32,
            months: self.pool_rule().map_or(0, |rule| rule.months),
            rows: found
                .into_iter()
                .take(MAX_PAGE_ROWS as usize)
                .map(|(since, place, sign)| {
                    let (segment, row) = self.segments.at(place);
                    let own = actor.is_named(row.customer(CustomerColumn::Owner));
                    PoolRow {
                        may_claim: at_work && (sign.is_empty() || !own),
                        row: Self::customer_row(segment, row),
                        sign,
                        since,
                    }
                })
                .collect(),
        })
    }

    /// Puts a customer into the pool: by an owner, or by those who decide owners.
    pub fn pool_customer(&mut self, tx: &mut Tx<'_>, text: &str, note: &str) -> Run<Answer> {
        let note = note_text(note)?;
        let (id, record, _) = self.read_record(text)?;
        if !id.kind().is_customer() {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        self.must_stand(&id)?;
        let owners = owners_of(&record);
        let own = owners.iter().any(|owner| self.actor().is_named(owner));
        if !own && !self.decides_owners() {
            return Err(Self::owners_refused().into());
        }
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        let mut event = new_event(tx, Step::Pooled, &author);
        event.note = note;
        event.after = file::fold(&record.events).heads;
        let edit = Edit::Append {
            local: id.local,
            event: Box::new(event),
        };
        let key = DocumentKey::Segment(id.segment.clone());
        let number = record.number.clone();
        let act = Prepared {
            id,
            number: number.clone(),
            edits: vec![(key, edit)],
        };
        self.write_steps(tx, &author, vec![act]);
        Ok(Answer::Saved {
            id: text.to_owned(),
            number,
        })
    }

    /// Takes a customer of the pool for the person at the device. Of two who do so apart the first has it.
    pub fn claim_customer(&mut self, tx: &mut Tx<'_>, text: &str) -> Run<Answer> {
        let (id, record, _) = self.read_record(text)?;
        if !id.kind().is_customer() {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        self.must_stand(&id)?;
        let person = self.at_work(data::OWNER_A, &self.person().0)?;
        let summary = file::fold(&record.events);
        let refuse =
            |why: &str| Problem::at(ProblemCode::StepRefused, Step::Claimed.name()).because(why);
        if !summary.pooled && self.actor().is_named(&owners_of(&record)[0]) {
            return Err(refuse("you look after this customer already").into());
        }
        let known = if summary.pooled {
            Known::default()
        } else {
            self.service_known()?
        };
        let place = self.segments.find(&id.segment).zip(self.segments.row(&id));
        let free = place.and_then(|place| self.free(&known, place, tx.now));
        let told = self.claims_told().to_owned();
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        if !told.is_empty() {
            self.documents.require([&catalogue])?;
        }
        let Some((sign, _)) = free else {
            return Err(refuse("the customer is looked after: ask for a change of owner").into());
        };
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        let mut after = summary.heads;
        let mut events = Vec::new();
        if !summary.pooled {
            let mut pooled = new_event(tx, Step::Pooled, &author);
            pooled.after = after;
            pooled.reason = Some(sign.clone());
            after = vec![pooled.id.clone()];
            events.push(pooled);
        }
        let mut claimed = new_event(tx, Step::Claimed, &author);
        claimed.after = after;
        claimed.data = BTreeMap::from([
            (data::OWNER_A.to_owned(), person.clone()),
            (data::OWNER_B.to_owned(), NOBODY.to_owned()),
        ]);
        if !told.is_empty() {
            claimed.data.insert(data::TOLD.to_owned(), told.clone());
        }
        let notice = (!told.is_empty()).then(|| {
            let made = (author.by.as_str(), author.at);
            Self::claim_register(&claimed.id, &id, made, &sign)
        });
        events.push(claimed);
        let (local, number) = (id.local, record.number.clone());
        let key = DocumentKey::Segment(id.segment.clone());
        let fields = [("owner_a", person), ("owner_b", String::new())];
        let fields = fields.into_iter().map(|(field, value)| Edit::SetField {
            local,
            field: field.to_owned(),
            value,
        });
        let events = events.into_iter().map(|event| Edit::Append {
            local,
            event: Box::new(event),
        });
        let act = Prepared {
            id,
            number: number.clone(),
            edits: fields
                .chain(events)
                .map(|edit| (key.clone(), edit))
                .collect(),
        };
        self.write_steps(tx, &author, vec![act]);
        if let Some(notice) = notice {
            self.write_registers(tx, &catalogue, &author, &[notice]);
        }
        Ok(Answer::Saved {
            id: text.to_owned(),
            number,
        })
    }
}
