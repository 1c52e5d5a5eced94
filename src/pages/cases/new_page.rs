//! A new case: the whole form, or quick capture while the customer is on the phone.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{guidance::Guidance, quick_form::QuickForm, register_form::RegisterForm};
use crate::{
    shell::{policy::use_policy, title::set_title},
    texts::use_texts,
    ui::{Glyph, LinkButton, PageHead, Skeleton},
};

/// Name in the address that asks for quick capture.
const QUICK: &str = "quick";

/// The screen that registers a case.
#[component]
pub fn NewCasePage() -> impl IntoView {
    let t = use_texts();
    let query = use_query_map();
    let quick = Memo::new(move |_| query.with(|query| query.get(QUICK).is_some()));
    set_title(move || {
        if quick.get() {
            t.get().desk.quick
        } else {
            t.get().cases.new
        }
    });
    let policy = use_policy();
    // The form is that of the policy: without it fields would come and go under the hand.
    let ready = Memo::new(move |_| policy.is_known());
    move || {
        if !ready.get() {
            view! { <Skeleton lines=8 /> }.into_any()
        } else if quick.get() {
            view! {
                <div class="form-page quick-page">
                    <PageHead title=move || t.get().desk.quick subtitle=move || t.get().desk.quick_text />
                    <QuickForm />
                </div>
            }
            .into_any()
        } else {
            view! {
                <div class="form-page">
                    <PageHead title=move || t.get().cases.new subtitle=move || t.get().cases.new_subtitle>
                        <LinkButton to="/cases/new?quick" icon=Glyph::Keyboard>
                            {move || t.get().desk.quick}
                        </LinkButton>
                    </PageHead>
                    <Guidance />
                    <RegisterForm />
                </div>
            }
            .into_any()
        }
    }
}
