//! Acts of two devices at the same time: a mark that asks somebody to check, settled by a further step that names both.

use huiyin_api::ClashView;
use leptos::prelude::*;

use crate::{
    texts::use_texts,
    ui::{Glyph, Icon},
};

/// Tells which acts met; the next step settles them.
#[component]
pub fn Clashes(#[prop(into)] clashes: Signal<Vec<ClashView>>) -> impl IntoView {
    let t = use_texts();
    move || {
        let clashes = clashes.get();
        (!clashes.is_empty()).then(|| {
            let lines = clashes
                .into_iter()
                .map(|clash| {
                    let words = move || {
                        let texts = t.get();
                        let steps: Vec<String> =
                            clash.steps.iter().map(|step| texts.step(step)).collect();
                        (texts.cases.clash_text)(&steps.join(" / "))
                    };
                    view! { <p>{words}</p> }
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
                        </div>
                    </div>
                </section>
            }
        })
    }
}
