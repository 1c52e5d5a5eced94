//! Files of more than one piece: read as they are needed, stopped, broken off, taken up again.

use std::fmt::Write as _;

use huiyin_api::{Answer, ImportStage, ListQuery, Notice, ProblemCode, Request};
use huiyin_engine::Attachment;
use huiyin_testkit::Device;

use crate::talk::*;

/// Customers of the file; each has three cases.
const CUSTOMERS: u64 = 600;
/// Rows of it: about 2.5 MB, in ten pieces.
const ROWS: u64 = 4 * CUSTOMERS;
/// 2025-09-01 in Unix milliseconds.
const BEGIN_MS: u64 = 1_756_656_000_000;
/// Days between two cases, in milliseconds: they lie in two years.
const APART_MS: u64 = 8_640_000;

fn file() -> String {
    let mut lines = String::new();
    for customer in 0..CUSTOMERS {
        let _ = writeln!(
            lines,
            r#"{{"t":"customer","id":"K{customer}","name":"客户{customer}","phone":"13{customer:09}"}}"#
        );
    }
    let text = "客户反映产品使用三天后出现异常响声，要求上门检查。".repeat(12);
    for case in 0..3 * CUSTOMERS {
        let (customer, received) = (case * 7 % CUSTOMERS, BEGIN_MS + case * APART_MS);
        let _ = writeln!(
            lines,
            r#"{{"t":"case","id":"C{case}","customerId":"K{customer}","subject":"第{case}件","description":"{text}","received":{received},"status":"open","events":[{{"ts":{received},"actor":"李雷","text":"已联系"}}]}}"#
        );
    }
    lines
}

/// Returns how many records the device has.
fn stored(device: &mut Device) -> u64 {
    let status = status(device);
    u64::from(status.customers + status.cases)
}

/// Asks for a run and does disk operations until `enough`.
fn run_until(device: &mut Device, import: &str, mut enough: impl FnMut(&mut Device) -> bool) {
    let request = Request::ImportRun {
        import: import.to_owned(),
        dry_run: false,
    };
    device.post("the run", request, None);
    while !enough(device) {
        assert!(device.disk_step(), "the run came to its end");
    }
}

#[test]
fn a_file_gives_the_same_data_however_it_comes_in() {
    let (mut a, mut b) = pair();
    let file = file();
    b.longest_read = 9_973;
    assert_eq!(counts(&import(&mut a, "w.jsonl", &file)), [ROWS, 0, 0, 0]);
    assert_eq!(counts(&import(&mut b, "w.jsonl", &file)), [ROWS, 0, 0, 0]);
    assert_eq!(a.digest(None), b.digest(None), "before they meet");
    exchange(&mut a, &mut b);
    assert_eq!(a.export(), b.export());
    assert_eq!(u64::from(status(&mut a).cases), ROWS * 3 / 4);
    for device in [&mut a, &mut b] {
        assert_eq!(
            counts(&import(device, "again.jsonl", &file)),
            [0, 0, ROWS, 0]
        );
        device.restart();
        assert_eq!(
            counts(&import(device, "again.jsonl", &file)),
            [0, 0, ROWS, 0]
        );
    }
    let case = a.export();
    let case = case
        .lines()
        .find(|line| line.starts_with("{\"t\":\"case\""))
        .expect("there are cases");
    assert!(
        case.contains("\"customer\":\"cu.HQ.alli"),
        "cases know their customers: {case}"
    );
}

#[test]
fn lists_answer_and_records_can_be_changed_while_a_file_is_stored() {
    let mut device = founder();
    let by_hand = new_customer(&mut device, &[("name", "早有的客户")]);
    let preview = open_file(&mut device, "w.jsonl", &file(), None).unwrap();
    device.take_notices();
    run_until(&mut device, &preview.import, |device| {
        device.now += 50;
        let Answer::Customers(page) = device_answer(device) else {
            panic!("customers")
        };
        page.total > 1
    });
    assert!(device.take_reply("the run").is_none(), "it still runs");
    edit(&mut device, &by_hand, &[("city", "杭州")]);
    device.settle();
    let reply = device.take_reply("the run").expect("it has ended");
    let Ok((Answer::ImportReport(report), _)) = reply else {
        panic!("{reply:?}")
    };
    assert_eq!(counts(&report), [ROWS, 0, 0, 0]);
    assert_eq!(customer(&mut device, &by_hand).row.city, "杭州");
    let told: Vec<_> = device
        .take_notices()
        .into_iter()
        .filter_map(|notice| match notice {
            Notice::ImportProgress(progress) => Some(progress),
            _ => None,
        })
        .collect();
    assert!(!told.is_empty());
    assert!(told.iter().all(|progress| {
        progress.stage == ImportStage::Running && progress.total == ROWS && progress.done <= ROWS
    }));
}

/// A list is answered at once, without waiting for the run.
fn device_answer(device: &mut Device) -> Answer {
    device.post("a list", Request::Customers(ListQuery::default()), None);
    let reply = device.take_reply("a list").expect("lists do not wait");
    reply.expect("lists are answered").0
}

#[test]
fn a_run_that_is_stopped_keeps_what_it_stored_and_goes_on_from_there() {
    let (mut a, mut b) = pair();
    let file = file();
    let preview = open_file(&mut a, "w.jsonl", &file, None).unwrap();
    let before = a.commits();
    run_until(&mut a, &preview.import, |device| {
        device.commits() > before + 1
    });
    a.post(
        "stop",
        Request::ImportCancel {
            import: preview.import.clone(),
        },
        None,
    );
    a.settle();
    let reply = a.take_reply("the run").expect("it has ended");
    let Ok((Answer::ImportReport(report), _)) = reply else {
        panic!("{reply:?}")
    };
    assert!(
        report.cancelled && report.added > 0 && report.added < ROWS,
        "{report:?}"
    );
    assert_eq!(stored(&mut a), report.added);
    let rest = import(&mut a, "w.jsonl", &file);
    assert_eq!(
        (rest.added, rest.unchanged),
        (ROWS - report.added, report.added)
    );
    import(&mut b, "w.jsonl", &file);
    assert_eq!(a.digest(None), b.digest(None));
}

#[test]
fn a_crash_in_the_middle_loses_no_row_once_the_file_is_imported_again() {
    let (mut a, mut b) = pair();
    let file = file();
    let preview = open_file(&mut a, "w.jsonl", &file, None).unwrap();
    let before = a.commits();
    run_until(&mut a, &preview.import, |device| device.commits() > before);
    a.crash(1);
    a.start();
    a.settle();
    let kept = stored(&mut a);
    assert!(kept > 0);
    let rest = import(&mut a, "w.jsonl", &file);
    assert_eq!(rest.unchanged, kept);
    import(&mut b, "w.jsonl", &file);
    assert_eq!(a.digest(None), b.digest(None));
    let undone = undo_last(&mut a);
    assert_eq!(undone.removed, ROWS, "what was stored before the crash too");
    assert_eq!(status(&mut a).customers, 0);
}

#[test]
fn a_file_that_disappears_is_told_and_leaves_what_was_stored() {
    let mut device = founder();
    let file = file();
    let preview = open_file(&mut device, "w.jsonl", &file, None).unwrap();
    let before = device.commits();
    run_until(&mut device, &preview.import, |device| {
        device.commits() > before
    });
    device.lose_files();
    device.settle();
    let problem = device
        .take_reply("the run")
        .expect("it has ended")
        .expect_err("the file is gone");
    assert_eq!(problem.code, ProblemCode::UnreadableFile);
    let kept = stored(&mut device);
    let rest = import(&mut device, "w.jsonl", &file);
    assert_eq!(rest.unchanged, kept);
    assert_eq!(rest.added + rest.unchanged, ROWS);
}

#[test]
fn files_are_closed_when_they_are_put_away_or_too_many() {
    let mut device = founder();
    let first = open_file(&mut device, "1.csv", "name\n甲\n", None).unwrap();
    for name in ["2.csv", "3.csv", "4.csv"] {
        open_file(&mut device, name, "name\n甲\n", None).unwrap();
    }
    assert_eq!(device.open_files(), 3);
    let problem = device.refused(Request::ImportRun {
        import: first.import,
        dry_run: false,
    });
    assert_eq!(problem.code, ProblemCode::ImportGone);
    let fourth = open_file(&mut device, "5.csv", "name\n甲\n", None).unwrap();
    device.must(Request::ImportCancel {
        import: fourth.import,
    });
    assert_eq!(device.open_files(), 2);
    open_file(&mut device, "6.csv", "", None).unwrap_err();
    assert_eq!(device.open_files(), 2, "an empty file does not stay open");
}

#[test]
fn rows_that_cannot_be_taken_are_found_again_in_a_large_file() {
    let mut device = founder();
    let mut file = String::from("name,birthday\n");
    for row in 0..20_000 {
        let day = if row % 1_000 == 999 { "31" } else { "28" };
        let _ = writeln!(file, "客户{row},2001-02-{day}");
    }
    let preview = open_file(&mut device, "births.csv", &file, None).unwrap();
    assert_eq!((preview.rows, preview.rejected_total), (20_000, 20));
    assert_eq!(preview.rejected[1].line, 2_001);
    let (_, bytes) = device
        .ask(Request::ImportErrors {
            import: preview.import.clone(),
        })
        .unwrap();
    let errors = String::from_utf8(bytes.unwrap()).unwrap();
    assert_eq!(errors.lines().count(), 21, "{errors}");
    assert!(errors.lines().nth(2).is_some_and(|line| {
        line.starts_with("2001,birthday,") && line.ends_with("客户1999,2001-02-31")
    }));
    assert_eq!(
        counts(&run(&mut device, &preview.import, true)),
        [19_980, 0, 0, 20]
    );
    assert_eq!(status(&mut device).customers, 0, "a dry run stores nothing");
}

#[test]
fn bad_files_are_refused_with_what_is_wrong() {
    let mut device = founder();
    let utf16: Vec<u8> = "\u{feff}name\r\n甲\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut open = |name: &str, content: &[u8]| {
        let request = Request::ImportOpen {
            name: name.to_owned(),
            kind: None,
            mapping: fields(&[]),
        };
        let content = Attachment::Bytes(content.to_vec());
        match device.ask_with(request, Some(content)) {
            Ok((Answer::ImportPreview(preview), _)) => Ok((preview.encoding, preview.rows)),
            Ok(other) => panic!("{other:?}"),
            Err(problem) => Err((problem.code, problem.place)),
        }
    };
    let mut refused = |name: &str, content: &[u8], code, place: &str| {
        assert_eq!(
            open(name, content),
            Err((code, place.to_owned())),
            "{content:?}"
        );
    };
    refused("x.csv", b"", ProblemCode::EmptyFile, "x.csv");
    refused("x.csv", b"\xEF\xBB\xBF\n", ProblemCode::EmptyFile, "x.csv");
    refused(
        "x.csv",
        b"name\na\0b\n",
        ProblemCode::UnknownEncoding,
        "x.csv",
    );
    refused("x.csv", &utf16[2..], ProblemCode::UnknownEncoding, "x.csv");
    refused("x.csv", b"name\n\"a\nb\n", ProblemCode::BadCsv, "line 2");
    refused("x.csv", b"1,2\n3,4\n", ProblemCode::NoColumns, "x.csv");
    refused("x.jsonl", b"\nno\n", ProblemCode::BadJson, "line 2");
    let long = format!("{{\"t\":\"customer\",\"name\":\"{}\"", "x".repeat(300_000));
    refused("x.jsonl", long.as_bytes(), ProblemCode::BadJson, "line 1");
    let cut = &"name,city\n甲,杭州\n".as_bytes()[..19];
    refused("x.csv", cut, ProblemCode::UnknownEncoding, "x.csv");
    assert_eq!(open("x.csv", &utf16), Ok(("utf-16".to_owned(), 1)));
    assert_eq!(status(&mut device).customers, 0);
}
