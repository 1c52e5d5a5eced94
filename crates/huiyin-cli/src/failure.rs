//! What went wrong, in words: what, where, and what to do next.

use std::path::Path;

use clap::error::ContextKind;
use huiyin_api::{Language, Problem, ProblemCode};
use serde::Serialize;
use thiserror::Error;

/// A failure of a command.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[error("{error} {next}")]
pub struct Failure {
    /// What is wrong, a sentence.
    pub error: String,
    /// Where: a field, a file and line, an argument; may be empty.
    pub place: String,
    /// What to do next, a sentence.
    pub next: String,
}

impl Failure {
    /// Returns a failure from its three parts.
    pub fn new(
        error: impl Into<String>,
        place: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            error: error.into(),
            place: place.into(),
            next: next.into(),
        }
    }

    /// Returns the failure of a command line that cannot be understood.
    pub fn usage(error: &clap::Error) -> Self {
        let words = error.to_string();
        let first = words
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned();
        let place = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand]
            .iter()
            .find_map(|kind| error.get(*kind))
            .map(ToString::to_string)
            .unwrap_or_default();
        let sentence = if place.is_empty() || first.contains(&place) {
            first
        } else {
            format!("{first} {place}")
        };
        Self::new(
            sentence,
            place,
            "Call `huiyin --help`, or `huiyin COMMAND --help`, for what can be given.",
        )
    }

    /// Returns the failure of an argument whose value cannot be taken.
    pub fn argument(place: &str, error: impl Into<String>) -> Self {
        Self::new(
            error,
            place,
            "Correct the argument and call the command again.",
        )
    }

    /// Returns the failure to read a file.
    pub fn input(path: &Path, error: &std::io::Error) -> Self {
        let place = path.display().to_string();
        Self::new(
            format!("The file {place} cannot be read: {error}."),
            place,
            "Check the path and the rights, and try again.",
        )
    }

    /// Returns the failure to write a result.
    pub fn output(place: &str, error: &std::io::Error) -> Self {
        Self::new(
            format!("The result cannot be written to {place}: {error}."),
            place,
            "Check the path, the rights and the free space, and try again.",
        )
    }

    /// Returns the failure of a defect of this program.
    pub fn defect(detail: &str) -> Self {
        Problem::at(ProblemCode::Internal, "engine")
            .because(detail)
            .into()
    }

    /// Returns the text for standard error: a line of JSON, or sentences.
    pub fn text(&self, json: bool) -> String {
        if json {
            serde_json::to_string(self).expect("three texts have a JSON form")
        } else {
            format!("{}\n{}", self.error, self.next)
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let sentence = problem.sentence(Language::English);
        Self::new(sentence.error, problem.place, sentence.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_keeps_its_place_and_gains_words() {
        let failure: Failure = Problem::at(ProblemCode::BadCsv, "line 7").into();
        assert_eq!(failure.place, "line 7");
        assert_eq!(
            failure.text(true),
            r#"{"error":"The file cannot be read as CSV: line 7.","place":"line 7","next":"Mend that place (often a quote without its partner) and import again. Nothing was stored."}"#
        );
        assert!(failure.text(false).starts_with("The file cannot be read"));
    }

    #[test]
    fn a_wrong_command_line_names_the_argument() {
        use clap::Parser as _;
        let error = crate::Arguments::try_parse_from(["huiyin", "lst"]).expect_err("no command");
        assert_eq!(Failure::usage(&error).place, "lst");
        let error = crate::Arguments::try_parse_from(["huiyin", "show"]).expect_err("no id");
        let failure = Failure::usage(&error);
        assert!(failure.place.contains("<ID>"), "{failure:?}");
        assert!(failure.error.contains("<ID>"), "{failure:?}");
    }
}
