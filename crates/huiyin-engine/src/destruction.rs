//! Retention and destruction (保存与销毁): which segments are past their time of keeping, and making them go.
//!
//! A segment (the cases of a branch and month) goes as a whole: proposed by one person, approved by another, both noted in the
//! branch's catalogue. On every device that learns of the approval the records, their rows and their attachments are deleted, and
//! what comes for the segment later is not taken any more; the list of what was destroyed stays in the catalogue. The approval
//! holds whatever a device has not yet sent: otherwise devices would never be equal again. Who has a certified key approves with its
//! signature; an approval that lacks it is kept, shown, and destroys nothing. A device that destroys under such an approval before the
//! certificate reaches it has lost the segment; the others keep it until somebody approves with a signature.
//!
//! Long: proposal, consent and deletion share the keys of one register.

use std::collections::BTreeSet;

use huiyin_api::{Answer, DestructionView, Problem, ProblemCode};
use huiyin_core::id::{BranchCode, RecordKind, SegmentKey};
use huiyin_core::pack::{PackRef, Retention};
use huiyin_core::staff::Role;
use huiyin_core::text::same_name;
use huiyin_document::{CaseColumn, DocumentKey, Registers, RowRef};

use crate::documents::delta_keys;
use crate::replica::Replica;
use crate::segments::Segment;
use crate::staff_keys::Decided;
use crate::task::{Run, Source, Tx, Work};
use crate::{Millis, Query, Table};

/// Begins the keys in the meta table of segments that are destroyed, or are to be.
const META_PREFIX: &[u8] = b"destroyed/";
/// Value of such a key while the deletion is still to be done.
const PENDING: &[u8] = b"pending";
/// Begins the registers about destruction in a catalogue: `destroy/<segment>/proposed_by` and so on.
const REGISTERS: &str = "destroy/";
/// Roles that propose a destruction.
const PROPOSERS: &[Role] = &[
    Role::RecordsKeeper,
    Role::ServiceSupervisor,
    Role::StoreManager,
    Role::GeneralManager,
    Role::Administrator,
];

/// Segments that are destroyed, or are to be.
#[derive(Debug, Default)]
pub(crate) struct Destroyed {
    segments: BTreeSet<SegmentKey>,
    pending: BTreeSet<SegmentKey>,
}

impl Destroyed {
    /// Returns what the rows of [`marks`] say.
    pub fn of_marks(rows: &[(Vec<u8>, Vec<u8>)]) -> Self {
        let mut destroyed = Self::default();
        for (key, value) in rows {
            let segment = key
                .strip_prefix(META_PREFIX)
                .and_then(|text| SegmentKey::parse(std::str::from_utf8(text).ok()?).ok());
            if let Some(segment) = segment {
                if value == PENDING {
                    destroyed.pending.insert(segment.clone());
                }
                destroyed.segments.insert(segment);
            }
        }
        destroyed
    }

    /// Returns whether a segment is destroyed, or is to be.
    pub fn has(&self, segment: &SegmentKey) -> bool {
        self.segments.contains(segment)
    }

    /// Returns the segments whose deletion is still to be done.
    pub fn pending(&self) -> impl Iterator<Item = &SegmentKey> {
        self.pending.iter()
    }
}

/// Returns the read of the marks of destroyed segments.
pub(crate) fn marks() -> Query {
    Query::Range {
        table: Table::Meta,
        prefix: META_PREFIX.to_vec(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    }
}

fn mark_key(segment: &SegmentKey) -> Vec<u8> {
    [META_PREFIX, segment.to_string().as_bytes()].concat()
}

/// What a catalogue says about one segment.
#[derive(Debug, Clone, Default)]
struct Noted {
    proposed_by: String,
    approved_by: String,
    approved_at: Option<Millis>,
    list: Vec<String>,
    /// The approver has a key and did not sign with it.
    unsigned: bool,
}

impl Noted {
    fn is_approved(&self) -> bool {
        self.approved_at.is_some()
            && !self.approved_by.is_empty()
            && !self.unsigned
            && !same_name(&self.approved_by, &self.proposed_by)
    }
}

/// Returns the name under which a destruction is approved.
fn place_of(segment: &SegmentKey) -> String {
    format!("{REGISTERS}{segment}")
}

/// Returns what an approver signs.
///
/// **Source:** form of version 1: BLAKE3 over the lines `huiyin destruction 1`, name of the approver, time in ms, and the JSON of the list as
/// it is stored.
fn approval_digest(by: &str, at: &str, list: &str) -> [u8; 32] {
    let text = format!("huiyin destruction 1\n{by}\n{at}\n{list}");
    *blake3::hash(text.as_bytes()).as_bytes()
}

/// How a segment stands with its time of keeping.
enum Keeping {
    /// A case is open or not past its time.
    Running,
    /// Every case is past its time but for this one, which is kept for good.
    Kept(String),
    /// Every case is past its time.
    Due,
}

impl Replica {
    /// Returns whether a document was destroyed, or is to be.
    pub fn is_destroyed(&self, key: &DocumentKey) -> bool {
        matches!(key, DocumentKey::Segment(segment) if self.destroyed.has(segment))
    }

    /// Returns the branches whose catalogues this device has.
    pub fn catalogued(&self) -> Result<Vec<BranchCode>, Problem> {
        if !self.is_head_office() {
            return Ok(vec![self.branch()?]);
        }
        Ok(self
            .settings
            .branches
            .keys()
            .filter_map(|code| BranchCode::parse(code).ok())
            .collect())
    }

    fn noted(&mut self, segment: &SegmentKey) -> Run<Noted> {
        let catalogue = DocumentKey::Catalogue(segment.branch.clone());
        let document = self.documents.get(&catalogue)?;
        let read = |field: &str| {
            let value = document.register(&format!("{REGISTERS}{segment}/{field}"));
            value.unwrap_or_default()
        };
        let (approved_by, at, list) = (read("approved_by"), read("approved_at"), read("list"));
        let approved_at: Option<Millis> = at.parse().ok();
        let decided = Decided {
            by: &approved_by,
            at: approved_at.unwrap_or_default(),
            carried: &read("signature"),
            place: &place_of(segment),
            event: "",
        };
        let signing = self
            .staff_keys
            .judge_decision(decided, || approval_digest(&approved_by, &at, &list));
        Ok(Noted {
            proposed_by: read("proposed_by"),
            approved_at,
            list: serde_json::from_str(&list).unwrap_or_default(),
            unsigned: signing.is_missing(),
            approved_by,
        })
    }

    /// Returns the retention a case was promised: by its version, or the usual one. Nothing while its version has not come.
    fn retention(&self, row: RowRef<'_>) -> Option<Retention> {
        match row.pack() {
            "" => Some(Retention::default()),
            reference => self
                .policies
                .pack(&PackRef(reference.to_owned()))
                .map(|pack| pack.retention),
        }
    }

    fn keeping(&self, segment: &Segment, now: Millis) -> Keeping {
        let calendar = self.policies.calendar_of(segment.key.branch.as_str());
        let today = calendar.date_of(now).to_string();
        let mut kept = None;
        for row in segment.iter() {
            let Some(retention) = self.retention(row) else {
                return Keeping::Running;
            };
            let months = match row.case(CaseColumn::Severity) {
                "major" => retention.major_months,
                "important" => retention.important_months,
                _ => retention.general_months,
            };
            if row.group() != 2 || row.clashes() > 0 {
                return Keeping::Running;
            }
            if months == 0 {
                kept.get_or_insert_with(|| row.case(CaseColumn::Number).to_owned());
                continue;
            }
            // The last change is not before the end: nothing is destroyed too early.
            let last = calendar.date_of(row.updated()).to_string();
            if !is_past(&last, months, &today) {
                return Keeping::Running;
            }
        }
        match kept {
            _ if segment.len() == 0 => Keeping::Running,
            Some(number) => Keeping::Kept(number),
            None => Keeping::Due,
        }
    }

    /// Returns the list of a segment's cases that stays: number, day received, kind.
    fn list_of(&self, segment: &Segment) -> Vec<String> {
        let calendar = self.policies.calendar_of(segment.key.branch.as_str());
        let mut list: Vec<String> = segment
            .iter()
            .map(|row| {
                let own = row.case(CaseColumn::Number);
                let number = if own.is_empty() {
                    row.case(CaseColumn::ExternalNumber)
                } else {
                    own
                };
                let day = calendar.date_of(row.received());
                format!("{number} {day} {}", row.case(CaseColumn::Kind))
            })
            .collect();
        list.sort();
        list
    }

    /// Returns whether the person at the device decides about destruction.
    fn may_approve_destruction(&self, proposed_by: &str) -> bool {
        let actor = self.actor();
        let posts = self
            .policies
            .active()
            .map(|(_, pack)| pack.approvals.destruction.clone())
            .filter(|posts| !posts.is_empty())
            .unwrap_or_else(|| vec![Role::GeneralManager.name().to_owned()]);
        !actor.is_named(proposed_by) && posts.iter().any(|post| actor.holds_post(post))
    }

    /// Returns the segments past their time of keeping, those that a case kept for good holds back, and those destroyed.
    pub fn destructions(&mut self, now: Millis) -> Run<Vec<DestructionView>> {
        let branches = self.catalogued()?;
        let keys: Vec<DocumentKey> = branches
            .iter()
            .map(|branch| DocumentKey::Catalogue(branch.clone()))
            .collect();
        self.documents.require(&keys)?;
        let mut wanted: BTreeSet<SegmentKey> = self
            .segments
            .of_kind(RecordKind::Case)
            .map(|(_, segment)| segment.key.clone())
            .filter(|key| branches.contains(&key.branch))
            .collect();
        for key in &keys {
            let noted = self.documents.opened(key).registers(REGISTERS);
            wanted.extend(noted.keys().filter_map(|path| {
                let (segment, _) = path.split_once('/')?;
                SegmentKey::parse(segment).ok()
            }));
        }
        let mut views = Vec::new();
        for key in wanted {
            let noted = self.noted(&key)?;
            if let Some(view) = self.destruction_view(&key, noted, now) {
                views.push(view);
            }
        }
        views.sort_by_key(|view| (view.at.is_some(), view.period.clone(), view.segment.clone()));
        Ok(views)
    }

    fn destruction_view(
        &self,
        key: &SegmentKey,
        noted: Noted,
        now: Millis,
    ) -> Option<DestructionView> {
        let mut view = DestructionView {
            segment: key.to_string(),
            branch: key.branch.to_string(),
            period: key.month().to_owned(),
            ..DestructionView::default()
        };
        // What is gone here stays on the list, also where a certificate came later and the approval would not hold any more.
        if noted.is_approved() || self.destroyed.has(key) {
            view.cases = noted.list.len() as u32;
            "destroyed".clone_into(&mut view.state);
            view.proposed_by = noted.proposed_by;
            view.approved_by = noted.approved_by;
            view.at = noted.approved_at;
            view.list = noted.list;
            return Some(view);
        }
        let segment = self.segments.find(key)?;
        view.cases = segment.len() as u32;
        match self.keeping(segment, now) {
            Keeping::Running => return None,
            Keeping::Kept(number) => {
                "kept".clone_into(&mut view.state);
                view.kept_by = number;
            }
            Keeping::Due => {
                view.list = self.list_of(segment);
                view.may_propose = self.actor().holds_any(PROPOSERS);
                if noted.proposed_by.is_empty() {
                    "due".clone_into(&mut view.state);
                } else {
                    "proposed".clone_into(&mut view.state);
                    view.may_approve = self.may_approve_destruction(&noted.proposed_by);
                    view.proposed_by = noted.proposed_by;
                    if noted.unsigned {
                        view.unsigned_by = noted.approved_by;
                    }
                }
            }
        }
        Some(view)
    }

    /// Returns a segment that is past its time, with what is noted of it.
    fn due_segment(&mut self, text: &str, now: Millis) -> Run<(SegmentKey, Noted)> {
        let missing = || Problem::at(ProblemCode::NotFound, text);
        let key = SegmentKey::parse(text).map_err(|_| missing())?;
        if key.kind != RecordKind::Case || !self.catalogued()?.contains(&key.branch) {
            return Err(missing().into());
        }
        let noted = self.noted(&key)?;
        let segment = self.segments.find(&key);
        let segment = segment.filter(|_| !self.destroyed.has(&key));
        let refuse = |reason: String| Problem::at(ProblemCode::StepRefused, text).because(reason);
        match segment.map(|segment| self.keeping(segment, now)) {
            None => Err(missing().into()),
            Some(Keeping::Running) => Err(refuse(
                "a case in it is open or not past its time of keeping".to_owned(),
            )
            .into()),
            Some(Keeping::Kept(number)) => Err(refuse(format!(
                "case {number} is kept for good, and with it the whole month"
            ))
            .into()),
            Some(Keeping::Due) => Ok((key, noted)),
        }
    }

    /// Proposes that a segment be destroyed.
    pub fn propose_destruction(&mut self, tx: &mut Tx<'_>, text: &str) -> Run<Answer> {
        let (key, noted) = self.due_segment(text, tx.now)?;
        if !self.actor().holds_any(PROPOSERS) {
            return Err(Problem::new(ProblemCode::NotAllowed).into());
        }
        if noted.proposed_by.is_empty() {
            let author = self.author(tx);
            let at = author.at.to_string();
            let registers = [
                (format!("{REGISTERS}{key}/proposed_by"), author.by.clone()),
                (format!("{REGISTERS}{key}/proposed_at"), at),
            ];
            let catalogue = DocumentKey::Catalogue(key.branch);
            self.write_registers(tx, &catalogue, &author, &registers);
        }
        Ok(Answer::Done)
    }

    /// Approves a destruction: the records go, here at once, elsewhere when the catalogue has come.
    pub fn approve_destruction(&mut self, tx: &mut Tx<'_>, text: &str) -> Run<Answer> {
        let (key, noted) = self.due_segment(text, tx.now)?;
        if noted.proposed_by.is_empty() {
            return Err(Problem::at(ProblemCode::StepRefused, text)
                .because("nobody has proposed it: propose it first, someone else approves")
                .into());
        }
        if !self.may_approve_destruction(&noted.proposed_by) {
            return Err(Problem::new(ProblemCode::NotAllowed)
                .because("someone else than the proposer approves, with a post the policy names")
                .into());
        }
        let list = self
            .segments
            .find(&key)
            .map(|segment| self.list_of(segment))
            .unwrap_or_default();
        let author = self.author(tx);
        let json = serde_json::to_string(&list).expect("a list of texts is plain data");
        let at = author.at.to_string();
        let digest = approval_digest(&author.by, &at, &json);
        let signature = self.signature_under(tx, &place_of(&key), &digest);
        // Always all of them: of two approvals made apart the registers of one win together.
        let registers = [
            ("approved_by", author.by.clone()),
            ("approved_at", at),
            ("list", json),
            ("signature", signature),
        ]
        .map(|(field, value)| (format!("{REGISTERS}{key}/{field}"), value));
        let catalogue = DocumentKey::Catalogue(key.branch.clone());
        self.write_registers(tx, &catalogue, &author, &registers);
        self.follow_catalogues(tx, &[catalogue]);
        Ok(Answer::Done)
    }

    /// Marks segments whose destruction was approved in catalogues that changed, and has them deleted.
    pub fn follow_catalogues(&mut self, tx: &mut Tx<'_>, touched: &[DocumentKey]) {
        for key in touched {
            let DocumentKey::Catalogue(branch) = key else {
                continue;
            };
            let paths = self.documents.opened(key).registers(REGISTERS);
            let segments: BTreeSet<SegmentKey> = paths
                .keys()
                .filter_map(|path| SegmentKey::parse(path.split_once('/')?.0).ok())
                .filter(|segment| {
                    segment.kind == RecordKind::Case
                        && segment.branch == *branch
                        && !self.destroyed.has(segment)
                })
                .collect();
            for segment in segments {
                // The catalogue is open: reading what it says cannot halt.
                let approved = self.noted(&segment).is_ok_and(|noted| noted.is_approved());
                if approved {
                    tx.put(Table::Meta, mark_key(&segment), PENDING.to_vec());
                    self.destroyed.segments.insert(segment.clone());
                    self.destroyed.pending.insert(segment.clone());
                    tx.follow(Work::Destroy(segment));
                }
            }
        }
    }

    /// Deletes a segment whose destruction was approved.
    pub fn destroy(&mut self, tx: &mut Tx<'_>, segment: &SegmentKey) -> Run<()> {
        let key = DocumentKey::Segment(segment.clone());
        let deltas: Vec<Vec<u8>> = tx
            .rows(delta_keys(&key, u32::MAX))?
            .iter()
            .map(|(key, _)| key.clone())
            .collect();
        self.drop_blobs(tx, segment)?;
        for delta in deltas {
            tx.delete(Table::Deltas, delta);
        }
        for table in [
            Table::Snapshots,
            Table::Projections,
            Table::Summaries,
            Table::Texts,
        ] {
            tx.delete(table, key.to_string());
        }
        let name = key.to_string();
        let pieces = format!("blob.{name}.");
        let gone = |document: &str| document == name || document.starts_with(&pieces);
        for waiting in self.outbox.iter().filter(|row| gone(&row.document)) {
            tx.delete(Table::Outbox, waiting.key.to_be_bytes());
        }
        self.outbox.retain(|waiting| !gone(&waiting.document));
        tx.put(Table::Meta, mark_key(segment), b"done".to_vec());
        self.documents.forget(&key);
        self.segments.remove(segment);
        self.destroyed.pending.remove(segment);
        tx.changed = true;
        Ok(())
    }

    /// Notes that a change came for a segment that is destroyed, if it was made after the approval: somebody worked on without
    /// knowing of it. What is older was part of what was destroyed.
    pub fn note_late(
        &mut self,
        tx: &mut Tx<'_>,
        source: &Source,
        segment: &SegmentKey,
        clock: Millis,
        size: usize,
    ) {
        let approved = self.noted(segment).ok().and_then(|noted| noted.approved_at);
        if approved.is_some_and(|at| clock > at) {
            let reason = format!("destroyed: {segment}");
            self.put_aside(tx, source, reason, Vec::new(), size, false);
        }
    }
}

/// Returns whether `months` have passed since the day `last`, both written `YYYY-MM-DD`: the same day of that month has come, or
/// the month is over.
fn is_past(last: &str, months: u32, today: &str) -> bool {
    let read = |text: &str| -> Option<(i64, i64)> {
        let mut parts = text.split('-').map(str::parse::<i64>);
        let (year, month, day) = (
            parts.next()?.ok()?,
            parts.next()?.ok()?,
            parts.next()?.ok()?,
        );
        Some((year * 12 + month, day))
    };
    match (read(last), read(today)) {
        (Some((month, day)), Some(now)) => now > (month + i64::from(months), day),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_keeping_in_months_ends_after_the_same_day() {
        for (last, months, today, past) in [
            ("2025-11-21", 12, "2026-11-21", false),
            ("2025-11-21", 12, "2026-11-22", true),
            ("2025-11-21", 12, "2026-12-01", true),
            ("2025-12-31", 2, "2026-02-28", false),
            ("2025-12-31", 2, "2026-03-01", true),
            ("2025-11-21", 1, "2025-11-30", false),
            ("nonsense", 1, "2025-11-30", false),
        ] {
            assert_eq!(
                is_past(last, months, today),
                past,
                "{last} {months} {today}"
            );
        }
    }
}
