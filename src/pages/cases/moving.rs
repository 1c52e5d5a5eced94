//! Moving a card of a board: where it is let go, or by a key, the step that leads there is opened; no card moves without its step.

use huiyin_api::{CaseRecord, ContactRecord, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use super::{
    acts::taking_of,
    step_bar,
    step_dialog::{StepDialog, Taking, Target},
};
use crate::{
    shell::{
        ask,
        branches::{Branches, use_branches},
        engine::{Engine, use_engine},
        notices::{Toaster, use_toaster},
    },
    texts::{TextsHandle, names, use_texts},
    ui::{Button, Dialog, Look, open_while},
};

/// What a card is moved by. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Moving {
    engine: Engine,
    toaster: Toaster,
    t: TextsHandle,
    branches: Branches,
    /// The steps to choose from.
    choosing: RwSignal<Vec<Taking>>,
    taking: RwSignal<Option<Taking>>,
    /// Record id of the card under the pointer.
    pub dragged: RwSignal<Option<String>>,
}

impl Moving {
    /// Returns a mover at rest.
    pub fn new() -> Self {
        Self {
            engine: use_engine(),
            toaster: use_toaster(),
            t: use_texts(),
            branches: use_branches(),
            choosing: RwSignal::new(Vec::new()),
            taking: RwSignal::new(None),
            dragged: RwSignal::new(None),
        }
    }

    /// Opens the step that leads a case to one of the `wanted`, in their order; with none wanted lets the person choose.
    pub fn case(self, id: String, wanted: Vec<String>) {
        let request = Request::Case { id };
        spawn_local(async move {
            let found = self.engine.get(request, ask::case).await;
            let several = untrack(|| self.branches.several());
            let steps = found.map(|record| steps_of_case(&record, several));
            self.offer(steps, &wanted);
        });
    }

    /// The same of a contact.
    pub fn contact(self, id: String, wanted: Vec<String>) {
        let request = Request::Contact { id };
        spawn_local(async move {
            let found = self.engine.get(request, ask::contact).await;
            self.offer(found.map(steps_of_contact), &wanted);
        });
    }

    fn offer(self, steps: Result<Vec<Taking>, Problem>, wanted: &[String]) {
        let steps = match steps {
            Ok(steps) => steps,
            Err(problem) => {
                self.toaster.problem(&problem);
                return;
            }
        };
        let texts = self.t.now();
        let leads = wanted
            .iter()
            .find_map(|name| steps.iter().find(|taking| taking.form.step == *name));
        if let Some(taking) = leads {
            self.taking.try_set(Some(taking.clone()));
        } else if steps.is_empty() {
            self.toaster.say(texts.bulk.no_step);
        } else if wanted.is_empty() {
            self.choosing.try_set(steps);
        } else {
            let names: Vec<String> = steps
                .iter()
                .map(|taking| names::act(texts.language, &taking.form.step))
                .collect();
            let names = names.join(texts.people.comma);
            self.toaster.say((texts.bulk.no_step_there)(&names));
        }
    }
}

fn steps_of_case(record: &CaseRecord, several: bool) -> Vec<Taking> {
    step_bar::shown(&record.steps, false, several)
        .iter()
        .map(|form| taking_of(record, &form.step))
        .collect()
}

fn steps_of_contact(record: ContactRecord) -> Vec<Taking> {
    let ContactRecord {
        row, steps, heads, ..
    } = record;
    steps
        .into_iter()
        .filter(|form| form.step != "promise_kept")
        .map(|form| {
            let mut taking = Taking::of(Target::Contact(row.id.clone()), &form.step);
            taking.form = form;
            taking.given.seen.clone_from(&heads);
            taking
        })
        .collect()
}

/// The dialogs a mover opens; a board shows them once.
#[component]
pub fn MovingDialogs(moving: Moving) -> impl IntoView {
    let t = use_texts();
    let open = open_while(moving.choosing, |steps| !steps.is_empty());
    let steps = move || {
        moving
            .choosing
            .get()
            .into_iter()
            .map(|taking| {
                let wire = taking.form.step.clone();
                let press = move || {
                    open.set(false);
                    moving.taking.set(Some(taking.clone()));
                };
                view! {
                    <Button look=Look::Plain press>
                        {move || names::act(t.language(), &wire)}
                    </Button>
                }
            })
            .collect_view()
    };
    view! {
        <Dialog open title=move || t.get().bulk.move_card>
            <div class="actions pad">{steps}</div>
        </Dialog>
        <StepDialog taking=moving.taking />
    }
}
