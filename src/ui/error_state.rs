//! A problem in place of content: what is wrong and what to do next.

use huiyin_api::{Problem, ProblemCode};
use leptos::prelude::*;

use super::{Button, Glyph, Icon};
use crate::texts::{sentence, use_texts};

/// A problem with its next step; offers to try again where that can help.
#[component]
pub fn ErrorState(
    #[prop(into)] problem: Signal<Option<Problem>>,
    #[prop(optional, into)] retry: Option<Callback<()>>,
) -> impl IntoView {
    let t = use_texts();
    move || {
        problem.get().map(|problem| {
            let words = sentence(t.get(), &problem);
            // What is on its way is no fault.
            let coming = problem.code == ProblemCode::StillComing;
            let (glyph, role) = if coming {
                (Glyph::Sync, "status")
            } else {
                (Glyph::Warning, "alert")
            };
            view! {
                <div class="error-state" class:coming=coming role=role>
                    <Icon glyph />
                    <div>
                        <strong>{words.error}</strong>
                        <p>{words.next}</p>
                        {retry
                            .map(|retry| {
                                view! {
                                    <Button press=retry>{move || t.get().common.try_again}</Button>
                                }
                            })}
                    </div>
                </div>
            }
        })
    }
}
