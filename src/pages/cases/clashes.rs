//! Acts of two devices at the same time: a mark that asks somebody to check, settled by one further step after both.

use huiyin_api::ClashView;
use leptos::prelude::*;

use super::acts::Acts;
use crate::{
    texts::{names, use_texts},
    ui::{Button, Glyph, Icon},
};

/// Tells which acts met, and offers the steps that settle them.
#[component]
pub fn Clashes(acts: Acts) -> impl IntoView {
    let t = use_texts();
    let clashes = Memo::new(move |_| acts.record.with(|record| record.clashes.clone()));
    move || {
        let clashes = clashes.get();
        (!clashes.is_empty()).then(|| {
            let lines = clashes
                .iter()
                .map(|clash| {
                    let steps = clash.steps.clone();
                    let words = move || {
                        let texts = t.get();
                        let steps: Vec<String> =
                            steps.iter().map(|step| texts.step(step)).collect();
                        (texts.cases.clash_text)(&steps.join(" / "))
                    };
                    view! { <p>{words}</p> }
                })
                .collect_view();
            let settling = acts.record.with(|record| {
                settling(&clashes, record.steps.iter().map(|form| form.step.as_str()))
            });
            let buttons = settling
                .into_iter()
                .map(|step| {
                    let wire = step.clone();
                    view! {
                        <Button press=move || acts.take(acts.step(&step))>
                            {move || names::act(t.language(), &wire)}
                        </Button>
                    }
                })
                .collect_view();
            view! {
                <section class="card conflicts" aria-label=move || t.get().cases.clash>
                    <div class="conflicts-head">
                        <Icon glyph=Glyph::Warning />
                        <div>
                            <h2>{move || t.get().cases.clash}</h2>
                            {lines}
                            <p class="strong">{move || t.get().cases.clash_settle}</p>
                            <div class="actions">{buttons}</div>
                        </div>
                    </div>
                </section>
            }
        })
    }
}

/// Returns the steps that met and may be taken again: each of them settles what holds.
fn settling<'a>(clashes: &[ClashView], may: impl Iterator<Item = &'a str>) -> Vec<String> {
    may.filter(|step| {
        clashes
            .iter()
            .any(|clash| clash.steps.iter().any(|own| own == step))
    })
    .map(str::to_owned)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_steps_that_met_and_may_be_taken_settle() {
        let clash = ClashView {
            steps: vec!["accepted".into(), "not_upheld".into()],
            ..ClashView::default()
        };
        let may = ["accepted", "assigned"];
        assert_eq!(settling(&[clash], may.into_iter()), ["accepted"]);
    }
}
