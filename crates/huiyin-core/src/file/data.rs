//! Names of the data that events of files, contacts and surveys carry ([`crate::case::CaseEvent::data`]). Names are part of
//! the format. Names shared with cases (`of`, `to`, `good`, `signature`, `signer`, `due`, `owner`) are in [`crate::case_data`].

/// `paper_*`: id of the list of papers, then `/`, then id of the paper: `vehicle/invoice`.
pub const PAPER: &str = "paper";
/// `paper_received`, `handed_over`: copies received, a whole number.
pub const COPIES: &str = "copies";
/// `paper_received`: pages counted.
pub const PAGES: &str = "pages";
/// `paper_received`: `yes` for the original.
pub const ORIGINAL_PAPER: &str = "original_paper";
/// `paper_received`: who handed the paper over. `owner_changed`: the owner before.
pub const FROM: &str = "from";
/// `paper_received`: content id of a scan or photo; empty = none.
pub const SCAN: &str = "scan";
/// `handed_over`: ids of the papers as [`PAPER`] writes them, separated by commas.
pub const PAPERS: &str = "papers";
/// `handed_over`: ids of the papers that are missing, separated by commas.
pub const MISSING: &str = "missing";
/// `handed_over`: id of the leg of the pack's list; empty = none.
pub const LEG: &str = "leg";
/// `hand_over_accepted`, `hand_over_refused`, `changed`, `class_confirmed`, `class_refused`, `promise_kept`, `ruled`, `unmerged`,
/// `approved`, `sent_back`: id of the event it is about. A `ruled` about an invitation may name several ([`ids`]).
pub const OF: &str = crate::case_data::OF;
/// `owner_changed`, `claimed`, `ruled`: owner A from now on; present and empty = nobody.
pub const OWNER_A: &str = "owner_a";
/// `owner_changed`: owner B from now on; present and empty = nobody.
pub const OWNER_B: &str = "owner_b";
/// `owner_changed`: the leaver whose customers are handed over; empty = no leaver.
pub const LEAVER: &str = "leaver";
/// `owner_changed`: id of the act that shared out leads. Of several made apart the first holds, as of claims.
pub const LEAD: &str = "lead";
/// `disputed`, `ruled` about an invitation to an event: record id of the contact that is the invitation; empty = about who looks
/// after the customer.
pub const INVITATION: &str = "invitation";
/// `disputed`, `ruled` about an invitation: name of the event.
pub const EVENT: &str = "event";
/// Stands between the ids of events in one value.
pub const BETWEEN_IDS: &str = " ";
/// `ruled` about an invitation: name of whose guest the customer is.
pub const INVITER: &str = "inviter";
/// `noted` of an invitation: id of the `disputed` event in the guest's file.
pub const DISPUTED: &str = "disputed";
/// `noted` of an invitation that holds by a ruling: id of the `ruled` event in the guest's file; the disputes are in [`OF`].
pub const RULED: &str = "ruled";
/// `noted` in the file of a referrer: record id of the customer brought, who came to the event of the invitation in [`INVITATION`].
pub const BROUGHT: &str = "brought";
/// `noted` beside [`BROUGHT`]: money the customer closed at that event, as fields store money; of one invitation the last holds.
pub const SOLD: &str = "sold";
/// `claimed`: role or post of the policy that is told.
pub const TOLD: &str = "told";
/// `life_cycle_changed`: wire name of the stage.
pub const STAGE: &str = "stage";
/// `life_cycle_changed`: id of the pack's list of reasons; the event's `reason` says it in words.
pub const REASON_ID: &str = "reason_id";
/// `class_proposed`, `class_confirmed`: wire name of the class.
pub const CLASS: &str = "class";
/// `class_proposed`, `class_confirmed`: `yes` while it is provisional.
pub const PROVISIONAL: &str = "provisional";
/// `class_proposed`: scores, `criterion=score` separated by commas.
pub const SCORES: &str = "scores";
/// `noted`: scores of some lines of a sheet, before all have scored theirs; written as [`SCORES`].
pub const LINE_SCORES: &str = "line_scores";
/// `noted`: a step of the policy to win a lost customer back, as its Chinese text says it ([`crate::file::win_back`]).
pub const WIN_BACK: &str = "win_back";
/// `merged` in the file that stays: record id of the other file.
pub const OTHER: &str = "other";
/// `merged` in the file that gives way: record id of the file that stays.
pub const INTO: &str = "into";
/// `merged` in the file that stays: what to put back when it is undone, as [`crate::merge::Undo`] writes it.
pub const UNDO: &str = "undo";
/// `opened`: why it was opened.
pub const PURPOSE: &str = "purpose";
/// `change_noticed`, `changed`: wire names of the fields, separated by commas.
pub const FIELDS: &str = "fields";
/// `promised`: the day it is due, `YYYY-MM-DD`.
pub const DUE: &str = crate::case_data::DUE;
/// `promised`: the person who keeps it; empty = who promised.
pub const OWNER: &str = crate::case_data::OWNER;
/// `promise_kept`: id of the `promised` event is in [`OF`]. `rescheduled`, `planned`: the day, `YYYY-MM-DD`.
pub const DAY: &str = "day";
/// `planned`, `rescheduled`: time of day, `HH:MM`; empty = all day.
pub const TIME: &str = "time";
/// `reported`, `done`: a result's wire name ([`crate::contact_field::RESULTS`]).
pub const RESULT: &str = "result";
/// Any signature: as [`crate::case_data::SIGNATURE`].
pub const SIGNATURE: &str = crate::case_data::SIGNATURE;
/// `approved` of a contact: what it may cost, as it was approved: `field=value` of each cost field that says something, separated by
/// semicolons.
pub const COSTS: &str = "costs";

/// Returns the ids of events that a value names.
pub fn ids(value: &str) -> impl Iterator<Item = &str> {
    value.split(BETWEEN_IDS).filter(|id| !id.is_empty())
}
