//! Cases that belong together: found to be the same, or complaints on one matter that are answered together.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{CaseRow, Request};
use leptos::{prelude::*, task::spawn_local};

use super::{acts::Acts, step_dialog::Target};
use crate::{
    pages::shared::{CaseFinder, CaseLines},
    shell::{ask, engine::use_engine, notices::use_toaster},
    texts::use_texts,
    ui::{Button, Glyph, Look},
};

/// Field that names the leading case of one matter.
const MATTER: &str = "matter";

/// The card for duplicates and one matter.
#[component]
pub fn MatterCard(acts: Acts) -> impl IntoView {
    let t = use_texts();
    let duplicates = Memo::new(move |_| acts.desk(|desk| desk.duplicates.clone()));
    let matter = Memo::new(move |_| acts.desk(|desk| desk.matter.clone()));
    let finding = RwSignal::new(false);
    let id = Memo::new(move |_| acts.record.with(|record| record.row.id.clone()));
    let link = linker(acts, finding);
    view! {
        {move || {
            (!duplicates.with(Vec::is_empty))
                .then(|| {
                    view! {
                        <section class="card" aria-label=move || t.get().desk.duplicates>
                            <header class="card-head">
                                <h2>{move || t.get().desk.duplicates}</h2>
                            </header>
                            <CaseLines cases=duplicates />
                        </section>
                    }
                })
        }}
        <section class="card" aria-label=move || t.get().desk.matter>
            <header class="card-head">
                <h2>{move || t.get().desk.matter}</h2>
                <Button look=Look::Quiet icon=Glyph::Link press=move || finding.update(|now| *now = !*now)>
                    {move || t.get().desk.link_case}
                </Button>
            </header>
            {move || {
                finding
                    .get()
                    .then(|| {
                        view! {
                            <div class="card-body">
                                <CaseFinder
                                    label=move || t.get().desk.link_case
                                    chosen=Signal::derive(String::new)
                                    choose=link
                                    without=id
                                />
                            </div>
                        }
                    })
            }}
            {move || {
                let cases = matter.get();
                if cases.is_empty() {
                    return ().into_any();
                }
                view! { <Together cases acts /> }.into_any()
            }}
        </section>
    }
}

/// The cases of the matter with ticks: those ticked are answered together with this one.
#[component]
fn Together(cases: Vec<CaseRow>, acts: Acts) -> impl IntoView {
    let t = use_texts();
    let base = crate::shell::base::use_base();
    let open: BTreeSet<String> = cases
        .iter()
        .filter(|case| case.group == huiyin_api::StateGroup::Open)
        .map(|case| case.id.clone())
        .collect();
    let ticked = RwSignal::new(open);
    let lines = cases
        .into_iter()
        .map(|case| {
            let href = base.href(&format!("/cases/{}", case.id));
            let id = case.id.clone();
            let own = case.id.clone();
            let done = case.group == huiyin_api::StateGroup::Done;
            let label = case.number.clone();
            view! {
                <li class="matter-line">
                    <input
                        type="checkbox"
                        aria-label=move || (t.get().desk.answer_too)(&label)
                        disabled=done
                        prop:checked=move || ticked.with(|ticked| ticked.contains(&own))
                        on:change:target=move |event| {
                            let on = event.target().checked();
                            ticked
                                .update(|ticked| {
                                    if on {
                                        ticked.insert(id.clone());
                                    } else {
                                        ticked.remove(&id);
                                    }
                                });
                        }
                    />
                    <a class="link cut" href=href>
                        {case.subject}
                    </a>
                    <span class="muted num">{case.number}</span>
                    <crate::pages::shared::StateBadge state=case.state group=case.group />
                </li>
            }
        })
        .collect_view();
    let answer = move || {
        let mut taking = acts.step("answered");
        let mut ids = vec![taking.target.first().to_owned()];
        ids.extend(ticked.get_untracked());
        // What was seen is of this case only; of the others the latest counts.
        taking.given.seen.clear();
        taking.target = Target::Cases(ids);
        acts.take(taking);
    };
    let may = move || acts.may("answered") && !ticked.with(BTreeSet::is_empty);
    view! {
        <ul class="matter-lines">{lines}</ul>
        <Show when=may>
            <div class="card-foot">
                <Button look=Look::Plain press=answer>
                    {move || t.get().desk.answer_together}
                </Button>
            </div>
        </Show>
    }
}

/// Which case is written, and which leads.
#[derive(Debug, PartialEq, Eq)]
struct Linking {
    write: String,
    leader: String,
}

/// Returns how two cases become one matter: a case that leads keeps leading, else the other one's leader leads.
fn linking(here: &str, here_matter: &str, leads: bool, other: &str, other_matter: &str) -> Linking {
    if leads && here_matter.is_empty() {
        return Linking {
            write: other.to_owned(),
            leader: here.to_owned(),
        };
    }
    let leader = if other_matter.is_empty() || other_matter == here {
        other
    } else {
        other_matter
    };
    Linking {
        write: here.to_owned(),
        leader: leader.to_owned(),
    }
}

fn linker(acts: Acts, finding: RwSignal<bool>) -> Callback<String> {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    Callback::new(move |other: String| {
        if other.is_empty() {
            return;
        }
        let (here, matter, leads) = acts.record.with_untracked(|record| {
            let matter = field(&record.fields, MATTER);
            (
                record.row.id.clone(),
                matter,
                !record.desk.matter.is_empty(),
            )
        });
        spawn_local(async move {
            let request = Request::Case { id: other.clone() };
            let result = match engine.get(request, ask::case).await {
                Ok(found) => {
                    let its = field(&found.fields, MATTER);
                    let linking = linking(&here, &matter, leads, &other, &its);
                    let fields = BTreeMap::from([(MATTER.to_owned(), linking.leader)]);
                    let id = linking.write;
                    engine
                        .save(Request::EditCase { id, fields })
                        .await
                        .map(|_| ())
                }
                Err(problem) => Err(problem),
            };
            match result {
                Ok(()) => {
                    toaster.good(t.now().desk.linked);
                    finding.try_set(false);
                }
                Err(problem) => toaster.problem(&problem),
            }
        });
    })
}

fn field(fields: &[huiyin_api::FieldView], name: &str) -> String {
    fields
        .iter()
        .find(|field| field.name == name)
        .map(|field| field.value.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(here: (&str, bool), other: (&str, &str), write: &str, leader: &str) {
        let linking = linking(here.0, "", here.1, other.0, other.1);
        assert_eq!(
            (linking.write.as_str(), linking.leader.as_str()),
            (write, leader)
        );
    }

    #[test]
    fn a_case_joins_the_matter_of_the_one_it_is_linked_to() {
        check(("here", false), ("other", ""), "here", "other");
        check(("here", false), ("other", "lead"), "here", "lead");
    }

    #[test]
    fn a_case_that_leads_goes_on_leading() {
        check(("here", true), ("other", ""), "other", "here");
        check(("here", true), ("other", "lead"), "other", "here");
    }

    #[test]
    fn no_case_follows_itself() {
        check(("here", false), ("other", "here"), "here", "other");
    }
}
