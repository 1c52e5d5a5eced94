//! Files in and out: import files decoded as the engine wants them, results written whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;
use huiyin_api::{Problem, ProblemCode};
use huiyin_engine::sniff::{Sniffed, UTF8_BOM, sniff};
use huiyin_engine::{Attachment, MAX_IMPORT_BYTES};

use crate::Failure;

const MIB: u64 = 1024 * 1024;

/// Largest bundle taken in, in bytes.
const MAX_BUNDLE_BYTES: u64 = 256 * MIB;

/// Returns a text file, decoded, and its name.
///
/// # Errors
/// Why it cannot be read.
pub fn read_text(path: &Path) -> Result<(String, Attachment), Failure> {
    let name = path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    );
    let bytes = read(path, MAX_IMPORT_BYTES as u64)?;
    let (text, encoding) = decode(bytes)
        .ok_or_else(|| Problem::at(ProblemCode::UnknownEncoding, path.display().to_string()))?;
    Ok((name, Attachment::Text { text, encoding }))
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
