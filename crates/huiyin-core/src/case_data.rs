//! Names of the data an event may carry beside its own fields ([`crate::case::CaseEvent::data`]). Names are part of the format.
//!
//! A pack may add names of its own ([`crate::pack::StepField`]); those are not listed here.

/// Most entries of data in one event.
pub const MAX_ENTRIES: usize = 40;
/// Longest value in characters; signatures and texts are longer than anything else.
pub const MAX_VALUE: usize = 20_000;

/// `investigated`: what happened, step by step (经过).
pub const COURSE: &str = "course";
/// `investigated`: the person responsible (责任人).
pub const RESPONSIBLE: &str = "responsible";
/// `investigated`: the cause's id in the pack's tree.
pub const CAUSE_ID: &str = "cause_id";
/// `classed`: severity wire name.
pub const SEVERITY: &str = "severity";
/// `classed`: ids of the pack's list of what makes a case major, separated by commas.
pub const CRITERIA: &str = "criteria";
/// `paused`, `resumed`, `extended`: name of the clock; empty = all that pause.
pub const CLOCK: &str = "clock";
/// `assigned`: the day by which the department answers, `YYYY-MM-DD`: the promised day of clocks that take one.
pub const LIMIT: &str = "limit";
/// `proposed`: remedy given, an id of the pack's list.
pub const REMEDY: &str = "remedy";
/// `endorsed`, `approved`, `sent_back`, `delegated`: id of the `proposed` event it is about. `noted`: id of an event of
/// the person complained about that somebody else has looked at ([`crate::mark`]).
pub const OF: &str = "of";
/// `endorsed`, `approved`, `sent_back`: role or post the person signs as. `delegated`: the one given away.
pub const AS_ROLE: &str = "as_role";
/// `delegated`: the person who may sign instead.
pub const TO: &str = "to";
/// `duplicate`: record id of the case that goes on.
pub const ORIGINAL: &str = "original";
/// `forwarded`: record id of the continuation with the other branch.
pub const CONTINUATION: &str = "continuation";
/// `action_*`: id of the action; `action_planned` makes it.
pub const ACTION: &str = "action";
/// `action_planned`: `corrective` or `preventive`.
pub const ACTION_KIND: &str = "action_kind";
/// `action_planned`: the person who does it.
pub const OWNER: &str = "owner";
/// `action_planned`: the day it is due, `YYYY-MM-DD`.
pub const DUE: &str = "due";
/// `action_verified`, `spot_checked`: `yes` if it was found good.
pub const GOOD: &str = "good";
/// Any step: the signature drawn on screen, as an SVG path in a box of 600 × 200.
pub const SIGNATURE: &str = "signature";
/// Any step: who drew it.
pub const SIGNER: &str = "signer";
/// `answered`: id of the text template it was made from.
pub const TEMPLATE: &str = "template";
/// `answered`: how: a channel's wire name.
pub const CHANNEL: &str = "channel";
/// `noted` by the program when a calendar was corrected: the deadline of [`CLOCK`] before, `YYYY-MM-DD HH:MM` at the branch.
pub const OLD_DUE: &str = "old_due";
/// `noted` by the program when a calendar was corrected: the deadline of [`CLOCK`] from then on.
pub const NEW_DUE: &str = "new_due";
/// `penalty_proposed`: id of the clause.
pub const CLAUSE: &str = "clause";
/// `penalty_proposed`: the person it is about.
pub const PERSON: &str = "person";
/// `penalty_proposed`, `penalty_approved`: points, negative when taken.
pub const POINTS: &str = "points";
/// `penalty_proposed`: `yes` for a reward.
pub const REWARD: &str = "reward";
/// `penalty_heard`, `penalty_appealed`: what the person says.
pub const STATEMENT: &str = "statement";
/// Any step, `noted` by the program for plain fields among them: id of the act that changed many records at once. Of `noted`, the other
/// data are the fields by wire name with their new values.
pub const BULK: &str = "bulk";
/// As [`BULK`], where that act was undone.
pub const BULK_UNDONE: &str = "bulk_undone";
/// `noted` by the program: wire name of a field whose differing values somebody settled.
pub const SETTLED: &str = "settled";
/// Beside [`SETTLED`]: the value that holds from then on; a blank for none.
pub const CHOSEN: &str = "chosen";
/// Beside [`SETTLED`]: the other values, each with who wrote it on which device.
pub const PUT_ASIDE: &str = "put_aside";
