//! One corrective or preventive action: what, who, by when, how it stands.

use huiyin_api::ActionView;
use leptos::prelude::*;

use crate::{
    shell::{base::use_base, intl},
    texts::use_texts,
    ui::{Badge, Button, Hue},
};

/// What a person does to an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionStep {
    /// It is done.
    Done,
    /// It was looked at.
    Verified,
}

impl ActionStep {
    /// Returns the wire name of the step.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "action_done",
            Self::Verified => "action_verified",
        }
    }
}

/// Returns what comes next for an action in this state.
pub fn next_step(state: &str) -> Option<ActionStep> {
    match state {
        "open" | "overdue" => Some(ActionStep::Done),
        "done" => Some(ActionStep::Verified),
        _ => None,
    }
}

/// A line of a list of actions.
#[component]
pub fn ActionLine(
    action: ActionView,
    /// Shows the case and links to it.
    #[prop(optional)]
    with_case: bool,
    take: Callback<(ActionView, ActionStep)>,
    /// Whether the step may be taken here.
    #[prop(into)]
    may: Signal<bool>,
) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let state = action.state.clone();
    let hue = match state.as_str() {
        "overdue" => Hue::Red,
        "done" => Hue::Waiting,
        "verified" => Hue::Green,
        _ => Hue::Active,
    };
    let shown = state.clone();
    let badge = move || t.get().value("action_state", &shown);
    let detail = {
        let action = action.clone();
        move || {
            let texts = t.get();
            let kind = texts.value("action_kind", &action.kind);
            let due = intl::short_day(texts.language, &action.due);
            let mut parts = vec![kind, action.owner.clone()];
            if !action.due.is_empty() {
                parts.push((texts.desk.until)(&due));
            }
            if !action.verified_by.is_empty() {
                parts.push((texts.desk.verified_by)(&action.verified_by));
            }
            parts.retain(|part| !part.is_empty());
            parts.join(" · ")
        }
    };
    let case = (with_case && !action.case.is_empty()).then(|| {
        let href = base.href(&format!("/cases/{}", action.case));
        let number = action.number.clone();
        view! {
            <a class="link num" href=href>
                {number}
            </a>
        }
    });
    let step = next_step(&state);
    let text = action.text.clone();
    let action = StoredValue::new(action);
    view! {
        <li class="action-line">
            <div class="action-what">
                <p class="strong">{text}</p>
                <p class="muted">{case} " " {detail}</p>
            </div>
            <span class="action-marks">
                <Badge hue>{badge}</Badge>
                {move || {
                    step.filter(|_| may.get())
                        .map(|step| {
                            let press = move || take.run((action.get_value(), step));
                            view! {
                                <Button press>
                                    {move || crate::texts::names::act(t.language(), step.name())}
                                </Button>
                            }
                        })
                }}
            </span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_done_then_verified_then_over() {
        assert_eq!(next_step("open"), Some(ActionStep::Done));
        assert_eq!(next_step("overdue"), Some(ActionStep::Done));
        assert_eq!(next_step("done"), Some(ActionStep::Verified));
        assert_eq!(next_step("verified"), None);
    }
}
