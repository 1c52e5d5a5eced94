//! Every screen has an address.

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route},
    path,
};

use crate::pages::{
    cases::CasesPage,
    customers::CustomersPage,
    home::HomePage,
    not_found::NotFoundPage,
    parts::{Desk, First, Office, People, in_part},
};

/// The screen of the present address.
#[component]
pub fn Screens() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFoundPage /> }>
            <Route path=path!("") view=|| view! { <HomePage /> }.into_any() />
            <Route path=path!("customers") view=|| view! { <CustomersPage /> }.into_any() />
            <Route path=path!("customers/new") view=|| in_part(Desk::NewCustomer) />
            <Route path=path!("customers/pool") view=|| in_part(People::Pool) />
            <Route path=path!("customers/leads") view=|| in_part(People::Leads) />
            <Route path=path!("customers/duplicates") view=|| in_part(People::Duplicates) />
            <Route path=path!("customers/key-accounts") view=|| in_part(People::Loyalty) />
            <Route path=path!("customers/:id/merge") view=|| in_part(People::Merge) />
            <Route path=path!("customers/:id/edit") view=|| in_part(Desk::EditCustomer) />
            <Route path=path!("customers/:id/history") view=|| in_part(Office::History) />
            <Route path=path!("customers/:id") view=|| in_part(Desk::Customer) />
            <Route path=path!("cases") view=|| view! { <CasesPage /> }.into_any() />
            <Route path=path!("cases/new") view=|| in_part(Desk::NewCase) />
            <Route path=path!("cases/:id/history") view=|| in_part(Office::History) />
            <Route path=path!("cases/:id") view=|| in_part(Desk::Case) />
            <Route path=path!("contacts") view=|| in_part(Desk::Contacts) />
            <Route path=path!("contacts/new") view=|| in_part(Desk::NewContact) />
            <Route path=path!("contacts/follow-ups") view=|| in_part(Desk::FollowUps) />
            <Route path=path!("contacts/events") view=|| in_part(People::Events) />
            <Route path=path!("contacts/events/:id") view=|| in_part(People::Event) />
            <Route path=path!("contacts/:id") view=|| in_part(Desk::Contact) />
            <Route path=path!("surveys") view=|| in_part(People::Surveys) />
            <Route path=path!("surveys/new") view=|| in_part(People::NewAnswer) />
            <Route path=path!("surveys/questionnaires") view=|| in_part(People::Questionnaires) />
            <Route path=path!("surveys/answers/:id") view=|| in_part(People::Answer) />
            <Route path=path!("surveys/:survey/:period") view=|| in_part(People::Round) />
            <Route path=path!("duties") view=|| in_part(People::Duties) />
            <Route path=path!("conflicts") view=|| in_part(Office::Differing) />
            <Route path=path!("grading") view=|| in_part(People::Review) />
            <Route path=path!("penalties") view=|| in_part(People::Penalties) />
            <Route path=path!("actions") view=|| in_part(People::Actions) />
            <Route path=path!("reports") view=|| in_part(Office::Reports) />
            <Route path=path!("import") view=|| in_part(Office::Import) />
            <Route path=path!("sync") view=|| in_part(Office::Sync) />
            <Route path=path!("settings") view=|| in_part(Office::Settings) />
            <Route path=path!("settings/hand-over") view=|| in_part(Office::HandOver) />
            <Route path=path!("settings/pack") view=|| in_part(Office::Pack) />
            <Route path=path!("settings/calendar") view=|| in_part(Office::Calendar) />
            <Route path=path!("settings/devices") view=|| in_part(Office::Devices) />
            <Route path=path!("settings/recovery") view=|| in_part(Office::Recovery) />
            <Route path=path!("settings/retention") view=|| in_part(Office::Retention) />
            <Route path=path!("settings/papers") view=|| in_part(Office::PaperTexts) />
            <Route path=path!("cases/:id/print/:layout") view=|| in_part(Office::CasePaper) />
            <Route path=path!("customers/:id/print/:layout") view=|| in_part(Office::CustomerPaper) />
            <Route path=path!("contacts/:id/print/:layout") view=|| in_part(Office::ContactPaper) />
            <Route path=path!("papers/contacts/:layout/:month") view=|| in_part(Office::ContactsPaper) />
            <Route path=path!("papers/customers/:layout") view=|| in_part(Office::CustomersPaper) />
            <Route path=path!("papers/destruction/:segment") view=|| in_part(Office::DestructionPaper) />
            <Route path=path!("papers/penalties/:month") view=|| in_part(Office::PenaltiesPaper) />
            <Route path=path!("papers/events/:id") view=|| in_part(Office::EventPaper) />
            <Route path=path!("papers/grading/:tab") view=|| in_part(Office::GradingPaper) />
            <Route path=path!("papers/statistics/:month") view=|| in_part(Office::MonthPaper) />
            <Route path=path!("papers/surveys/:survey") view=|| in_part(Office::SurveyPaper) />
            <Route path=path!("papers/surveys/:survey/:period") view=|| in_part(Office::SurveyPaper) />
            <Route path=path!("join") view=|| in_part(First::Joined) />
        </FlatRoutes>
    }
}
