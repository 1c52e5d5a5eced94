//! Papers of a case that went its whole way, and of one that has only begun.

use std::collections::BTreeMap;

use huiyin_api::{CaseDesk, CaseRecord, CaseRow, EventView, FieldView, Language, PenaltyView};
use huiyin_core::pack::{Choice, Pack, Text};

use super::{
    html,
    layouts::{self, Source},
    paper::{Block, Paper},
};
use crate::shell::markup::to_html;
use crate::texts::{
    forms::{self, About},
    papers,
};

const NOON: i64 = 1_780_000_000_000;

fn field(name: &str, value: &str) -> FieldView {
    FieldView {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn event(step: &str, by: &str, note: &str, data: &[(&str, &str)]) -> EventView {
    EventView {
        step: step.to_owned(),
        by: by.to_owned(),
        note: note.to_owned(),
        at: NOON,
        data: data
            .iter()
            .map(|(name, value)| field(name, value))
            .collect(),
        ..EventView::default()
    }
}

fn text(zh: &str, en: &str) -> Text {
    Text {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

pub fn record() -> CaseRecord {
    CaseRecord {
        row: CaseRow {
            number: "TS-HQ-000001".to_owned(),
            subject: "空调漏水".to_owned(),
            customer: "王秀英".to_owned(),
            assignee: "李工".to_owned(),
            received: NOON,
            ..CaseRow::default()
        },
        fields: vec![
            field("subject", "空调漏水"),
            field("description", "第一段\n第二段"),
            field("category", "taste"),
            field("complainant_name", "王秀英"),
        ],
        events: vec![
            event(
                "registered",
                "陈静",
                "",
                &[("signature", "M1 1 L9 9"), ("signer", "王秀英")],
            ),
            event(
                "assigned",
                "陈静",
                "",
                &[("department", "repair"), ("limit", "2026-06-01")],
            ),
            event(
                "investigated",
                "李工",
                "",
                &[
                    ("course", "到现场查看"),
                    ("cause_id", "attitude"),
                    ("responsible", "赵磊"),
                    ("conclusion", "属实"),
                    ("prevention", "加强培训"),
                    ("signature", "M2 2 L8 8"),
                    ("signer", "李工"),
                ],
            ),
            event(
                "proposed",
                "李工",
                "更换配件",
                &[("remedy", "exchange"), ("amount", "120050")],
            ),
            event(
                "approved",
                "周敏",
                "同意",
                &[("as_role", "store_manager"), ("of", "e1")],
            ),
            event(
                "called_back",
                "陈静",
                "谢谢",
                &[("satisfied", "yes"), ("score", "9")],
            ),
        ],
        desk: Box::new(CaseDesk {
            causes: vec![
                ("service".to_owned(), text("服务", "Service"), String::new()),
                (
                    "attitude".to_owned(),
                    text("态度", "Attitude"),
                    "service".to_owned(),
                ),
            ],
            departments: vec![("repair".to_owned(), text("维修部", "Repairs"))],
            remedies: vec![("exchange".to_owned(), text("更换", "Exchange"))],
            forms: vec![(
                "investigation".to_owned(),
                text("申诉调查报告", "Appeal report"),
            )],
            signatures: BTreeMap::from([(
                "investigation".to_owned(),
                vec![
                    text("调查人", "Investigator"),
                    text("质量负责人", "Quality lead"),
                ],
            )]),
            ..CaseDesk::default()
        }),
        ..CaseRecord::default()
    }
}

pub fn print(record: &CaseRecord, layout: &str, language: Language) -> Paper {
    let pack = Pack {
        categories: vec![Choice {
            id: "taste".to_owned(),
            text: text("口味", "Taste"),
            under: String::new(),
        }],
        ..Pack::default()
    };
    let source = Source {
        record,
        pack: Some(&pack),
        company: "海悦百货有限公司",
        branch: "总部",
        language,
        day: &|_| "2026-05-28".to_owned(),
        time: &|_| "2026-05-28 12:00".to_owned(),
        today: "2026-06-02",
    };
    layouts::paper(&source, layout)
}

fn page(record: &CaseRecord, layout: &str, language: Language) -> String {
    to_html(&html::render(
        &print(record, layout, language),
        &papers::of(language).html,
    ))
}

#[track_caller]
fn has(page: &str, wanted: &[&str]) {
    for words in wanted {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
}

#[test]
fn the_investigation_report_says_all_that_was_found_in_the_packs_words() {
    let page = page(&record(), "investigation", Language::Chinese);
    has(
        &page,
        &[
            "申诉调查报告",
            "TS-HQ-000001",
            "海悦百货有限公司",
            "到现场查看",
            "服务 › 态度",
            "赵磊",
            "属实",
            "加强培训",
            "口味",
            "维修部",
            "<p>第一段</p><p>第二段</p>",
            "调查人",
            "质量负责人",
            "<path d=\"M2 2 L8 8\"/>",
        ],
    );
    // Nothing was said about countermeasures: lines to write on.
    assert_eq!(page.matches("paper-rule").count(), 3 + 3);
}

#[test]
fn a_paper_is_in_the_language_asked_for() {
    let page = page(&record(), "investigation", Language::English);
    has(
        &page,
        &[
            "lang=\"en\"",
            "Appeal report",
            "Service › Attitude",
            "Taste",
            "Investigator",
        ],
    );
}

#[test]
fn the_handling_sheet_has_remedy_amount_and_who_approved() {
    let page = page(&record(), "handling", Language::Chinese);
    has(
        &page,
        &[
            "客户投诉处理表",
            "更换配件",
            "更换",
            "1,200.50",
            "店长",
            "周敏",
            "同意",
            "2026-06-01",
        ],
    );
}

#[test]
fn the_customers_signature_stands_on_the_customers_line() {
    let paper = print(&record(), "registration", Language::Chinese);
    let Some(Block::Signatures(lines)) = paper.blocks.last() else {
        panic!("a paper ends with its signatures");
    };
    let drawn: Vec<(&str, bool)> = lines
        .iter()
        .map(|line| (line.title.as_str(), !line.path.is_empty()))
        .collect();
    assert_eq!(
        drawn,
        [("登记人", false), ("受理人", false), ("投诉人", true)]
    );
}

#[test]
fn call_backs_have_score_words_and_a_ticked_box() {
    let page = page(&record(), "call_back", Language::Chinese);
    has(
        &page,
        &[
            "<td class=\"whole\">9</td>",
            "谢谢",
            "<i class=\"ticked\">✓</i> 满意",
        ],
    );
}

#[test]
fn a_case_that_has_only_begun_prints_as_a_blank_form() {
    let record = CaseRecord::default();
    for known in forms::LAYOUTS
        .iter()
        .filter(|known| known.about == About::Case)
    {
        for language in [Language::Chinese, Language::English] {
            let paper = print(&record, known.wire, language);
            assert_eq!(paper.title, known.title.of(language));
            let Some(Block::Signatures(lines)) = paper.blocks.last() else {
                panic!("{} ends with its signatures", known.wire);
            };
            assert_eq!(lines.len(), known.signatures.len());
            assert!(
                page(&record, known.wire, language).contains("paper-rule"),
                "{}",
                known.wire
            );
        }
    }
}

#[test]
fn each_penalty_has_a_page_of_its_own_and_those_turned_down_have_none() {
    let mut record = record();
    let penalty = |person: &str, state: &str| PenaltyView {
        person: person.to_owned(),
        state: state.to_owned(),
        amount: 20_000,
        points: 5,
        clause: "2.1".to_owned(),
        clause_text: text("冷落客户", "Cold reception"),
        ..PenaltyView::default()
    };
    record.desk.penalties = vec![
        penalty("赵磊", "approved"),
        penalty("钱七", "rejected"),
        penalty("孙八", "heard"),
    ];
    let page = page(&record, "penalty", Language::Chinese);
    has(&page, &["赵磊", "孙八", "200.00", "冷落客户"]);
    assert!(!page.contains("钱七"));
    assert_eq!(page.matches("paper-break").count(), 1);
}

#[test]
fn a_ring_of_causes_does_not_hang_the_paper() {
    let mut record = record();
    record.desk.causes = vec![
        ("attitude".to_owned(), text("甲", "A"), "b".to_owned()),
        ("b".to_owned(), text("乙", "B"), "attitude".to_owned()),
    ];
    has(&page(&record, "investigation", Language::Chinese), &["甲"]);
}

#[test]
fn an_unknown_layout_is_the_registration_form() {
    let paper = print(&record(), "letter", Language::English);
    assert_eq!(paper.title, "Complaint registration");
    assert!(forms::find("letter").is_none());
}

#[test]
fn amounts_have_their_separators() {
    for (cents, expected) in [
        (0, "0.00"),
        (5, "0.05"),
        (120_050, "1,200.50"),
        (123_456_789, "1,234,567.89"),
        (-120_050, "-1,200.50"),
    ] {
        assert_eq!(layouts::money(cents), expected);
    }
}
