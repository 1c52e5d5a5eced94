//! Proposing a penalty or reward by a clause of the pack. What was typed survives a refusal and a reload.

use std::collections::BTreeMap;

use huiyin_api::{PenaltyIntent, Problem, ProblemCode, Request};
use huiyin_core::pack::{Clause, Text};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    pages::{cases::parse_cents, shared::show_first_error},
    shell::{
        branches::use_branches,
        drafts::Draft,
        engine::use_engine,
        intl,
        keys::{Command, on_command},
        notices::use_toaster,
        policy::{self, use_policy},
    },
    texts::{Texts, sentence, use_texts},
    ui::{AreaField, Dialog, DialogFoot, ErrorState, SelectField, TextField},
};

/// The dialog.
#[component]
pub fn ProposeDialog(
    open: RwSignal<bool>,
    /// Record id of the case, or empty.
    #[prop(into)]
    case: Signal<String>,
    /// Clauses that can be applied: id, text.
    #[prop(into)]
    clauses: Signal<Vec<(String, Text)>>,
) -> impl IntoView {
    let t = use_texts();
    view! {
        <Dialog open title=move || t.get().desk.propose_penalty>
            <Fields open case=case.get_untracked() clauses />
        </Dialog>
    }
}

#[component]
fn Fields(
    open: RwSignal<bool>,
    case: String,
    clauses: Signal<Vec<(String, Text)>>,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let policy = use_policy();
    let draft = Draft::open(format!("penalty:{case}"));
    let errors = RwSignal::new(BTreeMap::<String, String>::new());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let of =
        move |name: &'static str| -> Signal<String> { Memo::new(move |_| draft.get(name)).into() };
    let error = move |name: &'static str| {
        Signal::derive(move || errors.with(|errors| errors.get(name).cloned().unwrap_or_default()))
    };
    let put = move |name: &'static str| {
        Callback::new(move |value: String| {
            errors.update(|errors| {
                errors.remove(name);
            });
            draft.put(name, value);
        })
    };
    let choices = Signal::derive(move || {
        let texts = t.get();
        let first = (String::new(), texts.common.choose.to_owned());
        let named = clauses.get().into_iter().map(|(id, text)| {
            let words = policy::words(texts.language, &text);
            let name = format!("{id} {words}");
            (id, name)
        });
        std::iter::once(first).chain(named).collect::<Vec<_>>()
    });
    let span = Signal::derive(move || {
        let texts = t.get();
        let chosen = draft.get("clause");
        policy.with(|pack| {
            pack.into_iter()
                .flat_map(|pack| &pack.clauses)
                .find(|clause| clause.id == chosen)
                .map(|clause| clause_words(texts, clause))
                .unwrap_or_default()
        })
    });
    let save = saver(case, draft, errors, problem, busy, open);
    on_command(move |command| {
        let mine = command == Command::Save;
        if mine {
            save.run(());
        }
        mine
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <TextField
                label=move || t.get().field("person")
                value=of("person")
                input=put("person")
                error=error("person")
                offers=Signal::derive(move || branches.staff_names())
                required=true
                autofocus=true
            />
            <SelectField
                label=move || t.get().field("clause")
                value=of("clause")
                input=put("clause")
                error=error("clause")
                choices
                required=true
            />
            <TextField
                label=move || t.get().field("amount")
                value=of("amount")
                input=put("amount")
                error=error("amount")
                kind=crate::ui::InputKind::Amount
                hint=span
            />
            <AreaField
                label=move || t.get().field("reason")
                value=of("note")
                input=put("note")
                error=error("note")
                rows=3
            />
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=move || t.get().desk.propose />
        </form>
    }
}

/// Returns what a clause grants: the span of money, points, further measures.
fn clause_words(texts: &Texts, clause: &Clause) -> String {
    let d = &texts.desk;
    let yuan = |cents| intl::amount(texts.language, cents);
    let mut parts = Vec::new();
    if clause.to_amount > clause.from_amount {
        parts.push((d.money_span)(
            &yuan(clause.from_amount),
            &yuan(clause.to_amount),
        ));
    } else if clause.from_amount > 0 {
        parts.push((d.yuan)(&yuan(clause.from_amount)));
    }
    if clause.points != 0 {
        let points = intl::number(texts.language, f64::from(clause.points.abs()));
        parts.push((d.points_of)(&points));
    }
    let measure = policy::words(texts.language, &clause.measure);
    if !measure.is_empty() {
        parts.push(measure);
    }
    parts.push(d.amount_by_clause.to_owned());
    parts.join(" · ")
}

fn saver(
    case: String,
    draft: Draft,
    errors: RwSignal<BTreeMap<String, String>>,
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
    open: RwSignal<bool>,
) -> Callback<()> {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        let texts = t.now();
        let mut found = BTreeMap::new();
        for name in ["person", "clause"] {
            if draft.peek(name).trim().is_empty() {
                found.insert(name.to_owned(), (texts.common.missing)(&texts.field(name)));
            }
        }
        let typed = draft.peek("amount");
        let amount = parse_cents(typed.trim());
        if amount.is_none() && !typed.trim().is_empty() {
            found.insert("amount".to_owned(), texts.cases.bad_amount.to_owned());
        }
        let fine = found.is_empty();
        errors.set(found);
        if !fine {
            show_first_error();
            return;
        }
        let intent = PenaltyIntent {
            case: case.clone(),
            invitation: String::new(),
            person: draft.peek("person").trim().to_owned(),
            clause: draft.peek("clause"),
            amount,
            note: draft.peek("note").trim().to_owned(),
        };
        problem.set(None);
        busy.set(true);
        spawn_local(async move {
            let result = engine.tell(Request::ProposePenalty(intent)).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    draft.forget();
                    toaster.good(t.now().desk.proposed);
                    open.try_set(false);
                }
                Err(refusal) => {
                    let beside =
                        matches!(refusal.code, ProblemCode::BadField | ProblemCode::Missing)
                            && ["person", "clause", "amount", "note"]
                                .contains(&refusal.place.as_str());
                    if beside {
                        let words = sentence(t.now(), &refusal);
                        errors.try_update(|errors| {
                            errors.insert(refusal.place, words.error);
                        });
                        show_first_error();
                    } else {
                        problem.try_set(Some(refusal));
                    }
                }
            }
        });
    })
}
