//! The program itself: killed, stopped, and started wrongly.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::client::{Client, accepted};
use crate::fixtures::World;

fn program(listen: &str, store: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huiyin-relay"));
    command
        .args(["--listen", listen, "--log-format", "text", "--store"])
        .arg(store)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// Kills what a failing test would leave behind.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

pub fn run(store: &Path) -> (Running, SocketAddr) {
    let mut child = Running(program("127.0.0.1:0", store).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(child.0.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap();
    let address = address.parse().unwrap();
    (child, address)
}

#[tokio::test]
async fn an_append_whose_answer_died_with_the_relay_keeps_its_position_when_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("relay.db");
    let (mut running, address) = run(&store);
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let root = world.root();
    let founding = world.founding();
    let one = world.seal(&founder, root, b"1");
    let (mut a, _) = Client::connect(address, world.workspace, &founder).await;
    a.append(0, &[&founding[0], &founding[1]]).await;
    let (mut watching, _) = Client::connect(address, world.workspace, &founder).await;
    watching.subscribe(root, None).await;
    watching.settle().await;
    a.send(&huiyin_sync::ClientFrame::Append {
        request: 1,
        envelopes: vec![huiyin_sync::EnvelopeBytes(one.as_bytes().to_vec())],
    })
    .await;
    // It is pushed to others only once it is committed; the answer to `a` is never read.
    assert_eq!(watching.batch(root).await, vec![(1, one.id())]);
    running.0.kill().unwrap();
    running.0.wait().unwrap();

    let (_running, address) = run(&store);
    let two = world.seal(&founder, root, b"2");
    let (mut a, (member, _)) = Client::connect(address, world.workspace, &founder).await;
    assert!(member);
    assert_eq!(a.append(0, &[&one, &two]).await, accepted(&[1, 2]));
    a.subscribe(root, None).await;
    assert_eq!(a.read_to(root, 2).await, vec![one.id(), two.id()]);
}

#[cfg(unix)]
#[tokio::test]
async fn asked_to_end_it_says_goodbye_moves_its_log_into_the_file_and_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("relay.db");
    let (mut running, address) = run(&store);
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let founding = world.founding();
    let (mut a, _) = Client::connect(address, world.workspace, &founder).await;
    a.append(0, &[&founding[0], &founding[1]]).await;
    let pid = running.0.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let end = a.end().await;
    assert_eq!(end, (Some(huiyin_sync::FailureCode::Stopping), Some(1001)));
    assert!(running.0.wait().unwrap().success());
    let log = folder.path().join("relay.db-wal");
    assert!(std::fs::metadata(log).map_or(0, |log| log.len()) == 0);
}

#[track_caller]
fn check_start_fails(mut command: Command, expected: &[&str]) {
    let mut child = Running(command.stderr(Stdio::piped()).spawn().unwrap());
    let mut said = String::new();
    child
        .0
        .stderr
        .as_mut()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(child.0.wait().unwrap().code(), Some(1));
    assert_eq!(said.lines().count(), 1, "{said}");
    for part in expected {
        assert!(said.contains(part), "{part} is missing in: {said}");
    }
}

#[test]
fn a_taken_port_and_a_store_that_cannot_be_made_are_said_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    check_start_fails(
        program(&address, &folder.path().join("relay.db")),
        &["failed to listen on", &address, "choose another"],
    );
    check_start_fails(
        program("127.0.0.1:0", &folder.path().join("none/relay.db")),
        &["failed to open the store", "none/relay.db", "check that"],
    );
    let (_running, _) = run(&folder.path().join("held.db"));
    check_start_fails(
        program("127.0.0.1:0", &folder.path().join("held.db")),
        &["another relay is using it"],
    );
}

#[test]
fn renew_gives_a_store_another_epoch_and_is_refused_while_a_relay_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("relay.db");
    let epoch = || huiyin_relay::Store::epoch(&huiyin_relay::SqliteStore::open(&store).unwrap());
    let first = epoch();
    // As in a container, where the variable stands for every command.
    let renew = || {
        Command::new(env!("CARGO_BIN_EXE_huiyin-relay"))
            .arg("renew")
            .env("HUIYIN_RELAY_STORE", &store)
            .output()
            .unwrap()
    };
    let done = renew();
    assert!(done.status.success());
    let second = epoch();
    assert_ne!(first, second);
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(said.contains(&second.to_string()), "{said}");
    let (running, _) = run(&store);
    let refused = renew();
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("another relay is using it"), "{said}");
    drop(running);
    assert_eq!(epoch(), second);
}
