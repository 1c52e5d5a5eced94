//! Each command: the request it makes of the engine and how the answer is printed.
//!
//! Long: one short function per command, read beside each other.

use std::collections::BTreeMap;
use std::path::Path;

use huiyin_api::{
    Answer, CaseRow, ConflictView, CustomerRow, ListQuery, MAX_PAGE_ROWS, Problem, ProblemCode,
    QuarantinePage, Request, SettingsView, StepIntent,
};
use huiyin_core::calendar::chrono::DateTime;
use serde::Serialize;

use crate::arguments::{
    Arguments, Bundle, Case, Command, Export, Init, Invite, Join, List, Plural, Single, Step,
};
use crate::device::Device;
use crate::disk::Disk;
use crate::output::Output;
use crate::{Failure, deadline, file, import, packs, sync};

/// Beginning of the id of a customer.
const CUSTOMER: &str = "cu.";

/// Beginnings of the ids of cases, and of continuations of cases forwarded by another branch.
const CASES: [&str; 2] = ["ca.", "ex."];

/// What a link opens where there is no relay: it is pasted, not opened.
const NO_BASE: &str = "huiyin:";

/// Runs a command, writing its result to `out`.
///
/// # Errors
/// What went wrong, in words.
pub fn run(arguments: &Arguments, out: &mut dyn std::io::Write) -> Result<(), Failure> {
    let output = &mut Output::new(out, arguments.json);
    if let Command::Import(import) = &arguments.command
        && import.fields
    {
        // Asks the engine alone; there need be no store.
        let mut device = Device::start(huiyin_engine::MemoryStore::default());
        return import::run(&mut device, import, output);
    }
    match &arguments.command {
        // Policies are asked of the program itself; there need be no store.
        Command::Deadline(wish) => deadline::run(wish, output),
        Command::Packs(wish) => packs::run(wish, output),
        command => on_store(arguments, command, output),
    }
}

/// Runs a command that needs a store.
fn on_store(
    arguments: &Arguments,
    command: &Command,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let device = &mut open(arguments)?;
    device.pin.clone_from(&arguments.pin);
    match command {
        Command::Deadline(wish) => deadline::run(wish, output),
        Command::Packs(wish) => packs::run(wish, output),
        Command::Init(init) => create(device, init, output),
        Command::Join(join) => join_company(device, join, output),
        Command::Invite(wish) => invite(device, wish, output),
        Command::Approve { number } => crate::approve::run(device, number.as_deref(), output),
        Command::Pin(wish) => crate::pin::run(device, arguments.pin.as_deref(), wish, output),
        Command::Status => status(device, output),
        Command::Settings => {
            let view = settings(device)?;
            output.result(&view, |lines| {
                lines.row(&["company", &view.company]);
                lines.row(&["case_clock", &view.case_clock]);
                lines.row(&["relay", view.relay.as_deref().unwrap_or("none")]);
                for branch in &view.branches {
                    lines.row(&["branch", &branch.code, &branch.name]);
                }
                for staff in &view.staff {
                    lines.row(&[
                        "staff",
                        &staff.id,
                        &staff.name,
                        &staff.roles.join(","),
                        &staff.branch,
                    ]);
                }
            })
        }
        Command::Branch { code, name } => {
            let request = Request::SaveBranch {
                code: code.clone(),
                name: name.clone().unwrap_or_else(|| code.clone()),
            };
            done(device, request, output)
        }
        Command::Relay { url } => {
            let url = (url != "none").then(|| url.clone());
            done(device, Request::SetRelay { url }, output)
        }
        Command::Import(wish) => import::run(device, wish, output),
        Command::Imports => match device.ask(Request::Imports)? {
            Answer::Imports(imports) => output.result(&imports, |lines| {
                for import in &imports {
                    let (added, changed) = (import.added.to_string(), import.changed.to_string());
                    lines.row(&[
                        &import.import,
                        &import.name,
                        &added,
                        &changed,
                        if import.undone { "undone" } else { "" },
                    ]);
                }
            }),
            other => Err(unexpected(&other)),
        },
        Command::UndoImport { id } => {
            let request = Request::UndoImport { import: id.clone() };
            match device.ask(request)? {
                Answer::Undone(report) => output.result(&report, |lines| {
                    lines.line(format!(
                        "removed {}, kept {}",
                        report.removed,
                        report.kept.len()
                    ));
                    for (id, name) in &report.kept {
                        lines.row(&[id, name]);
                    }
                }),
                other => Err(unexpected(&other)),
            }
        }
        Command::List(wish) => list(device, wish, output),
        Command::Show { id } => show(device, id, output),
        Command::Add { kind, fields, note } => {
            let fields = fields.iter().cloned().collect();
            let request = match kind {
                Single::Customer => Request::SaveCustomer { id: None, fields },
                Single::Case => Request::RegisterCase {
                    fields,
                    note: note.clone(),
                },
            };
            saved(device, request, output)
        }
        Command::Edit { id, fields } => {
            let fields = fields.iter().cloned().collect();
            let request = match kind_of(id)? {
                Single::Customer => Request::SaveCustomer {
                    id: Some(id.clone()),
                    fields,
                },
                Single::Case => Request::EditCase {
                    id: id.clone(),
                    fields,
                },
            };
            saved(device, request, output)
        }
        Command::Note { id, text } => {
            let request = match kind_of(id)? {
                Single::Customer => Request::AddCustomerNote {
                    id: id.clone(),
                    note: text.clone(),
                },
                Single::Case => Request::TakeStep {
                    id: id.clone(),
                    step: StepIntent {
                        step: "noted".to_owned(),
                        note: text.clone(),
                        ..StepIntent::default()
                    },
                },
            };
            saved(device, request, output)
        }
        Command::Pack(wish) => crate::pack::run(device, wish, output),
        Command::Case(Case::Step(step)) => saved(device, take_step(step), output),
        Command::Conflicts => conflicts(device, output),
        Command::Settle { id, field, value } => {
            let request = Request::SettleConflict {
                id: id.clone(),
                field: field.clone(),
                value: value.clone(),
            };
            saved(device, request, output)
        }
        Command::Export(Export {
            jsonl: Some(file), ..
        }) => export(device, Request::ExportJsonl, file, output),
        Command::Export(Export { automerge, .. }) => {
            let folder = automerge.as_deref().expect("one of the two is required");
            export_documents(device, folder, output)
        }
        Command::Bundle(Bundle::Export { file }) => {
            export(device, Request::ExportBundle, file, output)
        }
        Command::Bundle(Bundle::Import { file }) => take_bundle(device, file, output),
        Command::Backup { file, secret } => {
            let passphrase = secret.text.clone();
            export(device, Request::ExportBackup { passphrase }, file, output)
        }
        Command::Restore {
            file,
            secret,
            staff,
            device: name,
        } => {
            let request = Request::RestoreBackup {
                passphrase: secret.text.clone(),
                staff_name: staff.clone().unwrap_or_else(user),
                device_name: name.clone().unwrap_or_else(machine),
            };
            device.ask_with(request, Some(file::read_bundle(file)?))?;
            status(device, output)
        }
        Command::Sync(wish) => sync::run(device, wish, output),
        Command::Digest { branch } => {
            let request = Request::Digest {
                branch: branch.clone(),
            };
            match device.ask(request)? {
                Answer::Digest(view) => output.result(&view, |lines| {
                    lines.line(format!(
                        "{} ({} customers, {} cases)",
                        view.digest, view.customers, view.cases
                    ));
                }),
                other => Err(unexpected(&other)),
            }
        }
        Command::Verify => verify(device, output),
        Command::Quarantine => quarantine(device, output),
    }
}

fn open(arguments: &Arguments) -> Result<Device, Failure> {
    let folder = arguments.store.as_deref().ok_or_else(|| {
        Failure::new(
            "The folder with the data is not given.",
            "--store",
            "Add `--store DIR`.",
        )
    })?;
    let makes = matches!(
        arguments.command,
        Command::Init(_) | Command::Join(_) | Command::Restore { .. }
    );
    if !makes && !Disk::exists(folder) {
        return Err(Problem::at(ProblemCode::NoWorkspace, folder.display().to_string()).into());
    }
    let disk = Disk::open(folder)?;
    Ok(if matches!(arguments.command, Command::Sync(_)) {
        Device::start_online(disk)
    } else {
        Device::start(disk)
    })
}

fn create(device: &mut Device, init: &Init, output: &mut Output) -> Result<(), Failure> {
    device.ask(Request::CreateWorkspace {
        company: init.company.clone(),
        branch_code: init.branch.clone(),
        branch_name: init
            .branch_name
            .clone()
            .unwrap_or_else(|| init.branch.clone()),
        staff_name: init.staff.clone().unwrap_or_else(user),
        device_name: init.device.clone().unwrap_or_else(machine),
        relay: init.relay.clone(),
        pack: init.pack.clone(),
        sample: false,
    })?;
    status(device, output)
}

fn join_company(device: &mut Device, join: &Join, output: &mut Output) -> Result<(), Failure> {
    device.ask(Request::JoinWorkspace {
        link: join.link.clone(),
        staff_name: join.staff.clone().unwrap_or_else(user),
        device_name: join.device.clone().unwrap_or_else(machine),
    })?;
    status(device, output)
}

fn user() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
        .unwrap_or_else(|| "administrator".to_owned())
}

fn machine() -> String {
    std::env::var("HOSTNAME")
        .ok()
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "command line".to_owned())
}

fn status(device: &mut Device, output: &mut Output) -> Result<(), Failure> {
    match device.ask(Request::Status)? {
        Answer::Status(view) => output.result(&view, |lines| {
            lines.row(&["company", &view.company]);
            lines.row(&["branch", &view.branch, &view.branch_name]);
            lines.row(&["staff", &view.staff_name, &view.roles.join(",")]);
            lines.row(&["device", &view.device_name]);
            lines.row(&["customers", &view.customers.to_string()]);
            lines.row(&["cases", &view.cases.to_string()]);
            lines.row(&["open_cases", &view.open_cases.to_string()]);
            if view.waiting_for_data {
                lines.line(
                    "the company's data has not come yet: call `sync --once` or take in a bundle",
                );
            }
        }),
        other => Err(unexpected(&other)),
    }
}

fn settings(device: &mut Device) -> Result<SettingsView, Failure> {
    match device.ask(Request::Settings)? {
        Answer::Settings(view) => Ok(*view),
        other => Err(unexpected(&other)),
    }
}

fn invite(device: &mut Device, wish: &Invite, output: &mut Output) -> Result<(), Failure> {
    let base = match &wish.base {
        Some(base) => base.clone(),
        None => settings(device)?
            .relay
            .map_or_else(|| NO_BASE.to_owned(), |relay| page_of(&relay)),
    };
    let request = Request::Invite {
        branch: wish.branch.clone(),
        role: wish.role.clone(),
        days: wish.days,
        base,
        ask: wish.ask,
    };
    match device.ask(request)? {
        Answer::Invite(view) => output.result(&view, |lines| lines.line(&view.link)),
        other => Err(unexpected(&other)),
    }
}

/// Returns the address of the page a relay serves.
fn page_of(relay: &str) -> String {
    let page = match relay.split_once("://") {
        Some(("ws", rest)) => format!("http://{rest}"),
        Some(("wss", rest)) => format!("https://{rest}"),
        _ => relay.to_owned(),
    };
    let page = page.trim_end_matches('/');
    page.strip_suffix("/ws").unwrap_or(page).to_owned()
}

fn list(device: &mut Device, wish: &List, output: &mut Output) -> Result<(), Failure> {
    let query = query_of(wish);
    match wish.kind {
        Plural::Customers => {
            let rows = customers(device, query, wish.limit)?;
            output.result(&rows, |lines| {
                for row in &rows {
                    lines.row(&[&row.id, &row.number, &row.name, &row.phone, &row.branch]);
                }
            })
        }
        Plural::Cases => {
            let rows: Vec<NamedCase> = cases(device, query, wish.limit)?
                .into_iter()
                .map(NamedCase::from)
                .collect();
            output.result(&rows, |lines| {
                for NamedCase { row, .. } in &rows {
                    lines.row(&[&row.id, &row.number, &row.subject, &row.state, &row.branch]);
                }
            })
        }
    }
}

/// A case row with its subject under the name every kind of record has.
#[derive(Debug, Serialize)]
struct NamedCase {
    name: String,
    #[serde(flatten)]
    row: CaseRow,
}

impl From<CaseRow> for NamedCase {
    fn from(row: CaseRow) -> Self {
        Self {
            name: row.subject.clone(),
            row,
        }
    }
}

fn query_of(wish: &List) -> ListQuery {
    let mut filter: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (column, value) in &wish.filter {
        filter
            .entry(column.clone())
            .or_default()
            .push(value.clone());
    }
    ListQuery {
        search: wish.search.clone(),
        filter,
        sort: wish.sort.clone(),
        descending: wish.descending,
        ..ListQuery::default()
    }
}

/// Returns rows page by page, up to `limit`. `page` returns one page's rows and how many there are in all.
fn paged<T>(
    mut query: ListQuery,
    limit: Option<u32>,
    mut page: impl FnMut(ListQuery) -> Result<(Vec<T>, u32), Failure>,
) -> Result<Vec<T>, Failure> {
    let limit = limit.unwrap_or(u32::MAX);
    let mut rows = Vec::new();
    loop {
        query.offset = rows.len() as u32;
        query.limit = (limit - query.offset).min(MAX_PAGE_ROWS);
        if query.limit == 0 {
            return Ok(rows);
        }
        let (more, total) = page(query.clone())?;
        let ended = more.is_empty();
        rows.extend(more);
        if ended || rows.len() as u32 >= total {
            return Ok(rows);
        }
    }
}

fn customers(
    device: &mut Device,
    query: ListQuery,
    limit: Option<u32>,
) -> Result<Vec<CustomerRow>, Failure> {
    paged(query, limit, |query| {
        match device.ask(Request::Customers(query))? {
            Answer::Customers(page) => Ok((page.rows, page.total)),
            other => Err(unexpected(&other)),
        }
    })
}

fn cases(
    device: &mut Device,
    query: ListQuery,
    limit: Option<u32>,
) -> Result<Vec<CaseRow>, Failure> {
    paged(query, limit, |query| {
        match device.ask(Request::Cases(query))? {
            Answer::Cases(page) => Ok((page.rows, page.total)),
            other => Err(unexpected(&other)),
        }
    })
}

fn kind_of(id: &str) -> Result<Single, Failure> {
    if id.starts_with(CUSTOMER) {
        Ok(Single::Customer)
    } else if CASES.iter().any(|begin| id.starts_with(begin)) {
        Ok(Single::Case)
    } else {
        Err(Problem::at(ProblemCode::NotFound, id).into())
    }
}

fn show(device: &mut Device, id: &str, output: &mut Output) -> Result<(), Failure> {
    let id = id.to_owned();
    let request = match kind_of(&id)? {
        Single::Customer => Request::Customer { id },
        Single::Case => Request::Case { id },
    };
    match device.ask(request)? {
        Answer::Customer(record) => output.result(&record, |lines| {
            lines.row(&["id", &record.row.id]);
            lines.row(&["number", &record.row.number]);
            lines.fields(&record.fields);
        }),
        Answer::Case(record) => output.result(&record, |lines| {
            lines.row(&["id", &record.row.id]);
            lines.row(&["number", &record.row.number]);
            lines.row(&["state", &record.row.state]);
            lines.fields(&record.fields);
            for clock in &record.desk.clocks {
                let due = clock.due.map_or_else(String::new, |due| due.to_string());
                lines.row(&["clock", &clock.name, &clock.length, &due]);
            }
            for event in &record.events {
                lines.row(&["event", &event.step, &event.by, &event.note]);
            }
        }),
        other => Err(unexpected(&other)),
    }
}

fn take_step(step: &Step) -> Request {
    let step = step.clone();
    Request::TakeStep {
        id: step.id,
        step: StepIntent {
            step: step.name,
            note: step.note,
            reason: step.reason,
            assignee: step.assignee,
            department: step.department,
            to_branch: step.to_branch,
            cause: step.cause,
            conclusion: step.conclusion,
            countermeasure: step.countermeasure,
            prevention: step.prevention,
            satisfied: step.satisfied,
            score: step.score,
            amount: step.amount,
            at: step.at,
            seen: Vec::new(),
            data: step.data.into_iter().collect(),
        },
    }
}

/// A conflict and the record it is in.
#[derive(Debug, Serialize)]
struct Conflict {
    id: String,
    name: String,
    #[serde(flatten)]
    view: ConflictView,
}

fn conflicts(device: &mut Device, output: &mut Output) -> Result<(), Failure> {
    let mut all = Vec::new();
    let marked = |conflicts: u32, id: String, name: String| (conflicts > 0).then_some((id, name));
    let customers = customers(device, ListQuery::default(), None)?
        .into_iter()
        .filter_map(|row| marked(row.conflicts, row.id, row.name));
    let cases = cases(device, ListQuery::default(), None)?
        .into_iter()
        .filter_map(|row| marked(row.conflicts, row.id, row.subject));
    for (id, name) in customers.chain(cases) {
        let request = match kind_of(&id)? {
            Single::Customer => Request::Customer { id: id.clone() },
            Single::Case => Request::Case { id: id.clone() },
        };
        let found = match device.ask(request)? {
            Answer::Customer(record) => record.conflicts,
            Answer::Case(record) => record.conflicts,
            other => return Err(unexpected(&other)),
        };
        all.extend(found.into_iter().map(|view| Conflict {
            id: id.clone(),
            name: name.clone(),
            view,
        }));
    }
    output.result(&all, |lines| {
        for entry in &all {
            for value in &entry.view.values {
                lines.row(&[
                    &entry.id,
                    &entry.name,
                    &entry.view.field,
                    &value.value,
                    &value.by,
                ]);
            }
        }
    })
}

/// A file that was written.
#[derive(Debug, Serialize)]
struct Written {
    file: String,
    bytes: usize,
}

fn export(
    device: &mut Device,
    request: Request,
    path: &Path,
    output: &mut Output,
) -> Result<(), Failure> {
    let (_, bytes) = device.ask_with(request, None)?;
    let bytes = bytes.unwrap_or_default();
    if path == Path::new("-") {
        return output.bytes(&bytes);
    }
    file::write(path, &bytes)?;
    let written = Written {
        file: path.display().to_string(),
        bytes: bytes.len(),
    };
    output.result(&written, |lines| {
        lines.line(format!("{}: {} bytes", written.file, written.bytes));
    })
}

/// Writes every document as an Automerge file of its own.
fn export_documents(
    device: &mut Device,
    folder: &Path,
    output: &mut Output,
) -> Result<(), Failure> {
    /// What was written.
    #[derive(Serialize)]
    struct Outcome {
        folder: String,
        documents: usize,
        bytes: usize,
    }
    let names = match device.ask(Request::Documents)? {
        Answer::Documents(names) => names,
        other => return Err(unexpected(&other)),
    };
    file::make_folder(folder)?;
    let mut bytes = 0;
    for name in &names {
        let request = Request::ExportDocument { name: name.clone() };
        let (_, document) = device.ask_with(request, None)?;
        let document = document.unwrap_or_default();
        bytes += document.len();
        file::write(&folder.join(format!("{name}.automerge")), &document)?;
    }
    let written = Outcome {
        folder: folder.display().to_string(),
        documents: names.len(),
        bytes,
    };
    output.result(&written, |lines| {
        lines.line(format!(
            "{}: {} documents, {} bytes",
            written.folder, written.documents, written.bytes
        ));
    })
}

fn take_bundle(device: &mut Device, path: &Path, output: &mut Output) -> Result<(), Failure> {
    let attachment = file::read_bundle(path)?;
    match device.ask_with(Request::ImportBundle, Some(attachment))? {
        (Answer::Bundle(report), _) => output.result(&report, |lines| {
            lines.line(format!(
                "{} envelopes: {} new, {} known, {} refused, {} waiting",
                report.envelopes, report.new, report.known, report.refused, report.waiting
            ));
        }),
        (other, _) => Err(unexpected(&other)),
    }
}

fn verify(device: &mut Device, output: &mut Output) -> Result<(), Failure> {
    let view = match device.ask(Request::Verify)? {
        Answer::Verify(view) => view,
        other => return Err(unexpected(&other)),
    };
    output.result(&view, |lines| {
        lines.line(format!(
            "{} envelopes, {} documents, {} broken",
            view.envelopes,
            view.documents,
            view.broken.len()
        ));
    })?;
    match view.broken.first() {
        None => Ok(()),
        Some(first) => Err(Failure::new(
            format!("What is stored has a break: {first}."),
            first.as_str(),
            "Take in a bundle of another device, or join with a new store.",
        )),
    }
}

/// Prints everything that could not be taken.
fn quarantine(device: &mut Device, output: &mut Output) -> Result<(), Failure> {
    let mut all = QuarantinePage::default();
    loop {
        let request = Request::Quarantine {
            skip: all.rows.len() as u32,
            limit: MAX_PAGE_ROWS,
        };
        match device.ask(request)? {
            Answer::Quarantine(page) => {
                let last = page.rows.is_empty();
                all.rows.extend(page.rows);
                (all.total, all.reasons) = (page.total, page.reasons);
                if last {
                    break;
                }
            }
            other => return Err(unexpected(&other)),
        }
    }
    output.result(&all, |lines| {
        for row in &all.rows {
            let at = DateTime::from_timestamp_millis(row.at).unwrap_or_default();
            // As RFC 3339 writes it.
            lines.row(&[
                &format!("{at:?}"),
                &row.from,
                &row.bytes.to_string(),
                &row.reason,
            ]);
        }
    })
}

/// Makes a request that is answered by a stored record and prints its id and number.
fn saved(device: &mut Device, request: Request, output: &mut Output) -> Result<(), Failure> {
    /// A stored record.
    #[derive(Serialize)]
    struct Saved {
        id: String,
        number: String,
    }
    match device.ask(request)? {
        Answer::Saved { id, number } => {
            let saved = Saved { id, number };
            output.result(&saved, |lines| lines.row(&[&saved.id, &saved.number]))
        }
        other => Err(unexpected(&other)),
    }
}

/// Makes a request that has nothing to tell but that it was done.
fn done(device: &mut Device, request: Request, output: &mut Output) -> Result<(), Failure> {
    device.ask(request)?;
    output.result(&serde_json::json!({ "done": true }), |lines| {
        lines.line("done");
    })
}

/// Returns the failure of an answer that does not belong to its request.
pub fn unexpected(answer: &Answer) -> Failure {
    Failure::defect(&format!("an answer of another kind came: {answer:.120?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_names_the_page_it_serves() {
        for (relay, page) in [
            ("http://relay:8080", "http://relay:8080"),
            ("https://relay/huiyin/", "https://relay/huiyin"),
            ("ws://relay:8080/ws", "http://relay:8080"),
            ("wss://relay/ws/", "https://relay"),
        ] {
            assert_eq!(page_of(relay), page);
        }
    }

    #[test]
    fn rows_come_page_by_page_up_to_the_limit() {
        let all: Vec<u32> = (0..MAX_PAGE_ROWS * 2 + 7).collect();
        for (limit, wanted) in [
            (None, all.len()),
            (Some(0), 0),
            (Some(5), 5),
            (Some(MAX_PAGE_ROWS + 1), MAX_PAGE_ROWS as usize + 1),
            (Some(u32::MAX), all.len()),
        ] {
            let mut pages = 0;
            let rows = paged(ListQuery::default(), limit, |query| {
                pages += 1;
                assert!(query.limit <= MAX_PAGE_ROWS);
                let from = (query.offset as usize).min(all.len());
                let to = (from + query.limit as usize).min(all.len());
                Ok((all[from..to].to_vec(), all.len() as u32))
            })
            .expect("rows");
            assert_eq!(rows, all[..wanted], "limit {limit:?}");
            assert!(pages <= 3);
        }
    }
}
