//! One event: registering invitations, the list of guests, who came.

use std::collections::BTreeMap;

use huiyin_api::{CustomerRow, EventGuests, GuestLine, Problem, Request};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use super::changes::{Cancelled, Changes, EventActs};
use super::dispute_dialog::{DisputeDialog, Subject};
use super::guest_line::Line;
use crate::{
    pages::people::FileFinder,
    shell::{
        ask, branches::use_branches, engine::use_engine, focus::move_along, intl, live::live,
        notices::use_toaster, policy, policy::use_policy, title::set_title,
    },
    texts::{events, use_texts},
    ui::{EmptyState, ErrorState, Glyph, LinkButton, PageHead, SelectField, Skeleton},
};

/// Every guest, in the order shown.
const LINES: &str = ".guest-list .people-line-main > a.strong";

/// The screen: `/contacts/events/<id>`.
#[component]
pub fn EventPage() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let found = live(move || Some(Request::Event { id: id.get() }), ask::event);
    let name = Memo::new(move |_| {
        found.value.with(|view| {
            view.as_ref()
                .map(|view| view.row.form.name.clone())
                .unwrap_or_default()
        })
    });
    set_title(move || {
        let name = name.get();
        if name.is_empty() {
            events::of(t.language()).title.to_owned()
        } else {
            name
        }
    });
    let subtitle = move || {
        let texts = events::of(t.language());
        found.value.with(|view| {
            view.as_ref().map_or_else(String::new, |view| {
                let form = &view.row.form;
                let day = intl::short_day(t.language(), &form.day);
                [day.as_str(), texts.session_name(&form.session), &form.place]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · ")
            })
        })
    };
    let over = Memo::new(move |_| {
        found.value.with(|view| {
            view.as_ref()
                .is_none_or(|view| view.row.over || view.row.cancelled)
        })
    });
    move_along(LINES);
    let subject = RwSignal::new(None::<Subject>);
    let event = Memo::new(move |_| found.value.get().unwrap_or_default());
    let loaded = Memo::new(move |_| found.value.with(Option::is_some));
    let body = move || {
        if loaded.get() {
            view! { <Guests event subject /> }.into_any()
        } else if found.problem.with(Option::is_some) {
            ().into_any()
        } else {
            view! { <Skeleton lines=6 /> }.into_any()
        }
    };
    view! {
        <div class="stack-page">
            <PageHead title=move || name.get() subtitle>
                <LinkButton to="/contacts/events" icon=Glyph::Back>
                    {move || events::of(t.language()).title}
                </LinkButton>
                <EventActs event />
            </PageHead>
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            <Cancelled event />
            <Show when=move || !over.get()>
                <Invite found=found.value />
            </Show>
            {body}
            <Changes event />
        </div>
        <DisputeDialog subject />
    }
}

/// Who invites, for which department, and the guest: found and pressed.
#[component]
fn Invite(#[prop(into)] found: Signal<Option<EventGuests>>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let branches = use_branches();
    let inviter = RwSignal::new(String::new());
    let department = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let may_name = Memo::new(move |_| found.with(|v| v.as_ref().is_some_and(|v| v.may_plan)));
    let people = Signal::derive(move || {
        let mut choices = vec![(String::new(), events::of(t.language()).myself.to_owned())];
        let names = branches.staff_names().into_iter();
        choices.extend(names.map(|name| (name.clone(), name)));
        choices
    });
    let departments = Memo::new(move |_| {
        let language = t.language();
        let mut choices = vec![(String::new(), events::of(language).no_department.to_owned())];
        found.with(|view| {
            for one in view.iter().flat_map(|view| &view.departments) {
                choices.push((one.id.clone(), policy::words(language, &one.text)));
            }
        });
        choices
    });
    let choose = Callback::new(move |customer: CustomerRow| {
        if busy.get_untracked() {
            return;
        }
        let Some(event) = found.with_untracked(|v| v.as_ref().map(|v| v.row.id.clone())) else {
            return;
        };
        busy.set(true);
        problem.set(None);
        let request = Request::InviteGuest {
            event,
            customer: customer.id,
            inviter: inviter.get_untracked(),
            department: department.get_untracked(),
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => toaster.good((events::of(t.now().language).invited)(&customer.name)),
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    });
    let from = move || {
        let language = t.language();
        found.with(|view| {
            let departments = view.iter().flat_map(|view| &view.departments);
            departments
                .filter(|one| !one.from.is_empty())
                .map(|one| {
                    let name = policy::words(language, &one.text);
                    let day = intl::short_day(language, &one.from);
                    view! { <span>{(events::of(language).from)(&name, &day)}</span> }
                })
                .collect_view()
        })
    };
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{move || events::of(t.language()).invite}</h2>
            </header>
            <div class="card-body">
                <div class="form">
                    <Show when=move || departments.with(|choices| choices.len() > 1)>
                        <SelectField
                            label=move || events::of(t.language()).department
                            value=department
                            input=move |id: String| department.set(id)
                            choices=departments
                        />
                    </Show>
                    <Show when=move || may_name.get()>
                        <SelectField
                            label=move || events::of(t.language()).inviter
                            value=inviter
                            input=move |name: String| inviter.set(name)
                            choices=people
                        />
                    </Show>
                    <p class="wide muted lead-sums">{from}</p>
                    <div class="wide">
                        <ErrorState problem />
                    </div>
                </div>
            </div>
        </section>
        <FileFinder
            except=Memo::new(|_| String::new())
            choose
            title=move || events::of(t.language()).invite_text
        />
    }
}

#[component]
fn Guests(event: Memo<EventGuests>, subject: RwSignal<Option<Subject>>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let any = Memo::new(move |_| event.with(|view| !view.guests.is_empty()));
    let lines = Memo::new(move |_| {
        event.with(|view| {
            let guests = view.guests.iter();
            guests
                .map(|line| (line.contact.clone(), line.clone()))
                .collect::<BTreeMap<String, GuestLine>>()
        })
    });
    let nobody = move || {
        view! {
            <section class="card">
                <EmptyState
                    glyph=Glyph::Person
                    title=move || events::of(t.language()).no_guests
                    text=move || events::of(t.language()).no_guests_text
                />
            </section>
        }
    };
    let count = move |number: u32| intl::count(t.language(), u64::from(number));
    let sums = move || {
        let (invited, came) = event.with(|view| (view.row.invited, view.row.came));
        (events::of(t.language()).guests)(&count(invited), &count(came))
    };
    let order = move || {
        let texts = t.get();
        let names: Vec<String> = event.with(|view| {
            view.disputes
                .iter()
                .map(|role| policy.role(texts, role))
                .collect()
        });
        (!names.is_empty())
            .then(|| (events::of(texts.language).order)(&names.join(texts.people.comma)))
    };
    let more = move || {
        let left = event.with(|view| view.left);
        (left > 0).then(|| (events::of(t.language()).more)(&count(left)))
    };
    view! {
        <Show when=move || any.get() fallback=nobody>
            <section class="card">
                <header class="card-head">
                    <h2>{move || events::of(t.language()).list}</h2>
                    <span class="muted num">{sums}</span>
                </header>
                {move || order().map(|words| view! { <p class="muted pad">{words}</p> })}
                <ul class="people-lines guest-list">
                    <For
                        each=move || event.with(|view| view.guests.clone())
                        key=|line| line.contact.clone()
                        children=move |line| {
                            let contact = line.contact.clone();
                            let line = Memo::new(move |_| {
                                lines.with(|lines| lines.get(&contact).cloned()).unwrap_or_else(|| line.clone())
                            });
                            view! { <Line line event subject /> }
                        }
                    />
                </ul>
                {move || more().map(|words| view! { <p class="muted pad">{words}</p> })}
            </section>
        </Show>
    }
    .into_any()
}
