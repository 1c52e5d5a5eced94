//! One guest of an event: on which list, whether the invitation holds, who came, what was closed, disputes.

use huiyin_api::{EventGuests, GuestLine, PenaltyIntent, Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use super::dispute_dialog::Subject;
use crate::{
    shell::{base::use_base, engine::use_engine, intl, notices::use_toaster, policy},
    texts::{events, use_texts},
    ui::{Badge, Button, ErrorState, Hue, Look},
};

/// The line. What is on it follows the event piece by piece, so that the keyboard and what is being typed stay.
#[component]
pub fn Line(
    line: Memo<GuestLine>,
    event: Memo<EventGuests>,
    subject: RwSignal<Option<Subject>>,
) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let to_file = move || line.with(|line| base.href(&format!("/customers/{}", line.customer)));
    let invitation = move || line.with(|line| base.href(&format!("/contacts/{}", line.contact)));
    let when = move || {
        line.with(|line| {
            let registered = intl::date_time(t.language(), line.at);
            if line.list.is_empty() {
                return registered;
            }
            let day = intl::short_day(t.language(), &line.list);
            let counts = (events::of(t.language()).counts_on)(&day);
            format!("{registered} · {counts}")
        })
    };
    let by = move || {
        line.with(|line| {
            let name = event.with(|view| {
                let known = view
                    .departments
                    .iter()
                    .find(|one| one.id == line.department);
                known.map(|one| policy::words(t.language(), &one.text))
            });
            let name = name.unwrap_or_else(|| line.department.clone());
            let by = [line.inviter.as_str(), &name].join(" ");
            by.trim_end().to_owned()
        })
    };
    let standing = Memo::new(move |_| line.with(|line| (line.holds, line.late)));
    let badge = move || {
        let texts = events::of(t.language());
        let (hue, word) = match standing.get() {
            (false, true) => (Hue::Red, texts.late),
            (false, false) => (Hue::Waiting, texts.gives_way),
            (true, true) => (Hue::Amber, texts.late),
            (true, false) => (Hue::Green, texts.holds),
        };
        view! { <Badge hue>{word}</Badge> }
    };
    let former = move || {
        let consent = event.with(|view| view.consent_of_inviter);
        line.with(|line| {
            (consent && !line.owner.is_empty() && line.owner != line.inviter).then(|| {
                let words = (events::of(t.language()).former)(&line.owner);
                view! { <span class="muted">{words}</span> }
            })
        })
    };
    let dispute = move || {
        let found = line.with(|line| line.dispute.clone())?;
        let words = (events::of(t.language()).disputed)(&found.by, &found.note);
        Some(view! { <span class="error">{words}</span> })
    };
    let ruling = move || {
        let found = line.with(|line| line.ruling.clone())?;
        let words = (events::of(t.language()).ruled)(&found.by, &found.inviter, &found.note);
        Some(view! { <span class="muted">{words}</span> })
    };
    view! {
        <li class="people-line" class:gone=move || !standing.get().0>
            <span class="people-line-main">
                <a class="link strong" href=to_file>
                    {move || line.with(|line| line.name.clone())}
                </a>
                {badge}
                <a class="link num" href=invitation>
                    {by}
                </a>
                <span class="muted num">{when}</span>
                {former}
                {dispute}
                {ruling}
            </span>
            <Acts line event subject />
        </li>
    }
    .into_any()
}

/// What may be done: attendance, money closed, dispute, ruling, penalty of a late list.
#[component]
fn Acts(
    line: Memo<GuestLine>,
    event: Memo<EventGuests>,
    subject: RwSignal<Option<Subject>>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
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
        let contact = line.with_untracked(|line| line.contact.clone());
        send(
            Request::RecordGuest {
                contact,
                came,
                sold,
            },
            None,
        );
    };
    let attendance = Memo::new(move |_| line.with(|line| line.attendance.clone()));
    let came = Memo::new(move |_| attendance.with(|attendance| attendance == "came"));
    // Who came is recorded where the invitation holds.
    let holds =
        Memo::new(move |_| line.with(|line| line.holds) && event.with(|view| !view.row.cancelled));
    let attended = move || {
        if attendance.with(String::is_empty) {
            if !holds.get() {
                return ().into_any();
            }
            return view! {
                <Button busy press=move || record(Some(true), None)>
                    {move || events::of(t.language()).came}
                </Button>
                <Button look=Look::Quiet busy press=move || record(Some(false), None)>
                    {move || events::of(t.language()).absent}
                </Button>
            }
            .into_any();
        }
        let hue = if came.get() { Hue::Green } else { Hue::Neutral };
        let word = move || {
            let texts = events::of(t.language());
            if came.get() { texts.came } else { texts.absent }
        };
        view! { <Badge hue>{word}</Badge> }.into_any()
    };
    let label = move || {
        let sold = events::of(t.language()).sold;
        line.with(|line| format!("{sold} {}", line.name))
    };
    // By itself, so that a sum being typed is written over only by a sum that was stored.
    let sold = Memo::new(move |_| line.with(|line| line.sold.clone()));
    let change = move |event: ev::Targeted<ev::Event, leptos::web_sys::HtmlInputElement>| {
        record(None, Some(event.target().value()));
    };
    let open = move |rules: bool| {
        let line = line.get_untracked();
        subject.set(Some(Subject {
            contact: line.contact,
            name: line.name,
            parties: line.parties,
            rules,
        }));
    };
    let may_dispute = Memo::new(move |_| line.with(|line| line.may_dispute));
    let may_rule = Memo::new(move |_| line.with(|line| line.may_rule));
    let claim = Memo::new(move |_| line.with(|line| (line.may_claim, line.claimed)));
    let propose = move || {
        let texts = events::of(t.now().language);
        let (clause, about) =
            event.with_untracked(|view| (view.late_clause.clone(), view.row.form.name.clone()));
        let line = line.get_untracked();
        let intent = PenaltyIntent {
            invitation: line.contact,
            person: line.registered,
            clause,
            note: (texts.propose_note)(&about),
            ..PenaltyIntent::default()
        };
        send(
            Request::ProposePenalty(intent),
            Some(texts.proposed.to_owned()),
        );
    };
    view! {
        <span class="actions">
            {attended} <Show when=move || came.get() && holds.get()>
                <input
                    class="input event-sold num"
                    inputmode="decimal"
                    aria-label=label
                    placeholder=move || events::of(t.language()).sold
                    prop:value=move || sold.get()
                    on:change:target=change
                />
            </Show> <Show when=move || may_dispute.get()>
                <Button look=Look::Quiet press=move || open(false)>
                    {move || events::of(t.language()).dispute}
                </Button>
            </Show> <Show when=move || may_rule.get()>
                <Button look=Look::Primary press=move || open(true)>
                    {move || events::of(t.language()).rule_it}
                </Button>
            </Show> <Show when=move || claim.get().0>
                <Button look=Look::Quiet busy press=propose>
                    {move || events::of(t.language()).propose}
                </Button>
            </Show> <Show when=move || claim.get().1>
                <Badge hue=Hue::Amber>{move || events::of(t.language()).claimed}</Badge>
            </Show>
        </span>
        <ErrorState problem />
    }
}
