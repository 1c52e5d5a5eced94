//! The parts of the program: screens whose code is fetched when one of them is first opened ([`crate::shell::part`]).
//!
//! What every day begins with (frame, my day, the lists) stays in the page itself. Few parts: what some of them share
//! becomes a file of its own, and there are as many of these as there are ways to share.

#![expect(
    clippy::unnecessary_wraps,
    reason = "`fallible` wants a result, so that a part that cannot be fetched is an error and no panic"
)]

use huiyin_api::SavedViews;
use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_split::{SplitLoaderError, wasm_split},
};

use super::{
    cases::{CasePage, NewCasePage, StepFields, Taking},
    consequences::{ActionsPage, PenaltiesPage},
    contacts::{ContactPage, ContactsPage, FollowUpsPage, NewContactPage},
    customers::{CustomerPage, EditCustomerPage, NewCustomerPage},
    differing::DifferingPage,
    duties::DutiesPage,
    events::{EventPage, EventsPage},
    grading::{LoyaltyPage, ReviewPage},
    history::HistoryPage,
    import::ImportPage,
    leads::LeadsPage,
    lists::{BulkDialog, Chooser, ExportForm, FilterForm, PastDialog, ViewsDialog},
    papers::{
        CasePaperPage, ContactPaperPage, ContactsPaperPage, CustomerPaperPage, CustomersPaperPage,
        DestructionPaperPage, EventPaperPage, GradingPaperPage, MonthPaperPage, PaperTextsPage,
        PenaltiesPaperPage, SurveyPaperPage,
    },
    people::{DuplicatesPage, HandOverPage, MergePage, PoolPage},
    reports::ReportsPage,
    sample::{MakeSample, TourCard},
    settings::{CalendarPage, DevicesPage, PackPage, RecoveryPage, RetentionPage, SettingsPage},
    surveys::{AnswerPage, NewAnswerPage, QuestionnairesPage, RoundPage, SurveysPage},
    sync::{SharedDialog, SyncPage},
    wizard::{JoinedPage, Waiting, Wizard},
};
use crate::shell::{
    list_memory::ListState,
    live::Live,
    part::{Fetching, Making, PartScreen},
};

/// A screen that lies in a part.
#[derive(Clone)]
pub enum Screen {
    /// What a device without a company shows.
    First(First),
    /// Records of cases, customers and contacts, and the dialogs of lists.
    Desk(Box<Desk>),
    /// What is done about many of them: surveys, grading, duties, events, owners.
    People(People),
    /// What is seldom done, mostly in an office: settings, exchange, import, papers.
    Office(Office),
    /// The sample company and the tour.
    Show(Show),
}

/// Screens of the part `first`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    Wizard,
    Waiting,
    Joined,
}

/// Screens of the part `show`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    Make,
    Tour,
}

/// Screens and contents of dialogs of the part `desk`. Those of lists say first whether the list is that of cases.
#[derive(Clone)]
pub enum Desk {
    Filter(bool, ListState, RwSignal<bool>),
    Columns(bool, ListState, RwSignal<bool>),
    Export(bool, ListState, Signal<Option<u32>>, RwSignal<bool>),
    Views(bool, ListState, Live<SavedViews>, RwSignal<bool>),
    Bulk(bool, ListState, RwSignal<bool>),
    BulkPast,
    Step(Box<Taking>, RwSignal<bool>),
    Contacts,
    Case,
    NewCase,
    Contact,
    NewContact,
    FollowUps,
    Customer,
    EditCustomer,
    NewCustomer,
}

/// Screens of the part `people`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    Actions,
    Penalties,
    Duties,
    Event,
    Events,
    Loyalty,
    Review,
    Leads,
    Duplicates,
    Merge,
    Pool,
    Answer,
    NewAnswer,
    Questionnaires,
    Round,
    Surveys,
}

/// Screens of the part `office`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    Differing,
    History,
    Import,
    CasePaper,
    ContactPaper,
    ContactsPaper,
    CustomerPaper,
    CustomersPaper,
    DestructionPaper,
    PaperTexts,
    PenaltiesPaper,
    EventPaper,
    GradingPaper,
    MonthPaper,
    SurveyPaper,
    HandOver,
    Reports,
    Calendar,
    Pack,
    Devices,
    Recovery,
    Retention,
    Settings,
    Sync,
    Shared,
}

#[wasm_split(first, wasm_split_path = leptos::wasm_split, preload(fetch_first), fallible)]
fn first(screen: First) -> Result<AnyView, SplitLoaderError> {
    Ok(match screen {
        First::Wizard => view! { <Wizard /> }.into_any(),
        First::Waiting => view! { <Waiting /> }.into_any(),
        First::Joined => view! { <JoinedPage /> }.into_any(),
    })
}

#[wasm_split(desk, wasm_split_path = leptos::wasm_split, preload(fetch_desk), fallible)]
fn desk(screen: Desk) -> Result<AnyView, SplitLoaderError> {
    Ok(match screen {
        Desk::Filter(cases, state, open) => view! { <FilterForm cases state open /> }.into_any(),
        Desk::Columns(cases, state, open) => view! { <Chooser cases state open /> }.into_any(),
        Desk::Export(cases, state, total, open) => {
            view! { <ExportForm cases state total open /> }.into_any()
        }
        Desk::Views(cases, state, saved, open) => {
            view! { <ViewsDialog cases state saved open /> }.into_any()
        }
        Desk::Bulk(cases, state, open) => view! { <BulkDialog cases state open /> }.into_any(),
        Desk::BulkPast => view! { <PastDialog /> }.into_any(),
        Desk::Step(taking, open) => view! { <StepFields taking=*taking open /> }.into_any(),
        Desk::Contacts => view! { <ContactsPage /> }.into_any(),
        Desk::Case => view! { <CasePage /> }.into_any(),
        Desk::NewCase => view! { <NewCasePage /> }.into_any(),
        Desk::Contact => view! { <ContactPage /> }.into_any(),
        Desk::NewContact => view! { <NewContactPage /> }.into_any(),
        Desk::FollowUps => view! { <FollowUpsPage /> }.into_any(),
        Desk::Customer => view! { <CustomerPage /> }.into_any(),
        Desk::EditCustomer => view! { <EditCustomerPage /> }.into_any(),
        Desk::NewCustomer => view! { <NewCustomerPage /> }.into_any(),
    })
}

#[wasm_split(people, wasm_split_path = leptos::wasm_split, preload(fetch_people), fallible)]
fn people(screen: People) -> Result<AnyView, SplitLoaderError> {
    Ok(match screen {
        People::Actions => view! { <ActionsPage /> }.into_any(),
        People::Penalties => view! { <PenaltiesPage /> }.into_any(),
        People::Duties => view! { <DutiesPage /> }.into_any(),
        People::Event => view! { <EventPage /> }.into_any(),
        People::Events => view! { <EventsPage /> }.into_any(),
        People::Loyalty => view! { <LoyaltyPage /> }.into_any(),
        People::Review => view! { <ReviewPage /> }.into_any(),
        People::Leads => view! { <LeadsPage /> }.into_any(),
        People::Duplicates => view! { <DuplicatesPage /> }.into_any(),
        People::Merge => view! { <MergePage /> }.into_any(),
        People::Pool => view! { <PoolPage /> }.into_any(),
        People::Answer => view! { <AnswerPage /> }.into_any(),
        People::NewAnswer => view! { <NewAnswerPage /> }.into_any(),
        People::Questionnaires => view! { <QuestionnairesPage /> }.into_any(),
        People::Round => view! { <RoundPage /> }.into_any(),
        People::Surveys => view! { <SurveysPage /> }.into_any(),
    })
}

#[wasm_split(office, wasm_split_path = leptos::wasm_split, preload(fetch_office), fallible)]
fn office(screen: Office) -> Result<AnyView, SplitLoaderError> {
    Ok(match screen {
        Office::Differing => view! { <DifferingPage /> }.into_any(),
        Office::History => view! { <HistoryPage /> }.into_any(),
        Office::Import => view! { <ImportPage /> }.into_any(),
        Office::CasePaper => view! { <CasePaperPage /> }.into_any(),
        Office::ContactPaper => view! { <ContactPaperPage /> }.into_any(),
        Office::ContactsPaper => view! { <ContactsPaperPage /> }.into_any(),
        Office::CustomerPaper => view! { <CustomerPaperPage /> }.into_any(),
        Office::CustomersPaper => view! { <CustomersPaperPage /> }.into_any(),
        Office::DestructionPaper => view! { <DestructionPaperPage /> }.into_any(),
        Office::PaperTexts => view! { <PaperTextsPage /> }.into_any(),
        Office::PenaltiesPaper => view! { <PenaltiesPaperPage /> }.into_any(),
        Office::EventPaper => view! { <EventPaperPage /> }.into_any(),
        Office::GradingPaper => view! { <GradingPaperPage /> }.into_any(),
        Office::MonthPaper => view! { <MonthPaperPage /> }.into_any(),
        Office::SurveyPaper => view! { <SurveyPaperPage /> }.into_any(),
        Office::HandOver => view! { <HandOverPage /> }.into_any(),
        Office::Reports => view! { <ReportsPage /> }.into_any(),
        Office::Calendar => view! { <CalendarPage /> }.into_any(),
        Office::Pack => view! { <PackPage /> }.into_any(),
        Office::Devices => view! { <DevicesPage /> }.into_any(),
        Office::Recovery => view! { <RecoveryPage /> }.into_any(),
        Office::Retention => view! { <RetentionPage /> }.into_any(),
        Office::Settings => view! { <SettingsPage /> }.into_any(),
        Office::Sync => view! { <SyncPage /> }.into_any(),
        Office::Shared => view! { <SharedDialog /> }.into_any(),
    })
}

#[wasm_split(show, wasm_split_path = leptos::wasm_split, preload(fetch_show), fallible)]
fn show(screen: Show) -> Result<AnyView, SplitLoaderError> {
    Ok(match screen {
        Show::Make => view! { <MakeSample /> }.into_any(),
        Show::Tour => view! { <TourCard /> }.into_any(),
    })
}

macro_rules! of_part {
    ($($part:ident),*) => {
        $(impl From<$part> for Screen {
            fn from(screen: $part) -> Self {
                Self::$part(screen.into())
            }
        })*
    };
}

of_part!(First, Desk, People, Office, Show);

/// Returns a screen of a part, which is fetched first if it is not here.
pub fn in_part(screen: impl Into<Screen>) -> AnyView {
    let screen = screen.into();
    view! { <InPart screen /> }.into_any()
}

/// Shows a screen of a part, fetching the part first if it is not here.
#[component]
fn InPart(screen: Screen) -> impl IntoView {
    let fetch: fn() -> Fetching = match screen {
        Screen::First(_) => || Box::pin(fetch_first()),
        Screen::Desk(_) => || Box::pin(fetch_desk()),
        Screen::People(_) => || Box::pin(fetch_people()),
        Screen::Office(_) => || Box::pin(fetch_office()),
        Screen::Show(_) => || Box::pin(fetch_show()),
    };
    let make = move || -> Making {
        match screen.clone() {
            Screen::First(screen) => Box::pin(first(screen)),
            Screen::Desk(screen) => Box::pin(desk(*screen)),
            Screen::People(screen) => Box::pin(people(screen)),
            Screen::Office(screen) => Box::pin(office(screen)),
            Screen::Show(screen) => Box::pin(show(screen)),
        }
    };
    view! { <PartScreen fetch make /> }
}

/// Mark in the browser's time line: every part is here, no screen needs the host any more.
const ALL_HERE: &str = "huiyin-parts";

/// Fetches the parts one after the other once the screen shown has settled: the first step from it waits for nothing, and no screen
/// is missing when the network goes, also where no service worker may keep them.
pub fn fetch_ahead() {
    request_idle_callback(|| {
        spawn_local(async {
            let fetched = fetch_desk().await.is_ok()
                && fetch_people().await.is_ok()
                && fetch_office().await.is_ok();
            // What cannot be fetched now is fetched when it is opened.
            if fetched && let Some(performance) = window().performance() {
                let _ = performance.mark(ALL_HERE);
            }
        });
    });
}
