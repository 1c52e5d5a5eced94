//! What lists and my day need of a customer's file beside its columns: the duties that run, and what duties that come round ask.
//!
//! Decides what of a file is kept in its row. Which duties there are decides `huiyin-core`; what depends on the day one asks, or on
//! contacts, is not kept but reckoned when it is asked (rounds from [`FileRow::rounds`], a class's contact from the columns).

use std::collections::BTreeMap;

use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::field::parse_date;
use huiyin_core::file::complete::completeness;
use huiyin_core::file::duties::{DutyKind, FileFacts, last_round, lasting};
use huiyin_core::file::{self, FileSummary};
use huiyin_core::pack::file_rules::among;
use huiyin_core::pack::{FileRules, GradingRules, Part, policies::Policies};
use serde::{Deserialize, Serialize};

use crate::{Millis, Record};

/// Most duties of a file kept in its row, those due first; all of them are in the record.
pub const MAX_ROW_DUTIES: usize = 16;

/// What a duty kept in a row is about; [`DutyKind`] without what rows leave out. The order is part of the stored form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RowDutyKind {
    /// A clock of the pack; `of` is its name.
    Clock,
    /// A signature; `of` is the role or post that signs.
    Review,
    /// The file was sent back.
    Returned,
    /// A second member of staff in contact is missing.
    SecondContact,
    /// The contact report is missing.
    ContactReport,
    /// Papers lack something; `count` tells how many.
    Papers,
    /// A hand-over waits for the second signature; `of` is the `handed_over` event.
    HandOver,
    /// A provisional class is due for review.
    ProvisionalClass,
    /// A dispute waits for a ruling.
    Dispute,
    /// A class is proposed and waits for the meeting; `of` is the class.
    ClassToConfirm,
}

impl RowDutyKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Clock,
        Self::Review,
        Self::Returned,
        Self::SecondContact,
        Self::ContactReport,
        Self::Papers,
        Self::HandOver,
        Self::ProvisionalClass,
        Self::Dispute,
        Self::ClassToConfirm,
    ];

    /// Returns the wire name, which is that of the same duty on the screen of a file; papers are `paper`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Review => "review",
            Self::Returned => "returned",
            Self::SecondContact => "second_contact",
            Self::ContactReport => "contact_report",
            Self::Papers => "paper",
            Self::HandOver => "hand_over",
            Self::ProvisionalClass => "provisional_class",
            Self::Dispute => "dispute",
            Self::ClassToConfirm => "class_to_confirm",
        }
    }
}

/// A duty of a file that is open. Field order is the stored form of [`crate::PROJECTION_VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowDuty {
    /// What.
    pub kind: RowDutyKind,
    /// Which clock, role or event; empty for other kinds.
    pub of: String,
    /// How many papers; 1 for other kinds.
    pub count: u16,
    /// Since when; 0 if nobody knows.
    pub since: Millis,
    /// By when; nothing if the rules give no time.
    pub due: Option<Millis>,
    /// Whether the time touches a year whose holidays are not announced.
    pub provisional: bool,
    /// Roles, posts, `owner_a` or `owner_b` that do it; empty = owner A.
    pub by: Vec<String>,
}

/// What the row of a customer has beside its columns; made under the rules for files in force. Field order is the stored form of
/// [`crate::PROJECTION_VERSION`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// When the file was made; nothing for one imported at no time anybody knows.
    pub registered_at: Option<Millis>,
    /// Wanted fields or papers are missing.
    pub incomplete: bool,
    /// Duties that run, those due first, at most [`MAX_ROW_DUTIES`]; papers are one of them.
    pub duties: Vec<RowDuty>,
    /// When each duty that comes round was last done, by its name; those never done are left out.
    pub rounds: Vec<(String, Millis)>,
}

/// A customer's file as rules look at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerFile {
    /// The shown values by wire name; owners, stage and class as the events say, where they say anything.
    pub fields: BTreeMap<String, String>,
    /// The folded events.
    pub summary: FileSummary,
}

impl CustomerFile {
    /// Reads a customer's record together with those of the files that gave way to it, each with its id. Fields are those of the
    /// file that stays; what else counts decides [`file::fold_together`].
    pub fn of(
        id: &str,
        record: &Record,
        gave_way: &[(String, Record)],
        calendar: &WorkingCalendar,
    ) -> Self {
        let events: Vec<_> = gave_way
            .iter()
            .map(|(id, other)| (id.clone(), other.events.clone()))
            .collect();
        let mut summary = file::fold_together(id, &record.events, &events);
        for (_, other) in gave_way {
            let read = Self::with(other, FileSummary::default(), calendar).summary;
            summary.filed_at = earlier(summary.filed_at, read.filed_at);
            summary.registered_at = earlier(summary.registered_at, read.registered_at);
        }
        Self::with(record, summary, calendar)
    }

    fn with(record: &Record, mut summary: FileSummary, calendar: &WorkingCalendar) -> Self {
        // A file made in the app has no event of its own for that; an imported one was made at no time anybody knows.
        let created = (record.created > 0).then_some(record.created);
        summary.registered_at = earlier(summary.registered_at, created);
        // The other system filed it: an import brings the day in a field.
        let told = parse_date(record.field("filed_on")).map(|day| calendar.time_at(day, 0));
        summary.filed_at = summary.filed_at.or(told);
        let mut fields: BTreeMap<String, String> = record
            .fields
            .iter()
            .map(|(name, field)| (name.clone(), field.shown.clone()))
            .collect();
        let told = [
            ("owner_a", summary.owner_a.clone()),
            ("owner_b", summary.owner_b.clone()),
            ("life_cycle", summary.life_cycle.clone()),
            (
                "class",
                summary.class.as_ref().map(|given| given.class.clone()),
            ),
        ];
        for (name, value) in told {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        }
        Self { fields, summary }
    }
}

fn earlier(known: Option<Millis>, other: Option<Millis>) -> Option<Millis> {
    [known, other].into_iter().flatten().min()
}

/// Returns the rules that rows of customers are made under: for files, and for classes.
fn rules(policies: &Policies) -> (Option<&FileRules>, Option<&GradingRules>) {
    let of = |part| policies.of_part(part).map(|(_, pack)| pack);
    (
        of(Part::File).and_then(|pack| pack.file.as_ref()),
        of(Part::Grading).and_then(|pack| pack.grading.as_ref()),
    )
}

impl FileRow {
    /// Returns what the row of a customer keeps of its file; none without rules, or if there is nothing of it. `summary` are the
    /// folded events, nothing if there are none.
    pub(crate) fn of(
        record: &Record,
        summary: FileSummary,
        policies: &Policies,
        calendar: &WorkingCalendar,
    ) -> Option<Self> {
        let (rules, grading) = rules(policies);
        // Classes are given without rules for files too.
        let waits = summary.class_proposed.is_some();
        let provisional = |given: &file::GivenClass| given.provisional;
        let none = FileRules::default();
        let rules = match rules {
            Some(rules) => rules,
            None if waits || summary.class.as_ref().is_some_and(provisional) => &none,
            None => return None,
        };
        let mut read = CustomerFile::with(record, summary, calendar);
        // Whether the file gave way or stays (two that were merged apart, each into the other) lists know, not its row.
        read.summary.merged_into = None;
        let kind = record.field("kind");
        let facts = FileFacts {
            kind,
            fields: &read.fields,
            summary: &read.summary,
            last_contact: None,
        };
        let mut papers: Option<RowDuty> = None;
        let mut duties = Vec::new();
        for duty in lasting(rules, grading, calendar, &facts) {
            if !duty.is_open() {
                continue;
            }
            let (kind, of) = match duty.kind {
                DutyKind::Clock { name } => (RowDutyKind::Clock, name),
                DutyKind::Review { role } => (RowDutyKind::Review, role),
                DutyKind::HandOver { event } => (RowDutyKind::HandOver, event),
                DutyKind::Paper { .. } => {
                    if let Some(known) = &mut papers {
                        known.count = known.count.saturating_add(1);
                        known.since = known.since.min(duty.since);
                        continue;
                    }
                    (RowDutyKind::Papers, String::new())
                }
                DutyKind::Returned => (RowDutyKind::Returned, String::new()),
                DutyKind::SecondContact => (RowDutyKind::SecondContact, String::new()),
                DutyKind::ContactReport => (RowDutyKind::ContactReport, String::new()),
                DutyKind::ProvisionalClass => (RowDutyKind::ProvisionalClass, String::new()),
                DutyKind::Dispute => (RowDutyKind::Dispute, String::new()),
                DutyKind::ClassToConfirm { class } => (RowDutyKind::ClassToConfirm, class),
                // Reckoned when they are asked for.
                DutyKind::Round { .. } | DutyKind::ClassContact => continue,
            };
            let by = if duty.by == ["owner_a"] {
                Vec::new()
            } else {
                duty.by
            };
            let kept = RowDuty {
                kind,
                of,
                count: 1,
                since: duty.since,
                due: duty.due,
                provisional: duty.provisional,
                by,
            };
            if kind == RowDutyKind::Papers {
                papers = Some(kept);
            } else {
                duties.push(kept);
            }
        }
        duties.extend(papers);
        duties.sort_by_key(|duty| duty.due.unwrap_or(Millis::MAX));
        duties.truncate(MAX_ROW_DUTIES);
        let rounds = rules
            .rounds
            .iter()
            .filter(|round| among(&round.kinds, kind))
            .filter_map(|round| Some((round.name.clone(), last_round(round, &read.summary)?)))
            .collect();
        let row = Self {
            registered_at: read.summary.registered_at,
            incomplete: !completeness(rules, kind, &read.fields, &read.summary).is_complete(),
            duties,
            rounds,
        };
        (row != Self::default()).then_some(row)
    }

    /// Returns when a duty that comes round was last done.
    pub fn last_round(&self, name: &str) -> Option<Millis> {
        self.rounds
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, at)| *at)
    }
}
