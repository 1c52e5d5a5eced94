//! The app's files: types, compressed twins, caching, deep links and security headers.
//!
//! Files are read as they are asked for, so a newly built app is served without a restart. An address without a file
//! extension that names no file is a screen of the app: it gets `index.html`.
//!
//! **Source:** Content Security Policy Level 3; Fetch metadata and caching as of RFC 9110 and RFC 9111.

use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Hexadecimal digits a build tool puts into the name of a file that never changes, at least.
const HASH_DIGITS: usize = 8;
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "no-cache";

/// A folder of static files.
#[derive(Debug)]
pub(crate) struct Dist {
    folder: PathBuf,
}

impl Dist {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Answers a GET for `path`, the part of the address before `?`.
    pub(crate) async fn answer(&self, path: &str, request: &HeaderMap) -> Response<Body> {
        let Some(relative) = safe_path(path) else {
            return plain(StatusCode::BAD_REQUEST, "This address is malformed.\n");
        };
        let asked_for_index =
            relative.as_os_str().is_empty() || relative == Path::new("index.html");
        if !asked_for_index {
            if let Some(response) = self.file(&relative, request).await {
                return response;
            }
            if relative.extension().is_some() {
                return plain(StatusCode::NOT_FOUND, "There is no such file.\n");
            }
        }
        self.index(!asked_for_index, request).await
    }

    async fn file(&self, relative: &Path, request: &HeaderMap) -> Option<Response<Body>> {
        let full = self.folder.join(relative);
        if !tokio::fs::metadata(&full).await.ok()?.is_file() {
            return None;
        }
        let accepted = request
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        for (encoding, extension) in [("br", "br"), ("gzip", "gz")] {
            if !accepts(accepted, encoding) {
                continue;
            }
            let mut twin = full.as_os_str().to_owned();
            twin.push(".");
            twin.push(extension);
            if let Ok(bytes) = tokio::fs::read(twin).await {
                return Some(respond(bytes, relative, Some(encoding), request));
            }
        }
        let bytes = tokio::fs::read(&full).await.ok()?;
        Some(respond(bytes, relative, None, request))
    }

    async fn index(&self, deep: bool, request: &HeaderMap) -> Response<Body> {
        let Ok(text) = tokio::fs::read_to_string(self.folder.join("index.html")).await else {
            return plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "The app is being replaced. Try again in a moment.\n",
            );
        };
        let policy = content_security_policy(&text);
        let text = if deep { with_base(&text) } else { text };
        let mut response = respond(text.into_bytes(), Path::new("index.html"), None, request);
        set(&mut response, header::CONTENT_SECURITY_POLICY, &policy);
        response
    }
}

/// Returns `path` below the folder, percent-decoded, or nothing if it points elsewhere.
fn safe_path(path: &str) -> Option<PathBuf> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |b: Option<u8>| char::from(b?).to_digit(16);
            let value = digit(bytes.next())? * 16 + digit(bytes.next())?;
            decoded.push(value as u8);
        } else {
            decoded.push(byte);
        }
    }
    let text = String::from_utf8(decoded).ok()?;
    if text.contains(['\0', '\\', ':']) {
        return None;
    }
    let mut relative = PathBuf::new();
    for component in Path::new(text.trim_start_matches('/')).components() {
        match component {
            Component::Normal(name) => relative.push(name),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(relative)
}

fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut fields = item.split(';').map(str::trim);
        let named = fields
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = fields.any(|field| matches!(field, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        named && !refused
    })
}

fn mime(path: &Path) -> &'static str {
    match path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Returns whether the name carries a hash of the content: `page-0123456789abcdef_bg.wasm`.
fn is_hashed(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    name.rsplit_once('-').is_some_and(|(_, tail)| {
        let digits = tail.chars().take_while(char::is_ascii_hexdigit).count();
        digits >= HASH_DIGITS && tail[digits..].starts_with(['.', '_'])
    })
}

fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    let value = HeaderValue::from_str(value).expect("header values here are plain ASCII");
    response.headers_mut().insert(name, value);
}

fn respond(
    bytes: Vec<u8>,
    path: &Path,
    encoding: Option<&str>,
    request: &HeaderMap,
) -> Response<Body> {
    let tag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..32]);
    let unchanged = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| {
            known
                .split(',')
                .any(|known| known.trim().trim_start_matches("W/") == tag)
        });
    let mut response = if unchanged {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        Response::new(Body::from(bytes))
    };
    let cache = if is_hashed(path) {
        IMMUTABLE
    } else {
        REVALIDATE
    };
    secure(&mut response);
    set(&mut response, header::CONTENT_TYPE, mime(path));
    set(&mut response, header::CACHE_CONTROL, cache);
    set(&mut response, header::ETAG, &tag);
    set(&mut response, header::VARY, "accept-encoding");
    if let Some(encoding) = encoding {
        set(&mut response, header::CONTENT_ENCODING, encoding);
    }
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    secure(&mut response);
    set(
        &mut response,
        header::CONTENT_TYPE,
        "text/plain; charset=utf-8",
    );
    response
}

/// What pages may ask of the device: nothing that listens, watches or pays. Photos come from the camera's own program, by a file field.
///
/// **Source:** W3C Permissions Policy, features of the standard and of the proposals Chromium carries.
const PERMISSIONS_POLICY: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
     hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()";

fn secure(response: &mut Response<Body>) {
    set(
        response,
        header::CONTENT_SECURITY_POLICY,
        &content_security_policy(""),
    );
    set(response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(response, header::REFERRER_POLICY, "no-referrer");
    set(
        response,
        HeaderName::from_static("permissions-policy"),
        PERMISSIONS_POLICY,
    );
    set(
        response,
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
}

/// Returns the policy for a page: nothing but our own files and the inline scripts and styles the page has, by
/// hash. Style attributes are allowed (rows of a long list are placed by them), style elements only by hash.
fn content_security_policy(page: &str) -> String {
    let scripts = hashes(page, "script");
    let styles = hashes(page, "style");
    [
        "default-src 'none'".to_owned(),
        format!("script-src 'self' 'wasm-unsafe-eval'{scripts}"),
        format!("style-src 'self'{styles}"),
        "style-src-attr 'unsafe-inline'".to_owned(),
        "connect-src 'self' ws: wss: http: https:".to_owned(),
        "worker-src 'self'".to_owned(),
        "img-src 'self' blob: data:".to_owned(),
        "font-src 'self'".to_owned(),
        "manifest-src 'self'".to_owned(),
        "base-uri 'self'".to_owned(),
        "form-action 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
    ]
    .join("; ")
}

/// Returns ` 'sha256-…'` for the content of each `element` of the page that has any.
fn hashes(page: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}"), format!("</{element}>"));
    // ASCII only: byte places stay those of the page.
    let lower = page.to_ascii_lowercase();
    let mut found = String::new();
    let mut at = 0;
    while let Some(start) = lower[at..].find(&open).map(|found| at + found) {
        let after_name = start + open.len();
        let Some(tag_end) = lower[after_name..].find('>').map(|end| after_name + end) else {
            break;
        };
        let content = tag_end + 1;
        let Some(end) = lower[content..].find(&close).map(|end| content + end) else {
            break;
        };
        let is_element = lower[after_name..].starts_with(['>', '/', ' ', '\t', '\n', '\r']);
        if is_element && !page[content..end].is_empty() {
            // The parser of the browser turns line ends into \n before the policy is applied.
            let text = page[content..end].replace("\r\n", "\n");
            let hash = STANDARD.encode(Sha256::digest(text.as_bytes()));
            found.push_str(" 'sha256-");
            found.push_str(&hash);
            found.push('\'');
        }
        at = end;
    }
    found
}

/// Returns the page with its relative addresses rooted at `/`, for a screen whose address has several parts.
fn with_base(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    if lower.contains("<base") {
        return page.to_owned();
    }
    let Some(end_of_head_tag) = lower
        .find("<head")
        .and_then(|start| lower[start..].find('>').map(|end| start + end + 1))
    else {
        return page.to_owned();
    };
    let (before, after) = page.split_at(end_of_head_tag);
    format!("{before}<base href=\"/\">{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_below_the_folder() {
        #[track_caller]
        fn check(path: &str, expected: Option<&str>) {
            assert_eq!(safe_path(path), expected.map(PathBuf::from), "{path}");
        }
        check("/", Some(""));
        check("/a/b.js", Some("a/b.js"));
        check("/a%20b.js", Some("a b.js"));
        check("//a", Some("a"));
        check("/../etc/passwd", None);
        check("/a/%2e%2e/%2e%2e/etc/passwd", None);
        check("/%00", None);
        check("/a\\b", None);
        check("/%zz", None);
        check("/%f", None);
        check("/C:/x", None);
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        #[track_caller]
        fn check(name: &str, expected: bool) {
            assert_eq!(is_hashed(Path::new(name)), expected, "{name}");
        }
        check("page-0123456789abcdef.js", true);
        check("page-0123456789abcdef_bg.wasm", true);
        check("snippets/a-1b2c3d4e/b.js", false);
        check("engine.js", false);
        check("engine_bg.wasm", false);
        check("sw.js", false);
        check("index.html", false);
        check("app-icon.svg", false);
        check("add-deadbee.js", false);
    }

    #[test]
    fn encodings_are_taken_as_offered() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("BR;q=1.0", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("brotli", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn inline_scripts_are_allowed_by_their_hash_and_others_not_at_all() {
        // **Source:** printf %s "alert(1)" | openssl dgst -sha256 -binary | base64
        let hash = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        let page = "<HEAD><script src='a.js'></script><SCRIPT type=module>alert(1)</SCRIPT></HEAD>";
        let policy = content_security_policy(page);
        assert!(
            policy.contains(&format!("script-src 'self' 'wasm-unsafe-eval' {hash};")),
            "{policy}"
        );
        assert!(policy.contains("style-src 'self';"), "{policy}");
        assert!(content_security_policy("").contains("script-src 'self' 'wasm-unsafe-eval';"));
    }

    #[test]
    fn deep_pages_find_their_files_from_the_root() {
        assert_eq!(
            with_base("<html><head lang=\"en\"><title>x</title></head></html>"),
            "<html><head lang=\"en\"><base href=\"/\"><title>x</title></head></html>"
        );
        let own = "<head><base href=\"/app/\"></head>";
        assert_eq!(with_base(own), own);
    }

    #[test]
    fn every_answer_says_what_pages_may_not_do() {
        let response = plain(StatusCode::NOT_FOUND, "Nothing here.\n");
        let said = |name: &str| {
            let value = response.headers().get(name).expect("the header is there");
            value.to_str().expect("it is plain text").to_owned()
        };
        assert!(said("permissions-policy").starts_with("accelerometer=(), "));
        assert!(said("permissions-policy").contains("camera=()"));
        assert!(!said("permissions-policy").contains('\n'));
        assert_eq!(said("x-content-type-options"), "nosniff");
        assert!(said("content-security-policy").contains("frame-ancestors 'none'"));
    }
}
