//! Measures the archive of a workbook before anything in it is read: sizes written in it may lie, so its parts are inflated and
//! counted, and counting stops at the limit.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::read::ReadError;
use crate::{MAX_INFLATED_BYTES, MAX_PARTS, MAX_SHARED_TEXT_BYTES};

/// First bytes of the older compound files: old workbooks (.xls) and encrypted ones.
const COMPOUND_FILE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Limits of a workbook's parts once inflated, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// All parts.
    pub(crate) inflated: u64,
    /// The table of shared texts.
    pub(crate) shared: u64,
}

impl Limits {
    /// The limits files of people are held to.
    pub(crate) const USUAL: Self = Self {
        inflated: MAX_INFLATED_BYTES,
        shared: MAX_SHARED_TEXT_BYTES,
    };
}

/// Checks that `file` is a zip archive whose parts stay within `limits`.
///
/// # Errors
/// What the file is instead.
pub(crate) fn check(file: &[u8], limits: Limits) -> Result<(), ReadError> {
    if file.starts_with(&COMPOUND_FILE) {
        return Err(ReadError::OldOrLocked);
    }
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(|_| ReadError::NotAWorkbook)?;
    if archive.len() > MAX_PARTS {
        return Err(ReadError::TooLarge);
    }
    let mut left = limits.inflated;
    for at in 0..archive.len() {
        let part = match archive.by_index(at) {
            Ok(part) => part,
            Err(ZipError::UnsupportedArchive(_)) => return Err(ReadError::OldOrLocked),
            Err(_) => return Err(ReadError::Damaged),
        };
        let name = part
            .name()
            .map_err(|_| ReadError::Damaged)?
            .to_ascii_lowercase();
        // The workbook itself names the parts that are read: any of them may be.
        let most = if name.ends_with("sharedstrings.xml") {
            left.min(limits.shared)
        } else {
            left
        };
        let inflated =
            io::copy(&mut part.take(most + 1), &mut io::sink()).map_err(|_| ReadError::Damaged)?;
        if inflated > most {
            return Err(ReadError::TooLarge);
        }
        left -= inflated;
    }
    Ok(())
}
