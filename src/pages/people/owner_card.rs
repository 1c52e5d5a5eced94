//! Who looks after a customer, on the page of the file, and the dialog that changes it.

use huiyin_api::{CustomerRecord, Problem, Request, SettingsView};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    pages::shared::Property,
    shell::{
        ask,
        engine::use_engine,
        keys::{Command, on_command},
        live::live,
        notices::use_toaster,
    },
    texts::use_texts,
    ui::{AreaField, Button, Dialog, DialogFoot, ErrorState, Glyph, Look, SelectField},
};

/// The card with both owners.
#[component]
pub fn Owners(record: Signal<CustomerRecord>) -> impl IntoView {
    let t = use_texts();
    let open = RwSignal::new(false);
    let owners = Memo::new(move |_| record.with(owners_of));
    let rights = Memo::new(move |_| record.with(|record| record.rights));
    let engine = use_engine();
    let toaster = use_toaster();
    let pooling = RwSignal::new(false);
    let pool = move || {
        let id = record.with_untracked(|record| record.row.id.clone());
        pooling.set(true);
        spawn_local(async move {
            let note = String::new();
            let result = engine.save(Request::PoolCustomer { id, note }).await;
            pooling.try_set(false);
            match result {
                Ok(_) => toaster.good(t.now().people.pool_put_done),
                Err(found) => toaster.problem(&found),
            }
        });
    };
    let shown = move |at: usize| {
        owners.with(|owners| {
            let owner = owners[at].clone();
            if owner.is_empty() {
                t.get().people.nobody.to_owned()
            } else {
                owner
            }
        })
    };
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{move || t.get().people.owners}</h2>
                <Show when=move || rights.get().pool>
                    <Button look=Look::Quiet busy=pooling press=pool>
                        {move || t.get().people.pool_put}
                    </Button>
                </Show>
                <Show when=move || rights.get().change>
                    <Button icon=Glyph::Pencil press=move || open.set(true)>
                        {move || t.get().people.change_owner}
                    </Button>
                </Show>
            </header>
            <dl class="properties">
                <Property name=move || t.get().field("owner_a")>{move || shown(0)}</Property>
                <Property name=move || t.get().field("owner_b")>{move || shown(1)}</Property>
            </dl>
        </section>
        <OwnerDialog record owners open />
    }
}

fn owners_of(record: &CustomerRecord) -> [String; 2] {
    ["owner_a", "owner_b"].map(|name| {
        let field = record.fields.iter().find(|field| field.name == name);
        field.map(|field| field.value.clone()).unwrap_or_default()
    })
}

/// Returns the choices of a person at work, nobody first; a name no longer there stays a choice while it is chosen.
pub fn at_work(settings: &SettingsView, nobody: &str, chosen: &str) -> Vec<(String, String)> {
    let mut choices = vec![(String::new(), nobody.to_owned())];
    let here = settings.staff.iter().filter(|person| !person.left);
    choices.extend(here.map(|person| (person.name.clone(), person.name.clone())));
    if !choices.iter().any(|(name, _)| name == chosen) {
        choices.push((chosen.to_owned(), chosen.to_owned()));
    }
    choices
}

#[component]
fn OwnerDialog(
    record: Signal<CustomerRecord>,
    owners: Memo<[String; 2]>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let settings = live(
        move || open.get().then_some(Request::Settings),
        ask::settings,
    );
    let chosen = RwSignal::new([String::new(), String::new()]);
    // As the dialog showed them when it opened; a colleague may change them meanwhile.
    let opened = StoredValue::new([String::new(), String::new()]);
    let note = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    Effect::new(move |_| {
        if open.get() {
            opened.set_value(owners.get_untracked());
            chosen.set(owners.get_untracked());
            note.set(String::new());
            problem.set(None);
        }
    });
    let choices = move |at: usize| {
        Signal::derive(move || {
            let settings = settings.value.get().unwrap_or_default();
            chosen.with(|chosen| at_work(&settings, t.get().people.nobody, &chosen[at]))
        })
    };
    let save = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let before = opened.get_value();
        let after = chosen.get_untracked();
        // Only what was changed here: what somebody else changes at the same time stays.
        let changed = |at: usize| (before[at] != after[at]).then(|| after[at].clone());
        let request = Request::ChangeOwner {
            id: record.with_untracked(|record| record.row.id.clone()),
            owner_a: changed(0),
            owner_b: changed(1),
            note: note.get_untracked(),
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    toaster.good(t.now().people.owner_changed);
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    });
    on_command(move |command| {
        let mine = command == Command::Save && open.get_untracked();
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
        <Dialog open title=move || t.get().people.change_owner>
            <form class="form" on:submit=submit>
                <SelectField
                    label=move || t.get().field("owner_a")
                    value=Signal::derive(move || chosen.with(|chosen| chosen[0].clone()))
                    input=move |name: String| chosen.update(|chosen| chosen[0] = name)
                    choices=choices(0)
                />
                <SelectField
                    label=move || t.get().field("owner_b")
                    value=Signal::derive(move || chosen.with(|chosen| chosen[1].clone()))
                    input=move |name: String| chosen.update(|chosen| chosen[1] = name)
                    choices=choices(1)
                />
                <AreaField
                    label=move || t.get().people.why
                    value=note
                    input=move |text: String| note.set(text)
                />
                <div class="wide">
                    <ErrorState problem />
                </div>
                <DialogFoot open busy submit=move || t.get().common.save />
            </form>
        </Dialog>
    }
}
