//! The monthly table under the figures of one month: by when it is due, who signed which figures, and what is different since.

use huiyin_api::{
    CaseFigures, DueState, FigureMeasure, FigureQuery, MONTH_TABLE_ROLE, MonthSignature,
    MonthTable, Request,
};
use huiyin_core::field::parse_date;
use leptos::{prelude::*, task::spawn_local};

use super::{model::measure_name, period::months};
use crate::{
    shell::{
        ask, branches::use_branches, engine::use_engine, intl, live::live, notices::use_toaster,
        policy::use_policy,
    },
    texts::{figures, month_table, pins, use_texts},
    ui::{Badge, Button, Glyph, Hue, LinkButton, Look},
};

/// Returns the month of a question that is about one whole month of every branch and kind.
fn month(query: &FigureQuery) -> Option<String> {
    let plain = query.branches.is_empty() && query.kinds.is_empty();
    let span = parse_date(&query.from).zip(parse_date(&query.to));
    let mut found = span.map_or_else(Vec::new, |(from, to)| months(from, to));
    (plain && found.len() == 1).then(|| found.remove(0))
}

/// The card; hidden for other periods.
#[component]
pub fn MonthCard(query: Memo<FigureQuery>) -> impl IntoView {
    let month = Memo::new(move |_| query.with(month));
    let found = live(
        move || {
            Some(Request::MonthTable {
                month: month.get()?,
            })
        },
        ask::month_table,
    );
    let shown = Memo::new(move |_| {
        let wanted = month.get();
        found
            .value
            .get()
            .filter(|table: &MonthTable| Some(&table.month) == wanted.as_ref())
    });
    move || {
        shown.get().map(|table| {
            let again = Callback::new(move |()| found.ask_again());
            view! { <Card table again /> }
        })
    }
}

#[component]
fn Card(table: MonthTable, again: Callback<()>) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let policy = use_policy();
    let (engine, toaster) = (use_engine(), use_toaster());
    let busy = RwSignal::new(false);
    let (due, state) = (table.due, table.state);
    let newest = table.signed.iter().find(|signature| !signature.unsigned);
    let unsigned = newest.is_none();
    let newest_differs = newest.is_none_or(|newest| newest.changed);
    let branch = table.branch.clone();
    let about = move || {
        let words = month_table::of(t.language());
        let scope = if branch.is_empty() {
            words.all_branches.to_owned()
        } else {
            (words.one_branch)(&branches.name(&branch))
        };
        let by = (words.due)(&intl::date(t.language(), due));
        format!("{scope} · {by}")
    };
    let badge = move || {
        let words = month_table::of(t.language());
        let (hue, name) = match state {
            DueState::Met | DueState::Late => (Hue::Green, words.signed),
            DueState::Overdue => (Hue::Red, words.unsigned),
            DueState::Soon => (Hue::Amber, words.unsigned),
            DueState::OnTime | DueState::None => (Hue::Neutral, words.unsigned),
        };
        view! { <Badge hue>{name}</Badge> }
    };
    let paper = format!("/papers/statistics/{}", table.month);
    let over = table.month.as_str() < intl::month(intl::now()).as_str();
    let request = Request::SignMonth {
        month: table.month.clone(),
        seen: table.digest.clone(),
    };
    let sign = move || {
        let request = request.clone();
        busy.set(true);
        spawn_local(async move {
            let ended = engine.tell(request).await;
            busy.try_set(false);
            match ended {
                Ok(()) => toaster.good(month_table::of(t.now().language).signed),
                // What was signed too late is shown as it is now.
                Err(problem) => toaster.problem(&problem),
            }
            again.run(());
        });
    };
    let act = if table.may_sign && newest_differs {
        view! {
            <Button look=Look::Primary icon=Glyph::Check press=sign busy>
                {move || {
                    let words = month_table::of(t.language());
                    if unsigned { words.sign } else { words.sign_again }
                }}
            </Button>
        }
        .into_any()
    } else if table.may_sign {
        ().into_any()
    } else {
        let told = move || {
            let words = month_table::of(t.language());
            if over {
                (words.not_yours)(&policy.role(t.get(), MONTH_TABLE_ROLE))
            } else {
                words.not_over.to_owned()
            }
        };
        view! { <span class="muted">{told}</span> }.into_any()
    };
    let now = table.figures.cases;
    let signed = table
        .signed
        .into_iter()
        .map(|signature| view! { <Signature signature now /> })
        .collect_view();
    view! {
        <section class="card month-card" aria-label=move || month_table::of(t.language()).title>
            <header class="card-head">
                <h2>{move || month_table::of(t.language()).title}</h2>
                {badge}
            </header>
            <div class="card-body">
                <p class="muted">{about}</p>
                <ul class="month-signatures">{signed}</ul>
                <div class="actions">
                    {act}
                    <LinkButton to=paper icon=Glyph::Print>
                        {move || month_table::of(t.language()).paper}
                    </LinkButton>
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// Who signed, and each number that is another one now.
#[component]
fn Signature(signature: MonthSignature, now: CaseFigures) -> impl IntoView {
    let t = use_texts();
    let then = signature.figures.cases;
    let (by, at, changed) = (signature.by, signature.at, signature.changed);
    let unsigned = signature.unsigned;
    let told = move || {
        let time = intl::date_time(t.language(), at);
        (month_table::of(t.language()).signed_by)(&by, &time)
    };
    let since = move || {
        let words = month_table::of(t.language());
        if changed { words.changed } else { words.same }
    };
    let differences = move || {
        let language = t.language();
        let words = month_table::of(language);
        let number = |count: u32| intl::count(language, u64::from(count));
        FigureMeasure::ALL
            .into_iter()
            .map(|measure| (measure, measure.of(&then), measure.of(&now)))
            .filter(|(_, then, now)| then != now)
            .map(|(measure, then, now)| {
                let name = measure_name(figures::of(language), measure);
                view! { <li class="num">{(words.then_now)(name, &number(then), &number(now))}</li> }
            })
            .collect_view()
    };
    let digest = signature.digest;
    view! {
        <li>
            <strong>{told}</strong>
            <Badge hue=if changed { Hue::Amber } else { Hue::Green }>{since}</Badge>
            {unsigned
                .then(|| view! { <Badge hue=Hue::Red>{move || pins::of(t.language()).unsigned}</Badge> })}
            <ul class="muted">{differences}</ul>
            <span class="muted month-digest">{move || (month_table::of(t.language()).digest)(&digest)}</span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_whole_month_of_everything_has_a_table() {
        let query = |from: &str, to: &str| FigureQuery {
            from: from.to_owned(),
            to: to.to_owned(),
            ..FigureQuery::default()
        };
        let whole = query("2026-10-01", "2026-10-31");
        assert_eq!(month(&whole).as_deref(), Some("2026-10"));
        assert_eq!(month(&query("2026-10-01", "2026-11-30")), None);
        assert_eq!(month(&query("2026-10-02", "2026-10-31")), None);
        let of_one = FigureQuery {
            branches: vec!["HQ".to_owned()],
            ..whole
        };
        assert_eq!(month(&of_one), None);
    }
}
