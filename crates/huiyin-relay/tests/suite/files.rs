//! The app's files as a browser gets them.

use std::net::SocketAddr;
use std::path::Path;

use huiyin_relay::{Config, Limits, Relay, ServeError, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::patiently;

const INDEX: &str = "<!doctype html><html><head><title>x</title></head><body><script>alert(1)</script></body></html>";

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

async fn ask(address: SocketAddr, path: &str, more: &str) -> Answer {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n{more}\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    patiently(socket.read_to_end(&mut bytes)).await.unwrap();
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head,
        body: bytes[end + 4..].to_vec(),
    }
}

async fn app(folder: &Path) -> Relay {
    let dist = folder.join("dist");
    std::fs::create_dir_all(dist.join("icons")).unwrap();
    for (name, content) in [
        ("index.html", INDEX.as_bytes()),
        ("page-0123456789abcdef_bg.wasm", b"\0asm plain"),
        ("page-0123456789abcdef_bg.wasm.br", b"\0asm brotli"),
        ("page-0123456789abcdef_bg.wasm.gz", b"\0asm gzip"),
        ("engine.js", b"engine()"),
        ("sw.js", b"worker()"),
        ("icons/app.svg", b"<svg/>"),
    ] {
        std::fs::write(dist.join(name), content).unwrap();
    }
    std::fs::write(folder.join("secret.txt"), "secret").unwrap();
    serve(Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        store: folder.join("relay.db").into(),
        store_ca: None,
        behind_proxy: false,
        dist: Some(dist),
        limits: Limits::default(),
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn files_come_with_their_type_their_twin_and_their_caching() {
    let folder = tempfile::tempdir().unwrap();
    let relay = app(folder.path()).await;
    let address = relay.local_addr();
    let wasm = "/page-0123456789abcdef_bg.wasm";
    let plain = ask(address, wasm, "").await;
    assert_eq!(plain.status, 200);
    assert_eq!(plain.header("content-type"), Some("application/wasm"));
    assert_eq!(plain.text(), "\0asm plain");
    assert!(plain.header("cache-control").unwrap().contains("immutable"));
    let brotli = ask(address, wasm, "Accept-Encoding: gzip, br\r\n").await;
    assert_eq!(brotli.header("content-encoding"), Some("br"));
    assert_eq!(brotli.text(), "\0asm brotli");
    let gzip = ask(address, wasm, "Accept-Encoding: gzip\r\n").await;
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    for name in ["/engine.js", "/sw.js", "/", "/index.html", "/icons/app.svg"] {
        let answer = ask(address, name, "").await;
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{name}");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let relay = app(folder.path()).await;
    let address = relay.local_addr();
    let first = ask(address, "/engine.js", "").await;
    let tag = first.header("etag").unwrap();
    let again = ask(address, "/engine.js", &format!("If-None-Match: {tag}\r\n")).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    std::fs::write(folder.path().join("dist/engine.js"), "engine(2)").unwrap();
    let changed = ask(address, "/engine.js", &format!("If-None-Match: {tag}\r\n")).await;
    assert_eq!(changed.text(), "engine(2)");
    relay.shutdown().await;
}

#[tokio::test]
async fn screens_of_the_app_open_by_address_and_missing_files_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let relay = app(folder.path()).await;
    let address = relay.local_addr();
    let home = ask(address, "/", "").await;
    assert_eq!(home.text(), INDEX);
    for path in ["/customers/new", "/cases/abc?x=1.2"] {
        let deep = ask(address, path, "").await;
        assert_eq!(deep.status, 200, "{path}");
        assert!(
            deep.text().contains("<head><base href=\"/\"><title>"),
            "{path}"
        );
    }
    assert_eq!(
        ask(address, "/old-0123456789abcdef.js", "").await.status,
        404
    );
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/icons/../../secret.txt",
    ] {
        let outside = ask(address, path, "").await;
        assert_eq!(outside.status, 400, "{path}");
        assert!(!outside.text().contains("secret\n"), "{path}");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn every_answer_carries_the_security_headers_and_the_page_its_own_hash() {
    let folder = tempfile::tempdir().unwrap();
    let relay = app(folder.path()).await;
    let address = relay.local_addr();
    for path in ["/", "/engine.js", "/missing.js", "/cases"] {
        let answer = ask(address, path, "").await;
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"));
        assert!(policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("'unsafe-eval'"));
        let is_page = matches!(path, "/" | "/cases");
        assert_eq!(policy.contains("'sha256-"), is_page, "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            Some("same-origin")
        );
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn health_and_metrics_answer_beside_the_app() {
    let folder = tempfile::tempdir().unwrap();
    let relay = app(folder.path()).await;
    let address = relay.local_addr();
    let health = ask(address, "/healthz", "").await;
    assert_eq!(health.status, 200);
    let body: serde_json::Value = serde_json::from_slice(&health.body).unwrap();
    assert_eq!(
        (&body["status"], &body["store"]),
        (&"ok".into(), &"ok".into())
    );
    let metrics = ask(address, "/metrics", "").await;
    assert!(metrics.text().contains("\nhuiyin_relay_connections 0\n"));
    relay.shutdown().await;
}

#[tokio::test]
async fn a_folder_without_an_app_is_named_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let failed = serve(Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        store: folder.path().join("relay.db").into(),
        store_ca: None,
        behind_proxy: false,
        dist: Some(folder.path().to_owned()),
        limits: Limits::default(),
    })
    .await;
    assert!(matches!(failed, Err(ServeError::NoApp { .. })));
}
