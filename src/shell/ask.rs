//! Typed questions: each answers with the one kind of answer its request has.

use std::collections::BTreeMap;

use huiyin_api::{
    ActionView, AlikeRow, Answer, BulkEntry, BulkReport, BundleReport, CalendarsView, CasePage,
    CaseRecord, ClassReport, ContactDesk, ContactPage, ContactRecord, CustomerPage, CustomerRecord,
    DayView, DestructionView, DigestView, DuplicatesView, GradingPage, HandOverEntry, HandOverPlan,
    HandOverReport, HomeView, ImportPreview, ImportReport, ImportSummary, InviteView, ListQuery,
    LoyaltyView, MergePreview, PacksView, PenaltiesView, PoolView, Problem, ProblemCode, Request,
    SavedViews, SettingsView, SurveyPage, SurveyPart, SurveyRecord, SurveysView, SyncView,
    TextHits, UndoReport, UnmergeReport, VerifyView, WorkspaceStatus,
};
use huiyin_core::pack::Pack;
use serde::Deserialize;

use super::{engine::Engine, files, unread::Unread};

/// Reads the value of an answer of the expected kind.
pub type Pick<T> = fn(&Unread) -> Option<T>;

impl Engine {
    /// Returns what a request answers, picked from its answer.
    ///
    /// # Errors
    /// The engine's problem, or an internal one when the answer is of another kind.
    pub async fn get<T>(self, request: Request, pick: Pick<T>) -> Result<T, Problem> {
        pick(&self.ask(request).await?).ok_or_else(|| Problem::at(ProblemCode::Internal, "answer"))
    }

    /// Sends a command that answers nothing more.
    ///
    /// # Errors
    /// The engine's problem.
    pub async fn tell(self, request: Request) -> Result<(), Problem> {
        self.ask(request).await.map(|_| ())
    }

    /// Returns the id of the record a command stored.
    ///
    /// # Errors
    /// The engine's problem.
    pub async fn save(self, request: Request) -> Result<String, Problem> {
        self.get(request, saved).await
    }

    /// Asks for a file and offers it as a download. Returns its name.
    ///
    /// # Errors
    /// The engine's problem, or an internal one when the browser refuses the download.
    pub async fn download(self, request: Request) -> Result<String, Problem> {
        let (answer, bytes) = self.ask_with(request, None).await?;
        match (file(&answer), bytes) {
            (Some(file), Some(bytes)) if files::save_file(&file.name, &file.media, &bytes) => {
                Ok(file.name)
            }
            _ => Err(Problem::at(ProblemCode::Internal, "file")),
        }
    }

    /// Returns the customers a query finds.
    ///
    /// # Errors
    /// The engine's problem.
    pub async fn customers(self, query: ListQuery) -> Result<CustomerPage, Problem> {
        self.get(Request::Customers(query), customers).await
    }

    /// Returns the cases a query finds.
    ///
    /// # Errors
    /// The engine's problem.
    pub async fn cases(self, query: ListQuery) -> Result<CasePage, Problem> {
        self.get(Request::Cases(query), cases).await
    }
}

/// Makes the functions that read one kind of answer each. That the type is the one of the kind is held when this is compiled.
macro_rules! picks {
    ($($(#[$doc:meta])* $name:ident: $kind:ty = $variant:ident;)*) => {
        $($(#[$doc])*
        pub fn $name(answer: &Unread) -> Option<$kind> {
            let _: fn($kind) -> Answer = |value| Answer::$variant(value.into());
            answer.read(stringify!($variant))
        })*
    };
}

picks! {
    /// Picks the devices of the company.
    devices: huiyin_api::DevicesView = Devices;
    /// Picks what shutting out a device would leave.
    cut_preview: huiyin_api::CutPreview = CutPreview;
    /// Picks how the lock of the device stands.
    lock: huiyin_api::LockView = Lock;
    /// Picks how the fetching of an attachment stands.
    fetch: huiyin_api::FetchView = Fetch;
    /// Picks counts by text.
    counts: BTreeMap<String, u32> = Counts;
    /// Picks the fields that only an import knows.
    custom_fields: Vec<huiyin_api::CustomField> = CustomFields;
    /// Picks the keys of the staff.
    staff_keys: huiyin_api::StaffKeysView = StaffKeys;
    /// Picks the state of the workspace.
    status: WorkspaceStatus = Status;
    /// Picks my day.
    home: HomeView = Home;
    /// Picks customer rows.
    customers: CustomerPage = Customers;
    /// Picks case rows.
    cases: CasePage = Cases;
    /// Picks the saved views of lists.
    saved_views: SavedViews = SavedViews;
    /// Picks the company's own texts of papers.
    paper_words: huiyin_api::PaperWords = PaperWords;
    /// Picks cases found by their descriptions.
    texts: TextHits = Texts;
    /// Picks questionnaires and rounds.
    surveys: SurveysView = Surveys;
    /// Picks answers to surveys.
    survey_answers: SurveyPage = SurveyAnswers;
    /// Picks one customer's answers.
    survey_answer: SurveyRecord = SurveyAnswer;
    /// Picks a part of the totals of a round.
    survey_totals: SurveyPart = SurveyTotals;
    /// Picks the figures of a period.
    figures: huiyin_api::FiguresView = Figures;
    /// Picks the table of a month.
    month_table: huiyin_api::MonthTable = MonthTable;
    /// Picks the counts of an own report.
    crossed: huiyin_api::CrossTable = Crossed;
    /// Picks a part of what rows do not tell of a period.
    figure_part: huiyin_api::FigurePart = FigurePart;
    /// Picks customers like one being entered.
    alike: Vec<AlikeRow> = Alike;
    /// Picks likely duplicates.
    duplicates: DuplicatesView = Duplicates;
    /// Picks the preview of a merge.
    merge_preview: MergePreview = MergePreview;
    /// Picks customers whom others may take.
    pool: PoolView = Pool;
    /// Picks the yearly review.
    grading: GradingPage = Grading;
    /// Picks what a meeting did.
    classes_confirmed: ClassReport = ClassesConfirmed;
    /// Picks key accounts and lost customers.
    loyalty: LoyaltyView = Loyalty;
    /// Picks events.
    events: huiyin_api::EventsView = Events;
    /// Picks an event with its guests.
    event: huiyin_api::EventGuests = Event;
    /// Picks the leads of a branch.
    leads: huiyin_api::LeadsView = Leads;
    /// Picks what sharing out leads did.
    leads_shared: huiyin_api::LeadReport = LeadsShared;
    /// Picks who would take what of a leaver.
    hand_over: HandOverPlan = HandOver;
    /// Picks what a slice of a hand-over did.
    handed_over: HandOverReport = HandedOver;
    /// Picks past hand-overs.
    hand_overs: Vec<HandOverEntry> = HandOvers;
    /// Picks what a slice of a change of many records does or did.
    bulk: BulkReport = Bulk;
    /// Picks past changes of many records.
    bulk_entries: Vec<BulkEntry> = BulkEntries;
    /// Picks what undoing a merge did.
    unmerged: UnmergeReport = Unmerged;
    /// Picks a customer.
    customer: CustomerRecord = Customer;
    /// Picks contacts.
    contacts: ContactPage = Contacts;
    /// Picks a contact.
    contact: ContactRecord = Contact;
    /// Picks records with differing entries.
    differing: huiyin_api::DifferingPage = Differing;
    /// Picks what settling came to.
    settled: huiyin_api::SettledReport = Settled;
    /// Picks the history of a record.
    history: huiyin_api::RecordHistory = History;
    /// Picks a record as it stood on a day.
    record_then: huiyin_api::RecordThen = RecordThen;
    /// Picks what taking an edit back came to.
    taken_back: huiyin_api::TakenBack = TakenBack;
    /// Picks duties of files.
    file_duties: huiyin_api::FileDutyPage = FileDuties;
    /// Picks return visits that are due.
    follow_ups: Vec<huiyin_api::FollowUpView> = FollowUps;
    /// Picks what forms of contacts choose from.
    contact_desk: ContactDesk = ContactDesk;
    /// Picks a case.
    case: CaseRecord = Case;
    /// Picks the packs.
    packs: PacksView = Packs;
    /// Picks a pack.
    pack: Pack = Pack;
    /// Picks the calendars.
    calendars: CalendarsView = Calendars;
    /// Picks the days of a calendar file.
    days: Vec<DayView> = Days;
    /// Picks penalties and rewards.
    penalties: PenaltiesView = Penalties;
    /// Picks corrective and preventive actions.
    actions: Vec<ActionView> = Actions;
    /// Picks segments past their time of keeping.
    destructions: Vec<DestructionView> = Destructions;
    /// Picks the settings.
    settings: SettingsView = Settings;
    /// Picks the state of replication.
    sync: SyncView = Sync;
    /// Picks an opened import file.
    import_preview: ImportPreview = ImportPreview;
    /// Picks what an import did.
    import_report: ImportReport = ImportReport;
    /// Picks past imports.
    imports: Vec<ImportSummary> = Imports;
    /// Picks what taking an import back did.
    undone: UndoReport = Undone;
    /// Picks a new invitation.
    invite: InviteView = Invite;
    /// Picks the recovery kits.
    recovery: huiyin_api::RecoveryView = Recovery;
    /// Picks what a bundle brought.
    bundle: BundleReport = Bundle;
    /// Picks a page of what could not be taken.
    quarantine: huiyin_api::QuarantinePage = Quarantine;
    /// Picks a digest.
    digest: DigestView = Digest;
    /// Picks the result of a check.
    verify: VerifyView = Verify;
}

/// Picks the id of a stored record.
pub fn saved(answer: &Unread) -> Option<String> {
    #[derive(Deserialize)]
    struct Saved {
        id: String,
    }
    answer.read::<Saved>("Saved").map(|saved| saved.id)
}

/// Picks a stored draft; empty if there is none.
pub fn draft(answer: &Unread) -> Option<String> {
    let draft: Option<String> = answer.read("Draft")?;
    Some(draft.unwrap_or_default())
}

/// A file that came beside its answer.
#[derive(Debug, Deserialize)]
pub struct NamedFile {
    /// What it is called.
    pub name: String,
    /// Its media type.
    pub media: String,
}

/// Picks name and type of a file.
pub fn file(answer: &Unread) -> Option<NamedFile> {
    answer.read("File")
}
