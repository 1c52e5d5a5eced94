//! The forms of many: contacts of a month, customers of the list, penalties of a month, records to destroy.

use std::collections::BTreeMap;

use huiyin_api::{
    ContactDesk, ContactPage, ContactRow, CustomerPage, DestructionView, PenaltiesView,
};

use super::{
    layouts::money,
    paper::{Block, Paper},
    press::Press,
};
use crate::{
    shell::policy,
    texts::{forms::words as w, names, papers},
};

/// State of a contact that does not take place.
const CANCELLED: &str = "cancelled";
/// States of a contact that took place.
const DONE: &[&str] = &["done", "reported"];

/// Returns a form of the contacts of a month.
pub fn month(
    press: &Press,
    page: &ContactPage,
    desk: Option<&ContactDesk>,
    wire: &str,
    month: &str,
) -> Paper {
    let kept = |row: &&ContactRow| {
        row.state != CANCELLED
            && match wire {
                "follow_up_summary" => row.kind == "follow_up",
                "gift_list" => row.kind == "gift",
                "visit_plan" => !matches!(row.kind.as_str(), "gift" | "event"),
                _ => true,
            }
    };
    let rows: Vec<&ContactRow> = page.rows.iter().filter(kept).collect();
    let mut blocks = match wire {
        "follow_up_summary" => follow_ups(press, &rows),
        "gift_list" => vec![gifts(press, &rows)],
        "visit_plan" => vec![plan(press, &rows, desk)],
        _ => summary(press, &rows),
    };
    if page.total as usize > page.rows.len() {
        blocks.insert(0, press.text(w::CUT, "", 0));
    }
    let facts = vec![
        (press.word(w::MONTH), month.to_owned()),
        (press.word(w::COUNT), rows.len().to_string()),
    ];
    press.paper(wire, facts, blocks, month.to_owned())
}

fn plan(press: &Press, rows: &[&ContactRow], desk: Option<&ContactDesk>) -> Block {
    let purpose = |wire: &str| {
        desk.and_then(|desk| desk.purposes.iter().find(|choice| choice.id == wire))
            .map_or_else(
                || wire.to_owned(),
                |choice| policy::words(press.language, &choice.text),
            )
    };
    let lines = rows
        .iter()
        .map(|row| {
            vec![
                [row.day.as_str(), row.time.as_str()]
                    .join(" ")
                    .trim()
                    .to_owned(),
                row.customer.clone(),
                names::value(press.language, "kind", &row.kind),
                purpose(&row.purpose),
                row.subject.clone(),
                row.by.clone(),
                names::state(press.language, &row.state),
            ]
        })
        .collect();
    press.table(None, w::PLAN_HEADS, lines, 18)
}

fn gifts(press: &Press, rows: &[&ContactRow]) -> Block {
    let lines = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            vec![
                (at + 1).to_string(),
                row.customer.clone(),
                row.subject.clone(),
                row.day.clone(),
                row.by.clone(),
                String::new(),
            ]
        })
        .collect();
    press.table(None, w::GIFT_HEADS, lines, 18)
}

/// Counts the rows by a word: all, took place, to come; those of most rows first.
fn counted(
    press: &Press,
    name: crate::texts::packs::Both,
    rows: &[&ContactRow],
    word: &dyn Fn(&ContactRow) -> String,
) -> Block {
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for row in rows {
        let line = counts.entry(word(row)).or_default();
        line[0] += 1;
        line[1] += usize::from(DONE.contains(&row.state.as_str()));
    }
    let line = |name: String, [all, done]: [usize; 2]| {
        vec![
            name,
            all.to_string(),
            done.to_string(),
            (all - done).to_string(),
        ]
    };
    let total = counts
        .values()
        .fold([0, 0], |sum, count| [sum[0] + count[0], sum[1] + count[1]]);
    let mut counts: Vec<(String, [usize; 2])> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1[0].cmp(&a.1[0]).then_with(|| a.0.cmp(&b.0)));
    let mut lines: Vec<Vec<String>> = counts
        .into_iter()
        .map(|(name, count)| {
            let name = if name.is_empty() {
                "—".to_owned()
            } else {
                name
            };
            line(name, count)
        })
        .collect();
    lines.push(line(press.word(w::TOTAL), total));
    Block::Table {
        name: press.word(name),
        heads: press.all(w::SUM_HEADS),
        rows: lines,
        figures_from: 1,
        blank: 0,
    }
}

fn follow_ups(press: &Press, rows: &[&ContactRow]) -> Vec<Block> {
    let result = |row: &ContactRow| names::value(press.language, "result", &row.result);
    let lines = rows
        .iter()
        .map(|row| {
            vec![
                row.day.clone(),
                row.customer.clone(),
                row.subject.clone(),
                row.by.clone(),
                result(row),
                names::state(press.language, &row.state),
            ]
        })
        .collect();
    vec![
        counted(press, w::BY_RESULT, rows, &result),
        counted(press, w::BY_PERSON, rows, &|row| row.by.clone()),
        press.table(Some(w::ENTRIES), w::FOLLOW_HEADS, lines, 8),
        press.text(w::COMMENT, "", 4),
    ]
}

fn summary(press: &Press, rows: &[&ContactRow]) -> Vec<Block> {
    vec![
        counted(press, w::BY_KIND, rows, &|row| {
            names::value(press.language, "kind", &row.kind)
        }),
        counted(press, w::BY_PERSON, rows, &|row| row.by.clone()),
        counted(press, w::BY_RESULT, rows, &|row| {
            names::value(press.language, "result", &row.result)
        }),
        press.text(w::COMMENT, "", 6),
    ]
}

/// Returns a form of the customers of the list.
pub fn customers(press: &Press, page: &CustomerPage, wire: &str) -> Paper {
    let thanks = wire == "thank_you_list";
    let rows = page
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let number = (at + 1).to_string();
            if thanks {
                let reached = [row.contact.as_str(), row.phone.as_str()].join(" ");
                return vec![
                    number,
                    row.name.clone(),
                    reached.trim().to_owned(),
                    row.owner.clone(),
                    String::new(),
                    String::new(),
                ];
            }
            let class = if row.class.is_empty() {
                String::new()
            } else {
                (press.class)(&row.class)
            };
            vec![
                number,
                row.number.clone(),
                row.name.clone(),
                class,
                row.contact.clone(),
                row.phone.clone(),
                row.owner.clone(),
            ]
        })
        .collect();
    let mut blocks = vec![if thanks {
        press.table(None, w::THANK_HEADS, rows, 20)
    } else {
        press.table(None, w::CUSTOMER_HEADS, rows, 20)
    }];
    if page.total as usize > page.rows.len() {
        blocks.insert(0, press.text(w::CUT, "", 0));
    }
    let facts = vec![(press.word(w::CUSTOMERS), page.total.to_string())];
    press.paper(wire, facts, blocks, String::new())
}

/// Returns the list of records destroyed or to be destroyed.
pub fn destruction(press: &Press, segment: &DestructionView) -> Paper {
    let rows: Vec<Vec<String>> = segment
        .list
        .iter()
        .enumerate()
        .map(|(at, line)| vec![(at + 1).to_string(), line.clone()])
        .collect();
    let blocks = vec![
        Block::Facts(vec![
            (press.word(w::PERIOD), segment.period.clone()),
            (press.word(w::COUNT), segment.cases.to_string()),
            (press.word(w::PROPOSED_BY), segment.proposed_by.clone()),
            (press.word(w::APPROVED_BY), segment.approved_by.clone()),
            (
                press.word(w::DESTROYED_ON),
                segment.at.map(press.time).unwrap_or_default(),
            ),
        ]),
        press.table(None, w::DESTROY_HEADS, rows, 14),
        press.text(w::WAY_OF_DESTROYING, "", 2),
    ];
    let branch = papers::of(press.language).branch;
    let facts = vec![(branch.to_owned(), (press.branch)(&segment.branch))];
    press.paper("destruction_list", facts, blocks, segment.period.clone())
}

/// Returns the penalties and rewards of a month.
pub fn penalties(press: &Press, view: &PenaltiesView, month: &str) -> Paper {
    let words = papers::of(press.language);
    let sums = view
        .sums
        .iter()
        .map(|sum| {
            vec![
                sum.person.clone(),
                sum.month.clone(),
                sum.count.to_string(),
                money(sum.amount),
                sum.points.to_string(),
            ]
        })
        .collect();
    let entries = view
        .entries
        .iter()
        .filter(|entry| entry.state != "rejected")
        .map(|entry| {
            let kind = if entry.reward {
                words.reward
            } else {
                words.penalty
            };
            let clause = policy::words(press.language, &entry.clause_text);
            vec![
                entry.person.clone(),
                kind.to_owned(),
                format!("{} {clause}", entry.clause).trim().to_owned(),
                money(entry.amount),
                entry.points.to_string(),
                names::value(press.language, "penalty_state", &entry.state),
            ]
        })
        .collect();
    let blocks = vec![
        press.table(Some(w::SUM_BY_PERSON), w::PENALTY_SUM_HEADS, sums, 4),
        press.table(Some(w::ENTRIES), w::PENALTY_HEADS, entries, 8),
    ];
    let facts = vec![(press.word(w::MONTH), month.to_owned())];
    press.paper("penalty_list", facts, blocks, month.to_owned())
}
