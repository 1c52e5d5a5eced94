//! Key accounts (80/20), customers whose activity falls, lost customers and those won back.
//!
//! Decides what counts as activity, from rows: a contact carried out and a case received. Who is a key account and whose activity
//! falls decides `huiyin-core`; documents are opened only for reason and date of a page of lost customers.

use std::collections::{BTreeSet, HashMap};

use chrono::Months;
use huiyin_api::{
    FallingRow, LoyaltyQuery, LoyaltyView, MAX_LOYALTY_ROWS, MAX_STAGE_ROWS, Problem, ProblemCode,
    StageRow, ValueRow, WinBackStep,
};
use huiyin_core::case::Step;
use huiyin_core::file::{data, win_back};
use huiyin_core::grading::{falling, key_accounts};
use huiyin_core::id::RecordKind;
use huiyin_core::pack::{LoyaltyRules, Part};
use huiyin_core::text::same_name;
use huiyin_document::{CaseColumn, ContactColumn, CustomerColumn, DocumentKey, RowRef};

use crate::Millis;
use crate::file_steps::File;
use crate::lists::HOME_ROWS;
use crate::replica::Replica;
use crate::segments::{Place, Segment};
use crate::task::Run;

/// The tabs, in order.
const TABS: [&str; 4] = ["key", "falling", "lost", "won_back"];

/// Returns the steps to win a customer back, done and open, if it is lost.
pub(crate) fn win_back_steps(rules: Option<&LoyaltyRules>, file: &File<'_>) -> Vec<WinBackStep> {
    if file.field("life_cycle") != "lost" {
        return Vec::new();
    }
    let done = win_back::done(&file.summary);
    rules
        .into_iter()
        .flat_map(|rules| &rules.win_back)
        .map(|text| {
            let tick = done.get(text.zh.as_str());
            WinBackStep {
                text: text.clone(),
                by: tick.map_or_else(String::new, |event| event.by.clone()),
                at: tick.map(|event| event.at),
            }
        })
        .collect()
}

impl Replica {
    /// Returns the rules for key accounts in force.
    pub fn loyalty_rules(&self) -> Option<&LoyaltyRules> {
        let (_, pack) = self.policies.of_part(Part::Loyalty)?;
        pack.loyalty.as_ref()
    }

    /// Returns how much happened with each customer in the months of the rules and in as many before, by record id.
    fn activity(&self, months: u32, now: Millis) -> HashMap<String, (i64, i64)> {
        let calendar = &self.policies.calendar;
        let today = calendar.date_of(now);
        let back = |months: u32| {
            today
                .checked_sub_months(Months::new(months))
                .map_or(Millis::MIN, |day| calendar.time_at(day, 0))
        };
        let (since, before) = (back(months), back(months.saturating_mul(2)));
        let standing = self.segments.standing();
        let mut found: HashMap<String, (i64, i64)> = HashMap::new();
        let mut note = |customer: &str, at: Option<Millis>| {
            let Some(at) = at.filter(|at| !customer.is_empty() && *at >= before && *at <= now)
            else {
                return;
            };
            let counted = found
                .entry(standing.of_text(customer).to_owned())
                .or_default();
            if at >= since {
                counted.1 += 1;
            } else {
                counted.0 += 1;
            }
        };
        for (_, segment) in self.segments.of_kind(RecordKind::Contact) {
            for row in segment.iter() {
                note(row.contact(ContactColumn::CustomerId), row.done());
            }
        }
        for (_, segment) in self.listed(RecordKind::Case) {
            for row in segment.iter() {
                note(row.case(CaseColumn::CustomerId), Some(row.received()));
            }
        }
        found
    }

    /// Returns the customers whose activity falls, the greatest fall first, with their places.
    fn falls(
        &self,
        rules: &LoyaltyRules,
        now: Millis,
        wanted: impl Fn(&Segment, RowRef<'_>) -> bool,
    ) -> Vec<FallingRow> {
        if rules.fall_months == 0 {
            return Vec::new();
        }
        let activity = self.activity(rules.fall_months, now);
        let standing = self.segments.standing();
        let mut places: HashMap<String, Place> = HashMap::new();
        for (at, segment) in self.segments.of_kind(RecordKind::Customer) {
            for row in segment.iter() {
                let id = segment.id(row).to_string();
                if activity.contains_key(&id)
                    && row.customer(CustomerColumn::LifeCycle) != "lost"
                    && !standing.hides(segment, row)
                    && wanted(segment, row)
                {
                    places.insert(id, (at, row.index() as u32));
                }
            }
        }
        let compared: Vec<(&str, i64, i64)> = places
            .keys()
            .filter_map(|id| {
                let (before, now) = activity.get(id)?;
                Some((id.as_str(), *before, *now))
            })
            .collect();
        falling(rules, &compared)
            .into_iter()
            .filter_map(|fall| {
                let (segment, row) = self.segments.at(*places.get(&fall.id)?);
                Some(FallingRow {
                    row: Self::customer_row(segment, row),
                    before: fall.before,
                    now: fall.now,
                    fell_percent: fall.fell_percent,
                })
            })
            .collect()
    }

    /// Returns the falling customers the person at the device is told of: its own, and all for those whom the policy names.
    pub fn falling_today(&self, now: Millis) -> Vec<FallingRow> {
        let Some(rules) = self.loyalty_rules() else {
            return Vec::new();
        };
        let actor = self.actor();
        let told_all = rules.warned.iter().any(|post| actor.holds_post(post));
        let owners: Vec<CustomerColumn> = rules
            .warned
            .iter()
            .filter_map(|whom| match whom.as_str() {
                "owner_a" => Some(CustomerColumn::Owner),
                "owner_b" => Some(CustomerColumn::OwnerB),
                _ => None,
            })
            .collect();
        if !told_all && owners.is_empty() {
            return Vec::new();
        }
        let mut found = self.falls(rules, now, |_, row| {
            told_all
                || owners
                    .iter()
                    .any(|column| actor.is_named(row.customer(*column)))
        });
        found.truncate(HOME_ROWS);
        found
    }

    /// Returns key accounts, falling, lost or won-back customers.
    pub fn loyalty(&mut self, query: &LoyaltyQuery, now: Millis) -> Run<LoyaltyView> {
        if !TABS.contains(&query.tab.as_str()) {
            return Err(Problem::at(ProblemCode::BadField, "tab")
                .because(format!("one of {}", TABS.join(", ")))
                .into());
        }
        let (mut view, stages) = self.loyalty_rows(query, now);
        let keys: BTreeSet<DocumentKey> = stages
            .iter()
            .map(|place| DocumentKey::Segment(self.segments.at(*place).0.key.clone()))
            .collect();
        self.documents.require(&keys)?;
        for place in stages {
            let (segment, row) = self.segments.at(place);
            let (listed, value) = (Self::customer_row(segment, row), row.value());
            let (id, record, _) = self.read_record(&listed.id)?;
            let gave_way = self.gave_way_to(&id)?;
            let file = self.whole_file(&id, &record, &gave_way);
            let lost_at = file
                .summary
                .in_force()
                .rev()
                .find(|event| {
                    event.step == Step::LifeCycleChanged && event.datum(data::STAGE) == "lost"
                })
                .map(|event| event.at);
            view.stages.push(StageRow {
                value,
                at: file.summary.life_cycle_at,
                reason: file.field("life_cycle_reason").to_owned(),
                lost_at,
                steps: win_back_steps(self.loyalty_rules(), &file),
                row: listed,
            });
        }
        Ok(view)
    }

    /// Returns all that rows tell, and the places of the lost or won-back customers of the page.
    fn loyalty_rows(&self, query: &LoyaltyQuery, now: Millis) -> (LoyaltyView, Vec<Place>) {
        let rules = self.loyalty_rules();
        let standing = self.segments.standing();
        let mut view = LoyaltyView {
            has_rules: rules.is_some(),
            key_percent: rules.map_or(0, |rules| rules.key_percent),
            fall_percent: rules.map_or(0, |rules| rules.fall_percent),
            months: rules.map_or(0, |rules| rules.fall_months),
            ..LoyaltyView::default()
        };
        let wanted = |segment: &Segment, row: RowRef<'_>| {
            (query.branch.is_empty() || segment.key.branch.as_str() == query.branch)
                && (query.owner.is_empty()
                    || same_name(row.customer(CustomerColumn::Owner), &query.owner))
        };
        let mut valued: Vec<(String, i64, Place)> = Vec::new();
        let mut stages: [Vec<(Millis, Place)>; 2] = [Vec::new(), Vec::new()];
        for (at, segment) in self.segments.of_kind(RecordKind::Customer) {
            for row in segment.iter() {
                if standing.hides(segment, row) || !wanted(segment, row) {
                    continue;
                }
                let place = (at, row.index() as u32);
                let stage = row.customer(CustomerColumn::LifeCycle);
                match stage {
                    "lost" => stages[0].push((-row.updated(), place)),
                    "won_back" => stages[1].push((-row.updated(), place)),
                    _ => {}
                }
                if let Some(value) = row.value().filter(|value| *value > 0 && stage != "lost") {
                    valued.push((segment.id(row).to_string(), value, place));
                }
            }
        }
        valued.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let pairs: Vec<(&str, i64)> = valued
            .iter()
            .map(|(id, value, _)| (id.as_str(), *value))
            .collect();
        // They are the first of the same order.
        let keys = rules.map_or(0, |rules| key_accounts(rules, &pairs).len());
        let whole: i128 = pairs.iter().map(|(_, value)| i128::from(*value)).sum();
        view.whole = i64::try_from(whole).unwrap_or(i64::MAX);
        view.valued = valued.len() as u32;
        let falls = rules.map_or_else(Vec::new, |rules| self.falls(rules, now, wanted));
        let counts = [keys, falls.len(), stages[0].len(), stages[1].len()];
        for (tab, count) in TABS.into_iter().zip(counts) {
            view.counts.insert(tab.to_owned(), count as u32);
        }
        let mut listed = Vec::new();
        match query.tab.as_str() {
            "key" => {
                let mut sum = 0_i128;
                for (at, (_, value, place)) in valued.iter().take(MAX_LOYALTY_ROWS).enumerate() {
                    sum += i128::from(*value);
                    let (segment, row) = self.segments.at(*place);
                    view.values.push(ValueRow {
                        row: Self::customer_row(segment, row),
                        value: *value,
                        together_percent: u32::try_from(sum * 100 / whole).unwrap_or(100),
                        key: at < keys,
                    });
                }
            }
            "falling" => {
                view.falling = falls;
                view.falling.truncate(MAX_LOYALTY_ROWS);
            }
            tab => {
                let mut found = std::mem::take(&mut stages[usize::from(tab == "won_back")]);
                found.sort_unstable();
                listed = found
                    .into_iter()
                    .take(MAX_STAGE_ROWS)
                    .map(|(_, place)| place)
                    .collect();
            }
        }
        (view, listed)
    }
}
