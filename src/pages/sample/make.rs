//! Making the sample company: its story is told to the engine request by request, with how far it is.

use std::future::Future;

use huiyin_api::{Language, Millis, Problem, ProblemCode, Request};
use huiyin_sample::{Heard, SEED, Teller, Wants, tell};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{
        ask,
        engine::{Engine, use_engine},
        go::use_go,
        intl,
        notices::use_toaster,
        sample::use_sample,
        session::use_session,
        tour::use_tour,
    },
    texts::{sample, use_texts},
    ui::{Button, ErrorState, Glyph, Look, Progress},
};

/// The engine of this device, told a story.
struct Telling {
    engine: Engine,
    told: RwSignal<(u32, u32)>,
}

impl Teller for Telling {
    fn ask(
        &mut self,
        at: Millis,
        request: Request,
        wants: Wants,
    ) -> impl Future<Output = Result<Heard, Problem>> {
        let engine = self.engine;
        async move {
            let answer = engine.ask_at(request, at).await?;
            let heard = match wants {
                Wants::Done => Some(Heard::Done),
                Wants::Saved => ask::saved(&answer).map(Heard::Saved),
                Wants::Case => ask::case(&answer).map(|case| Heard::Case(Box::new(case))),
                Wants::Settings => {
                    ask::settings(&answer).map(|settings| Heard::Settings(Box::new(settings)))
                }
            };
            heard.ok_or_else(|| Problem::at(ProblemCode::Internal, "answer"))
        }
    }

    fn progress(&mut self, done: u32, total: u32) {
        self.told.try_set((done, total));
    }
}

/// What the sample company is, the button that makes it, and how far that is.
#[component]
pub fn MakeSample() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let session = use_session();
    let here = use_sample();
    let tour = use_tour();
    let go = use_go();
    let toaster = use_toaster();
    let texts = move || sample::of(t.language());
    let told = RwSignal::new((0, 0));
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let make = move || {
        busy.set(true);
        problem.set(None);
        here.set_being_made(true);
        let language = t.now().language;
        spawn_local(async move {
            let result = run(engine, told, language).await;
            match result {
                Ok(()) => {
                    go.instead("/");
                    tour.begin();
                }
                Err(found) => {
                    toaster.say(sample::of(language).unfinished);
                    problem.try_set(Some(found));
                }
            }
            busy.try_set(false);
            here.set_being_made(false);
            session.refresh();
        });
    };
    view! {
        <div class="stack">
            <p>{move || texts().about}</p>
            <ErrorState problem />
            {move || {
                busy.get()
                    .then(|| {
                        view! {
                            <Progress
                                label=move || texts().making
                                done=Signal::derive(move || f64::from(told.get().0))
                                total=Signal::derive(move || f64::from(told.get().1))
                            />
                        }
                    })
            }}
            <div class="form-foot">
                <Button look=Look::Primary icon=Glyph::Echo busy press=make>
                    {move || texts().open}
                </Button>
            </div>
        </div>
    }
}

async fn run(
    engine: Engine,
    told: RwSignal<(u32, u32)>,
    language: Language,
) -> Result<(), Problem> {
    let mut telling = Telling { engine, told };
    tell(&mut telling, SEED, intl::now(), language).await
}
