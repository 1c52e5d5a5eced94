//! What a build needs beyond Rust and Node, one file per tool. Every check takes milliseconds when all is present and
//! asks the network nothing; what is missing is installed, or the reader is told what it is and how to get it.

mod apt;
mod cargo_tool;
pub mod chromium;
pub mod env;
pub mod node_packages;
pub mod postgres;
mod trunk;
mod wasm_bindgen;
pub mod wasm_opt;
mod wasm_split;
pub mod wasm_target;

pub use env::Env;

use crate::{error::Error, step::Journal};
use std::{path::PathBuf, thread};

/// Which tools a command needs.
#[derive(Clone, Copy, Debug)]
pub struct Wants {
    /// Trunk, wasm-bindgen and wasm-split, to build the app.
    pub bundler: bool,
    /// wasm-opt, to make the release small.
    pub optimiser: bool,
    /// Chromium with Chinese fonts, and the Node packages of the browser tests.
    pub browser: bool,
}

/// Which tools are there after set-up. What is missing has been printed and stands in the journal.
#[derive(Debug)]
pub struct Tools {
    /// Trunk, a matching wasm-bindgen and wasm-split.
    pub bundler: bool,
    /// wasm-opt of a current version.
    pub optimiser: bool,
    /// Chromium's program file, if browser tests can run.
    pub browser: Option<PathBuf>,
}

/// Sees to the tools of `wants`, compiling and downloading side by side.
pub fn tools(env: &Env, journal: &Journal, wants: Wants) -> Tools {
    thread::scope(|scope| {
        let compiled = scope.spawn(|| {
            wants.bundler
                && journal
                    .step("wasm-bindgen", |progress| {
                        wasm_bindgen::ensure(env, progress)
                    })
                    .and_then(|()| journal.step("trunk", |progress| trunk::ensure(env, progress)))
                    .and_then(|()| {
                        journal.step("wasm-split", |progress| wasm_split::ensure(env, progress))
                    })
                    .is_ok()
        });
        let optimiser = wants.optimiser && optimiser(env, journal);
        let browser = if wants.browser {
            browser(env, journal).ok()
        } else {
            None
        };
        Tools {
            bundler: compiled.join().expect("a set-up thread does not panic"),
            optimiser,
            browser,
        }
    })
}

/// The release works without wasm-opt, only larger: its absence is said, not a failure.
fn optimiser(env: &Env, journal: &Journal) -> bool {
    match wasm_opt::ensure(env) {
        Ok(how) => {
            journal.say(&format!("▸ wasm-opt … {how}"));
            true
        }
        Err(error) => {
            journal.skip("wasm-opt", &format!("the app will be larger. {error}"));
            false
        }
    }
}

fn browser(env: &Env, journal: &Journal) -> Result<PathBuf, Error> {
    let packages = journal.step("node packages", |progress| {
        node_packages::ensure(env, progress)
    });
    let chromium = journal.step("chromium", |progress| chromium::ensure(env, progress))?;
    packages.map(|()| chromium)
}
