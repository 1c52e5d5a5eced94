//! Files in and out: import files read in the pieces the engine asks for, other texts decoded, results written whole or not
//! at all.

use std::io::{Cursor, Read as _, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use encoding_rs::GB18030;
use huiyin_api::{Problem, ProblemCode};
use huiyin_engine::sniff::{Sniffed, UTF8_BOM, sniff, whole_gb18030};
use huiyin_engine::{Attachment, FilePiece, FileTrouble, Reading};

use crate::Failure;

const MIB: u64 = 1024 * 1024;

/// Largest bundle taken in, in bytes.
const MAX_BUNDLE_BYTES: u64 = 256 * MIB;

/// A file that is read piece by piece.
#[derive(Debug)]
pub struct ImportFile {
    source: Source,
    /// Size in bytes when it was opened.
    pub bytes: u64,
}

#[derive(Debug)]
enum Source {
    /// With the time of its last change, as of when it was opened.
    Disk(std::fs::File, Option<SystemTime>),
    Memory(Cursor<Vec<u8>>),
}

impl ImportFile {
    /// Opens a file and returns it with its name.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub fn open(path: &Path) -> Result<(String, Self), Failure> {
        let fail = |error| Failure::input(path, &error);
        let file = std::fs::File::open(path).map_err(fail)?;
        let about = file.metadata().map_err(fail)?;
        if about.is_dir() {
            let error = std::io::Error::from(std::io::ErrorKind::IsADirectory);
            return Err(Failure::input(path, &error));
        }
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let file = Self {
            bytes: about.len(),
            source: Source::Disk(file, about.modified().ok()),
        };
        Ok((name, file))
    }

    /// Returns a file that is on no disk.
    pub fn of_text(text: &str) -> Self {
        Self {
            bytes: text.len() as u64,
            source: Source::Memory(Cursor::new(text.as_bytes().to_vec())),
        }
    }

    /// Reads a piece.
    ///
    /// # Errors
    /// It cannot be read, was changed since it was opened, or is not in the encoding asked for.
    pub fn read(
        &mut self,
        offset: u64,
        length: u32,
        reading: Reading,
    ) -> Result<FilePiece, FileTrouble> {
        let unreadable = |error: std::io::Error| FileTrouble::Unreadable(error.to_string());
        let mut bytes = Vec::with_capacity(length as usize);
        match &mut self.source {
            Source::Disk(file, modified) => {
                let about = file.metadata().map_err(unreadable)?;
                if about.len() != self.bytes || about.modified().ok() != *modified {
                    let changed = "it was changed while it was being read".to_owned();
                    return Err(FileTrouble::Unreadable(changed));
                }
                file.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
                let mut piece = file.take(u64::from(length));
                piece.read_to_end(&mut bytes).map_err(unreadable)?;
            }
            Source::Memory(file) => {
                file.set_position(offset);
                let mut piece = file.take(u64::from(length));
                piece.read_to_end(&mut bytes).map_err(unreadable)?;
            }
        }
        match reading {
            Reading::Bytes => Ok(FilePiece {
                read: bytes.len() as u64,
                bytes,
            }),
            Reading::Gb18030 => {
                let ends = offset + bytes.len() as u64 >= self.bytes;
                gb18030(&bytes, ends).ok_or(FileTrouble::NotInEncoding)
            }
        }
    }
}

/// Returns the text of the whole characters at the beginning; at the end of the file there are no others.
fn gb18030(bytes: &[u8], ends: bool) -> Option<FilePiece> {
    let whole = whole_gb18030(bytes).filter(|whole| !ends || *whole == bytes.len())?;
    let text = GB18030.decode_without_bom_handling_and_without_replacement(&bytes[..whole])?;
    Some(FilePiece {
        bytes: text.into_owned().into_bytes(),
        read: whole as u64,
    })
}

/// Returns a text file, decoded, if it is no larger than `limit` bytes.
///
/// # Errors
/// Why it cannot be read.
pub fn read_plain(path: &Path, limit: u64) -> Result<String, Failure> {
    let (text, _) = decode(read(path, limit)?)
        .ok_or_else(|| Problem::at(ProblemCode::UnknownEncoding, path.display().to_string()))?;
    Ok(text)
}

/// Returns a bundle file.
///
/// # Errors
/// Why it cannot be read.
pub fn read_bundle(path: &Path) -> Result<Attachment, Failure> {
    read(path, MAX_BUNDLE_BYTES).map(Attachment::Bytes)
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let size = std::fs::metadata(path)
        .map_err(|error| Failure::input(path, &error))?
        .len();
    if size > limit {
        return Err(
            Problem::at(ProblemCode::TooLarge, path.display().to_string())
                .because(format!("at most {} MiB", limit / MIB))
                .into(),
        );
    }
    std::fs::read(path).map_err(|error| Failure::input(path, &error))
}

fn decode(mut bytes: Vec<u8>) -> Option<(String, &'static str)> {
    match sniff(&bytes) {
        Sniffed::Utf8 => Some((String::from_utf8(bytes).ok()?, "utf-8")),
        Sniffed::Utf8Bom => {
            bytes.drain(..UTF8_BOM.len());
            Some((String::from_utf8(bytes).ok()?, "utf-8-bom"))
        }
        Sniffed::Gb18030 => {
            let text = GB18030.decode_without_bom_handling_and_without_replacement(&bytes)?;
            Some((text.into_owned(), "gb18030"))
        }
        Sniffed::Unknown => None,
    }
}

/// Writes a file whole: what was there before stays until the new one is on the disk.
///
/// # Errors
/// Why it cannot be written; then nothing was changed.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut beside: PathBuf = path.to_owned();
    let mut name = path
        .file_name()
        .map(std::ffi::OsStr::to_os_string)
        .unwrap_or_default();
    name.push(format!(".{}.part", std::process::id()));
    beside.set_file_name(name);
    let written = std::fs::File::create(&beside)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        // Nothing is lost with it.
        let _ = std::fs::remove_file(&beside);
        Failure::output(&path.display().to_string(), &error)
    })
}

/// Makes a folder, with those above it, unless it is there.
///
/// # Errors
/// Why it cannot be made.
pub fn make_folder(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path)
        .map_err(|error| Failure::output(&path.display().to_string(), &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<(&str, &'static str)>) {
        let expected = expected.map(|(text, encoding)| (text.to_owned(), encoding));
        assert_eq!(decode(bytes.to_vec()), expected);
    }

    #[test]
    fn text_comes_out_of_each_encoding_without_byte_order_mark() {
        check("姓名\n".as_bytes(), Some(("姓名\n", "utf-8")));
        check(b"\xEF\xBB\xBFname\n", Some(("name\n", "utf-8-bom")));
        check(
            b"\xD0\xD5\xC3\xFB,\xB5\xE7\xBB\xB0\n",
            Some(("姓名,电话\n", "gb18030")),
        );
        check(b"\xFF\xFEn\0a\0", None);
    }

    #[test]
    fn pieces_of_a_file_in_gb18030_end_with_a_character_and_its_last_one_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("gbk.csv");
        write(&path, b"\xD0\xD5\xC3\xFB,a").expect("is written");
        let (name, mut file) = ImportFile::open(&path).expect("is there");
        assert_eq!((name.as_str(), file.bytes), ("gbk.csv", 6));
        let text = |piece: Result<FilePiece, FileTrouble>| {
            let piece = piece.expect("is read");
            (String::from_utf8(piece.bytes).expect("text"), piece.read)
        };
        assert_eq!(
            text(file.read(0, 3, Reading::Gb18030)),
            ("姓".to_owned(), 2)
        );
        assert_eq!(
            text(file.read(2, 9, Reading::Gb18030)),
            ("名,a".to_owned(), 4)
        );
        let half = file.read(5, 9, Reading::Gb18030);
        assert_eq!(text(half), ("a".to_owned(), 1));
        assert_eq!(
            file.read(1, 9, Reading::Gb18030),
            Err(FileTrouble::NotInEncoding)
        );
        std::fs::write(&path, b"other").expect("is written");
        assert!(matches!(
            file.read(0, 3, Reading::Bytes),
            Err(FileTrouble::Unreadable(_))
        ));
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_old_one_and_no_trace() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out");
        write(&path, b"old").expect("is written");
        write(&path, b"new").expect("is written");
        assert_eq!(std::fs::read(&path).expect("is there"), b"new");
        let nowhere = folder.path().join("none").join("out");
        let failure = write(&nowhere, b"x").expect_err("there is no such folder");
        assert_eq!(failure.place, nowhere.display().to_string());
        let left: Vec<_> = std::fs::read_dir(folder.path()).expect("reads").collect();
        assert_eq!(left.len(), 1);
    }
}
