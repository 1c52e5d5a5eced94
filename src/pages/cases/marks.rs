//! Marks of a case: what somebody should look at, each with the one act that settles it.

use huiyin_api::MarkView;
use huiyin_core::case_data as data;
use leptos::prelude::*;

use super::acts::Acts;
use crate::{
    texts::{Texts, use_texts},
    ui::{Button, Glyph, Icon},
};

/// The marks, as one card.
#[component]
pub fn Marks(acts: Acts) -> impl IntoView {
    let t = use_texts();
    let marks = Memo::new(move |_| acts.desk(|desk| desk.marks.clone()));
    move || {
        let marks = marks.get();
        (!marks.is_empty()).then(|| {
            let rows = marks
                .into_iter()
                .map(|mark| view! { <Mark mark acts /> })
                .collect_view();
            view! {
                <section class="card conflicts" aria-label=move || t.get().desk.marks>
                    <div class="conflicts-head">
                        <Icon glyph=Glyph::Warning />
                        <div>
                            <h2>{move || t.get().desk.marks}</h2>
                            <ul class="marks">{rows}</ul>
                        </div>
                    </div>
                </section>
            }
        })
    }
}

#[component]
fn Mark(mark: MarkView, acts: Acts) -> impl IntoView {
    let t = use_texts();
    let steps = settling(&mark.kind);
    let event = mark.event.clone();
    let step = move || steps.iter().copied().find(|step| acts.may(step));
    view! {
        <li>
            <p>{move || words(t.get(), &mark)}</p>
            {move || {
                step()
                    .map(|step| {
                        let about = event.clone();
                        let press = move || {
                            let taking = acts.step(step);
                            // A note says which event was looked at.
                            acts.take(if step == "noted" { taking.with(data::OF, &about) } else { taking });
                        };
                        view! {
                            <Button press>
                                {move || act(t.get(), step)}
                            </Button>
                        }
                    })
            }}
        </li>
    }
}

/// Returns the steps that settle a mark, the best first; the first that may be taken is offered.
fn settling(kind: &str) -> &'static [&'static str] {
    match kind {
        "stale_approval" => &["approved", "endorsed", "proposed", "sent_back", "noted"],
        "recused" => &["assigned", "noted"],
        "two_approvals" => &["approved", "endorsed", "carried_out", "noted"],
        "late_objection" => &["noted"],
        // Nothing is to be done: it is said once, in the time line.
        _ => &[],
    }
}

fn act(texts: &Texts, step: &str) -> String {
    let d = &texts.desk;
    match step {
        "approved" | "endorsed" => d.approve_again.to_owned(),
        "assigned" => d.assign_other.to_owned(),
        step => crate::texts::names::act(texts.language, step),
    }
}

fn words(texts: &Texts, mark: &MarkView) -> String {
    let d = &texts.desk;
    match mark.kind.as_str() {
        "stale_approval" => d.mark_stale.to_owned(),
        "recused" => (d.mark_recused)(&mark.detail),
        "two_approvals" => d.mark_two_approvals.to_owned(),
        "late_objection" => d.mark_late_objection.to_owned(),
        "limit_recomputed" => (d.mark_recomputed)(&mark.detail),
        other => format!("{} {}", other.replace('_', " "), mark.detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_of_something_older_is_settled_by_approving_again_first() {
        assert_eq!(settling("stale_approval").first(), Some(&"approved"));
        assert!(settling("limit_recomputed").is_empty());
    }
}
