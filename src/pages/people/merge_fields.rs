//! The fields of two files side by side; where both say something different a person chooses.

use std::collections::BTreeMap;

use huiyin_core::merge::{MergeField, Side};
use leptos::prelude::*;

use crate::{
    pages::shared::shown_value,
    shell::policy::use_policy,
    texts::use_texts,
    ui::{Badge, Hue, new_id},
};

/// What was chosen, by field; what the plan says holds for others.
pub type Choices = RwSignal<BTreeMap<String, Side>>;

/// Returns the value of a field after the merge.
pub fn result_of(field: &MergeField, chosen: Option<Side>) -> String {
    match chosen {
        None => field.result.clone(),
        Some(Side::Stays) => field.stays.clone(),
        Some(Side::GivesWay) => field.gives_way.clone(),
    }
}

/// Returns the side a field's value comes from, if it is that of one side.
fn side_of(field: &MergeField, chosen: Option<Side>) -> Option<Side> {
    chosen.or_else(|| {
        if field.result == field.stays {
            Some(Side::Stays)
        } else {
            (field.result == field.gives_way).then_some(Side::GivesWay)
        }
    })
}

/// The table of fields, those to choose about first.
#[component]
pub fn MergeFields(
    fields: Vec<MergeField>,
    unsettled: Vec<String>,
    choices: Choices,
    /// Names of both files: the one that stays, the one that gives way.
    names: [String; 2],
) -> impl IntoView {
    let t = use_texts();
    let [stays, gives_way] = names;
    let (first, rest): (Vec<_>, Vec<_>) = fields.into_iter().partition(|field| field.differs);
    let differing = first.len();
    let rows = first
        .into_iter()
        .chain(rest)
        .map(|field| {
            let open = unsettled.contains(&field.field);
            view! { <Row field unsettled=open choices /> }
        })
        .collect_view();
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{move || t.get().people.fields}</h2>
                <span class="muted">{move || (t.get().people.differing)(differing)}</span>
            </header>
            <table class="sheet merge-sheet">
                <thead>
                    <tr>
                        <th scope="col">{move || t.get().people.field}</th>
                        <th scope="col">{stays} " · " {move || t.get().people.stays}</th>
                        <th scope="col">{gives_way} " · " {move || t.get().people.gives_way}</th>
                        <th scope="col">{move || t.get().people.result}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

#[component]
fn Row(field: MergeField, unsettled: bool, choices: Choices) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let field = StoredValue::new(field);
    let name = field.with_value(|field| field.field.clone());
    let chosen = {
        let name = name.clone();
        Memo::new(move |_| choices.with(|choices| choices.get(&name).copied()))
    };
    let group = new_id("merge");
    let differs = field.with_value(|field| field.differs);
    let label = {
        let name = name.clone();
        move || t.get().field(&name)
    };
    let cell = |side: Side| {
        let value = field.with_value(|field| match side {
            Side::Stays => field.stays.clone(),
            Side::GivesWay => field.gives_way.clone(),
        });
        let (wire, group) = (name.clone(), group.clone());
        let head = move || match side {
            Side::Stays => t.get().people.stays,
            Side::GivesWay => t.get().people.gives_way,
        };
        let shown = {
            let (wire, value) = (wire.clone(), value.clone());
            move || shown_value(t.get(), policy, &wire, &value)
        };
        if value.is_empty() {
            return view! { <td class="muted" data-label=head>"—"</td> }.into_any();
        }
        if !differs || unsettled {
            return view! { <td data-label=head>{shown}</td> }.into_any();
        }
        let checked = move || field.with_value(|field| side_of(field, chosen.get())) == Some(side);
        view! {
            <td data-label=head>
                <label class="merge-choice">
                    <input
                        type="radio"
                        name=group
                        prop:checked=checked
                        on:change=move |_| {
                            choices.update(|choices| {
                                choices.insert(wire.clone(), side);
                            });
                        }
                    />
                    <span>{shown}</span>
                </label>
            </td>
        }
        .into_any()
    };
    let (stays, gives_way) = (cell(Side::Stays), cell(Side::GivesWay));
    let result = {
        let name = name.clone();
        move || {
            let value = field.with_value(|field| result_of(field, chosen.get()));
            shown_value(t.get(), policy, &name, &value)
        }
    };
    view! {
        <tr class:differs=differs>
            <th scope="row">
                {label}
                {unsettled
                    .then(|| view! { <Badge hue=Hue::Amber>{move || t.get().people.unsettled}</Badge> })}
            </th>
            {stays}
            {gives_way}
            <td class="strong" data-label=move || t.get().people.result>{result}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use huiyin_core::merge::{MergeField, Side};

    use super::{result_of, side_of};

    #[test]
    fn the_plan_holds_until_a_side_is_chosen_and_a_joined_value_is_of_neither() {
        let mut field = MergeField {
            field: "city".to_owned(),
            stays: "上海".to_owned(),
            gives_way: "苏州".to_owned(),
            result: "上海".to_owned(),
            differs: true,
        };
        assert_eq!(result_of(&field, None), "上海");
        assert_eq!(side_of(&field, None), Some(Side::Stays));
        assert_eq!(result_of(&field, Some(Side::GivesWay)), "苏州");
        assert_eq!(side_of(&field, Some(Side::GivesWay)), Some(Side::GivesWay));
        field.result = "上海,苏州".to_owned();
        assert_eq!(side_of(&field, None), None);
    }
}
