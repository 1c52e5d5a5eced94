//! `huiyin pack`: which policy pack the company of this device works by.

use std::path::Path;

use huiyin_api::{Answer, PackRow, PartView, Request};
use huiyin_core::pack::{Pack as Content, Part};

use crate::arguments::Pack;
use crate::command::unexpected;
use crate::device::Device;
use crate::output::Output;
use crate::{Failure, pack_file};

/// Runs `pack`.
///
/// # Errors
/// A pack that is not known or has a defect, a person who may not, a file that cannot be read.
pub fn run(device: &mut Device, wish: &Pack, output: &mut Output<'_>) -> Result<(), Failure> {
    match wish {
        Pack::Pick { id } => {
            let request = Request::Pack {
                reference: id.clone(),
            };
            match device.ask(request)? {
                Answer::Pack(pack) => publish(device, pack, output),
                other => Err(unexpected(&other)),
            }
        }
        Pack::Publish { file } => {
            let pack = read(file)?;
            publish(device, Box::new(pack), output)
        }
        Pack::Activate { reference, part } => {
            let part = part_of(part)?;
            let reference = if reference == "none" { "" } else { reference };
            device.ask(Request::ActivatePack {
                reference: reference.to_owned(),
                part,
            })?;
            output.result(&serde_json::json!({ "done": true }), |lines| {
                lines.line("done");
            })
        }
        Pack::List => match device.ask(Request::Packs)? {
            Answer::Packs(view) => output.result(&view, |lines| {
                for row in &view.published {
                    lines.row(&[
                        &row.reference,
                        &row.name.zh,
                        &row.name.en,
                        &format!("{} cases", row.cases),
                        state(row),
                    ]);
                }
                for part in &view.parts {
                    lines.row(&[part.part.name(), or_none(&part.in_force), chosen(part)]);
                }
                for row in &view.offered {
                    lines.row(&[&row.id, &row.name.zh, &row.name.en]);
                }
                for part in view.parts.iter().filter(|part| part.part != Part::Cases) {
                    for row in &part.offered {
                        lines.row(&[&row.id, &row.name.zh, &row.name.en, part.part.name()]);
                    }
                }
            }),
            other => Err(unexpected(&other)),
        },
    }
}

fn part_of(name: &str) -> Result<Part, Failure> {
    Part::parse(name).ok_or_else(|| {
        let known: Vec<&str> = Part::ALL.iter().map(|part| part.name()).collect();
        Failure::argument("--part", format!("Give one of: {}.", known.join(", ")))
    })
}

fn or_none(reference: &str) -> &str {
    if reference.is_empty() {
        "none"
    } else {
        reference
    }
}

fn chosen(part: &PartView) -> &'static str {
    match (part.missing, part.chosen.is_empty()) {
        (true, _) => "not on this device yet",
        (false, true) => "",
        (false, false) => "chosen",
    }
}

fn state(row: &PackRow) -> &'static str {
    if row.active { "active" } else { "" }
}

/// Returns the pack of a file.
fn read(file: &Path) -> Result<Content, Failure> {
    let checked = pack_file::read(file);
    if let Some(first) = checked.defects.first() {
        let more = match checked.defects.len() - 1 {
            0 => String::new(),
            more => format!(" There are {more} more: `huiyin packs check` lists them."),
        };
        return Err(Failure::new(
            format!("The pack has a defect: {first}.{more}"),
            format!("{}: {}", first.file, first.place),
            "Mend it and call the command again; nothing was published.",
        ));
    }
    checked
        .pack
        .ok_or_else(|| Failure::defect("a pack without defects was not read"))
}

fn publish(
    device: &mut Device,
    pack: Box<Content>,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match device.ask(Request::PublishPack { pack })? {
        Answer::Saved { id, number } => output.result(
            &serde_json::json!({ "reference": id, "version": number }),
            |lines| lines.row(&[&id, &format!("version {number}")]),
        ),
        other => Err(unexpected(&other)),
    }
}
