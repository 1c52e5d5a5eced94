//! Content beside a request: bytes, or a file of the page that is read in pieces. Passing a file on copies nothing: it is a
//! handle, which workers of other tabs can use as well.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use huiyin_engine::sniff::whole_gb18030;
use huiyin_engine::{Attachment, FilePiece, FileTrouble, Reading};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, TextDecoder, TextDecoderOptions};

use crate::js;

/// What travels beside the text of a request.
#[derive(Debug, Clone)]
pub enum Content {
    /// All of it.
    Bytes(Uint8Array),
    /// A file, to be read.
    File(Blob),
}

impl Content {
    /// Returns the content beside a message, in its property `bytes` or `file`.
    pub fn of(message: &JsValue) -> Option<Self> {
        let bytes = js::property(message, "bytes").dyn_into().map(Self::Bytes);
        bytes
            .or_else(|_| js::property(message, "file").dyn_into().map(Self::File))
            .ok()
    }

    /// Returns the bytes and the file, one of them undefined, as properties of a message.
    pub fn properties(content: Option<&Self>) -> (JsValue, JsValue) {
        match content {
            None => (JsValue::UNDEFINED, JsValue::UNDEFINED),
            Some(Self::Bytes(bytes)) => (bytes.into(), JsValue::UNDEFINED),
            Some(Self::File(file)) => (JsValue::UNDEFINED, file.into()),
        }
    }

    /// Returns the content as a file, none if the browser makes no file of bytes.
    pub fn into_file(self) -> Option<Blob> {
        match self {
            Self::File(file) => Some(file),
            Self::Bytes(bytes) => Blob::new_with_u8_array_sequence(&Array::of1(&bytes)).ok(),
        }
    }
}

/// Files the engine has open.
#[derive(Debug, Default)]
pub struct Files {
    last: Cell<u64>,
    open: RefCell<BTreeMap<u64, Blob>>,
}

impl Files {
    /// Opens a file for the engine.
    pub fn open(&self, file: Blob) -> Attachment {
        let number = self.last.get() + 1;
        self.last.set(number);
        let bytes = file.size() as u64;
        self.open.borrow_mut().insert(number, file);
        Attachment::File {
            file: number,
            bytes,
        }
    }

    /// Forgets a file.
    pub fn close(&self, file: u64) {
        self.open.borrow_mut().remove(&file);
    }

    /// Forgets every file.
    pub fn close_all(&self) {
        self.open.borrow_mut().clear();
    }

    /// Reads a piece of a file.
    ///
    /// # Errors
    /// The file is not open, cannot be read any more, or is not in the encoding asked for.
    pub async fn read(
        &self,
        file: u64,
        offset: u64,
        length: u32,
        reading: Reading,
    ) -> Result<FilePiece, FileTrouble> {
        let blob = self.open.borrow().get(&file).cloned();
        let blob = blob.ok_or_else(|| FileTrouble::Unreadable("it is closed".to_owned()))?;
        let unreadable = |error: JsValue| FileTrouble::Unreadable(js::describe(&error));
        let (from, to) = (offset as f64, (offset + u64::from(length)) as f64);
        let ends = to >= blob.size();
        let piece = blob.slice_with_f64_and_f64(from, to).map_err(unreadable)?;
        let buffer = JsFuture::from(piece.array_buffer())
            .await
            .map_err(unreadable)?;
        let bytes = Uint8Array::new(buffer.unchecked_ref::<ArrayBuffer>()).to_vec();
        match reading {
            Reading::Bytes => Ok(FilePiece {
                read: bytes.len() as u64,
                bytes,
            }),
            Reading::Gb18030 => gb18030(&bytes, ends).ok_or(FileTrouble::NotInEncoding),
        }
    }
}

/// Returns the text of the whole characters at the beginning; at the end of the file there are no others.
fn gb18030(bytes: &[u8], ends: bool) -> Option<FilePiece> {
    let whole = whole_gb18030(bytes)?;
    if ends && whole < bytes.len() {
        return None;
    }
    let options = TextDecoderOptions::new();
    options.set_fatal(true);
    let decoder = TextDecoder::new_with_label_and_options("gb18030", &options).ok()?;
    let text = decoder.decode_with_u8_array(&bytes[..whole]).ok()?;
    Some(FilePiece {
        bytes: text.into_bytes(),
        read: whole as u64,
    })
}
