//! Chromium for the browser tests, and a font with Chinese characters so that pictures of screens are readable.

use super::{Env, apt};
use crate::{error::Error, process, step::Progress};
use std::path::{Path, PathBuf};

/// Names under which systems offer it.
const PROGRAMS: [&str; 4] = [
    "chromium",
    "google-chrome-stable",
    "google-chrome",
    "chromium-browser",
];

/// Returns the program file of a Chromium, installing one if need be.
///
/// # Errors
/// When `CHROMIUM` names a file that is not there, or none is found and apt cannot bring one.
pub fn ensure(env: &Env, progress: &Progress) -> Result<PathBuf, Error> {
    if let Some(named) = env.variable("CHROMIUM") {
        let file = PathBuf::from(&named);
        return if file.is_file() {
            Ok(file)
        } else {
            Err(Error::unavailable(
                format!("the browser {named} named by CHROMIUM"),
                "set CHROMIUM to the program file of Chromium or Chrome, or unset it",
            ))
        };
    }
    if let Some(file) = find(env) {
        if !has_chinese_font(env) {
            // Tests do not depend on the font; only pictures are the poorer for it.
            if let Err(error) = apt::install(env, &["fonts-noto-cjk"], progress) {
                progress.note(&error.to_string());
            }
        }
        return Ok(file);
    }
    apt::install(
        env,
        &["chromium", "chromium-driver", "fonts-noto-cjk"],
        progress,
    )?;
    find(env).ok_or_else(|| {
        Error::unavailable(
            "Chromium",
            "install Chromium or Chrome, or name its program file in CHROMIUM",
        )
    })
}

/// Returns ChromeDriver's program file, for tests of wasm inside the browser.
///
/// # Errors
/// When it is absent and apt cannot bring it.
pub fn ensure_driver(env: &Env, progress: &Progress) -> Result<PathBuf, Error> {
    if let Some(file) = env.find("chromedriver") {
        return Ok(file);
    }
    apt::install(env, &["chromium-driver"], progress)?;
    env.find("chromedriver").ok_or_else(|| {
        Error::unavailable(
            "chromedriver",
            "install the ChromeDriver that fits the browser",
        )
    })
}

fn find(env: &Env) -> Option<PathBuf> {
    PROGRAMS.iter().find_map(|program| env.find(program))
}

fn has_chinese_font(env: &Env) -> bool {
    match process::ask(env.command("fc-list").arg(":lang=zh-cn")) {
        Some(fonts) => !fonts.is_empty(),
        None => Path::new("/usr/share/fonts/opentype/noto").is_dir(),
    }
}
