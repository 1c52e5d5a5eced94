//! Who is at this device.

use huiyin_api::{Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use super::Read;
use crate::{
    shell::{engine::use_engine, notices::use_toaster, session::use_session},
    texts::use_texts,
    ui::{ErrorState, SelectField},
};

/// Chooses the person under whose name things are done here.
#[component]
pub fn Person(read: Read) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let session = use_session();
    let problem = RwSignal::new(None::<Problem>);
    let acting = Memo::new(move |_| read.with(|settings| settings.acting.clone()));
    let choices = Memo::new(move |_| {
        read.with(|settings| {
            let here = settings
                .staff
                .iter()
                .filter(|person| !person.left || person.id == settings.acting);
            here.map(|person| (person.id.clone(), person.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let choose = move |staff: String| {
        problem.set(None);
        let name = choices.with_untracked(|choices| {
            let found = choices.iter().find(|(id, _)| *id == staff);
            found.map(|(_, name)| name.clone()).unwrap_or_default()
        });
        spawn_local(async move {
            match engine.tell(Request::ActAs { staff }).await {
                Ok(()) => {
                    toaster.good((t.now().settings.person_now)(&name));
                    session.refresh();
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let roles = move || {
        let texts = t.get();
        read.with(|settings| {
            let person = settings
                .staff
                .iter()
                .find(|person| person.id == settings.acting)?;
            let names: Vec<String> = person.roles.iter().map(|role| texts.role(role)).collect();
            Some(names.join(" · "))
        })
        .unwrap_or_default()
    };
    view! {
        <section class="card" aria-label=move || t.get().settings.person>
            <div class="card-head">
                <h2>{move || t.get().settings.person}</h2>
            </div>
            <div class="card-body form-section">
                <p class="muted">{move || t.get().settings.person_text}</p>
                <SelectField
                    label=move || t.get().settings.person_field
                    value=acting
                    choices
                    input=choose
                    hint=Signal::derive(roles)
                />
                <ErrorState problem />
            </div>
        </section>
    }
}
