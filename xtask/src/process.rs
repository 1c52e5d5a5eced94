//! Running other programs: output goes to a log file and to the step's sign of life, and is handed back.

use crate::{error::Error, step::Progress};
use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    thread,
};

/// Runs `command` to its end and returns all it printed, both streams in order of arrival.
///
/// The output is also written to `log`, replacing an older one.
///
/// # Errors
/// When the program cannot be started, or ends with anything but success.
pub fn run(command: &mut Command, log: &Path, progress: &Progress) -> Result<String, Error> {
    let shown = display(command);
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).map_err(Error::io(format!("create {}", folder.display())))?;
    }
    let file = File::create(log).map_err(Error::io(format!("create {}", log.display())))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Error::io(format!("start `{shown}`")))?;
    let sink = Mutex::new((file, String::new()));
    let out = child.stdout.take().expect("stdout was piped just above");
    let err = child.stderr.take().expect("stderr was piped just above");
    thread::scope(|scope| {
        scope.spawn(|| collect(out, &sink, progress));
        scope.spawn(|| collect(err, &sink, progress));
    });
    let status = child
        .wait()
        .map_err(Error::io(format!("wait for `{shown}`")))?;
    let (_, output) = sink
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if status.success() {
        return Ok(output);
    }
    Err(Error::Command {
        command: shown,
        status,
        output,
        log: Some(log.to_owned()),
    })
}

fn collect(stream: impl Read, sink: &Mutex<(File, String)>, progress: &Progress) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line);
        progress.note(&text);
        let mut sink = sink
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        // A full disk shows in the command itself; the log is only a copy.
        let _ = sink.0.write_all(&line);
        sink.1.push_str(&text);
    }
}

/// Returns what a quick question to a program answers on stdout, or `None` if it is absent or says no.
pub fn ask(command: &mut Command) -> Option<String> {
    let answer = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    answer
        .status
        .success()
        .then(|| String::from_utf8_lossy(&answer.stdout).trim().to_owned())
}

/// Returns the free KiB of the disk that holds `folder`, or `None` where `df` does not tell.
pub fn free_kib(folder: &Path) -> Option<u64> {
    let told = ask(Command::new("df").arg("-Pk").arg(folder))?;
    available(&told)
}

/// The fourth column of the second line, as POSIX lays down for `df -P`.
fn available(told: &str) -> Option<u64> {
    let line = told.lines().nth(1)?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// Returns the full path of `program` in the folders of `path`, in their order.
pub fn find(program: &str, path: &[PathBuf]) -> Option<PathBuf> {
    path.iter()
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Returns the command as one would type it.
pub fn display(command: &Command) -> String {
    let mut shown = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        shown.push(' ');
        shown.push_str(&argument.to_string_lossy());
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("xtask-process-{}-{name}.log", std::process::id()))
    }

    #[test]
    fn output_of_both_streams_is_returned_and_logged() {
        let log = log("both");
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2"]);
        let output = run(&mut command, &log, &Progress::default()).expect("sh succeeds");
        assert!(
            output.contains("out\n") && output.contains("err\n"),
            "{output}"
        );
        assert_eq!(fs::read_to_string(&log).expect("the log exists"), output);
        fs::remove_file(log).expect("the log can be removed");
    }

    #[test]
    fn a_program_that_fails_hands_back_what_it_printed() {
        let log = log("fails");
        let mut command = Command::new("sh");
        command.args(["-c", "echo broken; exit 3"]);
        let error = run(&mut command, &log, &Progress::default()).expect_err("exit 3 is a failure");
        assert_eq!(error.output(), Some("broken\n"));
        assert!(
            error
                .to_string()
                .contains("`sh -c echo broken; exit 3` ended with"),
            "{error}"
        );
        fs::remove_file(log).expect("the log can be removed");
    }

    #[test]
    fn free_space_is_read_from_the_portable_form() {
        let told =
            "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 100 40 60 40% /\n";
        assert_eq!(available(told), Some(60));
        assert_eq!(available("df: no such folder\n"), None);
    }

    #[test]
    fn a_program_that_is_not_there_answers_nothing() {
        assert_eq!(ask(&mut Command::new("no-such-program-anywhere")), None);
    }
}
