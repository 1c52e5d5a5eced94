//! The command line from end to end, on stores in temporary folders: most of it through the library, the rest through
//! the program itself.
//!
//! Long: each command from end to end, one test after another.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clap::Parser as _;
use huiyin_cli::{Arguments, Failure};
use serde_json::{Value, json};
use tempfile::TempDir;

const CUSTOMERS: &str = "\
name,phone,city
Alder Bakery,021-5550101,Shanghai
Birch Motors,021-5550102,Suzhou
Cedar Clinic,021-5550103,Wuxi
";

const CASES: &str = "\
subject,complainant_name,received_at,external_number
Late delivery,Zhao,2026-03-02,X-1
Wrong part,Qian,2026-03-03,X-2
";

/// A device: a folder with a store, and files beside it.
struct Device {
    folder: TempDir,
}

impl Device {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// A device with a company of its own.
    fn company() -> Self {
        let device = Self::new();
        device.ok(&[
            "init",
            "--company",
            "Acme",
            "--branch",
            "HQ",
            "--staff",
            "Li",
        ]);
        device
    }

    /// A device that has joined the company of `other` by a link and has its data by a bundle.
    fn member_of(other: &Self) -> Self {
        let device = Self::new();
        let invite = other.ok(&["invite", "--role", "administrator"]);
        device.ok(&["join", text(&invite, "link"), "--staff", "Wang"]);
        device.take_bundle_of(other);
        // The administrator's device learns of the newcomer, so that it takes what the newcomer writes.
        other.take_bundle_of(&device);
        device
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("is written");
        path
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn run(&self, words: &[&str]) -> Result<Vec<u8>, Failure> {
        let store = self.store().display().to_string();
        let words = ["huiyin", "--json", "--store", &store]
            .into_iter()
            .chain(words.iter().copied());
        let arguments = Arguments::try_parse_from(words).map_err(|error| Failure::usage(&error))?;
        let mut out = Vec::new();
        huiyin_cli::run(&arguments, &mut out).map(|()| out)
    }

    #[track_caller]
    fn ok(&self, words: &[&str]) -> Value {
        let out = self
            .run(words)
            .unwrap_or_else(|failure| panic!("{words:?}: {failure:?}"));
        serde_json::from_slice(&out).expect("one JSON value")
    }

    #[track_caller]
    fn refused(&self, words: &[&str]) -> Failure {
        match self.run(words) {
            Ok(out) => panic!("{words:?} gave {}", String::from_utf8_lossy(&out)),
            Err(failure) => failure,
        }
    }

    fn import(&self, name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Value {
        let file = self.file(name, content);
        let mut words = vec!["import", &file];
        words.extend(more);
        self.ok(&words)
    }

    fn take_bundle_of(&self, other: &Self) -> Value {
        let file = other.path("out.huiyin");
        other.ok(&["bundle", "export", &file]);
        self.ok(&["bundle", "import", &file])
    }

    fn digest(&self) -> Value {
        self.ok(&["digest"])
    }

    fn export(&self) -> String {
        let out = self.run(&["export", "--jsonl", "-"]).expect("exports");
        String::from_utf8(out).expect("text")
    }

    /// The id of the customer of this name.
    fn customer(&self, name: &str) -> String {
        let rows = self.ok(&["list", "customers", "--search", name]);
        text(&rows[0], "id").to_owned()
    }
}

#[track_caller]
fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("no text {key} in {value}"))
}

fn counts(report: &Value) -> [u64; 4] {
    ["added", "changed", "unchanged", "rejected"].map(|key| report[key].as_u64().expect("a count"))
}

fn field(record: &Value, name: &str) -> Option<String> {
    record["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .find(|field| field["name"] == name)
        .map(|field| text(field, "value").to_owned())
}

#[test]
fn what_was_imported_is_listed_and_the_same_file_again_changes_nothing() {
    let device = Device::company();
    let status = device.ok(&["status"]);
    assert_eq!(text(&status, "company"), "Acme");
    assert_eq!(
        counts(&device.import("c.csv", CUSTOMERS, &[])),
        [3, 0, 0, 0]
    );
    assert_eq!(
        counts(&device.import("k.csv", CASES, &["--as", "cases"])),
        [2, 0, 0, 0]
    );
    assert_eq!(
        counts(&device.import("c.csv", CUSTOMERS, &[])),
        [0, 0, 3, 0]
    );

    let customers = device.ok(&["list", "customers"]);
    let names: Vec<&str> = customers
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| text(row, "name"))
        .collect();
    assert_eq!(names, ["Alder Bakery", "Birch Motors", "Cedar Clinic"]);
    let cases = device.ok(&["list", "cases", "--search", "part"]);
    assert_eq!(cases.as_array().map(Vec::len), Some(1));
    assert_eq!(text(&cases[0], "name"), "Wrong part");
    let one = device.ok(&["list", "customers", "--limit", "1"]);
    assert_eq!(one.as_array().map(Vec::len), Some(1));

    let record = device.ok(&["show", &device.customer("Birch")]);
    assert_eq!(field(&record, "city").as_deref(), Some("Suzhou"));
    let verified = device.ok(&["verify"]);
    assert_eq!(verified["broken"], json!([]));
}

#[test]
fn an_export_taken_into_an_empty_company_gives_the_same_export_and_digest() {
    let device = Device::company();
    device.import("c.csv", CUSTOMERS, &[]);
    device.import("k.csv", CASES, &["--as", "cases"]);
    device.ok(&[
        "add",
        "customer",
        "name=Doughty & Sons",
        "phone=021-5550199",
    ]);
    let export = device.export();
    assert_eq!(export.lines().count(), 6);

    let other = Device::company();
    let report = other.import("all.jsonl", &export, &[]);
    assert_eq!(counts(&report), [6, 0, 0, 0]);
    assert_eq!(other.export(), export);
    assert_eq!(other.digest(), device.digest());
    assert_eq!(
        counts(&other.import("all.jsonl", &export, &[])),
        [0, 0, 6, 0]
    );
}

#[test]
fn two_devices_meet_by_bundles_alone_and_settle_what_both_wrote() {
    let a = Device::company();
    a.import("c.csv", CUSTOMERS, &[]);
    let b = Device::member_of(&a);
    assert_eq!(a.digest(), b.digest());
    assert_eq!(a.digest()["customers"], 3);

    let id = a.customer("Cedar");
    a.ok(&["edit", &id, "city=Nanjing", "website=cedar.example"]);
    b.ok(&["edit", &id, "city=Hangzhou", "contact_name=Dr Wu"]);
    b.ok(&["add", "customer", "name=Elm Hotel", "phone=021-5550104"]);
    assert_ne!(a.digest(), b.digest());

    for _ in 0..2 {
        a.take_bundle_of(&b);
        b.take_bundle_of(&a);
    }
    assert_eq!(a.digest(), b.digest());
    assert_eq!(a.export(), b.export());
    for device in [&a, &b] {
        let record = device.ok(&["show", &id]);
        assert_eq!(field(&record, "website").as_deref(), Some("cedar.example"));
        assert_eq!(field(&record, "contact_name").as_deref(), Some("Dr Wu"));
        let conflicts = device.ok(&["conflicts"]);
        let mut values: Vec<&str> = conflicts[0]["values"]
            .as_array()
            .expect("values")
            .iter()
            .map(|value| text(value, "value"))
            .collect();
        values.sort_unstable();
        assert_eq!(text(&conflicts[0], "field"), "city");
        assert_eq!(values, ["Hangzhou", "Nanjing"]);
    }

    b.ok(&["settle", &id, "city", "Hangzhou"]);
    let brought = a.take_bundle_of(&b);
    assert!(brought["new"].as_u64() > Some(0), "{brought}");
    let again = a.take_bundle_of(&b);
    assert_eq!(again["new"], 0, "{again}");
    assert_eq!(a.ok(&["conflicts"]), json!([]));
    assert_eq!(a.digest(), b.digest());
}

#[test]
fn the_same_file_imported_on_two_devices_apart_is_the_same_data() {
    let a = Device::company();
    let b = Device::member_of(&a);
    for device in [&a, &b] {
        assert_eq!(
            counts(&device.import("c.csv", CUSTOMERS, &[])),
            [3, 0, 0, 0]
        );
    }
    assert_eq!(a.digest(), b.digest());
    a.take_bundle_of(&b);
    b.take_bundle_of(&a);
    assert_eq!(a.digest(), b.digest());
    assert_eq!(a.digest()["customers"], 3);
}

#[test]
fn a_dry_run_counts_and_stores_nothing_and_rejected_rows_come_back_as_a_file() {
    let device = Device::company();
    let rows = "name,birthday\nFir Farm,1990-02-03\nGorse Guild,1990-02-31\n";
    let dry = device.import("c.csv", rows, &["--dry-run"]);
    assert_eq!(counts(&dry), [1, 0, 0, 1]);
    assert_eq!(device.digest()["customers"], 0);

    let errors = device.path("rejected.csv");
    let report = device.import("c.csv", rows, &["--errors", &errors]);
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    assert_eq!(report["rejected_rows"][0]["line"], 3);
    assert_eq!(report["rejected_rows"][0]["column"], "birthday");
    let rejected = std::fs::read_to_string(errors).expect("is written");
    assert!(rejected.contains("Gorse Guild"), "{rejected}");
    assert!(!rejected.contains("Fir Farm"), "{rejected}");
    assert_eq!(device.digest()["customers"], 1);
}

#[test]
fn a_file_in_gbk_is_read_and_columns_can_be_mapped_by_hand() {
    let device = Device::company();
    let (bytes, _, unmappable) = encoding_rs::GBK.encode("甲,乙\n张三,上海\n");
    assert!(!unmappable);
    let file = device.file("gbk.csv", &*bytes);
    let words = [
        "import",
        &file,
        "--as",
        "customers",
        "--map",
        "name=甲",
        "--map",
        "city=乙",
    ];
    assert_eq!(counts(&device.ok(&words)), [1, 0, 0, 0]);
    let record = device.ok(&["show", &device.customer("张三")]);
    assert_eq!(field(&record, "city").as_deref(), Some("上海"));
    let failure = device.refused(&["import", &file, "--as", "customers", "--map", "name=丙"]);
    assert_eq!(failure.place, "丙");
}

#[test]
fn an_import_can_be_taken_back_and_what_was_edited_since_stays() {
    let device = Device::company();
    device.import("c.csv", CUSTOMERS, &[]);
    let id = device.customer("Alder");
    device.ok(&["edit", &id, "city=Kunshan"]);
    let imports = device.ok(&["imports"]);
    let undone = device.ok(&["undo-import", text(&imports[0], "import")]);
    assert_eq!(undone["removed"], 2);
    assert_eq!(undone["kept"], json!([[id, "Alder Bakery"]]));
    assert_eq!(device.digest()["customers"], 1);
}

#[test]
fn a_case_goes_its_way_by_steps_and_a_step_out_of_turn_is_refused() {
    let device = Device::company();
    let saved = device.ok(&[
        "add",
        "case",
        "kind=complaint",
        "subject=Cold food",
        "complainant_name=Sun",
        "--note",
        "by phone",
    ]);
    let id = text(&saved, "id");
    let step = |words: &[&str]| {
        let mut all = vec!["case", "step", id, "--step"];
        all.extend(words);
        device.run(&all)
    };
    assert!(step(&["closed"]).is_err());
    for words in [
        &["accepted"][..],
        &["assigned", "--assignee", "Zhou"],
        &["investigated", "--conclusion", "the oven was off"],
        &["answered", "--note", "a voucher"],
        &["called_back", "--satisfied", "true"],
        &["closed"],
    ] {
        if let Err(failure) = step(words) {
            panic!("{words:?}: {failure:?}");
        }
    }
    let record = device.ok(&["show", id]);
    assert_eq!(text(&record["row"], "state"), "closed");
    let steps: Vec<&str> = record["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| text(event, "step"))
        .collect();
    assert_eq!(steps.last(), Some(&"closed"));
    assert!(steps.contains(&"investigated"), "{steps:?}");
}

#[test]
fn bad_files_and_links_are_refused_with_their_place_and_change_nothing() {
    let device = Device::company();
    device.import("c.csv", CUSTOMERS, &[]);
    let before = device.digest();
    let utf16 = device.file("utf16.csv", b"\xFF\xFEn\0a\0");
    assert_eq!(device.refused(&["import", &utf16]).place, utf16);
    let quote = device.file("quote.csv", "name,city\n\"Open,Shanghai\n");
    device.refused(&["import", &quote]);
    let none = device.path("none.csv");
    assert_eq!(device.refused(&["import", &none]).place, none);
    let text_file = device.file("text.huiyin", "no bundle");
    device.refused(&["bundle", "import", &text_file]);
    device.refused(&["show", "cu.HQ.all.0.0000000000000000"]);
    assert_eq!(device.refused(&["show", "nonsense"]).place, "nonsense");
    device.refused(&["edit", &device.customer("Alder"), "no_such_field=1"]);
    assert_eq!(device.digest(), before);

    let newcomer = Device::new();
    newcomer.refused(&["join", "huiyin:/join#nonsense"]);
    let link = device.ok(&["invite"]);
    let link = text(&link, "link");
    let damaged = format!(
        "{}{}",
        &link[..link.len() - 1],
        if link.ends_with('A') { "B" } else { "A" }
    );
    newcomer.refused(&["join", &damaged]);
    assert_eq!(newcomer.ok(&["status"])["ready"], false);
}

#[test]
fn a_bundle_of_another_company_or_with_a_flipped_bit_takes_nothing_wrong_in() {
    let a = Device::company();
    a.import("c.csv", CUSTOMERS, &[]);
    let stranger = Device::company();
    let bundle = a.path("a.huiyin");
    a.ok(&["bundle", "export", &bundle]);
    stranger.refused(&["bundle", "import", &bundle]);
    assert_eq!(stranger.digest()["customers"], 0);

    let b = Device::new();
    let invite = a.ok(&["invite", "--role", "administrator"]);
    b.ok(&["join", text(&invite, "link")]);
    a.ok(&["bundle", "export", &bundle]);
    let sound = std::fs::read(&bundle).expect("is there");
    for place in [sound.len() / 3, sound.len() / 2, sound.len() - 40] {
        let mut flipped = sound.clone();
        flipped[place] ^= 1;
        let file = b.file("flipped.huiyin", &flipped);
        // Refused as a whole, or taken in but for the damaged part: both are told, neither loses the rest.
        let _ = b.run(&["bundle", "import", &file]);
    }
    b.ok(&["bundle", "import", &bundle]);
    assert_eq!(a.digest(), b.digest());
}

#[test]
fn a_device_that_waits_is_let_in_by_its_six_digits() {
    let a = Device::company();
    a.import("c.csv", CUSTOMERS, &[]);
    let b = Device::new();
    let invite = a.ok(&["invite", "--role", "administrator", "--ask"]);
    b.ok(&["join", text(&invite, "link"), "--staff", "Wang"]);
    b.take_bundle_of(&a);
    a.take_bundle_of(&b);
    b.take_bundle_of(&a);
    let number = |device: &Device| text(&device.ok(&["approve"])[0], "number").to_owned();
    let shown = number(&a);
    assert_eq!(number(&b), shown);
    assert_eq!(b.ok(&["status"])["customers"], 0);
    let other = if shown == "000000" {
        "000001"
    } else {
        "000000"
    };
    a.refused(&["approve", other]);
    b.refused(&["approve", &shown]);
    a.ok(&["approve", &format!("{} {}", &shown[..3], &shown[3..])]);
    b.take_bundle_of(&a);
    assert_eq!(a.digest(), b.digest());
}

#[test]
fn a_store_held_by_another_process_is_busy() {
    let device = Device::company();
    let held = huiyin_cli::Disk::open(&device.store()).expect("is free");
    let failure = device.refused(&["status"]);
    assert_eq!(failure.place, device.store().display().to_string());
    assert!(
        failure.next.contains("Close the other program"),
        "{failure:?}"
    );
    drop(held);
    device.ok(&["status"]);
}

#[test]
fn a_relay_that_cannot_be_reached_is_said_and_costs_nothing() {
    let device = Device::company();
    let failure = device.refused(&["sync", "--once"]);
    assert!(failure.error.contains("No relay is set"), "{failure:?}");
    // A port that was free a moment ago: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let url = format!("http://127.0.0.1:{port}");
    device.ok(&["relay", &url]);
    let failure = device.refused(&["sync", "--once", "--patience", "1"]);
    assert_eq!(failure.place, url);
    assert!(failure.error.contains("cannot be reached"), "{failure:?}");
    device.ok(&["status"]);
}

fn program(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_huiyin"))
        .args(words)
        .output()
        .expect("the program runs")
}

#[track_caller]
fn check_json_failure(words: &[&str]) -> Value {
    let output = program(words);
    assert_eq!(output.status.code(), Some(1), "{words:?}");
    assert!(output.stdout.is_empty(), "{words:?}");
    let failure: Value = serde_json::from_slice(&output.stderr).expect("JSON on standard error");
    for key in ["error", "next"] {
        assert!(!text(&failure, key).is_empty(), "{failure}");
    }
    assert_eq!(failure.as_object().map(serde_json::Map::len), Some(3));
    failure
}

#[test]
fn the_program_tells_every_failure_as_json_with_exit_code_1() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = path(folder.path());
    let failure = check_json_failure(&["--json", "--store", &store, "list", "cases"]);
    assert_eq!(text(&failure, "place"), store);
    assert_eq!(
        text(&check_json_failure(&["lst", "--json"]), "place"),
        "lst"
    );
    assert_eq!(
        text(&check_json_failure(&["status", "--json"]), "place"),
        "--store"
    );
    check_json_failure(&["--json"]);
    check_json_failure(&["import", "--json", "--store", &store]);
    assert!(
        std::fs::read_dir(&folder).expect("reads").next().is_none(),
        "nothing was made"
    );
}

#[test]
fn the_program_speaks_plainly_without_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = path(folder.path());
    let output = program(&["--store", &store, "status"]);
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).expect("text");
    assert!(
        words.starts_with("This device has no company yet."),
        "{words}"
    );
    let output = program(&[
        "--store",
        &store,
        "init",
        "--company",
        "Acme",
        "--branch",
        "hq",
    ]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("company\tAcme\n"));
    let output = program(&["import", "--fields"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("customers\tname\t"));
    assert!(program(&["--help"]).status.success());
}

fn path(path: &Path) -> String {
    path.join("store").display().to_string()
}

#[test]
fn a_company_picks_a_pack_publishes_its_own_and_takes_steps_with_data() {
    let device = Device::new();
    device.ok(&[
        "init",
        "--company",
        "Acme",
        "--branch",
        "HQ",
        "--staff",
        "Li",
        "--pack",
        "S18",
    ]);
    let view = device.ok(&["pack", "list"]);
    assert_eq!(view["published"][0]["id"], "S18");
    let case = device.ok(&[
        "add",
        "case",
        "subject=Damp tea",
        "channel=phone",
        "complainant_name=Zhao",
        "complainant_phone=13800000000",
        "description=Damp on arrival",
        "demand=exchange",
    ]);
    let id = text(&case, "id");
    let refused = device.refused(&["case", "step", id, "--step", "accepted"]);
    assert_eq!(refused.place, "grounds");
    device.ok(&[
        "case",
        "step",
        id,
        "--step",
        "accepted",
        "--data",
        "grounds=true so",
    ]);
    let shown = device.ok(&["show", id]);
    assert_eq!(shown["desk"]["clocks"][0]["name"], "close");
    assert_eq!(shown["row"]["state"], "accepted");

    let picked = device.ok(&["pack", "pick", "S03"]);
    assert_eq!(picked["version"], "1");
    let own = r#"
id = "own"
version = 1
name = { zh = "自己的制度", en = "Our own" }
about = { zh = "本公司", en = "Our company" }
[[clocks]]
name = "answer"
text = { zh = "答复", en = "Answer" }
length = "5wd"
stops = ["answered"]
source = "Our own rule."
"#;
    let file = device.file("own.toml", own);
    let published = device.ok(&["pack", "publish", &file]);
    assert!(text(&published, "reference").starts_with("own/1-"));
    let next = device.ok(&["add", "case", "subject=Another"]);
    let shown = device.ok(&["show", text(&next, "id")]);
    assert_eq!(shown["desk"]["clocks"][0]["length"], "5wd");
    device.ok(&["pack", "activate", "none"]);

    let bad = device.file(
        "bad.toml",
        own.replace("5wd", "5 years").replace("\"own\"", "\"bad\""),
    );
    let refused = device.refused(&["pack", "publish", &bad]);
    assert!(refused.place.contains("bad.toml"), "{refused:?}");
    device.refused(&["pack", "pick", "S99"]);
    let view = device.ok(&["pack", "list"]);
    assert_eq!(view["published"].as_array().map(Vec::len), Some(3));
}

#[test]
fn every_document_is_written_as_an_automerge_file_with_its_history() {
    let device = Device::company();
    device.import("c.csv", CUSTOMERS, &[]);
    let folder = device.folder.path().join("out/documents");
    let place = folder.to_str().expect("a plain path");
    let written = device.ok(&["export", "--automerge", place]);
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder was made")
        .map(|entry| {
            entry
                .expect("read")
                .file_name()
                .into_string()
                .expect("plain")
        })
        .collect();
    names.sort();
    assert_eq!(written["documents"], json!(names.len()));
    assert!(
        names.iter().any(|name| name == "root.automerge"),
        "{names:?}"
    );
    assert!(
        names.iter().any(|name| name == "cat.HQ.automerge"),
        "{names:?}"
    );
    assert!(
        names.iter().any(|name| name.starts_with("cu.HQ.")),
        "{names:?}"
    );
    for name in names {
        let bytes = std::fs::read(folder.join(&name)).expect("written");
        // Magic of an Automerge file, and the type of a whole document after the checksum.
        assert_eq!(bytes[..4], [0x85, 0x6F, 0x4A, 0x83], "{name}");
        assert_eq!(bytes[8], 0, "{name}");
    }
}

#[test]
fn an_export_names_one_form_and_a_folder_that_can_be_made() {
    let device = Device::company();
    let asked = Arguments::try_parse_from(["huiyin", "export"]);
    assert!(asked.is_err());
    let both = ["huiyin", "export", "--jsonl", "a", "--automerge", "b"];
    assert!(Arguments::try_parse_from(both).is_err());
    let taken = device.folder.path().join("taken");
    std::fs::write(&taken, "a file").expect("written");
    let failure = device.refused(&["export", "--automerge", taken.to_str().expect("plain")]);
    assert!(format!("{failure:?}").contains("taken"), "{failure:?}");
}

#[test]
fn a_decision_takes_the_pin_of_a_certified_key_and_is_refused_without() {
    let office = Device::company();
    let till = Device::new();
    let invite = office.ok(&["invite", "--role", "store_manager"]);
    till.ok(&["join", text(&invite, "link"), "--staff", "Wang"]);
    till.take_bundle_of(&office);
    office.take_bundle_of(&till);
    assert!(till.run(&["pin", "set", "--pin", "123456"]).is_err());
    till.ok(&["pin", "set", "--pin", "481516"]);
    office.take_bundle_of(&till);
    let key = &office.ok(&["pin", "list"])[0];
    assert_eq!(text(key, "state"), "waiting");
    let number = text(key, "number").to_owned();
    till.take_bundle_of(&office);
    assert_eq!(text(&till.ok(&["pin", "list"])[0], "number"), number);
    office.ok(&["pin", "certify", &number]);
    till.take_bundle_of(&office);
    let saved = till.ok(&["add", "case", "kind=complaint", "subject=Cold food"]);
    let id = text(&saved, "id");
    let words = [
        "case",
        "step",
        id,
        "--step",
        "withdrawn",
        "--reason",
        "over",
    ];
    let refused = till.refused(&words);
    assert!(refused.error.contains("signature"), "{refused:?}");
    let wrong = till.refused(&[&words[..], &["--pin", "481517"]].concat());
    assert!(wrong.error.contains("PIN is wrong"), "{wrong:?}");
    till.ok(&[&words[..], &["--pin", "481516"]].concat());
    office.take_bundle_of(&till);
    let record = office.ok(&["show", id]);
    let events = record["events"].as_array().expect("events");
    let signed = events.iter().find(|event| event["step"] == "withdrawn");
    assert_eq!(signed.expect("it is shown")["signed"], true);
    let public = text(&office.ok(&["pin", "list"])[0], "key").to_owned();
    office.ok(&["pin", "end", &public[..12]]);
    assert_eq!(text(&office.ok(&["pin", "list"])[0], "state"), "ended");
}
