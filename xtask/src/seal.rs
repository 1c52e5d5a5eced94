//! The last touch on a built folder: names by content, a content security policy that names its inline scripts by hash, the list of
//! files kept for offline use (rarely used programs only once used), and `404.html` so that deep links work on hosts that know no other fallback.

use crate::{error::Error, programs};
use sha2::{Digest as _, Sha256};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Characters of the version in the offline cache's name: 64 bits, far beyond any number of releases.
const VERSION_LENGTH: usize = 16;
/// Where the built service worker says what to keep.
const VERSION_SLOT: &str = "const VERSION = \"development\";";
const FILES_SLOT: &str = "const FILES = [];";
const LATER_SLOT: &str = "const LATER = [];";

/// Seals the built app in `folder`.
///
/// # Errors
/// When the folder does not hold a freshly built app.
pub fn seal(folder: &Path) -> Result<(), Error> {
    programs::name_by_content(folder)?;
    let index = folder.join("index.html");
    let page = read(&index)?;
    let page = with_policy(&page)
        .ok_or_else(|| Error::Wrong("index.html has no <meta charset>".into()))?;
    write(&index, &page)?;
    write(&folder.join("404.html"), &page)?;

    let mut files = Vec::new();
    list(folder, folder, &mut files)?;
    files.retain(|file| file != "sw.js" && file != "404.html");
    files.sort();
    let mut digest = Sha256::new();
    for file in &files {
        let content = fs::read(folder.join(file)).map_err(Error::io(format!("read {file}")))?;
        digest.update(file.as_bytes());
        digest.update((content.len() as u64).to_le_bytes());
        digest.update(&content);
    }
    let worker = folder.join("sw.js");
    let (later, files): (Vec<String>, Vec<String>) =
        files.into_iter().partition(|file| programs::is_rare(file));
    let sealed = with_files(&read(&worker)?, &hex(&digest.finalize()), &files, &later)
        .ok_or_else(|| Error::Wrong("sw.js has no place for its list of files".into()))?;
    write(&worker, &sealed)
}

/// Returns `page` with the policy right after its character set, before anything it governs.
fn with_policy(page: &str) -> Option<String> {
    let mut scripts = String::new();
    for script in inline_scripts(page) {
        let _ = write!(
            scripts,
            " 'sha256-{}'",
            base64(&Sha256::digest(script.as_bytes()))
        );
    }
    // A relay may be any host, so sockets may go anywhere; nothing else may.
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self' ws: wss:; worker-src 'self'; manifest-src 'self'; base-uri 'self'; \
         form-action 'none'; require-trusted-types-for 'script'; trusted-types default"
    );
    let charset = page.find("<meta charset")?;
    let end = charset + page[charset..].find('>')? + 1;
    let (before, after) = page.split_at(end);
    Some(format!(
        "{before}<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">{after}"
    ))
}

/// Returns the text of each script written into `page` itself.
fn inline_scripts(page: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find("<script") {
        rest = &rest[start..];
        let Some(open) = rest.find('>') else { break };
        let Some(close) = rest.find("</script>").filter(|close| *close > open) else {
            break;
        };
        if !rest[..open].contains(" src=") {
            scripts.push(&rest[open + 1..close]);
        }
        rest = &rest[close..];
    }
    scripts
}

/// Returns the service worker with its version and files filled in: those kept at once and those kept once used.
fn with_files(worker: &str, digest: &str, files: &[String], later: &[String]) -> Option<String> {
    if [VERSION_SLOT, FILES_SLOT, LATER_SLOT]
        .iter()
        .any(|slot| !worker.contains(slot))
    {
        return None;
    }
    let version = &digest[..VERSION_LENGTH];
    let list = |files: &[String]| {
        let quoted: Vec<String> = files.iter().map(|file| format!("{file:?}")).collect();
        quoted.join(", ")
    };
    let sealed = worker
        .replace(VERSION_SLOT, &format!("const VERSION = \"{version}\";"))
        .replace(FILES_SLOT, &format!("const FILES = [{}];", list(files)))
        .replace(LATER_SLOT, &format!("const LATER = [{}];", list(later)));
    Some(sealed)
}

/// Adds the files below `folder`, as addresses relative to `root`.
fn list(root: &Path, folder: &Path, files: &mut Vec<String>) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(Error::io(format!("read {}", folder.display())))?;
    for entry in entries {
        let path: PathBuf = entry.map_err(Error::io("read the built folder"))?.path();
        if path.is_dir() {
            list(root, &path, files)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            files.push(parts.join("/"));
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, Error> {
    fs::read_to_string(file).map_err(Error::io(format!("read {}", file.display())))
}

fn write(file: &Path, text: &str) -> Result<(), Error> {
    fs::write(file, text).map_err(Error::io(format!("write {}", file.display())))
}

/// Returns bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns standard base64 with padding. **Source:** RFC 4648, section 4.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |word, at| {
            word << 8 | u32::from(chunk.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() {
                letter as char
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(base64(text.as_bytes()), expected);
        }
        // RFC 4648, section 10.
        check("", "");
        check("f", "Zg==");
        check("fo", "Zm8=");
        check("foo", "Zm9v");
        check("foob", "Zm9vYg==");
        check("fooba", "Zm9vYmE=");
        check("foobar", "Zm9vYmFy");
    }

    #[test]
    fn the_policy_names_inline_scripts_and_no_others() {
        let page = "<head><meta charset=\"utf-8\"><script src=\"a.js\"></script><script type=\"module\">run()</script></head>";
        assert_eq!(inline_scripts(page), ["run()"]);
        let sealed = with_policy(page).expect("the page has a character set");
        let hash = base64(&Sha256::digest(b"run()"));
        assert!(
            sealed.starts_with("<head><meta charset=\"utf-8\"><meta http-equiv"),
            "{sealed}"
        );
        assert!(
            sealed.contains(&format!(
                "script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}';"
            )),
            "{sealed}"
        );
        assert_eq!(with_policy("<head></head>"), None);
    }

    #[test]
    fn the_committed_service_worker_takes_its_list() {
        let worker = include_str!("../../public/sw.js");
        let sealed = with_files(
            worker,
            &"ab".repeat(32),
            &["index.html".into(), "page-1.js".into()],
            &["files_loader.js".into()],
        );
        let sealed = sealed.expect("sw.js has all slots");
        assert!(sealed.contains("const FILES = [\"index.html\", \"page-1.js\"];"));
        assert!(sealed.contains("const LATER = [\"files_loader.js\"];"));
        assert!(sealed.contains("const VERSION = \"abababababababab\";"));
    }

    #[test]
    fn a_sealed_folder_lists_its_files_and_has_the_fallback_page() {
        let folder = std::env::temp_dir().join(format!("xtask-seal-{}", std::process::id()));
        fs::create_dir_all(folder.join("a")).expect("the folder can be made");
        write(
            &folder.join("index.html"),
            "<head><meta charset=\"utf-8\"></head>",
        )
        .expect("written");
        write(&folder.join("sw.js"), include_str!("../../public/sw.js")).expect("written");
        write(&folder.join("a/b.css"), "b{}").expect("written");
        write(&folder.join("files-0123456789abcdef.js"), "1").expect("written");
        seal(&folder).expect("the folder is a built app");
        let worker = read(&folder.join("sw.js")).expect("sealed");
        assert!(
            worker.contains("const FILES = [\"a/b.css\", \"index.html\"];"),
            "{worker}"
        );
        assert!(
            worker.contains("const LATER = [\"files-0123456789abcdef.js\"];"),
            "{worker}"
        );
        let same = read(&folder.join("404.html")).ok() == read(&folder.join("index.html")).ok();
        assert!(same, "404.html is the page itself");
        fs::remove_dir_all(folder).expect("the folder can be removed");
    }
}
