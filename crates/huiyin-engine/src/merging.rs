//! Merging customer files, undoing it, and what the screen shows of it.
//!
//! What is taken over decides `huiyin-core`; here both files are read, checked and written in one act. Nothing moves: cases keep the
//! customer they name, and lists resolve it through [`crate::standing`]. What an act of the file decided (owners, class, stage) stays
//! as decided; attachments stay with the file they came to, because their pieces lie in its segment.
//!
//! Long: a merge, its undo and what is shown of both read the same events.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{
    Answer, CustomerRecord, EventView, FieldView, MergePreview, MergedView, Problem, ProblemCode,
    UnmergeReport,
};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::field::{FieldReason, MAX_TAGS, tags};
use huiyin_core::file::{self, FileSummary, data};
use huiyin_core::id::RecordId;
use huiyin_core::merge::{MergeError, MergePlan, Side, Undo, plan};
use huiyin_core::person::{MAX_PEOPLE, parse_name};
use huiyin_core::referral::{MAX_CHAIN, check_above};
use huiyin_core::text::same_name;
use huiyin_document::{CustomerColumn, DocumentKey, Edit, Record};

use crate::Millis;
use crate::attachments::FIELD_PREFIX;
use crate::cases::new_event;
use crate::customers::event_view;
use crate::replica::Replica;
use crate::steps::{Prepared, hand_over};
use crate::task::{Run, Tx};

/// Relations of one customer to another that must not run in a ring: wire names.
const RELATIONS: [&str; 2] = ["parent_company", "referred_by"];
/// Name of a datum of a shown event: the file it comes from, where that gave way.
const FROM_FILE: &str = "from_file";
/// Name of a datum of a shown merge: the other file.
const OTHER_FILE: &str = "other_file";

/// A customer file as it is read for a merge.
struct FileRead {
    id: RecordId,
    record: Record,
    summary: FileSummary,
}

impl FileRead {
    /// Returns what the file says of each field that can be merged: what an act decided before what the field holds.
    fn values(&self) -> BTreeMap<String, String> {
        let mut values: BTreeMap<String, String> = self
            .record
            .fields
            .iter()
            .filter(|(name, _)| !name.starts_with(FIELD_PREFIX))
            .map(|(name, field)| (name.clone(), field.shown.clone()))
            .collect();
        for (name, value) in self.decided() {
            values.insert(name.to_owned(), value.to_owned());
        }
        values
    }

    /// Returns the fields that acts of the file decided.
    fn decided(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let summary = &self.summary;
        let class = summary.class.as_ref().map(|given| given.class.as_str());
        [
            ("owner_a", summary.owner_a.as_deref()),
            ("owner_b", summary.owner_b.as_deref()),
            ("class", class),
            ("life_cycle", summary.life_cycle.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }

    /// Returns the merges in force with another file, whichever of the two gave way.
    fn merges_with(&self, other: &str) -> Vec<&CaseEvent> {
        let undone: BTreeSet<&str> = self
            .summary
            .in_force()
            .filter(|event| event.step == Step::Unmerged)
            .map(|event| event.datum(data::OF))
            .collect();
        self.summary
            .in_force()
            .filter(|event| event.step == Step::Merged)
            .filter(|event| event.datum(data::OTHER) == other || event.datum(data::INTO) == other)
            .filter(|event| !undone.contains(event.id.as_str()))
            .collect()
    }

    fn key(&self) -> DocumentKey {
        DocumentKey::Segment(self.id.segment.clone())
    }
}

/// Two files to be merged, checked.
struct Merging {
    stays: FileRead,
    gives_way: FileRead,
    plan: MergePlan,
    /// Fields of the file that stays with several values.
    unsettled: Vec<String>,
}

fn refused(error: &MergeError) -> Problem {
    Problem::at(ProblemCode::StepRefused, Step::Merged.name()).because(error.to_string())
}

impl Replica {
    /// Reads two customer files.
    fn read_files(&mut self, texts: [&str; 2]) -> Run<[FileRead; 2]> {
        let [a, b] = texts;
        if a == b {
            return Err(refused(&MergeError::Itself).into());
        }
        let keys = [a, b].map(|text| self.live(text).map(|id| DocumentKey::Segment(id.segment)));
        let [one, two] = keys;
        self.documents.require([&one?, &two?])?;
        let mut read = |text: &str| -> Run<FileRead> {
            let (id, record, _) = self.read_record(text)?;
            if !id.kind().is_customer() {
                let id = text.to_owned();
                return Err(refused(&MergeError::NotACustomer { id }).into());
            }
            let summary = file::fold(&record.events);
            Ok(FileRead {
                id,
                record,
                summary,
            })
        };
        Ok([read(a)?, read(b)?])
    }

    /// Reads and plans a merge. Nothing is written.
    fn merging(
        &mut self,
        stays: &str,
        gives_way: &str,
        choices: &BTreeMap<String, Side>,
    ) -> Run<Merging> {
        let [kept, gone] = self.read_files([stays, gives_way])?;
        let (mut of_kept, mut of_gone) = (kept.values(), gone.values());
        for (name, _) in kept.decided() {
            of_kept.remove(name);
            of_gone.remove(name);
        }
        let merged_before = self.segments.standing().gone();
        let mut plan = plan(stays, gives_way, &of_kept, &of_gone, &merged_before)
            .map_err(|error| refused(&error))?;
        let unsettled: Vec<String> = kept
            .record
            .fields
            .iter()
            .filter(|(name, field)| !field.conflict.is_empty() && of_kept.contains_key(*name))
            .map(|(name, _)| name.clone())
            .collect();
        // A value written there would settle the conflict unseen, and could not be undone.
        for name in &unsettled {
            if choices.get(name) == Some(&Side::GivesWay) {
                return Err(Problem::at(ProblemCode::BadField, name)
                    .because("the file that stays has several values here: settle that first")
                    .into());
            }
            plan.choose(name, Side::Stays)
                .map_err(|error| refused(&error))?;
        }
        for (name, side) in choices {
            if !unsettled.contains(name) {
                plan.choose(name, *side).map_err(|error| refused(&error))?;
            }
        }
        two_owners(&mut plan, &kept.values());
        within_limits(&plan, &kept.values(), &gone.values(), choices)?;
        self.without_rings(&mut plan, choices)?;
        Ok(Merging {
            stays: kept,
            gives_way: gone,
            plan,
            unsettled,
        })
    }

    /// Leaves out relations that would make a ring once both files are one.
    fn without_rings(&mut self, plan: &mut MergePlan, choices: &BTreeMap<String, Side>) -> Run<()> {
        let writes = plan.writes();
        for name in RELATIONS {
            let Some(above) = writes.get(name).filter(|above| !above.is_empty()) else {
                continue;
            };
            let chain = self.chain_once_merged(name, above, &plan.gives_way, &plan.stays)?;
            let next = |id: &str| chain.get(id).map(String::as_str);
            if check_above(&plan.stays, above, next).is_ok() {
                continue;
            }
            if choices.get(name) == Some(&Side::GivesWay) {
                return Err(Problem::at(ProblemCode::BadField, name)
                    .because("the other customer already stands under this one: one of the two relations is wrong")
                    .into());
            }
            plan.choose(name, Side::Stays)
                .map_err(|error| refused(&error))?;
        }
        Ok(())
    }

    /// Returns who stands above whom from a customer on, as far as files are here; `gone` counts as `stays`.
    fn chain_once_merged(
        &mut self,
        name: &str,
        from: &str,
        gone: &str,
        stays: &str,
    ) -> Run<BTreeMap<String, String>> {
        let standing = self.segments.standing();
        let mut chain: BTreeMap<String, String> = BTreeMap::new();
        let mut at = from.to_owned();
        while chain.len() < MAX_CHAIN && !chain.contains_key(&at) && self.live(&at).is_ok() {
            let (_, record, _) = self.read_record(&at)?;
            let above = standing.of_text(record.field(name));
            let above = if above == gone { stays } else { above }.to_owned();
            if above.is_empty() {
                break;
            }
            chain.insert(at, above.clone());
            at = above;
        }
        Ok(chain)
    }

    /// Returns what a merge would do.
    pub fn merge_preview(
        &mut self,
        stays: &str,
        gives_way: &str,
        now: Millis,
    ) -> Run<MergePreview> {
        let merging = self.merging(stays, gives_way, &BTreeMap::new())?;
        let row = |id: &RecordId| {
            let found = self.segments.find(&id.segment).zip(self.segments.row(id));
            found
                .map(|(segment, row)| Self::customer_row(segment, row))
                .unwrap_or_default()
        };
        Ok(MergePreview {
            stays: row(&merging.stays.id),
            gives_way: row(&merging.gives_way.id),
            fields: merging.plan.fields,
            unsettled: merging.unsettled,
            cases: self.cases_of(gives_way, now).len() as u32,
            entries: merging.gives_way.record.events.len() as u32,
        })
    }

    /// Merges two customer files: the values taken over, and an event in both.
    pub fn merge_customers(
        &mut self,
        tx: &mut Tx<'_>,
        stays: &str,
        gives_way: &str,
        choices: &BTreeMap<String, Side>,
    ) -> Run<Answer> {
        let merging = self.merging(stays, gives_way, choices)?;
        for file in [&merging.stays, &merging.gives_way] {
            hand_over(&mut self.clock, tx.now, &file.record);
        }
        let author = self.author(tx);
        let mut kept = new_event(tx, Step::Merged, &author);
        kept.after.clone_from(&merging.stays.summary.heads);
        kept.data = BTreeMap::from([
            (data::OTHER.to_owned(), gives_way.to_owned()),
            (data::UNDO.to_owned(), merging.plan.undo().to_text()),
        ]);
        let mut gone = new_event(tx, Step::Merged, &author);
        gone.after.clone_from(&merging.gives_way.summary.heads);
        gone.data = BTreeMap::from([(data::INTO.to_owned(), stays.to_owned())]);
        let number = merging.stays.record.number.clone();
        let acts = [
            act(&merging.stays, merging.plan.writes(), vec![kept]),
            act(&merging.gives_way, BTreeMap::new(), vec![gone]),
        ];
        self.write_steps(tx, &author, acts.into());
        Ok(Answer::Saved {
            id: stays.to_owned(),
            number,
        })
    }

    /// Undoes every merge of two files with each other, also those made apart in both directions.
    pub fn unmerge_customers(&mut self, tx: &mut Tx<'_>, a: &str, b: &str) -> Run<Answer> {
        let files = self.read_files([a, b])?;
        let texts = [a, b];
        let mut report = UnmergeReport::default();
        let mut found = false;
        let mut undone = Vec::new();
        for (file, other) in files.iter().zip([texts[1], texts[0]]) {
            let merges = file.merges_with(other);
            found |= !merges.is_empty();
            let (put_back, kept) = put_back(&file.record, &merges)?;
            report.put_back.extend(put_back.keys().cloned());
            report.kept.extend(kept);
            let merges: Vec<String> = merges.iter().map(|event| event.id.to_string()).collect();
            undone.push((put_back, merges));
        }
        if !found {
            return Err(Problem::at(ProblemCode::StepRefused, Step::Unmerged.name())
                .because("these two files are not merged: look at them again")
                .into());
        }
        for file in &files {
            hand_over(&mut self.clock, tx.now, &file.record);
        }
        let author = self.author(tx);
        let mut acts = Vec::new();
        for (file, (put_back, merges)) in files.iter().zip(undone) {
            let events = merges
                .into_iter()
                .map(|merge| {
                    let mut event = new_event(tx, Step::Unmerged, &author);
                    event.after.clone_from(&file.summary.heads);
                    event.data = BTreeMap::from([(data::OF.to_owned(), merge)]);
                    event
                })
                .collect();
            acts.push(act(file, put_back, events));
        }
        self.write_steps(tx, &author, acts);
        Ok(Answer::Unmerged(report))
    }

    /// Asks for the files that gave way to a customer: their time lines are read with it.
    pub fn require_merged(&mut self, text: &str) -> Run<()> {
        let Ok(id) = RecordId::parse(text) else {
            return Ok(());
        };
        let standing = self.segments.standing();
        let keys: Vec<DocumentKey> = standing
            .merged_into(&id)
            .map(|from| DocumentKey::Segment(from.segment.clone()))
            .collect();
        self.documents.require(&keys)
    }

    /// Adds to a shown customer what was merged into it, with the entries of those time lines, or where it went. The documents of
    /// [`Self::require_merged`] are open.
    pub fn show_merges(
        &mut self,
        id: &RecordId,
        record: &Record,
        shown: &mut CustomerRecord,
    ) -> Run<()> {
        let standing = self.segments.standing();
        let summary = file::fold(&record.events);
        let own = id.to_string();
        for merged in &summary.merged {
            let direct = RecordId::parse(&merged.other)
                .is_ok_and(|other| standing.of_id(&other) == Some(id));
            if direct {
                let event = summary.in_force().find(|event| event.id == merged.event);
                let mut view = self.merged_view(&merged.other, event);
                view.may_undo = !view.name.is_empty();
                shown.merged.push(view);
            }
        }
        for from in standing.merged_into(id) {
            let text = from.to_string();
            let (_, other, _) = self.read_record(&text)?;
            if shown.merged.iter().all(|known| known.id != text) {
                // By way of another file, or merged apart in the other direction.
                let summary = file::fold(&other.events);
                let event = summary
                    .in_force()
                    .rfind(|event| !event.datum(data::INTO).is_empty());
                let mut view = self.merged_view(&text, event);
                view.may_undo = event.is_some_and(|event| event.datum(data::INTO) == own);
                shown.merged.push(view);
            }
            let name = self.name_of(&text);
            shown.events.extend(other.events.iter().map(|event| {
                let mut view = event_view(event, false);
                view.data.push(FieldView {
                    name: FROM_FILE.to_owned(),
                    value: name.clone(),
                });
                view
            }));
        }
        let into = summary.merged_into.as_deref();
        let away = into.filter(|into| self.live(into).is_err());
        if let Some(stays) = standing
            .of_id(id)
            .map(ToString::to_string)
            .or_else(|| away.map(str::to_owned))
        {
            let event = summary
                .in_force()
                .rfind(|event| !event.datum(data::INTO).is_empty());
            let mut view = self.merged_view(&stays, event);
            view.may_undo = !view.name.is_empty() && into == Some(stays.as_str());
            shown.gave_way = Some(Box::new(view));
        }
        for event in &mut shown.events {
            self.name_merge(event);
        }
        shown
            .events
            .sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        Ok(())
    }

    fn merged_view(&self, other: &str, event: Option<&CaseEvent>) -> MergedView {
        let row = RecordId::parse(other)
            .ok()
            .and_then(|id| self.segments.row(&id));
        let text = |column| row.map_or("", |row| row.customer(column)).to_owned();
        MergedView {
            id: other.to_owned(),
            number: text(CustomerColumn::Number),
            name: text(CustomerColumn::Name),
            by: event.map_or_else(String::new, |event| event.by.clone()),
            at: event.map_or(0, |event| event.at),
            may_undo: false,
        }
    }

    /// Returns how a file is called: its name and number, or its id if it is not here.
    pub fn name_of(&self, id: &str) -> String {
        let view = self.merged_view(id, None);
        match (view.name.is_empty(), view.number.is_empty()) {
            (true, _) => view.id,
            (false, true) => view.name,
            (false, false) => format!("{} · {}", view.name, view.number),
        }
    }

    /// Writes the data of a merge as a person reads them: the other file by name.
    fn name_merge(&self, event: &mut EventView) {
        if event.step != Step::Merged.name() && event.step != Step::Unmerged.name() {
            return;
        }
        event
            .data
            .retain(|field| field.name != data::UNDO && field.name != data::OF);
        for field in &mut event.data {
            if field.name == data::OTHER || field.name == data::INTO {
                field.value = self.name_of(&field.value);
                OTHER_FILE.clone_into(&mut field.name);
            }
        }
    }
}

/// Leaves out an owner B who would be owner A as well. `kept` is what the file that stays says now.
fn two_owners(plan: &mut MergePlan, kept: &BTreeMap<String, String>) {
    let after = |name: &str| {
        let planned = plan.fields.iter().find(|field| field.field == name);
        planned
            .map(|field| &field.result)
            .or_else(|| kept.get(name))
            .cloned()
            .unwrap_or_default()
    };
    let (a, b) = (after("owner_a"), after("owner_b"));
    if a.is_empty() || !same_name(&a, &b) {
        return;
    }
    let second = plan
        .fields
        .iter_mut()
        .find(|field| field.field == "owner_b");
    if let Some(field) = second {
        field.result = if same_name(&field.stays, &a) {
            String::new()
        } else {
            field.stays.clone()
        };
    } else if let Some(field) = plan
        .fields
        .iter_mut()
        .find(|field| field.field == "owner_a")
    {
        // Acts of the file that stays decided owner B.
        field.result = field.stays.clone();
    }
}

/// Refuses a merge after which the file would have more people or tags than one may have: none is dropped unseen.
fn within_limits(
    plan: &MergePlan,
    kept: &BTreeMap<String, String>,
    gone: &BTreeMap<String, String>,
    choices: &BTreeMap<String, Side>,
) -> Result<(), Problem> {
    let mut after = kept.clone();
    after.extend(plan.writes());
    let people: BTreeSet<_> = after
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, _)| parse_name(name).map(|(key, _)| key))
        .collect();
    if people.len() > MAX_PEOPLE {
        return Err(Problem::at(ProblemCode::BadField, "contact_name")
            .because(format!("at most {MAX_PEOPLE} people of one customer")));
    }
    let of = |fields: &BTreeMap<String, String>| fields.get("tags").cloned().unwrap_or_default();
    let (kept, gone) = (of(kept), of(gone));
    let joined: BTreeSet<&str> = tags(&kept).chain(tags(&gone)).collect();
    if joined.len() > MAX_TAGS && !choices.contains_key("tags") {
        return Err(Problem::at(ProblemCode::BadField, "tags").because(
            FieldReason::TooManyTags {
                actual: joined.len(),
                max: MAX_TAGS,
            }
            .to_string(),
        ));
    }
    Ok(())
}

/// Returns the writes of an act on one file.
fn act(file: &FileRead, values: BTreeMap<String, String>, events: Vec<CaseEvent>) -> Prepared {
    let local = file.id.local;
    let fields = values.into_iter().map(|(field, value)| Edit::SetField {
        local,
        field,
        value,
    });
    let events = events.into_iter().map(|event| Edit::Append {
        local,
        event: Box::new(event),
    });
    Prepared {
        id: file.id.clone(),
        number: file.record.number.clone(),
        edits: fields
            .chain(events)
            .map(|edit| (file.key(), edit))
            .collect(),
    }
}

/// Returns the values that undoing these merges puts back, and the fields that somebody changed since. With merges made apart a field
/// goes back if it says what either of them wrote and nobody else wrote it.
fn put_back(
    record: &Record,
    merges: &[&CaseEvent],
) -> Result<(BTreeMap<String, String>, Vec<String>), Problem> {
    let mut changed: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for merge in merges {
        let text = merge.datum(data::UNDO);
        if text.is_empty() {
            continue;
        }
        let undo = Undo::parse(text).map_err(|error| refused(&error))?;
        for (field, (before, after)) in undo.changed {
            let known = changed
                .entry(field)
                .or_insert_with(|| (before, BTreeSet::new()));
            known.1.insert(after);
        }
    }
    let (mut back, mut kept) = (BTreeMap::new(), Vec::new());
    for (field, (before, after)) in changed {
        let ours = |value: &str| value == before || after.contains(value);
        let now = record.fields.get(&field);
        let untouched = ours(now.map_or("", |field| field.shown.as_str()))
            && now.is_none_or(|field| field.conflict.iter().all(|value| ours(&value.value)));
        if untouched {
            back.insert(field, before);
        } else {
            kept.push(field);
        }
    }
    Ok((back, kept))
}
