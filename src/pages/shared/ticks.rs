//! Several of a list, ticked; the value is their ids separated by commas.

use leptos::prelude::*;

/// A group of ticks. The value belongs to the caller.
#[component]
pub fn Ticks(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] input: Callback<String>,
    /// Value and name of each choice.
    #[prop(into)]
    choices: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] error: Signal<String>,
) -> impl IntoView {
    let tick = move |(id, name): (String, String)| {
        let own = id.clone();
        let ticked = move || value.with(|value| split(value).any(|known| known == own));
        view! {
            <label class="checkbox">
                <input
                    type="checkbox"
                    prop:checked=ticked
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        let order: Vec<String> = choices
                            .with_untracked(|choices| choices.iter().map(|(id, _)| id.clone()).collect());
                        input.run(with(&value.get_untracked(), &id, on, &order));
                    }
                />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="ticks wide" aria-invalid=move || (!error.with(String::is_empty)).then_some("true")>
            <legend>{move || label.get()}</legend>
            <div class="ticks-list">{move || choices.get().into_iter().map(tick).collect_view()}</div>
            <p class="field-help">
                <span class="error" role="alert">
                    {move || error.get()}
                </span>
            </p>
        </fieldset>
    }
}

fn split(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|id| !id.is_empty())
}

/// Returns the value after one was ticked or not, in the order of the list.
fn with(value: &str, id: &str, on: bool, order: &[String]) -> String {
    let mut ids: Vec<&str> = split(value).filter(|known| *known != id).collect();
    if on {
        ids.push(id);
    }
    ids.sort_by_key(|id| order.iter().position(|own| own == id));
    ids.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_kept_in_the_order_of_the_list_and_each_once() {
        let order: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        assert_eq!(with("c", "a", true, &order), "a,c");
        assert_eq!(with("a,c", "a", true, &order), "a,c");
        assert_eq!(with("a, c", "c", false, &order), "a");
        assert_eq!(with("", "b", true, &order), "b");
    }
}
