//! Requests: commands that change something and queries that only read.
//!
//! In JSON a request is its name with what belongs to it, `{"customer": {"id": "…"}}`, or the name alone. A tag among the fields
//! would have every type read in two ways, which doubles the code of both programs.
//!
//! Long: every request with what it answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ImportKind, Millis};

/// A request to the engine. One request gets exactly one [`crate::Answer`] or [`crate::Problem`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Asks whether this device has a workspace. Answers `Status`.
    Status,
    /// Makes a new company on this device. Answers `Status`.
    CreateWorkspace {
        /// The company's name.
        company: String,
        /// Code of the first branch, for instance `HQ`.
        branch_code: String,
        /// Name of the first branch.
        branch_name: String,
        /// Name of the person at this device; becomes the first administrator.
        staff_name: String,
        /// Name of this device.
        device_name: String,
        /// Address of a relay (`http://…`, `https://…`, `ws://…` or `wss://…`), if any.
        relay: Option<String>,
        /// Id of the pack the company begins with; none = one deadline for every case.
        #[serde(default)]
        pack: Option<String>,
        /// A sample to look around in: it is told apart for good, stays on this device and is removed whole.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        sample: bool,
    },
    /// Joins a company by an invitation link or a recovery kit. Answers `Status`; data arrives by relay or bundle.
    JoinWorkspace {
        /// The whole link or only its payload.
        link: String,
        /// Name of the person at this device.
        staff_name: String,
        /// Name of this device.
        device_name: String,
    },
    /// Answers `Settings`.
    Settings,
    /// Adds a branch or renames it (same code). Answers `Done`.
    SaveBranch {
        /// Branch code.
        code: String,
        /// Name shown.
        name: String,
    },
    /// Adds or changes a member of staff. Answers `Saved`.
    SaveStaff {
        /// Existing id, or none for a new one.
        id: Option<String>,
        /// Name shown.
        name: String,
        /// Role wire names.
        roles: Vec<String>,
        /// Branch code.
        branch: String,
        /// True once the person has left.
        left: bool,
    },
    /// Chooses who is at this device now. Answers `Done`.
    ActAs {
        /// Staff id.
        staff: String,
    },
    /// Sets the PIN of the person at this device: without `current` with a new key, which an administrator certifies; with it
    /// the key stays. Answers `Done`.
    SetStaffPin {
        /// The present PIN, to change it.
        current: Option<String>,
        /// The new one: 6 to 12 digits.
        pin: String,
    },
    /// Unlocks the key of the person at this device for five minutes. Answers `Done`.
    UnlockStaff {
        /// The PIN.
        pin: String,
    },
    /// Locks the key of the person at this device. Answers `Done`.
    LockStaff,
    /// Says that a key that waits is that of its person, once the number was compared. For administrators. Answers `Done`.
    CertifyStaffKey {
        /// Staff id.
        staff: String,
        /// The key (hex).
        key: String,
        /// The six digits that were compared: another number is refused.
        number: String,
    },
    /// Ends a key, or refuses one that waits. For administrators. Answers `Done`.
    EndStaffKey {
        /// Staff id.
        staff: String,
        /// The key (hex).
        key: String,
    },
    /// The keys of the staff. Answers `StaffKeys`.
    StaffKeys,
    /// Sets company-wide settings (known keys: `company`, `case_clock` such as `3wd`). Answers `Done`.
    SaveSetting {
        /// Key.
        key: String,
        /// Value.
        value: String,
    },
    /// Sets or removes the relay of this device. Answers `Done`.
    SetRelay {
        /// Address or none.
        url: Option<String>,
    },
    /// Answers `Home`: my day.
    Home,
    /// Answers `Customers`.
    Customers(ListQuery),
    /// Answers `Cases`.
    Cases(ListQuery),
    /// How many customers or cases a query matches, by the texts of a column. Window and order of the query do not matter. Answers
    /// `Counts`.
    GroupCounts {
        /// Of cases; else of customers.
        cases: bool,
        /// What is counted.
        query: ListQuery,
        /// A column of filters; not `approval`.
        column: String,
    },
    /// The fields that only an import knows and some record has. Answers `CustomFields`.
    CustomFields {
        /// Of cases; else of customers.
        cases: bool,
    },
    /// Saved views of both lists, own and shared. Answers `SavedViews`.
    SavedViews,
    /// Saves a view of a list. Shared ones are for administrators. Answers `Saved`.
    SaveListView {
        /// The view it takes the place of, or none for a new one. An own view stays an own one.
        id: Option<String>,
        /// The view.
        view: Box<crate::ListView>,
        /// For the whole company.
        shared: bool,
    },
    /// The company's own texts of papers. Answers `PaperWords`.
    PaperWords,
    /// Changes texts of papers, by the keys of [`crate::PaperWords`]; for administrators. Answers `Done`.
    SavePaperWords {
        /// The texts; none = back to the standard text.
        texts: BTreeMap<String, Option<String>>,
    },
    /// Forgets a saved view. Answers `Done`.
    DropListView {
        /// Id.
        id: String,
    },
    /// What changing these records would do; at most [`crate::MAX_BULK_SLICE`]. Answers `Bulk`.
    BulkLook {
        /// What is done.
        intent: crate::BulkIntent,
        /// Record ids.
        ids: Vec<String>,
    },
    /// Changes a slice of the chosen records, in one transaction; what cannot be changed is left and told. Answers `Bulk`.
    BulkEdit {
        /// Id of the act that all slices share: 16 hex digits, chosen by the asker.
        act: String,
        /// What is done.
        intent: crate::BulkIntent,
        /// Record ids, at most [`crate::MAX_BULK_SLICE`].
        ids: Vec<String>,
    },
    /// Past changes of many records in this branch that are in force. Answers `BulkEntries`.
    BulkEdits,
    /// Undoes the last slice of a change of many records that is in force, where nobody has changed the field since. Answers `Bulk`.
    UndoBulkEdit {
        /// Id of the act.
        act: String,
    },
    /// Looks for the words of a query in the whole descriptions of cases, the newest first. Answers `Texts`: what was found so far, and
    /// how to go on.
    SearchText {
        /// Words, filter and most rows wanted; order and offset do not matter.
        query: ListQuery,
        /// Where the answer before ended; empty = from the start.
        #[serde(default)]
        after: String,
    },
    /// Answers `Customer`.
    Customer {
        /// Record id.
        id: String,
    },
    /// Answers `Case`.
    Case {
        /// Record id.
        id: String,
    },
    /// Customers whose phone has the same digits. Answers `Customers`.
    SamePhone {
        /// As typed so far.
        phone: String,
        /// The record being edited, if any.
        except: Option<String>,
    },
    /// Customers like the one being entered: the same phone as far as it is typed, or alike by name, phones, card and plate. Answers
    /// `Alike`.
    Alike {
        /// What is typed so far, by wire name: `name`, `phone`, `phone2`, `contact_phone`, `card_number`, `plate`.
        fields: BTreeMap<String, String>,
        /// The record being edited, if any.
        except: Option<String>,
    },
    /// Looks at every customer file for those that are likely the same. Answers `Duplicates`.
    Duplicates,
    /// Remembers that two customers are not the same, or forgets it. Answers `Done`.
    SayDistinct {
        /// Record id.
        a: String,
        /// Record id.
        b: String,
        /// False forgets it.
        distinct: bool,
    },
    /// What merging two customer files would do. Answers `MergePreview`.
    MergePreview {
        /// Record id of the file that stays.
        stays: String,
        /// Record id of the file that gives way.
        gives_way: String,
    },
    /// Merges two customer files. Answers `Saved` with the file that stays.
    MergeCustomers {
        /// Record id of the file that stays.
        stays: String,
        /// Record id of the file that gives way.
        gives_way: String,
        /// From which file the values of fields come, by wire name; others are as the preview says.
        choices: BTreeMap<String, huiyin_core::merge::Side>,
    },
    /// Undoes the merge of two customer files; which stayed does not matter. Answers `Unmerged`.
    UnmergeCustomers {
        /// Record id.
        a: String,
        /// Record id.
        b: String,
    },
    /// Changes who looks after a customer. Answers `Saved`.
    ChangeOwner {
        /// Record id.
        id: String,
        /// Owner A by name; empty = nobody, none = as before.
        owner_a: Option<String>,
        /// Owner B by name; empty = nobody, none = as before.
        owner_b: Option<String>,
        /// Why.
        note: String,
    },
    /// Customers whom others may take. Answers `Pool`.
    Pool,
    /// Puts a customer into the pool. Answers `Saved`.
    PoolCustomer {
        /// Record id.
        id: String,
        /// Why.
        note: String,
    },
    /// Takes a customer of the pool for the person at the device. Answers `Saved`.
    ClaimCustomer {
        /// Record id.
        id: String,
    },
    /// Customers nobody looks after yet, and who would get which. Answers `Leads`.
    Leads(crate::LeadQuery),
    /// Shares out leads as looked at, in one act. Answers `LeadsShared`.
    ShareLeads {
        /// Id of the act: 16 hex digits, chosen by the asker.
        act: String,
        /// One to [`crate::MAX_LEADS`] leads.
        moves: Vec<crate::LeadMove>,
        /// Why, for the time lines.
        note: String,
    },
    /// Undoes an act that shared out leads, for those its receivers still look after. Answers `LeadsShared`.
    UndoShareLeads {
        /// Id of the act.
        act: String,
    },
    /// Events of this device's branch. Answers `Events`.
    Events,
    /// An event with its guests. Answers `Event`.
    Event {
        /// Id.
        id: String,
    },
    /// Plans an event. Answers `Saved` with its id.
    PlanEvent(crate::EventForm),
    /// Changes what is said about an event before its day; its invitations move along. Answers `Saved`.
    ChangeEvent {
        /// Id.
        id: String,
        /// What is said from now on.
        form: crate::EventForm,
    },
    /// Cancels an event with its invitations. Answers `Saved`.
    CancelEvent {
        /// Id.
        id: String,
        /// Why.
        reason: String,
    },
    /// Registers an invitation. Answers `Saved` with the contact.
    InviteGuest {
        /// Id of the event.
        event: String,
        /// Record id of the customer.
        customer: String,
        /// Who invites; empty = the person at the device.
        inviter: String,
        /// Id of the inviter's department; empty = not said.
        department: String,
    },
    /// Records whether a guest came and what was closed at the event. Answers `Saved`.
    RecordGuest {
        /// Record id of the contact that is the invitation.
        contact: String,
        /// Whether the guest came; none = as before.
        came: Option<bool>,
        /// Money, as it is typed; none = as before.
        sold: Option<String>,
    },
    /// Raises a dispute about whose guest a customer is. Answers `Saved`.
    DisputeGuest {
        /// Record id of the contact that is the invitation.
        contact: String,
        /// Why.
        note: String,
    },
    /// Rules a dispute. Answers `Saved`.
    RuleGuest {
        /// Record id of the contact that is the invitation.
        contact: String,
        /// Whose guest the customer is: one of the parties.
        inviter: String,
        /// Why.
        note: String,
    },
    /// Notes that a claim told on my day was seen. Answers `Done`.
    SeeClaim {
        /// Id of the notice.
        id: String,
    },
    /// Moves the customer of a complaint unsolved for too long to somebody else. Answers `Saved`.
    MoveCustomer {
        /// Record id of the case.
        case: String,
        /// Who looks after the customer from now on.
        to: String,
    },
    /// Who would take what of a leaver. Answers `HandOver`.
    HandOverPlan(crate::HandOverIntent),
    /// Hands over a slice of what a leaver holds, as the plan said. Answers `HandedOver`.
    HandOver {
        /// Id of the act that all slices of one hand-over share: 16 hex digits, chosen by the asker.
        act: String,
        /// Name of the leaver.
        leaver: String,
        /// At most [`crate::MAX_HAND_OVER_SLICE`] lines.
        moves: Vec<crate::HandOverMove>,
    },
    /// Undoes the last slice of a hand-over that is in force; what its receiver gave on stays there. Answers `HandedOver` with the
    /// slices left.
    UndoHandOver {
        /// Id of the act.
        act: String,
    },
    /// Hand-overs of this branch that are in force. Answers `HandOvers`.
    HandOvers,
    /// Creates a customer (no id) or changes the given fields. An empty value removes a field. Answers `Saved`.
    SaveCustomer {
        /// Record id, or none for a new one.
        id: Option<String>,
        /// Changed fields only, by wire name.
        fields: BTreeMap<String, String>,
    },
    /// Adds a note to a customer's time line. Answers `Saved`.
    AddCustomerNote {
        /// Record id.
        id: String,
        /// The note.
        note: String,
    },
    /// Takes a step of a customer's file: files it, enters a change, gives a stage of the life cycle, notes a paper, signs the
    /// hand-over book. Answers `Saved`.
    FileStep {
        /// Record id of the customer.
        id: String,
        /// What is done.
        step: StepIntent,
    },
    /// The yearly review of classes. Answers `Grading`.
    Grading(crate::GradingQuery),
    /// Key accounts, falling activity, lost customers. Answers `Loyalty`.
    Loyalty(crate::LoyaltyQuery),
    /// Confirms proposed classes for the meeting, as one act. Answers `ClassesConfirmed`.
    ConfirmClasses {
        /// At most [`crate::MAX_CLASSES_AT_ONCE`] customers.
        lines: Vec<crate::ClassLine>,
        /// Minutes, noted with each.
        note: String,
    },
    /// Registers a case. Answers `Saved`.
    RegisterCase {
        /// Fields by wire name.
        fields: BTreeMap<String, String>,
        /// A first note.
        note: String,
    },
    /// Changes fields of a case. Answers `Saved`.
    EditCase {
        /// Record id.
        id: String,
        /// Changed fields only.
        fields: BTreeMap<String, String>,
    },
    /// Takes a step of a case. Answers `Saved`.
    TakeStep {
        /// Record id of the case.
        id: String,
        /// What is done.
        step: StepIntent,
    },
    /// Takes the same step of several cases at once, for instance one answer to all complaints on one matter. All or none. Answers `Done`.
    TakeSteps {
        /// Record ids of the cases.
        ids: Vec<String>,
        /// What is done.
        step: StepIntent,
    },
    /// Contacts with customers. Answers `Contacts`.
    Contacts(crate::ContactQuery),
    /// Answers `Contact`.
    Contact {
        /// Record id.
        id: String,
    },
    /// What forms of contacts choose from. Answers `ContactDesk`.
    ContactDesk,
    /// Plans a contact or records one that took place (no id; the step is `planned` or `done`), or changes the given fields (the
    /// step is empty). Answers `Saved`.
    SaveContact {
        /// Record id, or none for a new one.
        id: Option<String>,
        /// Changed fields only, by wire name; an empty value removes a field.
        fields: BTreeMap<String, String>,
        /// What a new one begins with.
        #[serde(default)]
        step: StepIntent,
    },
    /// Takes a step of a contact. Answers `Saved`.
    ContactStep {
        /// Record id of the contact.
        id: String,
        /// What is done.
        step: StepIntent,
    },
    /// Ticks a report or a greeting of all customers as done. Answers `Done`.
    TickOccasion {
        /// `report` or `greeting`.
        kind: String,
        /// Id in the policy.
        id: String,
        /// Its period, as my day names it.
        period: String,
    },
    /// What is due for the files of customers. Answers `FileDuties`.
    FileDuties(crate::FileDutyQuery),
    /// Return visits that are due by the policy. Answers `FollowUps`.
    FollowUps,
    /// The contacts of a query as an iCalendar file (attachment). Answers `File`.
    ContactCalendar(crate::ContactQuery),
    /// Questionnaires in force and the rounds held. Answers `Surveys`.
    Surveys,
    /// Answers to surveys. Answers `SurveyAnswers`.
    SurveyAnswers(crate::SurveyQuery),
    /// One customer's answers. Answers `SurveyAnswer`.
    SurveyAnswer {
        /// Record id.
        id: String,
    },
    /// A part of the totals of a round. Answers `SurveyTotals`.
    SurveyTotals {
        /// The survey's id.
        survey: String,
        /// Period of the round.
        period: String,
        /// What the part before said to ask next; empty = from the beginning.
        after: String,
    },
    /// What rows tell of a period, with the period before and the same a year before. Answers `Figures`.
    Figures(crate::FigureQuery),
    /// The counts of an own report. Answers `Crossed`.
    Crossed(Box<crate::CrossQuery>),
    /// A part of what rows do not tell of a period. Answers `FigurePart`.
    FigurePart {
        /// The period.
        query: crate::FigureQuery,
        /// Of what.
        matter: crate::FigureMatter,
        /// What the part before said to ask next; empty = from the beginning.
        after: String,
    },
    /// The monthly complaint table with its sign-offs. Answers `MonthTable`.
    MonthTable {
        /// `YYYY-MM`.
        month: String,
    },
    /// Signs the table of a month that is over. Answers `Done`.
    SignMonth {
        /// `YYYY-MM`.
        month: String,
        /// Digest of the figures the person looked at.
        seen: String,
    },
    /// Stores one customer's answers. Answers `Saved`.
    AnswerSurvey(Box<crate::SurveyIntent>),
    /// Replaces answers of one customer while their round is open; the earlier ones stay in the time line. Answers `Saved`.
    CorrectSurvey {
        /// Record id of the answers.
        id: String,
        /// The answers that change by question, empty = not answered; those not named stay as they are stored.
        answers: BTreeMap<String, String>,
        /// Why; may be empty.
        note: String,
    },
    /// Publishes questionnaires and puts them in force; administrators only. Answers `Saved` with the version's reference.
    SaveQuestionnaires {
        /// All questionnaires, at least one.
        surveys: Vec<huiyin_core::pack::care_rules::SurveyRule>,
        /// Reference of the version they were made from; empty = none was in force.
        based_on: String,
    },
    /// Opens an internal case with a corrective action because of a round's result. Answers `Saved` with the case.
    ProposeSurveyAction(Box<crate::SurveyActionIntent>),
    /// Answers `Packs`.
    Packs,
    /// A published version (by reference) or one that comes with the program (by id). Answers `Pack`.
    Pack {
        /// Reference or id.
        reference: String,
    },
    /// Publishes a version and puts it in force: for cases if it has rules for them, for the parts that an earlier version of the same
    /// pack was in force for, and if neither, for every part it has. Its version number is chosen. For administrators. Answers `Saved`
    /// with the reference.
    PublishPack {
        /// The pack.
        pack: Box<huiyin_core::pack::Pack>,
    },
    /// Puts a version in force for one part of the rules. For administrators. Answers `Done`.
    ActivatePack {
        /// Reference of a published version, or the id of a pack that comes with the program, which is published where it is not yet.
        /// Empty = none: for cases one deadline, for another part what the pack in force for cases says about it.
        reference: String,
        /// The part; cases if it is not said.
        #[serde(default)]
        part: huiyin_core::pack::Part,
    },
    /// Answers `Calendars`.
    Calendars,
    /// Saves a calendar. Deadlines are made anew. For administrators. Answers `Done`.
    SaveCalendar(crate::CalendarForm),
    /// Reads the days of a calendar file (attachment, `date,kind,name`) without saving them. Answers `Days`.
    ReadCalendarFile,
    /// Proposes a penalty or reward. Answers `Saved`.
    ProposePenalty(crate::PenaltyIntent),
    /// Takes a step of a penalty or reward. Answers `Done`.
    PenaltyStep {
        /// Record id.
        id: String,
        /// What is done: a `penalty_…` step.
        step: StepIntent,
    },
    /// Penalties and rewards, for those entitled. Answers `Penalties`.
    Penalties {
        /// Month `YYYY-MM`; empty = all.
        month: String,
    },
    /// Corrective and preventive actions of all cases. Answers `Actions`.
    Actions {
        /// Only those not verified.
        open: bool,
    },
    /// Attaches a photo or paper (attachment) to a case, or puts it into a customer's file. Answers `Saved` with the hash.
    Attach {
        /// Record id of the case or customer.
        id: String,
        /// File name.
        name: String,
    },
    /// The bytes of an attachment (attachment). Answers `File`.
    Attachment {
        /// Record id of the case or customer.
        id: String,
        /// BLAKE3 of the content, hex.
        hash: String,
    },
    /// Fetches the bytes of an attachment from the relay, if they are not on this device; `Notice::Fetch` tells how far it is. Answers
    /// `Fetch`.
    FetchAttachment {
        /// Record id of the case or customer.
        id: String,
        /// BLAKE3 of the content, hex.
        hash: String,
    },
    /// Stops fetching an attachment; what has come of it stays. Answers `Done`.
    CancelFetch {
        /// Record id of the case or customer.
        id: String,
        /// BLAKE3 of the content, hex.
        hash: String,
    },
    /// Segments past their time of keeping, and those destroyed. Answers `Destructions`.
    Destructions,
    /// Proposes that a segment be destroyed. Answers `Done`.
    ProposeDestruction {
        /// Segment key.
        segment: String,
    },
    /// Approves it, by someone else than the proposer: the records go, the list stays. Answers `Done`.
    ApproveDestruction {
        /// Segment key.
        segment: String,
    },
    /// Settles a conflict by choosing or writing a value. Answers `Saved`.
    SettleConflict {
        /// Record id.
        id: String,
        /// Field wire name.
        field: String,
        /// Value that shall hold.
        value: String,
    },
    /// Records with fields that several people wrote at once. Answers `Differing`.
    Differing(crate::DifferingQuery),
    /// Settles fields with several values, in one act; what cannot be settled is left and told. Answers `Settled`.
    SettleConflicts {
        /// At most [`crate::MAX_SETTLED`].
        choices: Vec<crate::ConflictChoice>,
    },
    /// What was written in a record when and by whom. Answers `History`.
    History(crate::HistoryQuery),
    /// A record as it stood at the end of a day. Answers `RecordThen`.
    RecordThen {
        /// Record id.
        id: String,
        /// The day, `YYYY-MM-DD`.
        day: String,
    },
    /// Takes back what an action of the person at the device wrote in a record. Answers `TakenBack`.
    TakeBack {
        /// Record id.
        id: String,
        /// Id of the action, as `History` tells it.
        action: String,
    },
    /// Keeps a form's draft on this device. Answers `Done`.
    SaveDraft {
        /// Form key, for instance `customer:new`.
        key: String,
        /// Form content as JSON text, at most 256 KiB.
        json: String,
    },
    /// Answers `Draft`.
    Draft {
        /// Form key.
        key: String,
    },
    /// Forgets a draft. Answers `Done`.
    DropDraft {
        /// Form key.
        key: String,
    },
    /// Opens a file for import; its bytes are the attachment. Answers `ImportPreview`.
    ImportOpen {
        /// File name.
        name: String,
        /// What the rows are; none lets the headers decide.
        kind: Option<ImportKind>,
        /// Field → column choices that override the guess.
        mapping: BTreeMap<String, String>,
    },
    /// Changes kind or mapping of an open import. Answers `ImportPreview`.
    ImportMap {
        /// Import session id from the preview.
        import: String,
        /// What the rows are.
        kind: ImportKind,
        /// Field → column; an empty column leaves the field out.
        mapping: BTreeMap<String, String>,
    },
    /// Runs an open import. Progress comes as notices. Answers `ImportReport`.
    ImportRun {
        /// Import session id.
        import: String,
        /// Counts only, stores nothing.
        dry_run: bool,
    },
    /// Stops a running import after the rows stored so far, or closes an open one. Answers `Done`.
    ImportCancel {
        /// Import session id.
        import: String,
    },
    /// The rejected rows with reasons as a CSV file in the attachment. Answers `File`.
    ImportErrors {
        /// Import session id.
        import: String,
    },
    /// Answers `Imports`: what was imported before.
    Imports,
    /// Takes an import back; records edited since stay and are listed. Answers `Undone`.
    UndoImport {
        /// Import id from `Imports`.
        import: String,
    },
    /// Answers `Sync`.
    Sync,
    /// Connects to the relay now, also after a pause. Answers `Done`.
    SyncNow,
    /// Stops sending and receiving until `SyncNow` or until the app is opened anew. Answers `Done`.
    PauseSync,
    /// Makes an invitation. Answers `Invite`.
    Invite {
        /// Branch the new device belongs to; none = this device's branch.
        branch: Option<String>,
        /// Role of the person.
        role: String,
        /// Days until the link expires, 1 to 90.
        days: u32,
        /// Address the link opens (the page's own address or the relay's).
        base: String,
        /// Who uses it waits until an administrator has compared six digits and let the device in.
        #[serde(default)]
        ask: bool,
    },
    /// The recovery kits that were made. Answers `Recovery`.
    Recovery,
    /// Makes a recovery kit; earlier ones end. For administrators. Answers `File` with the text: five lines, then the relay. It is not kept.
    MakeRecoveryKit,
    /// Reads a recovery kit and says whether it works, without using it; that is noted. For administrators. Answers `Done`.
    TryRecoveryKit {
        /// What stands on it.
        code: String,
    },
    /// Lets a device in that waits, once its number was compared. For administrators. Answers `Done`. Refusing it is `CloseInvitation`.
    ApproveDevice {
        /// Device id (hex), from `Sync`.
        device: String,
        /// The six digits that were compared: another number is refused.
        number: String,
    },
    /// The devices of the company, and work that came too late. Answers `Devices`.
    Devices,
    /// What shutting out a device would leave of its work. For administrators. Answers `CutPreview`.
    CutPreview {
        /// Device id (hex).
        device: String,
        /// Up to when its work is to stay, by its own clock; none = all that has come.
        until: Option<Millis>,
    },
    /// Shuts a device out and changes the keys it could read. For administrators. Answers `Done`.
    ShutOut {
        /// Device id (hex).
        device: String,
        /// All devices of the person as well.
        whole_person: bool,
        /// Up to when its work is to stay, by its own clock; none = all that has come.
        until: Option<Millis>,
        /// Why; at most [`crate::MAX_REASON`] characters.
        reason: String,
    },
    /// Gives a device the rights of a role in a branch. For administrators. Answers `Done`.
    ChangeRights {
        /// Device id (hex).
        device: String,
        /// Branch code.
        branch: String,
        /// Role or post wire name.
        role: String,
        /// Until when; none = without end.
        until: Option<Millis>,
    },
    /// Closes an invitation nobody has used. For administrators. Answers `Done`.
    CloseInvitation {
        /// Short id.
        invitation: String,
    },
    /// Changes the keys of all streams. For administrators. Answers `Done`.
    RenewKeys,
    /// Lets late work count. For administrators. Answers `Done`.
    TakeLate {
        /// Ids of envelopes (hex), from `Devices`.
        ids: Vec<String>,
    },
    /// Notes on this device that late work was looked at and is left. Answers `Done`.
    LeaveLate {
        /// Ids of envelopes (hex), from `Devices`.
        ids: Vec<String>,
    },
    /// Every envelope this device may pass on, in one file (attachment). Answers `File`.
    ExportBundle,
    /// Takes in a bundle file (attachment). Answers `Bundle`.
    ImportBundle,
    /// Everything in one file that a passphrase opens on an empty device (attachment). For administrators. Answers `File`.
    ExportBackup {
        /// At least ten characters.
        passphrase: String,
    },
    /// Keeps a passphrase on this device, with which the program makes backups by itself; none ends that. For administrators. Answers
    /// `Done`.
    BackUpByItself {
        /// The passphrase, or none.
        passphrase: Option<String>,
    },
    /// A full backup in the attachment, sealed with the passphrase kept for that. Answers `File`.
    ExportByItself,
    /// Makes this empty device a member again from a backup file (attachment). Answers `Status`.
    RestoreBackup {
        /// The passphrase of the backup.
        passphrase: String,
        /// Name of the person at the device.
        staff_name: String,
        /// Name of this device.
        device_name: String,
    },
    /// All live records as canonical JSON lines (attachment). Answers `File`.
    ExportJsonl,
    /// Names of the documents on this device, for [`Self::ExportDocument`]. Answers `Documents`.
    Documents,
    /// One document as a standard Automerge file (attachment). Answers `File`.
    ExportDocument {
        /// One of those [`Self::Documents`] named.
        name: String,
    },
    /// Answers `Digest`.
    Digest {
        /// One branch only.
        branch: Option<String>,
    },
    /// What came and could not be taken, newest first. Answers `Quarantine`.
    Quarantine {
        /// Rows to leave out.
        skip: u32,
        /// Rows wanted, at most [`crate::MAX_PAGE_ROWS`].
        limit: u32,
    },
    /// Checks every stored envelope and document. Answers `Verify`.
    Verify,
    /// About the lock of this device. Answers `Lock`; the program that owns the store answers it.
    Lock(crate::LockIntent),
}

impl Request {
    /// Returns whether the request changes stored data, so that sending it twice must be recognised.
    pub fn is_command(&self) -> bool {
        !matches!(
            self,
            Self::Status
                | Self::Settings
                | Self::StaffKeys
                | Self::Home
                | Self::Customers(_)
                | Self::Cases(_)
                | Self::GroupCounts { .. }
                | Self::CustomFields { .. }
                | Self::SavedViews
                | Self::PaperWords
                | Self::BulkLook { .. }
                | Self::BulkEdits
                | Self::SearchText { .. }
                | Self::Customer { .. }
                | Self::Contacts(_)
                | Self::Contact { .. }
                | Self::ContactDesk
                | Self::FollowUps
                | Self::FileDuties(_)
                | Self::ContactCalendar(_)
                | Self::Surveys
                | Self::SurveyAnswers(_)
                | Self::SurveyAnswer { .. }
                | Self::SurveyTotals { .. }
                | Self::Figures(_)
                | Self::FigurePart { .. }
                | Self::Crossed(_)
                | Self::MonthTable { .. }
                | Self::Case { .. }
                | Self::SamePhone { .. }
                | Self::Alike { .. }
                | Self::Duplicates
                | Self::MergePreview { .. }
                | Self::Pool
                | Self::Recovery
                | Self::Grading(_)
                | Self::Loyalty(_)
                | Self::Leads(_)
                | Self::Events
                | Self::Event { .. }
                | Self::HandOverPlan(_)
                | Self::HandOvers
                | Self::Packs
                | Self::Pack { .. }
                | Self::Calendars
                | Self::ReadCalendarFile
                | Self::Penalties { .. }
                | Self::Actions { .. }
                | Self::Attachment { .. }
                | Self::FetchAttachment { .. }
                | Self::CancelFetch { .. }
                | Self::Destructions
                | Self::Differing(_)
                | Self::History(_)
                | Self::RecordThen { .. }
                | Self::Draft { .. }
                | Self::ImportOpen { .. }
                | Self::ImportMap { .. }
                | Self::ImportErrors { .. }
                | Self::Imports
                | Self::Sync
                | Self::Devices
                | Self::CutPreview { .. }
                | Self::SyncNow
                | Self::PauseSync
                | Self::ExportJsonl
                | Self::Documents
                | Self::ExportDocument { .. }
                | Self::Digest { .. }
                | Self::Quarantine { .. }
                | Self::Verify
                | Self::Lock(_)
        )
    }
}

/// A window over a sorted, filtered list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Words looked for in names, phones, numbers and texts; empty = all.
    pub search: String,
    /// Column → wanted values; columns of customers: `branch`, `kind`, `class`, `life_cycle`, `owner`; of cases: `branch`,
    /// `kind`, `severity`, `state`, `group` (`open`, `waiting`, `done`), `due` (`overdue`, `today`, `soon`), `assignee`, `customer`,
    /// `category`, `channel`, `pack` (reference), `paused` (`yes`, `no`), `matter` (record id), `approval` (`mine`: waits for the
    /// signature of the person at the device).
    pub filter: BTreeMap<String, Vec<String>>,
    /// Further conditions with AND and OR, which must fit too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<crate::FilterTree>,
    /// Column of filters whose equal rows stand together, in the order of [`crate::group_rank`]; empty = none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// Column to sort by; empty with words to look for: the rows that fit best first. Customers: `name` (default), `updated`, `branch`; cases: `received` (default), `due`, `number`, `updated`.
    pub sort: String,
    /// Descending order.
    pub descending: bool,
    /// First row wanted.
    pub offset: u32,
    /// Rows wanted, at most [`crate::MAX_PAGE_ROWS`].
    pub limit: u32,
}

/// What a person does to a case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StepIntent {
    /// Step wire name, for instance `accepted`.
    pub step: String,
    /// Free note.
    pub note: String,
    /// Reason, where the step needs one.
    pub reason: String,
    /// Person the case is given to.
    pub assignee: String,
    /// Department the case is given to.
    pub department: String,
    /// Branch the case is forwarded to.
    pub to_branch: String,
    /// Cause found.
    pub cause: String,
    /// Conclusion of the investigation.
    pub conclusion: String,
    /// Countermeasure.
    pub countermeasure: String,
    /// Prevention.
    pub prevention: String,
    /// Whether the customer was satisfied.
    pub satisfied: Option<bool>,
    /// Score from 1 to 5.
    pub score: Option<u8>,
    /// Amount in cents.
    pub amount: Option<i64>,
    /// When it happened, if not now.
    pub at: Option<Millis>,
    /// Ids of the last events the person had seen; empty = the latest.
    pub seen: Vec<String>,
    /// Further data by name ([`huiyin_core::case_data`] and what the pack adds).
    pub data: BTreeMap<String, String>,
}
