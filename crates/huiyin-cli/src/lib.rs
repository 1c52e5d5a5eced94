//! The engine on a native disk, for administrators and for checks from outside: the `huiyin` command.
//!
//! One call is one engine: it is started on the store in `--store DIR`, asked, and let go when everything it wanted is
//! carried out. The network is used by `sync` alone. Results go to standard output, as JSON with `--json`; what went wrong goes
//! to standard error as one sentence and the next step (JSON `{error, place, next}` with `--json`), and the exit code is 1.

mod approve;
mod arguments;
mod command;
mod deadline;
mod device;
mod disk;
mod failure;
mod file;
mod import;
mod output;
mod pack;
mod pack_file;
mod packs;
mod pin;
mod socket;
mod sync;

use std::io::Write as _;
use std::process::ExitCode;

pub use arguments::{Arguments, Command};
pub use device::{Device, Store};
pub use disk::Disk;
pub use failure::Failure;

use clap::Parser as _;

/// Runs the command line of this process and returns its exit code.
pub fn main() -> ExitCode {
    let words: Vec<std::ffi::OsString> = std::env::args_os().collect();
    let json = words.iter().any(|word| word == "--json");
    end_on_panic(json);
    let arguments = match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments,
        Err(error) if !error.use_stderr() => {
            // `--help` and `--version`; a reader that has gone away is no failure.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(&Failure::usage(&error), json),
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let end = command::run(&arguments, &mut out).and_then(|()| {
        out.flush()
            .map_err(|error| Failure::output("standard output", &error))
    });
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = out.flush();
            fail(&failure, json)
        }
    }
}

/// Runs one command, writing its result to `out`.
///
/// # Errors
/// What went wrong, in words.
pub fn run(arguments: &Arguments, out: &mut dyn std::io::Write) -> Result<(), Failure> {
    command::run(arguments, out)
}

fn fail(failure: &Failure, json: bool) -> ExitCode {
    eprintln!("{}", failure.text(json));
    ExitCode::FAILURE
}

/// A defect of the program is told like any other failure. Nothing that was stored is lost by it.
fn end_on_panic(json: bool) {
    std::panic::set_hook(Box::new(move |panic| {
        eprintln!("{}", Failure::defect(&panic.to_string()).text(json));
        std::process::exit(1);
    }));
}
