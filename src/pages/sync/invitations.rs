//! The invitations given out: used by whom, tried again, expired.

use huiyin_api::{InvitationView, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{
        branches::use_branches, clock::use_clock, engine::use_engine, intl, notices::use_toaster,
        replication::use_replication,
    },
    texts::{devices, newcomers, use_texts},
    ui::{Badge, Hue},
};

/// The table of invitations; nothing while there are none.
#[component]
pub fn Invitations() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let invitations = Memo::new(move |_| {
        let mut all = replication
            .get()
            .map(|view| view.invitations)
            .unwrap_or_default();
        all.sort_by_key(|invitation| std::cmp::Reverse(invitation.expires));
        all
    });
    let any = Memo::new(move |_| !invitations.with(Vec::is_empty));
    let rows = move || {
        let row = |invitation| view! { <InvitationRow invitation /> };
        invitations.get().into_iter().map(row).collect_view()
    };
    move || {
        any.get().then(|| {
            view! {
                <section class="card" aria-label=move || t.get().sync.invitations>
                    <div class="card-head">
                        <h2>{move || t.get().sync.invitations}</h2>
                    </div>
                    <table class="sheet">
                        <thead>
                            <tr>
                                <th scope="col">{move || t.get().sync.branch}</th>
                                <th scope="col">{move || t.get().sync.role}</th>
                                <th scope="col">{move || t.get().sync.expires}</th>
                                <th scope="col">{move || t.get().sync.state}</th>
                                <td></td>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </section>
            }
        })
    }
}

#[component]
fn InvitationRow(invitation: InvitationView) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let clock = use_clock();
    let engine = use_engine();
    let toaster = use_toaster();
    let replication = use_replication();
    let may_invite = Memo::new(move |_| replication.get().is_some_and(|view| view.may_invite));
    let InvitationView {
        id,
        branch,
        role,
        expires,
        used_by,
        second_uses,
        closed,
        asks,
    } = invitation;
    let used_by_none = used_by.is_none();
    let named = StoredValue::new(branch.clone());
    let state = move || {
        let s = &t.get().sync;
        match &used_by {
            Some(name) if name.is_empty() => (Hue::Green, (s.used_by)(s.nameless)),
            Some(name) => (Hue::Green, (s.used_by)(name)),
            None if closed => (Hue::Neutral, devices::of(t.language()).closed.to_owned()),
            None if expires <= clock.now() => (Hue::Neutral, s.expired.to_owned()),
            None => (Hue::Active, s.unused.to_owned()),
        }
    };
    let open = used_by_none && !closed;
    let short = StoredValue::new(id.clone());
    let close = move || {
        spawn_local(async move {
            let invitation = short.get_value();
            if let Err(problem) = engine.tell(Request::CloseInvitation { invitation }).await {
                toaster.problem(&problem);
            }
        });
    };
    let badge = move || {
        let (hue, words) = state();
        view! { <Badge hue>{words}</Badge> }
    };
    let again = move || {
        (second_uses > 0).then(|| {
            let t = t.get();
            let words = (t.sync.second_uses)(&intl::count(t.language, u64::from(second_uses)));
            view! { <Badge hue=Hue::Red>{words}</Badge> }
        })
    };
    let asking = move || {
        asks.then(|| view! { <Badge hue=Hue::Neutral>{newcomers::of(t.language()).asks}</Badge> })
    };
    view! {
        <tr>
            <td class="strong" data-label=move || t.get().sync.branch title=id>
                {move || branches.name(&branch)}
            </td>
            <td class="whole" data-label=move || t.get().sync.role>
                {move || t.get().role(&role)}
            </td>
            <td class="num" data-label=move || t.get().sync.expires>
                {move || intl::date_time(t.get().language, expires)}
            </td>
            <td data-label=move || t.get().sync.state>
                <span class="badges">{badge} {asking} {again}</span>
            </td>
            <td class="act-cell">
                <Show when=move || open && may_invite.get()>
                    <button
                        type="button"
                        class="button quiet"
                        aria-label=move || {
                            (devices::of(t.language()).close_of)(&branches.name(&named.get_value()))
                        }
                        on:click=move |_| close()
                    >
                        {move || devices::of(t.language()).close}
                    </button>
                </Show>
            </td>
        </tr>
    }
}
