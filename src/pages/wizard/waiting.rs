//! Joined, but the company's data is not here yet: it comes by relay or by a bundle file. Or the invitation let nobody in any more.

use huiyin_api::{OwnApproval, Problem, RelayState, Request, SyncView};
use leptos::{ev, html, prelude::*, task::spawn_local};

use super::{Approval, BeginAgain, WizardFrame};
use crate::{
    pages::frame::SyncState,
    shell::{
        ask, engine::use_engine, files, intl, notices::use_toaster, replication::use_replication,
        session::use_session, title::set_title,
    },
    texts::{Texts, newcomers, use_texts},
    ui::{Button, ErrorState, Glyph, Icon, Progress},
};

/// How a device stands that has joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The data may still come.
    Waits,
    /// Another device used the link.
    Used,
    /// The link came too late.
    Expired,
    /// The administrator's answer is shown.
    Answered,
}

impl Standing {
    fn of(view: &SyncView) -> Self {
        let expired = |reason: &str| reason.ends_with("invitation_expired");
        match (&view.approval, view.state) {
            (Some(OwnApproval::Refused | OwnApproval::Other), _) => Self::Answered,
            (_, RelayState::Refused) => {
                let mut aside = view.quarantine.iter();
                if aside.any(|row| expired(&row.reason)) {
                    Self::Expired
                } else {
                    Self::Used
                }
            }
            _ => Self::Waits,
        }
    }

    /// Returns what to say, if the data will not come.
    fn words(self, texts: &Texts) -> Option<&'static str> {
        match self {
            Self::Waits | Self::Answered => None,
            Self::Used => Some(texts.wizard.link_used),
            Self::Expired => Some(texts.wizard.link_expired),
        }
    }
}

/// Shows what has come so far, or that nothing will come; and the way to begin again.
#[component]
pub fn Waiting() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let standing = Memo::new(move |_| {
        let view = replication.get();
        view.as_ref().map_or(Standing::Waits, Standing::of)
    });
    let over = Memo::new(move |_| standing.get() != Standing::Waits);
    let title = move || {
        let w = &t.get().wizard;
        if over.get() { w.not_joined } else { w.waiting }
    };
    set_title(title);
    view! {
        <WizardFrame>
            <h1>{title}</h1>
            {move || {
                standing
                    .get()
                    .words(t.get())
                    .map(|words| {
                        view! {
                            <p class="notice" role="alert">
                                <Icon glyph=Glyph::Warning />
                                <span>{words}</span>
                            </p>
                        }
                    })
            }}
            {move || (!over.get()).then(|| view! { <Coming /> })}
            <Approval />
            {move || (!over.get()).then(|| view! { <Ways /> })}
            <BeginAgain over />
        </WizardFrame>
    }
}

/// How much has come.
#[component]
fn Coming() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let received = move || {
        let t = t.get();
        engine.receiving.get().map_or_else(
            || t.wizard.waiting.to_owned(),
            |(done, total)| {
                let number = |count: u64| intl::number(t.language, count as f64);
                (t.wizard.received)(&number(done), &number(total))
            },
        )
    };
    view! {
        <p class="muted">{move || t.get().wizard.waiting_text}</p>
        <Progress
            label=received
            done=move || engine.receiving.get().map_or(0.0, |(done, _)| done as f64)
            total=move || engine.receiving.get().map_or(0.0, |(_, total)| total as f64)
        />
    }
}

/// The connection, and bundles in and out.
#[component]
fn Ways() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let session = use_session();
    let toaster = use_toaster();
    let file = NodeRef::<html::Input>::new();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let taken = move |_: ev::Event| {
        let Some(input) = file.get_untracked() else {
            return;
        };
        let chosen = input.files().and_then(|files| files.get(0));
        // The same file may be chosen again after a problem.
        input.set_value("");
        let Some(chosen) = chosen else { return };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let bytes = files::read_file(&chosen).await;
            let result = engine.ask_with(Request::ImportBundle, bytes).await;
            busy.try_set(false);
            match result {
                Ok((answer, _)) => {
                    if let Some(report) = ask::bundle(&answer) {
                        let count = intl::number(t.now().language, report.new as f64);
                        toaster.good((t.now().wizard.bundle_taken)(&count));
                    }
                    session.refresh();
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let handing = RwSignal::new(false);
    let hand = move || {
        handing.set(true);
        spawn_local(async move {
            let result = engine.download(Request::ExportBundle).await;
            handing.try_set(false);
            match result {
                Ok(name) => toaster.good((t.now().sync.exported)(&name)),
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let paused = RwSignal::new(false);
    let pause = move || {
        let request = if paused.get_untracked() {
            Request::SyncNow
        } else {
            Request::PauseSync
        };
        spawn_local(async move {
            match engine.tell(request).await {
                Ok(()) => {
                    paused.try_update(|paused| *paused = !*paused);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <SyncState />
        <input node_ref=file type="file" class="hidden-input" aria-label=move || t.get().wizard.waiting_bundle on:change=taken />
        <div class="form-foot">
            <Button press=pause>
                {move || {
                    let w = &t.get().wizard;
                    if paused.get() { w.go_on } else { w.pause }
                }}
            </Button>
            <Button icon=Glyph::Export busy=handing press=hand>
                {move || newcomers::of(t.language()).hand_over}
            </Button>
            <Button
                icon=Glyph::Import
                busy
                press=move || {
                    if let Some(input) = file.get_untracked() {
                        input.click();
                    }
                }
            >
                {move || t.get().wizard.choose_bundle}
            </Button>
        </div>
        <ErrorState problem />
    }
}

#[cfg(test)]
mod tests {
    use huiyin_api::QuarantineView;

    use super::*;

    #[track_caller]
    fn check(state: RelayState, approval: Option<OwnApproval>, reason: &str, expected: Standing) {
        let row = QuarantineView {
            reason: reason.to_owned(),
            ..QuarantineView::default()
        };
        let view = SyncView {
            state,
            approval,
            quarantine: vec![row],
            ..SyncView::default()
        };
        assert_eq!(Standing::of(&view), expected, "{reason}");
    }

    #[test]
    fn who_was_turned_away_is_told_why_and_who_waits_waits() {
        use RelayState::{Receiving, Refused};
        let used = "refused_by_relay: invitation_used";
        let expired = "refused_by_relay: invitation_expired";
        check(Refused, None, used, Standing::Used);
        check(Refused, None, expired, Standing::Expired);
        check(Receiving, None, "no_key", Standing::Waits);
        check(Receiving, Some(OwnApproval::Asked), "", Standing::Waits);
        check(Refused, Some(OwnApproval::Other), used, Standing::Answered);
        check(
            Receiving,
            Some(OwnApproval::Refused),
            "",
            Standing::Answered,
        );
    }
}
