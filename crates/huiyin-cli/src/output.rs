//! Results on standard output: JSON for programs, or plain lines for people.

use std::io::Write;

use huiyin_api::FieldView;
use serde::Serialize;

use crate::Failure;

/// Where results go, and in which form.
pub struct Output<'a> {
    out: &'a mut dyn Write,
    json: bool,
}

impl<'a> Output<'a> {
    /// Returns an output.
    pub fn new(out: &'a mut dyn Write, json: bool) -> Self {
        Self { out, json }
    }

    /// Writes a result: as one line of JSON, or else the plain lines.
    ///
    /// # Errors
    /// The output is gone.
    pub fn result<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        plain: impl FnOnce(&mut Lines),
    ) -> Result<(), Failure> {
        let text = if self.json {
            let mut text = serde_json::to_string(value).expect("plain data has a JSON form");
            text.push('\n');
            text
        } else {
            let mut lines = Lines::default();
            plain(&mut lines);
            lines.0
        };
        self.bytes(text.as_bytes())
    }

    /// Writes bytes as they are.
    ///
    /// # Errors
    /// The output is gone.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out
            .write_all(bytes)
            .and_then(|()| self.out.flush())
            .map_err(|error| Failure::output("standard output", &error))
    }
}

/// Plain lines.
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// Adds a line.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.0.push_str(text.as_ref());
        self.0.push('\n');
    }

    /// Adds a line of cells with a tab between them; line ends and tabs within a cell become spaces.
    pub fn row(&mut self, cells: &[&str]) {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| cell.replace(['\t', '\n', '\r'], " "))
            .collect();
        self.line(cells.join("\t"));
    }

    /// Adds a line for each field.
    pub fn fields(&mut self, fields: &[FieldView]) {
        for field in fields {
            self.row(&[&field.name, &field.value]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_breaks_its_line() {
        let mut lines = Lines::default();
        lines.row(&["a\tb", "c\nd"]);
        assert_eq!(lines.0, "a b\tc d\n");
    }
}
