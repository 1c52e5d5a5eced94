//! The settings screen: the company, its branches and staff, who is here, this browser.

mod about;
mod branch_dialog;
mod branches;
mod browser;
mod calendar;
mod company;
mod devices;
mod lock;
mod lock_dialog;
mod pack;
mod person;
mod pins;
mod recovery;
mod reminders;
mod retention;
mod rules;
mod secret_form;
mod staff;
mod staff_dialog;

use huiyin_api::{Request, SettingsView};
use leptos::prelude::*;

use crate::{
    shell::{ask, live::live, title::set_title},
    texts::use_texts,
    ui::{ErrorState, Glyph, Icon, PageHead, Skeleton},
};

use about::About;
use branches::Branches;
use browser::Browser;
pub use calendar::CalendarPage;
use company::Company;
pub use devices::DevicesPage;
use lock::LockSection;
pub use pack::{PackPage, PackProblem};
use person::Person;
use pins::{MyPin, StaffKeys};
pub use recovery::RecoveryPage;
use reminders::Reminders;
pub use retention::RetentionPage;
use rules::Rules;
use staff::Staff;

/// The settings of the company as the sections read them.
type Read = Signal<SettingsView>;

/// What a dialog of this screen is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Editing<T> {
    /// Nothing: the dialog is closed.
    #[default]
    Nothing,
    /// Something new.
    New,
    /// Something that exists.
    Known(T),
}

impl<T> Editing<T> {
    /// Returns what exists and is edited.
    fn known(self) -> Option<T> {
        match self {
            Self::Known(known) => Some(known),
            Self::Nothing | Self::New => None,
        }
    }
}

/// The settings screen.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().settings.title);
    let again = RwSignal::new(0_u32);
    let settings = live(
        move || {
            again.track();
            Some(Request::Settings)
        },
        ask::settings,
    );
    let known = Memo::new(move |_| settings.value.with(Option::is_some));
    let read: Read = Signal::derive(move || settings.value.get().unwrap_or_default());
    let company = move || {
        if !known.get() {
            let waiting = settings.problem.with(Option::is_none);
            return waiting
                .then(|| {
                    view! {
                        <div class="card">
                            <Skeleton lines=6 />
                        </div>
                    }
                })
                .into_any();
        }
        view! {
            <ReadOnly read />
            <div class="desk-pair">
                <div class="desk-stack">
                    <Company read />
                    <Rules />
                    <Branches read />
                </div>
                <div class="desk-stack">
                    <Person read />
                    <MyPin />
                    <LockSection />
                    <Browser />
                    <Reminders />
                </div>
            </div>
            <Staff read />
            <StaffKeys />
        }
        .into_any()
    };
    view! {
        <PageHead title=move || t.get().settings.title subtitle=move || t.get().settings.subtitle />
        <div class="desk">
            <ErrorState problem=settings.problem retry=move || again.update(|count| *count += 1) />
            {company}
            <About read />
        </div>
    }
}

/// Says who may change the company's settings, where this device may not.
#[component]
fn ReadOnly(read: Read) -> impl IntoView {
    let t = use_texts();
    let may_edit = Memo::new(move |_| read.with(|settings| settings.may_edit));
    move || {
        (!may_edit.get()).then(|| {
            view! {
                <p class="notice plain">
                    <Icon glyph=Glyph::Note />
                    <span>{move || t.get().settings.read_only}</span>
                </p>
            }
        })
    }
}
