//! `cargo xtask release`: what is handed out. The app as an archive, relay and command line as an archive for this platform, the bill
//! of materials and the licences of both, and a list of digests.
//!
//! Made to be the same bytes wherever the same commit is built with the same tools: paths of the machine are left out of the programs
//! (`dist`), and files stand in the archives in the order of their names, with the commit's time and no owner.

use crate::{
    dist,
    error::Error,
    process,
    seal::hex,
    setup::Env,
    step::Journal,
    supply::{self, Supply},
};
use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// The version of everything in this workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The programs in the browser, as packages.
const APP: [&str; 3] = ["huiyin", "huiyin-worker", "huiyin-files"];
/// The native programs: package and program.
const NATIVE: [(&str, &str); 2] = [("huiyin-relay", "huiyin-relay"), ("huiyin-cli", "huiyin")];
/// Texts that go along with every archive.
const TEXTS: [&str; 4] = ["LICENSE", "README.md", "ARCHITECTURE.md", "CHANGELOG.md"];
/// Folders the texts lead to: the guides with their pictures, and the files to run a relay with.
const FOLDERS: [&str; 2] = ["docs", "deploy"];
/// The platform of the programs in the browser.
const WASM: &str = "wasm32-unknown-unknown";

/// A file of an archive.
struct Entry {
    name: String,
    path: PathBuf,
    mode: u32,
}

/// Builds everything into `out`, and returns whether all went well. What failed is in the journal.
pub fn release(env: &Env, journal: &Journal, out: &Path) -> bool {
    let out = env.root.join(out);
    if !dist::dist(env, journal, Path::new("target/release-dist")) {
        return false;
    }
    let native = journal.step("relay and command line", |progress| {
        let mut command = env.command("cargo");
        command.args(["build", "--release", "--locked"]);
        for (package, _) in NATIVE {
            command.args(["--package", package]);
        }
        command.env("RUSTFLAGS", dist::without_paths(env));
        process::run(&mut command, &env.log("release"), progress)
    });
    if native.is_err() {
        return false;
    }
    let packed = journal.step("archives", |_| pack(env, &out));
    if let Ok(table) = &packed {
        journal.say(table.trim_end());
    }
    packed.is_ok()
}

/// Packs what was built, and returns the list of digests.
fn pack(env: &Env, out: &Path) -> Result<String, Error> {
    if out.exists() {
        fs::remove_dir_all(out).map_err(Error::io(format!("clear {}", out.display())))?;
    }
    fs::create_dir_all(out).map_err(Error::io(format!("make {}", out.display())))?;
    let platform = platform(env)?;
    let when = commit_time(env)?;
    let app = Supply::read(env, Some(WASM))?;
    let servers = Supply::read(env, Some(&platform))?;
    let names: Vec<&str> = NATIVE.iter().map(|(package, _)| *package).collect();
    for (name, packages) in [
        ("huiyin-app", app.linked_into(&APP)),
        ("huiyin-relay", servers.linked_into(&names)),
    ] {
        let bill = supply::bill(name, VERSION, &packages);
        write(&out.join(format!("{name}-{VERSION}.cdx.json")), &bill)?;
        let licences = supply::licences(&packages);
        write(
            &out.join(format!("{name}-{VERSION}.licences.txt")),
            &licences,
        )?;
    }

    let mut files = texts(&env.root)?;
    list(&env.root.join("target/release-dist"), "app", &mut files)?;
    let name = format!("huiyin-app-{VERSION}");
    archive(&out.join(format!("{name}.tar.gz")), &name, files, when)?;

    let mut files = texts(&env.root)?;
    for (_, program) in NATIVE {
        files.push(Entry {
            name: format!("bin/{program}"),
            path: env.target.join("release").join(program),
            mode: 0o755,
        });
    }
    let name = format!("huiyin-relay-{VERSION}-{platform}");
    archive(&out.join(format!("{name}.tar.gz")), &name, files, when)?;
    digests(out)
}

/// Returns what stands in every archive to be read. Hidden files stay out: `deploy/.env` holds the password of whoever builds.
fn texts(root: &Path) -> Result<Vec<Entry>, Error> {
    let own = TEXTS.map(|name| Entry {
        name: name.to_owned(),
        path: root.join(name),
        mode: 0o644,
    });
    let mut files = Vec::from(own);
    for folder in FOLDERS {
        list(&root.join(folder), folder, &mut files)?;
    }
    files.retain(|file| !file.name.split('/').any(|part| part.starts_with('.')));
    Ok(files)
}

/// Writes an archive of `files` below a folder of its own.
fn archive(file: &Path, folder: &str, mut files: Vec<Entry>, when: u64) -> Result<(), Error> {
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let told = || Error::io(format!("write {}", file.display()));
    let target = fs::File::create(file).map_err(told())?;
    // No name and no time in the frame: they would differ from build to build.
    let packer = GzBuilder::new().mtime(0).write(target, Compression::best());
    let mut archive = tar::Builder::new(packer);
    for entry in files {
        let bytes =
            fs::read(&entry.path).map_err(Error::io(format!("read {}", entry.path.display())))?;
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(entry.mode);
        header.set_mtime(when);
        header.set_uid(0);
        header.set_gid(0);
        let name = format!("{folder}/{}", entry.name);
        archive
            .append_data(&mut header, &name, bytes.as_slice())
            .map_err(told())?;
    }
    let packer = archive.into_inner().map_err(told())?;
    packer.finish().map_err(told()).map(drop)
}

/// Writes the digests of the files in `folder` beside them, as `sha256sum --check` reads them, and returns them.
fn digests(folder: &Path) -> Result<String, Error> {
    let mut files = Vec::new();
    list(folder, "", &mut files)?;
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let mut text = String::new();
    for file in files {
        let bytes =
            fs::read(&file.path).map_err(Error::io(format!("read {}", file.path.display())))?;
        let digest = hex(&Sha256::digest(&bytes));
        let _ = writeln!(text, "{digest}  {}", file.name);
    }
    write(&folder.join("SHA256SUMS"), &text)?;
    Ok(text)
}

/// Adds the files below `folder`, named below `name`.
fn list(folder: &Path, name: &str, files: &mut Vec<Entry>) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(Error::io(format!("read {}", folder.display())))?;
    for entry in entries {
        let path = entry.map_err(Error::io("read a folder"))?.path();
        let own = path
            .file_name()
            .map(|own| own.to_string_lossy().into_owned());
        let own = own.unwrap_or_default();
        let name = if name.is_empty() {
            own
        } else {
            format!("{name}/{own}")
        };
        if path.is_dir() {
            list(&path, &name, files)?;
        } else {
            files.push(Entry {
                name,
                path,
                mode: 0o644,
            });
        }
    }
    Ok(())
}

/// Returns the platform native programs are built for.
fn platform(env: &Env) -> Result<String, Error> {
    let output = env
        .command("rustc")
        .args(["-vV"])
        .output()
        .map_err(Error::io("run rustc"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| Error::Wrong("rustc does not say which platform it builds for".into()))
}

/// Returns when the commit was made, in seconds since 1970: `SOURCE_DATE_EPOCH` where it is set.
///
/// **Source:** reproducible-builds.org, "SOURCE_DATE_EPOCH".
fn commit_time(env: &Env) -> Result<u64, Error> {
    if let Some(given) = env.variable("SOURCE_DATE_EPOCH") {
        return given
            .parse()
            .map_err(|_| Error::Wrong("SOURCE_DATE_EPOCH is no number of seconds".into()));
    }
    let output = env
        .command("git")
        .args(["log", "-1", "--format=%ct"])
        .output()
        .map_err(Error::io("run git"))?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(|_| Error::Wrong("git knows no commit here; set SOURCE_DATE_EPOCH".into()))
}

fn write(file: &Path, text: &str) -> Result<(), Error> {
    fs::write(file, text).map_err(Error::io(format!("write {}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the files a text in `folder` links to, named as in the archive.
    fn linked(text: &str, folder: &str) -> Vec<String> {
        let targets = text.split("](").skip(1);
        let targets = targets.filter_map(|rest| rest.split([')', '#']).next());
        targets
            .filter(|target| !target.is_empty() && !target.contains("://"))
            .map(|target| {
                let mut parts: Vec<&str> =
                    folder.split('/').filter(|part| !part.is_empty()).collect();
                for part in target.split('/') {
                    if part == ".." {
                        parts.pop();
                    } else {
                        parts.push(part);
                    }
                }
                parts.join("/")
            })
            .collect()
    }

    #[test]
    fn every_link_of_the_texts_leads_to_a_file_of_the_archive() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let files = texts(&root).expect("the texts are there");
        let mut followed = 0;
        let is_text = |file: &&Entry| file.path.extension().is_some_and(|kind| kind == "md");
        for file in files.iter().filter(is_text) {
            let text = fs::read_to_string(&file.path).expect("a text");
            let folder = file.name.rsplit_once('/').map_or("", |(folder, _)| folder);
            for target in linked(&text, folder) {
                let found = files.iter().any(|file| file.name == target);
                assert!(found, "{} links to {target}", file.name);
                followed += 1;
            }
        }
        assert!(followed > 30, "{followed}");
    }

    #[test]
    fn an_archive_is_the_same_bytes_whatever_the_order_and_age_of_its_files() {
        let folder = std::env::temp_dir().join(format!("huiyin-release-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        for name in ["b.txt", "a.txt"] {
            fs::write(folder.join(name), name).expect("a file");
        }
        let entry = |name: &str| Entry {
            name: name.to_owned(),
            path: folder.join(name),
            mode: 0o644,
        };
        let pack = |names: [&str; 2]| {
            let file = folder.join("out.tar.gz");
            archive(&file, "x", names.map(entry).into(), 1_700_000_000).expect("an archive");
            fs::read(file).expect("the archive")
        };
        let first = pack(["b.txt", "a.txt"]);
        fs::write(folder.join("a.txt"), "a.txt").expect("written again");
        assert_eq!(pack(["a.txt", "b.txt"]), first);
        fs::remove_dir_all(&folder).expect("the folder goes");
    }
}
