//! What `cargo xtask bench` needs natively: the file to import, what to edit and look for, and a merge in memory.
//!
//! ```text
//! huiyin-workload data CUSTOMERS            the workload as JSON lines
//! huiyin-workload script CUSTOMERS          one JSON object: edits (cases by place), queries, texts
//! huiyin-workload merge CUSTOMERS REPEATS [EDITS]
//!                                           one JSON object a line: ms, bytes
//! ```

use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::time::Instant;

use huiyin_api::{Answer, ListQuery, RelayState, Request, StepIntent};
use huiyin_engine::Attachment;
use huiyin_testkit::{Device, Wire, workload};
use serde_json::json;

/// Edits measured one by one.
const EDITS: usize = 200;
/// Edits of each side before a merge, unless told otherwise.
const MERGED_EDITS: usize = 1_000;
/// Searches measured.
const QUERIES: usize = 40;
/// Seeds of the scripts: single edits, and the two sides of a merge.
const SEEDS: [u32; 3] = [7, 11, 12];
/// Most customers: their cases and 32-bit numbers stay far apart.
const MAX_CUSTOMERS: u32 = 10_000_000;
const RELAY: &str = "http://relay.example";
const USAGE: &str =
    "huiyin-workload data CUSTOMERS | script CUSTOMERS | merge CUSTOMERS REPEATS [EDITS]";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let customers = words
        .get(1)
        .and_then(|word| word.parse().ok())
        .filter(|customers| (1..=MAX_CUSTOMERS).contains(customers));
    let out = &mut BufWriter::new(std::io::stdout().lock());
    let done = match (words.as_slice(), customers) {
        (["data", _], Some(customers)) => workload::write(customers, out),
        (["script", _], Some(customers)) => script(customers, out),
        (["merge", _, repeats, edits @ ..], Some(customers)) => {
            let edits = match edits {
                [] => Some(MERGED_EDITS),
                [edits] => edits.parse().ok(),
                _ => None,
            };
            match (repeats.parse(), edits) {
                (Ok(repeats), Some(edits)) => merge(customers, repeats, edits, out),
                _ => return misused(),
            }
        }
        _ => return misused(),
    };
    match done.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("failed to write: {error}");
            ExitCode::FAILURE
        }
    }
}

fn misused() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::FAILURE
}

fn script(customers: u32, out: &mut dyn Write) -> std::io::Result<()> {
    let [edits, left, right] = SEEDS;
    let script = json!({
        "edits": workload::edited_cases(customers, EDITS, edits),
        "left": workload::edited_cases(customers, MERGED_EDITS, left),
        "right": workload::edited_cases(customers, MERGED_EDITS, right),
        "queries": workload::queries(customers, QUERIES),
        "texts": workload::text_queries(customers, QUERIES),
    });
    writeln!(out, "{script}")
}

/// Two devices in memory with the workload each; again and again both write their edits without a relay and then meet.
fn merge(customers: u32, repeats: usize, edits: usize, out: &mut dyn Write) -> std::io::Result<()> {
    let mut file = Vec::new();
    workload::write(customers, &mut file)?;
    let file = String::from_utf8(file).map_err(std::io::Error::other)?;
    let mut first = Device::new("a", 1);
    // A step before its case came in would be refused.
    first.now = workload::END_MS;
    first.found(Some(RELAY));
    import(&mut first, file);
    let link = first.invite("HQ", "store_manager");
    let mut second = Device::new("b", 2);
    second.now = first.now;
    if let Err(problem) = second.join(&link) {
        return Err(std::io::Error::other(format!("{problem:?}")));
    }
    let mut devices = [first, second];
    let mut wire = Wire::new(9);
    meet(&mut wire, &mut devices)?;
    for _ in 0..repeats {
        wire.relay_up = false;
        wire.cut_all();
        wire.settle(&mut devices);
        for (device, seed) in devices.iter_mut().zip(&SEEDS[1..]) {
            for case in workload::edited_cases(customers, edits, *seed) {
                edit(device, case);
            }
        }
        let before = stored_bytes(&wire);
        wire.relay_up = true;
        let took = timed(|| meet(&mut wire, &mut devices))?;
        let bytes = stored_bytes(&wire) - before;
        if devices[0].digest(None) != devices[1].digest(None) {
            return Err(std::io::Error::other("the devices differ after the merge"));
        }
        writeln!(out, "{}", json!({"ms": took, "bytes": bytes}))?;
    }
    Ok(())
}

/// Runs `work` and returns how long it took, in milliseconds.
#[expect(
    clippy::disallowed_methods,
    reason = "this program measures; nothing simulated depends on it"
)]
fn timed(work: impl FnOnce() -> std::io::Result<()>) -> std::io::Result<f64> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64() * 1_000.0)
}

fn stored_bytes(wire: &Wire) -> usize {
    wire.relay.stored().iter().map(Vec::len).sum()
}

fn meet(wire: &mut Wire, devices: &mut [Device]) -> std::io::Result<()> {
    let met = wire.settle_until(devices, |devices| {
        devices.iter_mut().all(|device| {
            matches!(device.must(Request::Sync), Answer::Sync(view)
                if view.state == RelayState::UpToDate && view.only_here == 0)
        })
    });
    if met {
        Ok(())
    } else {
        Err(std::io::Error::other("the devices never come to rest"))
    }
}

fn import(device: &mut Device, file: String) {
    let request = Request::ImportOpen {
        name: "workload.jsonl".to_owned(),
        kind: None,
        mapping: std::collections::BTreeMap::new(),
    };
    let attachment = Attachment::Text {
        text: file,
        encoding: "utf-8",
    };
    let opened = device.ask_with(request, Some(attachment));
    let Ok((Answer::ImportPreview(preview), _)) = opened else {
        panic!("the workload was answered with {opened:?}");
    };
    device.must(Request::ImportRun {
        import: preview.import,
        dry_run: false,
    });
}

/// Takes the step that follows in the case at a place of the list by number.
fn edit(device: &mut Device, place: u32) {
    let answer = device.must(Request::Cases(ListQuery {
        sort: "number".to_owned(),
        offset: place,
        limit: 1,
        ..ListQuery::default()
    }));
    let Answer::Cases(page) = answer else {
        panic!("a list was answered with {answer:?}");
    };
    let row = &page.rows[0];
    let id = row.id.clone();
    let step = next_step(&row.state);
    // A case that both sides have just moved may not take it any more: a note is as much written.
    if device
        .ask(Request::TakeStep {
            id: id.clone(),
            step,
        })
        .is_err()
    {
        device.must(Request::TakeStep { id, step: note() });
    }
}

fn note() -> StepIntent {
    StepIntent {
        step: "noted".to_owned(),
        note: "已电话联系客户".to_owned(),
        ..StepIntent::default()
    }
}

/// Returns a step that changes the state of a case; the page's side of the benchmark takes the same.
fn next_step(state: &str) -> StepIntent {
    let mut step = note();
    match state {
        "registered" | "forwarded" => "accepted",
        "assigned" => {
            step.conclusion = "情况属实".into();
            "investigated"
        }
        "accepted" | "investigated" | "reopened" | "sent_back" => {
            step.assignee = "李雷".into();
            "assigned"
        }
        "answered" => {
            step.satisfied = Some(true);
            "called_back"
        }
        "called_back" => "closed",
        _ => {
            step.reason = "客户要求".into();
            "reopened"
        }
    }
    .clone_into(&mut step.step);
    step
}
