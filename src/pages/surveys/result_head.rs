//! The result of a round beside its target: the figure, how far the reckoning is, the report, the table, and the action it calls for.

use huiyin_api::{SurveyPart, SurveyRound};
use leptos::{prelude::*, task::spawn_local};

use super::{
    action_dialog::ActionDialog,
    export::{Names, table, workbook},
    reckoning::{Reckoning, percent},
};
use crate::{
    shell::{
        base::use_base,
        branches::use_branches,
        files, intl,
        notices::use_toaster,
        policy::{use_policy, words},
        spreadsheet,
    },
    texts::{Texts, use_texts},
    ui::{Badge, Button, Glyph, Hue, Icon, LinkButton, Look, Progress},
};

/// Media type of a workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The result, the target, and what can be done with it.
#[component]
pub fn ResultHead(
    round: Signal<SurveyRound>,
    totals: Reckoning,
    whole: Signal<SurveyPart>,
) -> impl IntoView {
    let t = use_texts();
    let toaster = use_toaster();
    let branches = use_branches();
    let policy = use_policy();
    let proposing = RwSignal::new(false);
    let share = Memo::new(move |_| whole.with(SurveyPart::satisfaction));
    let target = Memo::new(move |_| {
        whole.with(|whole| {
            let newest = whole.versions.first();
            newest.map_or(0, |version| version.rule.target_percent)
        })
    });
    let below = Memo::new(move |_| whole.with(SurveyPart::needs_action));
    let figure = move || {
        share
            .get()
            .map_or_else(|| t.get().surveys.not_scored.to_owned(), percent)
    };
    let count = move || {
        let texts = t.get();
        let answers = round.with(|round| round.answers);
        (texts.surveys.answers)(&intl::count(texts.language, u64::from(answers)))
    };
    let unknown = Memo::new(move |_| whole.with(|whole| whole.unknown));
    let named = move |texts: &'static Texts, write: &dyn Fn(&Names<'_>) -> String| {
        untrack(|| {
            write(&Names {
                branch: &|code| branches.name(code),
                class: &|class| policy.class(texts, class),
            })
        })
    };
    let export = move || {
        let texts = t.now();
        let name = round.with_untracked(|round| format!("{} {}.csv", round.survey, round.period));
        let csv = whole.with_untracked(|whole| named(texts, &|names| table(texts, whole, names)));
        let bytes = js_sys::Uint8Array::from(csv.as_bytes());
        if files::save_file(&name, "text/csv", &bytes) {
            toaster.good((texts.surveys.exported)(&name));
        }
    };
    let base = use_base();
    let making = RwSignal::new(false);
    let export_xlsx = move || {
        if making.get_untracked() {
            return;
        }
        let texts = t.now();
        let (title, name) = round.with_untracked(|round| {
            let title = words(texts.language, &round.text);
            (title, format!("{} {}.xlsx", round.survey, round.period))
        });
        let rows = whole
            .with_untracked(|whole| named(texts, &|names| workbook(texts, &title, whole, names)));
        making.set(true);
        spawn_local(async move {
            let bytes = spreadsheet::workbook(base, &rows).await;
            making.try_set(false);
            if bytes.is_some_and(|bytes| files::save_file(&name, XLSX, &bytes)) {
                toaster.good((texts.surveys.exported)(&name));
            } else {
                toaster.say(texts.surveys.not_exported);
            }
        });
    };
    let ready = Memo::new(move |_| totals.whole.with(Option::is_some));
    let paper =
        move || round.with(|round| format!("/papers/surveys/{}/{}", round.survey, round.period));
    view! {
        <section class="card survey-result" aria-label=move || t.get().surveys.satisfaction>
            <div class="card-body">
                <p class="survey-share" data-hue=move || if below.get() { "red" } else { "green" }>
                    <span class="muted">{move || t.get().surveys.satisfaction}</span>
                    <strong class="num">{figure}</strong>
                </p>
                <p class="badges">
                    <Badge hue=Hue::Neutral>{count}</Badge>
                    {move || {
                        let percent = target.get();
                        (percent > 0)
                            .then(|| view! { <Badge hue=Hue::Neutral>{(t.get().surveys.target_of)(percent)}</Badge> })
                    }}
                    {move || {
                        below
                            .get()
                            .then(|| view! { <Badge hue=Hue::Red>{move || t.get().surveys.below}</Badge> })
                    }}
                </p>
                {move || {
                    totals
                        .progress
                        .get()
                        .map(|(done, all)| {
                            let label = move || {
                                let texts = t.get();
                                let number = |count: u32| intl::count(texts.language, u64::from(count));
                                (texts.surveys.reckoning)(&number(done), &number(all))
                            };
                            view! {
                                <Progress
                                    label
                                    done=move || f64::from(done)
                                    total=move || f64::from(all)
                                />
                            }
                        })
                }}
                {move || {
                    let count = unknown.get();
                    (count > 0)
                        .then(|| {
                            view! {
                                <p class="notice plain">
                                    <Icon glyph=Glyph::Warning />
                                    <span>{(t.get().surveys.unknown)(count)}</span>
                                </p>
                            }
                        })
                }}
                <div class="actions">
                    <Show when=move || ready.get()>
                        <LinkButton to=paper icon=Glyph::Print>
                            {move || t.get().surveys.print}
                        </LinkButton>
                        <Button icon=Glyph::Export press=export_xlsx busy=making>
                            {move || t.get().surveys.export_xlsx}
                        </Button>
                        <Button icon=Glyph::Export press=export>
                            {move || t.get().surveys.export}
                        </Button>
                    </Show>
                </div>
            </div>
            <Show when=move || below.get()>
                <div class="notice">
                    <Icon glyph=Glyph::Warning />
                    <span>{move || (t.get().surveys.propose_text)(&figure(), target.get())}</span>
                    <Button look=Look::Primary press=move || proposing.set(true)>
                        {move || t.get().surveys.propose}
                    </Button>
                </div>
            </Show>
        </section>
        <ActionDialog open=proposing round share=figure target />
    }
}
