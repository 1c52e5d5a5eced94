//! One condition of the builder: column, comparison, value, and a button that takes it away.

use huiyin_api::{
    Condition, CustomField, FilterForm, Operator, custom_name, filter_fields, filter_form,
};
use leptos::prelude::*;

use super::value_picker::ValuePicker;
use crate::{
    texts::use_texts,
    ui::{Glyph, Icon},
};

/// Returns what a column holds; of a field that only an import knows what its values look like.
fn form_of(cases: bool, custom: &[CustomField], name: &str) -> FilterForm {
    match filter_form(cases, name) {
        Some(FilterForm::Custom) => custom
            .iter()
            .find(|field| field.name == name)
            .map_or(FilterForm::Text, |field| field.form.filter_form()),
        Some(form) => form,
        None => FilterForm::Text,
    }
}

/// Returns how a column may be compared, the usual ways first.
fn operators_of(name: &str, form: FilterForm) -> Vec<Operator> {
    let mut operators = form.operators().to_vec();
    if custom_name(name).is_some() {
        for operator in FilterForm::Custom.operators() {
            if !operators.contains(operator) {
                operators.push(*operator);
            }
        }
    }
    operators
}

/// Returns what the value of a condition is chosen by: of a field that only an import knows the comparison decides.
fn picked_by(condition: &Condition, form: FilterForm) -> FilterForm {
    if custom_name(&condition.field).is_none() {
        return form;
    }
    match condition.operator {
        operator if operator.is_of_days() => FilterForm::Day,
        operator if operator.is_of_numbers() => FilterForm::Number,
        Operator::Is | Operator::IsNot if form == FilterForm::Choice => form,
        _ => FilterForm::Text,
    }
}

/// A condition that can be changed. The condition belongs to the caller.
#[component]
pub fn ConditionLine(
    cases: bool,
    /// Fields that only an import knows.
    #[prop(into)]
    custom: Signal<Vec<CustomField>>,
    condition: RwSignal<Condition>,
    /// Takes the condition away.
    #[prop(into)]
    remove: Callback<()>,
) -> impl IntoView {
    let t = use_texts();
    let form = Memo::new(move |_| {
        condition.with(|now| custom.with(|custom| form_of(cases, custom, &now.field)))
    });
    let choose_field = move |name: String| {
        condition.update(|now| {
            let form = custom.with_untracked(|custom| form_of(cases, custom, &name));
            let before = custom.with_untracked(|custom| form_of(cases, custom, &now.field));
            if form != before || before != FilterForm::Text {
                now.values.clear();
            }
            if !form.operators().contains(&now.operator) {
                now.operator = form.operators()[0];
            }
            now.field = name;
        });
    };
    let fields = move || {
        let chosen = condition.with(|now| now.field.clone());
        let mut names: Vec<String> = filter_fields(cases)
            .iter()
            .map(|field| field.name.to_owned())
            .collect();
        custom.with(|custom| names.extend(custom.iter().map(|field| field.name.clone())));
        // One of a saved view that no record has now stays what it is.
        if !names.contains(&chosen) {
            names.push(chosen.clone());
        }
        names
            .into_iter()
            .map(|name| {
                let selected = name == chosen;
                let title = t.get().field(&name);
                view! {
                    <option value=name selected=selected prop:selected=selected>
                        {title}
                    </option>
                }
            })
            .collect_view()
    };
    let choose_operator = move |name: String| {
        let form = form.get_untracked();
        condition.update(|now| {
            let before = picked_by(now, form);
            let found = operators_of(&now.field, form)
                .into_iter()
                .find(|operator| operator.name() == name);
            if let Some(operator) = found {
                now.operator = operator;
            }
            if picked_by(now, form) != before {
                now.values.clear();
            }
        });
    };
    let operators = move || {
        let chosen = condition.with(|now| now.operator);
        let words = t.get().lists.operator;
        let name = condition.with(|now| now.field.clone());
        operators_of(&name, form.get())
            .into_iter()
            .map(|operator| {
                let selected = operator == chosen;
                view! {
                    <option value=operator.name() selected=selected prop:selected=selected>
                        {words(operator)}
                    </option>
                }
            })
            .collect_view()
    };
    let picker = Memo::new(move |_| condition.with(|now| picked_by(now, form.get())));
    let one_way = move || form.with(|form| form.operators() == [Operator::Is]);
    let needs_value = Memo::new(move |_| condition.with(|now| now.operator.needs_value()));
    view! {
        <div class="condition">
            <select
                class="input"
                aria-label=move || t.get().lists.column
                on:change:target=move |event| choose_field(event.target().value())
            >
                {fields}
            </select>
            <select
                class="input"
                hidden=one_way
                aria-label=move || t.get().lists.comparison
                on:change:target=move |event| choose_operator(event.target().value())
            >
                {operators}
            </select>
            <Show when=move || needs_value.get()>
                <ValuePicker cases custom condition form=picker />
            </Show>
            <button
                type="button"
                class="icon-button"
                aria-label=move || t.get().lists.remove_condition
                on:click=move |_| remove.run(())
            >
                <Icon glyph=Glyph::Close />
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_an_import_is_compared_by_what_it_looks_like_first_and_in_every_other_way_too() {
        let custom = [CustomField {
            name: "x:里程".to_owned(),
            form: huiyin_api::CustomForm::Number,
            ..CustomField::default()
        }];
        let form = form_of(false, &custom, "x:里程");
        assert_eq!(form, FilterForm::Number);
        let operators = operators_of("x:里程", form);
        assert_eq!(operators[0], Operator::AtLeast);
        assert_eq!(operators.len(), FilterForm::Custom.operators().len());
        assert_eq!(operators_of("city", FilterForm::Text).len(), 6);
        assert_eq!(form_of(false, &custom, "x:其他"), FilterForm::Text);
        let mut condition = Condition {
            field: "x:里程".to_owned(),
            operator: Operator::Since,
            values: Vec::new(),
        };
        assert_eq!(picked_by(&condition, form), FilterForm::Day);
        condition.operator = Operator::Contains;
        assert_eq!(picked_by(&condition, form), FilterForm::Text);
    }
}
