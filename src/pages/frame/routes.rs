//! Every screen has an address.

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route},
    path,
};

use crate::pages::{
    cases::{CasePage, CasesPage, NewCasePage},
    consequences::{ActionsPage, PenaltiesPage},
    contacts::{ContactPage, ContactsPage, FollowUpsPage, NewContactPage},
    customers::{CustomerPage, CustomersPage, EditCustomerPage, NewCustomerPage},
    duties::DutiesPage,
    events::{EventPage, EventsPage},
    grading::{LoyaltyPage, ReviewPage},
    home::HomePage,
    import::ImportPage,
    leads::LeadsPage,
    not_found::NotFoundPage,
    papers::{CasePaperPage, EventPaperPage, GradingPaperPage, MonthPaperPage, SurveyPaperPage},
    people::{DuplicatesPage, HandOverPage, MergePage, PoolPage},
    settings::{CalendarPage, DevicesPage, PackPage, RetentionPage, SettingsPage},
    surveys::{AnswerPage, NewAnswerPage, QuestionnairesPage, RoundPage, SurveysPage},
    sync::SyncPage,
    wizard::JoinedPage,
};

/// The screen of the present address.
#[component]
pub fn Screens() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFoundPage /> }>
            <Route path=path!("") view=|| view! { <HomePage /> }.into_any() />
            <Route path=path!("customers") view=|| view! { <CustomersPage /> }.into_any() />
            <Route path=path!("customers/new") view=|| view! { <NewCustomerPage /> }.into_any() />
            <Route path=path!("customers/pool") view=|| view! { <PoolPage /> }.into_any() />
            <Route path=path!("customers/leads") view=|| view! { <LeadsPage /> }.into_any() />
            <Route path=path!("customers/duplicates") view=|| view! { <DuplicatesPage /> }.into_any() />
            <Route path=path!("customers/key-accounts") view=|| view! { <LoyaltyPage /> }.into_any() />
            <Route path=path!("customers/:id/merge") view=|| view! { <MergePage /> }.into_any() />
            <Route path=path!("customers/:id/edit") view=|| view! { <EditCustomerPage /> }.into_any() />
            <Route path=path!("customers/:id") view=|| view! { <CustomerPage /> }.into_any() />
            <Route path=path!("cases") view=|| view! { <CasesPage /> }.into_any() />
            <Route path=path!("cases/new") view=|| view! { <NewCasePage /> }.into_any() />
            <Route path=path!("cases/:id") view=|| view! { <CasePage /> }.into_any() />
            <Route path=path!("contacts") view=|| view! { <ContactsPage /> }.into_any() />
            <Route path=path!("contacts/new") view=|| view! { <NewContactPage /> }.into_any() />
            <Route path=path!("contacts/follow-ups") view=|| view! { <FollowUpsPage /> }.into_any() />
            <Route path=path!("contacts/events") view=|| view! { <EventsPage /> }.into_any() />
            <Route path=path!("contacts/events/:id") view=|| view! { <EventPage /> }.into_any() />
            <Route path=path!("contacts/:id") view=|| view! { <ContactPage /> }.into_any() />
            <Route path=path!("surveys") view=|| view! { <SurveysPage /> }.into_any() />
            <Route path=path!("surveys/new") view=|| view! { <NewAnswerPage /> }.into_any() />
            <Route path=path!("surveys/questionnaires") view=|| view! { <QuestionnairesPage /> }.into_any() />
            <Route path=path!("surveys/answers/:id") view=|| view! { <AnswerPage /> }.into_any() />
            <Route path=path!("surveys/:survey/:period") view=|| view! { <RoundPage /> }.into_any() />
            <Route path=path!("duties") view=|| view! { <DutiesPage /> }.into_any() />
            <Route path=path!("grading") view=|| view! { <ReviewPage /> }.into_any() />
            <Route path=path!("penalties") view=|| view! { <PenaltiesPage /> }.into_any() />
            <Route path=path!("actions") view=|| view! { <ActionsPage /> }.into_any() />
            <Route path=path!("import") view=|| view! { <ImportPage /> }.into_any() />
            <Route path=path!("sync") view=|| view! { <SyncPage /> }.into_any() />
            <Route path=path!("settings") view=|| view! { <SettingsPage /> }.into_any() />
            <Route path=path!("settings/hand-over") view=|| view! { <HandOverPage /> }.into_any() />
            <Route path=path!("settings/pack") view=|| view! { <PackPage /> }.into_any() />
            <Route path=path!("settings/calendar") view=|| view! { <CalendarPage /> }.into_any() />
            <Route path=path!("settings/devices") view=|| view! { <DevicesPage /> }.into_any() />
            <Route path=path!("settings/retention") view=|| view! { <RetentionPage /> }.into_any() />
            <Route path=path!("cases/:id/print/:layout") view=|| view! { <CasePaperPage /> }.into_any() />
            <Route path=path!("papers/events/:id") view=|| view! { <EventPaperPage /> }.into_any() />
            <Route path=path!("papers/grading/:tab") view=|| view! { <GradingPaperPage /> }.into_any() />
            <Route path=path!("papers/statistics/:month") view=|| view! { <MonthPaperPage /> }.into_any() />
            <Route path=path!("papers/surveys/:survey") view=|| view! { <SurveyPaperPage /> }.into_any() />
            <Route path=path!("papers/surveys/:survey/:period") view=|| view! { <SurveyPaperPage /> }.into_any() />
            <Route path=path!("join") view=|| view! { <JoinedPage /> }.into_any() />
        </FlatRoutes>
    }
}
