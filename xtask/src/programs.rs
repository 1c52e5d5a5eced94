//! The programs of workers get names drawn from their content, as Trunk gives the page, so that hosts may keep them for ever.
//!
//! Their loaders keep plain names, which the page knows: a few lines that are asked for each time, fetching script and program at
//! the same time.

use crate::error::Error;
use sha2::{Digest as _, Sha256};
use std::{fmt::Write as _, fs, path::Path};

/// Programs that run in workers.
pub const WORKERS: [&str; 2] = ["engine", "files"];
/// Programs not kept for offline use until they have been used once.
pub const RARE: [&str; 1] = ["files"];
/// Pictures that only the browser's own offer to install the app shows.
const SHOWN_BY_BROWSER: &str = "screenshot-";
/// Characters of the content's digest in a name: 64 bits, as many as Trunk's.
const DIGEST_LENGTH: usize = 16;

/// Renames the programs of workers found in the built `folder` by their content and rewrites their loaders.
///
/// # Errors
/// When a program does not look as wasm-bindgen writes it.
pub fn name_by_content(folder: &Path) -> Result<(), Error> {
    for program in WORKERS {
        if folder.join(format!("{program}_loader.js")).is_file() {
            rename(folder, program)?;
        }
    }
    Ok(())
}

fn rename(folder: &Path, program: &str) -> Result<(), Error> {
    let plain_wasm = format!("{program}_bg.wasm");
    let plain_script = format!("{program}.js");
    let content =
        fs::read(folder.join(&plain_wasm)).map_err(Error::io(format!("read {plain_wasm}")))?;
    let wasm = format!("{program}-{}_bg.wasm", short_digest(&content));
    let script = fs::read_to_string(folder.join(&plain_script))
        .map_err(Error::io(format!("read {plain_script}")))?;
    if script.matches(&plain_wasm).count() != 1 {
        return Err(Error::Wrong(format!(
            "{plain_script} names {plain_wasm} not exactly once"
        )));
    }
    let script = script.replace(&plain_wasm, &wasm);
    let script_name = format!("{program}-{}.js", short_digest(script.as_bytes()));
    write(&folder.join(&script_name), &script)?;
    let loader = loader(&script_name, &wasm);
    write(&folder.join(format!("{program}_loader.js")), &loader)?;
    remove(&folder.join(&plain_script))?;
    fs::rename(folder.join(&plain_wasm), folder.join(&wasm))
        .map_err(Error::io(format!("rename {plain_wasm}")))
}

/// Returns a loader that asks for script and program at once.
fn loader(script: &str, wasm: &str) -> String {
    format!(
        "const program = fetch(new URL(\"{wasm}\", import.meta.url));\n\
         const {{ default: init }} = await import(\"./{script}\");\n\
         await init({{ module_or_path: program }});\n"
    )
}

/// Returns whether a file of the app is kept for offline use only once used.
pub fn is_rare(file: &str) -> bool {
    file.starts_with(SHOWN_BY_BROWSER)
        || RARE.iter().any(|program| {
            file.strip_prefix(program)
                .is_some_and(|rest| rest.starts_with(['-', '_', '.']))
        })
}

/// Returns the digest of `content` that stands in names.
pub fn short_digest(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .take(DIGEST_LENGTH / 2)
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn write(file: &Path, text: &str) -> Result<(), Error> {
    fs::write(file, text).map_err(Error::io(format!("write {}", file.display())))
}

fn remove(file: &Path) -> Result<(), Error> {
    fs::remove_file(file).map_err(Error::io(format!("remove {}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| {
                entry
                    .expect("readable")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn programs_are_named_by_content_and_their_loaders_keep_their_names() {
        let folder = std::env::temp_dir().join(format!("xtask-programs-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder can be made");
        write(
            &folder.join("engine_loader.js"),
            "import init from './engine.js';",
        )
        .expect("written");
        write(
            &folder.join("engine.js"),
            "new URL('engine_bg.wasm', import.meta.url)",
        )
        .expect("written");
        write(&folder.join("engine_bg.wasm"), "abc").expect("written");
        name_by_content(&folder).expect("the folder is a built app");
        // SHA-256 of "abc" begins so. Source: FIPS 180-4, examples.
        let wasm = "engine-ba7816bf8f01cfea_bg.wasm";
        let names = names(&folder);
        assert_eq!(names.len(), 3, "{names:?}");
        assert!(names.iter().any(|name| name == wasm), "{names:?}");
        let script = names
            .iter()
            .find(|name| name.starts_with("engine-") && !name.contains("_bg"))
            .expect("a script");
        let text = fs::read_to_string(folder.join(script)).expect("readable");
        assert_eq!(text, format!("new URL('{wasm}', import.meta.url)"));
        let loader = fs::read_to_string(folder.join("engine_loader.js")).expect("readable");
        assert!(
            loader.contains(script.as_str()) && loader.contains(wasm),
            "{loader}"
        );
        fs::remove_dir_all(folder).expect("the folder can be removed");
    }

    #[test]
    fn a_script_that_does_not_name_its_program_is_refused() {
        let folder =
            std::env::temp_dir().join(format!("xtask-programs-odd-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder can be made");
        for name in ["files_loader.js", "files.js", "files_bg.wasm"] {
            write(&folder.join(name), "x").expect("written");
        }
        let error = name_by_content(&folder).expect_err("nothing to rewrite");
        assert!(error.to_string().contains("files_bg.wasm"), "{error}");
        fs::remove_dir_all(folder).expect("the folder can be removed");
    }

    #[test]
    fn only_files_of_rare_programs_are_left_for_later() {
        for (file, rare) in [
            ("files_loader.js", true),
            ("files-0123456789abcdef.js", true),
            ("files-0123456789abcdef_bg.wasm", true),
            ("files.js", true),
            ("screenshot-wide.png", true),
            ("filesystem.js", false),
            ("engine_loader.js", false),
            ("index.html", false),
        ] {
            assert_eq!(is_rare(file), rare, "{file}");
        }
    }
}
