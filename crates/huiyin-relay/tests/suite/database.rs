//! A throw-away PostgreSQL: its own data, its own socket folder, no port, gone at the end.
//!
//! The programs are found in `HUIYIN_POSTGRES_BIN` (`cargo xtask test` sets it) or where Debian puts them. On a machine without
//! them the tests of this store say so and check nothing.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use std::time::Duration;

use huiyin_relay::StoreAddress;
use tempfile::TempDir;
use tokio_postgres::NoTls;

const READY: &str = "database system is ready to accept connections";
const START_LIMIT: Duration = Duration::from_mins(1);
/// A crashed server's children may hold its memory for a moment.
const STARTS: usize = 20;

/// The server of the tests that leave it running.
static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());

pub struct Server {
    folder: TempDir,
    bin: PathBuf,
    /// Settings beside the usual ones.
    settings: Vec<String>,
    running: Option<Child>,
    databases: AtomicUsize,
}

fn programs() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("HUIYIN_POSTGRES_BIN") {
        return Some(named.into());
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop()
}

fn number(arguments: &[&str]) -> u32 {
    let output = Command::new("id").args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim().parse().unwrap()
}

/// The user of Debian's package, if this process may and must step down to it: PostgreSQL refuses to run as root.
fn step_down() -> Option<(u32, u32)> {
    (number(&["-u"]) == 0).then(|| (number(&["-u", "postgres"]), number(&["-g", "postgres"])))
}

impl Server {
    /// A server for whoever only needs databases of its own, gone when nobody uses it any more.
    pub fn shared() -> Option<Arc<Self>> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// A new server, or nothing where PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        let mut server = Self::prepare()?;
        server.run();
        Some(server)
    }

    /// A server on a port of this machine that speaks TLS, with a certificate of its own making: the server, the port, and the
    /// file of the certificate.
    pub fn start_with_tls() -> Option<(Self, u16, PathBuf)> {
        let mut server = Self::prepare()?;
        let (key, certificate) = (
            server.data().join("server.key"),
            server.data().join("server.crt"),
        );
        let mut openssl = server.stepped_down(Command::new("openssl"));
        let made = openssl
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            ])
            .args([
                "-subj",
                "/CN=relay-test",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
            ])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .output();
        // Debian's PostgreSQL brings it along.
        let Ok(made) = made else {
            eprintln!("openssl is not on this machine: nothing is checked");
            return None;
        };
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
        let port = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
        server.settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            "ssl=on".to_owned(),
        ];
        server.run();
        Some((server, port, certificate))
    }

    /// A server's data, and nothing running on it.
    fn prepare() -> Option<Self> {
        let Some(bin) = programs() else {
            eprintln!(
                "PostgreSQL is not on this machine: nothing is checked; `cargo xtask test` installs it"
            );
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        if let Some((user, group)) = step_down() {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let server = Self {
            folder,
            bin,
            settings: vec!["listen_addresses=".to_owned()],
            running: None,
            databases: AtomicUsize::new(0),
        };
        let data = server.data();
        let made = server
            .command("initdb")
            .args([
                "--username=huiyin",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "-D",
            ])
            .arg(data)
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        Some(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        self.stepped_down(Command::new(self.bin.join(program)))
    }

    fn stepped_down(&self, mut command: Command) -> Command {
        use std::os::unix::process::CommandExt as _;
        if let Some((user, group)) = step_down() {
            command.uid(user).gid(group);
        }
        command
            .env("LC_ALL", "C")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Starts it on the data that is there.
    pub fn run(&mut self) {
        for _ in 0..STARTS {
            if self.try_run() {
                return;
            }
        }
        panic!("PostgreSQL does not start");
    }

    fn try_run(&mut self) -> bool {
        let mut child = self
            .command("postgres")
            .arg("-D")
            .arg(self.data())
            .args(["-c", "max_connections=60"])
            .args(self.settings.iter().flat_map(|setting| ["-c", setting]))
            .arg("-c")
            .arg(format!(
                "unix_socket_directories={}",
                self.folder.path().display()
            ))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = child.stderr.take().unwrap();
        let (tell, ready) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if line.contains(READY) {
                    let _gone = tell.send(());
                }
            }
        });
        // The channel ends with the server's output if it does not start.
        let started = ready.recv_timeout(START_LIMIT).is_ok();
        if started {
            self.running = Some(child);
        } else {
            let _ended = child.kill();
            let _ended = child.wait();
        }
        started
    }

    /// Ends it as a power cut would end it.
    pub fn kill(&mut self) {
        let mut child = self.running.take().unwrap();
        // Those who serve connections outlive the first process and would go on storing.
        let pid = child.id().to_string();
        let serving = Command::new("pgrep").args(["-P", &pid]).output().unwrap();
        let serving = String::from_utf8(serving.stdout).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        for pid in serving.split_whitespace() {
            let _told = Command::new("kill").args(["-KILL", pid]).output();
            let stat = format!("/proc/{pid}/stat");
            // Until it is gone, or at least dead and only not yet waited for.
            while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
                std::thread::yield_now();
            }
        }
    }

    /// Ends it in order, with connections open.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.running.take() {
            let pid = child.id().to_string();
            let _told = Command::new("kill").args(["-INT", &pid]).status();
            let _ended = child.wait();
        }
    }

    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://huiyin@{folder}/{database}")
    }

    /// Runs SQL in a database.
    pub async fn sql(&self, database: &str, sql: &str) {
        let (client, connection) = tokio_postgres::connect(&self.url(database), NoTls)
            .await
            .unwrap();
        let driven = tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap();
        drop(client);
        driven.await.unwrap().unwrap();
    }

    /// The address of a new, empty database, and its name.
    pub async fn database(&self) -> (StoreAddress, String) {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("relay_{number}");
        self.sql("postgres", &format!("CREATE DATABASE {name}"))
            .await;
        (StoreAddress::Postgres(self.url(&name)), name)
    }

    /// A program of PostgreSQL, run to its success.
    pub fn tool(&self, program: &str, arguments: &[&str], file: &Path) {
        let done = self
            .command(program)
            .args(["--username=huiyin", "--host"])
            .arg(self.folder.path())
            .args(arguments)
            .arg(file)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
