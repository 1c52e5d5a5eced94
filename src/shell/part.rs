//! Parts of the program: the code of screens, fetched when one of them is first opened.
//!
//! The build parts the linked page at the functions marked as beginnings of a part (`pages/parts.rs`): what only they reach leaves the
//! page and becomes a file of its own, which shares memory, table and all else with the page.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use huiyin_api::{Problem, ProblemCode};
use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};

use crate::ui::{ErrorState, Skeleton};

/// A part being fetched.
pub type Fetching = Pin<Box<dyn Future<Output = Result<(), SplitLoaderError>>>>;
/// A screen being made by a part: ready at once where the part is there.
pub type Making = Pin<Box<dyn Future<Output = Result<AnyView, SplitLoaderError>>>>;

/// Grey lines shown where a screen is fetched: about a head and the first of its cards.
const LINES: usize = 6;

/// What has become of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    OnItsWay,
    Here,
    Failed,
}

/// A screen of a part: grey lines until the part is there, or why it cannot be had and a button to try again.
///
/// A device that has been online once keeps all parts (the service worker fetches them), so that failing is rare.
#[component]
pub fn PartScreen(
    /// Fetches the part.
    fetch: fn() -> Fetching,
    /// Makes the screen.
    make: impl Fn() -> Making + Send + Sync + 'static,
) -> impl IntoView {
    let present = matches!(at_once(fetch()), Some(Ok(())));
    let state = RwSignal::new(if present {
        State::Here
    } else {
        State::OnItsWay
    });
    let load = move || {
        state.set(State::OnItsWay);
        spawn_local(async move {
            let fetched = fetch().await;
            // The screen may have been left meanwhile.
            let _ = state.try_set(if fetched.is_ok() {
                State::Here
            } else {
                State::Failed
            });
        });
    };
    if !present {
        load();
    }
    let retry = Callback::new(move |()| load());
    move || match state.get() {
        State::OnItsWay => view! { <Skeleton lines=LINES /> }.into_any(),
        State::Here => at_once(make())
            .and_then(Result::ok)
            .unwrap_or_else(|| ().into_any()),
        State::Failed => {
            let problem = Some(Problem::new(ProblemCode::ScreenNotHere));
            view! { <ErrorState problem=Signal::stored(problem) retry /> }.into_any()
        }
    }
}

/// Returns what a future comes to without waiting.
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
