//! One condition of the builder: column, comparison, value, and a button that takes it away.

use huiyin_api::{Condition, FilterForm, Operator, filter_field, filter_fields};
use leptos::prelude::*;

use super::value_picker::ValuePicker;
use crate::{
    texts::use_texts,
    ui::{Glyph, Icon},
};

/// A condition that can be changed. The condition belongs to the caller.
#[component]
pub fn ConditionLine(
    cases: bool,
    condition: RwSignal<Condition>,
    /// Takes the condition away.
    #[prop(into)]
    remove: Callback<()>,
) -> impl IntoView {
    let t = use_texts();
    let form = Memo::new(move |_| {
        condition.with(|now| {
            filter_field(cases, &now.field).map_or(FilterForm::Text, |field| field.form)
        })
    });
    let choose_field = move |name: String| {
        condition.update(|now| {
            let before = filter_field(cases, &now.field).map(|field| field.form);
            let field = filter_field(cases, &name);
            if field.map(|field| field.form) != before || before != Some(FilterForm::Text) {
                now.values.clear();
            }
            if let Some(field) = field
                && !field.form.operators().contains(&now.operator)
            {
                now.operator = field.form.operators()[0];
            }
            now.field = name;
        });
    };
    let fields = move || {
        let chosen = condition.with(|now| now.field.clone());
        filter_fields(cases)
            .iter()
            .map(|field| {
                let selected = field.name == chosen;
                view! {
                    <option value=field.name selected=selected prop:selected=selected>
                        {t.get().field(field.name)}
                    </option>
                }
            })
            .collect_view()
    };
    let choose_operator = move |name: String| {
        let found = form
            .get_untracked()
            .operators()
            .iter()
            .find(|operator| operator.name() == name);
        if let Some(operator) = found {
            condition.update(|now| now.operator = *operator);
        }
    };
    let operators = move || {
        let chosen = condition.with(|now| now.operator);
        let words = t.get().lists.operator;
        form.get()
            .operators()
            .iter()
            .map(|operator| {
                let selected = *operator == chosen;
                view! {
                    <option value=operator.name() selected=selected prop:selected=selected>
                        {words(*operator)}
                    </option>
                }
            })
            .collect_view()
    };
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
                <ValuePicker cases condition form />
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
