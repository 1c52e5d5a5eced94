//! Parts the page: what only lazily loaded screens reach becomes files of their own, fetched when one of them is first opened.
//!
//! Trunk leaves a folder with the page as one program. Here the linked program is parted by `wasm-split-cli`, bound again by
//! wasm-bindgen, made small, and put in place of the whole one under names drawn from the content. Parts share memory and table with
//! the page; a small script (`page-…_parts.js`) fetches them.

use crate::{
    error::Error, process, programs::short_digest, seal::base64, setup::Env, step::Progress,
};
use sha2::{Digest as _, Sha384};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What exactly the supported browsers have; more, and Chromium refuses the module. The same stands in index.html for the workers' programs.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-simd",
];
/// The script that fetches parts, as wasm-split-cli names it.
const LINK: &str = "__wasm_split.js";
/// How that script makes a program of an answer, and what stands there instead: hosts that name another type than
/// `application/wasm` serve the page itself, so they have to do for its parts too.
const STREAMED: &str = "WebAssembly.instantiateStreaming(src, imports)";
const STREAMED_OR_WHOLE: &str = "src.then(async (answer) => answer.headers.get(\"Content-Type\")?.startsWith(\"application/wasm\") ? \
     WebAssembly.instantiateStreaming(answer, imports) : WebAssembly.instantiate(await answer.arrayBuffer(), imports))";

/// Parts the page of the folder that Trunk has just built from the program at `linked`.
///
/// # Errors
/// When a tool fails or something is not as they write it.
pub fn part(
    env: &Env,
    folder: &Path,
    linked: &Path,
    optimise: bool,
    progress: &Progress,
) -> Result<(), Error> {
    let work = env.target.join("parts");
    if work.exists() {
        fs::remove_dir_all(&work).map_err(Error::io(format!("remove {}", work.display())))?;
    }
    let run = |command: &mut std::process::Command, log: &str| {
        process::run(command, &env.log(log), progress).map(|_| ())
    };
    run(
        env.command("wasm-split-cli")
            .arg(linked)
            .arg(&work)
            .args(["--out-name", "page"]),
        "part",
    )?;
    let bound = work.join("bound");
    run(
        env.command("wasm-bindgen")
            .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
            .args(["--out-name", "page", "--out-dir"])
            .arg(&bound)
            .arg(work.join("page.wasm")),
        "bind",
    )?;
    let chunks = chunks(&work)?;
    if optimise {
        let page = bound.join("page_bg.wasm");
        for program in chunks.iter().chain([&page]) {
            run(
                env.command("wasm-opt")
                    .args(FEATURES)
                    .arg("-Oz")
                    .arg(program)
                    .arg("-o")
                    .arg(program),
                "optimise part",
            )?;
        }
    }
    place(folder, &work, &bound, &chunks)
}

/// Returns the programs of the parts, in order of their names.
fn chunks(work: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(work).map_err(Error::io(format!("read {}", work.display())))?;
    let mut chunks = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io("read the parts"))?.path();
        let is_wasm = path.extension().is_some_and(|kind| kind == "wasm");
        if is_wasm && path.file_stem().is_some_and(|stem| stem != "page") {
            chunks.push(path);
        }
    }
    chunks.sort();
    Ok(chunks)
}

/// Puts page and parts into the folder, in place of the page that is there.
fn place(folder: &Path, work: &Path, bound: &Path, chunks: &[PathBuf]) -> Result<(), Error> {
    let mut link = text(&work.join(LINK))?;
    link = replaced(&link, STREAMED, STREAMED_OR_WHOLE)?;
    for chunk in chunks {
        let content = bytes(chunk)?;
        let plain = chunk.file_name().unwrap_or_default().to_string_lossy();
        let stem = chunk.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("part-{stem}-{}.wasm", short_digest(&content));
        link = replaced(&link, &format!("\"./{plain}\""), &format!("\"./{name}\""))?;
        write(&folder.join(name), &content)?;
    }
    let script = text(&bound.join("page.js"))?;
    let wasm = bytes(&bound.join("page_bg.wasm"))?;
    // The two scripts name each other, so one digest of both names them.
    let digest = short_digest(&[link.as_bytes(), script.as_bytes(), &wasm].concat());
    let base = format!("page-{digest}");
    link = replaced(&link, "\"./page.js\"", &format!("\"./{base}.js\""))?;
    // The page's program names the script by the tool's name; only where it is loaded from changes.
    let script = replaced(
        &script,
        &format!("from \"./{LINK}\""),
        &format!("from \"./{base}_parts.js\""),
    )?;
    let script = replaced(&script, "page_bg.wasm", &format!("{base}_bg.wasm"))?;

    let index = folder.join("index.html");
    let page = text(&index)?;
    let old = whole_page(&page)
        .ok_or_else(|| Error::Wrong("index.html does not name the page's script".into()))?;
    for suffix in [".js", "_bg.wasm"] {
        let file = folder.join(format!("{old}{suffix}"));
        fs::remove_file(&file).map_err(Error::io(format!("remove {}", file.display())))?;
    }
    let mut page = page.replace(&old, &base);
    for (name, content) in [
        (format!("{base}.js"), script.as_bytes()),
        (format!("{base}_bg.wasm"), &wasm),
    ] {
        page = with_integrity(&page, &name, content);
        write(&folder.join(name), content)?;
    }
    write(&folder.join(format!("{base}_parts.js")), link.as_bytes())?;
    write(&index, page.as_bytes())
}

/// Returns the name, without its ending, of the page's script in `index.html`: `page-1b2c…`.
fn whole_page(page: &str) -> Option<String> {
    let start = page.find("'./page-")? + "'./".len();
    let end = page[start..].find(".js'")?;
    Some(page[start..start + end].to_owned())
}

/// Returns `page` with the digest of `content` in the tag that loads `name` ahead.
fn with_integrity(page: &str, name: &str, content: &[u8]) -> String {
    const ATTRIBUTE: &str = "integrity=\"";
    let found = page.find(&format!("href=\"./{name}\"")).and_then(|tag| {
        let end = tag + page[tag..].find('>')?;
        let start = tag + page[tag..end].find(ATTRIBUTE)? + ATTRIBUTE.len();
        Some((start, start + page[start..end].find('"')?))
    });
    let Some((start, end)) = found else {
        return page.to_owned();
    };
    let digest = base64(&Sha384::digest(content));
    format!("{}sha384-{digest}{}", &page[..start], &page[end..])
}

/// Returns `text` with `from`, which stands in it, replaced.
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> Result<String, Error> {
    if text.contains(from) {
        return Ok(text.replace(from, to));
    }
    Err(Error::Wrong(format!(
        "the tools wrote no {from}: has their version changed?"
    )))
}

fn text(file: &Path) -> Result<String, Error> {
    fs::read_to_string(file).map_err(Error::io(format!("read {}", file.display())))
}

fn bytes(file: &Path) -> Result<Vec<u8>, Error> {
    fs::read(file).map_err(Error::io(format!("read {}", file.display())))
}

fn write(file: &Path, content: &[u8]) -> Result<(), Error> {
    fs::write(file, content).map_err(Error::io(format!("write {}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "<script type=\"module\">import init from './page-0ld.js';\n\
        await init({ module_or_path: './page-0ld_bg.wasm' });</script>\
        <link rel=\"modulepreload\" href=\"./page-0ld.js\" integrity=\"sha384-a\">\
        <link rel=\"preload\" href=\"./page-0ld_bg.wasm\" integrity=\"sha384-b\" as=\"fetch\">";

    #[test]
    fn page_and_parts_take_the_place_of_the_whole_page_and_name_each_other() {
        let folder = std::env::temp_dir().join(format!("xtask-parts-{}", std::process::id()));
        let (work, bound) = (folder.join("work"), folder.join("work/bound"));
        fs::create_dir_all(&bound).expect("the folder can be made");
        let files: [(PathBuf, &str); 7] = [
            (folder.join("index.html"), INDEX),
            (folder.join("page-0ld.js"), "whole"),
            (folder.join("page-0ld_bg.wasm"), "whole"),
            (
                work.join(LINK),
                "import { initSync } from \"./page.js\"; fetch(new URL(\"./desk.wasm\")); WebAssembly.instantiateStreaming(src, imports)",
            ),
            // SHA-256 of "abc" begins with ba7816bf8f01cfea, SHA-384 with cb00753f45a35e8b. Source: FIPS 180-4, examples.
            (work.join("desk.wasm"), "abc"),
            (
                bound.join("page.js"),
                "import * as parts from \"./__wasm_split.js\"; const imports = { './__wasm_split.js': parts }; new URL('page_bg.wasm')",
            ),
            (bound.join("page_bg.wasm"), "abc"),
        ];
        for (file, content) in &files {
            write(file, content.as_bytes()).expect("written");
        }
        write(&work.join("page.wasm"), b"linked").expect("written");
        let found = chunks(&work).expect("readable");
        assert_eq!(found, [work.join("desk.wasm")]);
        place(&folder, &work, &bound, &found).expect("all is as the tools write it");

        let page = text(&folder.join("index.html")).expect("readable");
        let base = whole_page(&page).expect("the page is named");
        assert_ne!(base, "page-0ld");
        assert!(!folder.join("page-0ld.js").exists() && !page.contains("0ld"));
        // Base64 of that SHA-384.
        assert!(
            page.contains("_bg.wasm\" integrity=\"sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn\""),
            "{page}"
        );
        assert!(!page.contains("sha384-a\""), "{page}");
        let script = text(&folder.join(format!("{base}.js"))).expect("readable");
        assert!(
            script.contains(&format!(
                "from \"./{base}_parts.js\"; const imports = {{ './__wasm_split.js': parts }}"
            )),
            "{script}"
        );
        assert!(script.contains(&format!("'{base}_bg.wasm'")), "{script}");
        let link = text(&folder.join(format!("{base}_parts.js"))).expect("readable");
        assert!(link.contains(&format!("\"./{base}.js\"")), "{link}");
        assert!(
            link.contains("\"./part-desk-ba7816bf8f01cfea.wasm\""),
            "{link}"
        );
        assert!(folder.join("part-desk-ba7816bf8f01cfea.wasm").is_file());
        fs::remove_dir_all(folder).expect("the folder can be removed");
    }

    #[test]
    fn a_script_that_is_not_as_known_is_refused() {
        let error = replaced("import x", STREAMED, "y").expect_err("it does not stand there");
        assert!(
            error.to_string().contains("instantiateStreaming"),
            "{error}"
        );
    }
}
