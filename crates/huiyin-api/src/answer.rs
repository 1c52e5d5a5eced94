//! Answers to requests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ActionView, BundleReport, CalendarsView, CasePage, CaseRecord, CaseRow, ContactDay,
    ContactDesk, ContactPage, ContactRecord, CustomerPage, CustomerRecord, DayView, DeskView,
    DestructionView, FollowUpView, ImportPreview, ImportReport, ImportSummary, InviteView, Millis,
    PacksView, PenaltiesView, QuarantinePage, SyncView, UndoReport,
};

/// The answer to a request; which one, the request says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Nothing more to say.
    Done,
    /// A record was stored: id and number.
    Saved {
        /// Record id.
        id: String,
        /// Number people read, where there is one.
        number: String,
    },
    /// Whether there is a workspace and who is at the device.
    Status(WorkspaceStatus),
    /// Keys of the staff.
    StaffKeys(Box<crate::StaffKeysView>),
    /// My day.
    Home(Box<HomeView>),
    /// Customer rows.
    Customers(CustomerPage),
    /// Case rows.
    Cases(CasePage),
    /// A customer.
    Customer(Box<CustomerRecord>),
    /// A case.
    Case(Box<CaseRecord>),
    /// Contacts.
    Contacts(ContactPage),
    /// A contact.
    Contact(Box<ContactRecord>),
    /// Return visits that are due.
    FollowUps(Vec<FollowUpView>),
    /// Duties of files.
    FileDuties(Box<crate::FileDutyPage>),
    /// What forms of contacts choose from.
    ContactDesk(Box<ContactDesk>),
    /// Questionnaires and rounds.
    Surveys(Box<crate::SurveysView>),
    /// Answers to surveys.
    SurveyAnswers(crate::SurveyPage),
    /// One customer's answers.
    SurveyAnswer(Box<crate::SurveyRecord>),
    /// A part of the totals of a round.
    SurveyTotals(Box<crate::SurveyPart>),
    /// Figures of a period.
    Figures(Box<crate::FiguresView>),
    /// The counts of an own report.
    Crossed(Box<crate::CrossTable>),
    /// A part of what rows do not tell of a period.
    FigurePart(Box<crate::FigurePart>),
    /// The table of a month.
    MonthTable(Box<crate::MonthTable>),
    /// Customers like the one being entered, the likest first.
    Alike(Vec<crate::AlikeRow>),
    /// Files that are likely the same.
    Duplicates(Box<crate::DuplicatesView>),
    /// A merge to look at.
    MergePreview(Box<crate::MergePreview>),
    /// Customers whom others may take.
    Pool(Box<crate::PoolView>),
    /// Customers nobody looks after yet.
    Leads(Box<crate::LeadsView>),
    /// Leads shared out, or given back.
    LeadsShared(crate::LeadReport),
    /// Events.
    Events(Box<crate::EventsView>),
    /// An event with its guests.
    Event(Box<crate::EventGuests>),
    /// Who would take what of a leaver.
    HandOver(Box<crate::HandOverPlan>),
    /// A slice of a hand-over done or undone.
    HandedOver(crate::HandOverReport),
    /// Past hand-overs.
    HandOvers(Vec<crate::HandOverEntry>),
    /// A slice of a change of many records: looked at, done or undone.
    Bulk(Box<crate::BulkReport>),
    /// Past changes of many records.
    BulkEntries(Vec<crate::BulkEntry>),
    /// The yearly review.
    Grading(Box<crate::GradingPage>),
    /// Key accounts and lost customers.
    Loyalty(Box<crate::LoyaltyView>),
    /// Classes confirmed by the meeting.
    ClassesConfirmed(crate::ClassReport),
    /// A merge undone.
    Unmerged(crate::UnmergeReport),
    /// The packs.
    Packs(Box<PacksView>),
    /// A pack.
    Pack(Box<huiyin_core::pack::Pack>),
    /// The calendars.
    Calendars(Box<CalendarsView>),
    /// Days of a calendar file.
    Days(Vec<DayView>),
    /// Penalties and rewards.
    Penalties(Box<PenaltiesView>),
    /// Corrective and preventive actions.
    Actions(Vec<ActionView>),
    /// Segments past their time of keeping.
    Destructions(Vec<DestructionView>),
    /// Records with differing entries.
    Differing(Box<crate::DifferingPage>),
    /// What settling differing entries came to.
    Settled(crate::SettledReport),
    /// The history of a record.
    History(Box<crate::RecordHistory>),
    /// A record as it stood on a day.
    RecordThen(Box<crate::RecordThen>),
    /// What taking an action back came to.
    TakenBack(crate::TakenBack),
    /// A stored draft, if there is one.
    Draft(Option<String>),
    /// Branches, staff, company settings.
    Settings(Box<SettingsView>),
    /// An opened import file.
    ImportPreview(Box<ImportPreview>),
    /// A finished import.
    ImportReport(Box<ImportReport>),
    /// Past imports.
    Imports(Vec<ImportSummary>),
    /// An import taken back.
    Undone(UndoReport),
    /// Replication.
    Sync(Box<SyncView>),
    /// What could not be taken.
    Quarantine(QuarantinePage),
    /// A new invitation.
    Invite(InviteView),
    /// The recovery kits.
    Recovery(crate::RecoveryView),
    /// The devices of the company, and work that came too late.
    Devices(Box<crate::DevicesView>),
    /// What shutting out a device would leave.
    CutPreview(Box<crate::CutPreview>),
    /// Counts by text.
    Counts(BTreeMap<String, u32>),
    /// Fields that only an import knows, those of most records first.
    CustomFields(Vec<crate::CustomField>),
    /// The company's own texts of papers.
    PaperWords(Box<crate::PaperWords>),
    /// Saved views of lists.
    SavedViews(crate::SavedViews),
    /// Cases found by their descriptions.
    Texts(TextHits),
    /// How far the fetching of an attachment is.
    Fetch(crate::FetchView),
    /// A file in the attachment.
    File {
        /// Suggested name.
        name: String,
        /// Media type.
        media: String,
    },
    /// A bundle taken in.
    Bundle(BundleReport),
    /// Content digest.
    Digest(DigestView),
    /// Names of documents.
    Documents(Vec<String>),
    /// Result of a check of everything stored.
    Verify(VerifyView),
    /// How the lock of the device stands.
    Lock(crate::LockView),
}

/// Cases found by the words of their descriptions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TextHits {
    /// Cases found by this request, the newest first within a part; at most as many as wanted.
    pub rows: Vec<CaseRow>,
    /// Cases whose descriptions were looked at by this request.
    pub searched: u32,
    /// Cases not looked at yet.
    pub left: u32,
    /// What to ask next for the rest; empty if everything was looked at.
    pub next: String,
}

/// Whether there is a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WorkspaceStatus {
    /// A workspace exists on this device.
    pub ready: bool,
    /// Joined, but the company's data has not come yet.
    pub waiting_for_data: bool,
    /// Company name.
    pub company: String,
    /// This device's branch code.
    pub branch: String,
    /// Name of that branch.
    pub branch_name: String,
    /// Person at the device: id.
    pub staff: String,
    /// Person at the device: name.
    pub staff_name: String,
    /// Roles of the person.
    pub roles: Vec<String>,
    /// Device name.
    pub device_name: String,
    /// This device sees all branches.
    pub head_office: bool,
    /// Customers on this device.
    pub customers: u32,
    /// Cases on this device.
    pub cases: u32,
    /// Cases still open.
    pub open_cases: u32,
    /// Everything here is invented: a sample company.
    #[serde(default)]
    pub sample: bool,
}

/// My day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HomeView {
    /// Open cases past their deadline, most overdue first (at most 50).
    pub overdue: Vec<CaseRow>,
    /// Open cases due by the end of today (at most 50).
    pub today: Vec<CaseRow>,
    /// Open cases due within the next 3 days (at most 50).
    pub soon: Vec<CaseRow>,
    /// Open cases assigned to the person at the device (at most 50).
    pub mine: Vec<CaseRow>,
    /// Answered cases that wait for a call-back (at most 50).
    pub call_backs: Vec<CaseRow>,
    /// Cases with acts or fields to check (at most 50).
    pub to_check: Vec<CaseRow>,
    /// Records with fields that several people wrote at once.
    #[serde(default)]
    pub differing: u32,
    /// All overdue.
    pub overdue_total: u32,
    /// All due today.
    pub today_total: u32,
    /// All open.
    pub open_total: u32,
    /// All mine.
    pub mine_total: u32,
    /// All call-backs.
    pub call_back_total: u32,
    /// The lists of the complaint desk.
    #[serde(default)]
    pub desk: Box<DeskView>,
    /// Customers whose activity falls, of whom the person at the device is told (at most 50).
    #[serde(default)]
    pub falling: Vec<crate::FallingRow>,
    /// What contacts add.
    #[serde(default)]
    pub contacts: Box<ContactDay>,
    /// Present rounds of surveys whose report the person writes.
    #[serde(default)]
    pub surveys: Vec<crate::SurveyRound>,
    /// What sharing customers out adds.
    #[serde(default)]
    pub allocation: Box<crate::AllocationDay>,
    /// What duties of files add.
    #[serde(default)]
    pub files: Box<crate::FileDay>,
    /// The monthly complaint table, while it waits for the person.
    #[serde(default)]
    pub month_table: Option<crate::MonthDuty>,
}

/// A branch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BranchView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StaffView {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Role wire names.
    pub roles: Vec<String>,
    /// Branch code.
    pub branch: String,
    /// Has left.
    pub left: bool,
}

/// Branches, staff and company settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SettingsView {
    /// Company name.
    pub company: String,
    /// Deadline of a case, for instance `3wd`.
    pub case_clock: String,
    /// Branches by code.
    pub branches: Vec<BranchView>,
    /// Staff by name.
    pub staff: Vec<StaffView>,
    /// Person at this device.
    pub acting: String,
    /// Relay address of this device.
    pub relay: Option<String>,
    /// Last year whose holidays are known.
    pub holidays_until: i32,
    /// This device may change company settings.
    pub may_edit: bool,
}

/// A digest of content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DigestView {
    /// BLAKE3 of the canonical export, hex.
    pub digest: String,
    /// Live customers.
    pub customers: u64,
    /// Live cases.
    pub cases: u64,
}

/// A check of everything stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VerifyView {
    /// Envelopes checked.
    pub envelopes: u64,
    /// Documents loaded.
    pub documents: u64,
    /// First break found, if any: place and reason.
    pub broken: Vec<String>,
    /// When the check ended.
    pub at: Millis,
}
