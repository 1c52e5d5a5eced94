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

use super::{engine::Engine, files};

/// Picks the value out of an answer of the expected kind.
pub type Pick<T> = fn(Answer) -> Option<T>;

impl Engine {
    /// Returns what a request answers, picked from its answer.
    ///
    /// # Errors
    /// The engine's problem, or an internal one when the answer is of another kind.
    pub async fn get<T>(self, request: Request, pick: Pick<T>) -> Result<T, Problem> {
        pick(self.ask(request).await?).ok_or_else(|| Problem::at(ProblemCode::Internal, "answer"))
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
        match self.ask_with(request, None).await? {
            (Answer::File { name, media }, Some(bytes))
                if files::save_file(&name, &media, &bytes) =>
            {
                Ok(name)
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

/// Picks counts by text.
pub fn counts(answer: Answer) -> Option<BTreeMap<String, u32>> {
    match answer {
        Answer::Counts(counts) => Some(counts),
        _ => None,
    }
}

/// Picks the fields that only an import knows.
pub fn custom_fields(answer: Answer) -> Option<Vec<huiyin_api::CustomField>> {
    match answer {
        Answer::CustomFields(fields) => Some(fields),
        _ => None,
    }
}

/// Picks the id of a stored record.
pub fn saved(answer: Answer) -> Option<String> {
    match answer {
        Answer::Saved { id, .. } => Some(id),
        _ => None,
    }
}

/// Picks the state of the workspace.
pub fn status(answer: Answer) -> Option<WorkspaceStatus> {
    match answer {
        Answer::Status(status) => Some(status),
        _ => None,
    }
}

/// Picks my day.
pub fn home(answer: Answer) -> Option<HomeView> {
    match answer {
        Answer::Home(home) => Some(*home),
        _ => None,
    }
}

/// Picks customer rows.
pub fn customers(answer: Answer) -> Option<CustomerPage> {
    match answer {
        Answer::Customers(page) => Some(page),
        _ => None,
    }
}

/// Picks case rows.
pub fn cases(answer: Answer) -> Option<CasePage> {
    match answer {
        Answer::Cases(page) => Some(page),
        _ => None,
    }
}

/// Picks the saved views of lists.
pub fn saved_views(answer: Answer) -> Option<SavedViews> {
    match answer {
        Answer::SavedViews(views) => Some(views),
        _ => None,
    }
}

/// Picks cases found by their descriptions.
pub fn texts(answer: Answer) -> Option<TextHits> {
    match answer {
        Answer::Texts(hits) => Some(hits),
        _ => None,
    }
}

/// Picks questionnaires and rounds.
pub fn surveys(answer: Answer) -> Option<SurveysView> {
    match answer {
        Answer::Surveys(view) => Some(*view),
        _ => None,
    }
}

/// Picks answers to surveys.
pub fn survey_answers(answer: Answer) -> Option<SurveyPage> {
    match answer {
        Answer::SurveyAnswers(page) => Some(page),
        _ => None,
    }
}

/// Picks one customer's answers.
pub fn survey_answer(answer: Answer) -> Option<SurveyRecord> {
    match answer {
        Answer::SurveyAnswer(record) => Some(*record),
        _ => None,
    }
}

/// Picks a part of the totals of a round.
pub fn survey_totals(answer: Answer) -> Option<SurveyPart> {
    match answer {
        Answer::SurveyTotals(part) => Some(*part),
        _ => None,
    }
}

/// Picks customers like one being entered.
pub fn alike(answer: Answer) -> Option<Vec<AlikeRow>> {
    match answer {
        Answer::Alike(rows) => Some(rows),
        _ => None,
    }
}

/// Picks likely duplicates.
pub fn duplicates(answer: Answer) -> Option<DuplicatesView> {
    match answer {
        Answer::Duplicates(view) => Some(*view),
        _ => None,
    }
}

/// Picks the preview of a merge.
pub fn merge_preview(answer: Answer) -> Option<MergePreview> {
    match answer {
        Answer::MergePreview(preview) => Some(*preview),
        _ => None,
    }
}

/// Picks customers whom others may take.
pub fn pool(answer: Answer) -> Option<PoolView> {
    match answer {
        Answer::Pool(view) => Some(*view),
        _ => None,
    }
}

/// Picks the yearly review.
pub fn grading(answer: Answer) -> Option<GradingPage> {
    match answer {
        Answer::Grading(page) => Some(*page),
        _ => None,
    }
}

/// Picks what a meeting did.
pub fn classes_confirmed(answer: Answer) -> Option<ClassReport> {
    match answer {
        Answer::ClassesConfirmed(report) => Some(report),
        _ => None,
    }
}

/// Picks key accounts and lost customers.
pub fn loyalty(answer: Answer) -> Option<LoyaltyView> {
    match answer {
        Answer::Loyalty(view) => Some(*view),
        _ => None,
    }
}

/// Picks events.
pub fn events(answer: Answer) -> Option<huiyin_api::EventsView> {
    match answer {
        Answer::Events(view) => Some(*view),
        _ => None,
    }
}

/// Picks an event with its guests.
pub fn event(answer: Answer) -> Option<huiyin_api::EventGuests> {
    match answer {
        Answer::Event(view) => Some(*view),
        _ => None,
    }
}

/// Picks the leads of a branch.
pub fn leads(answer: Answer) -> Option<huiyin_api::LeadsView> {
    match answer {
        Answer::Leads(view) => Some(*view),
        _ => None,
    }
}

/// Picks what sharing out leads did.
pub fn leads_shared(answer: Answer) -> Option<huiyin_api::LeadReport> {
    match answer {
        Answer::LeadsShared(report) => Some(report),
        _ => None,
    }
}

/// Picks who would take what of a leaver.
pub fn hand_over(answer: Answer) -> Option<HandOverPlan> {
    match answer {
        Answer::HandOver(view) => Some(*view),
        _ => None,
    }
}

/// Picks what a slice of a hand-over did.
pub fn handed_over(answer: Answer) -> Option<HandOverReport> {
    match answer {
        Answer::HandedOver(report) => Some(report),
        _ => None,
    }
}

/// Picks past hand-overs.
pub fn hand_overs(answer: Answer) -> Option<Vec<HandOverEntry>> {
    match answer {
        Answer::HandOvers(entries) => Some(entries),
        _ => None,
    }
}

/// Picks what a slice of a change of many records does or did.
pub fn bulk(answer: Answer) -> Option<BulkReport> {
    match answer {
        Answer::Bulk(report) => Some(*report),
        _ => None,
    }
}

/// Picks past changes of many records.
pub fn bulk_entries(answer: Answer) -> Option<Vec<BulkEntry>> {
    match answer {
        Answer::BulkEntries(entries) => Some(entries),
        _ => None,
    }
}

/// Picks what undoing a merge did.
pub fn unmerged(answer: Answer) -> Option<UnmergeReport> {
    match answer {
        Answer::Unmerged(report) => Some(report),
        _ => None,
    }
}

/// Picks a customer.
pub fn customer(answer: Answer) -> Option<CustomerRecord> {
    match answer {
        Answer::Customer(record) => Some(*record),
        _ => None,
    }
}

/// Picks contacts.
pub fn contacts(answer: Answer) -> Option<ContactPage> {
    match answer {
        Answer::Contacts(page) => Some(page),
        _ => None,
    }
}

/// Picks a contact.
pub fn contact(answer: Answer) -> Option<ContactRecord> {
    match answer {
        Answer::Contact(record) => Some(*record),
        _ => None,
    }
}

/// Picks duties of files.
pub fn file_duties(answer: Answer) -> Option<huiyin_api::FileDutyPage> {
    match answer {
        Answer::FileDuties(page) => Some(*page),
        _ => None,
    }
}

/// Picks return visits that are due.
pub fn follow_ups(answer: Answer) -> Option<Vec<huiyin_api::FollowUpView>> {
    match answer {
        Answer::FollowUps(views) => Some(views),
        _ => None,
    }
}

/// Picks what forms of contacts choose from.
pub fn contact_desk(answer: Answer) -> Option<ContactDesk> {
    match answer {
        Answer::ContactDesk(desk) => Some(*desk),
        _ => None,
    }
}

/// Picks a case.
pub fn case(answer: Answer) -> Option<CaseRecord> {
    match answer {
        Answer::Case(record) => Some(*record),
        _ => None,
    }
}

/// Picks the packs.
pub fn packs(answer: Answer) -> Option<PacksView> {
    match answer {
        Answer::Packs(packs) => Some(*packs),
        _ => None,
    }
}

/// Picks a pack.
pub fn pack(answer: Answer) -> Option<Pack> {
    match answer {
        Answer::Pack(pack) => Some(*pack),
        _ => None,
    }
}

/// Picks the calendars.
pub fn calendars(answer: Answer) -> Option<CalendarsView> {
    match answer {
        Answer::Calendars(calendars) => Some(*calendars),
        _ => None,
    }
}

/// Picks the days of a calendar file.
pub fn days(answer: Answer) -> Option<Vec<DayView>> {
    match answer {
        Answer::Days(days) => Some(days),
        _ => None,
    }
}

/// Picks penalties and rewards.
pub fn penalties(answer: Answer) -> Option<PenaltiesView> {
    match answer {
        Answer::Penalties(penalties) => Some(*penalties),
        _ => None,
    }
}

/// Picks corrective and preventive actions.
pub fn actions(answer: Answer) -> Option<Vec<ActionView>> {
    match answer {
        Answer::Actions(actions) => Some(actions),
        _ => None,
    }
}

/// Picks segments past their time of keeping.
pub fn destructions(answer: Answer) -> Option<Vec<DestructionView>> {
    match answer {
        Answer::Destructions(destructions) => Some(destructions),
        _ => None,
    }
}

/// Picks a draft; empty if there is none.
pub fn draft(answer: Answer) -> Option<String> {
    match answer {
        Answer::Draft(draft) => Some(draft.unwrap_or_default()),
        _ => None,
    }
}

/// Picks the settings.
pub fn settings(answer: Answer) -> Option<SettingsView> {
    match answer {
        Answer::Settings(settings) => Some(*settings),
        _ => None,
    }
}

/// Picks the devices of the company.
pub fn devices(answer: Answer) -> Option<huiyin_api::DevicesView> {
    match answer {
        Answer::Devices(view) => Some(*view),
        _ => None,
    }
}

/// Picks what shutting out a device would leave.
pub fn cut_preview(answer: Answer) -> Option<huiyin_api::CutPreview> {
    match answer {
        Answer::CutPreview(preview) => Some(*preview),
        _ => None,
    }
}

/// Picks the state of replication.
pub fn sync(answer: Answer) -> Option<SyncView> {
    match answer {
        Answer::Sync(view) => Some(*view),
        _ => None,
    }
}

/// Picks an opened import file.
pub fn import_preview(answer: Answer) -> Option<ImportPreview> {
    match answer {
        Answer::ImportPreview(preview) => Some(*preview),
        _ => None,
    }
}

/// Picks what an import did.
pub fn import_report(answer: Answer) -> Option<ImportReport> {
    match answer {
        Answer::ImportReport(report) => Some(*report),
        _ => None,
    }
}

/// Picks past imports.
pub fn imports(answer: Answer) -> Option<Vec<ImportSummary>> {
    match answer {
        Answer::Imports(imports) => Some(imports),
        _ => None,
    }
}

/// Picks what taking an import back did.
pub fn undone(answer: Answer) -> Option<UndoReport> {
    match answer {
        Answer::Undone(report) => Some(report),
        _ => None,
    }
}

/// Picks a new invitation.
pub fn invite(answer: Answer) -> Option<InviteView> {
    match answer {
        Answer::Invite(invite) => Some(invite),
        _ => None,
    }
}

/// Picks what a bundle brought.
pub fn bundle(answer: Answer) -> Option<BundleReport> {
    match answer {
        Answer::Bundle(report) => Some(report),
        _ => None,
    }
}

/// Picks a digest.
pub fn digest(answer: Answer) -> Option<DigestView> {
    match answer {
        Answer::Digest(digest) => Some(digest),
        _ => None,
    }
}

/// Picks the result of a check.
pub fn verify(answer: Answer) -> Option<VerifyView> {
    match answer {
        Answer::Verify(view) => Some(view),
        _ => None,
    }
}
