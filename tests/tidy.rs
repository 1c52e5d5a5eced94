//! The tidy test: holds what the architecture promises by reading the manifests and sources themselves.
//!
//! Which crate may know which, which stay free of clocks and sockets, and what no source may contain.
//!
//! Long: one promise after another.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Which crates of this workspace a crate may be built from. Tests of any crate may also use the testkit.
const MAY_USE: [(&str, &[&str]); 12] = [
    ("huiyin", &["huiyin-api", "huiyin-core", "huiyin-sample"]),
    ("huiyin-worker", &["huiyin-api", "huiyin-engine"]),
    (
        "huiyin-cli",
        &["huiyin-api", "huiyin-core", "huiyin-engine"],
    ),
    (
        "huiyin-engine",
        &[
            "huiyin-api",
            "huiyin-core",
            "huiyin-document",
            "huiyin-sync",
        ],
    ),
    ("huiyin-api", &["huiyin-core"]),
    ("huiyin-document", &["huiyin-core"]),
    ("huiyin-relay", &["huiyin-sync"]),
    ("huiyin-files", &[]),
    ("huiyin-sample", &["huiyin-api", "huiyin-core"]),
    ("huiyin-sync", &[]),
    ("huiyin-core", &[]),
    ("xtask", &[]),
];

/// Dev only, so it may use everything; nothing but tests may use it.
const TESTKIT: &str = "huiyin-testkit";

/// Crates that read no clock, no randomness, no disk, no network: time and entropy go in, effects come out.
const PURE: [&str; 6] = [
    "huiyin-core",
    "huiyin-sample",
    "huiyin-api",
    "huiyin-document",
    "huiyin-sync",
    "huiyin-engine",
];

/// Packages that would let a pure crate reach outside.
const OUTSIDE: [&str; 9] = [
    "tokio",
    "web-sys",
    "js-sys",
    "wasm-bindgen",
    "gloo-storage",
    "rusqlite",
    "rand",
    "axum",
    "tungstenite",
];

/// Folders that are built or fetched, not written.
const NOT_OURS: [&str; 5] = ["target", "dist", "node_modules", ".git", "output"];

/// The kinds of dependency a manifest lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Normal,
    Dev,
}

#[derive(Debug)]
struct Manifest {
    name: String,
    dependencies: Vec<(Kind, String)>,
}

impl Manifest {
    fn normal(&self) -> impl Iterator<Item = &str> {
        self.dependencies
            .iter()
            .filter(|(kind, _)| *kind == Kind::Normal)
            .map(|(_, name)| name.as_str())
    }
}

/// Lines from which on a file says why it is long.
const LONG_FILE: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|reason| panic!("{}: {reason}", file.display()))
}

/// Reads name and dependencies out of a manifest's text.
fn parse(text: &str) -> Manifest {
    let mut name = String::new();
    let mut section = String::new();
    let mut dependencies = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            header.trim_matches(['[', ']']).clone_into(&mut section);
            // `[dependencies.name]` names its dependency in the header.
            if let Some((before, dependency)) = section.rsplit_once("dependencies.") {
                let kind = if before.ends_with("dev-") {
                    Kind::Dev
                } else {
                    Kind::Normal
                };
                if before != "workspace." {
                    dependencies.push((kind, dependency.to_owned()));
                }
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let key = key.trim().split('.').next().unwrap_or_default().to_owned();
        if section == "package" && key == "name" {
            value.trim().trim_matches('"').clone_into(&mut name);
        }
        let is_list = section.ends_with("dependencies") && section != "workspace.dependencies";
        if is_list && !key.contains([' ', '"', '}']) {
            let kind = if section.ends_with("dev-dependencies") {
                Kind::Dev
            } else {
                Kind::Normal
            };
            dependencies.push((kind, key));
        }
    }
    Manifest { name, dependencies }
}

/// Returns every package of the workspace by name.
fn manifests() -> BTreeMap<String, Manifest> {
    let mut files = vec![root().join("Cargo.toml"), root().join("xtask/Cargo.toml")];
    let crates = fs::read_dir(root().join("crates")).expect("the workspace has crates");
    files.extend(crates.map(|entry| {
        entry
            .expect("a folder that can be read")
            .path()
            .join("Cargo.toml")
    }));
    files
        .iter()
        .filter(|file| file.is_file())
        .map(|file| parse(&read(file)))
        .map(|manifest| (manifest.name.clone(), manifest))
        .collect()
}

/// Returns the packages reached from `name` by normal dependencies within the workspace, third parties included.
fn linked<'a>(name: &'a str, all: &'a BTreeMap<String, Manifest>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![name];
    while let Some(next) = waiting.pop() {
        if seen.insert(next)
            && let Some(manifest) = all.get(next)
        {
            waiting.extend(manifest.normal());
        }
    }
    seen
}

/// Adds the files below `folder` that people wrote and whose names end with one of `endings`.
fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder that can be read") {
        let path = entry.expect("an entry that can be read").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                files(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

fn written(endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(root(), endings, &mut found);
    assert!(
        !found.is_empty(),
        "no files found that end with {endings:?}"
    );
    found.sort();
    found
}

#[track_caller]
fn assert_none(faults: &[String], rule: &str) {
    assert!(faults.is_empty(), "{rule}:\n{}", faults.join("\n"));
}

#[test]
fn crates_know_only_the_crates_the_architecture_lets_them_know() {
    let all = manifests();
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    let mut faults = Vec::new();
    for (name, manifest) in &all {
        if name == TESTKIT {
            continue;
        }
        let Some(may_use) = allowed.get(name.as_str()) else {
            faults.push(format!("{name} has no place in the architecture yet"));
            continue;
        };
        for (kind, dependency) in &manifest.dependencies {
            let fine = may_use.contains(&dependency.as_str())
                || (*kind == Kind::Dev && dependency == TESTKIT);
            if all.contains_key(dependency) && !fine {
                faults.push(format!("{name} must not use {dependency} ({kind:?})"));
            }
        }
    }
    assert_none(
        &faults,
        "dependencies against the direction of the architecture",
    );
    assert_eq!(
        all.len(),
        MAY_USE.len() + 1,
        "each crate has its line in MAY_USE: {:?}",
        all.keys()
    );
}

#[test]
fn the_page_never_links_automerge_and_the_relay_never_links_documents() {
    let all = manifests();
    let page = linked("huiyin", &all);
    for banned in [
        "automerge",
        "huiyin-document",
        "huiyin-engine",
        "huiyin-sync",
    ] {
        assert!(!page.contains(banned), "the page links {banned}");
    }
    let relay = linked("huiyin-relay", &all);
    for banned in [
        "automerge",
        "huiyin-document",
        "huiyin-core",
        "huiyin-engine",
    ] {
        assert!(!relay.contains(banned), "the relay links {banned}");
    }
    assert!(
        linked("huiyin-worker", &all).contains("automerge"),
        "the engine is built on Automerge"
    );
}

#[test]
fn pure_crates_depend_on_nothing_that_reaches_outside() {
    let all = manifests();
    let mut faults = Vec::new();
    for name in PURE {
        let manifest = all
            .get(name)
            .unwrap_or_else(|| panic!("{name} is a crate of the workspace"));
        faults.extend(
            manifest
                .normal()
                .filter(|dependency| OUTSIDE.contains(dependency))
                .map(|dependency| format!("{name} uses {dependency}")),
        );
    }
    assert_none(
        &faults,
        "pure crates take time and entropy as arguments and hand out effects",
    );
}

#[test]
fn every_source_file_says_first_what_it_is_for() {
    let faults: Vec<String> = written(&[".rs"])
        .into_iter()
        .filter(|file| !read(file).starts_with("//!"))
        .map(|file| file.display().to_string())
        .collect();
    assert_none(&faults, "every file opens with `//!`");
}

#[test]
fn long_files_say_why() {
    let faults: Vec<String> = written(&[".rs"])
        .iter()
        .filter(|file| {
            let text = read(file);
            let why = text
                .lines()
                .take_while(|line| line.starts_with("//!"))
                .any(|line| {
                    ["Long: ", "Long, because "]
                        .iter()
                        .any(|why| line.contains(why))
                });
            text.lines().count() > LONG_FILE && !why
        })
        .map(|file| file.display().to_string())
        .collect();
    assert_none(
        &faults,
        "a file of more than 400 lines says why in its header: \"Long: …\"",
    );
}

#[test]
fn no_source_holds_stand_ins_or_tests_switched_off() {
    // Written in two halves, or this file would be the first to be found.
    let banned = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
        concat!("#[ign", "ore"),
        concat!("test.sk", "ip("),
        concat!("test.on", "ly("),
    ];
    find(
        &banned,
        &[".rs", ".mjs"],
        "no stand-ins, no left-over debugging, no tests switched off",
    );
}

#[test]
fn no_file_names_a_place_on_the_machine_it_was_written_on() {
    let banned = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("../sha", "red/"),
        concat!("/ho", "me/"),
    ];
    let endings = [
        ".rs",
        ".toml",
        ".mjs",
        ".js",
        ".html",
        ".css",
        ".md",
        ".json",
        ".webmanifest",
    ];
    find(
        &banned,
        &endings,
        "paths of one machine mean nothing on another",
    );
}

#[test]
fn every_file_has_a_name_that_can_be_typed() {
    let plain = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_str()
            .is_some_and(|name| name.chars().all(|c| c.is_ascii_graphic()))
    };
    let faults: Vec<String> = written(&[""])
        .iter()
        .filter(|path| !plain(path))
        .map(|path| format!("{path:?}"))
        .collect();
    assert_none(
        &faults,
        "names of files are letters, digits and signs of ASCII",
    );
}

#[test]
fn no_code_names_a_policy_pack() {
    let mut packs = Vec::new();
    files(
        &root().join("crates/huiyin-core/packs"),
        &[".toml"],
        &mut packs,
    );
    let ids: Vec<String> = packs
        .iter()
        .map(|file| {
            file.file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert!(ids.len() > 10, "{ids:?}");
    let mut faults = Vec::new();
    for file in written(&[".rs"]) {
        if file.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        for (number, line) in read(&file).lines().enumerate() {
            let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
            if let Some(id) = words.find(|word| ids.iter().any(|id| id == word)) {
                faults.push(format!("{}:{}: {id}", file.display(), number + 1));
            }
        }
    }
    assert_none(
        &faults,
        "packs are data: no code outside tests knows one of them",
    );
}

#[track_caller]
/// A page reloaded below the app's folder finds it by the first word of its address.
#[test]
fn the_start_page_knows_every_first_word_of_an_address() {
    let routes = read(&root().join("src/pages/frame/routes.rs"));
    let start = read(&root().join("index.html"));
    let (_, list) = start
        .split_once("const route = /^(.*\\/)(?<!\\/(?:papers|settings)\\/)(?:")
        .expect("index.html lists the first words of addresses");
    let (list, _) = list.split_once(')').expect("the list ends");
    let known: BTreeSet<&str> = list.split('|').collect();
    let faults: Vec<String> = routes
        .split("path!(\"")
        .skip(1)
        .filter_map(|route| route.split(['"', '/']).next())
        .filter(|word| !word.is_empty() && !known.contains(word))
        .map(|word| format!("index.html: {word}"))
        .collect();
    assert_none(&faults, "the list of first words has all of routes.rs");
}

/// The page holds its icon itself; notifications and installed apps take the file.
#[test]
fn the_icon_in_the_start_page_is_the_icon_file() {
    let page = read(&root().join("index.html"));
    let (_, icon) = page
        .split_once("href=\"data:image/svg+xml,")
        .expect("index.html holds an icon");
    let (icon, _) = icon.split_once('"').expect("the address ends");
    let plain = icon
        .replace("%3C", "<")
        .replace("%3E", ">")
        .replace("%23", "#");
    let file = read(&root().join("public/icon.svg")).replace('"', "'");
    let lines: String = file.lines().map(str::trim).collect();
    assert_eq!(plain, lines);
}

/// Returns the width and height a PNG says it has.
///
/// **Source:** PNG (W3C), 11.2.2: the header is the first chunk, two lengths of four bytes after its name.
fn png_size(file: &Path) -> Option<(u32, u32)> {
    let bytes = fs::read(file).ok()?;
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some((number(16)?, number(20)?))
}

/// What the system shows of the installed app is there, is built into the folder, and has the size that is said of it.
#[test]
fn the_manifest_names_what_is_there() {
    let text = read(&root().join("public/manifest.webmanifest"));
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let index = read(&root().join("index.html"));
    let mut faults = Vec::new();
    let pictures = ["icons", "screenshots"].into_iter().flat_map(|list| {
        let listed = manifest[list].as_array();
        listed.map(Vec::as_slice).unwrap_or_default()
    });
    let mut named = 0;
    for picture in pictures {
        named += 1;
        let (src, sizes) = (&picture["src"], &picture["sizes"]);
        let (Some(src), Some(sizes)) = (src.as_str(), sizes.as_str()) else {
            faults.push(format!("{picture}: without a file or a size"));
            continue;
        };
        let file = root().join("public").join(src);
        if !file.is_file() {
            faults.push(format!("{src}: not there"));
        }
        if !index.contains(&format!("rel=\"copy-file\" href=\"public/{src}\"")) {
            faults.push(format!("{src}: index.html does not build it in"));
        }
        if Path::new(src).extension().is_some_and(|kind| kind == "png") {
            let found = png_size(&file).map(|(wide, high)| format!("{wide}x{high}"));
            if found.as_deref() != Some(sizes) {
                faults.push(format!("{src}: {found:?}, not {sizes}"));
            }
        }
    }
    assert!(named >= 4, "{named}");
    // What is shared or opened goes to addresses the app answers, under the name the service worker listens to.
    let worker = read(&root().join("public/sw.js"));
    let target = manifest["share_target"]["action"].as_str();
    if target != Some("./share") || !worker.contains("new URL(\"share\", registration.scope)") {
        faults.push(format!("{target:?}: the service worker listens elsewhere"));
    }
    let endings = manifest["file_handlers"][0]["accept"]["application/octet-stream"].to_string();
    for ending in [".huiyin", ".huiyin-backup"] {
        if !endings.contains(&format!("\"{ending}\"")) {
            faults.push(format!("{ending}: not opened with the app"));
        }
    }
    assert_none(&faults, "the manifest says what is so");
}

fn find(banned: &[&str], endings: &[&str], rule: &str) {
    let mut faults = Vec::new();
    for file in written(endings) {
        for (number, line) in read(&file).lines().enumerate() {
            if let Some(word) = banned.iter().find(|word| line.contains(*word)) {
                faults.push(format!("{}:{}: {word}", file.display(), number + 1));
            }
        }
    }
    assert_none(&faults, rule);
}

#[test]
fn manifests_are_read_with_every_way_of_naming_a_dependency() {
    let manifest = parse(
        "[package]\nname = \"a\"\n[dependencies]\nb.workspace = true\nc = { path = \"c\" }\n# d = \"1\"\n\
         [target.'cfg(unix)'.dependencies]\ne = \"1\"\n[dev-dependencies]\nf = \"1\"\n[dependencies.g]\nversion = \"1\"\n\
         [workspace.dependencies]\nh = \"1\"\n",
    );
    assert_eq!(manifest.name, "a");
    let found: Vec<(Kind, &str)> = manifest
        .dependencies
        .iter()
        .map(|(kind, name)| (*kind, name.as_str()))
        .collect();
    let expected = [
        (Kind::Normal, "b"),
        (Kind::Normal, "c"),
        (Kind::Normal, "e"),
        (Kind::Dev, "f"),
        (Kind::Normal, "g"),
    ];
    assert_eq!(found, expected);
}
