//! Spreadsheets, through a program of their own that is loaded when one is read and ends with it.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{base::Base, files};

/// Name of the program's loader in the folder of the app.
const LOADER: &str = "files_loader.js";
/// Ends of the names of workbooks; the older kinds are opened to say what they are.
const WORKBOOKS: [&str; 4] = [".xlsx", ".xlsm", ".xls", ".et"];

/// Largest workbook that is read, in bytes. **Source:** `MAX_FILE_BYTES` of huiyin-files, which refuses larger ones.
const MAX_WORKBOOK_BYTES: f64 = 64.0 * 1_048_576.0;

/// Why a workbook cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// It is no workbook.
    NotAWorkbook,
    /// It is locked with a password or of an older kind.
    OldOrLocked,
    /// It is too large.
    TooLarge,
    /// It has too many columns.
    TooWide,
    /// It is damaged.
    Damaged,
    /// Nothing is in it.
    Empty,
    /// There is no address card in it.
    NoCards,
    /// The program could not be loaded or has stopped.
    NoProgram,
}

impl Unread {
    /// Reads the name the program gives. **Source:** `ReadError::name` of huiyin-files.
    fn from_name(name: &str) -> Self {
        match name {
            "not_a_workbook" => Self::NotAWorkbook,
            "old_or_locked" => Self::OldOrLocked,
            "too_large" => Self::TooLarge,
            "too_wide" => Self::TooWide,
            "empty" | "no_sheet" => Self::Empty,
            _ => Self::Damaged,
        }
    }
}

/// Returns a workbook's first sheet that holds anything as a CSV file of the same name; any other file as it is.
///
/// # Errors
/// Why the workbook cannot be read, to be said in a sentence.
pub async fn as_csv(base: Base, file: File) -> Result<File, Unread> {
    if !is_workbook(&file.name()) {
        return Ok(file);
    }
    if file.size() > MAX_WORKBOOK_BYTES {
        return Err(Unread::TooLarge);
    }
    let bytes = files::read_file(&file).await.ok_or(Unread::Damaged)?;
    let request = Object::new();
    set(&request, "ask", &"read".into());
    set(&request, "bytes", &bytes);
    let reply = ask(base, &request).await.ok_or(Unread::NoProgram)?;
    if let Some(problem) = property(&reply, "problem").as_string() {
        return Err(Unread::from_name(&problem));
    }
    let csv: Uint8Array = property(&reply, "bytes")
        .dyn_into()
        .map_err(|_| Unread::NoProgram)?;
    File::new_with_u8_array_sequence(&Array::of1(&csv), &file.name()).map_err(|_| Unread::Damaged)
}

/// Returns the workbook of rows given as the JSON that the program takes; none if it cannot be made or the program not be loaded.
pub async fn workbook(base: Base, rows: &str) -> Option<Uint8Array> {
    let request = Object::new();
    set(&request, "ask", &"write".into());
    set(&request, "text", &rows.into());
    let reply = ask(base, &request).await?;
    property(&reply, "bytes").dyn_into().ok()
}

fn is_workbook(name: &str) -> bool {
    let name = name.to_lowercase();
    WORKBOOKS.iter().any(|end| name.ends_with(end))
}

/// Starts the program, asks it one thing and ends it: what it needed of memory is free again.
async fn ask(base: Base, request: &Object) -> Option<JsValue> {
    let address = format!("{}{LOADER}", base.address());
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&address, &options).ok()?;
    let mut talk = |resolve: Function, reject: Function| {
        let (asked, request) = (worker.clone(), request.clone());
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let message = event.data();
            // The program listens only now.
            if property(&message, "ready").is_truthy() {
                // Plain texts and bytes can be posted.
                let _ = asked.post_message(&request);
            } else {
                let _ = resolve.call1(&JsValue::NULL, &message);
            }
        });
        worker.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
        let failed = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            event.prevent_default();
            let _ = reject.call0(&JsValue::NULL);
        });
        worker.set_onerror(Some(failed.into_js_value().unchecked_ref()));
    };
    let reply = JsFuture::from(Promise::new(&mut talk)).await;
    worker.terminate();
    reply.ok()
}

fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a plain property of a fresh object cannot fail.
    let _ = Reflect::set(object, &name.into(), value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workbooks_are_known_by_their_names() {
        for (name, expected) in [
            ("客户.xlsx", true),
            ("A.XLSX", true),
            ("a.xls", true),
            ("a.csv", false),
            ("xlsx", false),
            ("a.xlsx.csv", false),
        ] {
            assert_eq!(is_workbook(name), expected, "{name}");
        }
    }

    #[test]
    fn every_reason_of_the_program_has_its_own_here() {
        assert_eq!(Unread::from_name("old_or_locked"), Unread::OldOrLocked);
        assert_eq!(Unread::from_name("too_wide"), Unread::TooWide);
        assert_eq!(Unread::from_name("something new"), Unread::Damaged);
    }
}
