//! Whole stores of devices as versions of this program left them, kept for good: every later version opens them and finds everything.
//!
//! A profile is a file of rows (`table key value`, in hex) beside the export of what was in it. When the form of anything stored changes, the
//! present one is kept beside the others: raise [`NEWEST`] and run once with `WRITE_GOLDEN=1`. The keys in these files open nothing
//! but a company made up for them.

#![expect(
    clippy::unwrap_used,
    reason = "a profile that cannot be read has failed"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Once;

use huiyin_api::{
    Answer, DifferingQuery, ImportKind, ListQuery, MAX_DIFFERING_ROWS, Request, StepIntent,
};
use huiyin_engine::{Attachment, Batch, MemoryStore, Query, Table, Write};
use huiyin_testkit::{CUSTOMERS_CSV, Device, START_MS, text};

/// The profiles, by their numbers; the newest is that of this version.
const NEWEST: u32 = 1;
/// How long after a profile was made it is opened: 40 days, in milliseconds.
const LATER_MS: i64 = 40 * 86_400_000;
const DRAFT: &str = "customer:new";

fn path(number: u32, ending: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("profile-{number}.{ending}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

fn written(store: &MemoryStore) -> String {
    let mut text = String::new();
    for table in Table::ALL {
        let query = Query::Range {
            table,
            prefix: Vec::new(),
            after: None,
            limit: u32::MAX,
            keys_only: false,
        };
        for (key, value) in store.load(&[query]).remove(0) {
            let _ = writeln!(text, "{} {} {}", table.name(), hex(&key), hex(&value));
        }
    }
    text
}

fn read(text: &str) -> MemoryStore {
    let mut store = MemoryStore::default();
    let writes = text.lines().map(|line| {
        let mut parts = line.split(' ');
        let mut next = || parts.next().unwrap();
        let name = next();
        let table = Table::ALL.into_iter().find(|table| table.name() == name);
        Write::Put {
            table: table.unwrap(),
            key: unhex(next()),
            value: unhex(next()),
        }
    });
    store.commit(Batch {
        writes: writes.collect(),
        ..Batch::default()
    });
    store
}

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn saved(answer: Answer) -> String {
    match answer {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

/// A device with something in every table: imported, entered, edited, attached, differing, drafted, not sent yet.
fn company() -> Device {
    let mut a = Device::new("旧电脑", 41);
    a.found(None);
    let link = a.invite("HQ", "store_manager");
    let mut b = Device::new("旧平板", 42);
    b.join(&link).unwrap();
    let customer = saved(a.must(Request::SaveCustomer {
        id: None,
        fields: fields(&[("name", "老客户"), ("phone", "13800000000")]),
    }));
    let case = saved(a.must(Request::RegisterCase {
        fields: fields(&[("subject", "灯不亮"), ("kind", "complaint")]),
        note: "三楼走廊".to_owned(),
    }));
    a.must(Request::TakeStep {
        id: case.clone(),
        step: StepIntent {
            step: "accepted".to_owned(),
            ..StepIntent::default()
        },
    });
    let open = Request::ImportOpen {
        name: "customers.csv".to_owned(),
        kind: Some(ImportKind::Customers),
        mapping: BTreeMap::new(),
    };
    let import = match a.ask_with(open, Some(text(CUSTOMERS_CSV))).unwrap().0 {
        Answer::ImportPreview(preview) => preview.import.clone(),
        other => panic!("{other:?}"),
    };
    a.must(Request::ImportRun {
        import,
        dry_run: false,
    });
    let mut photo = vec![0xFF, 0xD8, 0xFF, 0xE0];
    photo.extend(std::iter::repeat_n(7, 400));
    let attach = Request::Attach {
        id: case,
        name: "走廊.jpg".to_owned(),
    };
    a.ask_with(attach, Some(Attachment::Bytes(photo))).unwrap();
    let bundle = a.bundle();
    b.take_bundle(&bundle).unwrap();
    let edit = |device: &mut Device, city: &str| {
        device.must(Request::SaveCustomer {
            id: Some(customer.clone()),
            fields: fields(&[("city", city)]),
        });
    };
    edit(&mut a, "杭州");
    b.now += 5_000;
    edit(&mut b, "宁波");
    let bundle = b.bundle();
    a.take_bundle(&bundle).unwrap();
    a.must(Request::ExportBackup {
        passphrase: "柳树 seven 河岸".to_owned(),
    });
    // The last entry waits to be sent.
    a.must(Request::SaveCustomer {
        id: None,
        fields: fields(&[("name", "新客户")]),
    });
    a.must(Request::SaveDraft {
        key: DRAFT.to_owned(),
        json: "{\"name\":\"未保存\"}".to_owned(),
    });
    a
}

/// Returns the rows of the newest profile, which is made first if that is asked for.
fn newest() -> String {
    static MADE: Once = Once::new();
    let rows = path(NEWEST, "rows");
    MADE.call_once(|| {
        if std::env::var_os("WRITE_GOLDEN").is_some() && !rows.exists() {
            let mut device = company();
            std::fs::create_dir_all(rows.parent().unwrap()).unwrap();
            std::fs::write(&rows, written(&device.store)).unwrap();
            std::fs::write(path(NEWEST, "jsonl"), device.export()).unwrap();
        }
    });
    std::fs::read_to_string(rows).unwrap()
}

#[test]
fn the_profile_of_this_version_is_kept() {
    let kept = newest();
    for table in [
        "deltas",
        "outbox",
        "envelopes",
        "keys",
        "drafts",
        "meta",
        "projections",
    ] {
        let start = format!("{table} ");
        assert!(kept.lines().any(|line| line.starts_with(&start)), "{table}");
    }
}

#[test]
fn every_kept_profile_opens_with_everything_in_it_and_goes_on() {
    newest();
    for number in 1..=NEWEST {
        let rows = std::fs::read_to_string(path(number, "rows")).unwrap();
        let lines = std::fs::read_to_string(path(number, "jsonl")).unwrap();
        let mut device = Device::on_disk("旧电脑", 43, read(&rows));
        device.now = START_MS + LATER_MS;
        device.settle();
        assert_eq!(device.export(), lines, "profile {number}");
        let digest = device.digest(None);
        match device.must(Request::Draft {
            key: DRAFT.to_owned(),
        }) {
            Answer::Draft(draft) => assert!(draft.unwrap().contains("未保存")),
            other => panic!("{other:?}"),
        }
        match device.must(Request::Sync) {
            Answer::Sync(view) => assert!(view.only_here > 0, "what was not sent still waits"),
            other => panic!("{other:?}"),
        }
        match device.must(Request::Verify) {
            Answer::Verify(view) => assert!(view.broken.is_empty(), "{view:?}"),
            other => panic!("{other:?}"),
        }
        let mut anew = device.with_rows_made_anew();
        assert_eq!(anew.digest(None), digest);
        // It goes on: what differs is settled, a customer is edited, another device takes it all.
        let query = DifferingQuery {
            limit: MAX_DIFFERING_ROWS,
            ..DifferingQuery::default()
        };
        let record = match device.must(Request::Differing(query)) {
            Answer::Differing(page) => page.records[0].clone(),
            other => panic!("{other:?}"),
        };
        device.must(Request::SettleConflict {
            id: record.id.clone(),
            field: "city".to_owned(),
            value: "宁波".to_owned(),
        });
        device.must(Request::SaveCustomer {
            id: Some(record.id),
            fields: fields(&[("website", "https://a.cn")]),
        });
        let link = device.invite("HQ", "store_manager");
        let mut other = Device::new("新平板", 44);
        other.now = device.now;
        other.join(&link).unwrap();
        let bundle = device.bundle();
        other.take_bundle(&bundle).unwrap();
        let bundle = other.bundle();
        device.take_bundle(&bundle).unwrap();
        let bundle = device.bundle();
        other.take_bundle(&bundle).unwrap();
        assert_eq!(other.digest(None), device.digest(None));
        let page = match other.must(Request::Customers(ListQuery {
            search: "老客户".to_owned(),
            limit: 5,
            ..ListQuery::default()
        })) {
            Answer::Customers(page) => page,
            other => panic!("{other:?}"),
        };
        assert_eq!((page.total, page.rows[0].city.as_str()), (1, "宁波"));
    }
}
