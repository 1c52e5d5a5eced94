//! A Rust compiler that can build for wasm32-unknown-unknown, by the first of these ways that works:
//!
//! 1. the active toolchain already can; 2. Debian's `rustc-web`, set up before, can; 3. `rustup target add`;
//! 4. install Debian's packages and build the standard library once from their sources (half a minute).
//!
//! Whichever it is serves native builds too, so that macros and build scripts compile once.

use super::{Env, apt, env::version_in};
use crate::{error::Error, process, step::Progress};
use std::{
    env::consts::ARCH,
    fs,
    path::{Path, PathBuf},
};

const TARGET: &str = "wasm32-unknown-unknown";
const LINKER: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER";
/// The oldest compiler the workspace builds with (`rust-version`).
const MINIMUM: [u64; 2] = [1, 90];
const DEBIAN_BIN: &str = "/usr/bin";
const DEBIAN_STD: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";
const DEBIAN_PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "rustfmt-web",
];
const DEBIAN_PROGRAMS: [&str; 8] = [
    "cargo",
    "rustc",
    "rustdoc",
    "rustfmt",
    "cargo-fmt",
    "cargo-clippy",
    "clippy-driver",
    "rust-lld",
];
/// Versions of Debian's linker worth looking for, best first.
const DEBIAN_LINKERS: [&str; 5] = [
    "wasm-ld-22",
    "wasm-ld-21",
    "wasm-ld-20",
    "wasm-ld-19",
    "wasm-ld",
];

/// Sees to the target and returns the surroundings in which cargo builds for it.
///
/// # Errors
/// When no way works: says what to install.
pub fn ensure(env: &Env, progress: &Progress) -> Result<Env, Error> {
    if builds_wasm(env)? {
        return with_linker(env.clone(), progress);
    }
    let debian = debian(env)?;
    if is_recent_debian(&debian) && builds_wasm(&debian)? {
        return with_linker(debian, progress);
    }
    if env.find("rustup").is_some() {
        progress.note("rustup target add");
        let log = env.log("rustup target add");
        let added = process::run(
            env.command("rustup").args(["target", "add", TARGET]),
            &log,
            progress,
        );
        if added.is_ok() && builds_wasm(env)? {
            return with_linker(env.clone(), progress);
        }
    }
    if !is_recent_debian(&debian) {
        apt::install(env, &DEBIAN_PACKAGES, progress).map_err(by_hand)?;
    }
    build_std(&debian, progress)?;
    if builds_wasm(&debian)? {
        with_linker(debian, progress)
    } else {
        Err(Error::unavailable(
            "the target wasm32-unknown-unknown",
            BY_HAND,
        ))
    }
}

const BY_HAND: &str = "rustup target add wasm32-unknown-unknown; or on Debian, as root: \
    apt-get install --no-install-recommends rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web lld-22";

fn by_hand(error: Error) -> Error {
    Error::unavailable(
        format!("{error}\nThe target wasm32-unknown-unknown"),
        BY_HAND,
    )
}

/// Returns whether `rustc` compiles a trivial crate for the target, against a standard library it can read.
fn builds_wasm(env: &Env) -> Result<bool, Error> {
    let folder = env.target.join("xtask");
    fs::create_dir_all(&folder).map_err(Error::io(format!("create {}", folder.display())))?;
    let source = folder.join("probe.rs");
    fs::write(
        &source,
        "//! Says whether the target is there.\npub fn probe() -> String { String::new() }\n",
    )
    .map_err(Error::io(format!("write {}", source.display())))?;
    let mut command = env.command("rustc");
    command.args([
        "--target",
        TARGET,
        "--crate-type",
        "lib",
        "--emit",
        "metadata",
        "-o",
    ]);
    command.arg(folder.join("probe.rmeta")).arg(&source);
    Ok(process::ask(&mut command).is_some())
}

/// Returns surroundings in which Debian's Rust programs come before rustup's.
fn debian(env: &Env) -> Result<Env, Error> {
    let folder = env.target.join("tools/debian");
    fs::create_dir_all(&folder).map_err(Error::io(format!("create {}", folder.display())))?;
    for program in DEBIAN_PROGRAMS {
        let link = folder.join(program);
        if fs::symlink_metadata(&link).is_err() {
            symlink(&Path::new(DEBIAN_BIN).join(program), &link)?;
        }
    }
    let mut debian = env.clone();
    debian.prefer(folder);
    debian.remove("RUSTUP_TOOLCHAIN");
    Ok(debian)
}

#[cfg(unix)]
fn symlink(to: &Path, link: &Path) -> Result<(), Error> {
    std::os::unix::fs::symlink(to, link).map_err(Error::io(format!("link {}", link.display())))
}

#[cfg(not(unix))]
fn symlink(_to: &Path, _link: &Path) -> Result<(), Error> {
    // Debian's way does not exist here; rustup's does.
    Ok(())
}

fn is_recent_debian(debian: &Env) -> bool {
    let rustc = Path::new(DEBIAN_BIN).join("rustc");
    process::ask(debian.command(rustc).arg("--version"))
        .and_then(|answer| version_in(&answer))
        .is_some_and(|version| version.as_slice() >= MINIMUM.as_slice())
}

/// Builds the standard library from Debian's sources and puts it where Debian's compiler looks.
fn build_std(debian: &Env, progress: &Progress) -> Result<(), Error> {
    if !apt::is_privileged(debian) {
        return Err(Error::unavailable(
            format!("the right to write {DEBIAN_STD}"),
            BY_HAND,
        ));
    }
    let scratch = debian.target.join("xtask/std");
    let sources = scratch.join("src");
    fs::create_dir_all(&sources).map_err(Error::io(format!("create {}", sources.display())))?;
    let manifest =
        "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(scratch.join("Cargo.toml"), manifest)
        .map_err(Error::io("write the scratch manifest"))?;
    fs::write(sources.join("lib.rs"), "").map_err(Error::io("write the scratch crate"))?;
    let mut command = debian.command("cargo");
    command
        .current_dir(&scratch)
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("CARGO_TARGET_DIR");
    // Without bitcode, release builds with fat LTO cannot use it.
    command.env("RUSTFLAGS", "-Cembed-bitcode=yes");
    command.args([
        "build",
        "-Zbuild-std=std,panic_abort",
        "--release",
        "--target",
        TARGET,
    ]);
    process::run(&mut command, &debian.log("build std"), progress)?;

    let built = scratch.join("target").join(TARGET).join("release/deps");
    let libraries: Vec<PathBuf> = fs::read_dir(&built)
        .map_err(Error::io(format!("read {}", built.display())))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|file| file.extension().is_some_and(|end| end == "rlib") && !is_scratch(file))
        .collect();
    let log = debian.log("install std");
    process::run(
        apt::as_root(debian).args(["rm", "-rf", DEBIAN_STD]),
        &log,
        progress,
    )?;
    process::run(
        apt::as_root(debian).args(["mkdir", "-p", DEBIAN_STD]),
        &log,
        progress,
    )?;
    process::run(
        apt::as_root(debian)
            .arg("cp")
            .args(&libraries)
            .arg(DEBIAN_STD),
        &log,
        progress,
    )
    .map(drop)
}

fn is_scratch(file: &Path) -> bool {
    file.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("libscratch-"))
}

/// Names a linker for the target where the compiler brings none.
fn with_linker(mut env: Env, progress: &Progress) -> Result<Env, Error> {
    if env.variable(LINKER).is_some() {
        return Ok(env);
    }
    let sysroot =
        process::ask(env.command("rustc").args(["--print", "sysroot"])).map(PathBuf::from);
    if sysroot.is_some_and(|sysroot| rust_lld(&sysroot).is_some()) {
        return Ok(env);
    }
    let found = rustup_toolchains(&env)
        .iter()
        .find_map(|toolchain| rust_lld(toolchain))
        .or_else(|| debian_linker(&env));
    let linker = if let Some(linker) = found {
        linker
    } else {
        apt::install(&env, &["lld-22"], progress)?;
        debian_linker(&env)
            .ok_or_else(|| Error::unavailable("a linker for wasm", "apt-get install lld-22"))?
    };
    env.set(LINKER, linker.to_string_lossy());
    Ok(env)
}

fn debian_linker(env: &Env) -> Option<PathBuf> {
    DEBIAN_LINKERS.iter().find_map(|program| env.find(program))
}

fn rust_lld(sysroot: &Path) -> Option<PathBuf> {
    let hosts = fs::read_dir(sysroot.join("lib/rustlib")).ok()?;
    hosts
        .filter_map(|host| host.ok().map(|host| host.path()))
        .filter(|host| {
            host.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(ARCH))
        })
        .map(|host| host.join("bin/rust-lld"))
        .find(|file| file.is_file())
}

/// Returns rustup's toolchains, stable ones first.
fn rustup_toolchains(env: &Env) -> Vec<PathBuf> {
    let home = env.variable("RUSTUP_HOME").map(PathBuf::from).or_else(|| {
        env.variable("HOME")
            .map(|home| Path::new(&home).join(".rustup"))
    });
    let Some(entries) = home.and_then(|home| fs::read_dir(home.join("toolchains")).ok()) else {
        return Vec::new();
    };
    let mut toolchains: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    toolchains.sort_by_key(|path| {
        let stable = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("stable"));
        (!stable, path.clone())
    });
    toolchains
}

/// Sees to clippy and rustfmt of the chosen compiler.
///
/// # Errors
/// When one is absent and neither rustup nor apt can bring it.
pub fn ensure_checks(env: &Env, progress: &Progress) -> Result<(), Error> {
    let present = |env: &Env| {
        [["clippy", "--version"], ["fmt", "--version"]]
            .iter()
            .all(|question| process::ask(env.command("cargo").args(question)).is_some())
    };
    if present(env) {
        return Ok(());
    }
    let from_rustup = ["component", "add", "clippy", "rustfmt"];
    if env.find("rustup").is_some() && env.variable("RUSTUP_TOOLCHAIN").is_some() {
        // Its answer shows in the check below; Debian's packages are the other way.
        let _ = process::run(
            env.command("rustup").args(from_rustup),
            &env.log("rustup component add"),
            progress,
        );
        if present(env) {
            return Ok(());
        }
    }
    apt::install(env, &["rust-web-clippy", "rustfmt-web"], progress)?;
    if present(env) {
        Ok(())
    } else {
        Err(Error::unavailable(
            "clippy or rustfmt",
            "rustup component add clippy rustfmt",
        ))
    }
}
