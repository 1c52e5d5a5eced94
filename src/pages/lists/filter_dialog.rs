//! The builder of a filter: groups of conditions, each with AND or OR, in a dialog over the list.

use huiyin_api::{Condition, MAX_FILTER_CONDITIONS, Problem, filter_fields};
use leptos::{ev, prelude::*};

use super::{
    condition_line::ConditionLine,
    filter_plan::{Block, Plan},
};
use crate::{
    shell::{intl, list_memory::ListState},
    texts::use_texts,
    ui::{Button, Dialog, DialogFoot, ErrorState, Glyph, Look},
};

/// A condition on the screen.
#[derive(Clone, Copy)]
struct Line {
    id: u64,
    condition: RwSignal<Condition>,
}

/// A group on the screen.
#[derive(Clone, Copy)]
struct Group {
    id: u64,
    any: RwSignal<bool>,
    lines: RwSignal<Vec<Line>>,
}

/// The filter on the screen.
#[derive(Clone, Copy)]
struct Builder {
    cases: bool,
    any: RwSignal<bool>,
    groups: RwSignal<Vec<Group>>,
    ids: StoredValue<u64>,
}

impl Builder {
    fn new(cases: bool, plan: Plan) -> Self {
        let builder = Self {
            cases,
            any: RwSignal::new(plan.any),
            groups: RwSignal::new(Vec::new()),
            ids: StoredValue::new(0),
        };
        for block in plan.blocks {
            builder.add_group(block);
        }
        if builder.groups.with_untracked(Vec::is_empty) {
            builder.add_group(builder.fresh_block());
        }
        builder
    }

    fn next(self) -> u64 {
        self.ids.update_value(|id| *id += 1);
        self.ids.get_value()
    }

    fn fresh(self) -> Condition {
        let field = filter_fields(self.cases)[0];
        Condition {
            field: field.name.to_owned(),
            operator: field.form.operators()[0],
            values: Vec::new(),
        }
    }

    fn fresh_block(self) -> Block {
        Block {
            any: false,
            conditions: vec![self.fresh()],
        }
    }

    fn line(self, condition: Condition) -> Line {
        Line {
            id: self.next(),
            condition: RwSignal::new(condition),
        }
    }

    fn add_group(self, block: Block) {
        let lines = block
            .conditions
            .into_iter()
            .map(|condition| self.line(condition))
            .collect();
        let group = Group {
            id: self.next(),
            any: RwSignal::new(block.any),
            lines: RwSignal::new(lines),
        };
        self.groups.update(|groups| groups.push(group));
    }

    fn add_line(self, group: Group) {
        let line = self.line(self.fresh());
        group.lines.update(|lines| lines.push(line));
    }

    fn remove(self, group: Group, id: u64) {
        group
            .lines
            .update(|lines| lines.retain(|line| line.id != id));
        if group.lines.with_untracked(Vec::is_empty) {
            self.groups
                .update(|groups| groups.retain(|own| own.id != group.id));
        }
    }

    /// Returns how many conditions there are, tracked.
    fn count(self) -> usize {
        self.groups
            .with(|groups| groups.iter().map(|group| group.lines.with(Vec::len)).sum())
    }

    fn plan(self) -> Plan {
        let blocks = self.groups.with_untracked(|groups| {
            groups
                .iter()
                .map(|group| Block {
                    any: group.any.get_untracked(),
                    conditions: group.lines.with_untracked(|lines| {
                        lines
                            .iter()
                            .map(|line| line.condition.get_untracked())
                            .collect()
                    }),
                })
                .collect()
        });
        Plan {
            any: self.any.get_untracked(),
            blocks,
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
            <FilterForm cases state open />
        </Dialog>
    }
}

#[component]
fn FilterForm(cases: bool, state: ListState, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let tree = state.query.with_untracked(|query| query.tree.clone());
    let plan = tree.as_ref().map(Plan::of);
    let too_deep = matches!(plan, Some(None));
    let builder = Builder::new(cases, plan.flatten().unwrap_or_default());
    let problem = RwSignal::new(None::<Problem>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let tree = builder.plan().tree();
        match tree.as_ref().map_or(Ok(()), |tree| tree.check(cases)) {
            Ok(()) => {
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
    let several = move || builder.groups.with(Vec::len) > 1;
    let full = Signal::derive(move || builder.count() >= MAX_FILTER_CONDITIONS);
    view! {
        <form class="filter-form" on:submit=submit novalidate>
            {too_deep.then(|| view! { <p class="muted">{move || t.get().lists.too_deep}</p> })}
            <Show when=several>
                <Joint any=builder.any label=move || t.get().lists.groups_joined />
            </Show>
            <For
                each=move || builder.groups.get()
                key=|group| group.id
                children=move |group| view! { <GroupOfLines builder group full /> }
            />
            <div class="filter-more">
                <Button
                    look=Look::Quiet
                    icon=Glyph::Plus
                    disabled=full
                    press=move || builder.add_group(builder.fresh_block())
                >
                    {move || t.get().lists.add_group}
                </Button>
                <Show when=move || state.query.with(|query| query.tree.is_some())>
                    <Button look=Look::Quiet icon=Glyph::Close press=clear>
                        {move || t.get().lists.drop_conditions}
                    </Button>
                </Show>
            </div>
            <ErrorState problem />
            <DialogFoot open busy=false submit=move || t.get().lists.apply.to_owned() />
        </form>
    }
}

#[component]
fn GroupOfLines(builder: Builder, group: Group, #[prop(into)] full: Signal<bool>) -> impl IntoView {
    let t = use_texts();
    let several = move || group.lines.with(Vec::len) > 1;
    view! {
        <fieldset class="filter-group">
            <legend class="sr-only">{move || t.get().lists.group_of_conditions}</legend>
            <Show when=several>
                <Joint any=group.any label=move || t.get().lists.conditions_joined />
            </Show>
            <For
                each=move || group.lines.get()
                key=|line| line.id
                children=move |line| {
                    view! {
                        <ConditionLine
                            cases=builder.cases
                            condition=line.condition
                            remove=move |()| builder.remove(group, line.id)
                        />
                    }
                }
            />
            <Button
                look=Look::Quiet
                icon=Glyph::Plus
                disabled=full
                press=move || builder.add_line(group)
            >
                {move || t.get().lists.add_condition}
            </Button>
        </fieldset>
    }
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
