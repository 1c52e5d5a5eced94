//! The table of devices, with the ways to change rights and to shut out.

use huiyin_api::{DeviceRow, DeviceState};
use leptos::prelude::*;

use super::{Read, rights_dialog::RightsDialog, shut_out_dialog::ShutOutDialog};
use crate::{
    shell::{branches::use_branches, intl},
    texts::{devices, use_texts},
    ui::{Badge, EmptyState, Glyph, Hue},
};

/// What a dialog is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Act {
    Change(DeviceRow),
    ShutOut(DeviceRow),
}

/// The table.
#[component]
pub fn Table(read: Read) -> impl IntoView {
    let t = use_texts();
    let changing = RwSignal::new(None::<DeviceRow>);
    let shutting = RwSignal::new(None::<DeviceRow>);
    let rows = Memo::new(move |_| read.with(|view| view.rows.clone()));
    let may_edit = Memo::new(move |_| read.with(|view| view.may_edit));
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let count = move || {
        let here = rows.with(|rows| {
            let here = rows.iter().filter(|row| row.state != DeviceState::ShutOut);
            here.count()
        });
        intl::count(t.language(), here as u64)
    };
    let act = Callback::new(move |act| match act {
        Act::Change(row) => changing.set(Some(row)),
        Act::ShutOut(row) => shutting.set(Some(row)),
    });
    let lines = move || {
        let may_edit = may_edit.get();
        let line = move |row| view! { <Line row may_edit act /> }.into_any();
        rows.get().into_iter().map(line).collect_view()
    };
    let words = move || devices::of(t.language());
    view! {
        <section class="card" aria-label=move || words().device>
            <div class="card-head">
                <h2>
                    {move || words().device} <span class="count">{count}</span>
                </h2>
            </div>
            <Show
                when=move || !empty.get()
                fallback=move || {
                    view! {
                        <EmptyState
                            glyph=Glyph::Device
                            title=move || words().empty
                            text=move || words().empty_text
                        />
                    }
                }
            >
                <table class="sheet">
                    <thead>
                        <tr>
                            <th scope="col">{move || words().device}</th>
                            <th scope="col">{move || words().staff}</th>
                            <th scope="col">{move || words().role}</th>
                            <th scope="col">{move || words().branches}</th>
                            <th scope="col">{move || words().last_seen}</th>
                            <th scope="col">{move || words().state}</th>
                            <td></td>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </Show>
        </section>
        <RightsDialog subject=changing />
        <ShutOutDialog subject=shutting />
    }
}

#[component]
fn Line(row: DeviceRow, may_edit: bool, act: Callback<Act>) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let words = move || devices::of(t.language());
    let whole = StoredValue::new(row.clone());
    let DeviceRow {
        id,
        name,
        staff,
        branch,
        role,
        branches: sees,
        own,
        last_seen,
        until,
        state,
        shut,
        ..
    } = row;
    let out = state == DeviceState::ShutOut;
    let shown = StoredValue::new(name);
    let name = move || {
        shown.with_value(|name| {
            if name.is_empty() {
                t.get().sync.nameless.to_owned()
            } else {
                name.clone()
            }
        })
    };
    let role = move || {
        if role.is_empty() {
            String::new()
        } else {
            t.get().role(&role)
        }
    };
    let sees = move || {
        let codes = if sees.is_empty() && out {
            vec![branch.clone()]
        } else {
            sees.clone()
        };
        let names: Vec<String> = codes.iter().map(|code| branches.name(code)).collect();
        names.join(" · ")
    };
    let seen = move || {
        last_seen.map_or_else(
            || words().never_seen.to_owned(),
            |at| intl::recent(t.language(), at),
        )
    };
    let hue = match state {
        DeviceState::Member => Hue::Green,
        DeviceState::Expired => Hue::Amber,
        DeviceState::ShutOut => Hue::Neutral,
    };
    let detail = move || {
        if let Some(shut) = &shut {
            let at = intl::date_time(t.language(), shut.at);
            let said = (words().shut_by)(&shut.by, &at);
            return if shut.reason.is_empty() {
                said
            } else {
                format!("{said} · {}", shut.reason)
            };
        }
        until.map_or_else(String::new, |until| {
            (words().until)(&intl::date_time(t.language(), until))
        })
    };
    let acts = may_edit && !out;
    view! {
        <tr class:gone=out>
            <td class="strong" data-label=move || words().device title=id>
                <span class="badges">
                    <span>{name}</span>
                    {own.then(|| view! { <Badge hue=Hue::Active>{move || t.get().sync.this_device}</Badge> })}
                </span>
            </td>
            <td data-label=move || words().staff>{staff}</td>
            <td class="whole" data-label=move || words().role>
                {role}
            </td>
            <td data-label=move || words().branches>{sees}</td>
            <td class="num whole" data-label=move || words().last_seen>
                {seen}
            </td>
            <td class="whole" data-label=move || words().state>
                <span class="badges">
                    <Badge hue>{move || words().state_of(state)}</Badge>
                    <span class="muted">{detail}</span>
                </span>
            </td>
            <td class="act-cell">
                {acts
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet"
                                aria-label=move || (words().change_of)(&name())
                                on:click=move |_| act.run(Act::Change(whole.get_value()))
                            >
                                {move || words().change}
                            </button>
                        }
                    })}
                {(acts && !own)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet"
                                aria-label=move || (words().shut_out_of)(&name())
                                on:click=move |_| act.run(Act::ShutOut(whole.get_value()))
                            >
                                {move || words().shut_out}
                            </button>
                        }
                    })}
            </td>
        </tr>
    }
}
