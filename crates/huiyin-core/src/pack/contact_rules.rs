//! What a pack says about contact: visit plans and reports, follow-ups, greetings, reception and its costs.
//!
//! Decides what can be said. What is due is decided in [`crate::contact::duties`], what a reception may cost in
//! [`crate::contact::reception`]; whether the rules make sense in [`super::check`].

use serde::{Deserialize, Serialize};

use super::file_rules::Every;
use super::{Approver, Choice, Text};
use crate::deadline::Length;

/// How visits are planned (拜访计划).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct PlanRule {
    /// The period that is planned; its plan is due with the office hours of the last working day of the period before.
    pub every: Every,
    /// Who approves, in order.
    #[serde(default)]
    pub approvers: Vec<Approver>,
    /// Posts that plan; empty = everyone who visits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<String>,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// How many contacts a post has in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Target {
    /// Role or post.
    pub post: String,
    /// Kind of contact ([`crate::contact_field::CONTACT_KINDS`]); empty = any.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Period.
    pub every: Every,
    /// Contacts done.
    pub count: u32,
}

/// What a follow-up comes after.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum FollowsAfter {
    /// The solution of a complaint was carried out.
    #[default]
    CaseCarriedOut,
    /// A repair was carried out.
    Repair,
    /// An event took place.
    Event,
    /// Goods, a system or a service were delivered.
    Delivery,
    /// A festival.
    Festival,
    /// The customer moved in.
    MoveIn,
    /// Something happened to the customer.
    Emergency,
}

impl FollowsAfter {
    /// Every one, in order.
    pub const ALL: &'static [Self] = &[
        Self::CaseCarriedOut,
        Self::Repair,
        Self::Event,
        Self::Delivery,
        Self::Festival,
        Self::MoveIn,
        Self::Emergency,
    ];

    /// Returns the wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CaseCarriedOut => "case_carried_out",
            Self::Repair => "repair",
            Self::Event => "event",
            Self::Delivery => "delivery",
            Self::Festival => "festival",
            Self::MoveIn => "move_in",
            Self::Emergency => "emergency",
        }
    }
}

/// Who makes the follow-ups of some severities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ByWhom {
    /// Severities; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<String>,
    /// Role or post.
    pub post: String,
}

/// Follow-ups that go on: so often, up to so many months after the beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Then {
    /// How often.
    pub every: Every,
    /// Months after the beginning at which this ends; 0 = never.
    #[serde(default)]
    pub until_months: u32,
}

/// A rule of return visits (回访).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FollowUp {
    /// Wire name.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// What it comes after.
    pub after: FollowsAfter,
    /// Within which time; nothing for those that only come round (`then`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Length>,
    /// Share of what it comes after that is followed up at least, in per cent: 1 to 100.
    pub percent: u8,
    /// Who does it; the first that fits.
    pub by: Vec<ByWhom>,
    /// What follows, in the order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Then>,
    /// Whether it is repeated until the matter is solved.
    #[serde(default)]
    pub until_solved: bool,
    /// From which follow-up of one matter on the phone will do; 0 = from the first.
    #[serde(default)]
    pub by_phone_from: u32,
    /// Severities that are always visited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub always_visited: Vec<String>,
    /// Cases that need none, as they are marked: `anonymous`, `reply_only`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excused: Vec<String>,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// A report that comes round: the monthly contact summary, the weekly service report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct PeriodicReport {
    /// Wire name.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// How often.
    pub every: Every,
    /// Role or post that writes it.
    pub by: String,
    /// Role or post it goes to.
    pub to: String,
}

/// A greeting (问候): what for, and what is prepared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Greeting {
    /// Wire name: `birthday`, `festival`, `year_end` or one of the pack's own.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Month it is prepared in, 1 to 12; 0 = by the customer's own day.
    #[serde(default)]
    pub month: u8,
    /// Role or post that does it.
    pub by: String,
}

/// The part of a pack about contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct ContactRules {
    /// How visits are planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanRule>,
    /// Within which time a visit is reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_within: Option<Length>,
    /// Purposes of a visit.
    pub purposes: Vec<Choice>,
    /// Service classes: before, during and after the sale, regular (售前/售中/售后/经常性).
    pub service_classes: Vec<Choice>,
    /// Targets per post.
    pub targets: Vec<Target>,
    /// Return visits.
    pub follow_ups: Vec<FollowUp>,
    /// Whether a home visit counts only with the customer's signature.
    pub home_visit_signed: bool,
    /// Role or post that checks and signs follow-ups; empty = nobody.
    pub checked_by: String,
    /// Reports that come round.
    pub reports: Vec<PeriodicReport>,
    /// Greetings.
    pub greetings: Vec<Greeting>,
    /// Whether whoever is asked first writes it down and stays answerable (首问负责).
    pub first_contact_owns: bool,
}

/// A class of guests (接待等级).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ReceptionClass {
    /// Wire name, for instance `A`.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Roles or posts that receive; empty = anyone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub received_by: Vec<String>,
    /// Room.
    #[serde(default)]
    pub room: Text,
    /// Cost limit per head in cents; none = no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_head: Option<i64>,
    /// Steps of receiving, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Text>,
}

/// How many of the company's people come with so many guests (陪同人数).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Company {
    /// Up to how many guests; none = any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_guests: Option<u32>,
    /// People of the company.
    pub people: u32,
    /// Whether more may come.
    #[serde(default)]
    pub or_more: bool,
}

/// How a visit of a class of customers to the company is prepared (来访).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Tier {
    /// Wire name of the class of customers.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Role or post that plans it.
    pub planned_by: String,
    /// What is prepared: lodging, transport, welcome board.
    #[serde(default)]
    pub prepared: Vec<Text>,
}

/// The part of a pack about reception (接待).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct ReceptionRules {
    /// Classes of guests, from the highest.
    pub classes: Vec<ReceptionClass>,
    /// People of the company by number of guests, from the fewest.
    pub company: Vec<Company>,
    /// Roles or posts that approve important gifts.
    pub gifts_approved_by: Vec<String>,
    /// From which value in cents a gift is important; 0 = every gift.
    pub important_gift_from: i64,
    /// How long ahead it is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ahead: Option<Length>,
    /// Visits by class of customer.
    pub tiers: Vec<Tier>,
    /// Role or post that receives at its own cost; empty = none.
    pub pays_own: String,
}

impl ReceptionRules {
    /// Returns a class by its wire name.
    pub fn class(&self, id: &str) -> Option<&ReceptionClass> {
        self.classes.iter().find(|class| class.id == id)
    }
}
