//! What is due for the files of many customers: the list, and what of it falls to the person. From rows alone, no document is opened.
//!
//! Decides what is listed, whom it falls to and in which order; what is due decides `huiyin-core`. Duties that run stand in the rows; what
//! comes round and the contact a class wants depend on the day and on contacts, and are reckoned here once for all rows.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{FileDay, FileDutyPage, FileDutyQuery, FileDutyView, MAX_PAGE_ROWS};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::file::duties::{Duty, DutyKind, class_contact, contact_since};
use huiyin_core::id::RecordKind;
use huiyin_core::pack::file_rules::{FileRound, among};
use huiyin_core::pack::{FileRules, Part};
use huiyin_core::periods::Period;
use huiyin_core::staff::Actor;
use huiyin_document::{CustomerColumn as C, FileRow, GAVE_WAY, RowDuty, RowDutyKind, RowRef};

use crate::Millis;
use crate::file_view::duty_view;
use crate::lists::HOME_ROWS;
use crate::merged_duties::together;
use crate::replica::Replica;
use crate::segments::{Place, Segment};

/// Owners offered as a filter.
const MAX_OWNERS: usize = 500;

/// A duty of the rules that comes round, in the period that runs now at one branch.
struct Round<'a> {
    rule: &'a FileRound,
    name: String,
    /// First moment of the period.
    start: Millis,
    due: Millis,
}

/// One open duty, before it is shown.
struct Found {
    place: Place,
    duty: Duty,
    /// How many papers lack something.
    count: u16,
    mine: bool,
    late: bool,
}

impl Found {
    /// Sorts by time, what has none last.
    fn key(&self) -> (Millis, Place) {
        (self.duty.due.unwrap_or(Millis::MAX), self.place)
    }
}

/// What duties are judged by: the rules, and who asks.
struct Judge<'a> {
    rules: &'a FileRules,
    actor: Actor,
    /// What nobody looks after falls to the person.
    decides_owners: bool,
    now: Millis,
}

impl Judge<'_> {
    fn rounds(&self, calendar: &WorkingCalendar) -> Vec<Round<'_>> {
        let today = calendar.date_of(self.now);
        self.rules
            .rounds
            .iter()
            .map(|rule| {
                let period = Period::of(rule.every, today);
                Round {
                    rule,
                    name: period.name(),
                    start: calendar.time_at(period.first, 0),
                    due: period.due(calendar),
                }
            })
            .collect()
    }

    /// Returns whether a duty falls to the person: as owner, or by a role or post at the branch or at head office. What owners do for
    /// a customer nobody looks after falls to those who decide owners.
    fn falls(&self, by: &[String], segment: &Segment, row: RowRef<'_>) -> bool {
        let near =
            self.actor.head_office || self.actor.branch == segment.key.working_branch().as_str();
        let owner = |column| {
            let name = row.customer(column);
            if name.is_empty() {
                near && self.decides_owners && column == C::Owner
            } else {
                self.actor.is_named(name)
            }
        };
        if by.is_empty() {
            return owner(C::Owner);
        }
        by.iter().any(|who| match who.as_str() {
            "owner_a" => owner(C::Owner),
            "owner_b" => owner(C::OwnerB),
            post => near && self.actor.holds_post(post),
        })
    }
}

/// Returns a duty kept in a row as `huiyin-core` tells duties.
fn duty_of(kept: RowDuty) -> Duty {
    let kind = match kept.kind {
        RowDutyKind::Clock => DutyKind::Clock { name: kept.of },
        RowDutyKind::Review => DutyKind::Review { role: kept.of },
        RowDutyKind::Returned => DutyKind::Returned,
        RowDutyKind::SecondContact => DutyKind::SecondContact,
        RowDutyKind::ContactReport => DutyKind::ContactReport,
        RowDutyKind::Papers => DutyKind::Paper { paper: kept.of },
        RowDutyKind::HandOver => DutyKind::HandOver { event: kept.of },
        RowDutyKind::ClassToConfirm => DutyKind::ClassToConfirm { class: kept.of },
        RowDutyKind::ProvisionalClass => DutyKind::ProvisionalClass,
        RowDutyKind::Dispute => DutyKind::Dispute,
    };
    Duty {
        kind,
        since: kept.since,
        due: kept.due,
        done: None,
        provisional: kept.provisional,
        by: if kept.by.is_empty() {
            vec!["owner_a".to_owned()]
        } else {
            kept.by
        },
        clause: String::new(),
    }
}

/// Returns the wire name of a duty's kind.
const fn kind_name(kind: &DutyKind) -> &'static str {
    match kind {
        DutyKind::Clock { .. } => "clock",
        DutyKind::Round { .. } => "round",
        DutyKind::Review { .. } => "review",
        DutyKind::Returned => "returned",
        DutyKind::SecondContact => "second_contact",
        DutyKind::ContactReport => "contact_report",
        DutyKind::Paper { .. } => "paper",
        DutyKind::HandOver { .. } => "hand_over",
        DutyKind::ClassToConfirm { .. } => "class_to_confirm",
        DutyKind::ProvisionalClass => "provisional_class",
        DutyKind::ClassContact => "class_contact",
        DutyKind::Dispute => "dispute",
    }
}

/// Returns the duties that come round and are still to be done for a file this period.
fn open_rounds<'a>(
    rounds: &'a [Round<'a>],
    kind: &'a str,
    file: &'a FileRow,
) -> impl Iterator<Item = Duty> + use<'a> {
    rounds
        .iter()
        .filter(move |round| {
            among(&round.rule.kinds, kind)
                // The period in which a file was made is left out; one imported at no time anybody knows was made long ago.
                && file.registered_at.is_none_or(|made| made < round.start)
                && (file.incomplete || !round.rule.only_incomplete)
                && file.last_round(&round.rule.name).is_none_or(|at| at < round.start)
        })
        .map(|round| Duty {
            kind: DutyKind::Round {
                name: round.rule.name.clone(),
                period: round.name.clone(),
            },
            since: round.start,
            due: Some(round.due),
            done: None,
            provisional: false,
            by: if round.rule.by.is_empty() {
                vec!["owner_a".to_owned()]
            } else {
                round.rule.by.clone()
            },
            clause: round.rule.clause.clone(),
        })
}

impl Replica {
    /// Returns the rules for files in force, if they are here.
    fn file_rules(&self) -> Option<&FileRules> {
        self.policies.of_part(Part::File)?.1.file.as_ref()
    }

    /// Returns the open duties of the files of a branch, or of all on this device, in no order. The cost grows with the customers, and where a
    /// class wants contact with contacts and cases too.
    fn file_duties(&self, rules: &FileRules, branch: &str, now: Millis) -> Vec<Found> {
        let judge = Judge {
            rules,
            actor: self.actor(),
            decides_owners: self.decides_owners(),
            now,
        };
        let disputes = self.dispute_roles();
        let standing = self.segments.standing();
        let gave_way = self.gave_way_rows();
        let wants_contact = rules.wants_contact();
        let services = wants_contact.then(|| self.services());
        let mut rounds: BTreeMap<String, Vec<Round<'_>>> = BTreeMap::new();
        let mut found = Vec::new();
        for (at, segment) in self.segments.of_kind(RecordKind::Customer) {
            let here = segment.key.working_branch();
            if !branch.is_empty() && here.as_str() != branch {
                continue;
            }
            let calendar = self.policies.calendar_of(here.as_str());
            let rounds = rounds
                .entry(here.to_string())
                .or_insert_with(|| judge.rounds(calendar));
            for (index, row) in segment.iter().enumerate() {
                if row.group() == GAVE_WAY && standing.hides(segment, row) {
                    continue;
                }
                let mut file = row.file().unwrap_or_default();
                let gone = (!gave_way.is_empty())
                    .then(|| gave_way.get(&segment.id(row)))
                    .flatten();
                if let Some(gone) = gone {
                    file = together(rules, row.customer(C::Kind), file, gone);
                }
                let contact = services.as_ref().and_then(|services| {
                    let served = Self::last_served(services, segment, row);
                    let class = row.customer(C::Class);
                    let known = served.or(file.registered_at);
                    class_contact(
                        rules,
                        calendar,
                        (class, row.customer(C::LifeCycle)),
                        contact_since(rules, calendar, class, known, now),
                    )
                });
                let kind = row.customer(C::Kind);
                let due = open_rounds(rounds, kind, &file)
                    .chain(contact)
                    .map(|duty| (duty, 1));
                let kept = file.duties.iter().map(|kept| {
                    let count = kept.count;
                    let mut duty = duty_of(kept.clone());
                    if duty.kind == DutyKind::Dispute && !disputes.is_empty() {
                        duty.by = disputes.to_vec();
                    }
                    (duty, count)
                });
                found.extend(kept.chain(due).map(|(duty, count)| Found {
                    place: (at, index as u32),
                    mine: judge.falls(&duty.by, segment, row),
                    late: duty.is_late(now),
                    duty,
                    count,
                }));
            }
        }
        found
    }

    fn shown_duty(&self, rules: &FileRules, found: Found, now: Millis) -> FileDutyView {
        let (segment, row) = self.segments.at(found.place);
        let text = |column| row.customer(column).to_owned();
        FileDutyView {
            customer: segment.id(row).to_string(),
            number: text(C::Number),
            name: text(C::Name),
            owner: text(C::Owner),
            branch: segment.key.working_branch().to_string(),
            duty: duty_view(rules, row.customer(C::Kind), found.duty, now),
            count: u32::from(found.count),
            mine: found.mine,
        }
    }

    /// Returns a window of the duties of files.
    pub fn file_duty_page(&self, query: &FileDutyQuery, now: Millis) -> FileDutyPage {
        let mut page = FileDutyPage {
            rules_missing: self.policies.is_part_missing(Part::File),
            offset: query.offset,
            ..FileDutyPage::default()
        };
        let Some(rules) = self.file_rules() else {
            return page;
        };
        page.has_rules = true;
        let mut found = self.file_duties(rules, &query.branch, now);
        let mut owners: BTreeSet<&str> = BTreeSet::new();
        for duty in &found {
            let row = self.segments.at(duty.place).1;
            owners.extend([C::Owner, C::OwnerB].map(|column| row.customer(column)));
        }
        page.owners = owners
            .into_iter()
            .filter(|name| !name.is_empty())
            .take(MAX_OWNERS)
            .map(str::to_owned)
            .collect();
        found.retain(|duty| {
            let row = self.segments.at(duty.place).1;
            let owned = query.owner.is_empty()
                || [C::Owner, C::OwnerB]
                    .iter()
                    .any(|column| row.customer(*column) == query.owner);
            owned && (duty.mine || !query.mine)
        });
        let of_kind = |duty: &Found| {
            query.kinds.is_empty()
                || query
                    .kinds
                    .iter()
                    .any(|kind| kind == kind_name(&duty.duty.kind))
        };
        page.late = found
            .iter()
            .filter(|duty| duty.late && of_kind(duty))
            .count() as u32;
        for duty in found.iter().filter(|duty| duty.late || !query.late) {
            *page
                .kinds
                .entry(kind_name(&duty.duty.kind).to_owned())
                .or_default() += 1;
        }
        found.retain(|duty| of_kind(duty) && (duty.late || !query.late));
        found.sort_by_key(Found::key);
        page.total = found.len() as u32;
        page.rows = found
            .into_iter()
            .skip(query.offset as usize)
            .take(query.limit.min(MAX_PAGE_ROWS) as usize)
            .map(|duty| self.shown_duty(rules, duty, now))
            .collect();
        page
    }

    /// Returns the duties of files that fall to the person, for my day.
    pub fn file_day(&self, now: Millis) -> FileDay {
        let Some(rules) = self.file_rules() else {
            return FileDay::default();
        };
        let mut found = self.file_duties(rules, "", now);
        found.retain(|duty| duty.mine);
        found.sort_by_key(Found::key);
        FileDay {
            total: found.len() as u32,
            late: found.iter().filter(|duty| duty.late).count() as u32,
            rows: found
                .into_iter()
                .take(HOME_ROWS)
                .map(|duty| self.shown_duty(rules, duty, now))
                .collect(),
        }
    }
}
