//! `cargo xtask size`: what a first visit weighs, which crate weighs what in each program, and the check that nothing grows unseen.
//!
//! Weights are bytes after brotli, of the copies that lie beside the files. The accepted ones are in `xtask/weight.txt`; more than
//! [`ALLOWED_GROWTH_PERCENT`] above them fails `cargo xtask dist`. Whoever lets a program grow on purpose says so in the same
//! commit: `cargo xtask size --accept`.

mod wasm;

use crate::{error::Error, setup::Env, step::Journal};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Growth over the accepted weight that still passes.
pub const ALLOWED_GROWTH_PERCENT: u64 = 5;
/// Crates shown by name for each program.
const CRATES_SHOWN: usize = 24;
/// The programs and what a first visit may load of each, in bytes of brotli. **Source:** the budgets of docs/weight.md; the rare
/// program has none, nor have the parts of the page, which come when a screen of theirs is opened.
const PROGRAMS: [(&str, Option<u64>); 4] = [
    ("page", Some(450 * 1000)),
    ("part", None),
    ("engine", Some(800 * 1000)),
    ("files", None),
];
/// Where the accepted weights are kept, below the repository.
const ACCEPTED: &str = "xtask/weight.txt";

/// What `size` is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// Folder of a release made by `dist`.
    pub folder: PathBuf,
    /// Makes the present weights the accepted ones.
    pub accept: bool,
}

/// Prints the weights of a release and of the crates in it; returns whether none has grown too much.
///
/// # Errors
/// When there is no release to weigh, or the accepted weights cannot be read or written.
pub fn size(env: &Env, journal: &Journal, options: &Options) -> Result<bool, Error> {
    let weights = weigh(&env.root.join(&options.folder))?;
    journal.say(table(&weights, &accepted(env)?).trim_end());
    for program in weights.keys() {
        let file = env
            .target
            .join(format!("wasm32-unknown-unknown/app/{program}.wasm"));
        // A release may have been built elsewhere; then only the whole is known.
        let Ok(bytes) = fs::read(&file) else { continue };
        journal.say("");
        journal.say(crates(program, &wasm::read(&bytes)?).trim_end());
    }
    if options.accept {
        let file = env.root.join(ACCEPTED);
        let text = text_of(&weights);
        fs::write(&file, text).map_err(Error::io(format!("write {}", file.display())))?;
        return Ok(true);
    }
    Ok(check(env, journal, &env.root.join(&options.folder)).is_ok())
}

/// Checks the compressed release in `folder` against the accepted weights.
///
/// # Errors
/// When a program weighs more than it may, with what to do about it.
pub fn check(env: &Env, journal: &Journal, folder: &Path) -> Result<(), Error> {
    journal.step("weight", |_| {
        let grown = grown(&weigh(folder)?, &accepted(env)?);
        if grown.is_empty() {
            return Ok(());
        }
        Err(Error::Wrong(format!(
            "{}\n  Find out why with `cargo xtask size`; if it is worth it, `cargo xtask size --accept` and commit {ACCEPTED}.",
            grown.join("\n")
        )))
    })
}

/// Program → bytes of brotli.
type Weights = BTreeMap<String, u64>;

/// Returns the weight of each program of the compressed release in `folder`: its script and its wasm.
fn weigh(folder: &Path) -> Result<Weights, Error> {
    let entries = fs::read_dir(folder).map_err(Error::io(format!(
        "read {}: `cargo xtask dist` makes it",
        folder.display()
    )))?;
    let mut weights = Weights::new();
    for entry in entries {
        let entry = entry.map_err(Error::io("read the built folder"))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(program) = program_of(&name) else {
            continue;
        };
        let size = entry
            .metadata()
            .map_err(Error::io("read the built folder"))?
            .len();
        *weights.entry(program.to_owned()).or_default() += size;
    }
    if weights.is_empty() {
        return Err(Error::Wrong(format!(
            "{} holds no compressed programs: `cargo xtask dist` makes them where Node is installed",
            folder.display()
        )));
    }
    Ok(weights)
}

/// Returns the program a compressed file belongs to: `page-1b2c…_bg.wasm.br` to `page`.
fn program_of(name: &str) -> Option<&'static str> {
    let plain = name.strip_suffix(".br")?;
    let kind = Path::new(plain).extension()?;
    if kind != "js" && kind != "wasm" {
        return None;
    }
    let (program, _) = plain.split_once('-')?;
    PROGRAMS
        .iter()
        .map(|(known, _)| *known)
        .find(|known| *known == program)
}

/// Returns a sentence for each program that has grown too much.
fn grown(weights: &Weights, accepted: &Weights) -> Vec<String> {
    weights
        .iter()
        .filter_map(|(program, weight)| {
            let Some(before) = accepted.get(program) else {
                return Some(format!("{program} weighs {} and no weight is accepted", kilo(*weight)));
            };
            let most = before * (100 + ALLOWED_GROWTH_PERCENT) / 100;
            (*weight > most).then(|| {
                format!(
                    "{program} weighs {}, more than {ALLOWED_GROWTH_PERCENT} % above the accepted {}",
                    kilo(*weight),
                    kilo(*before)
                )
            })
        })
        .collect()
}

fn table(weights: &Weights, accepted: &Weights) -> String {
    let mut text = String::from("program   brotli KB   accepted   budget of a first visit\n");
    for (program, budget) in PROGRAMS {
        let Some(weight) = weights.get(program) else {
            continue;
        };
        let show = |bytes: Option<u64>| bytes.map_or_else(|| "–".to_owned(), kilo);
        let _ = writeln!(
            text,
            "{program:<9} {:>9} {:>10} {:>8}",
            kilo(*weight),
            show(accepted.get(program).copied()),
            show(budget),
        );
    }
    text
}

/// Returns the heaviest crates of a program, before wasm-opt.
fn crates(program: &str, module: &wasm::Module) -> String {
    let mut by_crate: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut code = 0;
    for function in &module.functions {
        let (bytes, count) = by_crate.entry(wasm::crate_of(&function.name)).or_default();
        *bytes += function.bytes;
        *count += 1;
        code += function.bytes;
    }
    let mut heaviest: Vec<_> = by_crate.into_iter().collect();
    heaviest.sort_by_key(|(_, (bytes, _))| std::cmp::Reverse(*bytes));
    let mut text = format!(
        "{program}: code {}, constant data {} (before wasm-opt, uncompressed)\n",
        kilo(code),
        kilo(module.data_bytes)
    );
    for (name, (bytes, count)) in heaviest.into_iter().take(CRATES_SHOWN) {
        let _ = writeln!(
            text,
            "  {:>8}  {:>4.1} %  {count:>5} functions  {name}",
            kilo(bytes),
            bytes as f64 * 100.0 / code.max(1) as f64
        );
    }
    text
}

/// Returns the accepted weights; none before the first were accepted.
fn accepted(env: &Env) -> Result<Weights, Error> {
    let file = env.root.join(ACCEPTED);
    match fs::read_to_string(&file) {
        Ok(text) => weights_of(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Weights::new()),
        Err(error) => Err(Error::io(format!("read {}", file.display()))(error)),
    }
}

fn text_of(weights: &Weights) -> String {
    let mut text = String::from(
        "# Accepted weight of each program in bytes of brotli; `cargo xtask size --accept` writes it.\n",
    );
    for (program, bytes) in weights {
        let _ = writeln!(text, "{program} {bytes}");
    }
    text
}

fn weights_of(text: &str) -> Result<Weights, Error> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            line.split_once(' ')
                .and_then(|(program, bytes)| Some((program.to_owned(), bytes.trim().parse().ok()?)))
                .ok_or_else(|| {
                    Error::Wrong(format!("{ACCEPTED}: `{line}` is no program and weight"))
                })
        })
        .collect()
}

fn kilo(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(pairs: &[(&str, u64)]) -> Weights {
        pairs
            .iter()
            .map(|(program, bytes)| ((*program).to_owned(), *bytes))
            .collect()
    }

    #[test]
    fn growth_is_allowed_up_to_its_limit_and_named_beyond() {
        let accepted = weights(&[("page", 1000), ("engine", 2000)]);
        assert!(grown(&weights(&[("page", 1050), ("engine", 100)]), &accepted).is_empty());
        let said = grown(&weights(&[("page", 1051), ("engine", 2000)]), &accepted);
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("page weighs 1.1"), "{said:?}");
        let said = grown(&weights(&[("files", 1)]), &accepted);
        assert!(said[0].contains("no weight is accepted"), "{said:?}");
    }

    #[test]
    fn files_belong_to_their_programs() {
        for (file, program) in [
            ("page-19face7e34df159c.js.br", Some("page")),
            ("page-19face7e34df159c_bg.wasm.br", Some("page")),
            ("engine-19face7e34df159c_bg.wasm.br", Some("engine")),
            ("engine-19face7e34df159c_bg.wasm", None),
            ("engine-19face7e34df159c_bg.wasm.gz", None),
            ("engine_loader.js.br", None),
            ("pages-3639fab034876462.css.br", None),
            ("files-3639fab034876462.js.br", Some("files")),
        ] {
            assert_eq!(program_of(file), program, "{file}");
        }
    }

    #[test]
    fn accepted_weights_are_read_as_they_were_written() {
        let weights = weights(&[("page", 412_345), ("engine", 7)]);
        assert_eq!(weights_of(&text_of(&weights)).ok(), Some(weights));
        let error = weights_of("page many").expect_err("no number");
        assert!(error.to_string().contains("page many"), "{error}");
    }

    #[test]
    fn a_release_is_weighed_by_its_compressed_files() {
        let folder = std::env::temp_dir().join(format!("xtask-weight-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder can be made");
        assert!(weigh(&folder).is_err(), "nothing to weigh");
        fs::write(folder.join("page-0123456789abcdef.js.br"), [0; 10]).expect("written");
        fs::write(folder.join("page-0123456789abcdef_bg.wasm.br"), [0; 32]).expect("written");
        fs::write(folder.join("page-0123456789abcdef_bg.wasm"), [0; 99]).expect("written");
        assert_eq!(weigh(&folder).ok(), Some(weights(&[("page", 42)])));
        fs::remove_dir_all(folder).expect("the folder can be removed");
    }
}
