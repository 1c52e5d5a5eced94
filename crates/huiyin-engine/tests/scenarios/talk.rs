//! The few phrases the scenarios are told in.

use std::collections::BTreeMap;

use huiyin_api::{
    Answer, BundleReport, CaseRecord, CaseRow, CustomerRecord, HomeView, ImportKind, ImportPreview,
    ImportReport, ListQuery, PacksView, Problem, Request, StepIntent, SyncView, UndoReport,
    WorkspaceStatus,
};
use huiyin_testkit::{Device, text};

/// Something done to a form before it is sent.
pub type Change<T> = Box<dyn Fn(&mut T)>;

pub fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

pub fn founder() -> Device {
    let mut device = Device::new("总店电脑", 1);
    device.found(None);
    device
}

/// A founder whose company works by a pack.
pub fn founder_under(pack: &str) -> Device {
    let mut device = Device::new("总店电脑", 1);
    device.must(Request::CreateWorkspace {
        company: "回音商贸".to_owned(),
        branch_code: "HQ".to_owned(),
        branch_name: "总店".to_owned(),
        staff_name: "赵敏".to_owned(),
        device_name: "总店电脑".to_owned(),
        relay: None,
        pack: Some(pack.to_owned()),
        sample: false,
    });
    device
}

/// A founder under a pack and a second device of head office with this role.
pub fn pair_under(pack: &str, role: &str) -> (Device, Device) {
    let mut a = founder_under(pack);
    let link = a.invite("HQ", role);
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    exchange(&mut a, &mut b);
    (a, b)
}

#[track_caller]
pub fn packs(device: &mut Device) -> PacksView {
    match device.must(Request::Packs) {
        Answer::Packs(view) => *view,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub fn home(device: &mut Device) -> HomeView {
    match device.must(Request::Home) {
        Answer::Home(view) => *view,
        other => panic!("{other:?}"),
    }
}

/// The listed cases that fit a filter.
#[track_caller]
pub fn cases(device: &mut Device, filter: &[(&str, &str)]) -> Vec<CaseRow> {
    let filter = filter
        .iter()
        .map(|(column, wanted)| ((*column).to_owned(), vec![(*wanted).to_owned()]))
        .collect();
    match device.must(Request::Cases(ListQuery {
        filter,
        limit: 2_000,
        ..ListQuery::default()
    })) {
        Answer::Cases(page) => page.rows,
        other => panic!("{other:?}"),
    }
}

/// A founder and a second device of the same branch that has everything by a bundle.
pub fn pair() -> (Device, Device) {
    let mut a = founder();
    let link = a.invite("HQ", "store_manager");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    exchange(&mut a, &mut b);
    (a, b)
}

/// Hands bundles to and fro until both have everything: the joiner's admission, the founder's reply, what the joiner then wrote.
#[track_caller]
pub fn exchange(a: &mut Device, b: &mut Device) {
    for _ in 0..2 {
        take(b, &a.bundle());
        take(a, &b.bundle());
    }
    take(b, &a.bundle());
}

#[track_caller]
pub fn take(device: &mut Device, bytes: &[u8]) -> BundleReport {
    match device.take_bundle(bytes).unwrap().0 {
        Answer::Bundle(report) => report,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn saved(answer: Answer) -> String {
    match answer {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub fn new_customer(device: &mut Device, pairs: &[(&str, &str)]) -> String {
    saved(device.must(Request::SaveCustomer {
        id: None,
        fields: fields(pairs),
    }))
}

#[track_caller]
pub fn edit(device: &mut Device, id: &str, pairs: &[(&str, &str)]) {
    device.must(Request::SaveCustomer {
        id: Some(id.to_owned()),
        fields: fields(pairs),
    });
}

#[track_caller]
pub fn new_case(device: &mut Device, pairs: &[(&str, &str)], note: &str) -> String {
    saved(device.must(Request::RegisterCase {
        fields: fields(pairs),
        note: note.to_owned(),
    }))
}

pub fn step(id: &str, step: &str, note: &str) -> Request {
    Request::TakeStep {
        id: id.to_owned(),
        step: StepIntent {
            step: step.to_owned(),
            note: note.to_owned(),
            ..StepIntent::default()
        },
    }
}

/// A step with further data.
pub fn step_with(id: &str, step: &str, note: &str, fill: impl FnOnce(&mut StepIntent)) -> Request {
    let mut intent = StepIntent {
        step: step.to_owned(),
        note: note.to_owned(),
        ..StepIntent::default()
    };
    fill(&mut intent);
    Request::TakeStep {
        id: id.to_owned(),
        step: intent,
    }
}

#[track_caller]
pub fn customer(device: &mut Device, id: &str) -> CustomerRecord {
    match device.must(Request::Customer { id: id.to_owned() }) {
        Answer::Customer(record) => *record,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub fn case(device: &mut Device, id: &str) -> CaseRecord {
    match device.must(Request::Case { id: id.to_owned() }) {
        Answer::Case(record) => *record,
        other => panic!("{other:?}"),
    }
}

/// Names of all listed customers.
#[track_caller]
pub fn names(device: &mut Device) -> Vec<String> {
    match device.must(Request::Customers(ListQuery {
        limit: 2_000,
        ..ListQuery::default()
    })) {
        Answer::Customers(page) => {
            assert_eq!(page.total as usize, page.rows.len());
            page.rows.into_iter().map(|row| row.name).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// Id of the listed customer of this name.
#[track_caller]
pub fn find(device: &mut Device, name: &str) -> String {
    match device.must(Request::Customers(ListQuery {
        search: name.to_owned(),
        limit: 10,
        ..ListQuery::default()
    })) {
        Answer::Customers(page) if page.rows.len() == 1 => page.rows[0].id.clone(),
        other => panic!("{name}: {other:?}"),
    }
}

pub fn field(record: &[huiyin_api::FieldView], name: &str) -> String {
    record
        .iter()
        .find(|field| field.name == name)
        .map(|field| field.value.clone())
        .unwrap_or_default()
}

#[track_caller]
pub fn status(device: &mut Device) -> WorkspaceStatus {
    match device.must(Request::Status) {
        Answer::Status(status) => status,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub fn sync(device: &mut Device) -> SyncView {
    match device.must(Request::Sync) {
        Answer::Sync(view) => *view,
        other => panic!("{other:?}"),
    }
}

pub fn open_file(
    device: &mut Device,
    name: &str,
    content: &str,
    kind: Option<ImportKind>,
) -> Result<ImportPreview, Problem> {
    let request = Request::ImportOpen {
        name: name.to_owned(),
        kind,
        mapping: BTreeMap::new(),
    };
    match device.ask_with(request, Some(text(content)))?.0 {
        Answer::ImportPreview(preview) => Ok(*preview),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub fn run(device: &mut Device, import: &str, dry_run: bool) -> ImportReport {
    match device.must(Request::ImportRun {
        import: import.to_owned(),
        dry_run,
    }) {
        Answer::ImportReport(report) => *report,
        other => panic!("{other:?}"),
    }
}

/// Imports a file in one go.
#[track_caller]
pub fn import(device: &mut Device, name: &str, content: &str) -> ImportReport {
    let preview = open_file(device, name, content, None).unwrap();
    run(device, &preview.import, false)
}

/// Added, changed, unchanged, rejected.
pub fn counts(report: &ImportReport) -> [u64; 4] {
    [
        report.added,
        report.changed,
        report.unchanged,
        report.rejected,
    ]
}

#[track_caller]
pub fn undo_last(device: &mut Device) -> UndoReport {
    let import = match device.must(Request::Imports) {
        Answer::Imports(imports) => imports[0].import.clone(),
        other => panic!("{other:?}"),
    };
    match device.must(Request::UndoImport { import }) {
        Answer::Undone(report) => report,
        other => panic!("{other:?}"),
    }
}
