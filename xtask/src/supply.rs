//! The packages the programs are built from: what `deny.toml` allows of them, their licences, and a bill of materials.
//!
//! `cargo deny` reads the same file and knows the advisories too; where it is installed it is asked as well.

use crate::{error::Error, process, setup::Env, step::Journal};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

/// The registry every package comes from, as cargo names it.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// Version of the form of the bill of materials. **Source:** CycloneDX 1.6, JSON.
const SPEC_VERSION: &str = "1.6";

/// What of `deny.toml` is held here.
#[derive(Debug, Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Debug, Deserialize)]
struct Banned {
    name: String,
}

/// A package as cargo tells of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Package {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Licence expression, if one is named.
    pub license: Option<String>,
    /// Where it comes from; none: from this repository.
    pub source: Option<String>,
    /// Short description.
    pub description: Option<String>,
    id: String,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Debug, Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

/// The packages of the workspace and what they need, for one platform or all.
#[derive(Debug)]
pub struct Supply(Metadata);

impl Supply {
    /// Asks cargo, which needs no network once the packages are here.
    ///
    /// # Errors
    /// When cargo fails or answers in a form not known here.
    pub fn read(env: &Env, platform: Option<&str>) -> Result<Self, Error> {
        let mut command = env.command("cargo");
        command.args(["metadata", "--format-version", "1", "--locked"]);
        if let Some(platform) = platform {
            command.args(["--filter-platform", platform]);
        }
        let output = command.output().map_err(Error::io("run cargo metadata"))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            return Err(Error::Wrong(format!("cargo metadata failed: {text}")));
        }
        serde_json::from_slice(&output.stdout)
            .map(Self)
            .map_err(|error| Error::Wrong(format!("cargo metadata cannot be understood: {error}")))
    }

    /// Returns what the programs of these packages are linked from, themselves included, by name and version.
    #[must_use]
    pub fn linked_into(&self, roots: &[&str]) -> Vec<&Package> {
        let nodes: BTreeMap<&str, &Node> = self
            .0
            .resolve
            .nodes
            .iter()
            .map(|node| (node.id.as_str(), node))
            .collect();
        let is_root =
            |package: &&Package| package.source.is_none() && roots.contains(&package.name.as_str());
        let mut open: Vec<&str> = self
            .0
            .packages
            .iter()
            .filter(is_root)
            .map(|package| package.id.as_str())
            .collect();
        let mut found = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !found.insert(id) {
                continue;
            }
            let edges = nodes.get(id).map_or(&[][..], |node| &node.deps);
            let linked = edges
                .iter()
                .filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none()));
            open.extend(linked.map(|edge| edge.pkg.as_str()));
        }
        let mut packages: Vec<&Package> = self
            .0
            .packages
            .iter()
            .filter(|package| found.contains(package.id.as_str()))
            .collect();
        packages.sort();
        packages
    }

    /// Returns what the rules do not allow, a sentence each.
    fn complaints(&self, rules: &Rules) -> Vec<String> {
        let mut complaints = Vec::new();
        for package in &self.0.packages {
            let name = format!("{} {}", package.name, package.version);
            if rules.bans.deny.iter().any(|ban| ban.name == package.name) {
                complaints.push(format!("{name} is banned by deny.toml"));
            }
            let Some(source) = &package.source else {
                continue;
            };
            if source != REGISTRY {
                complaints.push(format!("{name} comes from {source}"));
            }
            match package.license.as_deref() {
                Some(licence) if allows(licence, &rules.licenses.allow) => {}
                Some(licence) => complaints.push(format!(
                    "{name} is under {licence}, which deny.toml does not allow"
                )),
                None => complaints.push(format!("{name} names no licence")),
            }
        }
        complaints
    }
}

/// Whether a licence expression is met by those allowed.
fn allows(expression: &str, allowed: &[String]) -> bool {
    spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|required| allowed.contains(&required.to_string()))
    })
}

/// Holds `deny.toml` against every package. What is wrong is in the journal.
pub fn check(env: &Env, journal: &Journal) {
    let _ = journal.step("licences and sources", |_| {
        let file = env.root.join("deny.toml");
        let text = fs::read_to_string(&file).map_err(Error::io("read deny.toml"))?;
        let rules: Rules = toml::from_str(&text)
            .map_err(|error| Error::Wrong(format!("deny.toml cannot be read: {error}")))?;
        let complaints = Supply::read(env, None)?.complaints(&rules);
        if complaints.is_empty() {
            Ok(())
        } else {
            Err(Error::Wrong(complaints.join("\n")))
        }
    });
    if env.find("cargo-deny").is_none() {
        journal.say(
            "note: advisories were not asked: cargo-deny is not installed (`cargo install cargo-deny` gets it)",
        );
        return;
    }
    let known = journal.step("advisories", |progress| {
        let mut fetch = env.command("cargo");
        fetch.args(["deny", "fetch", "db"]);
        if process::run(&mut fetch, &env.log("advisories"), progress).is_err() {
            return Ok(false);
        }
        let mut check = env.command("cargo");
        check.args(["deny", "--offline", "check", "advisories"]);
        process::run(&mut check, &env.log("advisories"), progress).map(|_| true)
    });
    if matches!(known, Ok(false)) {
        journal
            .say("note: the database of advisories cannot be reached from here; it was not asked");
    }
}

/// Returns the licences of `packages` as a text: each licence with those under it.
#[must_use]
pub fn licences(packages: &[&Package]) -> String {
    let mut by_licence: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for package in packages {
        let licence = package.license.as_deref().unwrap_or("none named");
        let line = format!("{} {}", package.name, package.version);
        by_licence.entry(licence).or_default().push(line);
    }
    let mut text = String::from("The packages these programs are built from, by licence.\n");
    for (licence, names) in by_licence {
        let _ = write!(text, "\n{licence}\n");
        for name in names {
            let _ = writeln!(text, "  {name}");
        }
    }
    text
}

/// Returns the bill of materials of what is called `name`. The same packages give the same bytes.
///
/// **Source:** CycloneDX 1.6, JSON; package URLs after the purl specification, type `cargo`.
#[must_use]
pub fn bill(name: &str, version: &str, packages: &[&Package]) -> String {
    let component = |package: &&Package| {
        let purl = format!("pkg:cargo/{}@{}", package.name, package.version);
        let mut component = json!({
            "type": "library",
            "bom-ref": purl,
            "name": package.name,
            "version": package.version,
            "purl": purl,
        });
        if let Some(licence) = &package.license {
            let expression = licence.replace(" / ", " OR ").replace('/', " OR ");
            component["licenses"] = json!([{ "expression": expression }]);
        }
        if let Some(description) = &package.description {
            component["description"] = Value::from(description.trim());
        }
        component
    };
    let components: Vec<Value> = packages.iter().map(component).collect();
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": SPEC_VERSION,
        "version": 1,
        "metadata": {
            "component": { "type": "application", "name": name, "version": version },
        },
        "components": components,
    });
    format!("{bill:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, licence: Option<&str>, source: Option<&str>) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.2.3".to_owned(),
            license: licence.map(str::to_owned),
            source: source.map(str::to_owned),
            description: None,
            id: name.to_owned(),
        }
    }

    fn supply(packages: Vec<Package>, edges: &[(&str, &str, Option<&str>)]) -> Supply {
        let node = |package: &Package| Node {
            id: package.id.clone(),
            deps: edges
                .iter()
                .filter(|(from, _, _)| *from == package.id)
                .map(|(_, to, kind)| Edge {
                    pkg: (*to).to_owned(),
                    dep_kinds: vec![EdgeKind {
                        kind: kind.map(str::to_owned),
                    }],
                })
                .collect(),
        };
        let nodes = packages.iter().map(node).collect();
        Supply(Metadata {
            packages,
            resolve: Resolve { nodes },
        })
    }

    #[test]
    fn an_expression_is_allowed_when_one_way_to_meet_it_is() {
        let allowed = ["MIT".to_owned(), "Apache-2.0".to_owned()];
        for (expression, expected) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0-only OR MIT", true),
            ("GPL-3.0-only", false),
            ("MIT AND GPL-3.0-only", false),
            ("whatever", false),
        ] {
            assert_eq!(allows(expression, &allowed), expected, "{expression}");
        }
    }

    #[test]
    fn what_the_rules_do_not_allow_is_named() {
        let rules: Rules =
            toml::from_str("[licenses]\nallow = [\"MIT\"]\n[bans]\ndeny = [{ name = \"banned\" }]")
                .expect("rules");
        let supply = supply(
            vec![
                package("own", None, None),
                package("fine", Some("MIT"), Some(REGISTRY)),
                package("strict", Some("GPL-3.0-only"), Some(REGISTRY)),
                package("silent", None, Some(REGISTRY)),
                package("banned", Some("MIT"), Some(REGISTRY)),
                package("strange", Some("MIT"), Some("git+https://example.org/x")),
            ],
            &[],
        );
        assert_eq!(
            supply.complaints(&rules),
            [
                "strict 1.2.3 is under GPL-3.0-only, which deny.toml does not allow",
                "silent 1.2.3 names no licence",
                "banned 1.2.3 is banned by deny.toml",
                "strange 1.2.3 comes from git+https://example.org/x",
            ]
        );
    }

    #[test]
    fn a_program_is_linked_from_what_it_needs_and_not_from_what_builds_or_tests_it() {
        let supply = supply(
            vec![
                package("program", Some("MIT"), None),
                package("library", Some("MIT"), Some(REGISTRY)),
                package("inner", Some("MIT"), Some(REGISTRY)),
                package("builder", Some("MIT"), Some(REGISTRY)),
                package("other", Some("MIT"), None),
            ],
            &[
                ("program", "library", None),
                ("library", "inner", None),
                ("program", "builder", Some("build")),
            ],
        );
        let linked = supply.linked_into(&["program"]);
        let names: Vec<&str> = linked.iter().map(|package| &*package.name).collect();
        assert_eq!(names, ["inner", "library", "program"]);
        assert_eq!(
            licences(&linked[..1]),
            "The packages these programs are built from, by licence.\n\nMIT\n  inner 1.2.3\n"
        );
        let bill: Value = serde_json::from_str(&bill("huiyin", "1.0.0", &linked)).expect("JSON");
        assert_eq!(bill["components"][1]["purl"], "pkg:cargo/library@1.2.3");
        assert_eq!(bill["specVersion"], SPEC_VERSION);
    }
}
