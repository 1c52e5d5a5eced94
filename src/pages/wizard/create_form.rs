//! The form that makes a company.

use huiyin_api::{Language, PackRow, Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    pages::shared::RelayField,
    shell::{
        ask, engine::use_engine, files, go::use_go, live::live, policy::words, session::use_session,
    },
    texts::use_texts,
    ui::{Button, ErrorState, Look, SelectField, TextField},
};

/// Code of the first branch unless the person gives another.
const FIRST_BRANCH_CODE: &str = "HQ";

/// Makes a company on this device.
#[component]
pub fn CreateForm() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let session = use_session();
    let go = use_go();
    let company = RwSignal::new(String::new());
    let branch_name = RwSignal::new(t.now().wizard.branch_name_default.to_owned());
    let branch_code = RwSignal::new(FIRST_BRANCH_CODE.to_owned());
    let staff = RwSignal::new(String::new());
    let device = RwSignal::new(files::device_name());
    let relay = RwSignal::new(String::new());
    let pack = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let missing =
        move |value: RwSignal<String>,
              name: fn(&crate::texts::wizard::WizardTexts) -> &'static str| {
            Signal::derive(move || {
                let empty = tried.get() && value.with(|value| value.trim().is_empty());
                let t = t.get();
                if empty {
                    (t.common.missing)(name(&t.wizard))
                } else {
                    String::new()
                }
            })
        };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let needed = [company, branch_name, branch_code, staff, device];
        if needed
            .iter()
            .any(|value| value.with_untracked(|value| value.trim().is_empty()))
        {
            return;
        }
        busy.set(true);
        problem.set(None);
        let given = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        let request = Request::CreateWorkspace {
            company: given(company),
            branch_code: given(branch_code),
            branch_name: given(branch_name),
            staff_name: given(staff),
            device_name: given(device),
            relay: Some(given(relay)).filter(|relay| !relay.is_empty()),
            pack: Some(given(pack)).filter(|pack| !pack.is_empty()),
            sample: false,
        };
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    go.instead("/");
                    session.refresh();
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <TextField
                label=move || t.get().wizard.company
                hint=move || t.get().wizard.company_hint
                value=company
                input=move |value| company.set(value)
                error=missing(company, |w| w.company)
                required=true
                wide=true
                autofocus=true
            />
            <TextField
                label=move || t.get().wizard.branch_name
                value=branch_name
                input=move |value| branch_name.set(value)
                error=missing(branch_name, |w| w.branch_name)
                required=true
            />
            <TextField
                label=move || t.get().wizard.branch_code
                hint=move || t.get().wizard.branch_code_hint
                value=branch_code
                input=move |value: String| branch_code.set(value.to_uppercase())
                error=missing(branch_code, |w| w.branch_code)
                required=true
            />
            <TextField
                label=move || t.get().wizard.your_name
                value=staff
                input=move |value| staff.set(value)
                error=missing(staff, |w| w.your_name)
                required=true
            />
            <TextField
                label=move || t.get().wizard.device_name
                hint=move || t.get().wizard.device_hint
                value=device
                input=move |value| device.set(value)
                error=missing(device, |w| w.device_name)
                required=true
            />
            <PackChoice chosen=pack />
            <details class="wide more-fields">
                <summary>{move || t.get().wizard.relay}</summary>
                <RelayField
                    label=move || t.get().wizard.relay
                    hint=move || t.get().wizard.relay_hint
                    value=relay
                    input=move |value| relay.set(value)
                    wide=true
                />
            </details>
            <div class="wide">
                <ErrorState problem />
            </div>
            <div class="form-foot wide">
                <span class="muted">{move || t.get().wizard.local_first}</span>
                <Button look=Look::Primary submit=true busy>
                    {move || t.get().wizard.create_now}
                </Button>
            </div>
        </form>
    }
}

/// The policy the company begins with: the neutral one unless another is chosen.
#[component]
fn PackChoice(chosen: RwSignal<String>) -> impl IntoView {
    let t = use_texts();
    let packs = live(|| Some(Request::Packs), ask::packs);
    let offered = Memo::new(move |_| {
        let mut offered: Vec<PackRow> = packs
            .value
            .with(|packs| packs.as_ref().map(|packs| packs.offered.clone()))
            .unwrap_or_default();
        offered.sort_by_key(|row| !row.neutral);
        offered
    });
    // The first answer sets the choice; what the person chose meanwhile stays.
    Effect::new(move |set: Option<bool>| {
        let first = offered.with(|offered| offered.first().map(|row| row.id.clone()));
        match (set.unwrap_or_default(), first) {
            (false, Some(id)) => {
                if chosen.with_untracked(String::is_empty) {
                    chosen.set(id);
                }
                true
            }
            (set, _) => set,
        }
    });
    let choices = move || {
        let texts = t.get();
        let mut choices: Vec<(String, String)> = offered.with(|offered| {
            let named = |row: &PackRow| (row.id.clone(), words(texts.language, &row.name));
            offered.iter().map(named).collect()
        });
        choices.push((String::new(), texts.packs.wizard_none.to_owned()));
        choices
    };
    let about = move || {
        let texts = t.get();
        offered.with(|offered| {
            let row = offered.iter().find(|row| chosen.with(|id| *id == row.id));
            row.map_or_else(
                || texts.packs.wizard_hint.to_owned(),
                |row| {
                    let about = words(texts.language, &row.about);
                    let between = match texts.language {
                        Language::Chinese => "",
                        Language::English => " ",
                    };
                    format!("{about}{between}{}", texts.packs.wizard_hint)
                },
            )
        })
    };
    view! {
        <Show when=move || !offered.with(Vec::is_empty)>
            <div class="wide">
                <SelectField
                    label=move || t.get().packs.wizard
                    value=chosen
                    input=move |id: String| chosen.set(id)
                    choices=Signal::derive(choices)
                    hint=Signal::derive(about)
                />
            </div>
        </Show>
    }
}
