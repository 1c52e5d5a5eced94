//! The number to compare with the administrator, on the screen of the device that waits.

use huiyin_api::OwnApproval;
use leptos::prelude::*;

use crate::{
    shell::replication::use_replication,
    texts::{
        newcomers::{in_groups, of},
        use_texts,
    },
    ui::{Glyph, Icon},
};

/// How the device stands that joined by an invitation which asks; nothing for others.
#[component]
pub fn Approval() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let approval = Memo::new(move |_| replication.get().and_then(|view| view.approval));
    move || {
        let approval = approval.get()?;
        let words = of(t.language());
        let (title, text) = match &approval {
            OwnApproval::Asked => (words.own_asked, words.own_asked_text),
            OwnApproval::Number(_) => (words.own_number, words.own_number_text),
            OwnApproval::Refused => (words.own_refused, words.own_refused_text),
            OwnApproval::Other => (words.own_other, words.own_other_text),
        };
        let number = match &approval {
            OwnApproval::Number(number) => Some(in_groups(number)),
            _ => None,
        };
        let over = matches!(approval, OwnApproval::Refused | OwnApproval::Other);
        let class = if over { "notice" } else { "notice plain" };
        let glyph = if over { Glyph::Warning } else { Glyph::Device };
        Some(view! {
            <div class=class role="status">
                <Icon glyph />
                <div>
                    <p class="strong">{title}</p>
                    {number
                        .map(|number| {
                            view! {
                                <output class="six-digits" aria-label=words.number>
                                    {number}
                                </output>
                            }
                        })}
                    <p>{text}</p>
                </div>
            </div>
        })
    }
}
