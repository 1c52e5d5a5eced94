//! One record of the review: what it is, and its fields with their entries.

use std::collections::BTreeMap;

use huiyin_api::{DifferingField, DifferingRecord};
use leptos::prelude::*;

use crate::{
    pages::shared::{Conflict, Settling, record_path},
    shell::{base::use_base, branches::use_branches, intl},
    texts::{differing, use_texts},
    ui::{Badge, Glyph, Hue, Icon},
};

/// A field on the screen: record id and field wire name.
pub type Place = (String, String);

/// What the keyboard works on.
#[derive(Clone, Copy)]
pub struct Marks {
    /// The field that has the focus.
    pub current: RwSignal<Option<Place>>,
    /// The entry marked, where another one than the proposed is.
    pub picks: RwSignal<BTreeMap<Place, usize>>,
}

/// Returns the entry proposed for a field: what a step decided; else the newest of those anybody may hold to.
pub fn proposed(field: &DifferingField) -> usize {
    let values = field.conflict.values.iter().zip(&field.standing);
    let rank = |standing: huiyin_api::ValueStanding| match standing {
        huiyin_api::ValueStanding::Decided => 2,
        huiyin_api::ValueStanding::Entered => 1,
        huiyin_api::ValueStanding::Overruled | huiyin_api::ValueStanding::Recused => 0,
    };
    values
        .enumerate()
        .max_by_key(|(at, (value, standing))| (rank(**standing), value.at, *at))
        .map_or(0, |(at, _)| at)
}

/// A record with its fields.
#[component]
pub fn RecordCard(record: DifferingRecord, settling: Settling, marks: Marks) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let branches = use_branches();
    let href = base.href(&record_path(&record.id));
    let title = if record.title.is_empty() {
        record.number.clone()
    } else {
        record.title.clone()
    };
    let branch = branches
        .several()
        .then(|| untrack(|| branches.name(&record.branch)));
    let detail = [Some(record.number), branch]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty() && *part != title)
        .collect::<Vec<_>>()
        .join(" · ");
    let label = title.clone();
    let updated = record.updated;
    let fixed = record.refused.is_some();
    let refused = record.refused.map(|problem| {
        let told = move || {
            let _ = t.get();
            let words = t.sentence(&problem);
            format!("{} {}", words.error, words.next)
        };
        view! { <p class="muted pad">{told}</p> }
    });
    let clashes = (record.clashes > 0).then(|| {
        let count = intl::number(t.language(), f64::from(record.clashes));
        let link = href.clone();
        view! {
            <p class="pad">
                <Badge hue=Hue::Amber>{move || t.get().cases.check}</Badge>
                " "
                {move || (differing::of(t.language()).clashes)(&count)}
                " "
                <a class="link" href=link>
                    {move || differing::of(t.language()).open_record}
                </a>
            </p>
        }
    });
    let fields = record
        .fields
        .into_iter()
        .map(|field| {
            let id = record.id.clone();
            view! { <Field id field settling marks fixed /> }.into_any()
        })
        .collect_view();
    view! {
        <section class="card differing-record" aria-label=label>
            <div class="conflicts-head">
                <Icon glyph=Glyph::Warning />
                <div>
                    <h2>
                        <a class="link" href=href>{title}</a>
                    </h2>
                    <p class="num">
                        {detail} " " {move || intl::date_time(t.language(), updated)}
                    </p>
                </div>
            </div>
            {refused}
            {clashes}
            {fields}
        </section>
    }
}

#[component]
fn Field(
    id: String,
    field: DifferingField,
    settling: Settling,
    marks: Marks,
    fixed: bool,
) -> impl IntoView {
    let t = use_texts();
    let place: Place = (id.clone(), field.conflict.field.clone());
    let first = proposed(&field);
    let picked = {
        let place = place.clone();
        Signal::derive(move || {
            let own = marks.picks.with(|picks| picks.get(&place).copied());
            Some(own.unwrap_or(first))
        })
    };
    let name = place.1.clone();
    let is_current = {
        let place = place.clone();
        move || {
            marks
                .current
                .with(|current| current.as_ref() == Some(&place))
        }
    };
    view! {
        <div
            class="differing-field"
            class:current=is_current
            role="group"
            tabindex="-1"
            aria-label=move || t.get().field(&name)
            on:focusin=move |_| marks.current.set(Some(place.clone()))
        >
            <Conflict record=id field settling picked fixed />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use huiyin_api::{ConflictValue, ConflictView, ValueStanding};

    use super::*;

    fn field(values: &[(i64, ValueStanding)]) -> DifferingField {
        DifferingField {
            conflict: ConflictView {
                values: values
                    .iter()
                    .map(|(at, _)| ConflictValue {
                        at: *at,
                        ..ConflictValue::default()
                    })
                    .collect(),
                ..ConflictView::default()
            },
            standing: values.iter().map(|(_, standing)| *standing).collect(),
            decided: None,
        }
    }

    #[test]
    fn the_newest_is_proposed_unless_a_step_decided_or_its_writer_takes_no_part() {
        use ValueStanding::{Decided, Entered, Overruled, Recused};
        assert_eq!(proposed(&field(&[(1, Entered), (2, Entered)])), 1);
        assert_eq!(proposed(&field(&[(1, Entered), (2, Recused)])), 0);
        assert_eq!(proposed(&field(&[(1, Decided), (2, Overruled)])), 0);
        assert_eq!(proposed(&field(&[(5, Entered), (5, Entered)])), 1);
    }
}
