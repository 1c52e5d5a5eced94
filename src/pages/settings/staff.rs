//! The staff of the company.

use huiyin_api::StaffView;
use leptos::prelude::*;

use super::{Editing, Read, staff_dialog::StaffDialog};
use crate::{
    shell::{branches::use_branches, intl},
    texts::{devices, use_texts},
    ui::{Badge, Button, EmptyState, Glyph, Hue, LinkButton},
};

/// The table of staff; those who left come last.
#[component]
pub fn Staff(read: Read) -> impl IntoView {
    let t = use_texts();
    let editing = RwSignal::new(Editing::<StaffView>::Nothing);
    let staff = Memo::new(move |_| {
        let mut staff = read.with(|settings| settings.staff.clone());
        staff.sort_by_key(|person| person.left);
        staff
    });
    let may_edit = Memo::new(move |_| read.with(|settings| settings.may_edit));
    let acting = Memo::new(move |_| read.with(|settings| settings.acting.clone()));
    let count = move || {
        let here = staff.with(|staff| staff.iter().filter(|person| !person.left).count());
        intl::count(t.get().language, here as u64)
    };
    let rows = move || {
        let (may_edit, acting) = (may_edit.get(), acting.get());
        let row = move |person: StaffView| {
            let here = person.id == acting;
            view! { <Row person here may_edit editing /> }
        };
        staff.get().into_iter().map(row).collect_view()
    };
    let empty = Memo::new(move |_| staff.with(Vec::is_empty));
    view! {
        <section class="card" aria-label=move || t.get().settings.staff>
            <div class="card-head">
                <h2>
                    {move || t.get().settings.staff} <span class="count">{count}</span>
                </h2>
                <LinkButton to="/settings/devices" icon=Glyph::Device>
                    {move || devices::of(t.language()).link}
                </LinkButton>
                <LinkButton to="/settings/hand-over" icon=Glyph::Export>
                    {move || t.get().people.hand_over}
                </LinkButton>
                {move || {
                    may_edit
                        .get()
                        .then(|| {
                            view! {
                                <Button icon=Glyph::Plus press=move || editing.set(Editing::New)>
                                    {move || t.get().settings.add_staff}
                                </Button>
                            }
                        })
                }}
            </div>
            {move || {
                if empty.get() {
                    return view! {
                        <EmptyState
                            glyph=Glyph::Person
                            title=move || t.get().settings.staff_empty
                            text=move || t.get().settings.staff_empty_text
                        />
                    }
                        .into_any();
                }
                view! {
                    <table class="sheet">
                        <thead>
                            <tr>
                                <th scope="col">{move || t.get().settings.staff_name}</th>
                                <th scope="col">{move || t.get().settings.roles}</th>
                                <th scope="col">{move || t.get().settings.branch}</th>
                                <td></td>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
                    .into_any()
            }}
        </section>
        <StaffDialog editing />
    }
}

#[component]
fn Row(
    person: StaffView,
    here: bool,
    may_edit: bool,
    editing: RwSignal<Editing<StaffView>>,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let StaffView {
        name,
        roles,
        branch,
        left,
        ..
    } = person.clone();
    let label_name = name.clone();
    let person = StoredValue::new(person);
    let roles = move || {
        let texts = t.get();
        let names = roles.iter().map(|role| texts.role(role));
        names.collect::<Vec<_>>().join(" · ")
    };
    view! {
        <tr class:gone=left>
            <td class="strong" data-label=move || t.get().settings.staff_name>
                <span class="badges">
                    <span>{name}</span>
                    {here.then(|| view! { <Badge hue=Hue::Active>{move || t.get().settings.here_now}</Badge> })}
                    {left.then(|| view! { <Badge hue=Hue::Neutral>{move || t.get().settings.left}</Badge> })}
                </span>
            </td>
            <td class="whole" data-label=move || t.get().settings.roles>
                {roles}
            </td>
            <td data-label=move || t.get().settings.branch>{move || branches.name(&branch)}</td>
            <td class="act-cell">
                {may_edit
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet"
                                aria-label=move || (t.get().settings.edit_of)(&label_name)
                                on:click=move |_| editing.set(Editing::Known(person.get_value()))
                            >
                                {move || t.get().common.edit}
                            </button>
                        }
                    })}
            </td>
        </tr>
    }
}
