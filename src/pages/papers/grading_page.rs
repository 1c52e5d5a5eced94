//! The sheet of the yearly review (客户质量等级评估表): `/papers/grading/proposed` for the meeting, `/papers/grading/classed` after it.
//!
//! What stands on it is the list of the review with its sheets, as many customers as one meeting confirms at once.

use std::collections::BTreeMap;

use huiyin_api::{GradingPage, GradingQuery, GradingRow, Language, MAX_CLASSES_AT_ONCE, Request};
use huiyin_core::{
    grading::{grade, parse_scores},
    pack::{Form, GradingRules, Part, Text},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    paper::{Block, Paper, SignatureLine},
    sheet::Sheet,
};
use crate::{
    pages::grading::points,
    shell::{
        ask,
        base::use_base,
        intl,
        live::live,
        policy::{use_policy, words},
        session::use_session,
        title::set_title,
    },
    texts::{grading, of as texts_of, use_texts},
    ui::{ErrorState, Glyph, Icon, Skeleton},
};

/// The layout of the policy's paper.
const LAYOUT: &str = "grading_sheet";
/// Blank lines for the minutes.
const MINUTES_LINES: usize = 4;

/// What the policy says about the paper.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Rules {
    grading: GradingRules,
    form: Option<Form>,
    /// Names of classes.
    classes: Vec<(String, Text)>,
}

#[cfg(test)]
impl Rules {
    /// Returns those of the built-in pack that grades.
    pub fn built_in() -> Self {
        let pack = huiyin_core::pack::builtin::packs()
            .into_iter()
            .find(|pack| pack.grading.is_some())
            .expect("a built-in pack grades");
        Self {
            form: pack
                .file_forms
                .iter()
                .find(|form| form.layout == LAYOUT)
                .cloned(),
            grading: pack.grading.unwrap_or_default(),
            classes: Vec::new(),
        }
    }
}

/// The screen.
#[component]
pub fn GradingPaperPage() -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let policy = use_policy();
    let session = use_session();
    let params = use_params_map();
    set_title(move || grading::of(t.language()).sheet.to_owned());
    let tab = Memo::new(move |_| params.with(|params| params.get("tab").unwrap_or_default()));
    let found = live(
        move || {
            Some(Request::Grading(GradingQuery {
                tab: tab.get(),
                limit: MAX_CLASSES_AT_ONCE as u32,
                sheets: true,
                ..GradingQuery::default()
            }))
        },
        ask::grading,
    );
    let rules = Memo::new(move |_| {
        policy.with_part(Part::Grading, |pack| Rules {
            grading: pack
                .and_then(|pack| pack.grading.clone())
                .unwrap_or_default(),
            form: pack.and_then(|pack| {
                pack.file_forms
                    .iter()
                    .find(|form| form.layout == LAYOUT)
                    .cloned()
            }),
            classes: policy.class_rules(|rules| {
                let classes = rules.scheme.map_or(&[][..], |scheme| &scheme.classes);
                classes
                    .iter()
                    .map(|class| (class.id.clone(), class.text.clone()))
                    .collect()
            }),
        })
    });
    let language = RwSignal::new(t.now().language);
    let paper = Signal::derive(move || {
        let language = language.get();
        let company = session.with(|status| status.map(|status| status.company.clone()));
        found.value.with(|page| {
            let page = page.as_ref();
            let today = intl::date(language, intl::now());
            rules.with(|rules| {
                paper_of(
                    page.unwrap_or(&GradingPage::default()),
                    rules,
                    language,
                    (company.as_deref().unwrap_or_default(), &today),
                )
            })
        })
    });
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    view! {
        <ErrorState problem=found.problem retry=move || found.ask_again() />
        {move || {
            if !here.get() {
                return view! { <Skeleton lines=12 /> }.into_any();
            }
            view! {
                <Sheet paper form=LAYOUT language>
                    <a class="button quiet" href=base.href("/grading")>
                        <Icon glyph=Glyph::Back />
                        <span>{move || grading::of(t.language()).paper_back}</span>
                    </a>
                </Sheet>
            }
                .into_any()
        }}
    }
}

/// Returns the paper: one line a customer, a column for each line of the sheet, room for what the meeting says.
pub(super) fn paper_of(
    page: &GradingPage,
    rules: &Rules,
    language: Language,
    (company, today): (&str, &str),
) -> Paper {
    let w = grading::of(language);
    let class = |wire: &str| {
        let known = rules.classes.iter().find(|(id, _)| id == wire);
        known.map_or_else(
            || texts_of(language).value("class", wire),
            |(_, text)| words(language, text),
        )
    };
    let mut heads = vec![
        w.paper_number.to_owned(),
        texts_of(language).field("name"),
        w.paper_class_before.to_owned(),
    ];
    heads.extend(
        rules
            .grading
            .sheet
            .iter()
            .map(|line| words(language, &line.text)),
    );
    heads.extend(
        [
            w.paper_points,
            w.paper_proposed,
            w.paper_result,
            w.paper_remark,
        ]
        .map(str::to_owned),
    );
    let rows = page
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| line_of(at, row, rules, &class))
        .collect();
    let title = rules
        .form
        .as_ref()
        .map(|form| words(language, &form.title))
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| w.sheet.to_owned());
    let signatures = rules.form.iter().flat_map(|form| &form.signatures);
    let blocks = vec![
        Block::Table {
            name: String::new(),
            heads,
            rows,
            figures_from: usize::MAX,
            blank: 12,
        },
        Block::Text {
            name: w.paper_minutes.to_owned(),
            text: String::new(),
            lines: MINUTES_LINES,
        },
        Block::Signatures(
            signatures
                .map(|title| SignatureLine {
                    title: words(language, title),
                    ..SignatureLine::default()
                })
                .collect(),
        ),
    ];
    let year = page.today.get(..4).unwrap_or_default();
    Paper {
        language: match language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        },
        company: company.to_owned(),
        title,
        facts: vec![
            (w.paper_year.to_owned(), year.to_owned()),
            (
                texts_of(language).papers.printed.to_owned(),
                today.to_owned(),
            ),
        ],
        blocks,
        foot: year.to_owned(),
        ..Paper::default()
    }
}

fn line_of(
    at: usize,
    row: &GradingRow,
    rules: &Rules,
    class: &dyn Fn(&str) -> String,
) -> Vec<String> {
    let sheet = row.sheet.as_ref();
    let proposed = sheet.and_then(|sheet| sheet.proposed.as_ref());
    let scores = match (proposed, sheet) {
        (Some(proposed), _) => parse_scores(&proposed.scores),
        (None, Some(sheet)) => parse_scores(&sheet.scores),
        (None, None) => BTreeMap::new(),
    };
    let graded = grade(&rules.grading, &scores).ok();
    let named = |wire: &str| {
        if wire.is_empty() {
            String::new()
        } else {
            class(wire)
        }
    };
    let given = sheet.map_or("", |sheet| sheet.class.as_str());
    // Before the meeting its column is for handwriting; afterwards it tells what was confirmed.
    let (before, by_sheet, result) = match proposed {
        Some(proposed) => (named(given), named(&proposed.class), String::new()),
        None => (
            String::new(),
            graded
                .as_ref()
                .map_or_else(String::new, |graded| named(&graded.class)),
            named(given),
        ),
    };
    let remark = match (proposed, sheet) {
        (Some(proposed), _) => proposed.note.clone(),
        (None, Some(sheet)) => sheet.reason.clone(),
        (None, None) => String::new(),
    };
    let mut cells = vec![(at + 1).to_string(), row.row.name.clone(), before];
    cells.extend(rules.grading.sheet.iter().map(|line| {
        scores
            .get(&line.id)
            .map_or_else(String::new, ToString::to_string)
    }));
    cells.push(graded.map_or_else(String::new, |graded| points(graded.basis_points)));
    cells.extend([by_sheet, result, remark]);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::papers::filled::review;

    #[test]
    fn the_sheet_leaves_the_decision_blank_before_the_meeting_and_tells_it_afterwards() {
        let paper = paper_of(
            &review(),
            &Rules::built_in(),
            Language::Chinese,
            ("回音商贸", "2026年3月26日"),
        );
        assert_eq!(paper.title, "客户质量等级评估表");
        let Block::Table { heads, rows, .. } = &paper.blocks[0] else {
            panic!("the first block is the table");
        };
        assert_eq!(heads.len(), rows[0].len());
        assert_eq!(
            rows[0],
            [
                "1",
                "宏达公司",
                "C",
                "10",
                "10",
                "5",
                "10",
                "10",
                "90.00",
                "A",
                "",
                "增长快"
            ]
        );
        assert_eq!(
            rows[1],
            [
                "2",
                "永利商行",
                "",
                "10",
                "10",
                "5",
                "10",
                "10",
                "90.00",
                "A",
                "B",
                "付款变差"
            ]
        );
        let Some(Block::Signatures(lines)) = paper.blocks.last() else {
            panic!("signatures come last");
        };
        assert_eq!(lines.len(), 4);
    }
}
