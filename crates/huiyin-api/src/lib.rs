//! What the page may ask of the engine, and what it may be told: plain data in the terms of the screen.
//!
//! The page, the worker and the command line speak only these types. Names of fields, steps, kinds and states travel as
//! the wire names of `huiyin-core` (snake case, English); texts in the user's language are made where they are shown.
//! Instants are Unix milliseconds; amounts are cents; identifiers are the text forms of `huiyin-core`.

mod allocation;
mod answer;
mod bulk;
mod contact;
mod custom_fields;
mod desk;
mod detail;
mod detail_forms;
mod devices;
mod differing;
mod duties;
mod events;
mod fetch;
mod figure_links;
mod figure_part;
mod figure_report;
mod figures;
mod file;
mod grading;
mod history;
mod import;
mod leads;
mod list_filter;
mod list_view;
mod lock;
mod loyalty;
mod message;
mod month_table;
mod newcomers;
mod occasions;
mod owners;
mod paper_words;
mod people;
mod pool;
mod problem;
mod record;
mod recovery;
mod relay_address;
mod request;
mod sentence;
mod staff_key;
mod survey;
mod sync;

pub use allocation::{
    AllocationDay, ClaimNotice, MAX_REFERRALS, MoveProposal, OwnerRights, ReferralEntry,
    ReferralView,
};
pub use answer::{
    Answer, BranchView, DigestView, HomeView, SettingsView, StaffView, TextHits, VerifyView,
    WorkspaceStatus,
};
pub use bulk::{
    BulkAct, BulkChange, BulkEntry, BulkField, BulkForm, BulkIntent, BulkLeft, BulkLine,
    BulkReason, BulkReport, MAX_BULK, MAX_BULK_CHANGES, MAX_BULK_ENTRIES, MAX_BULK_LINES,
    MAX_BULK_SLICE, bulk_field, bulk_fields,
};
pub use contact::{
    ContactDay, ContactDesk, ContactDutyView, ContactPage, ContactQuery, ContactRecord, ContactRow,
    FollowUpView, PlanView, PromiseView, TargetView,
};
pub use custom_fields::{
    CUSTOM_PREFIX, CustomField, CustomForm, MAX_CUSTOM_CHOICES, MAX_CUSTOM_FIELDS, MAX_CUSTOM_NAME,
    custom_name, custom_text,
};
pub use desk::{
    ActionView, AttachmentView, CalendarForm, CalendarsView, CaseDesk, ClockView, ContinuationView,
    DayView, DeskView, DestructionView, ExtraField, MarkView, PackRow, PacksView, PartView,
    PenaltiesView, PenaltyIntent, PenaltySum, PenaltyView, ProposalView, ReminderView,
    SignatureView,
};
pub use devices::{
    ChainAlarm, CutPreview, DeviceRow, DeviceState, DevicesView, LateRow, MAX_ALARMS, MAX_LATE,
    MAX_REASON, ShutOutView,
};
pub use differing::{
    ConflictChoice, ConflictLeft, DifferingField, DifferingPage, DifferingQuery, DifferingRecord,
    MAX_DIFFERING_ROWS, MAX_SETTLED, SettledReport, ValueStanding,
};
pub use duties::{FileDay, FileDutyPage, FileDutyQuery, FileDutyView};
pub use events::{
    DisputeView, EventChange, EventDepartment, EventForm, EventGuests, EventRow, EventValue,
    EventsView, GuestLine, MAX_EVENTS, MAX_INVITATIONS,
};
pub use fetch::{FetchState, FetchView};
pub use figure_links::FigureMeasure;
pub use figure_part::{
    FigureGroup, FigureMatter, FigurePart, MAX_FIGURE_GROUPS, MAX_GROUP_NUMBERS, OTHER_GROUP,
    POINTS_TABLE, PointSum,
};
pub use figure_report::{
    CrossQuery, CrossTable, MAX_REPORT_CONDITIONS, MAX_REPORT_HEADS, MAX_REPORT_LINES,
    REPORT_COLUMNS, ViewReport,
};
pub use figures::{
    AsOf, CaseFigures, ContactFigures, CustomerFigures, FIGURE_COLUMNS, FigureHeat, FigureQuery,
    FigureSpan, FiguresView, MAX_FIGURE_CHOICES, MAX_FIGURE_DAYS, MAX_FIGURE_RECORDS,
    PeriodFigures, SurveyCount,
};
pub use file::{
    DutyView, FileView, HandOverView, LegView, PaperListView, PaperView, RelationView, StageView,
};
pub use grading::{
    ClassLine, ClassProposal, ClassReport, ClassView, GradingPage, GradingQuery, GradingRow,
    MAX_CLASSES_AT_ONCE,
};
pub use history::{
    FieldThen, HistoryLine, HistoryQuery, MAX_HISTORY, RecordHistory, RecordThen, TakenBack,
};
pub use import::{
    ColumnMap, FieldChoice, ImportKind, ImportPreview, ImportProgress, ImportReport, ImportStage,
    ImportSummary, RejectedRow, UndoReport,
};
pub use leads::{
    LeadElsewhere, LeadEntry, LeadLine, LeadMove, LeadQuery, LeadReport, LeadStaff, LeadsView,
    MAX_LEAD_ENTRIES, MAX_LEADS,
};
pub use list_filter::{
    Condition, FilterDay, FilterField, FilterForm, FilterTree, MAX_FILTER_CHARS,
    MAX_FILTER_CONDITIONS, MAX_FILTER_DAYS, MAX_FILTER_DEPTH, MAX_FILTER_VALUES, Operator,
    filter_field, filter_fields, filter_form, group_rank,
};
pub use list_view::{
    LIST_VIEW_VERSION, ListView, MAX_OWN_VIEWS, MAX_SHARED_VIEWS, MAX_VIEW_BYTES, MAX_VIEW_COLUMNS,
    MAX_VIEW_NAME, SavedView, SavedViews,
};
pub use lock::{LOCK_IDLE_DEFAULT, LOCK_IDLE_MINUTES, LockIntent, LockView, MIN_LOCK_PASSPHRASE};
pub use loyalty::{
    FallingRow, LoyaltyQuery, LoyaltyView, MAX_LOYALTY_ROWS, MAX_STAGE_ROWS, StageRow, ValueRow,
    WinBackStep,
};
pub use message::{FromWorker, Notice, ToWorker};
pub use month_table::{
    MAX_MONTH_SIGNATURES, MONTH_TABLE_DAY, MONTH_TABLE_ROLE, MonthDuty, MonthFigures,
    MonthSignature, MonthTable,
};
pub use newcomers::{NewcomerView, OwnApproval};
pub use occasions::{BirthdayView, OccasionView};
pub use owners::{
    HandOverEntry, HandOverIntent, HandOverMove, HandOverPlan, HandOverReport, MAX_HAND_OVER,
    MAX_HAND_OVER_SLICE,
};
pub use paper_words::{
    LOGO, MAX_LOGO_BYTES, MAX_PAPER_LINE, MAX_PAPER_SENTENCE, MAX_PAPER_TEXTS, MAX_PAPER_TITLE,
    PAPER_LINES, PAPER_SLOTS, PAPER_WORDS_VERSION, PaperWords, checked_paper_text, is_logo,
};
pub use people::{
    AlikeRow, DuplicatePair, DuplicatesView, MAX_PAIRS, MergePreview, MergedView, UnmergeReport,
};
pub use pool::{PoolRow, PoolView};
pub use problem::{Problem, ProblemCode};
pub use record::{
    CasePage, CaseRecord, CaseRow, ClashView, ConflictValue, ConflictView, CustomerPage,
    CustomerRecord, CustomerRow, DeadlineView, DueState, EventView, FieldView, SpanView,
    StateGroup, StepForm,
};
pub use recovery::{KIT_DUE_DAYS, KitDue, KitState, KitView, RecoveryView};
pub use relay_address::{socket_url, taken_for};
pub use request::{ListQuery, Request, StepIntent};
pub use sentence::{Language, Sentence, detail_in};
pub use staff_key::{StaffKeyState, StaffKeyView, StaffKeysView};
pub use survey::{
    MAX_COMMENTS, SurveyActionIntent, SurveyComment, SurveyIntent, SurveyPage, SurveyPart,
    SurveyQuery, SurveyRecord, SurveyRound, SurveyRow, SurveyShare, SurveyVersion, SurveysView,
};
pub use sync::{
    BackupView, BundleReport, DeviceView, InvitationView, InviteView, PreviewView, QuarantinePage,
    QuarantineView, ReasonCount, RelayState, SyncView,
};

/// Unix milliseconds.
pub type Millis = i64;

/// Largest page a list query may ask for, in rows.
pub const MAX_PAGE_ROWS: u32 = 2_000;
