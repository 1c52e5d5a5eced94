//! File bytes beside a request, as the engine wants them: text files decoded, other files as they are.

use huiyin_api::{Problem, ProblemCode, Request};
use huiyin_engine::Attachment;
use huiyin_engine::sniff::{Sniffed, UTF8_BOM, sniff};
use js_sys::Uint8Array;
use web_sys::{TextDecoder, TextDecoderOptions};

use crate::{MAX_FILE_BYTES, MAX_IMPORT_BYTES};

const MIB: u32 = 1024 * 1024;

/// Returns the attachment of a request.
///
/// # Errors
/// `TooLarge` or `UnknownEncoding`, with the file's name as place.
pub fn attachment(
    request: &Request,
    bytes: Option<&Uint8Array>,
) -> Result<Option<Attachment>, Problem> {
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let (place, limit) = match request {
        Request::ImportOpen { name, .. } => (name.as_str(), MAX_IMPORT_BYTES),
        _ => ("file", MAX_FILE_BYTES),
    };
    if bytes.length() > limit {
        return Err(Problem::at(ProblemCode::TooLarge, place)
            .because(format!("at most {} MiB", limit / MIB)));
    }
    let bytes = bytes.to_vec();
    let is_text = matches!(
        request,
        Request::ImportOpen { .. } | Request::ReadCalendarFile
    );
    if !is_text {
        return Ok(Some(Attachment::Bytes(bytes)));
    }
    decode(bytes)
        .map(|(text, encoding)| Some(Attachment::Text { text, encoding }))
        .ok_or_else(|| Problem::at(ProblemCode::UnknownEncoding, place))
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
