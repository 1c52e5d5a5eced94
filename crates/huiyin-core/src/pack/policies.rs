//! What a company works by: its calendars and the packs it has published.
//!
//! Everything that turns a record into something with deadlines takes this, so that a deadline can be made anew when a calendar
//! is corrected. A company may combine packs: a register names one published version for each [`Part`]. A part nobody chose
//! is taken from the version in force for cases if that has it, so that a company with one pack chooses once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Pack, PackRef, Part, Way};
use crate::calendar::WorkingCalendar;
use crate::id::RecordKind;

/// Where the hash of a mark begins.
///
/// **Source:** Fowler, Noll, Vo: the 64-bit FNV-1a hash.
const BASIS: u64 = 0xCBF2_9CE4_8422_2325;

/// Returns the hash with one more byte. **Source:** as of [`BASIS`].
fn hashed(mark: u64, byte: u8) -> u64 {
    (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
}

/// Calendars and packs.
#[derive(Debug, Clone)]
pub struct Policies {
    /// The company's calendar.
    pub calendar: WorkingCalendar,
    /// Calendars of branches that differ, by branch code.
    pub branch_calendars: BTreeMap<String, WorkingCalendar>,
    /// Published versions.
    pub packs: BTreeMap<PackRef, Arc<Pack>>,
    /// The version new cases begin under.
    pub active: Option<PackRef>,
    /// The versions chosen for other parts, by part; see [`Part::register`].
    pub parts: BTreeMap<Part, PackRef>,
    /// Tells calendars apart: another number whenever a calendar differs. Rows made under another one are made anew.
    pub mark: u64,
    /// Tells apart by which keys of staff signatures are judged; 0 where nobody has a certified key.
    pub signers: u64,
}

impl Policies {
    /// Returns the policies of a company that has chosen nothing: a calendar, no packs.
    pub fn of_calendar(calendar: WorkingCalendar) -> Self {
        Self {
            calendar,
            branch_calendars: BTreeMap::new(),
            packs: BTreeMap::new(),
            active: None,
            parts: BTreeMap::new(),
            mark: 0,
            signers: 0,
        }
    }

    /// Returns the calendar of a branch: its own, or the company's.
    pub fn calendar_of(&self, branch: &str) -> &WorkingCalendar {
        self.branch_calendars.get(branch).unwrap_or(&self.calendar)
    }

    /// Returns a published version; nothing if it has not come yet.
    pub fn pack(&self, reference: &PackRef) -> Option<&Pack> {
        self.packs.get(reference).map(Arc::as_ref)
    }

    /// Returns the pack new cases begin under.
    pub fn active(&self) -> Option<(&PackRef, &Pack)> {
        let reference = self.active.as_ref()?;
        Some((reference, self.pack(reference)?))
    }

    /// Returns the version in force for a part: the one chosen for it, else the active one if it has the part.
    ///
    /// A version that was chosen but has not come to this device is no version: nothing else is put in its place, so that
    /// two devices never work by different rules without knowing.
    pub fn of_part(&self, part: Part) -> Option<(&PackRef, &Pack)> {
        match self.parts.get(&part) {
            Some(chosen) if part != Part::Cases => Some((chosen, self.pack(chosen)?)),
            _ => self
                .active()
                .filter(|(_, pack)| part == Part::Cases || pack.has(part)),
        }
    }

    /// Returns the mark of what rows of a kind are made of: of customers the rules for files and classes in force and, under such
    /// rules, the calendars; of others [`Self::mark`]; of all by whose keys signatures are judged. Never 0, which stands for rows of several.
    pub fn mark_of(&self, kind: RecordKind) -> u64 {
        let rules = self.mark_of_rules(kind);
        if self.signers == 0 {
            return rules;
        }
        let bytes = rules
            .to_le_bytes()
            .into_iter()
            .chain(self.signers.to_le_bytes());
        bytes.fold(BASIS, hashed) | 1
    }

    fn mark_of_rules(&self, kind: RecordKind) -> u64 {
        if !kind.is_customer() {
            return self.mark;
        }
        let chosen = |part| {
            self.of_part(part)
                .map_or("", |(reference, _)| reference.0.as_str())
        };
        let (files, classes) = (chosen(Part::File), chosen(Part::Grading));
        if files.is_empty() && classes.is_empty() {
            return 1;
        }
        let bytes = files
            .bytes()
            .chain([0])
            .chain(classes.bytes())
            .chain(self.mark.to_le_bytes());
        bytes.fold(BASIS, hashed) | 1
    }

    /// Returns whether the version chosen for a part has not come to this device.
    pub fn is_part_missing(&self, part: Part) -> bool {
        let chosen = match part {
            Part::Cases => self.active.as_ref(),
            part => self.parts.get(&part),
        };
        chosen.is_some_and(|reference| !self.packs.contains_key(reference))
    }

    /// Returns the way of a case of this kind under a version; the whole way where there is none or it has not come.
    pub fn way(&self, reference: Option<&PackRef>, kind: &str) -> Way {
        reference
            .and_then(|reference| self.pack(reference))
            .map_or_else(Way::default, |pack| pack.way(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::FileRules;

    #[test]
    fn complaints_come_from_one_pack_and_files_from_another() {
        let with_file = |id: &str| Pack {
            id: id.to_owned(),
            file: Some(FileRules::default()),
            ..Pack::default()
        };
        let (cases, files) = (PackRef("a/1-0".to_owned()), PackRef("b/1-0".to_owned()));
        let mut policies = Policies::of_calendar(WorkingCalendar::weekends());
        assert_eq!(policies.of_part(Part::File), None);
        policies
            .packs
            .insert(cases.clone(), Arc::new(with_file("a")));
        policies.active = Some(cases.clone());
        let id =
            |policies: &Policies, part| policies.of_part(part).map(|(_, pack)| pack.id.clone());
        assert_eq!(
            id(&policies, Part::File).as_deref(),
            Some("a"),
            "one pack is chosen once"
        );
        assert_eq!(id(&policies, Part::Reception), None, "it has no such part");
        policies.parts.insert(Part::File, files.clone());
        assert_eq!(
            id(&policies, Part::File),
            None,
            "chosen, but it has not come"
        );
        assert!(policies.is_part_missing(Part::File) && !policies.is_part_missing(Part::Cases));
        policies.packs.insert(files, Arc::new(with_file("b")));
        assert_eq!(id(&policies, Part::File).as_deref(), Some("b"));
        assert_eq!(id(&policies, Part::Cases).as_deref(), Some("a"));
    }
}
