//! `import`: opens the file, runs it, reports counts and rejected rows.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;

use huiyin_api::{
    Answer, FieldChoice, ImportKind, ImportPreview, ImportReport, ImportStage, Notice, Request,
};
use huiyin_engine::{Attachment, MemoryStore};

use crate::Failure;
use crate::arguments::{Import, Plural};
use crate::command::unexpected;
use crate::device::Device;
use crate::file::{self, ImportFile};
use crate::output::Output;

/// Imports a file.
///
/// # Errors
/// What is wrong with the file or the mapping. Rejected rows are no error.
pub fn run(device: &mut Device, import: &Import, output: &mut Output) -> Result<(), Failure> {
    let Some(path) = &import.file else {
        return fields(output);
    };
    let (name, opened) = ImportFile::open(path)?;
    let preview = open(
        device,
        name.clone(),
        import.kind.map(kind_of),
        import.map.iter().cloned().collect(),
        opened,
    )
    .map_err(|mut failure| {
        // The file is named as it was here.
        if failure.place == name {
            failure.place = path.display().to_string();
        }
        failure
    })?;
    let report = run_opened(device, &preview, import.dry_run)?;
    if let Some(path) = &import.errors {
        let request = Request::ImportErrors {
            import: report.import.clone(),
        };
        let (_, rows) = device.ask_with(request, None)?;
        file::write(path, &rows.unwrap_or_default())?;
    }
    output.result(&report, |lines| {
        lines.line(format!(
            "{}added {}, changed {}, unchanged {}, rejected {}",
            if report.dry_run {
                "nothing stored; would be: "
            } else {
                ""
            },
            report.added,
            report.changed,
            report.unchanged,
            report.rejected
        ));
        for row in &report.rejected_rows {
            let column = if row.column.is_empty() {
                String::new()
            } else {
                format!(", column {}", row.column)
            };
            lines.line(format!("line {}{column}: {}", row.line, row.reason));
        }
        if report.rejected as usize > report.rejected_rows.len() {
            lines.line("… call with --errors FILE for all rejected rows");
        }
    })
}

fn kind_of(kind: Plural) -> ImportKind {
    match kind {
        Plural::Customers => ImportKind::Customers,
        Plural::Cases => ImportKind::Cases,
    }
}

fn open(
    device: &mut Device,
    name: String,
    kind: Option<ImportKind>,
    mapping: BTreeMap<String, String>,
    file: ImportFile,
) -> Result<ImportPreview, Failure> {
    let attachment = device.open_file(file);
    let request = Request::ImportOpen {
        name,
        kind,
        mapping,
    };
    match tell_progress(device, request, Some(attachment))? {
        Answer::ImportPreview(preview) => Ok(*preview),
        other => Err(unexpected(&other)),
    }
}

fn run_opened(
    device: &mut Device,
    preview: &ImportPreview,
    dry_run: bool,
) -> Result<ImportReport, Failure> {
    let request = Request::ImportRun {
        import: preview.import.clone(),
        dry_run,
    };
    match tell_progress(device, request, None)? {
        Answer::ImportReport(report) => Ok(*report),
        other => Err(unexpected(&other)),
    }
}

/// Asks the engine; somebody at a terminal sees how far it is.
fn tell_progress(
    device: &mut Device,
    request: Request,
    attachment: Option<Attachment>,
) -> Result<Answer, Failure> {
    let watched = std::io::stderr().is_terminal();
    let asked = device.ask_telling(request, attachment, &mut |notice| {
        let Notice::ImportProgress(progress) = notice else {
            return;
        };
        let (done, total) = (progress.done, progress.total.max(1));
        match progress.stage {
            _ if !watched => {}
            ImportStage::Looking => eprint!("\rreading: {} % ", done * 100 / total),
            ImportStage::Running => eprint!("\r{done} / {total} rows "),
        }
    });
    if watched {
        eprint!("\r\x1b[K");
    }
    Ok(asked?.0)
}

/// Prints the fields that columns can be mapped to. The engine names them when a file is opened, so one is opened in a
/// company that exists only for that.
fn fields(output: &mut Output) -> Result<(), Failure> {
    let mut device = Device::start(MemoryStore::default());
    device.ask(Request::CreateWorkspace {
        company: "fields".to_owned(),
        branch_code: "HQ".to_owned(),
        branch_name: "HQ".to_owned(),
        staff_name: "fields".to_owned(),
        device_name: "fields".to_owned(),
        relay: None,
        pack: None,
        sample: false,
    })?;
    let mut all: Vec<FieldChoice> = Vec::new();
    for (kind, text) in [
        (ImportKind::Customers, "name\nx\n"),
        (ImportKind::Cases, "subject\nx\n"),
    ] {
        let preview = open(
            &mut device,
            "fields.csv".to_owned(),
            Some(kind),
            BTreeMap::new(),
            ImportFile::of_text(text),
        )?;
        for field in preview.fields {
            if !all.contains(&field) {
                all.push(field);
            }
        }
    }
    output.result(&all, |lines| {
        for field in &all {
            lines.row(&[&field.kind, &field.field, &field.form]);
        }
    })
}
