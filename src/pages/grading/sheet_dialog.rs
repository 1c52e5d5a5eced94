//! The score sheet of one customer in a dialog: what it comes to is proposed. Where the policy has no sheet a class is chosen.

use std::collections::BTreeMap;

use huiyin_api::{CustomerRecord, Problem, Request, StepIntent};
use huiyin_core::{file::data, grading::print_scores, pack::GradingRules};
use leptos::{ev, prelude::*, task::spawn_local};

use super::sheet_lines::{SheetLines, awaited, own_scores, preset, result, scores};
use crate::{
    pages::shared::{DraftNotice, show_first_error},
    shell::{
        ask, drafts::Draft, engine::use_engine, live::live, notices::use_toaster,
        policy::use_policy,
    },
    texts::{grading, use_texts},
    ui::{AreaField, Dialog, DialogFoot, ErrorState, SelectField, Skeleton, open_while},
};

/// Name of the note in the draft; no line of a sheet is called so.
const NOTE: &str = ":note";

/// The dialog; open while a customer is named. `done` hears that a class was proposed and may name the next customer.
#[component]
pub fn SheetDialog(
    /// Record id of the customer whose sheet is open.
    customer: RwSignal<Option<String>>,
    #[prop(into)] done: Callback<()>,
    /// Whether another customer comes after this one.
    #[prop(optional, into)]
    more: Signal<bool>,
) -> impl IntoView {
    let t = use_texts();
    let open = open_while(customer, Option::is_some);
    let found = live(
        move || customer.get().map(|id| Request::Customer { id }),
        ask::customer,
    );
    // What somebody else changes meanwhile must not take away what was typed: the form is made once for each customer.
    let shown = Memo::new(move |_| {
        let wanted = customer.get()?;
        found
            .value
            .with(|record| {
                record
                    .as_ref()
                    .is_some_and(|record| record.row.id == wanted)
            })
            .then_some(wanted)
    });
    let title = Signal::derive(move || {
        let name = found.value.with(|record| {
            record
                .as_ref()
                .map(|record| record.row.name.clone())
                .unwrap_or_default()
        });
        (grading::of(t.language()).sheet_of)(&name)
    });
    view! {
        <Dialog open title>
            {move || {
                if shown.get().is_some() {
                    let record = found.value.get_untracked().unwrap_or_default();
                    view! { <SheetForm record open done more /> }.into_any()
                } else if found.problem.with(Option::is_some) {
                    view! {
                        <div class="pad">
                            <ErrorState problem=found.problem retry=move || found.ask_again() />
                        </div>
                    }
                        .into_any()
                } else {
                    view! { <Skeleton lines=5 /> }.into_any()
                }
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn SheetForm(
    record: CustomerRecord,
    open: RwSignal<bool>,
    done: Callback<()>,
    more: Signal<bool>,
) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let engine = use_engine();
    let toaster = use_toaster();
    let given = record.file.class.clone();
    let rules = untrack(|| policy.class_rules(|rules| rules.grading.cloned().unwrap_or_default()));
    let has_sheet = !rules.sheet.is_empty();
    let months = rules.provisional_months;
    // Half a sheet survives the dialog and the page.
    let draft = Draft::open(format!("grading-sheet:{}", record.row.id));
    let first = preset(&rules, &given);
    for (line, score) in &first {
        draft.preset(line, score.clone());
    }
    let first = StoredValue::new(first);
    let discard = Callback::new(move |()| draft.discard(first.get_value()));
    let rules = StoredValue::new(rules);
    let own = StoredValue::new(given.may_score.clone());
    let class = StoredValue::new(given.clone());
    // While others have not scored theirs there is nothing to propose: the person's own lines are kept.
    let waits_for = move |language| {
        rules.with_value(|rules| class.with_value(|class| awaited(rules, class, language)))
    };
    let in_parts = has_sheet && untrack(|| !waits_for(t.language()).is_empty());
    let errors = RwSignal::new(BTreeMap::<String, String>::new());
    let chosen = RwSignal::new(match &given.proposed {
        Some(proposed) => proposed.class.clone(),
        None => given.class.clone(),
    });
    let provisional = RwSignal::new(match &given.proposed {
        Some(proposed) => proposed.provisional,
        None => months > 0 && given.since.is_none(),
    });
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let (id, seen) = (record.row.id, record.file.heads);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (typed, language) = (draft.values.get_untracked(), t.now().language);
        let filled = rules.with_value(|rules| {
            if in_parts {
                class.with_value(|class| {
                    let scores = own_scores(rules, class, &typed, language)?;
                    let data = (data::LINE_SCORES.to_owned(), print_scores(&scores));
                    Ok(BTreeMap::from([data]))
                })
            } else {
                fill(rules, &typed, &chosen.get_untracked(), language)
            }
        });
        let mut data = match filled {
            Ok(data) => data,
            Err(wrong) => {
                errors.set(wrong);
                show_first_error();
                return;
            }
        };
        if provisional.get_untracked() && !in_parts {
            data.insert(data::PROVISIONAL.to_owned(), "yes".to_owned());
        }
        let request = Request::FileStep {
            id: id.clone(),
            step: StepIntent {
                step: if in_parts { "noted" } else { "class_proposed" }.to_owned(),
                note: draft.peek(NOTE),
                seen: seen.clone(),
                data,
                ..StepIntent::default()
            },
        };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    draft.forget();
                    let words = grading::of(t.now().language);
                    toaster.good(if in_parts {
                        words.lines_saved
                    } else {
                        words.proposed_done
                    });
                    // With another customer to come the dialog stays open for it.
                    if !more.try_get_untracked().unwrap_or_default() {
                        open.try_set(false);
                    }
                    done.try_run(());
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let submit_name = move || {
        let words = grading::of(t.language());
        if in_parts {
            words.save_lines
        } else if more.get() {
            words.propose_next
        } else {
            words.propose
        }
    };
    let class_error =
        move || errors.with(|errors| errors.get(data::CLASS).cloned().unwrap_or_default());
    view! {
        <form class="form" novalidate on:submit=submit>
            <div class="wide">
                <DraftNotice draft discard />
            </div>
            {if has_sheet {
                view! { <SheetLines rules draft own errors /> }.into_any()
            } else {
                view! {
                    <SelectField
                        label=move || t.get().field("class")
                        value=chosen
                        input=move |class: String| chosen.set(class)
                        choices=Signal::derive(move || class_choices(t, policy))
                        error=Signal::derive(class_error)
                    />
                }
                    .into_any()
            }}
            {in_parts
                .then(|| {
                    view! {
                        <p class="wide muted">
                            {move || {
                                let texts = t.get();
                                let names = waits_for(texts.language).join(texts.packs.comma);
                                (grading::of(texts.language).waits_for_lines)(&names)
                            }}
                        </p>
                    }
                })}
            <label class="checkbox wide" hidden=in_parts>
                <input
                    type="checkbox"
                    prop:checked=move || provisional.get()
                    on:change:target=move |event| provisional.set(event.target().checked())
                />
                <span>{move || grading::of(t.language()).provisional_tick}</span>
                {(months > 0)
                    .then(|| {
                        view! {
                            <span class="muted">
                                {move || (grading::of(t.language()).provisional_hint)(months)}
                            </span>
                        }
                    })}
            </label>
            <AreaField
                label=move || grading::of(t.language()).note
                value=Signal::derive(move || draft.get(NOTE))
                input=move |text: String| draft.put(NOTE, text)
                rows=2
            />
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=submit_name />
        </form>
    }
    .into_any()
}

/// Returns the choices of a class, an empty one first.
pub fn class_choices(
    t: crate::texts::TextsHandle,
    policy: crate::shell::policy::Policy,
) -> Vec<(String, String)> {
    let none = grading::of(t.language()).choose_class.to_owned();
    let mut choices = vec![(String::new(), none)];
    choices.extend(policy.classes(t.get()));
    choices
}

/// Returns the data of a proposal, or what is wrong beside each field.
fn fill(
    rules: &GradingRules,
    typed: &BTreeMap<String, String>,
    chosen: &str,
    language: huiyin_api::Language,
) -> Result<BTreeMap<String, String>, BTreeMap<String, String>> {
    let mut data = BTreeMap::new();
    if rules.sheet.is_empty() {
        if chosen.is_empty() {
            let words = grading::of(language).choose_class.to_owned();
            return Err([(data::CLASS.to_owned(), words)].into());
        }
        data.insert(data::CLASS.to_owned(), chosen.to_owned());
        return Ok(data);
    }
    let scores = scores(rules, typed, true, language)?;
    let class = result(rules, typed).map(|graded| graded.class);
    data.insert(data::SCORES.to_owned(), print_scores(&scores));
    data.insert(data::CLASS.to_owned(), class.unwrap_or_default());
    Ok(data)
}
