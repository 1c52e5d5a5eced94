//! The way out: every document as a standard Automerge file that any other implementation opens.
//!
//! Only documents that are here are named. The files are saved forms with the whole history; what they hold is described in
//! `huiyin_document::schema` and, for others, in `docs/protocol.md`.

use std::str::FromStr as _;

use huiyin_api::{Answer, Problem, ProblemCode};
use huiyin_document::DocumentKey;

use crate::replica::Replica;
use crate::task::{Halt, Reply, Run};

/// Media type of an Automerge file. **Source:** none is registered; this is the one of bytes of any kind.
const MEDIA: &str = "application/octet-stream";

impl Replica {
    /// Returns the names of the documents on this device: the root, the catalogues, the segments in order.
    ///
    /// # Errors
    /// Those of a device without a company.
    pub fn document_names(&self) -> Result<Vec<String>, Problem> {
        self.identity()?;
        let catalogues = self.catalogued()?.into_iter().map(DocumentKey::Catalogue);
        let segments = self.segments.iter();
        let mut segments: Vec<_> = segments.map(|segment| segment.key.clone()).collect();
        segments.sort();
        Ok(std::iter::once(DocumentKey::Root)
            .chain(catalogues)
            .chain(segments.into_iter().map(DocumentKey::Segment))
            .map(|key| key.to_string())
            .collect())
    }

    /// Returns a document as an Automerge file.
    ///
    /// # Errors
    /// [`ProblemCode::NotFound`] if there is none of this name here.
    pub fn document_file(&mut self, name: &str) -> Run<Reply> {
        let missing = || Halt::from(Problem::at(ProblemCode::NotFound, name));
        let key = DocumentKey::from_str(name).map_err(|_| missing())?;
        if !self.document_names()?.iter().any(|known| known == name) {
            return Err(missing());
        }
        let bytes = self.documents.get(&key)?.save();
        let answer = Answer::File {
            name: format!("{name}.automerge"),
            media: MEDIA.to_owned(),
        };
        Ok((answer, Some(bytes)))
    }
}
