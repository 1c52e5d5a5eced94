//! Lists, searches and counts: what a window shows is what looking at every record would show, also while the app opens.

use std::collections::BTreeMap;

use huiyin_api::{Answer, CaseRow, CustomerRow, ListQuery, Notice, Request, TextHits};
use huiyin_core::text::fold;
use huiyin_engine::{Batch, Query, Table, Write};
use huiyin_testkit::{Device, workload};

use crate::talk::*;

/// Customers of the workload; three cases each.
const CUSTOMERS: u32 = 120;

fn with_workload() -> Device {
    let mut device = founder();
    let mut file = Vec::new();
    workload::write(CUSTOMERS, &mut file).unwrap();
    import(
        &mut device,
        "workload.jsonl",
        &String::from_utf8(file).unwrap(),
    );
    device
}

fn asked(search: &str, filter: &[(&str, &str)], sort: &str) -> ListQuery {
    ListQuery {
        search: search.to_owned(),
        filter: filter
            .iter()
            .map(|(column, value)| ((*column).to_owned(), vec![(*value).to_owned()]))
            .collect(),
        sort: sort.to_owned(),
        limit: 1_000,
        ..ListQuery::default()
    }
}

fn customers(device: &mut Device, query: ListQuery) -> Vec<CustomerRow> {
    match device.must(Request::Customers(query)) {
        Answer::Customers(page) => page.rows,
        other => panic!("a list was answered with {other:?}"),
    }
}

fn listed(device: &mut Device, query: ListQuery) -> Vec<CaseRow> {
    match device.must(Request::Cases(query)) {
        Answer::Cases(page) => page.rows,
        other => panic!("a list was answered with {other:?}"),
    }
}

fn in_texts(device: &mut Device, words: &str) -> TextHits {
    let mut all = TextHits::default();
    loop {
        let request = Request::SearchText {
            query: asked(words, &[], ""),
            after: all.next,
        };
        let Answer::Texts(hits) = device.must(request) else {
            panic!("not the answer to a search in texts");
        };
        all.rows.extend(hits.rows);
        all.searched += hits.searched;
        all.left = hits.left;
        all.next = hits.next;
        if all.next.is_empty() {
            return all;
        }
    }
}

fn found(device: &mut Device, words: &str) -> Vec<String> {
    let rows = customers(device, asked(words, &[], ""));
    rows.into_iter().map(|row| row.name).collect()
}

#[test]
fn every_order_is_that_of_a_plain_sort_also_after_edits() {
    let mut device = with_workload();
    let by_name = |rows: &[CustomerRow]| {
        let mut sorted = rows.to_vec();
        sorted.sort_by_key(|row| (row.name.encode_utf16().collect::<Vec<_>>(), row.id.clone()));
        sorted
    };
    let by_due = |rows: &[CaseRow]| {
        let mut sorted = rows.to_vec();
        sorted.sort_by_key(|row| (row.due.unwrap_or(i64::MAX), row.id.clone()));
        sorted
    };
    let newest = |rows: &[CaseRow]| {
        let mut sorted = rows.to_vec();
        sorted.sort_by_key(|row| std::cmp::Reverse((row.received, row.id.clone())));
        sorted
    };
    for added in 0..2 {
        let rows = customers(&mut device, asked("", &[], "name"));
        assert_eq!(rows.len(), CUSTOMERS as usize + added);
        assert_eq!(rows, by_name(&rows), "by name");
        let cases = listed(&mut device, asked("", &[], ""));
        assert_eq!(cases, newest(&cases), "newest first");
        let due = listed(&mut device, asked("", &[], "due"));
        assert_eq!(due, by_due(&due), "due first");
        let last = ListQuery {
            descending: true,
            ..asked("", &[], "updated")
        };
        let updated = listed(&mut device, last);
        assert!(updated.is_sorted_by(|a, b| a.updated >= b.updated));
        edit(&mut device, &rows[7].id, &[("name", "啊")]);
        edit(&mut device, &rows[9].id, &[("name", "Aaa")]);
        // The oldest: cases of the workload come in until after the day of this story.
        device.must(step(&cases[cases.len() - 1].id, "noted", "called"));
        new_customer(&mut device, &[("name", "Zoe")]);
    }
}

#[test]
fn a_search_finds_what_looking_at_every_customer_finds() {
    let mut device = with_workload();
    new_customer(
        &mut device,
        &[("name", "ＡＢＣ（北京）"), ("phone", "010-5555 4729")],
    );
    let all = customers(&mut device, asked("", &[], "name"));
    let mut words: Vec<String> = workload::queries(CUSTOMERS, 30);
    words.extend(
        [
            "smith", "ALICE", "138", "4729", "55554729", "abc", "(北京", "伟",
        ]
        .map(str::to_owned),
    );
    for word in words {
        let mut expected: Vec<&str> = all
            .iter()
            .filter(|row| {
                let digits: String = row.phone.chars().filter(char::is_ascii_digit).collect();
                let texts = [&row.name, &row.phone, &row.number, &row.contact, &row.city];
                let word = fold(&word);
                texts.iter().any(|text| fold(text).contains(&word))
                    || (word.len() >= 4
                        && word.bytes().all(|byte| byte.is_ascii_digit())
                        && digits.contains(&word))
            })
            .map(|row| row.id.as_str())
            .collect();
        let rows = customers(&mut device, asked(&word, &[], ""));
        let mut ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        ids.sort_unstable();
        expected.sort_unstable();
        let missed: Vec<_> = expected.iter().filter(|id| !ids.contains(id)).collect();
        assert_eq!(missed, Vec::<&&str>::new(), "{word}");
        // Beside these only names read as pinyin and texts that a list row does not show.
        if !word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            assert_eq!(ids, expected, "{word}");
        }
    }
}

#[test]
fn what_fits_best_comes_first_and_names_are_found_by_pinyin() {
    let mut device = founder();
    for (name, phone) in [
        ("重庆长安汽车", "13900001234"),
        ("单玉", "13912340000"),
        ("王重", "1234"),
        ("老单玉店", "0575 8888 1234"),
    ] {
        new_customer(&mut device, &[("name", name), ("phone", phone)]);
    }
    assert_eq!(
        found(&mut device, "1234"),
        ["王重", "老单玉店", "重庆长安汽车", "单玉"],
        "exact, then the last four digits (the newer first), then inside"
    );
    assert_eq!(found(&mut device, "单玉"), ["单玉", "老单玉店"]);
    for word in ["chongqing", "cq", "chongqca", "CQ"] {
        assert_eq!(found(&mut device, word), ["重庆长安汽车"], "{word}");
    }
    for word in ["shanyu", "danyu", "sy"] {
        let mut names = found(&mut device, word);
        names.sort();
        assert_eq!(names, ["单玉", "老单玉店"], "{word}");
    }
    assert_eq!(found(&mut device, "057588881234"), ["老单玉店"]);
    assert_eq!(
        found(&mut device, "wang 1234"),
        ["王重"],
        "every word has to be found"
    );
    assert_eq!(found(&mut device, "nobody"), [""; 0]);
}

#[test]
fn counts_of_groups_are_the_totals_of_their_filters() {
    let mut device = with_workload();
    for column in [
        "state", "group", "severity", "branch", "assignee", "category",
    ] {
        let request = Request::GroupCounts {
            cases: true,
            query: ListQuery::default(),
            column: column.to_owned(),
        };
        let Answer::Counts(counts) = device.must(request) else {
            panic!("not counts");
        };
        assert_eq!(counts.values().sum::<u32>(), 3 * CUSTOMERS, "{column}");
        for (value, rows) in counts {
            let shown = listed(&mut device, asked("", &[(column, &value)], ""));
            assert_eq!(shown.len() as u32, rows, "{column} {value}");
        }
    }
}

#[test]
fn words_of_descriptions_are_found_after_edits_restarts_and_damage() {
    let mut device = with_workload();
    let words = workload::text_queries(CUSTOMERS, 10);
    let counts: Vec<usize> = words
        .iter()
        .map(|word| in_texts(&mut device, word).rows.len())
        .collect();
    assert!(counts.iter().all(|count| *count > 0));
    let long = "门店态度冷淡，".repeat(12);
    // A case of the workload has no subject of its own: its description begins there.
    let id = listed(&mut device, asked("", &[], "")).pop().unwrap().id;
    device.must(Request::EditCase {
        id: id.clone(),
        fields: fields(&[("description", &format!("{long}赔偿方案未定"))]),
    });
    let other = new_case(
        &mut device,
        &[("subject", "Late"), ("description", "The ORDER never came")],
        "",
    );
    device.must(Request::EditCase {
        id: other.clone(),
        fields: fields(&[("description", "The order 来得太晚")]),
    });
    for round in ["at once", "after a restart", "with the stored texts lost"] {
        let ids = |hits: TextHits| hits.rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(
            ids(in_texts(&mut device, "赔偿方案")),
            [id.as_str()],
            "{round}"
        );
        // Across the end of what stands as the subject.
        let across: String = long.chars().skip(35).take(10).collect();
        assert_eq!(
            ids(in_texts(&mut device, &across)),
            [id.as_str()],
            "{round}"
        );
        assert_eq!(
            ids(in_texts(&mut device, "order 太晚")),
            [other.as_str()],
            "{round}"
        );
        assert_eq!(ids(in_texts(&mut device, "never came")), [""; 0], "{round}");
        assert_eq!(
            in_texts(&mut device, "赔偿").searched,
            3 * CUSTOMERS + 1,
            "{round}"
        );
        if round == "at once" {
            let again: Vec<usize> = words
                .iter()
                .map(|word| in_texts(&mut device, word).rows.len())
                .collect();
            assert!(
                again
                    .iter()
                    .zip(&counts)
                    .all(|(now, then)| now + 1 >= *then),
                "only the edited case may be gone: {again:?} {counts:?}"
            );
        }
        device.restart();
        if round == "after a restart" {
            spoil(&mut device, Table::Projections);
            device.restart();
        }
    }
}

/// Overwrites every row of a table.
fn spoil(device: &mut Device, table: Table) {
    let query = Query::Range {
        table,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: true,
    };
    let writes = device.store.load(&[query]).remove(0);
    let writes = writes
        .into_iter()
        .map(|(key, _)| Write::Put {
            table,
            key,
            value: vec![0xFF; 9],
        })
        .collect();
    device.store.commit(Batch {
        writes,
        ..Batch::default()
    });
}

#[test]
fn while_the_app_opens_counts_come_first_and_no_list_is_answered_in_part() {
    let mut device = with_workload();
    let id = new_customer(&mut device, &[("name", "王后来")]);
    let case = listed(&mut device, asked("", &[], "")).pop().unwrap().id;
    device.must(step(&case, "noted", "called"));
    let expected = status(&mut device);
    let whole = customers(&mut device, asked("", &[], ""));
    let cases = listed(&mut device, asked("", &[], ""));
    device.crash(0);
    device.start();
    device.post("cases", Request::Cases(asked("", &[], "")), None);
    device.post("customers", Request::Customers(asked("", &[], "")), None);
    device.post("status", Request::Status, None);
    let save = Request::SaveCustomer {
        id: Some(id),
        fields: BTreeMap::from([("name".to_owned(), "王改名".to_owned())]),
    };
    device.post("save", save, None);
    device.take_notices();
    let mut order = Vec::new();
    let mut seen = BTreeMap::new();
    loop {
        for name in ["status", "customers", "cases", "save"] {
            if let Some(reply) = device.take_reply(name) {
                order.push(name);
                seen.insert(name, reply.unwrap().0);
            }
        }
        if !device.disk_step() {
            break;
        }
    }
    assert_eq!(order, ["status", "customers", "cases", "save"]);
    assert_eq!(seen.remove("status"), Some(Answer::Status(expected)));
    let Some(Answer::Customers(page)) = seen.remove("customers") else {
        panic!("customers were not answered");
    };
    assert_eq!(page.rows, whole);
    let Some(Answer::Cases(page)) = seen.remove("cases") else {
        panic!("cases were not answered");
    };
    assert_eq!(page.rows, cases);
    let progress: Vec<(u64, u64)> = device
        .take_notices()
        .into_iter()
        .filter_map(|notice| match notice {
            Notice::Opening { done, total } => Some((done, total)),
            _ => None,
        })
        .collect();
    assert!(progress.is_sorted());
    assert_eq!(
        progress.last(),
        Some(&(u64::from(4 * CUSTOMERS) + 1, u64::from(4 * CUSTOMERS) + 1))
    );
    assert_eq!(found(&mut device, "王改名"), ["王改名"]);
}
