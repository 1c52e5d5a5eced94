//! The devices of the company.

use huiyin_api::DeviceView;
use leptos::prelude::*;

use super::invite_dialog::InviteDialog;
use crate::{
    shell::{branches::use_branches, intl, replication::use_replication},
    texts::{devices as texts, use_texts},
    ui::{Badge, Button, Glyph, Hue, LinkButton},
};

/// The table of devices, with the way to invite another.
#[component]
pub fn Devices() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let open = RwSignal::new(false);
    let devices = Memo::new(move |_| {
        replication
            .get()
            .map(|view| view.devices)
            .unwrap_or_default()
    });
    let may_invite = Memo::new(move |_| replication.get().is_some_and(|view| view.may_invite));
    let count = move || intl::count(t.get().language, devices.with(Vec::len) as u64);
    let rows = move || {
        let row = |device| view! { <DeviceRow device /> };
        devices.get().into_iter().map(row).collect_view()
    };
    view! {
        <section class="card" aria-label=move || t.get().sync.devices>
            <div class="card-head">
                <h2>
                    {move || t.get().sync.devices} <span class="count">{count}</span>
                </h2>
                <LinkButton to="/settings/devices" icon=Glyph::Settings>
                    {move || texts::of(t.language()).link}
                </LinkButton>
                {move || {
                    may_invite
                        .get()
                        .then(|| {
                            view! {
                                <Button icon=Glyph::Link press=move || open.set(true)>
                                    {move || t.get().sync.invite}
                                </Button>
                            }
                        })
                }}
            </div>
            <table class="sheet">
                <thead>
                    <tr>
                        <th scope="col">{move || t.get().sync.device}</th>
                        <th scope="col">{move || t.get().sync.branch}</th>
                        <th scope="col">{move || t.get().sync.joined}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        <InviteDialog open />
    }
}

#[component]
fn DeviceRow(device: DeviceView) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let DeviceView {
        id,
        name,
        branch,
        person,
        own,
        administrator,
        joined,
    } = device;
    let shown = move || {
        if name.is_empty() {
            t.get().sync.nameless.to_owned()
        } else {
            name.clone()
        }
    };
    view! {
        <tr>
            <td class="strong" data-label=move || t.get().sync.device title=id>
                <span class="badges">
                    <span>{shown}</span>
                    {(!person.is_empty()).then(|| view! { <span class="muted">{person}</span> })}
                    {own.then(|| view! { <Badge hue=Hue::Active>{move || t.get().sync.this_device}</Badge> })}
                    {administrator
                        .then(|| view! { <Badge hue=Hue::Neutral>{move || t.get().sync.administrator}</Badge> })}
                </span>
            </td>
            <td data-label=move || t.get().sync.branch>{move || branches.name(&branch)}</td>
            <td class="num" data-label=move || t.get().sync.joined>
                {move || intl::date_time(t.get().language, joined)}
            </td>
        </tr>
    }
}
