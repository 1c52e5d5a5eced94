//! PostgreSQL's programs: tests of the relay's second store start throw-away servers with them, as a user who is not root.

use super::{Env, apt};
use crate::{error::Error, step::Progress};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where Debian keeps them, in a folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// The program that makes a server's data.
const PROGRAM: &str = "initdb";

/// Names the folder of PostgreSQL's programs to tests.
pub const VARIABLE: &str = "HUIYIN_POSTGRES_BIN";

/// Returns the folder of PostgreSQL's programs, installing Debian's package if need be.
///
/// # Errors
/// When the variable names a folder without them, or none is found and apt cannot bring one.
pub fn ensure(env: &Env, progress: &Progress) -> Result<PathBuf, Error> {
    if let Some(named) = env.variable(VARIABLE) {
        let folder = PathBuf::from(&named);
        return if folder.join(PROGRAM).is_file() {
            Ok(folder)
        } else {
            Err(Error::unavailable(
                format!("PostgreSQL in {named}, named by {VARIABLE}"),
                format!("set {VARIABLE} to the folder of initdb and postgres, or unset it"),
            ))
        };
    }
    if let Some(folder) = find(env) {
        return Ok(folder);
    }
    apt::install(env, &["postgresql"], progress)?;
    find(env).ok_or_else(|| {
        Error::unavailable(
            "PostgreSQL",
            format!("install its server, or name the folder of initdb and postgres in {VARIABLE}"),
        )
    })
}

fn find(env: &Env) -> Option<PathBuf> {
    newest(Path::new(DEBIAN)).or_else(|| {
        // A link in the search path leads to where its fellows are.
        let program = fs::canonicalize(env.find(PROGRAM)?).ok()?;
        Some(program.parent()?.to_owned())
    })
}

/// Returns the programs of the highest version in `folder`.
fn newest(folder: &Path) -> Option<PathBuf> {
    fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let bin = entry.path().join("bin");
            bin.join(PROGRAM).is_file().then_some((version, bin))
        })
        .max()
        .map(|(_, bin)| bin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_with_a_server_is_taken() {
        let folder = std::env::temp_dir().join(format!("xtask-postgres-{}", std::process::id()));
        for version in ["9", "15", "17", "not-a-version"] {
            let bin = folder.join(version).join("bin");
            fs::create_dir_all(&bin).expect("a folder can be made");
            // Version 17 is a client without a server.
            if version != "17" {
                fs::write(bin.join(PROGRAM), "").expect("a file can be made");
            }
        }
        assert_eq!(newest(&folder), Some(folder.join("15/bin")));
        assert_eq!(newest(&folder.join("none")), None);
        fs::remove_dir_all(folder).expect("the folder can be removed");
    }
}
