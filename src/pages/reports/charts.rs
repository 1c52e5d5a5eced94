//! Pictures beside the tables: lines over time, causes by size, branches by weeks, clocks in time and late. Each is one image with a name
//! and a sentence; whoever cannot see it has the table below it. Lines differ by dashes and marks, shades carry their numbers.

use leptos::prelude::*;

use super::{
    model::{Chart, Section, Value},
    plot::{Bar, MAX_WEEKS, bars, counts, label, points, shade, top, written},
};
use crate::{
    pages::surveys::percent,
    shell::intl,
    texts::{Texts, figures, use_texts},
    ui::new_id,
};

/// Size of the drawing area of lines and bars, in units of the image.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 170.0;
/// Size of a week in the map of branches by weeks, and of the names before it.
const WEEK: f64 = 34.0;
const ROW: f64 = 26.0;
const NAMES: f64 = 110.0;
/// Longest name beside or below a mark, in characters.
const SHORT: usize = 8;

/// The picture of a section, if it has one and there is something to draw.
#[component]
pub fn Picture(section: Section) -> impl IntoView {
    let t = use_texts();
    let texts = t.get();
    match section.chart {
        Chart::None => ().into_any(),
        Chart::Line => over_time(texts, &section),
        Chart::Pareto => causes(texts, &section),
        Chart::Heat => weeks(texts, &section),
        Chart::Shares => clocks(texts, &section),
    }
}

/// The frame of a picture: an image with a name and what it says in a sentence.
fn frame(
    texts: &Texts,
    section: &Section,
    told: String,
    (width, height): (f64, f64),
    children: AnyView,
) -> AnyView {
    let words = figures::of(texts.language);
    let (name, told_id) = (new_id("chart"), new_id("chart-told"));
    let labelled = name.clone();
    let described = told_id.clone();
    let title = (words.chart_of)(&section.title);
    view! {
        <svg
            class="chart"
            viewBox=format!("0 0 {width:.0} {height:.0}")
            role="img"
            aria-labelledby=labelled
            aria-describedby=described
        >
            <title id=name>{title}</title>
            <desc id=told_id>{told}</desc>
            {children}
        </svg>
    }
    .into_any()
}

fn over_time(texts: &Texts, section: &Section) -> AnyView {
    let words = figures::of(texts.language);
    let received = counts(&section.lines, 0);
    let closed = counts(&section.lines, 1);
    if received.len() < 2 {
        return ().into_any();
    }
    let edge = top(received.iter().chain(&closed).copied());
    let number = |count: u32| intl::count(texts.language, u64::from(count));
    let sum = |numbers: &[u32]| number(numbers.iter().sum());
    let told = (words.line_told)(&sum(&received), &sum(&closed));
    let marks = |numbers: &[u32], class: &'static str, square: bool| {
        points(numbers, edge, WIDTH, HEIGHT)
            .into_iter()
            .map(|(x, y)| {
                let (x, y) = (x + 40.0, y + 30.0);
                if square {
                    view! {
                        <rect
                            class=class
                            x=format!("{:.1}", x - 3.0)
                            y=format!("{:.1}", y - 3.0)
                            width="6"
                            height="6"
                        ></rect>
                    }
                    .into_any()
                } else {
                    view! {
                        <circle class=class cx=format!("{x:.1}") cy=format!("{y:.1}") r="3"></circle>
                    }
                    .into_any()
                }
            })
            .collect_view()
    };
    let line = |numbers: &[u32]| {
        let moved: Vec<(f64, f64)> = points(numbers, edge, WIDTH, HEIGHT)
            .into_iter()
            .map(|(x, y)| (x + 40.0, y + 30.0))
            .collect();
        written(&moved)
    };
    let last = section.lines.len() - 1;
    let days = [0, last / 2, last].map(|at| {
        let anchor = match at {
            0 => "start",
            at if at == last => "end",
            _ => "middle",
        };
        let x = 40.0 + at as f64 / last as f64 * WIDTH;
        view! {
            <text class="chart-label" x=format!("{x:.1}") y="220" text-anchor=anchor>
                {section.lines[at].name.clone()}
            </text>
        }
    });
    let children = view! {
        <g>
            <line class="chart-axis" x1="40" y1="30" x2="640" y2="30"></line>
            <line class="chart-axis" x1="40" y1="115" x2="640" y2="115"></line>
            <line class="chart-axis base" x1="40" y1="200" x2="640" y2="200"></line>
            <text class="chart-label" x="34" y="34" text-anchor="end">{number(edge)}</text>
            <text class="chart-label" x="34" y="204" text-anchor="end">"0"</text>
            <polyline class="chart-line one" points=line(&received)></polyline>
            <polyline class="chart-line two" points=line(&closed)></polyline>
            {marks(&received, "chart-mark one", false)}
            {marks(&closed, "chart-mark two", true)}
            <circle class="chart-mark one" cx="46" cy="12" r="3.5"></circle>
            <text class="chart-label" x="56" y="16">{words.received}</text>
            <rect class="chart-mark two" x="152" y="8.500" width="7" height="7"></rect>
            <text class="chart-label" x="165" y="16">{words.closed}</text>
            {days.into_iter().collect_view()}
        </g>
    }
    .into_any();
    frame(texts, section, told, (660.0, 230.0), children)
}

fn causes(texts: &Texts, section: &Section) -> AnyView {
    let words = figures::of(texts.language);
    let bars = bars(section, words.none);
    let Some(first) = bars.first() else {
        return ().into_any();
    };
    let told = (words.pareto_told)(&first.name, &percent(first.together));
    let edge = top(bars.iter().map(|bar| bar.count));
    let step = WIDTH / bars.len() as f64;
    let wide = (step * 0.62).min(64.0);
    let middle = |at: usize| 40.0 + step * (at as f64 + 0.5);
    let one = |(at, bar): (usize, &Bar)| {
        let tall = f64::from(bar.count) / f64::from(edge) * HEIGHT;
        let x = middle(at);
        let y = 200.0 - tall;
        view! {
            <rect
                class="chart-bar"
                x=format!("{:.1}", x - wide / 2.0)
                y=format!("{y:.1}")
                width=format!("{wide:.1}")
                height=format!("{tall:.1}")
            ></rect>
            <text class="chart-number" x=format!("{x:.1}") y=format!("{:.1}", y - 5.0) text-anchor="middle">
                {intl::count(texts.language, u64::from(bar.count))}
            </text>
            <text class="chart-label" x=format!("{x:.1}") y="216" text-anchor="middle">
                {label(&bar.name, SHORT)}
            </text>
            <text class="chart-label" x=format!("{x:.1}") y="232" text-anchor="middle">
                {percent(bar.together)}
            </text>
        }
    };
    let sums: Vec<(f64, f64)> = bars
        .iter()
        .enumerate()
        .map(|(at, bar)| {
            (
                middle(at),
                200.0 - f64::from(bar.together) / 10_000.0 * HEIGHT,
            )
        })
        .collect();
    let children = view! {
        <g>
            <line class="chart-axis base" x1="40" y1="200" x2="640" y2="200"></line>
            {bars.iter().enumerate().map(one).collect_view()}
            <polyline class="chart-line two" points=written(&sums)></polyline>
            <text class="chart-label" x="34" y="232" text-anchor="end">{words.together}</text>
        </g>
    }
    .into_any();
    frame(texts, section, told, (660.0, 240.0), children)
}

fn weeks(texts: &Texts, section: &Section) -> AnyView {
    let words = figures::of(texts.language);
    let from = section.heads.len().saturating_sub(MAX_WEEKS);
    let number = |value: Value| match value {
        Value::Count(count) => count,
        _ => 0,
    };
    let mut most = (0, 0, 0);
    for (row, line) in section.lines.iter().enumerate() {
        for (week, cell) in line.cells.iter().enumerate().skip(from) {
            if number(cell.value) > most.0 {
                most = (number(cell.value), row, week);
            }
        }
    }
    if most.0 == 0 {
        return ().into_any();
    }
    let told = (words.heat_told)(
        &section.lines[most.1].name,
        &section.heads[most.2],
        &intl::count(texts.language, u64::from(most.0)),
    );
    let row = |(row, line): (usize, &super::model::Line)| {
        let y = 26.0 + ROW * row as f64;
        let cells = line.cells.iter().skip(from).enumerate().map(|(at, cell)| {
            let x = NAMES + WEEK * at as f64;
            let count = number(cell.value);
            let shade = shade(count, most.0);
            view! {
                <rect
                    class=format!("chart-shade s{shade}")
                    x=format!("{x:.1}")
                    y=format!("{y:.1}")
                    width=format!("{:.1}", WEEK - 3.0)
                    height=format!("{:.1}", ROW - 3.0)
                    rx="3"
                ></rect>
                <text
                    class=format!("chart-number in{shade}")
                    x=format!("{:.1}", x + (WEEK - 3.0) / 2.0)
                    y=format!("{:.1}", y + 16.0)
                    text-anchor="middle"
                >
                    {intl::count(texts.language, u64::from(count))}
                </text>
            }
        });
        view! {
            <text class="chart-label" x=format!("{:.1}", NAMES - 8.0) y=format!("{:.1}", y + 16.0) text-anchor="end">
                {label(&line.name, SHORT)}
            </text>
            {cells.collect_view()}
        }
    };
    let shown = section.heads.len() - from;
    let first_last = [(0, "start"), (shown - 1, "end")].map(|(at, anchor)| {
        let x = NAMES + WEEK * at as f64 + if anchor == "end" { WEEK - 3.0 } else { 0.0 };
        view! {
            <text class="chart-label" x=format!("{x:.1}") y="16" text-anchor=anchor>
                {section.heads[from + at].clone()}
            </text>
        }
    });
    let children = view! {
        <g>
            {first_last.into_iter().collect_view()}
            {section.lines.iter().enumerate().map(row).collect_view()}
        </g>
    }
    .into_any();
    let size = (
        (NAMES + WEEK * shown as f64).max(360.0),
        30.0 + ROW * section.lines.len() as f64,
    );
    frame(texts, section, told, size, children)
}

fn clocks(texts: &Texts, section: &Section) -> AnyView {
    let words = figures::of(texts.language);
    let (met, late) = (counts(&section.lines, 0), counts(&section.lines, 1));
    let all = |numbers: &[u32]| -> u32 { numbers.iter().sum() };
    let Some(share) = huiyin_api::CaseFigures::share(all(&met), all(&late)) else {
        return ().into_any();
    };
    let told = (words.clocks_told)(&percent(share));
    let full = 420.0;
    let row = |(at, line): (usize, &super::model::Line)| {
        let y = 24.0 + 30.0 * at as f64;
        let whole = f64::from(met[at] + late[at]);
        let split = if whole > 0.0 {
            f64::from(met[at]) / whole * full
        } else {
            0.0
        };
        let told = huiyin_api::CaseFigures::share(met[at], late[at])
            .map_or_else(|| "—".to_owned(), percent);
        let y_text = format!("{:.1}", y + 14.0);
        view! {
            <text class="chart-label" x="132" y=y_text.clone() text-anchor="end">
                {label(&line.name, SHORT)}
            </text>
            <rect class="chart-bar" x="140" y=format!("{y:.1}") width=format!("{split:.1}") height="20"></rect>
            <rect
                class="chart-late"
                x=format!("{:.1}", 140.0 + split)
                y=format!("{y:.1}")
                width=format!("{:.1}", if whole > 0.0 { full - split } else { 0.0 })
                height="20"
            ></rect>
            <text class="chart-number" x="570" y=y_text>
                {told}
            </text>
        }
    };
    let children = view! {
        <g>
            <rect class="chart-bar" x="140" y="4" width="10" height="10"></rect>
            <text class="chart-label" x="156" y="14">{words.met}</text>
            <rect class="chart-late" x="240" y="4" width="10" height="10"></rect>
            <text class="chart-label" x="256" y="14">{words.late}</text>
            {section.lines.iter().enumerate().map(row).collect_view()}
        </g>
    }
    .into_any();
    let tall = 30.0 + 30.0 * section.lines.len() as f64;
    frame(texts, section, told, (660.0, tall), children)
}
