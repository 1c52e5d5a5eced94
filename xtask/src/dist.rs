//! `cargo xtask dist`: the static folder. Also how Trunk is called for the release and for browser tests.

use crate::{
    error::Error,
    parts, process, seal,
    setup::{self, Env, Wants},
    step::{Journal, Progress},
    styles, weight,
};
use std::path::{Path, PathBuf};

/// How the app is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bundle {
    /// Quick to build: profile `browser-test`, no wasm-opt.
    BrowserTest,
    /// Small to load: profile `app`, and wasm-opt if `optimise`.
    Release {
        /// Whether wasm-opt is there to be used.
        optimise: bool,
    },
}

impl Bundle {
    /// The cargo profile of the wasm programs, and the folder they are linked into.
    fn profile(self) -> &'static str {
        match self {
            Self::BrowserTest => "browser-test",
            Self::Release { .. } => "app",
        }
    }
}

/// Builds the release into `out` with compressed copies beside the files, and returns whether all went well.
/// What failed is in the journal.
pub fn dist(env: &Env, journal: &Journal, out: &Path) -> bool {
    let Ok(env) = journal.step("wasm target", |progress| {
        setup::wasm_target::ensure(env, progress)
    }) else {
        return false;
    };
    let wants = Wants {
        bundler: true,
        optimiser: true,
        browser: false,
    };
    let tools = setup::tools(&env, journal, wants);
    if !tools.bundler {
        return false;
    }
    let folder = env.root.join(out);
    let optimise = tools.optimiser;
    if bundle(&env, journal, Bundle::Release { optimise }, &folder).is_err() {
        return false;
    }
    if env.find("node").is_none() {
        journal.skip(
            "compress",
            "no Node here; the web host may compress on its own",
        );
        return true;
    }
    let sizes = journal.step("compress", |progress| compress(&env, &folder, progress));
    if let Ok(sizes) = &sizes {
        journal.say(sizes.trim_end());
        journal.say(&format!(
            "{} holds the app; any web host can serve it, from any path.",
            folder.display()
        ));
    }
    // Without wasm-opt everything is larger, and that has been said.
    sizes.is_ok() && (!optimise || weight::check(&env, journal, &folder).is_ok())
}

/// Builds both wasm programs and their assets into `folder`, replacing what was there.
///
/// # Errors
/// When a program does not compile or Trunk fails.
pub fn bundle(env: &Env, journal: &Journal, bundle: Bundle, folder: &Path) -> Result<(), Error> {
    let name = match bundle {
        Bundle::BrowserTest => "app for browser tests",
        Bundle::Release { .. } => "app",
    };
    journal.step(name, |progress| {
        // Trunk is told to stay offline, so that it takes our tools and downloads none; cargo fetches before.
        process::run(
            env.command("cargo").arg("fetch"),
            &env.log("fetch"),
            progress,
        )?;
        let mut command = env.command("trunk");
        // Trunk reads NO_COLOR=1, which others understand, as a malformed answer to a question of its own.
        command.env_remove("NO_COLOR");
        command
            .args(["build", "--offline=true", "--dist"])
            .arg(folder);
        // Trunk calls wasm-opt exactly when told to release.
        let optimise = bundle == Bundle::Release { optimise: true };
        command
            .arg(format!("--release={optimise}"))
            .args(["--cargo-profile", bundle.profile()]);
        if matches!(bundle, Bundle::Release { .. }) {
            let flags = format!("{} {BROWSER_FLAGS}", without_paths(env));
            command.env("RUSTFLAGS", flags);
        }
        process::run(&mut command, &env.log(name), progress)?;
        let linked = env
            .target
            .join("wasm32-unknown-unknown")
            .join(bundle.profile())
            .join("page.wasm");
        parts::part(env, folder, &linked, optimise, progress)?;
        styles::join(folder)?;
        seal::seal(folder)
    })
}

/// What the programs of the browser may use beyond the compiler's usual: as in `.cargo/config.toml`.
const BROWSER_FLAGS: &str = "-Ctarget-feature=+simd128";

/// Returns flags of the compiler by which no path of this machine stands in a program: it says less, and is the same wherever it is built.
/// The flags of `.cargo/config.toml` are among them, because these take their place.
pub fn without_paths(env: &Env) -> String {
    let mut flags = vec!["--cfg=erase_components".to_owned()];
    let home = env.variable("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = env.variable("HOME")?;
        Some(Path::new(&home).join(".cargo"))
    });
    if let Some(home) = home {
        flags.push(format!("--remap-path-prefix={}=/cargo", home.display()));
    }
    flags.push(format!(
        "--remap-path-prefix={}=/huiyin",
        env.root.display()
    ));
    flags.join(" ")
}

/// Writes `.br` and `.gz` beside each file that shrinks by it, and returns a table of sizes.
///
/// # Errors
/// When Node is absent or a file cannot be written.
pub fn compress(env: &Env, folder: &Path, progress: &Progress) -> Result<String, Error> {
    let mut command = env.command("node");
    command
        .arg(env.root.join("xtask/src/compress.mjs"))
        .arg(folder);
    process::run(&mut command, &env.log("compress"), progress)
}
