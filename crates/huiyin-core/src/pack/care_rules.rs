//! What a pack says about grading, surveys, key accounts, and how customers are shared out.
//!
//! Decides what can be said. Grading is done in [`crate::grading`], surveys are counted in [`crate::survey`], customers shared
//! out in [`crate::allocation`]; whether the rules make sense is decided in [`super::check`].

use serde::{Deserialize, Serialize};

use super::file_rules::Every;
use super::{Choice, Text};
use crate::deadline::Length;

/// One line of the score sheet (评估表).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Criterion {
    /// Wire name.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// Highest score, at least 1.
    pub max: u32,
    /// Weight in per cent; all together 100.
    pub weight: u32,
    /// Role or post that scores it.
    pub by: String,
}

/// From which share of the whole score a class is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Threshold {
    /// Wire name of the class.
    pub class: String,
    /// Least score in per cent of the whole.
    pub from_percent: u32,
}

/// The part of a pack about grading (客户评级).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct GradingRules {
    /// Wire name of the classification scheme of the pack's files.
    pub scheme: String,
    /// First day of the yearly window, `MM-DD`.
    pub opens: String,
    /// Last day of the yearly window, `MM-DD`.
    pub closes: String,
    /// The score sheet.
    pub sheet: Vec<Criterion>,
    /// Classes by score, from the highest.
    pub thresholds: Vec<Threshold>,
    /// Role or post that convenes the meeting.
    pub convened_by: String,
    /// Roles or posts that confirm.
    pub confirmed_by: Vec<String>,
    /// Months after which a provisional class is reviewed; 0 = never.
    pub provisional_months: u32,
    /// Roles or posts without whom no order of the first class is refused.
    pub refuses_first: Vec<String>,
    /// Roles or posts that may raise a good order of another class to the first.
    pub raises: Vec<String>,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// A score from 0 to `max`.
    #[default]
    Score,
    /// Yes or no.
    YesNo,
    /// One of the choices.
    Choice,
    /// In words.
    Words,
}

/// A question of a survey.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Question {
    /// Wire name.
    pub id: String,
    /// What is asked.
    pub text: Text,
    /// How it is answered.
    #[serde(default)]
    pub kind: AnswerKind,
    /// Highest score of a score.
    #[serde(default)]
    pub max: u32,
    /// What can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Weight among the scores; 0 counts as 1.
    #[serde(default)]
    pub weight: u32,
    /// Whether it may be left out.
    #[serde(default)]
    pub optional: bool,
}

/// A survey (满意度调查).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct SurveyRule {
    /// Wire name.
    pub id: String,
    /// What is shown.
    pub text: Text,
    /// How often it is held.
    pub every: Every,
    /// The questions.
    pub questions: Vec<Question>,
    /// Satisfaction aimed at, in per cent; 0 = none.
    #[serde(default)]
    pub target_percent: u32,
    /// Whether a result below the target needs a corrective action.
    #[serde(default)]
    pub corrective: bool,
    /// Role or post that writes the report; empty = nobody.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub report_by: String,
    /// Role or post that approves the report; empty = nobody.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub approved_by: String,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// When a customer without service may go to others (公共客户).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct PoolRule {
    /// Months without service.
    pub months: u32,
    /// What counts as no service, any of: `not_invited`, `did_not_come`, `no_home_visit`, `no_contact`.
    pub any_of: Vec<String>,
    /// Role or post told by whoever takes the customer, who changes the file.
    pub told: String,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// What counts as no service in [`PoolRule::any_of`].
pub const NO_SERVICE: &[&str] = &["not_invited", "did_not_come", "no_home_visit", "no_contact"];

/// When the list of invitations closes on the day of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct DayOf {
    /// Session: `morning`, `afternoon`, `evening`.
    pub session: String,
    /// Time it closes, `HH:MM`.
    pub closes: String,
}

/// Sessions of a day an event may take.
pub const SESSIONS: &[&str] = &["morning", "afternoon", "evening"];

/// How guests are invited to an event (邀约).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct InvitationRules {
    /// Days before the event in which lists are taken.
    pub days_before: u32,
    /// Time a day's list closes, `HH:MM`; later counts for the next day.
    pub closes: String,
    /// On the day itself.
    #[serde(default)]
    pub day_of: Vec<DayOf>,
    /// Days by which the first department invites before the second.
    #[serde(default)]
    pub head_start_days: u32,
    /// Id of the clause of a late list; empty = none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub late_clause: String,
    /// Whether the former carer helps only with the inviter's consent.
    #[serde(default)]
    pub consent_of_inviter: bool,
}

/// What a referrer earns (老带新).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ReferralRules {
    /// Points for each new customer brought.
    pub per_customer: u32,
    /// Points for each whole [`ReferralRules::per_amount`] the customer spends.
    pub points: u32,
    /// Amount in cents.
    pub per_amount: i64,
    /// Whether only what is closed at the event counts.
    #[serde(default)]
    pub at_event_only: bool,
}

/// The part of a pack about sharing customers out (分配).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct AllocationRules {
    /// Whether leads are shared out evenly among those who took part.
    pub even: bool,
    /// Role or post that enters leads and shares them out.
    pub entered_by: String,
    /// Customers without service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolRule>,
    /// After which time an unsolved complaint moves the customer to someone else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaint_moves_after: Option<Length>,
    /// Roles or posts that rule disputes, in order.
    pub disputes: Vec<String>,
    /// Invitations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitations: Option<InvitationRules>,
    /// Referrals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<ReferralRules>,
    /// Whether a leaver's customers are handed to others before the account closes, and told.
    pub leaver_replaced: bool,
}

/// The part of a pack about key accounts (忠诚度).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct LoyaltyRules {
    /// Share of the whole value that key accounts bring together, in per cent: the 80 of 80/20.
    pub key_percent: u32,
    /// Fall against the time before from which someone is warned, in per cent.
    pub fall_percent: u32,
    /// Months that are compared with as many before.
    pub fall_months: u32,
    /// Roles or posts warned.
    pub warned: Vec<String>,
    /// What the company gives beside the goods (转移价值).
    pub values: Vec<Choice>,
    /// What is done to win a customer back, in order.
    pub win_back: Vec<Text>,
}
