//! File bytes beside a request, as the engine wants them: files for import to be read in pieces, other text files decoded,
//! everything else as it is.

use huiyin_api::{Problem, ProblemCode, Request};
use huiyin_engine::Attachment;
use huiyin_engine::sniff::{Sniffed, UTF8_BOM, sniff};
use web_sys::{TextDecoder, TextDecoderOptions};

use crate::MAX_FILE_BYTES;
use crate::file::{Content, Files};

const MIB: u32 = 1024 * 1024;

/// Returns the attachment of a request.
///
/// # Errors
/// `TooLarge`, `UnknownEncoding` or `UnreadableFile`, with the file's name as place.
pub fn attachment(
    request: &Request,
    content: Option<Content>,
    files: &Files,
) -> Result<Option<Attachment>, Problem> {
    let Some(content) = content else {
        return Ok(None);
    };
    if let Request::ImportOpen { name, .. } = request {
        return match content.into_file() {
            Some(file) => Ok(Some(files.open(file))),
            None => Err(Problem::at(ProblemCode::UnreadableFile, name)),
        };
    }
    let Content::Bytes(bytes) = content else {
        return Err(Problem::at(ProblemCode::UnreadableFile, "file"));
    };
    if bytes.length() > MAX_FILE_BYTES {
        return Err(Problem::at(ProblemCode::TooLarge, "file")
            .because(format!("at most {} MiB", MAX_FILE_BYTES / MIB)));
    }
    let bytes = bytes.to_vec();
    if !matches!(request, Request::ReadCalendarFile) {
        return Ok(Some(Attachment::Bytes(bytes)));
    }
    decode(bytes)
        .map(|(text, encoding)| Some(Attachment::Text { text, encoding }))
        .ok_or_else(|| Problem::at(ProblemCode::UnknownEncoding, "file"))
}

fn decode(mut bytes: Vec<u8>) -> Option<(String, &'static str)> {
    match sniff(&bytes) {
        Sniffed::Utf8 => Some((String::from_utf8(bytes).ok()?, "utf-8")),
        Sniffed::Utf8Bom => {
            bytes.drain(..UTF8_BOM.len());
            Some((String::from_utf8(bytes).ok()?, "utf-8-bom"))
        }
        Sniffed::Gb18030 => {
            let options = TextDecoderOptions::new();
            options.set_fatal(true);
            let decoder = TextDecoder::new_with_label_and_options("gb18030", &options).ok()?;
            Some((decoder.decode_with_u8_array(&bytes).ok()?, "gb18030"))
        }
        Sniffed::Unknown => None,
    }
}
