//! A case (咨询/建议/投诉/报修): the steps of its way, the states they lead to, its events.
//!
//! Decides what exists. How events become one state is decided in [`crate::fold`], what may follow in [`crate::follow`],
//! what a person may do next in [`crate::rules`], what its fields hold in [`crate::case_field`]; all are
//! re-exported here.
//!
//! Long: the tables of steps and states.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::id::EventId;
use crate::signing::Signing;

pub use crate::case_field::{
    CASE_KINDS, CATEGORIES, CHANNELS, CONFIDENTIALITIES, CaseField, DEMANDS, SEVERITIES, validate,
};
pub use crate::fold::{CaseSummary, Clash, ClashKind, FoldedEvent, fold, fold_in};
pub use crate::mark::Mark;
pub use crate::rules::{StepContext, allowed, allowed_steps, check, check_step, who_may};
pub use crate::step_error::{RequiredData, StepError};

/// Declares an enum of wire names.
macro_rules! wire_enum {
    ($(#[$meta:meta])* $Enum:ident { $($(#[doc = $doc:literal])+ $Variant:ident $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $Enum { $($(#[doc = $doc])+ $Variant,)+ }

        impl $Enum {
            /// Every one, in the order of the way of a case.
            pub const ALL: &'static [Self] = &[$(Self::$Variant,)+];

            /// Returns the wire name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$Variant => $name,)+ }
            }

            /// Returns the one with this wire name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$Variant),)+ _ => None }
            }
        }
    };
}

wire_enum! {
    /// What an event does to a case.
    Step {
        /// 登记: the first event of a case
        Registered "registered",
        /// 受理
        Accepted "accepted",
        /// 不成立: answered politely with reasons
        NotUpheld "not_upheld",
        /// 转办 to another branch
        Forwarded "forwarded",
        /// 分派 to a department or a person
        Assigned "assigned",
        /// 调查 done: cause, conclusion, countermeasure, prevention
        Investigated "investigated",
        /// 方案 proposed
        Proposed "proposed",
        /// 审批: the plan is approved
        Approved "approved",
        /// 退回: the plan is sent back
        SentBack "sent_back",
        /// 执行: the plan is carried out
        CarriedOut "carried_out",
        /// 答复 to the customer
        Answered "answered",
        /// 回访: the customer was asked
        CalledBack "called_back",
        /// 结案
        Closed "closed",
        /// 重新处理
        Reopened "reopened",
        /// 归档
        Archived "archived",
        /// 撤回 by the customer
        Withdrawn "withdrawn",
        /// 重复: the same matter is recorded already
        Duplicate "duplicate",
        /// 恶意: stand firm, explain
        Malicious "malicious",
        /// 备注: a plain note
        Noted "noted",
        /// 导入 with the state given in `imported_state`
        Imported "imported",
        /// 定级: classed by severity, with what makes it so
        Classed "classed",
        /// 暂停: clocks stand still while the customer is waited for
        Paused "paused",
        /// 恢复
        Resumed "resumed",
        /// 延期 to the special limit, once, by an approver
        Extended "extended",
        /// 会签: signed by an approver who is not the last
        Endorsed "endorsed",
        /// 委托: an approver lets someone else sign
        Delegated "delegated",
        /// 退回转办: the other branch does not take it
        Returned "returned",
        /// 纠正/预防措施 planned
        ActionPlanned "action_planned",
        /// 纠正/预防措施 done
        ActionDone "action_done",
        /// 纠正/预防措施 looked at by someone else
        ActionVerified "action_verified",
        /// 抽查 of a closed case
        SpotChecked "spot_checked",
        /// 处罚/奖励 proposed
        PenaltyProposed "penalty_proposed",
        /// 听取申辩
        PenaltyHeard "penalty_heard",
        /// 处罚/奖励 approved: in force from here
        PenaltyApproved "penalty_approved",
        /// 处罚/奖励 turned down
        PenaltyRejected "penalty_rejected",
        /// 公布
        PenaltyPublished "penalty_published",
        /// 申诉 by the person
        PenaltyAppealed "penalty_appealed",
        /// 申诉驳回: it stays
        PenaltyConfirmed "penalty_confirmed",
        /// 申诉成立: it is lifted
        PenaltyLifted "penalty_lifted",
        /// 备案: the customer is filed
        Filed "filed",
        /// 得知变更: something about the customer has changed
        ChangeNoticed "change_noticed",
        /// 变更登记: the change is in the file
        Changed "changed",
        /// 补全: an incomplete file was gone through
        Completed "completed",
        /// 更新核对: a file was compared with what is so now
        Refreshed "refreshed",
        /// 审核 of a file by the direct superior
        Reviewed "reviewed",
        /// 审批确认 of a file
        FileApproved "file_approved",
        /// 退回补充: the file is sent back to be completed
        FileReturned "file_returned",
        /// 联系报告
        ContactReported "contact_reported",
        /// 收到资料
        PaperReceived "paper_received",
        /// 核对资料
        PaperChecked "paper_checked",
        /// 归还资料
        PaperReturned "paper_returned",
        /// 缺少资料 noted
        PaperMissing "paper_missing",
        /// 移交 of papers, signed by who hands over
        HandedOver "handed_over",
        /// 签收 of papers, signed by who receives
        HandOverAccepted "hand_over_accepted",
        /// 拒收 of papers
        HandOverRefused "hand_over_refused",
        /// 更换负责人
        OwnerChanged "owner_changed",
        /// 告知客户
        CustomerTold "customer_told",
        /// 阶段变更 of the life cycle
        LifeCycleChanged "life_cycle_changed",
        /// 评级 proposed
        ClassProposed "class_proposed",
        /// 评级 confirmed
        ClassConfirmed "class_confirmed",
        /// 评级 refused
        ClassRefused "class_refused",
        /// 合并 with another file
        Merged "merged",
        /// 撤销合并
        Unmerged "unmerged",
        /// 放入公共客户
        Pooled "pooled",
        /// 领取
        Claimed "claimed",
        /// 争议 about who looks after the customer
        Disputed "disputed",
        /// 裁定 of a dispute
        Ruled "ruled",
        /// 查阅: a protected file was opened
        Opened "opened",
        /// 计划: a contact is planned
        Planned "planned",
        /// 提交 of a plan
        Submitted "submitted",
        /// 改期
        Rescheduled "rescheduled",
        /// 完成: the contact took place
        Done "done",
        /// 报告
        Reported "reported",
        /// 承诺 to the customer
        Promised "promised",
        /// 承诺兑现
        PromiseKept "promise_kept",
        /// 取消
        Cancelled "cancelled",
        /// 客户签字
        CustomerSigned "customer_signed",
        /// 主管检查
        Supervised "supervised",
    }
}

impl Step {
    /// Returns whether the step decides something two people may decide differently.
    pub const fn is_deciding(self) -> bool {
        matches!(
            self,
            Self::Accepted
                | Self::NotUpheld
                | Self::Forwarded
                | Self::Assigned
                | Self::Investigated
                | Self::Proposed
                | Self::Approved
                | Self::SentBack
                | Self::CarriedOut
                | Self::Answered
                | Self::CalledBack
                | Self::Closed
                | Self::Reopened
                | Self::Archived
                | Self::Withdrawn
                | Self::Duplicate
                | Self::Malicious
                | Self::Returned
                | Self::Imported
        )
    }
}

wire_enum! {
    /// Where a case stands.
    CaseState {
        /// Written down, nobody has looked at it yet
        Registered "registered",
        /// Taken on
        Accepted "accepted",
        /// Answered as unfounded
        NotUpheld "not_upheld",
        /// With another branch
        Forwarded "forwarded",
        /// With a department or a person
        Assigned "assigned",
        /// Cause and conclusion are known
        Investigated "investigated",
        /// A plan waits for approval
        Proposed "proposed",
        /// The plan may be carried out
        Approved "approved",
        /// The plan needs another one
        SentBack "sent_back",
        /// The plan is done, the customer not yet answered
        CarriedOut "carried_out",
        /// Answered, not yet called back
        Answered "answered",
        /// Called back, not yet closed
        CalledBack "called_back",
        /// Closed
        Closed "closed",
        /// Taken up again
        Reopened "reopened",
        /// In the archive
        Archived "archived",
        /// Withdrawn by the customer
        Withdrawn "withdrawn",
        /// The same as another case
        Duplicate "duplicate",
        /// Made in bad faith
        Malicious "malicious",
        /// Given back by the branch it was forwarded to; only continuations are
        Returned "returned",
    }
}

/// The three groups lists and figures use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateGroup {
    /// Ours to act on now.
    Open,
    /// Waiting for someone else: another branch, an approver, the call-back.
    Waiting,
    /// Nothing more to do.
    Done,
}

impl CaseState {
    /// Returns the group of the state.
    pub const fn group(self) -> StateGroup {
        match self {
            Self::Forwarded | Self::Proposed | Self::Answered => StateGroup::Waiting,
            Self::NotUpheld
            | Self::Closed
            | Self::Archived
            | Self::Withdrawn
            | Self::Duplicate
            | Self::Malicious
            | Self::Returned => StateGroup::Done,
            _ => StateGroup::Open,
        }
    }

    /// Returns whether something is still to be done, here or elsewhere.
    pub const fn is_open(self) -> bool {
        !matches!(self.group(), StateGroup::Done)
    }

    /// Returns the state that a foreign system's word stands for: our wire names, and the words of the
    /// CFPB file and of common help desks. Case, width and outer spaces do not matter.
    pub fn from_imported(text: &str) -> Option<Self> {
        let folded = crate::text::fold(text);
        Self::parse(&folded.replace([' ', '-'], "_")).or_else(|| {
            IMPORTED_STATES
                .iter()
                .find(|(word, _)| *word == folded)
                .map(|(_, state)| *state)
        })
    }
}

/// Words of other systems and the state each stands for, shown in the import preview.
///
/// **Source:** "Company response to consumer" of the CFPB complaint database; status words of help desks.
pub const IMPORTED_STATES: &[(&str, CaseState)] = &[
    ("new", CaseState::Registered),
    ("open", CaseState::Accepted),
    ("in progress", CaseState::Accepted),
    ("processing", CaseState::Assigned),
    ("waiting", CaseState::Accepted),
    ("resolved", CaseState::Answered),
    ("closed with explanation", CaseState::Closed),
    ("closed with monetary relief", CaseState::Closed),
    ("closed with non-monetary relief", CaseState::Closed),
    ("closed with relief", CaseState::Closed),
    ("closed without relief", CaseState::Closed),
    ("untimely response", CaseState::Closed),
    ("登记", CaseState::Registered),
    ("受理", CaseState::Accepted),
    ("处理中", CaseState::Accepted),
    ("已分派", CaseState::Assigned),
    ("已答复", CaseState::Answered),
    ("结案", CaseState::Closed),
    ("已结案", CaseState::Closed),
    ("归档", CaseState::Archived),
];

/// One thing that happened to a case. Events are only ever added.
///
/// Field order is the order in which two events of one id are compared; see [`fold`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct CaseEvent {
    /// Names the event.
    pub id: EventId,
    /// What it does.
    pub step: Step,
    /// When, from the author's hybrid clock.
    pub at: Millis,
    /// The name or id of the member of staff who acted.
    pub by: String,
    /// The device it was entered on.
    pub device: String,
    /// What was said or done.
    #[serde(default)]
    pub note: String,
    /// The events the author saw as the latest: heads of the graph at that time.
    #[serde(default)]
    pub after: Vec<EventId>,
    /// Why, for steps that need a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The person it is assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// The department it is assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The code of the branch it is forwarded to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_branch: Option<String>,
    /// 原因
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// 结论
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<String>,
    /// 对策
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countermeasure: Option<String>,
    /// 预防措施
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prevention: Option<String>,
    /// What the customer said at the call-back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfied: Option<bool>,
    /// The customer's score at the call-back, 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// Money granted, in cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The state of an imported case: a wire name of [`CaseState`] or a word of [`IMPORTED_STATES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported_state: Option<String>,
    /// Further data by name ([`crate::case_data`] and what packs add).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    /// What became of the signature of the person: found when it is read, never stored or sent.
    #[serde(skip)]
    pub signing: Signing,
}

impl CaseEvent {
    /// Returns an event with only what every event has; set the rest on it.
    pub fn new(id: EventId, step: Step, at: Millis, by: &str, device: &str) -> Self {
        Self {
            id,
            step,
            at,
            by: by.to_owned(),
            device: device.to_owned(),
            note: String::new(),
            after: Vec::new(),
            reason: None,
            assignee: None,
            department: None,
            to_branch: None,
            cause: None,
            conclusion: None,
            countermeasure: None,
            prevention: None,
            satisfied: None,
            score: None,
            amount: None,
            imported_state: None,
            data: BTreeMap::new(),
            signing: Signing::NotAsked,
        }
    }

    /// Returns a datum, or an empty text.
    pub fn datum(&self, name: &str) -> &str {
        self.data.get(name).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_are_serde_names_and_parse_back() {
        for step in Step::ALL {
            assert_eq!(
                serde_json::to_string(step).unwrap(),
                format!("\"{}\"", step.name())
            );
            assert_eq!(Step::parse(step.name()), Some(*step));
        }
        for state in CaseState::ALL {
            assert_eq!(
                serde_json::to_string(state).unwrap(),
                format!("\"{}\"", state.name())
            );
            assert_eq!(CaseState::parse(state.name()), Some(*state));
            assert_eq!(CaseState::from_imported(state.name()), Some(*state));
        }
    }

    #[test]
    fn foreign_states_are_read_by_the_table() {
        assert_eq!(
            CaseState::from_imported("Closed with non-monetary relief"),
            Some(CaseState::Closed)
        );
        assert_eq!(
            CaseState::from_imported(" In progress"),
            Some(CaseState::Accepted)
        );
        assert_eq!(
            CaseState::from_imported("Called back"),
            Some(CaseState::CalledBack)
        );
        assert_eq!(CaseState::from_imported("on the moon"), None);
        for (word, _) in IMPORTED_STATES {
            assert_eq!(
                crate::text::fold(word),
                *word,
                "the table is compared folded"
            );
        }
    }

    #[test]
    fn an_event_is_written_without_what_it_does_not_say() {
        let event = CaseEvent::new(EventId::from_u64(7), Step::NotUpheld, 1, "王伟", "d1");
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(
            json,
            r#"{"id":"0000000000000007","step":"not_upheld","at":1,"by":"王伟","device":"d1","note":"","after":[]}"#
        );
        assert_eq!(serde_json::from_str::<CaseEvent>(&json).unwrap(), event);
    }
}
