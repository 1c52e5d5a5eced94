//! The sync screen: how this device stands with the others, who they are, and the ways data travels.

mod backup;
mod backup_dialog;
mod backup_folder;
mod check;
mod devices;
mod exchange;
mod invitations;
mod invite_dialog;
mod newcomers;
mod qr;
mod quarantine;
mod relay_form;
mod shared_dialog;
mod standing;

use leptos::prelude::*;

use crate::{
    shell::{replication::use_replication, sample::use_sample, title::set_title},
    texts::{self, use_texts},
    ui::{PageHead, Skeleton},
};

use backup::Backup;
use check::Check;
use devices::Devices;
use exchange::Exchange;
use invitations::Invitations;
use newcomers::Newcomers;
pub use qr::QrCode;
use quarantine::Quarantine;
use relay_form::RelayForm;
pub use shared_dialog::SharedDialog;
use standing::Standing;

/// The sync screen.
#[component]
pub fn SyncPage() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    set_title(move || t.get().sync.title);
    let sample = use_sample();
    // Not the status itself: it changes while what was begun here still goes on.
    let alone = Memo::new(move |_| sample.is_here());
    let known = Memo::new(move |_| replication.get().is_some());
    view! {
        <PageHead title=move || t.get().sync.title subtitle=move || t.get().sync.subtitle />
        {move || {
            if !known.get() {
                return view! {
                    <div class="card">
                        <Skeleton lines=6 />
                    </div>
                }
                    .into_any();
            }
            let alone = alone.get();
            view! {
                <div class="desk">
                    {alone
                        .then(|| {
                            view! { <p class="card notice plain">{move || texts::sample::of(t.language()).no_sync}</p> }
                        })}
                    <div class="desk-pair">
                        <Standing />
                        {(!alone).then(|| view! { <RelayForm /> })}
                    </div>
                    {(!alone)
                        .then(|| {
                            view! {
                                <Newcomers />
                                <Devices />
                                <Invitations />
                            }
                        })}
                    <div class="desk-pair">
                        <div class="desk-stack">
                            <Exchange />
                            <Check />
                        </div>
                        <Backup />
                    </div>
                    <Quarantine />
                </div>
            }
                .into_any()
        }}
    }
}
