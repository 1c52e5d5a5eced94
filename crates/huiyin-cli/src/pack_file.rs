//! Policy packs as files: reads one `*.toml`, or all of a folder, and finds what is wrong with them.
//!
//! Decides about the form (TOML, unknown keys, the name of the file); whether a pack makes sense is decided in core.

use std::path::{Path, PathBuf};

use huiyin_core::pack::check::check;
use huiyin_core::pack::{Pack, builtin};
use serde::Serialize;

use crate::Failure;

/// Largest pack file taken, in bytes.
pub const MAX_PACK_BYTES: u64 = 1024 * 1024;
/// Most files of one folder.
pub const MAX_PACK_FILES: usize = 1_000;
/// Where packs that come with the program are said to be.
const BUILTIN: &str = "builtin";

/// A pack and what is wrong with it.
#[derive(Debug)]
pub struct Checked {
    /// The file, or `builtin/ID`.
    pub file: String,
    /// The pack, if it could be read.
    pub pack: Option<Pack>,
    /// What is wrong; empty if it can be published.
    pub defects: Vec<Defect>,
}

/// One thing wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Defect {
    /// The file, or `builtin/ID`.
    pub file: String,
    /// Where in it: a path into the pack or a line.
    pub place: String,
    /// What is wrong and what to do.
    pub problem: String,
}

impl std::fmt::Display for Defect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.place, self.problem)
    }
}

/// Returns the packs that come with the program, or those of a folder, each with its defects, by file.
///
/// # Errors
/// The folder cannot be read, or holds no pack.
pub fn checked(folder: Option<&Path>) -> Result<Vec<Checked>, Failure> {
    let Some(folder) = folder else {
        return Ok(builtin::packs().into_iter().map(builtin_checked).collect());
    };
    let files = files(folder)?;
    let mut all: Vec<Checked> = Vec::with_capacity(files.len());
    for file in files {
        let mut one = read(&file);
        let id = one.pack.as_ref().map(|pack| pack.id.as_str());
        let first = all
            .iter()
            .find(|other| id.is_some() && other.pack.as_ref().map(|pack| pack.id.as_str()) == id);
        if let Some(first) = first {
            let problem = format!("{} has the same id: rename one of them", first.file);
            one.defects.push(Defect {
                file: one.file.clone(),
                place: "id".to_owned(),
                problem,
            });
        }
        all.push(one);
    }
    Ok(all)
}

/// Returns the packs to work with: those of a folder if one is given, which must be without defect, else those that come
/// with the program.
///
/// # Errors
/// The first defect, with how many more there are.
pub fn usable(folder: Option<&Path>) -> Result<Vec<Pack>, Failure> {
    let Some(folder) = folder else {
        return Ok(builtin::packs());
    };
    let mut packs = Vec::new();
    for one in checked(Some(folder))? {
        if let Some(defect) = one.defects.first() {
            return Err(Failure::new(
                format!("The pack cannot be used: {defect}."),
                format!("{}: {}", defect.file, defect.place),
                "Correct the file; `huiyin packs check DIR` lists every defect.",
            ));
        }
        packs.extend(one.pack);
    }
    Ok(packs)
}

/// Returns the pack of this id among `packs`; case, spaces and hyphens do not matter.
///
/// # Errors
/// There is none; the sentence names those there are.
pub fn find<'a>(packs: &'a [Pack], id: &str) -> Result<&'a Pack, Failure> {
    let plain = |id: &str| -> String {
        let kept = id.chars().filter(char::is_ascii_alphanumeric);
        kept.map(|sign| sign.to_ascii_uppercase()).collect()
    };
    let wanted = |pack: &&Pack| pack.id == id || plain(&pack.id) == plain(id);
    packs.iter().find(wanted).ok_or_else(|| {
        let known: Vec<&str> = packs.iter().map(|pack| pack.id.as_str()).collect();
        Failure::new(
            format!("There is no pack {id:?}."),
            "--pack",
            format!("Give one of {}.", known.join(", ")),
        )
    })
}

/// Returns one pack file with its defects; a file that cannot be read is a defect too.
pub fn read(path: &Path) -> Checked {
    let file = path.display().to_string();
    let fail = |place: &str, problem: String| Checked {
        file: file.clone(),
        pack: None,
        defects: vec![Defect {
            file: file.clone(),
            place: place.to_owned(),
            problem,
        }],
    };
    match std::fs::metadata(path) {
        Ok(about) if about.len() > MAX_PACK_BYTES => {
            let problem = format!("the file is larger than {MAX_PACK_BYTES} bytes: shorten it");
            return fail("file", problem);
        }
        Ok(_) => {}
        Err(error) => return fail("file", format!("it cannot be read: {error}")),
    }
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return fail("file", format!("it cannot be read as UTF-8 text: {error}")),
    };
    let place = |span: Option<std::ops::Range<usize>>| {
        let before = span.and_then(|span| text.get(..span.start)).unwrap_or("");
        format!("line {}", before.matches('\n').count() + 1)
    };
    let document = match toml::de::Deserializer::parse(&text) {
        Ok(document) => document,
        Err(error) => return fail(&place(error.span()), error.message().to_owned()),
    };
    let mut unknown = Vec::new();
    let pack: Pack =
        match serde_ignored::deserialize(document, |path| unknown.push(path.to_string())) {
            Ok(pack) => pack,
            Err(error) => return fail(&place(error.span()), error.message().to_owned()),
        };
    let defect = |place: String, problem: String| Defect {
        file: file.clone(),
        place,
        problem,
    };
    let mut defects: Vec<Defect> = unknown
        .into_iter()
        .map(|key| defect(key, "a pack has no such key: correct its name".to_owned()))
        .collect();
    if path.file_stem().and_then(|stem| stem.to_str()) != Some(pack.id.as_str()) {
        let problem = format!("the file must be named {}.toml, after its pack", pack.id);
        defects.push(defect("id".to_owned(), problem));
    }
    defects.extend(
        check(&pack)
            .into_iter()
            .map(|error| defect(error.place, error.problem)),
    );
    Checked {
        file,
        pack: Some(pack),
        defects,
    }
}

fn builtin_checked(pack: Pack) -> Checked {
    let file = format!("{BUILTIN}/{}", pack.id);
    let defects = check(&pack)
        .into_iter()
        .map(|error| Defect {
            file: file.clone(),
            place: error.place,
            problem: error.problem,
        })
        .collect();
    Checked {
        file,
        pack: Some(pack),
        defects,
    }
}

/// Returns the pack files of a folder, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let fail = |error: &std::io::Error| Failure::input(folder, error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| fail(&error))? {
        let path = entry.map_err(|error| fail(&error))?.path();
        if path.extension().is_some_and(|end| end == "toml") {
            files.push(path);
        }
    }
    files.sort();
    if (1..=MAX_PACK_FILES).contains(&files.len()) {
        Ok(files)
    } else {
        Err(Failure::new(
            format!(
                "The folder {} holds {} pack files (*.toml).",
                folder.display(),
                files.len()
            ),
            folder.display().to_string(),
            format!("Give a folder with 1 to {MAX_PACK_FILES} of them."),
        ))
    }
}
