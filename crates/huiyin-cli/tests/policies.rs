//! `huiyin deadline` and `huiyin packs`: asked without a store, with good and bad input.

use clap::Parser as _;
use huiyin_cli::{Arguments, Failure};
use serde_json::Value;
use tempfile::TempDir;

fn run(words: &[&str]) -> Result<String, Failure> {
    let words = ["huiyin"].into_iter().chain(words.iter().copied());
    let arguments = Arguments::try_parse_from(words).map_err(|error| Failure::usage(&error))?;
    let mut out = Vec::new();
    huiyin_cli::run(&arguments, &mut out)?;
    Ok(String::from_utf8(out).expect("text"))
}

#[track_caller]
fn json(words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    let out = run(&words).unwrap_or_else(|failure| panic!("{words:?}: {failure:?}"));
    serde_json::from_str(&out).expect("one JSON value")
}

/// Runs a command that must be refused with these words.
#[track_caller]
fn refused(words: &[&str], place: &str, says: &str) {
    let failure = match run(words) {
        Ok(out) => panic!("{words:?} gave {out}"),
        Err(failure) => failure,
    };
    let text = failure.to_string();
    assert!(
        failure.place.contains(place) && text.contains(says),
        "expected {place:?} and {says:?}: {failure:?}"
    );
}

/// Words that ask when a clock is due.
fn deadline<'a>(pack: &'a str, clock: &'a str, from: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut words = vec!["deadline", "--pack", pack, "--clock", clock, "--from", from];
    words.extend(more);
    words
}

#[track_caller]
fn due(pack: &str, clock: &str, from: &str, more: &[&str], expected: &str) -> Value {
    let found = json(&deadline(pack, clock, from, more));
    assert_eq!(found["due"], expected, "{found}");
    found
}

#[test]
fn a_deadline_is_printed_with_its_days() {
    let found = due(
        "S04",
        "complaint",
        "2026-09-30T10:00:00+08:00",
        &[],
        "2026-10-10T18:00:00+08:00",
    );
    assert_eq!(found["provisional"], false);
    let days = found["explanation"].as_array().expect("a list");
    assert_eq!(days.len(), 12);
    assert_eq!(days[1]["kind"], "holiday");
    assert_eq!(days[1]["name"], "国庆节");
    assert_eq!(days[1]["counted"], Value::Null);
    assert_eq!(days[10]["kind"], "make_up");
    assert_eq!(days[10]["counted"], 3);
    assert_eq!(days[11]["kind"], "due");
    assert!(
        days.iter()
            .all(|day| day["text"].as_str().is_some_and(|text| !text.is_empty()))
    );
    let text = run(&deadline("S04", "complaint", "2026-09-30T10:00", &[])).expect("is printed");
    assert!(
        text.starts_with("due\t2026-10-10T18:00:00+08:00\n"),
        "{text}"
    );
    assert!(
        text.contains("2026-10-10\tmake-up working day (国庆节); counts as day 3"),
        "{text}"
    );
}

#[test]
fn the_start_may_be_written_in_several_ways() {
    for from in [
        "2026-03-10T09:15:00+08:00",
        "2026-03-10T01:15:00Z",
        "2026-03-10T09:15",
        "2026-03-10T09:15:00",
        "2026-03-10",
        "1773105300000",
    ] {
        due("S05", "answer", from, &[], "2026-03-12T18:00:00+08:00");
    }
    for bad in ["yesterday", "2026-02-30", "20260310", "2026-03-10T25:00"] {
        refused(
            &deadline("S05", "answer", bad, &[]),
            "--from",
            "2026-03-10T09:15",
        );
    }
}

#[test]
fn every_length_every_zone_and_other_office_hours_are_taken() {
    due(
        "S03",
        "callback",
        "2026-03-14T10:00",
        &[],
        "2026-03-14T18:00:00+08:00",
    );
    due(
        "S04",
        "special",
        "2026-03-10T09:15",
        &[],
        "2026-03-19T18:00:00+08:00",
    );
    due(
        "S41",
        "follow-up",
        "2026-01-31T09:00",
        &[],
        "2026-02-28T18:00:00+08:00",
    );
    due(
        "ISO10002",
        "acknowledge",
        "2026-03-10T23:30",
        &[],
        "2026-03-11T00:30:00+08:00",
    );
    due(
        "S04",
        "reply",
        "2026-03-28T10:00",
        &["--zone", "Europe/Berlin"],
        "2026-03-29T11:00:00+02:00",
    );
    due(
        "S05",
        "answer",
        "2026-03-10",
        &["--zone", "-03:30"],
        "2026-03-12T18:00:00-03:30",
    );
    due(
        "S05",
        "answer",
        "2026-03-10",
        &["--office", "08:00-16:30"],
        "2026-03-12T16:30:00+08:00",
    );
    let found = due(
        "S05",
        "investigate",
        "2026-12-31",
        &[],
        "2027-01-01T18:00:00+08:00",
    );
    assert_eq!(found["provisional"], true);
    refused(
        &deadline("S05", "answer", "2026-03-10", &["--zone", "Mars/Base"]),
        "--zone",
        "Asia/Shanghai",
    );
    refused(
        &deadline("S05", "answer", "2026-03-10", &["--office", "9 to 5"]),
        "--office",
        "09:00-12:00",
    );
}

#[test]
fn a_promised_day_is_needed_taken_or_refused() {
    due(
        "S09",
        "promised",
        "2026-03-10",
        &["--promised", "2026-03-21"],
        "2026-03-21T18:00:00+08:00",
    );
    due(
        "S19",
        "limit",
        "2026-03-10",
        &["--promised", "2026-03-15"],
        "2026-03-15T18:00:00+08:00",
    );
    due(
        "S19",
        "limit",
        "2026-03-10",
        &[],
        "2026-03-13T18:00:00+08:00",
    );
    refused(
        &deadline("S09", "promised", "2026-03-10", &[]),
        "--promised",
        "give that day",
    );
    let given = |day| deadline("S04", "complaint", "2026-03-10", &["--promised", day]);
    refused(
        &given("2026-03-20"),
        "--promised",
        "leave the promised day out",
    );
    let early = deadline("S19", "limit", "2026-03-10", &["--promised", "2026-03-09"]);
    refused(&early, "--promised", "before the start");
    refused(
        &deadline("S19", "limit", "2026-03-10", &["--promised", "soon"]),
        "--promised",
        "YYYY-MM-DD",
    );
}

#[test]
fn an_unknown_pack_or_clock_is_answered_with_what_there_is() {
    refused(
        &deadline("S99", "close", "2026-03-10", &[]),
        "--pack",
        "ISO10002, S03, S04",
    );
    refused(
        &deadline("S18", "shut", "2026-03-10", &[]),
        "--clock",
        "close",
    );
}

#[test]
fn a_calendar_file_takes_the_place_of_the_announced_days() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("is written");
        path.display().to_string()
    };
    let own = file(
        "own.csv",
        "date,kind,name\n2026-03-11,holiday,Founding day\n2026-03-14,workday,Fair\n",
    );
    let found = due(
        "S04",
        "complaint",
        "2026-03-10",
        &["--calendar", &own],
        "2026-03-14T18:00:00+08:00",
    );
    assert_eq!(found["explanation"][1]["name"], "Founding day");
    let bad = file(
        "bad.csv",
        "date,kind,name\n2026-03-11,holiday,A\n2026-13-01,holiday,B\n",
    );
    refused(
        &deadline("S04", "complaint", "2026-03-10", &["--calendar", &bad]),
        "line 3",
        "YYYY-MM-DD",
    );
    let none = folder.path().join("none.csv").display().to_string();
    refused(
        &deadline("S04", "complaint", "2026-03-10", &["--calendar", &none]),
        "none.csv",
        "cannot be read",
    );
}

#[test]
fn the_packs_that_come_with_the_program_pass_their_check() {
    let text = run(&["packs", "check"]).expect("no defect");
    assert_eq!(text.lines().count(), 27, "{text}");
    assert!(
        text.lines().take(26).all(|line| line.ends_with("\tok")),
        "{text}"
    );
    let list = json(&["packs", "list"]);
    assert_eq!(list.as_array().map(Vec::len), Some(26));
    let pack = json(&["packs", "show", "S05"]);
    assert_eq!(pack["clauses"].as_array().map(Vec::len), Some(14));
    let text = run(&["packs", "show", "S18"]).expect("is printed");
    assert!(
        text.contains("clock\tclose\t7d\tfrom registered\tclosed"),
        "{text}"
    );
    refused(&["packs", "show", "S99"], "--pack", "S03");
}

/// A folder with the packs of the repository.
fn source_folder() -> String {
    format!("{}/../huiyin-core/packs", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_pack_files_have_no_key_that_means_nothing() {
    let text = run(&["packs", "check", &source_folder()]).expect("no defect");
    assert!(text.ends_with("26 packs\n"), "{text}");
}

/// Writes a changed copy of a pack and returns the folder it is in.
fn changed(from: &str, to: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(format!("{}/S18.toml", source_folder())).expect("a pack");
    assert!(text.contains(from), "{from}");
    std::fs::write(folder.path().join("S18.toml"), text.replacen(from, to, 1)).expect("is written");
    folder
}

#[track_caller]
fn defect(from: &str, to: &str, place: &str, says: &str) {
    let folder = changed(from, to);
    let path = folder.path().display().to_string();
    refused(&["packs", "check", &path], place, says);
    refused(
        &deadline("S18", "close", "2026-03-10", &["--packs", &path]),
        place,
        says,
    );
}

#[test]
fn a_defect_of_a_file_is_named_with_its_place() {
    defect(
        "stops = [\"closed\"]",
        "stops = [\"closed\"]\nstop = 1",
        "clocks.0.stop",
        "no such key",
    );
    defect(
        "length = \"7d\"",
        "length = \"7 days\"",
        "line ",
        "write 3wd",
    );
    defect(
        "stops = [\"closed\"]",
        "stops = [\"shut\"]",
        "line ",
        "shut",
    );
    defect("length = \"7d\"", "length = ", "line ", "");
    defect(
        "length = \"7d\"\n",
        "length = \"7d\"\nstart = \"clock:close\"\n",
        "clocks.close.start",
        "ring",
    );
    defect(
        "id = \"S18\"",
        "id = \"S81\"",
        "id",
        "must be named S81.toml",
    );
    refused(
        &["packs", "check", "no-such-folder"],
        "no-such-folder",
        "cannot be read",
    );
    let empty = tempfile::tempdir().expect("a folder");
    let path = empty.path().display().to_string();
    refused(&["packs", "check", &path], &path, "holds 0 pack files");
}

#[test]
fn another_figure_in_a_file_moves_the_deadline() {
    let folder = changed("length = \"7d\"", "length = \"2wd\"");
    let path = folder.path().display().to_string();
    due(
        "S18",
        "close",
        "2026-03-13",
        &[],
        "2026-03-20T18:00:00+08:00",
    );
    due(
        "S18",
        "close",
        "2026-03-13",
        &["--packs", &path],
        "2026-03-17T18:00:00+08:00",
    );
}

#[test]
fn the_program_ends_with_one_when_a_pack_has_a_defect() {
    let folder = changed("stops = [\"closed\"]", "stops = []");
    let path = folder.path().display().to_string();
    let run = |words: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_huiyin"))
            .args(words)
            .output()
            .expect("the program starts")
    };
    let end = run(&["packs", "check", &path]);
    assert_eq!(end.status.code(), Some(1));
    let text = String::from_utf8(end.stdout).expect("text");
    assert!(text.contains("S18.toml: clocks.close.stops: "), "{text}");
    assert_eq!(run(&["packs", "check"]).status.code(), Some(0));
}
