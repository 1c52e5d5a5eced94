//! The branches of the company.

use huiyin_api::BranchView;
use leptos::prelude::*;

use super::{Editing, Read, branch_dialog::BranchDialog};
use crate::{
    shell::intl,
    texts::use_texts,
    ui::{Button, Glyph},
};

/// The table of branches.
#[component]
pub fn Branches(read: Read) -> impl IntoView {
    let t = use_texts();
    let editing = RwSignal::new(Editing::<BranchView>::Nothing);
    let branches = Memo::new(move |_| read.with(|settings| settings.branches.clone()));
    let may_edit = Memo::new(move |_| read.with(|settings| settings.may_edit));
    let count = move || intl::count(t.get().language, branches.with(Vec::len) as u64);
    let rows = move || {
        let may_edit = may_edit.get();
        let row = move |branch| view! { <Row branch may_edit editing /> };
        branches.get().into_iter().map(row).collect_view()
    };
    view! {
        <section class="card" aria-label=move || t.get().settings.branches>
            <div class="card-head">
                <h2>
                    {move || t.get().settings.branches} <span class="count">{count}</span>
                </h2>
                {move || {
                    may_edit
                        .get()
                        .then(|| {
                            view! {
                                <Button icon=Glyph::Plus press=move || editing.set(Editing::New)>
                                    {move || t.get().settings.add_branch}
                                </Button>
                            }
                        })
                }}
            </div>
            <table class="sheet">
                <thead>
                    <tr>
                        <th scope="col">{move || t.get().settings.name}</th>
                        <th scope="col">{move || t.get().settings.code}</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        <BranchDialog read editing />
    }
}

#[component]
fn Row(
    branch: BranchView,
    may_edit: bool,
    editing: RwSignal<Editing<BranchView>>,
) -> impl IntoView {
    let t = use_texts();
    let BranchView { code, name } = branch.clone();
    let label_name = name.clone();
    let branch = StoredValue::new(branch);
    view! {
        <tr>
            <td class="strong" data-label=move || t.get().settings.name>
                {name}
            </td>
            <td class="num" data-label=move || t.get().settings.code>
                {code}
            </td>
            <td class="act-cell">
                {may_edit
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet"
                                aria-label=move || (t.get().settings.rename_of)(&label_name)
                                on:click=move |_| editing.set(Editing::Known(branch.get_value()))
                            >
                                {move || t.get().settings.rename}
                            </button>
                        }
                    })}
            </td>
        </tr>
    }
}
