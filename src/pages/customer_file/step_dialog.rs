//! The form of a step of a file: what it needs first, then what may be said.

use std::collections::BTreeMap;

use huiyin_api::{Problem, StepIntent};
use huiyin_core::file::data;
use leptos::{ev, prelude::*};

use super::acts::{FileActs, Taking};
use crate::{
    pages::shared::{Ticks, show_first_error},
    shell::{
        drafts::Draft,
        keys::{Command, on_command},
        notices::use_toaster,
        policy::words,
    },
    texts::{Texts, file, names, use_texts},
    ui::{
        AreaField, Dialog, DialogFoot, ErrorState, InputKind, SelectField, SignaturePad, TextField,
        open_while,
    },
};

/// The dialog of the step about to be taken.
#[component]
pub fn FileStepDialog(acts: FileActs) -> impl IntoView {
    let t = use_texts();
    let open = open_while(acts.taking, Option::is_some);
    let title = Signal::derive(move || {
        acts.taking
            .with(|taking| taking.as_ref().map(|taking| taking.given.step.clone()))
            .map(|step| names::act(t.language(), &step))
            .unwrap_or_default()
    });
    view! {
        <Dialog open title>
            {acts
                .taking
                .get_untracked()
                .map(|taking| view! { <StepFields acts open taking /> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn StepFields(acts: FileActs, open: RwSignal<bool>, taking: Taking) -> impl IntoView {
    let t = use_texts();
    let draft = Draft::open(draft_key(acts, &taking));
    for (name, value) in &taking.preset {
        draft.preset(name, value.clone());
    }
    let errors = RwSignal::new(BTreeMap::<String, String>::new());
    let problem = RwSignal::new(None::<Problem>);
    let step = taking.given.step.clone();
    let asked = asked(&taking);
    let fields = asked
        .iter()
        .map(|(name, required)| {
            view! { <StepField acts name=name.clone() required=*required draft errors /> }
        })
        .collect_view();
    let asked = StoredValue::new(asked);
    let given = StoredValue::new(taking.given);
    let toaster = use_toaster();
    let save = Callback::new(move |()| {
        let typed = draft.values.get_untracked();
        let missing = asked.with_value(|asked| missing(t.now(), asked, &typed));
        if !missing.is_empty() {
            errors.set(missing);
            show_first_error();
            return;
        }
        let done = Callback::new(move |result: Result<(), Problem>| match result {
            Ok(()) => {
                draft.forget();
                open.try_set(false);
            }
            Err(found) => {
                // Nobody sees the dialog any more: the refusal is told all the same.
                if let Some(unseen) = problem.try_set(Some(found)).flatten() {
                    toaster.problem(&unseen);
                }
            }
        });
        acts.send(filled(given.get_value(), typed), done);
    });
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
            {fields}
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy=acts.busy submit=move || names::act(t.language(), &step) />
        </form>
    }
    .into_any()
}

/// Returns the key of the draft of a step: one for each paper, hand-over or change it is about.
fn draft_key(acts: FileActs, taking: &Taking) -> String {
    let id = acts.record.with_untracked(|record| record.row.id.clone());
    let about = [data::OF, data::PAPER].map(|name| taking.given.data.get(name));
    let about = about.into_iter().flatten().map(String::as_str);
    let about: Vec<&str> = about.collect();
    format!("file/{id}/{}/{}", taking.given.step, about.join("/"))
}

/// Returns the fields of a form with whether each must be filled, those that must first.
fn asked(taking: &Taking) -> Vec<(String, bool)> {
    let needs = taking.form.needs.iter().map(|name| (name.clone(), true));
    let offers = taking.form.offers.iter().map(|name| (name.clone(), false));
    needs
        .chain(offers)
        .filter(|(name, _)| !taking.given.data.contains_key(name) && name != data::OF)
        .collect()
}

/// Returns what is said under each field that must be filled and is not.
fn missing(
    texts: &Texts,
    asked: &[(String, bool)],
    typed: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let empty = |name: &str| typed.get(name).is_none_or(|value| value.trim().is_empty());
    asked
        .iter()
        .filter(|(name, required)| *required && empty(name))
        .map(|(name, _)| {
            let words = if name == data::SIGNATURE {
                file::of(texts.language).signature_missing.to_owned()
            } else {
                (texts.common.missing)(&label(texts, name))
            };
            (name.clone(), words)
        })
        .collect()
}

/// Returns the intent with what was typed.
fn filled(mut step: StepIntent, typed: BTreeMap<String, String>) -> StepIntent {
    for (name, value) in typed {
        match name.as_str() {
            "note" => step.note = value,
            "reason" => step.reason = value,
            _ if value.trim().is_empty() => {}
            _ => {
                step.data.insert(name, value);
            }
        }
    }
    step
}

fn label(texts: &Texts, name: &str) -> String {
    let words = file::of(texts.language);
    match name {
        "note" => words.note,
        "reason" => words.reason,
        data::PURPOSE => words.purpose,
        data::STAGE => words.stage,
        data::REASON_ID => words.why,
        data::COPIES => words.copies_field,
        data::PAGES => words.pages_field,
        data::ORIGINAL_PAPER => words.original_field,
        data::FROM => words.from_field,
        data::SCAN => words.scan_field,
        data::LEG => words.leg,
        data::PAPERS => words.handed,
        data::MISSING => words.lacking,
        data::SIGNATURE => words.sign,
        name => return texts.field(name),
    }
    .to_owned()
}

#[component]
fn StepField(
    acts: FileActs,
    name: String,
    required: bool,
    draft: Draft,
    errors: RwSignal<BTreeMap<String, String>>,
) -> impl IntoView {
    let t = use_texts();
    let key = StoredValue::new(name.clone());
    let of = move |values: RwSignal<BTreeMap<String, String>>| -> Signal<String> {
        Memo::new(move |_| {
            values.with(|values| key.with_value(|key| values.get(key).cloned().unwrap_or_default()))
        })
        .into()
    };
    let (value, error) = (of(draft.values), of(errors));
    let input = Callback::new(move |value: String| {
        errors.update(|errors| {
            errors.remove(&key.get_value());
        });
        draft.put(&key.get_value(), value);
    });
    let label = Signal::derive(move || key.with_value(|key| label(t.get(), key)));
    let choices = Signal::derive(move || {
        let stage = draft.get(data::STAGE);
        key.with_value(|key| choices(acts, t.get(), key, &stage))
    });
    match name.as_str() {
        data::COPIES | data::PAGES => {
            view! { <TextField label value input error required kind=InputKind::Number /> }
                .into_any()
        }
        data::PURPOSE | data::FROM => {
            view! { <TextField label value input error required wide=true /> }.into_any()
        }
        data::STAGE | data::ORIGINAL_PAPER | data::LEG | data::SCAN => {
            view! { <SelectField label value input choices error required /> }.into_any()
        }
        data::REASON_ID => (move || {
            // The first choice is none.
            (choices.with(Vec::len) > 1)
                .then(|| view! { <SelectField label value input choices error /> })
        })
        .into_any(),
        data::PAPERS | data::MISSING => {
            view! { <Ticks label value input choices error /> }.into_any()
        }
        data::SIGNATURE => view! {
            <div class="wide field">
                <span class="field-name">{move || label.get()}</span>
                <SignaturePad value input />
                <span class="error" role="alert">
                    {move || error.get()}
                </span>
            </div>
        }
        .into_any(),
        _ => view! { <AreaField label value input error required /> }.into_any(),
    }
}

/// Returns value and name of each choice of a field.
fn choices(acts: FileActs, texts: &Texts, name: &str, stage: &str) -> Vec<(String, String)> {
    let own = file::of(texts.language);
    let none = |name: &str| (String::new(), name.to_owned());
    acts.file(|view| match name {
        data::STAGE => {
            let named = view.stages.iter().map(|stage| {
                let name = words(texts.language, &stage.text);
                let name = if name.is_empty() {
                    texts.value("life_cycle", &stage.id)
                } else {
                    name
                };
                (stage.id.clone(), name)
            });
            std::iter::once(none(texts.common.choose))
                .chain(named)
                .collect()
        }
        data::REASON_ID => {
            let reasons = view
                .stages
                .iter()
                .filter(|known| known.id == stage)
                .flat_map(|stage| &stage.reasons)
                .map(|(id, text)| (id.clone(), words(texts.language, text)));
            std::iter::once(none(texts.common.choose))
                .chain(reasons)
                .collect()
        }
        data::ORIGINAL_PAPER => vec![
            ("yes".to_owned(), own.yes.to_owned()),
            ("no".to_owned(), own.no.to_owned()),
        ],
        data::SCAN => {
            let scans = view
                .attachments
                .iter()
                .map(|scan| (scan.hash.clone(), scan.name.clone()));
            std::iter::once(none(own.no_scan)).chain(scans).collect()
        }
        data::LEG => {
            let legs = view.lists.iter().flat_map(|list| &list.legs);
            let legs = legs.map(|leg| (leg.id.clone(), words(texts.language, &leg.text)));
            std::iter::once(none(own.no_leg)).chain(legs).collect()
        }
        data::PAPERS | data::MISSING => {
            let papers = view.lists.iter().flat_map(|list| &list.papers);
            papers
                .map(|paper| (paper.id.clone(), words(texts.language, &paper.text)))
                .collect()
        }
        _ => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use huiyin_api::StepForm;

    #[test]
    fn what_is_given_is_not_asked_again_and_an_empty_datum_is_not_sent() {
        let taking = Taking {
            form: StepForm {
                step: "paper_received".to_owned(),
                needs: vec!["paper".to_owned()],
                offers: vec!["copies".to_owned(), "note".to_owned()],
            },
            ..Taking::default()
        }
        .with("paper", "vehicle/invoice");
        let names: Vec<String> = asked(&taking).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["copies", "note"]);
        let typed = [("copies", " "), ("note", "已核对")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let step = filled(taking.given, typed.into());
        assert_eq!(step.note, "已核对");
        assert_eq!(step.data.keys().collect::<Vec<_>>(), ["paper"]);
    }
}
