//! `pin`: the PIN of the person at this device, and the keys of the staff that an administrator certifies.

use huiyin_api::{Answer, Problem, ProblemCode, Request, StaffKeyState, StaffKeyView};

use crate::Failure;
use crate::arguments::Pin;
use crate::command::unexpected;
use crate::device::Device;
use crate::output::Output;

/// Characters of a key that a line shows.
const SHOWN: usize = 16;

/// Runs `pin …`. `pin` is what was given as `--pin`.
///
/// # Errors
/// What the engine refuses; no key waits with this number; no PIN is given.
pub fn run(
    device: &mut Device,
    pin: Option<&str>,
    wish: &Pin,
    output: &mut Output,
) -> Result<(), Failure> {
    match wish {
        Pin::Set { new } => set(device, pin, new.as_deref(), output),
        Pin::Certify { number } => certify(device, number, output),
        Pin::End { key } => end(device, key, output),
        Pin::List => {
            let all = keys(device)?;
            output.result(&all, |lines| {
                for key in &all {
                    let state = match key.state {
                        StaffKeyState::Waiting => "waiting",
                        StaffKeyState::Certified => "certified",
                        StaffKeyState::Ended => "ended",
                    };
                    let number = key.number.as_deref().unwrap_or("");
                    let short = key.key.get(..SHOWN).unwrap_or(&key.key);
                    lines.row(&[state, &key.name, &key.device, short, number]);
                }
            })
        }
    }
}

fn keys(device: &mut Device) -> Result<Vec<StaffKeyView>, Failure> {
    match device.ask(Request::StaffKeys)? {
        Answer::StaffKeys(view) => Ok(view.keys),
        other => Err(unexpected(&other)),
    }
}

fn set(
    device: &mut Device,
    pin: Option<&str>,
    new: Option<&str>,
    output: &mut Output,
) -> Result<(), Failure> {
    let given = pin.ok_or_else(|| Problem::at(ProblemCode::Missing, "pin"))?;
    let (current, pin) = match new {
        Some(new) => (Some(given.to_owned()), new.to_owned()),
        None => (None, given.to_owned()),
    };
    device.ask(Request::SetStaffPin { current, pin })?;
    output.result(&"done", |lines| {
        lines.line("the PIN is set; `pin list` tells whether its key waits to be certified");
    })
}

fn certify(device: &mut Device, number: &str, output: &mut Output) -> Result<(), Failure> {
    let number: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let mut all = keys(device)?.into_iter();
    let found = all.find(|key| key.number.as_deref() == Some(&number));
    let Some(key) = found else {
        return Err(Problem::at(ProblemCode::NotFound, number)
            .because("no key waits with this number: compare again")
            .into());
    };
    device.ask(Request::CertifyStaffKey {
        staff: key.staff.clone(),
        key: key.key.clone(),
        number,
    })?;
    output.result(&key, |lines| {
        lines.line(format!("certified for {}", key.name));
    })
}

fn end(device: &mut Device, wanted: &str, output: &mut Output) -> Result<(), Failure> {
    let mut found = keys(device)?;
    found.retain(|key| !wanted.is_empty() && key.key.starts_with(wanted));
    let [key] = &found[..] else {
        return Err(Problem::at(ProblemCode::NotFound, wanted).into());
    };
    device.ask(Request::EndStaffKey {
        staff: key.staff.clone(),
        key: key.key.clone(),
    })?;
    output.result(key, |lines| {
        lines.line(format!("ended for {}", key.name));
    })
}
