//! Asks once more before leads are shared out, with words about it, and does what was seen when it was pressed.

use std::collections::BTreeMap;

use huiyin_api::{LeadLine, LeadMove, Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use super::page::{Sharing, share_now};
use crate::{
    pages::shared::new_act,
    shell::{ask, engine::use_engine, intl, notices::use_toaster},
    texts::{leads, use_texts},
    ui::{Dialog, DialogFoot, ErrorState, TextField, open_while},
};

/// The dialog: open while something was pressed. The note stays until the leads are shared out.
#[component]
pub fn Sure(state: Sharing) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let note = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let open = open_while(state.pressed, |plan| !plan.is_empty());
    let title = Signal::derive(move || share_now(t, state.pressed.with(Vec::len)));
    Effect::new(move |_| {
        if !open.get() {
            problem.set(None);
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let plan = state.pressed.get_untracked();
        if busy.get_untracked() || plan.is_empty() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let said = note.get_untracked();
        let request = Request::ShareLeads {
            act: new_act(),
            moves: plan
                .iter()
                .map(|line| LeadMove {
                    id: line.row.id.clone(),
                    to: line.to.clone(),
                })
                .collect(),
            note: said.clone(),
        };
        spawn_local(async move {
            let result = engine.get(request, ask::leads_shared).await;
            busy.try_set(false);
            match result {
                Ok(report) => {
                    let texts = leads::of(t.now().language);
                    let count = |number: usize| intl::count(t.now().language, number as u64);
                    let notices = told(&plan, &report.done)
                        .into_iter()
                        .map(|(name, customers)| {
                            let head = (texts.notice)(&name, &count(customers.len()), said.trim());
                            format!("{head}\n{}", customers.join("\n"))
                        });
                    state.notices.try_set(notices.collect());
                    toaster.good((texts.done)(&count(report.done.len())));
                    state.refused.try_set(report.refused);
                    state.query.try_update(|query| query.staff.clear());
                    note.try_set(String::new());
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <Dialog open title>
            <form class="form" on:submit=submit>
                <p class="wide">{move || leads::of(t.language()).sure}</p>
                <TextField
                    label=move || leads::of(t.language()).note
                    value=note
                    input=move |text: String| note.set(text)
                    wide=true
                />
                <div class="wide">
                    <ErrorState problem />
                </div>
                <DialogFoot open busy submit=title />
            </form>
        </Dialog>
    }
    .into_any()
}

/// Returns what the notice of each colleague lists: the customers the act gave them, each with its phone. Leads that were left are in none.
fn told(plan: &[LeadLine], done: &[LeadMove]) -> BTreeMap<String, Vec<String>> {
    let called: BTreeMap<&str, String> = plan
        .iter()
        .map(|line| {
            let words = [line.row.name.as_str(), line.row.phone.as_str()].join(" ");
            (line.row.id.as_str(), words.trim_end().to_owned())
        })
        .collect();
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in done {
        if let Some(customer) = called.get(line.id.as_str()) {
            told.entry(line.to.clone())
                .or_default()
                .push(customer.clone());
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use huiyin_api::CustomerRow;

    use super::*;

    fn lead(id: &str, name: &str, phone: &str) -> LeadLine {
        LeadLine {
            row: CustomerRow {
                id: id.to_owned(),
                name: name.to_owned(),
                phone: phone.to_owned(),
                ..CustomerRow::default()
            },
            to: "王芳".to_owned(),
        }
    }

    #[test]
    fn a_notice_lists_what_was_done_and_a_refused_lead_takes_no_notice_away() {
        let plan = [
            lead("a", "周明", "13800000001"),
            lead("b", "吴丽", ""),
            lead("c", "郑强", "13800000003"),
        ];
        let moved = |id: &str, to: &str| LeadMove {
            id: id.to_owned(),
            to: to.to_owned(),
        };
        let told = told(&plan, &[moved("a", "王芳"), moved("b", "李娜")]);
        assert_eq!(told["王芳"], ["周明 13800000001"]);
        assert_eq!(told["李娜"], ["吴丽"]);
        assert_eq!(told.len(), 2);
    }
}
