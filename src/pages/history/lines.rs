//! The lines of a record's history, the newest first; what one action wrote stands together.

use std::collections::BTreeMap;

use huiyin_api::{HistoryLine, RecordHistory};
use leptos::prelude::*;

use super::take_back_dialog::TakeBackDialog;
use crate::{
    pages::shared::shown_value,
    shell::{intl, policy::use_policy},
    texts::{history, use_texts},
    ui::{Badge, Button, EmptyState, Glyph, Hue, Look},
};

/// What one action wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Act {
    lines: Vec<HistoryLine>,
}

/// Puts the lines of one action together that stand one after the other.
fn acts(lines: Vec<HistoryLine>) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    for line in lines {
        match acts.last_mut() {
            Some(act) if act.lines[0].action == line.action && act.lines[0].at == line.at => {
                act.lines.push(line);
            }
            _ => acts.push(Act { lines: vec![line] }),
        }
    }
    acts
}

/// The lines.
#[component]
pub fn Lines(id: Memo<String>, history: Signal<RecordHistory>) -> impl IntoView {
    let t = use_texts();
    let words = move || history::of(t.language());
    let taking = RwSignal::new(None::<String>);
    let names = StoredValue::new(BTreeMap::new());
    let list = move || {
        let mut found = history.get();
        names.set_value(std::mem::take(&mut found.names));
        if found.lines.is_empty() {
            return view! {
                <EmptyState
                    glyph=Glyph::Clock
                    title=move || words().none
                    text=move || words().none_text
                />
            }
            .into_any();
        }
        let shown = found.lines.len() as u64;
        let more = (u64::from(found.total) > shown).then(|| {
            let total = found.total;
            let told = move || {
                let count = |count| intl::count(t.language(), count);
                (words().more)(&count(shown), &count(u64::from(total)))
            };
            view! { <p class="muted pad">{told}</p> }
        });
        let unread = (found.unread > 0).then(|| {
            let count = found.unread;
            let told = move || (words().unread)(&intl::number(t.language(), f64::from(count)));
            view! { <p class="muted pad">{told}</p> }
        });
        let lines = acts(found.lines)
            .into_iter()
            .map(|act| view! { <ActLine act names taking /> }.into_any())
            .collect_view();
        view! {
            <ol class="history">{lines}</ol>
            {more}
            {unread}
        }
        .into_any()
    };
    view! {
        <section class="card" aria-label=move || words().by_field>
            {list}
        </section>
        <TakeBackDialog id taking />
    }
}

#[component]
fn ActLine(
    act: Act,
    names: StoredValue<BTreeMap<String, String>>,
    taking: RwSignal<Option<String>>,
) -> impl IntoView {
    let t = use_texts();
    let words = move || history::of(t.language());
    let head = act.lines[0].clone();
    let own = head.own;
    let action = head.action.clone();
    let who = move || {
        let mut parts = Vec::new();
        if !head.import.is_empty() {
            parts.push((words().import)(&head.import));
        }
        parts.extend([head.by.clone(), head.device.clone()]);
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    };
    let at = head.at;
    let when = move || {
        at.map_or_else(
            || words().time_unknown.to_owned(),
            |at| intl::date_time(t.language(), at),
        )
    };
    let lines = act
        .lines
        .into_iter()
        .map(|line| view! { <Written line names /> }.into_any())
        .collect_view();
    view! {
        <li class="history-act">
            <p class="history-head">
                <time class="num">{when}</time>
                <span class="muted">{who}</span>
                {own
                    .then(|| {
                        view! {
                            <Button
                                look=Look::Quiet
                                icon=Glyph::Undo
                                press=move || taking.set(Some(action.clone()))
                            >
                                {move || words().take_back}
                            </Button>
                        }
                    })}
            </p>
            <dl class="history-fields">{lines}</dl>
        </li>
    }
}

#[component]
fn Written(line: HistoryLine, names: StoredValue<BTreeMap<String, String>>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let words = move || history::of(t.language());
    let wire = line.field.clone();
    let value = move |raw: &str| {
        if raw.is_empty() {
            words().removed.to_owned()
        } else {
            let name = names.with_value(|names| names.get(raw).cloned());
            name.unwrap_or_else(|| shown_value(t.get(), policy, &wire, raw))
        }
    };
    let before = {
        let value = value.clone();
        let old = line.before.clone();
        move || {
            old.iter()
                .map(|old| view! { <del>{value(old)}</del> " " })
                .collect_view()
        }
    };
    let first = line.before.is_empty();
    let (raw, holds) = (line.value.clone(), line.holds);
    let field = line.field;
    view! {
        <div>
            <dt>{move || t.get().field(&field)}</dt>
            <dd>
                {before} <ins class="lines-kept">{move || value(&raw)}</ins> " "
                {first.then(|| view! { <span class="muted">{move || words().first}</span> })} " "
                {holds.then(|| view! { <Badge hue=Hue::Green>{move || words().now}</Badge> })}
            </dd>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_action_wrote_stands_together() {
        let line = |field: &str, action: &str| HistoryLine {
            field: field.to_owned(),
            action: action.to_owned(),
            ..HistoryLine::default()
        };
        let found = acts(vec![
            line("a", "1"),
            line("b", "1"),
            line("a", "2"),
            line("c", "1"),
        ]);
        let counts: Vec<usize> = found.iter().map(|act| act.lines.len()).collect();
        assert_eq!(counts, [2, 1, 1]);
    }
}
