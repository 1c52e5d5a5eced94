//! About this app on this device.

use leptos::prelude::*;

use super::Read;
use crate::{shell::session::use_session, texts::use_texts};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const LICENCE: &str = env!("CARGO_PKG_LICENSE");

/// Version, device and how far holidays are known.
#[component]
pub fn About(read: Read) -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let device = move || {
        session.with(|status| {
            let status = status?;
            Some(format!("{} · {}", status.device_name, status.branch_name))
        })
    };
    let until = Memo::new(move |_| read.with(|settings| settings.holidays_until));
    let holidays =
        move || (until.get() > 0).then(|| (t.get().settings.holidays_until)(until.get()));
    view! {
        <section class="card" aria-label=move || t.get().settings.about>
            <div class="card-head">
                <h2>{move || t.get().settings.about}</h2>
            </div>
            <dl class="card-body facts">
                <dt>{move || t.get().settings.version}</dt>
                <dd class="num">{move || format!("{} {VERSION}", t.get().shell.app_name)}</dd>
                <dt>{move || t.get().settings.device}</dt>
                <dd>{device}</dd>
                <dt>{move || t.get().settings.holidays}</dt>
                <dd>{holidays}</dd>
                <dt>{move || t.get().settings.licence}</dt>
                <dd>{LICENCE}</dd>
            </dl>
        </section>
    }
}
