//! `sync`: exchanges data by the relay, once or until stopped, and says how it goes.

use std::time::{Duration, Instant};

use huiyin_api::{Answer, Notice, Problem, ProblemCode, RelayState, Request, SyncView};

use crate::Failure;
use crate::arguments::Sync;
use crate::command::unexpected;
use crate::device::Device;
use crate::output::Output;

/// How often the state is asked for while nothing happens.
const LOOK: Duration = Duration::from_millis(500);

/// Exchanges data by the relay.
///
/// # Errors
/// There is no relay, it refuses this device, or nothing moved for as long as was allowed.
pub fn run(device: &mut Device, sync: &Sync, output: &mut Output) -> Result<(), Failure> {
    if view(device)?.relay.is_none() {
        return Err(Problem::new(ProblemCode::NoRelay).into());
    }
    device.ask(Request::SyncNow)?;
    if sync.once {
        let patience = Duration::from_secs(u64::from(sync.patience));
        let view = until_up_to_date(device, patience)?;
        print(output, &view)
    } else {
        let mut printed = None;
        loop {
            let view = view(device)?;
            let state = (view.state, view.only_here);
            if printed != Some(state) {
                print(output, &view)?;
                printed = Some(state);
            }
            if !device.wait(LOOK * 10) {
                return Err(unreachable(&view));
            }
        }
    }
}

fn until_up_to_date(device: &mut Device, patience: Duration) -> Result<SyncView, Failure> {
    let mut moved = None;
    let mut since = Instant::now();
    loop {
        let view = view(device)?;
        let received = received(device);
        match view.state {
            RelayState::UpToDate if view.only_here == 0 && !view.sharing => return Ok(view),
            RelayState::Refused => {
                return Err(Failure::new(
                    "The relay does not accept this device.",
                    address(&view),
                    "Ask the administrator whether this device is still a member.",
                ));
            }
            RelayState::ShutOut => {
                let shut = view.shut_out.clone().unwrap_or_default();
                return Err(Failure::new(
                    format!("This device was shut out, on {}.", shut.by),
                    address(&view),
                    "What was not sent stays here: hand it to an administrator with `bundle`.",
                ));
            }
            _ => {}
        }
        let state = (view.state, view.only_here, view.last_contact);
        // A relay that is tried again and again is not on the move.
        let idle = matches!(view.state, RelayState::Offline | RelayState::Connecting)
            || (moved == Some(state) && !received);
        if !idle {
            since = Instant::now();
        }
        moved = Some(state);
        if since.elapsed() >= patience || !device.wait(LOOK) {
            return Err(unreachable(&view));
        }
    }
}

/// Returns whether the engine has told of data received since the last call.
fn received(device: &mut Device) -> bool {
    device
        .take_notices()
        .iter()
        .any(|notice| matches!(notice, Notice::Changed { .. } | Notice::Receiving { .. }))
}

fn view(device: &mut Device) -> Result<SyncView, Failure> {
    match device.ask(Request::Sync)? {
        Answer::Sync(view) => Ok(*view),
        other => Err(unexpected(&other)),
    }
}

fn print(output: &mut Output, view: &SyncView) -> Result<(), Failure> {
    output.result(view, |lines| {
        lines.line(format!(
            "{}; {} changes only on this device",
            words(view.state),
            view.only_here
        ));
    })
}

fn words(state: RelayState) -> &'static str {
    match state {
        RelayState::None => "no relay is set",
        RelayState::Offline => "the relay cannot be reached",
        RelayState::Connecting => "connecting",
        RelayState::Receiving => "receiving",
        RelayState::Sending => "sending",
        RelayState::UpToDate => "up to date",
        RelayState::Refused => "the relay does not accept this device",
        RelayState::ShutOut => "this device was shut out",
    }
}

fn address(view: &SyncView) -> String {
    view.relay.clone().unwrap_or_default()
}

fn unreachable(view: &SyncView) -> Failure {
    let place = address(view);
    match view.state {
        RelayState::UpToDate | RelayState::Receiving | RelayState::Sending => Failure::new(
            format!(
                "The relay {place} went silent before everything was exchanged; {} changes are only on this device.",
                view.only_here
            ),
            place,
            "Nothing is lost; call `sync --once` again.",
        ),
        _ => Failure::new(
            format!("The relay {place} cannot be reached."),
            place,
            "Check the address and that the relay runs, or exchange a bundle file; nothing on this device was changed.",
        ),
    }
}
