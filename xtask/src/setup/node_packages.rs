//! The Node packages of the browser tests, at the exact versions of `tests/browser/package.json`.

use super::Env;
use crate::{error::Error, process, step::Progress};
use std::{fs, path::Path};

/// Sees to the packages.
///
/// # Errors
/// When Node or npm is absent, or npm cannot bring them.
pub fn ensure(env: &Env, progress: &Progress) -> Result<(), Error> {
    let folder = env.root.join("tests/browser");
    let manifest = fs::read_to_string(folder.join("package.json"))
        .map_err(Error::io("read tests/browser/package.json"))?;
    let wanted = dependencies(&manifest);
    for program in ["node", "npm"] {
        if env.find(program).is_none() {
            return Err(Error::unavailable(
                program,
                "install Node.js 20 or later, with npm",
            ));
        }
    }
    if wanted
        .iter()
        .all(|(name, version)| is_installed(&folder, name, version))
    {
        return Ok(());
    }
    let mut command = env.command("npm");
    command
        .args(["install", "--no-audit", "--no-fund", "--no-package-lock"])
        .current_dir(&folder);
    process::run(&mut command, &env.log("node packages"), progress)?;
    Ok(())
}

fn is_installed(folder: &Path, name: &str, version: &str) -> bool {
    let manifest = folder.join("node_modules").join(name).join("package.json");
    fs::read_to_string(manifest)
        .is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")))
}

/// Returns names and versions in `"dependencies"`, of a manifest laid out one entry a line as npm writes it.
fn dependencies(manifest: &str) -> Vec<(String, String)> {
    manifest
        .lines()
        .skip_while(|line| !line.trim_start().starts_with("\"dependencies\""))
        .skip(1)
        .take_while(|line| !line.trim_start().starts_with('}'))
        .filter_map(|line| {
            let mut quoted = line.split('"').skip(1).step_by(2);
            Some((quoted.next()?.to_owned(), quoted.next()?.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_manifest_pins_playwright_exactly() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/browser/package.json");
        let wanted = dependencies(&fs::read_to_string(file).expect("the manifest is committed"));
        let playwright = wanted.iter().find(|(name, _)| name == "playwright-core");
        let version = &playwright.expect("browser tests use playwright-core").1;
        assert!(
            version.split('.').all(|part| part.parse::<u32>().is_ok()),
            "not exact: {version}"
        );
    }

    #[test]
    fn only_the_dependencies_are_read() {
        let manifest = "{\n  \"name\": \"x\",\n  \"dependencies\": {\n    \"a\": \"1.0.0\",\n    \"b\": \"2.0.0\"\n  }\n}\n";
        let expected = [("a", "1.0.0"), ("b", "2.0.0")]
            .map(|(name, version)| (name.to_owned(), version.to_owned()));
        assert_eq!(dependencies(manifest), expected);
    }
}
