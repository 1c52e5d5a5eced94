//! The latest proposal with its signatures in order; who may sign now approves, sends back or delegates in two taps.

use huiyin_api::{ProposalView, SignatureView};
use huiyin_core::case_data as data;
use leptos::prelude::*;

use super::acts::Acts;
use crate::{
    pages::shared::Vocabulary,
    shell::{
        intl,
        policy::{Policy, use_policy},
    },
    texts::use_texts,
    ui::{Badge, Button, Glyph, Hue, Icon, Look},
};

/// The card; nothing while there is no proposal.
#[component]
pub fn ProposalCard(acts: Acts, #[prop(into)] words: Signal<Vocabulary>) -> impl IntoView {
    let proposal = Memo::new(move |_| acts.desk(|desk| desk.proposal.clone()));
    move || {
        proposal
            .get()
            .map(|proposal| view! { <Shown proposal acts words /> })
    }
}

#[component]
fn Shown(proposal: ProposalView, acts: Acts, words: Signal<Vocabulary>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let remedy = proposal.remedy.clone();
    let head = move || {
        let texts = t.get();
        let field = huiyin_api::FieldView {
            name: data::REMEDY.to_owned(),
            value: remedy.clone(),
        };
        let remedy = words.with(|words| words.value(texts, policy, &field));
        if remedy.is_empty() {
            texts.desk.proposal.to_owned()
        } else {
            remedy
        }
    };
    let amount = (proposal.amount != 0).then(|| {
        let cents = proposal.amount;
        view! {
            <span class="proposal-amount num">
                {move || (t.get().desk.yuan)(&intl::amount(t.language(), cents))}
            </span>
        }
    });
    let (by, at) = (proposal.by.clone(), proposal.at);
    let who = move || format!("{by} · {}", intl::date_time(t.language(), at));
    let delegated = (!proposal.delegated_to.is_empty()).then(|| {
        let names = proposal.delegated_to.join(", ");
        view! { <p class="muted">{move || (t.get().desk.delegated_to)(&names)}</p> }
    });
    let next = next_role(&proposal.signatures);
    let signatures = proposal
        .signatures
        .iter()
        .map(|signature| {
            let waits = signature.by.is_empty() && next.as_deref() == Some(&signature.role);
            view! { <SignatureLine signature=signature.clone() waits policy /> }
        })
        .collect_view();
    let stale = proposal.stale_approval.then(|| {
        view! {
            <p class="notice">
                <Icon glyph=Glyph::Warning />
                <span>{move || t.get().desk.mark_stale}</span>
            </p>
        }
    });
    let note = proposal.note.clone();
    view! {
        <section class="card proposal" aria-label=move || t.get().desk.proposal>
            <header class="card-head">
                <h2>{move || t.get().desk.proposal}</h2>
                {(!proposal.signatures.is_empty()).then(|| view! { <Progress signatures=proposal.signatures.clone() /> })}
            </header>
            <div class="card-body proposal-body">
                <p class="proposal-what">
                    <strong>{head}</strong>
                    {amount}
                </p>
                {(!note.is_empty()).then(|| view! { <p class="lines-kept">{note}</p> })}
                <p class="muted num">{who}</p>
                {stale}
                <ol class="signatures">{signatures}</ol>
                {delegated}
                {proposal.may_sign.then(|| view! { <Decide proposal=proposal.clone() acts /> })}
            </div>
        </section>
    }
}

/// Returns the role whose turn it is.
fn next_role(signatures: &[SignatureView]) -> Option<String> {
    signatures
        .iter()
        .find(|signature| signature.by.is_empty())
        .map(|signature| signature.role.clone())
}

/// Returns the step by which the next signature is given: the last one approves, earlier ones endorse.
fn signing_step(signatures: &[SignatureView]) -> &'static str {
    let missing = signatures
        .iter()
        .filter(|signature| signature.by.is_empty())
        .count();
    if missing > 1 { "endorsed" } else { "approved" }
}

#[component]
fn Progress(signatures: Vec<SignatureView>) -> impl IntoView {
    let t = use_texts();
    let all = signatures.len();
    let given = signatures
        .iter()
        .filter(|signature| !signature.by.is_empty())
        .count();
    let hue = if given == all {
        Hue::Green
    } else {
        Hue::Waiting
    };
    let words = move || {
        let texts = t.get();
        let number = |count: usize| intl::number(texts.language, count as f64);
        if given == all {
            texts.desk.fully_signed.to_owned()
        } else {
            (texts.desk.signed_of)(&number(given), &number(all))
        }
    };
    view! { <Badge hue>{words}</Badge> }
}

#[component]
fn SignatureLine(signature: SignatureView, waits: bool, policy: Policy) -> impl IntoView {
    let t = use_texts();
    let signed = !signature.by.is_empty();
    let role = signature.role;
    let name = move || {
        let texts = t.get();
        // Without a matrix any approver may sign.
        if role.is_empty() {
            texts.desk.approver.to_owned()
        } else {
            policy.role(texts, &role)
        }
    };
    let (by, at) = (signature.by, signature.at);
    let who = move || {
        let texts = t.get();
        match (at, signed) {
            (Some(at), true) => format!("{by} · {}", intl::date_time(texts.language, at)),
            (None, true) => by.clone(),
            _ if waits => texts.desk.waits_for_signature.to_owned(),
            _ => texts.desk.later_signature.to_owned(),
        }
    };
    view! {
        <li class:signed=signed class:waits=waits>
            <Icon glyph=if signed { Glyph::Check } else { Glyph::Clock } />
            <span class="strong">{name}</span>
            <span class="muted num">{who}</span>
        </li>
    }
}

/// Approve, send back, delegate.
#[component]
fn Decide(proposal: ProposalView, acts: Acts) -> impl IntoView {
    let t = use_texts();
    let step = signing_step(&proposal.signatures);
    view! {
        <div class="actions decide">
            <Button look=Look::Primary icon=Glyph::Check press=move || acts.take(acts.step(step))>
                {move || crate::texts::names::act(t.language(), "approved")}
            </Button>
            <Button icon=Glyph::Undo press=move || acts.take(acts.step("sent_back"))>
                {move || crate::texts::names::act(t.language(), "sent_back")}
            </Button>
            <Button look=Look::Quiet press=move || acts.take(acts.step("delegated"))>
                {move || crate::texts::names::act(t.language(), "delegated")}
            </Button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(role: &str, by: &str) -> SignatureView {
        SignatureView {
            role: role.into(),
            by: by.into(),
            at: None,
        }
    }

    #[test]
    fn the_last_signature_approves_and_earlier_ones_endorse_in_their_order() {
        let none = [line("quality_lead", ""), line("general_manager", "")];
        assert_eq!(next_role(&none).as_deref(), Some("quality_lead"));
        assert_eq!(signing_step(&none), "endorsed");
        let one = [line("quality_lead", "王芳"), line("general_manager", "")];
        assert_eq!(next_role(&one).as_deref(), Some("general_manager"));
        assert_eq!(signing_step(&one), "approved");
    }
}
