//! Every form in both languages as text, beside what it was: `golden/forms.zh.txt` and `golden/forms.en.txt`.
//!
//! Long: a record of every kind, for every form to say something.
//!
//! After a wanted change: `HUIYIN_WRITE_PAPERS=1 cargo test -p huiyin papers`, and read the difference.

use std::fmt::Write as _;

use huiyin_api::{
    ContactPage, ContactRecord, ContactRow, CustomerPage, CustomerRecord, CustomerRow,
    DestructionView, FieldView, FileView, HandOverView, HistoryLine, Language, PaperListView,
    PaperView, PaperWords, PenaltiesView, PenaltySum, PenaltyView, PromiseView, RecordHistory,
};
use huiyin_core::pack::Text;

use super::{
    contact_forms::{self, ContactSource},
    customer_forms::{self, CustomerSource},
    dress::dressed,
    filled::filled,
    list_forms,
    paper::{Block, Paper},
    press::Press,
    sample::sample,
    tests::{print, record},
};
use crate::texts::forms::{self, About};

fn text(zh: &str, en: &str) -> Text {
    Text {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

fn fields(pairs: &[(&str, &str)]) -> Vec<FieldView> {
    pairs
        .iter()
        .map(|(name, value)| FieldView {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        })
        .collect()
}

fn row(name: &str) -> CustomerRow {
    CustomerRow {
        id: "c.HQ.1.1".to_owned(),
        number: "KH-HQ-000007".to_owned(),
        name: name.to_owned(),
        phone: "020-8888".to_owned(),
        contact: "周琳".to_owned(),
        kind: "company".to_owned(),
        class: "A".to_owned(),
        branch: "HQ".to_owned(),
        owner: "李娜".to_owned(),
        ..CustomerRow::default()
    }
}

fn paper_view(id: &str, zh: &str, en: &str, state: &str, apart: bool) -> PaperView {
    let is_there = state != "missing";
    PaperView {
        id: id.to_owned(),
        text: text(zh, en),
        state: state.to_owned(),
        apart,
        optional: id == "photo",
        copies: 2,
        pages: 12,
        original: is_there,
        from: if is_there { "周琳" } else { "" }.to_owned(),
        by: if is_there { "陈静" } else { "" }.to_owned(),
        at: i64::from(is_there),
        ..PaperView::default()
    }
}

fn contact_row(kind: &str, state: &str, day: &str) -> ContactRow {
    ContactRow {
        number: "LX-HQ-000003".to_owned(),
        kind: kind.to_owned(),
        subject: "季度走访".to_owned(),
        customer: "宏达公司".to_owned(),
        state: state.to_owned(),
        day: day.to_owned(),
        by: "李娜".to_owned(),
        result: "good".to_owned(),
        branch: "HQ".to_owned(),
        ..ContactRow::default()
    }
}

fn customer() -> CustomerRecord {
    CustomerRecord {
        row: row("宏达公司"),
        fields: fields(&[
            ("name", "宏达公司"),
            ("kind", "company"),
            ("class", "A"),
            ("phone", "020-8888"),
            ("address", "珠江路 1 号"),
            ("contact_name", "周琳"),
            ("contact_title", "采购经理"),
            ("contact_phone", "13911230001"),
            ("emergency_contact", "周明"),
            ("owner_a", "李娜"),
            ("unit", "A-1203"),
            ("needs", "按时交货"),
            ("x:会员来源", "展会"),
            ("p:9f3a0c1d2e4b5a6c:name", "吴强"),
            ("p:9f3a0c1d2e4b5a6c:post", "仓库主管"),
        ]),
        contacts: vec![contact_row("visit", "reported", "2026-10-12")],
        file: Box::new(FileView {
            percent: 66,
            there: 2,
            wanted: 3,
            lists: vec![PaperListView {
                id: "tenant".to_owned(),
                text: text("租户资料", "Papers of the tenant"),
                papers: vec![
                    paper_view("fee", "费用凭证", "Fee records", "received", false),
                    paper_view("photo", "交接照片", "Handover photo", "missing", false),
                    paper_view("deed", "产权证", "Title deed", "checked", true),
                ],
                ..PaperListView::default()
            }],
            hand_overs: vec![HandOverView {
                leg: text("甲交乙", "A to B"),
                papers: vec!["fee".to_owned()],
                missing: vec!["photo".to_owned()],
                from: "李娜".to_owned(),
                stage: "accepted".to_owned(),
                to: "陈静".to_owned(),
                received_at: Some(2),
                note: "照片待补".to_owned(),
                ..HandOverView::default()
            }],
            ..FileView::default()
        }),
        ..CustomerRecord::default()
    }
}

fn history() -> RecordHistory {
    let line = |field: &str, before: &[&str], value: &str, made: bool| HistoryLine {
        field: field.to_owned(),
        before: before.iter().map(|value| (*value).to_owned()).collect(),
        value: value.to_owned(),
        by: "陈静".to_owned(),
        at: Some(3),
        made,
        ..HistoryLine::default()
    };
    RecordHistory {
        total: 3,
        lines: vec![
            line("class", &["B"], "A", false),
            line("fax", &["020-9999"], "", false),
            line("name", &[], "宏达公司", true),
        ],
        ..RecordHistory::default()
    }
}

fn contact() -> ContactRecord {
    ContactRecord {
        row: contact_row("visit", "reported", "2026-10-12"),
        fields: fields(&[
            ("kind", "visit"),
            ("subject", "季度走访"),
            ("purpose", "keep"),
            ("way", "customer_site"),
            ("report", "库存偏高\n希望缩短交期"),
            ("guests", "4"),
            ("cost", "800.00"),
        ]),
        promises: vec![PromiseView {
            text: "一周内给出交期方案".to_owned(),
            owner: "李娜".to_owned(),
            due: "2026-10-19".to_owned(),
            ..PromiseView::default()
        }],
        ..ContactRecord::default()
    }
}

fn contacts() -> ContactPage {
    ContactPage {
        total: 4,
        rows: vec![
            contact_row("visit", "planned", "2026-11-03"),
            contact_row("follow_up", "reported", "2026-11-05"),
            contact_row("gift", "done", "2026-11-20"),
            contact_row("visit", "cancelled", "2026-11-21"),
        ],
        ..ContactPage::default()
    }
}

fn penalties() -> PenaltiesView {
    let entry = |state: &str| PenaltyView {
        person: "赵磊".to_owned(),
        clause: "2.1".to_owned(),
        clause_text: text("冷落客户", "Cold reception"),
        amount: 20_000,
        points: 5,
        state: state.to_owned(),
        ..PenaltyView::default()
    };
    PenaltiesView {
        entitled: true,
        entries: vec![entry("approved"), entry("rejected")],
        sums: vec![PenaltySum {
            person: "赵磊".to_owned(),
            month: "2026-11".to_owned(),
            amount: 20_000,
            points: 5,
            count: 1,
        }],
    }
}

fn made(press: &Press, wire: &str) -> Paper {
    match forms::layout_of(wire).about {
        About::Case => print(&record(), wire, press.language),
        About::Customer => customer_forms::paper(
            &CustomerSource {
                press,
                record: &customer(),
                history: Some(&history()),
            },
            wire,
        ),
        About::Contact => contact_forms::paper(
            &ContactSource {
                press,
                record: &contact(),
                desk: None,
            },
            wire,
        ),
        About::Month => list_forms::month(press, &contacts(), None, wire, "2026-11"),
        About::Customers => {
            let page = CustomerPage {
                total: 2,
                rows: vec![row("宏达公司"), row("永利商行")],
                ..CustomerPage::default()
            };
            list_forms::customers(press, &page, wire)
        }
        About::Other => match wire {
            "penalty_list" => list_forms::penalties(press, &penalties(), "2026-11"),
            "destruction_list" => {
                let segment = DestructionView {
                    branch: "HQ".to_owned(),
                    period: "2024-10".to_owned(),
                    cases: 2,
                    proposed_by: "陈静".to_owned(),
                    list: vec![
                        "TS-HQ-000001 2024-10-02".to_owned(),
                        "TS-HQ-000002 2024-10-09".to_owned(),
                    ],
                    ..DestructionView::default()
                };
                list_forms::destruction(press, &segment)
            }
            _ => filled(press, wire).unwrap_or_else(|| sample(press, wire)),
        },
    }
}

/// A paper as text, a line for each thing on it.
fn told(paper: &Paper) -> String {
    let mut out = format!("== {} · {}\n", paper.title, paper.company);
    let facts = |out: &mut String, facts: &[(String, String)]| {
        for (name, value) in facts {
            let _ = writeln!(out, "  {name}: {}", value.replace('\n', " / "));
        }
    };
    facts(&mut out, &paper.facts);
    let sentence = |out: &mut String, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "  » {text}");
        }
    };
    sentence(&mut out, &paper.opening);
    for block in &paper.blocks {
        match block {
            Block::Heading(name) => {
                let _ = writeln!(out, "  # {name}");
            }
            Block::Facts(list) => facts(&mut out, list),
            Block::Text { name, text, lines } => {
                let text = text.replace('\n', " / ");
                let _ = writeln!(out, "  [{name}] {text} ({lines})");
            }
            Block::Boxes { name, answers } => {
                let _ = write!(out, "  [{name}]");
                for (answer, ticked) in answers {
                    let _ = write!(out, " {}{answer}", if *ticked { "☑" } else { "☐" });
                }
                out.push('\n');
            }
            Block::Table {
                name,
                heads,
                rows,
                blank,
                ..
            } => {
                let _ = writeln!(out, "  # {name}\n  | {}", heads.join(" | "));
                for row in rows {
                    let cells: Vec<String> =
                        row.iter().map(|cell| cell.replace('\n', " / ")).collect();
                    let _ = writeln!(out, "  | {}", cells.join(" | "));
                }
                if rows.is_empty() {
                    let _ = writeln!(out, "  | ({blank})");
                }
            }
            Block::Signatures(lines) => {
                sentence(&mut out, &paper.closing);
                for line in lines {
                    let drawn = if line.path.is_empty() { "" } else { " ✍" };
                    let _ = writeln!(
                        out,
                        "  ___ {} {} {}{drawn}",
                        line.title, line.name, line.date
                    );
                }
            }
            Block::NewPage => out.push_str("  ---\n"),
        }
    }
    let _ = writeln!(out, "  foot: {}", paper.foot);
    out
}

fn all(language: Language) -> String {
    let press = Press {
        language,
        company: "海悦百货有限公司",
        form: None,
        branch: &|code| {
            let name = match code {
                "" => "",
                "HQ" => "总部",
                _ => "上海店",
            };
            name.to_owned()
        },
        class: &|class| format!("[{class}]"),
        day: &|_| "2026-10-12".to_owned(),
        time: &|_| "2026-10-12 12:00".to_owned(),
        today: "2026-11-22",
    };
    let mut out = String::new();
    for known in forms::LAYOUTS {
        let paper = made(&press, known.wire);
        for block in &paper.blocks {
            if let Block::Table { heads, rows, .. } = block {
                for row in rows {
                    assert_eq!(row.len(), heads.len(), "{}", known.wire);
                }
            }
        }
        let paper = dressed(paper, known.wire, language, &PaperWords::default());
        let _ = writeln!(out, "{}", known.wire);
        for line in told(&paper).lines() {
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out.push('\n');
    }
    out
}

#[test]
fn every_form_says_in_both_languages_what_it_said() {
    for (language, name, golden) in [
        (
            Language::Chinese,
            "forms.zh.txt",
            include_str!("golden/forms.zh.txt"),
        ),
        (
            Language::English,
            "forms.en.txt",
            include_str!("golden/forms.en.txt"),
        ),
    ] {
        let now = all(language);
        if std::env::var_os("HUIYIN_WRITE_PAPERS").is_some() {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("src/pages/papers/golden")
                .join(name);
            std::fs::write(path, &now).expect("the golden file is written");
            continue;
        }
        for (at, (is, was)) in now.lines().zip(golden.lines()).enumerate() {
            assert_eq!(is, was, "{name}:{}", at + 1);
        }
        assert_eq!(now.len(), golden.len(), "{name} is longer or shorter");
    }
}
