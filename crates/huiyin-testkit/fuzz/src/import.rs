//! Files to import, through the engine's own doors: opened, looked through, run dry, run, run again, taken back.
//!
//! The first two bytes of an input say how the file is opened and read, the rest is the file: UTF-8, UTF-16, GB18030, CSV, JSON lines.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use encoding_rs::GB18030;
use huiyin_api::{Answer, ImportKind, ImportPreview, ImportReport, Problem, Request};
use huiyin_engine::sniff::{Sniffed, sniff, whole_gb18030};
use huiyin_engine::{Attachment, MemoryStore};
use huiyin_testkit::{COMPLAINTS_CSV, CUSTOMERS_CSV, Device};

/// Lengths of the pieces a file is read in.
const PIECES: [u32; 4] = [u32::MAX, 1, 7, 64];

/// Returns a device of a company that holds a few customers.
fn device() -> Device {
    thread_local! {
        static DISK: OnceCell<MemoryStore> = const { OnceCell::new() };
    }
    let founded = || {
        let mut device = Device::new("till", 1);
        device.settle();
        device.found(None);
        let preview = opened(&mut device, CUSTOMERS_CSV.as_bytes(), None, BTreeMap::new());
        report(&mut device, &preview.expect("honest").import, false).expect("honest");
        device.store
    };
    let mut device =
        DISK.with(|disk| Device::on_disk("desk", 2, disk.get_or_init(founded).clone()));
    device.gb18030 = Some(|bytes| {
        GB18030
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(std::borrow::Cow::into_owned)
    });
    device.settle();
    device
}

fn opened(
    device: &mut Device,
    file: &[u8],
    kind: Option<ImportKind>,
    mapping: BTreeMap<String, String>,
) -> Result<ImportPreview, Problem> {
    let request = Request::ImportOpen {
        name: "file.csv".to_owned(),
        kind,
        mapping,
    };
    match device
        .ask_with(request, Some(Attachment::Bytes(file.to_vec())))?
        .0
    {
        Answer::ImportPreview(preview) => Ok(*preview),
        other => panic!("{other:?}"),
    }
}

fn report(device: &mut Device, import: &str, dry_run: bool) -> Result<ImportReport, Problem> {
    let import = import.to_owned();
    match device.ask(Request::ImportRun { import, dry_run })?.0 {
        Answer::ImportReport(report) => Ok(*report),
        other => panic!("{other:?}"),
    }
}

/// Added, changed, unchanged, rejected.
fn counts(report: &ImportReport) -> [u64; 4] {
    [
        report.added,
        report.changed,
        report.unchanged,
        report.rejected,
    ]
}

/// Runs the target: of the first byte bits 0 and 1 give the kind asked for, bits 2 and 3 the length of pieces, bit 4 whether all is run
/// and not only looked at; the second byte gives a column another meaning.
pub fn run(input: &[u8]) {
    let Some((&[flags, mapped], file)) = input.split_first_chunk::<2>() else {
        return;
    };
    sniffed(file);
    let mut device = device();
    device.longest_read = PIECES[usize::from(flags >> 2 & 3)];
    let kind = match flags & 3 {
        0 => None,
        1 => Some(ImportKind::Customers),
        2 => Some(ImportKind::Cases),
        _ => Some(ImportKind::Records),
    };
    let Ok(mut preview) = opened(&mut device, file, kind, BTreeMap::new()) else {
        assert_eq!(device.open_files(), 0, "a file nobody can read is closed");
        return;
    };
    if mapped > 0 && !preview.fields.is_empty() && !preview.columns.is_empty() {
        let field = &preview.fields[usize::from(mapped) % preview.fields.len()];
        let column = &preview.columns[usize::from(mapped) % preview.columns.len()];
        let request = Request::ImportMap {
            import: preview.import.clone(),
            kind: preview.kind,
            mapping: BTreeMap::from([(field.field.clone(), column.clone())]),
        };
        if let Ok((Answer::ImportPreview(mapped), _)) = device.ask(request) {
            preview = *mapped;
        }
    }
    assert!(preview.rejected_total <= preview.rows);
    let dry = report(&mut device, &preview.import, true);
    if flags & 16 == 0 {
        return;
    }
    let errors = device.ask(Request::ImportErrors {
        import: preview.import.clone(),
    });
    drop(errors);
    let before = device.export();
    let real = report(&mut device, &preview.import, false);
    match (&dry, &real) {
        (Ok(dry), Ok(real)) => {
            assert_eq!(counts(dry), counts(real), "a dry run tells what a run does");
            assert_eq!(
                counts(real).iter().sum::<u64>(),
                preview.rows,
                "every row is counted"
            );
        }
        (Err(_), Err(_)) => return,
        other => panic!("one run is refused, the other is not: {other:?}"),
    }
    device.restart();
    assert!(device.export().len() >= before.len() || real.is_ok_and(|real| real.changed > 0));
    let Ok(again) = opened(&mut device, file, Some(preview.kind), BTreeMap::new()) else {
        panic!("a file that was taken opens again");
    };
    drop(report(&mut device, &again.import, true));
    let Answer::Imports(imports) = device.must(Request::Imports) else {
        panic!("past imports are listed");
    };
    for one in imports {
        drop(device.ask(Request::UndoImport { import: one.import }));
    }
    device.restart();
    drop(device.export());
}

/// The encoding is told without a look at the rest of the program, and characters are not cut in two.
fn sniffed(file: &[u8]) {
    if let Some(whole) = whole_gb18030(file) {
        assert!(file.len() - whole <= 3);
        assert_eq!(whole_gb18030(&file[..whole]), Some(whole));
    }
    match sniff(file) {
        Sniffed::Utf8 | Sniffed::Utf8Bom => assert!(std::str::from_utf8(file).is_ok()),
        Sniffed::Gb18030 => assert_eq!(whole_gb18030(file), Some(file.len())),
        Sniffed::Unknown => {}
    }
}

/// Returns small files in every encoding and form.
pub fn seeds() -> Vec<(String, Vec<u8>)> {
    let utf16 = |text: &str, big: bool| {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        let bytes = units.flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        });
        bytes.collect::<Vec<u8>>()
    };
    let chinese = "姓名,电话,生日,标签,备注\n王小明,13800138000,1990-02-29,VIP;老客户,\"他说:\"\"好\"\"\n第二行\"\n李四,010-12345678,,,\n";
    let cases = "编号,受理时间,投诉内容,状态,客户电话\nT-1,2026-11-01 09:30,漏水,已结案,13800138000\nT-2,2026/13/45,噪声,不知道,1\n";
    let lines = "{\"kind\":\"customer\",\"name\":\"王小明\",\"phone\":\"13800138000\",\"x\":[1,{\"y\":null}]}\n{\"kind\":\"case\",\"subject\":\"漏水\",\"state\":\"closed\"}\nnot one\n";
    let some =
        |text: &str, lines: usize| text.split_inclusive('\n').take(lines).collect::<String>();
    let files: Vec<(&str, u8, Vec<u8>)> = vec![
        ("northwind", 16, some(CUSTOMERS_CSV, 3).into_bytes()),
        ("complaints", 16, COMPLAINTS_CSV.as_bytes().to_vec()),
        ("chinese", 16, chinese.as_bytes().to_vec()),
        ("chinese-bytewise", 0x14, chinese.as_bytes().to_vec()),
        (
            "bom",
            0x18,
            [&[0xEF, 0xBB, 0xBF], chinese.as_bytes()].concat(),
        ),
        ("gb18030", 0x18, GB18030.encode(chinese).0.into_owned()),
        (
            "gb18030-bytewise",
            0x14,
            GB18030.encode("姓名,电话\n𠮷野家,1\n").0.into_owned(),
        ),
        ("utf16-le", 0x18, utf16(chinese, false)),
        ("utf16-be", 0x1c, utf16(chinese, true)),
        ("cases", 0x12, cases.as_bytes().to_vec()),
        ("semicolons", 16, chinese.replace(',', ";").into_bytes()),
        ("tabs", 16, chinese.replace(',', "\t").into_bytes()),
        ("crlf", 16, chinese.replace('\n', "\r\n").into_bytes()),
        ("json-lines", 16, lines.as_bytes().to_vec()),
        ("json-records", 0x13, lines.as_bytes().to_vec()),
        ("own-export", 0x13, exported()),
        ("empty", 0, Vec::new()),
        ("header-only", 16, b"name,phone\n".to_vec()),
        ("misfit", 16, b"name,phone\n\"a\n,,,,\nb,\"c\"d\n".to_vec()),
        ("look-only", 1, chinese.as_bytes().to_vec()),
    ];
    let mut seeds: Vec<(String, Vec<u8>)> = files
        .into_iter()
        .map(|(name, flags, file)| (name.to_owned(), [&[flags, 0], &file[..]].concat()))
        .collect();
    seeds.push(("mapped".to_owned(), [&[16, 3], chinese.as_bytes()].concat()));
    seeds
}

/// Returns what the program itself writes.
fn exported() -> Vec<u8> {
    let lines = device().export();
    let few = lines.split_inclusive('\n').take(3);
    few.collect::<String>().into_bytes()
}
