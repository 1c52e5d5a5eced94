//! `approve`: lets in a device that waits, by the six digits on its screen.

use huiyin_api::{Answer, Problem, ProblemCode, Request};

use crate::Failure;
use crate::command::unexpected;
use crate::device::Device;
use crate::output::Output;

/// Lists the devices that wait, or lets in the one with this number. Spaces in the number are skipped.
///
/// # Errors
/// No device waits with this number, or this device may not let it in.
pub fn run(device: &mut Device, number: Option<&str>, output: &mut Output) -> Result<(), Failure> {
    let view = match device.ask(Request::Sync)? {
        Answer::Sync(view) => *view,
        other => return Err(unexpected(&other)),
    };
    let Some(number) = number else {
        return output.result(&view.newcomers, |lines| {
            for newcomer in &view.newcomers {
                let number = newcomer.number.as_deref().unwrap_or("no number yet");
                lines.row(&[number, &newcomer.branch, &newcomer.role, &newcomer.device]);
            }
        });
    };
    let number: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let mut waiting = view.newcomers.into_iter();
    let Some(newcomer) = waiting.find(|one| one.number.as_deref() == Some(&number)) else {
        return Err(Problem::at(ProblemCode::NotFound, number)
            .because("no device waits with this number; call `sync --once` or take in its bundle")
            .into());
    };
    device.ask(Request::ApproveDevice {
        device: newcomer.device.clone(),
        number,
    })?;
    output.result(&newcomer, |lines| {
        lines.line("let in; it gets the data once it hears of it");
    })
}
