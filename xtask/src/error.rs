//! What can go wrong in a build step, said so that the reader knows the next thing to do.

use std::{fmt, io, path::PathBuf, process::ExitStatus};

/// Number of last output lines shown when a command fails.
const TAIL_LINES: usize = 120;
/// How lines begin that say only that cargo is at work: left out of what is shown, kept in the log.
const WORKING: [&str; 8] = [
    "Compiling ",
    "Checking ",
    "Downloading ",
    "Downloaded ",
    "Updating ",
    "Locking ",
    "Adding ",
    "Running ",
];

/// A failure of one step.
#[derive(Debug)]
pub enum Error {
    /// The command line was not understood.
    Usage(String),
    /// Something needed is not on this machine and could not be had.
    Unavailable {
        /// What is missing.
        what: String,
        /// How a person can get it.
        how: String,
    },
    /// A command ran and said no.
    Command {
        /// The command as one would type it.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// All it printed, both streams.
        output: String,
        /// The file that holds the same output.
        log: Option<PathBuf>,
    },
    /// Something else was found wrong.
    Wrong(String),
    /// The operating system refused something.
    Io {
        /// What was being done, as a fragment after "failed to".
        doing: String,
        /// What the system answered.
        source: io::Error,
    },
}

impl Error {
    /// Returns a function that wraps a system error with what was being done.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// Returns the error for a thing that is missing, with the way to get it.
    pub fn unavailable(what: impl Into<String>, how: impl Into<String>) -> Self {
        Self::Unavailable {
            what: what.into(),
            how: how.into(),
        }
    }

    /// Returns what the failed command had printed, if it was a command that failed.
    pub fn output(&self) -> Option<&str> {
        match self {
            Self::Command { output, .. } => Some(output),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => write!(out, "{what}"),
            Self::Unavailable { what, how } => {
                write!(
                    out,
                    "{what} is missing and could not be had.\n  To get it: {how}"
                )
            }
            Self::Command {
                command,
                status,
                output,
                log,
            } => {
                let lines: Vec<&str> = output.lines().filter(|line| tells(line)).collect();
                let from = lines.len().saturating_sub(TAIL_LINES);
                if from > 0 {
                    writeln!(out, "… {from} lines before")?;
                }
                for line in &lines[from..] {
                    writeln!(out, "{line}")?;
                }
                write!(out, "`{command}` ended with {status}")?;
                if let Some(log) = log {
                    write!(out, "; everything it printed is in {}", log.display())?;
                }
                Ok(())
            }
            Self::Wrong(what) => write!(out, "{what}"),
            Self::Io { doing, source } => write!(out, "failed to {doing}: {source}"),
        }
    }
}

/// Whether a line tells why something failed, rather than that work goes on or a test passed.
fn tells(line: &str) -> bool {
    let line = line.trim();
    let passed = line.starts_with("test ") && line.ends_with(" ... ok");
    !line.is_empty() && !passed && !WORKING.iter().any(|start| line.starts_with(start))
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_tool_is_named_with_the_way_to_get_it() {
        let text = Error::unavailable("Chromium", "apt-get install chromium").to_string();
        assert!(text.contains("Chromium is missing"));
        assert!(text.ends_with("To get it: apt-get install chromium"));
    }

    #[test]
    fn a_failed_command_shows_only_its_last_lines() {
        let status = std::process::Command::new("false")
            .status()
            .expect("false is everywhere");
        let lines: Vec<String> = (0..500).map(|n| format!("line {n}")).collect();
        let output = lines.join(
            "
",
        );
        let error = Error::Command {
            command: "make it".into(),
            status,
            output,
            log: None,
        };
        let text = error.to_string();
        assert!(text.starts_with("… 380 lines before\nline 380\n"), "{text}");
        assert!(text.contains("line 499\n`make it` ended with"), "{text}");
    }

    #[test]
    fn a_failed_command_leaves_out_what_only_says_that_work_goes_on() {
        let status = std::process::Command::new("false")
            .status()
            .expect("false is everywhere");
        let output = "   Compiling serde v1.0.0\n     Running unittests\ntest a ... ok\n\ntest b ... FAILED\nerror: no space\n";
        let error = Error::Command {
            command: "cargo test".into(),
            status,
            output: output.into(),
            log: None,
        };
        let text = error.to_string();
        assert!(
            text.starts_with("test b ... FAILED\nerror: no space\n`cargo test` ended with"),
            "{text}"
        );
    }
}
