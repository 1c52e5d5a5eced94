//! Leads (线索): customers nobody looks after yet, and how they are shared out among those who took part.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{CustomerRow, Millis};

/// Most leads shared out by one act: what is beyond is shared out by the next.
pub const MAX_LEADS: usize = 500;
/// Most past acts an answer lists, the newest first.
pub const MAX_LEAD_ENTRIES: usize = 20;

/// Which leads are shared out among whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LeadQuery {
    /// Branch of the leads; empty = that of the person at the device.
    pub branch: String,
    /// Names of those who took part; empty = nobody yet, and the leads are only listed.
    pub staff: Vec<String>,
    /// Those who look after fewer customers come first, until all have as many.
    pub level: bool,
}

/// A lead.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeadLine {
    /// The customer.
    pub row: CustomerRow,
    /// Who gets it; empty while nobody is named.
    pub to: String,
}

/// Somebody who may get leads.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeadStaff {
    /// Name.
    pub name: String,
    /// Branch code.
    pub branch: String,
    /// Customers the person looks after as owner A.
    pub holds: u32,
    /// Leads the person would get.
    pub gets: u32,
}

/// A lead that somebody else looks after than an act gave it to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeadElsewhere {
    /// Record id.
    pub id: String,
    /// What the customer is called.
    pub name: String,
    /// To whom the act gave it.
    pub to: String,
    /// Who looks after it now; empty = nobody.
    pub owner: String,
}

/// A past act that shared out leads and was not undone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeadEntry {
    /// Id of the act.
    pub act: String,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: Millis,
    /// What was said about it.
    pub note: String,
    /// Leads by who got them.
    pub receivers: BTreeMap<String, u32>,
    /// Leads that somebody else looks after now: another device shared them out first, or they changed hands since.
    pub elsewhere: Vec<LeadElsewhere>,
}

/// Leads of a branch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeadsView {
    /// Branch code.
    pub branch: String,
    /// The first registered first, at most [`MAX_LEADS`].
    pub lines: Vec<LeadLine>,
    /// All of them.
    pub total: u32,
    /// Everybody at work, those of the branch first.
    pub staff: Vec<LeadStaff>,
    /// The person at the device may share them out.
    pub may_share: bool,
    /// Role or post that enters leads and shares them out by the policy; empty = it names none.
    pub entered_by: String,
    /// The policy wants them shared out evenly.
    pub even: bool,
    /// Past acts of this device's branch, the newest first, at most [`MAX_LEAD_ENTRIES`].
    pub past: Vec<LeadEntry>,
}

/// A lead and who gets it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeadMove {
    /// Record id of the customer.
    pub id: String,
    /// Name of who gets it.
    pub to: String,
}

/// What sharing out leads, or its undo, did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeadReport {
    /// Leads done, by who got them or gave them back.
    pub receivers: BTreeMap<String, u32>,
    /// The leads shared out, each with who got it; an undo lists none.
    #[serde(default)]
    pub done: Vec<LeadMove>,
    /// Leads left as they are: what the customer is called, and why in English words.
    pub refused: Vec<(String, String)>,
}
