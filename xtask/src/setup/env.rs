//! The surroundings every later command runs in: one compiler for native and wasm alike, our own tools first.

use crate::{error::Error, process};
use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Variables that `cargo run` sets for xtask itself. Passed on, they would rebuild crates whose build scripts look at them.
const OWN_VARIABLES: [&str; 4] = [
    "CARGO",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "LD_LIBRARY_PATH",
];

/// Where things are and what commands are to see.
#[derive(Clone, Debug)]
pub struct Env {
    /// The repository.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    path: Vec<PathBuf>,
    set: Vec<(String, String)>,
    removed: Vec<String>,
}

impl Env {
    /// Returns the surroundings as found, with our own tool folders first in the search path.
    ///
    /// # Errors
    /// When the repository cannot be found from here.
    pub fn detect() -> Result<Self, Error> {
        let root = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(own) => Path::new(&own).parent().map(Path::to_owned),
            None => {
                repository_above(&env::current_dir().map_err(Error::io("read the current folder"))?)
            }
        }
        .ok_or_else(|| Error::Wrong("no repository here: run `cargo xtask` inside it".into()))?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        let mut path = vec![
            target.join("tools/bin"),
            target.join("tools/npm/node_modules/.bin"),
        ];
        path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        let removed = env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| OWN_VARIABLES.contains(&name.as_str()) || name.starts_with("CARGO_PKG_"))
            .collect();
        Ok(Self {
            root,
            target,
            path,
            set: Vec::new(),
            removed,
        })
    }

    /// Returns a command that runs `program` in the repository with these surroundings.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let program = program.as_ref();
        let found = program.to_str().and_then(|name| self.find(name));
        let mut command = match found {
            Some(file) => Command::new(file),
            None => Command::new(program),
        };
        command.current_dir(&self.root);
        for name in &self.removed {
            command.env_remove(name);
        }
        if let Ok(path) = env::join_paths(&self.path) {
            command.env("PATH", path);
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Returns the full path of `program`, if it is on the search path.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        process::find(program, &self.path)
    }

    /// Returns what variable `name` will be for commands run here.
    pub fn variable(&self, name: &str) -> Option<String> {
        if let Some((_, value)) = self.set.iter().find(|(set, _)| set == name) {
            return Some(value.clone());
        }
        let removed = self.removed.iter().any(|gone| gone == name);
        if removed { None } else { env::var(name).ok() }
    }

    /// Sets variable `name` for every later command.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.set.retain(|(set, _)| set != name);
        self.set.push((name.to_owned(), value.into()));
    }

    /// Hides variable `name` from every later command.
    pub fn remove(&mut self, name: &str) {
        self.removed.push(name.to_owned());
    }

    /// Puts `folder` first in the search path.
    pub fn prefer(&mut self, folder: PathBuf) {
        self.path.insert(0, folder);
    }

    /// Returns the file that keeps what the step `name` printed.
    pub fn log(&self, name: &str) -> PathBuf {
        self.target
            .join("xtask")
            .join(name.replace(' ', "-"))
            .with_extension("log")
    }
}

fn repository_above(start: &Path) -> Option<PathBuf> {
    start
        .ancestors()
        .find(|folder| {
            fs::read_to_string(folder.join("Cargo.toml"))
                .is_ok_and(|manifest| manifest.contains("[workspace]"))
        })
        .map(Path::to_owned)
}

/// Returns the dotted version in `text`, the first word that begins with a digit, as numbers.
pub fn version_in(text: &str) -> Option<Vec<u64>> {
    let word = text
        .split(|c: char| c.is_whitespace() || c == '(' || c == ')')
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(
        word.split(['.', '-', '+'])
            .map_while(|part| part.parse().ok())
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_out_of_what_tools_print() {
        #[track_caller]
        fn check(text: &str, expected: Option<&[u64]>) {
            assert_eq!(version_in(text).as_deref(), expected);
        }
        check("trunk 0.21.14", Some(&[0, 21, 14]));
        check(
            "rustc 1.96.0 (abc 2026-01-01) (built from a source tarball)",
            Some(&[1, 96, 0]),
        );
        check("wasm-opt version 132 (version_132)", Some(&[132]));
        check("v20.20.2", None);
        check("no version here", None);
    }

    #[test]
    fn the_repository_is_found_from_a_folder_inside_it() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(
            repository_above(&here.join("src/setup")),
            here.parent().map(Path::to_owned)
        );
    }

    #[test]
    fn a_variable_set_here_wins_and_a_removed_one_is_gone() {
        let mut env = Env::detect().expect("tests run inside the repository");
        env.set("HUIYIN_EXAMPLE", "one");
        env.set("HUIYIN_EXAMPLE", "two");
        assert_eq!(env.variable("HUIYIN_EXAMPLE").as_deref(), Some("two"));
        env.remove("HOME");
        assert_eq!(env.variable("HOME"), None);
    }
}
