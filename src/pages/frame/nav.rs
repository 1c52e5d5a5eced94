//! Navigation: the side bar on wide screens, the tab bar on phones.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::sync_state::SyncState;
use crate::{
    shell::{
        base::use_base,
        day::use_day,
        policy::use_policy,
        preferences::{Theme, use_preferences},
        session::use_session,
    },
    texts::{duties, shell::ShellTexts, use_texts},
    ui::{Glyph, Icon},
};

type Name = fn(&ShellTexts) -> &'static str;

const SCREENS: [(&str, Glyph, Name); 8] = [
    ("/", Glyph::Day, |s| s.home),
    ("/customers", Glyph::Person, |s| s.customers),
    ("/cases", Glyph::Case, |s| s.cases),
    ("/contacts", Glyph::Note, |s| s.contacts),
    ("/reports", Glyph::Chart, |s| s.reports),
    ("/import", Glyph::Import, |s| s.import),
    ("/sync", Glyph::Sync, |s| s.sync),
    ("/settings", Glyph::Settings, |s| s.settings),
];
/// Screens in the tab bar of phones; import is reached from the lists and settings, figures from my day and the palette.
const TABS: [usize; 6] = [0, 1, 2, 3, 6, 7];

/// The side bar of wide screens.
#[component]
pub fn SideBar(palette: RwSignal<bool>, help: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let who = move || {
        session.with(|status| {
            status
                .map(|status| format!("{} · {}", status.branch_name, status.staff_name))
                .unwrap_or_default()
        })
    };
    let company = move || {
        session.with(|status| {
            status
                .map(|status| status.company.clone())
                .unwrap_or_default()
        })
    };
    view! {
        <aside class="sidebar">
            <div class="brand">
                <span class="mark">
                    <Icon glyph=Glyph::Echo />
                </span>
                <span class="brand-name">
                    <strong>{move || t.get().shell.app_name}</strong>
                    <span class="muted">{company}</span>
                </span>
            </div>
            <button type="button" class="finder-button" on:click=move |_| palette.set(true)>
                <Icon glyph=Glyph::Search />
                <span>{move || t.get().shell.palette}</span>
                <kbd aria-hidden="true">"Ctrl K"</kbd>
            </button>
            <nav aria-label=move || t.get().shell.navigation>
                {SCREENS.into_iter().map(|(path, glyph, name)| view! { <NavLink path glyph name /> }).collect_view()}
                <DutiesLink />
                <PenaltiesLink />
            </nav>
            <div class="sidebar-foot">
                <SyncState />
                <div class="sidebar-tools">
                    <span class="who">{who}</span>
                    <ThemeButton />
                    <LanguageButton />
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=move || t.get().shell.keys
                        title=move || t.get().shell.keys
                        on:click=move |_| help.set(true)
                    >
                        <Icon glyph=Glyph::Keyboard />
                    </button>
                </div>
            </div>
        </aside>
    }
}

/// The tab bar of phones.
#[component]
pub fn TabBar() -> impl IntoView {
    let t = use_texts();
    view! {
        <nav class="tabbar" aria-label=move || t.get().shell.navigation>
            {TABS
                .into_iter()
                .map(|index| {
                    let (path, glyph, name) = SCREENS[index];
                    view! { <NavLink path glyph name /> }
                })
                .collect_view()}
        </nav>
    }
}

#[component]
fn NavLink(path: &'static str, glyph: Glyph, name: Name) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let session = use_session();
    let pathname = use_location().pathname;
    let current = move || {
        let here = pathname.with(|here| base.strip(here));
        here == path || (path != "/" && here.starts_with(path))
    };
    let open = move || {
        let cases = path == "/cases";
        session.with(|status| {
            status
                .filter(|_| cases)
                .map_or(0, |status| status.open_cases)
        })
    };
    view! {
        <a class="nav-link" href=base.href(path) aria-current=move || current().then_some("page")>
            <Icon glyph />
            <span>{move || name(&t.get().shell)}</span>
            {move || {
                let open = open();
                (open > 0)
                    .then(|| {
                        let t = t.get();
                        let count = crate::shell::intl::number(t.language, f64::from(open));
                        view! { <span class="nav-count" title=t.home.open aria-hidden="true">{count}</span> }
                    })
            }}
        </a>
    }
}

/// The way to what is due for files, with how many are overdue of the person's; hidden while nothing ever falls to the person and the
/// screen is not open.
#[component]
fn DutiesLink() -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let day = use_day().live();
    let pathname = use_location().pathname;
    let current = Memo::new(move |_| pathname.with(|here| base.strip(here).starts_with("/duties")));
    let counts = Memo::new(move |_| {
        let files = |home: &huiyin_api::HomeView| (home.files.total, home.files.late);
        day.value
            .with(|home| home.as_ref().map(files))
            .unwrap_or_default()
    });
    move || {
        let (total, late) = counts.get();
        (total > 0 || current.get()).then(|| {
            let d = duties::of(t.language());
            let late = (late > 0).then(|| crate::shell::intl::number(t.language(), f64::from(late)));
            view! {
                <a
                    class="nav-link"
                    href=base.href("/duties")
                    aria-current=move || current.get().then_some("page")
                >
                    <Icon glyph=Glyph::Clock />
                    <span>{d.title}</span>
                    {late
                        .map(|late| {
                            view! { <span class="nav-count" title=d.only_late aria-hidden="true">{late}</span> }
                        })}
                </a>
            }
        })
    }
}

/// Roles whose matter penalties and rewards always are; the pack may name more.
const ALWAYS_ENTITLED: &[&str] = &["general_manager", "finance", "administrator"];

/// The way to penalties and rewards, for those entitled.
#[component]
fn PenaltiesLink() -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let session = use_session();
    let policy = use_policy();
    let pathname = use_location().pathname;
    let entitled = Memo::new(move |_| {
        let roles = session.with(|status| status.map(|status| status.roles.clone()));
        let roles = roles.unwrap_or_default();
        policy.with(|pack| {
            let Some(pack) = pack.filter(|pack| !pack.clauses.is_empty()) else {
                return false;
            };
            roles.iter().any(|role| {
                ALWAYS_ENTITLED.contains(&role.as_str()) || pack.approvals.penalties.contains(role)
            })
        })
    });
    let current = move || pathname.with(|here| base.strip(here).starts_with("/penalties"));
    move || {
        entitled.get().then(|| {
            view! {
                <a
                    class="nav-link"
                    href=base.href("/penalties")
                    aria-current=move || current().then_some("page")
                >
                    <Icon glyph=Glyph::Scales />
                    <span>{move || t.get().desk.penalties}</span>
                </a>
            }
        })
    }
}

/// Goes from system to light to dark and round.
#[component]
pub fn ThemeButton() -> impl IntoView {
    let t = use_texts();
    let preferences = use_preferences();
    let theme = move || preferences.with(|now| now.theme);
    let name = move || {
        let s = &t.get().shell;
        let now = match theme() {
            Theme::System => s.theme_system,
            Theme::Light => s.theme_light,
            Theme::Dark => s.theme_dark,
        };
        format!("{}: {now}", s.theme)
    };
    let next = move |_| {
        preferences.update(|now| {
            now.theme = match now.theme {
                Theme::System => Theme::Light,
                Theme::Light => Theme::Dark,
                Theme::Dark => Theme::System,
            };
        });
    };
    view! {
        <button type="button" class="icon-button" aria-label=name title=name on:click=next>
            {move || {
                let glyph = match theme() {
                    Theme::System => Glyph::Contrast,
                    Theme::Light => Glyph::Sun,
                    Theme::Dark => Glyph::Moon,
                };
                view! { <Icon glyph /> }
            }}
        </button>
    }
}

/// Switches between Chinese and English.
#[component]
pub fn LanguageButton() -> impl IntoView {
    let t = use_texts();
    let preferences = use_preferences();
    let switch = move |_| {
        preferences.update(|now| {
            let other = if now.language == "en" { "zh" } else { "en" };
            other.clone_into(&mut now.language);
        });
    };
    let name = move || t.get().shell.other_language;
    view! {
        <button type="button" class="icon-button" aria-label=name title=name on:click=switch>
            <Icon glyph=Glyph::Language />
        </button>
    }
}
