//! A forwarded case: where it stands with the other branch, and who answers for it until then.

use huiyin_api::{ContinuationView, StateGroup};
use leptos::prelude::*;

use super::acts::Acts;
use crate::{
    pages::shared::{DueBadge, StateBadge},
    shell::{base::use_base, branches::use_branches, session::use_session},
    texts::{names, use_texts},
    ui::{Badge, Button, Glyph, Hue, Icon, Look},
};

/// The card; nothing for a case that was not forwarded.
#[component]
pub fn ContinuationCard(acts: Acts) -> impl IntoView {
    let found = Memo::new(move |_| acts.desk(|desk| desk.continuation.clone()));
    move || found.get().map(|it| view! { <Shown it acts /> })
}

#[component]
fn Shown(it: ContinuationView, acts: Acts) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let branches = use_branches();
    let other = if it.here {
        it.from_branch.clone()
    } else {
        it.to_branch.clone()
    };
    let here = it.here;
    let head = move || {
        let d = &t.get().desk;
        let name = branches.name(&other);
        if here {
            (d.continues_from)(&name)
        } else {
            (d.forwarded_to)(&name)
        }
    };
    let answers = it.sender_answers;
    let session = use_session();
    let (from, to) = (it.from_branch.clone(), it.to_branch.clone());
    let who = move || {
        let d = &t.get().desk;
        let own = session.with(|status| status.map(|status| status.branch.clone()));
        match answering(own.as_deref().unwrap_or_default(), &from, &to, answers) {
            Answering::WeStill => d.we_still_answer.to_owned(),
            Answering::WeNow => d.we_answer_now.to_owned(),
            Answering::WeOnceAccepted => d.accept_to_answer.to_owned(),
            Answering::They => d.they_answer.to_owned(),
            Answering::Branch(code) => (d.branch_answers)(&branches.name(code)),
        }
    };
    let number = it.number.clone();
    let link = (!it.id.is_empty()).then(|| {
        let href = base.href(&format!("/cases/{}", it.id));
        view! {
            <a class="link num" href=href>
                {number}
            </a>
        }
    });
    let (state, group, due) = match &it.row {
        Some(row) => (
            row.state.clone(),
            row.group,
            Some((row.due, row.due_state, row.provisional)),
        ),
        None => (it.state.clone(), StateGroup::Waiting, None),
    };
    let known = !state.is_empty();
    let settle = move || {
        let step = ["closed", "accepted", "forwarded"]
            .into_iter()
            .find(|step| acts.may(step))
            .filter(|_| !here)?;
        Some(view! {
            <Button
                look=if step == "closed" { Look::Primary } else { Look::Plain }
                press=move || acts.take(acts.step(step))
            >
                {move || {
                    if step == "closed" {
                        t.get().desk.close_with_outcome.to_owned()
                    } else {
                        names::act(t.language(), step)
                    }
                }}
            </Button>
        })
    };
    view! {
        <section class="card continuation" aria-label=move || t.get().desk.forwarding>
            <header class="card-head">
                <h2>{head}</h2>
                {(answers && !here)
                    .then(|| view! { <Badge hue=Hue::Amber>{move || t.get().desk.answerable}</Badge> })}
            </header>
            <div class="card-body stack">
                <p class="row-of">
                    <Icon glyph=Glyph::Branch />
                    {link}
                    {known.then(|| view! { <StateBadge state group /> })}
                    {due.map(|(due, state, provisional)| view! { <DueBadge due state provisional /> })}
                </p>
                <p class="muted">{who}</p>
                <div class="actions">{settle}</div>
            </div>
        </section>
    }
}

/// Who answers to the customer, as a branch reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answering<'a> {
    /// We forwarded it and still answer.
    WeStill,
    /// We accepted it.
    WeNow,
    /// We, as soon as we accept it.
    WeOnceAccepted,
    /// The branch we forwarded it to.
    They,
    /// Another branch; we only read along.
    Branch(&'a str),
}

/// Returns who answers, for a reader of the branch `own`.
fn answering<'a>(own: &str, from: &'a str, to: &'a str, sender_answers: bool) -> Answering<'a> {
    match (own == from, own == to, sender_answers) {
        (true, _, true) => Answering::WeStill,
        (true, _, false) => Answering::They,
        (_, true, true) => Answering::WeOnceAccepted,
        (_, true, false) => Answering::WeNow,
        (false, false, true) => Answering::Branch(from),
        (false, false, false) => Answering::Branch(to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_branch_reads_who_answers_from_its_own_side() {
        let says = |own, accepted: bool| answering(own, "HQ", "SH", !accepted);
        assert_eq!(says("HQ", false), Answering::WeStill);
        assert_eq!(says("HQ", true), Answering::They);
        assert_eq!(says("SH", false), Answering::WeOnceAccepted);
        assert_eq!(says("SH", true), Answering::WeNow);
        assert_eq!(says("BJ", false), Answering::Branch("HQ"));
        assert_eq!(says("BJ", true), Answering::Branch("SH"));
    }
}
