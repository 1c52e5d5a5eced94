//! Where the app lives: the path of its folder on the host, read once before any navigation.

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The folder of the app: `""` at the top of a host, else `/some/path`.
#[derive(Debug, Clone, Copy)]
pub struct Base(StoredValue<String>);

impl Base {
    /// Reads the folder from the document.
    pub fn of_document() -> Self {
        Self(StoredValue::new(folder_of(&app_url())))
    }

    /// Returns the folder without a trailing slash.
    pub fn folder(self) -> String {
        self.0.get_value()
    }

    /// Returns the address of a path of the app, such as `/customers`.
    pub fn href(self, path: &str) -> String {
        format!("{}{path}", self.0.get_value())
    }

    /// Returns the path of the app that an address names, always starting with a slash.
    pub fn strip(self, pathname: &str) -> String {
        let rest = self
            .0
            .with_value(|base| pathname.strip_prefix(base.as_str()).map(str::to_owned));
        match rest {
            Some(rest) if rest.starts_with('/') => rest,
            _ => "/".to_owned(),
        }
    }

    /// Returns the full address of the app's folder, with a trailing slash.
    pub fn address(self) -> String {
        let origin = window().location().origin().unwrap_or_default();
        format!("{origin}{}/", self.folder())
    }
}

/// Returns the base of the app.
pub fn use_base() -> Base {
    expect_context()
}

/// The module script is preloaded from the folder of the app; where the host wrote no such link, the document's base serves.
fn app_url() -> String {
    let link = document()
        .query_selector("link[rel=modulepreload]")
        .ok()
        .flatten()
        .and_then(|link| Reflect::get(&link, &JsValue::from_str("href")).ok())
        .and_then(|href| href.as_string());
    link.or_else(|| document().base_uri().ok().flatten())
        .unwrap_or_else(|| "/".to_owned())
}

fn folder_of(url: &str) -> String {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => url,
    };
    let path = path.split(['?', '#']).next().unwrap_or("/");
    let end = path.rfind('/').unwrap_or(0);
    path[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::folder_of;

    #[track_caller]
    fn check(url: &str, expected: &str) {
        assert_eq!(folder_of(url), expected, "{url}");
    }

    #[test]
    fn the_folder_is_what_comes_before_the_last_slash() {
        check("http://localhost:8080/", "");
        check("http://localhost:8080/page-1a2b.js", "");
        check("https://shop.example/crm/page.js?v=1", "/crm");
        check("https://shop.example/a/b/", "/a/b");
        check("https://shop.example", "");
    }
}
