//! One reading of a file from its beginning to its end: pieces are asked for ahead of their use, decoded and given as rows.
//!
//! A pass holds a few pieces and the rows that are not complete, never the file.

use std::collections::VecDeque;

use huiyin_api::{Problem, ProblemCode};

use super::rows::{Each, Rows};
use super::text::{Decoder, Encoding, Undecodable};
use crate::{FilePiece, FileTrouble, Reading};

/// Length of the pieces a file is read in, in bytes: short enough that lists answer between two of them.
pub(crate) const PIECE_BYTES: u32 = 256 * 1024;
/// Pieces kept ready.
const READ_AHEAD: usize = 2;

/// What a step of a pass came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// No piece is here yet.
    Waits,
    /// A piece was used, more follow.
    More,
    /// The last piece was used.
    End,
}

/// Why a pass cannot go on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stop {
    /// The file may be in GB18030: it has to be read from its beginning again.
    NotUtf8,
    Problem(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Stop {
    /// Returns the problem; a file that was read before is in the encoding it was in.
    pub fn into_problem(self, name: &str) -> Problem {
        match self {
            Self::NotUtf8 => {
                Problem::at(ProblemCode::UnreadableFile, name).because("it was changed meanwhile")
            }
            Self::Problem(problem) => problem,
        }
    }
}

/// One reading of a file.
#[derive(Debug)]
pub(crate) struct Pass {
    name: String,
    decoder: Decoder,
    rows: Rows,
    size: u64,
    /// Where the next piece begins.
    offset: u64,
    /// Id of the read under way.
    asked: Option<u64>,
    ready: VecDeque<Result<Vec<u8>, FileTrouble>>,
    /// Nothing is done with the pass until a piece comes.
    pub idle: bool,
}

impl Pass {
    /// Returns a pass before its first piece.
    pub fn new(name: &str, size: u64, encoding: Option<Encoding>) -> Self {
        let decoder = match encoding {
            Some(Encoding::Gb18030) => Decoder::gb18030(),
            _ => Decoder::default(),
        };
        Self {
            name: name.to_owned(),
            decoder,
            rows: Rows::new(name),
            size,
            offset: 0,
            asked: None,
            // A file without bytes has one piece without bytes.
            ready: (size == 0).then(|| Ok(Vec::new())).into_iter().collect(),
            idle: false,
        }
    }

    /// Returns how many bytes have been read.
    pub fn read(&self) -> u64 {
        self.offset
    }

    /// Returns the encoding, once it is known.
    pub fn encoding(&self) -> Option<Encoding> {
        self.decoder.encoding()
    }

    /// Returns whether the file is JSON lines, once that can be told.
    pub fn is_json(&self) -> bool {
        self.rows.is_json()
    }

    /// Returns what to read next, as id, offset, length and form, if anything. The read gets this id.
    pub fn ask(&mut self, id: impl FnOnce() -> u64) -> Option<(u64, u64, u32, Reading)> {
        let failed = self.ready.back().is_some_and(Result::is_err);
        if self.asked.is_some()
            || self.offset >= self.size
            || self.ready.len() >= READ_AHEAD
            || failed
        {
            return None;
        }
        let id = id();
        self.asked = Some(id);
        let length = (self.size - self.offset).min(u64::from(PIECE_BYTES)) as u32;
        Some((id, self.offset, length, self.decoder.reading()))
    }

    /// Takes the answer to a read. Returns whether it was one of this pass.
    pub fn hear(&mut self, id: u64, result: &mut Option<Result<FilePiece, FileTrouble>>) -> bool {
        if self.asked != Some(id) {
            return false;
        }
        self.asked = None;
        match result.take() {
            Some(Ok(piece)) if piece.read > 0 => {
                self.offset += piece.read;
                self.ready.push_back(Ok(piece.bytes));
            }
            Some(Ok(_)) => self.ready.push_back(Err(FileTrouble::Unreadable(
                "it has become shorter".to_owned(),
            ))),
            Some(Err(trouble)) => self.ready.push_back(Err(trouble)),
            None => return false,
        }
        true
    }

    /// Uses the next piece: `seen` is given its text, `each` the rows it completes.
    ///
    /// # Errors
    /// The file cannot be read or is no text, and whatever `each` returns.
    pub fn step(&mut self, seen: &mut dyn FnMut(&str), each: &mut Each<'_>) -> Result<Step, Stop> {
        let Some(piece) = self.ready.pop_front() else {
            self.idle = true;
            return Ok(Step::Waits);
        };
        let unknown = || Problem::at(ProblemCode::UnknownEncoding, &self.name);
        let piece = piece.map_err(|trouble| match trouble {
            FileTrouble::NotInEncoding => unknown(),
            FileTrouble::Unreadable(reason) => {
                Problem::at(ProblemCode::UnreadableFile, &self.name).because(reason)
            }
        })?;
        let last = self.offset >= self.size && self.ready.is_empty();
        let from = self.rows.text().len();
        self.decoder
            .decode(&piece, last, self.rows.text())
            .map_err(|why| match why {
                Undecodable::NotUtf8 => Stop::NotUtf8,
                Undecodable::Unknown => Stop::Problem(unknown()),
            })?;
        seen(&self.rows.text()[from..]);
        self.rows.take(last, each)?;
        Ok(if last { Step::End } else { Step::More })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a file of these bytes; every read gives at most `most` bytes.
    fn read(bytes: &[u8], most: usize) -> Result<(String, usize), Stop> {
        let mut pass = Pass::new("x.csv", bytes.len() as u64, None);
        let (mut text, mut rows, mut id) = (String::new(), 0, 0);
        loop {
            while let Some((id, offset, length, _)) = pass.ask(|| {
                id += 1;
                id
            }) {
                let from = offset as usize;
                let to = (from + (length as usize).min(most)).min(bytes.len());
                let piece = FilePiece {
                    bytes: bytes[from..to].to_vec(),
                    read: (to - from) as u64,
                };
                assert!(pass.hear(id, &mut Some(Ok(piece))));
            }
            let step = pass.step(&mut |piece| text.push_str(piece), &mut |_| {
                rows += 1;
                Ok(())
            })?;
            if step == Step::End {
                return Ok((text, rows));
            }
        }
    }

    #[test]
    fn a_file_comes_whole_however_short_its_pieces() {
        let text = "名称,城市\n甲,杭州\n乙,苏州\n";
        for most in 1..text.len() {
            assert_eq!(read(text.as_bytes(), most), Ok((text.to_owned(), 3)));
        }
        let empty = Problem::at(ProblemCode::EmptyFile, "x.csv");
        assert_eq!(read(b"", 9), Err(Stop::Problem(empty)));
        assert_eq!(read(b"\xD0\xD5", 9), Err(Stop::NotUtf8));
        let Err(Stop::Problem(problem)) = read(b"some text", 0) else {
            panic!("a file that has become shorter")
        };
        assert_eq!(problem.code, ProblemCode::UnreadableFile);
    }

    #[test]
    fn answers_to_reads_that_nobody_asked_for_are_passed_over() {
        let mut pass = Pass::new("x.csv", 10, None);
        assert!(pass.ask(|| 7).is_some());
        assert!(pass.ask(|| 8).is_none(), "one read at a time");
        assert!(!pass.hear(8, &mut Some(Ok(FilePiece::default()))));
        let gone = FileTrouble::Unreadable("gone".to_owned());
        assert!(pass.hear(7, &mut Some(Err(gone))));
        assert!(pass.ask(|| 9).is_none(), "nothing is read after a failure");
    }
}
