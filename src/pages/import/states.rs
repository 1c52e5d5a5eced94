//! States of the file that are not known here, and what they become.

use leptos::prelude::*;

use super::desk::use_desk;
use crate::{
    texts::use_texts,
    ui::{Badge, Hue},
};

/// The table of unknown states; nothing where there are none.
#[component]
pub fn States() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let states = Memo::new(move |_| desk.read(|preview| preview.states.clone()));
    let rows = move || {
        let texts = t.get();
        states
            .get()
            .into_iter()
            .map(|(there, here)| {
                view! {
                    <tr>
                        <td data-label=texts.import.state_in_file>{there}</td>
                        <td data-label=texts.import.state_here>
                            <Badge hue=Hue::Neutral>{texts.state(&here)}</Badge>
                        </td>
                    </tr>
                }
            })
            .collect_view()
    };
    move || {
        (!states.with(std::collections::BTreeMap::is_empty)).then(|| {
            view! {
                <section class="card" aria-label=move || t.get().import.states>
                    <div class="card-head">
                        <h2>{move || t.get().import.states}</h2>
                    </div>
                    <p class="card-note">{move || t.get().import.states_text}</p>
                    <table class="sheet">
                        <thead>
                            <tr>
                                <th scope="col">{move || t.get().import.state_in_file}</th>
                                <th scope="col">{move || t.get().import.state_here}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </section>
            }
        })
    }
}
