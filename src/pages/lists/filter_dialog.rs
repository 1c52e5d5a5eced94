//! The builder of a filter: conditions and groups in groups, each joined by AND or OR, in a dialog over the list or in a form.

use huiyin_api::{
    Condition, CustomField, FilterTree, MAX_FILTER_CONDITIONS, MAX_FILTER_DEPTH,
    MAX_REPORT_CONDITIONS, Problem, Request, filter_fields,
};
use leptos::{ev, prelude::*};

use super::{
    condition_line::ConditionLine,
    filter_plan::{joined, parts_of},
};
use crate::{
    pages::parts::{Desk, in_part},
    shell::{ask, intl, list_memory::ListState, live::live},
    texts::use_texts,
    ui::{Button, Dialog, DialogFoot, ErrorState, Glyph, Icon, Look},
};

/// A condition or a group on the screen.
#[derive(Clone, Copy)]
enum Part {
    Line(u64, RwSignal<Condition>),
    Group(Group),
}

impl Part {
    fn id(self) -> u64 {
        match self {
            Self::Line(id, _) => id,
            Self::Group(group) => group.id,
        }
    }
}

/// A group on the screen.
#[derive(Clone, Copy)]
struct Group {
    id: u64,
    /// How many groups stand around this one, itself counted.
    depth: usize,
    any: RwSignal<bool>,
    parts: RwSignal<Vec<Part>>,
}

impl Group {
    /// Returns how many conditions there are, tracked.
    fn count(self) -> usize {
        self.parts.with(|parts| {
            parts
                .iter()
                .map(|part| match part {
                    Part::Line(..) => 1,
                    Part::Group(inner) => inner.count(),
                })
                .sum()
        })
    }

    fn tree(self) -> FilterTree {
        let parts = self.parts.with_untracked(|parts| {
            parts
                .iter()
                .map(|part| match part {
                    Part::Line(_, condition) => FilterTree::Test(condition.get_untracked()),
                    Part::Group(inner) => inner.tree(),
                })
                .collect()
        });
        if self.any.get_untracked() {
            FilterTree::Any(parts)
        } else {
            FilterTree::All(parts)
        }
    }
}

/// The filter on the screen.
#[derive(Clone, Copy)]
struct Builder {
    cases: bool,
    ids: StoredValue<u64>,
    /// Fields that only an import knows.
    custom: Signal<Vec<CustomField>>,
}

impl Builder {
    fn next(self) -> u64 {
        self.ids.update_value(|id| *id += 1);
        self.ids.get_value()
    }

    fn fresh(self) -> Part {
        let field = filter_fields(self.cases)[0];
        self.line(Condition {
            field: field.name.to_owned(),
            operator: field.form.operators()[0],
            values: Vec::new(),
        })
    }

    fn line(self, condition: Condition) -> Part {
        Part::Line(self.next(), RwSignal::new(condition))
    }

    /// Returns a group of the parts of a filter, or with one condition that says nothing yet.
    fn group(self, tree: Option<&FilterTree>, depth: usize) -> Group {
        let (any, parts) = tree.map(parts_of).unwrap_or_default();
        let mut shown: Vec<Part> = parts
            .iter()
            .map(|part| match part {
                FilterTree::Test(condition) => self.line(condition.clone()),
                group => Part::Group(self.group(Some(group), depth + 1)),
            })
            .collect();
        if shown.is_empty() {
            shown.push(self.fresh());
        }
        Group {
            id: self.next(),
            depth,
            any: RwSignal::new(any),
            parts: RwSignal::new(shown),
        }
    }
}

/// The button that opens the builder; it tells how many conditions are in force.
#[component]
pub fn FilterButton(
    /// The list is that of cases.
    cases: bool,
    state: ListState,
) -> impl IntoView {
    let t = use_texts();
    let open = RwSignal::new(false);
    let count = Memo::new(move |_| {
        state.query.with(|query| {
            query
                .tree
                .as_ref()
                .map_or(0, |tree| tree.conditions().len())
        })
    });
    let name = move || {
        let texts = t.get();
        match count.get() {
            0 => texts.lists.conditions.to_owned(),
            count => (texts.lists.conditions_count)(&intl::number(texts.language, count as f64)),
        }
    };
    view! {
        <button
            type="button"
            class="chip chip-button"
            class:on=move || { count.get() > 0 }
            aria-haspopup="dialog"
            on:click=move |_| open.set(true)
        >
            {name}
        </button>
        <Dialog open title=move || t.get().lists.conditions large=true>
            {in_part(Desk::Filter(cases, state, open))}
        </Dialog>
    }
}

/// A filter that is being built. Cheap to copy.
#[derive(Clone, Copy)]
pub struct FilterPlan {
    builder: Builder,
    root: Group,
    /// Most conditions.
    most: usize,
}

impl FilterPlan {
    /// Begins with a filter that there is, or with one condition that says nothing yet.
    pub fn new(cases: bool, tree: Option<&FilterTree>) -> Self {
        Self::within(cases, tree, 1, MAX_FILTER_CONDITIONS)
    }

    /// Begins with the filter of a report of cases: it stands within the filters of the lists behind the report's numbers.
    pub fn of_report(tree: Option<&FilterTree>) -> Self {
        Self::within(true, tree, 2, MAX_REPORT_CONDITIONS)
    }

    /// Asks the engine which fields only imports know.
    fn within(cases: bool, tree: Option<&FilterTree>, depth: usize, most: usize) -> Self {
        let custom = live(
            move || Some(Request::CustomFields { cases }),
            ask::custom_fields,
        );
        let custom =
            Memo::new(move |_| custom.value.with(|known| known.clone().unwrap_or_default()));
        let builder = Builder {
            cases,
            ids: StoredValue::new(0),
            custom: custom.into(),
        };
        Self {
            builder,
            root: builder.group(tree, depth),
            most,
        }
    }

    /// Returns the filter; nothing if no condition is left.
    ///
    /// # Errors
    ///
    /// Names the condition that lacks something or does not fit its column.
    pub fn tree(self) -> Result<Option<FilterTree>, Problem> {
        let tree = joined(false, vec![self.root.tree()]);
        if let Some(tree) = &tree {
            tree.check(self.builder.cases)?;
        }
        Ok(tree)
    }

    /// Leaves one condition that says nothing yet.
    pub fn clear(self) {
        self.root.any.set(false);
        self.root.parts.set(vec![self.builder.fresh()]);
    }

    /// Shows it.
    pub fn view(self) -> AnyView {
        let Self { root, most, .. } = self;
        let full = Signal::derive(move || root.count() >= most);
        group_of_parts(self.builder, root, full, None)
    }
}

/// What the dialog holds: the conditions and how they are joined.
#[component]
pub fn FilterForm(cases: bool, state: ListState, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let plan = state
        .query
        .with_untracked(|query| FilterPlan::new(cases, query.tree.as_ref()));
    let problem = RwSignal::new(None::<Problem>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match plan.tree() {
            Ok(tree) => {
                state.change(|query| query.tree = tree);
                open.set(false);
            }
            Err(found) => problem.set(Some(found)),
        }
    };
    let clear = move || {
        state.change(|query| query.tree = None);
        open.set(false);
    };
    view! {
        <form class="filter-form" on:submit=submit novalidate>
            {plan.view()}
            <Show when=move || state.query.with(|query| query.tree.is_some())>
                <Button look=Look::Quiet icon=Glyph::Close press=clear>
                    {move || t.get().lists.drop_conditions}
                </Button>
            </Show>
            <ErrorState problem />
            <DialogFoot open busy=false submit=move || t.get().lists.apply.to_owned() />
        </form>
    }
}

/// Shows a group with the groups in it. `around` is the group it can be taken out of.
fn group_of_parts(
    builder: Builder,
    group: Group,
    full: Signal<bool>,
    around: Option<Group>,
) -> AnyView {
    let t = use_texts();
    let several = move || group.parts.with(Vec::len) > 1;
    let take_out = move |id: u64| {
        group
            .parts
            .update(|parts| parts.retain(|part| part.id() != id));
        // An empty group says nothing: it goes with its last part.
        if group.parts.with_untracked(Vec::is_empty)
            && let Some(around) = around
        {
            around
                .parts
                .update(|parts| parts.retain(|part| part.id() != group.id));
        }
    };
    let children = move |part: Part| match part {
        Part::Line(id, condition) => {
            let remove = move |()| take_out(id);
            view! { <ConditionLine cases=builder.cases custom=builder.custom condition remove /> }
                .into_any()
        }
        Part::Group(inner) => {
            let id = inner.id;
            view! {
                <div class="filter-inner">
                    {group_of_parts(builder, inner, full, Some(group))}
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=move || t.get().lists.remove_group
                        on:click=move |_| take_out(id)
                    >
                        <Icon glyph=Glyph::Close />
                    </button>
                </div>
            }
            .into_any()
        }
    };
    let add = move |part: Part| group.parts.update(|parts| parts.push(part));
    let deeper = (group.depth < MAX_FILTER_DEPTH).then(|| {
        view! {
            <Button
                look=Look::Quiet
                icon=Glyph::Plus
                disabled=full
                press=move || add(Part::Group(builder.group(None, group.depth + 1)))
            >
                {move || t.get().lists.add_group}
            </Button>
        }
    });
    view! {
        <fieldset class="filter-group">
            <legend class="sr-only">{move || t.get().lists.group_of_conditions}</legend>
            <Show when=several>
                <Joint any=group.any label=move || t.get().lists.conditions_joined />
            </Show>
            <For each=move || group.parts.get() key=|part| part.id() children />
            <div class="filter-more">
                <Button
                    look=Look::Quiet
                    icon=Glyph::Plus
                    disabled=full
                    press=move || add(builder.fresh())
                >
                    {move || t.get().lists.add_condition}
                </Button>
                {deeper}
            </div>
        </fieldset>
    }
    .into_any()
}

/// Chooses between AND and OR.
#[component]
fn Joint(any: RwSignal<bool>, #[prop(into)] label: Signal<String>) -> impl IntoView {
    let t = use_texts();
    let option = move |wanted: bool| {
        view! {
            <button
                type="button"
                class="tick-chip"
                class:on=move || any.get() == wanted
                aria-pressed=move || if any.get() == wanted { "true" } else { "false" }
                on:click=move |_| any.set(wanted)
            >
                {move || if wanted { t.get().lists.joined_any } else { t.get().lists.joined_all }}
            </button>
        }
    };
    view! {
        <div class="filter-joint" role="group" aria-label=move || label.get()>
            <span class="muted">{move || label.get()}</span>
            {option(false)}
            {option(true)}
        </div>
    }
}
