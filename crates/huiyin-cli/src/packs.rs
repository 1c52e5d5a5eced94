//! `huiyin packs`: the policy packs that come with the program, or those of a folder. Needs no store.

use huiyin_core::pack::Pack;
use serde::Serialize;

use crate::Failure;
use crate::arguments::Packs;
use crate::output::Output;
use crate::pack_file::{self, Checked, Defect};

/// A pack in the list of `packs check` and `packs list`.
#[derive(Debug, Serialize)]
struct Line<'a> {
    file: &'a str,
    id: &'a str,
    version: u32,
    name: &'a str,
    clocks: usize,
    approval_rules: usize,
    clauses: usize,
    forms: usize,
    defects: &'a [Defect],
}

/// Runs `packs`.
///
/// # Errors
/// Files that cannot be read, an unknown pack, or a pack with defects.
pub fn run(wish: &Packs, output: &mut Output<'_>) -> Result<(), Failure> {
    match wish {
        Packs::Check { folder } => check(&pack_file::checked(folder.as_deref())?, output),
        Packs::List { packs } => {
            let packs = pack_file::usable(packs.as_deref())?;
            let lines: Vec<_> = packs.iter().map(|pack| line("", pack, &[])).collect();
            output.result(&lines, |text| {
                for pack in &packs {
                    text.row(&[&pack.id, &pack.name.zh, &pack.name.en]);
                }
            })
        }
        Packs::Show { id, packs } => {
            let packs = pack_file::usable(packs.as_deref())?;
            let pack = pack_file::find(&packs, id)?;
            output.result(pack, |text| show(pack, text))
        }
    }
}

fn line<'a>(file: &'a str, pack: &'a Pack, defects: &'a [Defect]) -> Line<'a> {
    Line {
        file,
        id: &pack.id,
        version: pack.version,
        name: &pack.name.en,
        clocks: pack.clocks.len(),
        approval_rules: pack.approvals.rules.len(),
        clauses: pack.clauses.len(),
        forms: pack.forms.len(),
        defects,
    }
}

fn check(all: &[Checked], output: &mut Output<'_>) -> Result<(), Failure> {
    let nothing = Pack::default();
    let lines: Vec<_> = all
        .iter()
        .map(|one| {
            line(
                &one.file,
                one.pack.as_ref().unwrap_or(&nothing),
                &one.defects,
            )
        })
        .collect();
    output.result(&lines, |text| {
        for one in &lines {
            let end = match one.defects.len() {
                0 => "ok".to_owned(),
                1 => "1 defect".to_owned(),
                more => format!("{more} defects"),
            };
            let counts = format!(
                "{} clocks, {} approval rules, {} clauses, {} forms",
                one.clocks, one.approval_rules, one.clauses, one.forms
            );
            text.row(&[one.file, one.name, &counts, &end]);
        }
        for defect in all.iter().flat_map(|one| &one.defects) {
            text.line(defect.to_string());
        }
        text.line(format!("{} packs", all.len()));
    })?;
    let mut defects = all.iter().flat_map(|one| &one.defects);
    match defects.next() {
        None => Ok(()),
        Some(first) => Err(Failure::new(
            format!(
                "{} defects were found; the first: {first}.",
                defects.count() + 1
            ),
            format!("{}: {}", first.file, first.place),
            "Correct the files and check them again.",
        )),
    }
}

fn show(pack: &Pack, text: &mut crate::output::Lines) {
    text.row(&["id", &pack.id]);
    text.row(&["version", &pack.version.to_string()]);
    text.row(&["name", &pack.name.zh, &pack.name.en]);
    text.row(&["about", &pack.about.zh, &pack.about.en]);
    for kind in &pack.kinds {
        let off: Vec<&str> = kind.off.iter().map(|step| step.name()).collect();
        text.row(&[
            "kind",
            &kind.id,
            &kind.text.zh,
            &kind.text.en,
            &off.join(","),
        ]);
    }
    for clock in &pack.clocks {
        let stops: Vec<&str> = clock.stops.iter().map(|step| step.name()).collect();
        let start = if clock.extends.is_empty() {
            format!("from {}", clock.start)
        } else {
            format!("extends {}", clock.extends)
        };
        let length = clock.length.to_string();
        let off = if clock.off { "off" } else { "" };
        text.row(&[
            "clock",
            &clock.name,
            &length,
            &start,
            &stops.join(","),
            off,
            &clock.source,
        ]);
    }
    for rule in &pack.approvals.rules {
        let chain: Vec<&str> = rule.chain.iter().map(|step| step.role.as_str()).collect();
        text.row(&["approval", &chain.join(" → ")]);
    }
    for clause in &pack.clauses {
        text.row(&["clause", &clause.id, &clause.text.zh, &clause.text.en]);
    }
    for form in &pack.forms {
        text.row(&["form", &form.layout, &form.title.zh, &form.title.en]);
    }
    for guide in &pack.guidance {
        text.row(&["guidance", &guide.zh, &guide.en]);
    }
}
