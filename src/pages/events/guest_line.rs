//! One guest of an event: on which list, whether the invitation holds, who came, what was closed, disputes.

use huiyin_api::{EventGuests, GuestLine, PenaltyIntent, Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use super::dispute_dialog::Subject;
use crate::{
    shell::{base::use_base, engine::use_engine, intl, notices::use_toaster, policy},
    texts::{events, use_texts},
    ui::{Badge, Button, ErrorState, Hue, Look},
};

/// The line.
#[component]
pub fn Line(
    line: GuestLine,
    event: Memo<EventGuests>,
    subject: RwSignal<Option<Subject>>,
) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let to_file = base.href(&format!("/customers/{}", line.customer));
    let invitation = base.href(&format!("/contacts/{}", line.contact));
    let (at, list) = (line.at, line.list.clone());
    let when = move || {
        let registered = intl::date_time(t.language(), at);
        if list.is_empty() {
            registered
        } else {
            let day = intl::short_day(t.language(), &list);
            let counts = (events::of(t.language()).counts_on)(&day);
            format!("{registered} · {counts}")
        }
    };
    let department = line.department.clone();
    let inviter = line.inviter.clone();
    let by = move || {
        let name = event.with(|view| {
            let known = view.departments.iter().find(|one| one.id == department);
            known.map(|one| policy::words(t.language(), &one.text))
        });
        let name = name.unwrap_or_else(|| department.clone());
        [inviter.as_str(), &name].join(" ").trim_end().to_owned()
    };
    let (late, holds) = (line.late, line.holds);
    let badge = move || {
        let texts = events::of(t.language());
        let (hue, word) = match (holds, late) {
            (false, true) => (Hue::Red, texts.late),
            (false, false) => (Hue::Waiting, texts.gives_way),
            (true, true) => (Hue::Amber, texts.late),
            (true, false) => (Hue::Green, texts.holds),
        };
        view! { <Badge hue>{word}</Badge> }
    };
    let consent = event.with_untracked(|view| view.consent_of_inviter);
    let owner = line.owner.clone();
    let former = (consent && !owner.is_empty() && owner != line.inviter).then(|| {
        view! {
            <span class="muted">{move || (events::of(t.language()).former)(&owner)}</span>
        }
    });
    let dispute = line.dispute.clone().map(|found| {
        let words = move || (events::of(t.language()).disputed)(&found.by, &found.note);
        view! { <span class="error">{words}</span> }
    });
    let ruling = line.ruling.clone().map(|found| {
        let words =
            move || (events::of(t.language()).ruled)(&found.by, &found.inviter, &found.note);
        view! { <span class="muted">{words}</span> }
    });
    view! {
        <li class="people-line" class:gone=!holds>
            <span class="people-line-main">
                <a class="link strong" href=to_file>{line.name.clone()}</a>
                {badge}
                <a class="link num" href=invitation>{by}</a>
                <span class="muted num">{when}</span>
                {former}
                {dispute}
                {ruling}
            </span>
            <Acts line event subject />
        </li>
    }
}

/// What may be done: attendance, money closed, dispute, ruling, penalty of a late list.
#[component]
fn Acts(
    line: GuestLine,
    event: Memo<EventGuests>,
    subject: RwSignal<Option<Subject>>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let contact = StoredValue::new(line.contact.clone());
    let send = move |request: Request, done: Option<String>| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    if let Some(done) = done {
                        toaster.good(done);
                    }
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let record = move |came: Option<bool>, sold: Option<String>| {
        let contact = contact.get_value();
        send(
            Request::RecordGuest {
                contact,
                came,
                sold,
            },
            None,
        );
    };
    let name = line.name.clone();
    let attendance = line.attendance.clone();
    let attended = if attendance.is_empty() {
        view! {
            <Button busy press=move || record(Some(true), None)>
                {move || events::of(t.language()).came}
            </Button>
            <Button look=Look::Quiet busy press=move || record(Some(false), None)>
                {move || events::of(t.language()).absent}
            </Button>
        }
        .into_any()
    } else {
        let came = attendance == "came";
        let hue = if came { Hue::Green } else { Hue::Neutral };
        let word = move || {
            let texts = events::of(t.language());
            if came { texts.came } else { texts.absent }
        };
        view! { <Badge hue>{word}</Badge> }.into_any()
    };
    let sold = (attendance == "came").then(|| {
        let label = move || format!("{} {name}", events::of(t.language()).sold);
        let change = move |event: ev::Targeted<ev::Event, leptos::web_sys::HtmlInputElement>| {
            record(None, Some(event.target().value()));
        };
        view! {
            <input
                class="input event-sold num"
                inputmode="decimal"
                aria-label=label
                placeholder=move || events::of(t.language()).sold
                prop:value=line.sold.clone()
                on:change:target=change
            />
        }
    });
    let open = {
        let line = line.clone();
        move |rules: bool| {
            subject.set(Some(Subject {
                contact: line.contact.clone(),
                name: line.name.clone(),
                parties: line.parties.clone(),
                rules,
            }));
        }
    };
    let (dispute, rule) = (open.clone(), open);
    let clause = event.with_untracked(|view| view.late_clause.clone());
    let penalty = (line.late && !clause.is_empty()).then(|| {
        let person = line.inviter.clone();
        let about = event.with_untracked(|view| view.row.form.name.clone());
        let press = move || {
            let texts = events::of(t.now().language);
            let intent = PenaltyIntent {
                person: person.clone(),
                clause: clause.clone(),
                note: (texts.propose_note)(&about),
                ..PenaltyIntent::default()
            };
            send(
                Request::ProposePenalty(intent),
                Some(texts.proposed.to_owned()),
            );
        };
        view! {
            <Button look=Look::Quiet busy press>
                {move || events::of(t.language()).propose}
            </Button>
        }
    });
    view! {
        <span class="actions">
            {attended}
            {sold}
            {line
                .may_dispute
                .then(|| {
                    view! {
                        <Button look=Look::Quiet press=move || dispute(false)>
                            {move || events::of(t.language()).dispute}
                        </Button>
                    }
                })}
            {line
                .may_rule
                .then(|| {
                    view! {
                        <Button look=Look::Primary press=move || rule(true)>
                            {move || events::of(t.language()).rule_it}
                        </Button>
                    }
                })}
            {penalty}
        </span>
        <ErrorState problem />
    }
}
