//! The `huiyin` command. Everything is in the library; this only ends the process with its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    huiyin_cli::main()
}
