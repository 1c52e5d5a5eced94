//! The contract of a store: what any log behind the relay must do. Every test here runs on SQLite and on PostgreSQL.
//!
//! Long: the whole contract, so that a further store is held by one file.

use std::path::Path;
use std::sync::Arc;

use huiyin_relay::{
    Appended, NewEnvelope, NewObject, ObjectPut, SqliteStore, Store, StoreAddress, StoreError,
    Usage,
};
use huiyin_sync::{DeviceId, EnvelopeId, ObjectLabel, StreamId, WorkspaceId};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::database::Server;

const WORKSPACE: WorkspaceId = WorkspaceId([1; 16]);
const STREAM: StreamId = StreamId([2; 16]);
const ALL: usize = usize::MAX >> 1;

/// One place for one store, which can be opened again and again.
struct Ground {
    runtime: Runtime,
    address: StoreAddress,
}

impl Ground {
    fn open(&self) -> Arc<dyn Store> {
        self.runtime.block_on(self.address.open(None)).unwrap()
    }
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// Makes each rule a test on SQLite, and all of them one test on PostgreSQL.
macro_rules! contract {
    ($($rule:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[test]
                fn $rule() {
                    let folder: super::TempDir = tempfile::tempdir().unwrap();
                    super::$rule(&super::Ground {
                        runtime: super::runtime(),
                        address: super::StoreAddress::File(folder.path().join("relay.db")),
                    });
                }
            )*
        }

        #[test]
        fn postgres_keeps_every_rule_of_a_store() {
            let Some(server) = Server::shared() else { return };
            $(
                let runtime = self::runtime();
                let (address, _) = runtime.block_on(server.database());
                eprintln!(stringify!($rule));
                $rule(&Ground { runtime, address });
            )*
        }
    };
}

contract!(
    positions_count_from_one_within_each_stream,
    an_envelope_appended_again_keeps_its_position_and_its_bytes,
    a_second_envelope_with_one_sequence_number_is_a_fork_and_a_gap_is_none,
    reading_starts_behind_the_position_and_stays_within_its_limits,
    what_was_appended_is_there_after_reopening_under_the_same_epoch,
    a_group_given_up_leaves_nothing_and_the_next_one_works,
    a_group_sees_what_it_has_appended_and_statements_said_before,
    usage_counts_streams_envelopes_and_bytes_of_one_workspace,
    a_renewed_store_has_another_epoch_for_good_and_keeps_its_envelopes,
    large_and_strange_bytes_come_back_as_they_were,
    an_object_is_kept_once_under_its_label_within_its_stream,
    objects_count_as_bytes_of_their_workspace_and_stop_at_the_limit_of_their_stream,
);

fn envelope(id: u8, seq: u64, bytes: &[u8]) -> NewEnvelope<'_> {
    NewEnvelope {
        workspace: WORKSPACE,
        stream: STREAM,
        id: EnvelopeId([id; 32]),
        author: DeviceId([9; 32]),
        seq,
        bytes,
        received_ms: 5,
    }
}

fn positions_count_from_one_within_each_stream(ground: &Ground) {
    let store = ground.open();
    let other = NewEnvelope {
        stream: StreamId([3; 16]),
        ..envelope(3, 0, b"c")
    };
    let elsewhere = NewEnvelope {
        workspace: WorkspaceId([8; 16]),
        ..envelope(1, 0, b"d")
    };
    assert_eq!(
        store
            .append(&[
                envelope(1, 0, b"a"),
                envelope(2, u64::MAX, b"b"),
                other,
                elsewhere
            ])
            .unwrap(),
        vec![
            Appended::New(1),
            Appended::New(2),
            Appended::New(1),
            Appended::New(1)
        ]
    );
    let heads = store
        .heads(&[WORKSPACE])
        .unwrap()
        .remove(&WORKSPACE)
        .unwrap();
    assert_eq!(heads[&STREAM], 2);
    assert_eq!(heads[&StreamId([3; 16])], 1);
    assert_eq!(heads.len(), 2);
}

fn an_envelope_appended_again_keeps_its_position_and_its_bytes(ground: &Ground) {
    let store = ground.open();
    store
        .append(&[envelope(1, 0, b"a"), envelope(2, 1, b"b")])
        .unwrap();
    assert_eq!(
        store
            .append(&[envelope(1, 0, b"changed"), envelope(1, 0, b"a")])
            .unwrap(),
        vec![Appended::Known(1), Appended::Known(1)]
    );
    assert_eq!(
        store
            .append(&[envelope(3, 2, b"c"), envelope(3, 2, b"c")])
            .unwrap(),
        vec![Appended::New(3), Appended::Known(3)],
        "twice in one group"
    );
    assert_eq!(
        store.since(&WORKSPACE, &STREAM, 0, ALL, ALL).unwrap(),
        vec![(1, b"a".to_vec()), (2, b"b".to_vec()), (3, b"c".to_vec())]
    );
}

fn a_second_envelope_with_one_sequence_number_is_a_fork_and_a_gap_is_none(ground: &Ground) {
    let store = ground.open();
    assert_eq!(
        store
            .append(&[
                envelope(1, 4, b"a"),
                envelope(2, 4, b"b"),
                envelope(3, 9, b"c")
            ])
            .unwrap(),
        vec![Appended::New(1), Appended::Fork, Appended::New(2)]
    );
    assert_eq!(
        store
            .append(&[envelope(4, 9, b"d"), envelope(5, u64::MAX, b"e")])
            .unwrap(),
        vec![Appended::Fork, Appended::New(3)]
    );
    let other_author = NewEnvelope {
        author: DeviceId([8; 32]),
        ..envelope(6, 4, b"f")
    };
    assert_eq!(
        store.append(&[other_author]).unwrap(),
        vec![Appended::New(4)]
    );
}

fn reading_starts_behind_the_position_and_stays_within_its_limits(ground: &Ground) {
    let store = ground.open();
    let bytes = [7; 100];
    let all: Vec<_> = (0..10_u8)
        .map(|n| envelope(n, u64::from(n), &bytes))
        .collect();
    store.append(&all).unwrap();
    let positions = |after, count, size| -> Vec<u64> {
        store
            .since(&WORKSPACE, &STREAM, after, count, size)
            .unwrap()
            .into_iter()
            .map(|(position, _)| position)
            .collect()
    };
    assert_eq!(positions(7, ALL, ALL), vec![8, 9, 10]);
    assert_eq!(positions(0, 2, ALL), vec![1, 2]);
    assert_eq!(positions(0, ALL, 250), vec![1, 2]);
    assert_eq!(positions(0, ALL, 1), vec![1], "at least one");
    assert_eq!(positions(10, ALL, ALL), Vec::<u64>::new());
    assert_eq!(
        store.id_at(&WORKSPACE, &STREAM, 3).unwrap(),
        Some(EnvelopeId([2; 32]))
    );
    assert_eq!(store.id_at(&WORKSPACE, &STREAM, 11).unwrap(), None);
    let nowhere = WorkspaceId([0; 16]);
    assert_eq!(store.id_at(&nowhere, &STREAM, 3).unwrap(), None);
    assert_eq!(store.since(&nowhere, &STREAM, 0, 9, 9).unwrap(), vec![]);
    assert!(
        store
            .heads(&[nowhere])
            .unwrap()
            .get(&nowhere)
            .is_none_or(std::collections::BTreeMap::is_empty)
    );
    assert!(store.is_readable());
}

fn what_was_appended_is_there_after_reopening_under_the_same_epoch(ground: &Ground) {
    let epoch = {
        let store = ground.open();
        store.append(&[envelope(1, 0, b"a")]).unwrap();
        store.close().unwrap();
        store.epoch()
    };
    let store = ground.open();
    assert_eq!(store.epoch(), epoch);
    assert_eq!(
        store
            .append(&[envelope(1, 0, b"a"), envelope(2, 1, b"b")])
            .unwrap(),
        vec![Appended::Known(1), Appended::New(2)]
    );
}

fn a_group_given_up_leaves_nothing_and_the_next_one_works(ground: &Ground) {
    let store = ground.open();
    let (a, b) = (envelope(1, 0, b"a"), envelope(2, 0, b"b"));
    {
        let mut group = store.begin(&[a]).unwrap();
        assert_eq!(group.append(&a).unwrap(), Appended::New(1));
    }
    assert_eq!(
        store.since(&WORKSPACE, &STREAM, 0, ALL, ALL).unwrap(),
        vec![]
    );
    assert_eq!(store.append(&[b]).unwrap(), vec![Appended::New(1)]);
    {
        let mut group = store.begin(&[a, b]).unwrap();
        assert_eq!(group.position_of(&a).unwrap(), None);
        assert_eq!(group.position_of(&b).unwrap(), Some(1));
        group.commit().unwrap();
    }
    assert_eq!(
        store.since(&WORKSPACE, &STREAM, 0, ALL, ALL).unwrap(),
        vec![(1, b"b".to_vec())]
    );
}

fn a_group_sees_what_it_has_appended_and_statements_said_before(ground: &Ground) {
    let store = ground.open();
    let members = StreamId::members(&WORKSPACE);
    let said: Vec<_> = (0..3_u8)
        .map(|n| NewEnvelope {
            stream: members,
            ..envelope(n, u64::from(n), b"said")
        })
        .collect();
    store.append(&said).unwrap();
    let (new, more) = (envelope(9, 9, b"12345"), envelope(10, 10, b"6"));
    let mut group = store.begin(&[new, more]).unwrap();
    let read = group.members_since(&WORKSPACE, 1).unwrap();
    assert_eq!(read, vec![(2, b"said".to_vec()), (3, b"said".to_vec())]);
    assert_eq!(group.members_since(&WORKSPACE, 3).unwrap(), vec![]);
    assert_eq!(
        group.members_since(&WorkspaceId([0; 16]), 0).unwrap(),
        vec![]
    );
    assert!(!group.has_stream(&new).unwrap());
    assert_eq!(group.append(&new).unwrap(), Appended::New(1));
    assert!(group.has_stream(&more).unwrap());
    assert_eq!(group.position_of(&new).unwrap(), Some(1));
    assert_eq!(
        group.usage(&WORKSPACE).unwrap(),
        Usage {
            streams: 2,
            envelopes: 4,
            bytes: 17
        }
    );
    group.commit().unwrap();
}

fn usage_counts_streams_envelopes_and_bytes_of_one_workspace(ground: &Ground) {
    let store = ground.open();
    assert_eq!(store.usage(&WORKSPACE).unwrap(), Usage::default());
    let other = NewEnvelope {
        stream: StreamId([3; 16]),
        ..envelope(3, 0, b"ccc")
    };
    let elsewhere = NewEnvelope {
        workspace: WorkspaceId([8; 16]),
        ..envelope(1, 0, b"d")
    };
    store
        .append(&[
            envelope(1, 0, b"a"),
            envelope(2, 1, b"bb"),
            other,
            elsewhere,
        ])
        .unwrap();
    store
        .append(&[envelope(1, 0, b"a"), envelope(4, 2, b"e")])
        .unwrap();
    let usage = Usage {
        streams: 2,
        envelopes: 4,
        bytes: 7,
    };
    assert_eq!(store.usage(&WORKSPACE).unwrap(), usage);
}

fn a_renewed_store_has_another_epoch_for_good_and_keeps_its_envelopes(ground: &Ground) {
    let (before, renewed) = {
        let store = ground.open();
        store.append(&[envelope(1, 0, b"a")]).unwrap();
        let before = store.epoch();
        let renewed = store.renew().unwrap();
        assert_eq!(store.epoch(), renewed);
        (before, renewed)
    };
    assert_ne!(before, renewed);
    let store = ground.open();
    assert_eq!(store.epoch(), renewed);
    assert_eq!(
        store.append(&[envelope(1, 0, b"a")]).unwrap(),
        vec![Appended::Known(1)]
    );
}

fn large_and_strange_bytes_come_back_as_they_were(ground: &Ground) {
    let store = ground.open();
    let large: Vec<u8> = (0..900 * 1024_u32).map(|n| (n * 7 % 251) as u8).collect();
    let every: Vec<u8> = (0..=255).collect();
    store
        .append(&[envelope(1, 0, &large), envelope(2, 1, &every)])
        .unwrap();
    assert_eq!(
        store.since(&WORKSPACE, &STREAM, 0, ALL, ALL).unwrap(),
        vec![(1, large.clone()), (2, every)]
    );
    let first = store
        .since(&WORKSPACE, &STREAM, 0, ALL, large.len())
        .unwrap();
    assert_eq!(first.len(), 1);
}

fn object(label: u8, bytes: &[u8]) -> NewObject<'_> {
    NewObject {
        workspace: WORKSPACE,
        stream: STREAM,
        label: ObjectLabel([label; 32]),
        bytes,
        received_ms: 5,
    }
}

fn an_object_is_kept_once_under_its_label_within_its_stream(ground: &Ground) {
    let large: Vec<u8> = (0..258 * 1024_u32).map(|n| (n * 7 % 251) as u8).collect();
    let elsewhere = NewObject {
        stream: StreamId([3; 16]),
        ..object(1, b"other")
    };
    let epoch = {
        let store = ground.open();
        assert_eq!(
            store.put_object(&object(1, &large), u64::MAX).unwrap(),
            ObjectPut::New
        );
        assert_eq!(
            store.put_object(&object(1, b"b"), u64::MAX).unwrap(),
            ObjectPut::Known
        );
        assert_eq!(
            store.put_object(&elsewhere, u64::MAX).unwrap(),
            ObjectPut::New
        );
        store.close().unwrap();
        store.epoch()
    };
    let store = ground.open();
    assert_eq!(store.epoch(), epoch);
    let get = |workspace: WorkspaceId, stream: u8, label: u8| {
        let (stream, label) = (StreamId([stream; 16]), ObjectLabel([label; 32]));
        store.object(&workspace, &stream, &label).unwrap()
    };
    assert_eq!(get(WORKSPACE, 2, 1), Some(large));
    assert_eq!(get(WORKSPACE, 3, 1), Some(b"other".to_vec()));
    assert_eq!(get(WORKSPACE, 2, 2), None);
    assert_eq!(get(WorkspaceId([8; 16]), 2, 1), None);
    assert_eq!(
        store
            .heads(&[WORKSPACE])
            .unwrap()
            .remove(&WORKSPACE)
            .unwrap_or_default()
            .len(),
        0,
        "no log is begun by an object"
    );
}

fn objects_count_as_bytes_of_their_workspace_and_stop_at_the_limit_of_their_stream(
    ground: &Ground,
) {
    let store = ground.open();
    store.append(&[envelope(1, 0, b"abc")]).unwrap();
    assert_eq!(
        store.put_object(&object(1, b"12345"), 8).unwrap(),
        ObjectPut::New
    );
    assert_eq!(
        store.put_object(&object(2, b"6789"), 8).unwrap(),
        ObjectPut::Full
    );
    assert_eq!(
        store.put_object(&object(1, b"12345"), 8).unwrap(),
        ObjectPut::Known
    );
    assert_eq!(
        store.put_object(&object(3, b"678"), 8).unwrap(),
        ObjectPut::New
    );
    let usage = Usage {
        streams: 1,
        envelopes: 1,
        bytes: 11,
    };
    assert_eq!(store.usage(&WORKSPACE).unwrap(), usage);
    let mut group = store.begin(&[envelope(2, 1, b"d")]).unwrap();
    assert_eq!(group.usage(&WORKSPACE).unwrap(), usage);
    group.commit().unwrap();
}

// What follows is of one store only.

#[test]
fn a_store_of_version_2_is_opened_with_its_epoch_and_then_keeps_objects() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../data/store-v2.sql"))
        .unwrap();
    drop(old);
    let mut mark = b"0123456789abcdef".to_vec();
    mark.extend_from_slice(&2_u64.to_le_bytes());
    std::fs::write(folder.path().join("relay.db.lock"), mark).unwrap();
    let store = open(folder.path());
    assert_eq!(store.epoch().as_bytes(), b"0123456789abcdef");
    let usage = Usage {
        streams: 1,
        envelopes: 2,
        bytes: 5,
    };
    assert_eq!(store.usage(&WORKSPACE).unwrap(), usage);
    assert_eq!(
        store.put_object(&object(1, b"a"), 9).unwrap(),
        ObjectPut::New
    );
}

#[test]
fn an_older_copy_that_lacks_an_object_is_another_life_of_the_store() {
    let (folder, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = {
        let store = open(folder.path());
        store.append(&[envelope(1, 0, b"a")]).unwrap();
        copy(folder.path(), backup.path());
        store.put_object(&object(1, b"a"), 9).unwrap();
        store.epoch()
    };
    copy(backup.path(), folder.path());
    assert_ne!(open(folder.path()).epoch(), first);
}

#[test]
fn a_database_of_version_1_is_opened_with_its_epoch_and_then_keeps_objects() {
    let Some(server) = Server::shared() else {
        return;
    };
    let runtime = self::runtime();
    let (address, name) = runtime.block_on(server.database());
    let ground = Ground { runtime, address };
    let epoch = {
        let store = ground.open();
        store.append(&[envelope(1, 0, b"a")]).unwrap();
        store.close().unwrap();
        store.epoch()
    };
    let back = "DROP TABLE objects; DROP TABLE object_streams;
                UPDATE meta SET value = '\\x0000000000000001' WHERE key = 'version'";
    ground.runtime.block_on(server.sql(&name, back));
    let store = ground.open();
    assert_eq!(store.epoch(), epoch);
    assert_eq!(store.usage(&WORKSPACE).unwrap().envelopes, 1);
    assert_eq!(
        store.put_object(&object(1, b"a"), 9).unwrap(),
        ObjectPut::New
    );
}

#[test]
fn a_copy_of_the_files_taken_while_it_runs_has_all_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.append(&[envelope(1, 0, b"a")]).unwrap();
    // What a killed process leaves behind: the file and its log, not moved together.
    let left = tempfile::tempdir().unwrap();
    copy(folder.path(), left.path());
    assert_eq!(
        open(left.path())
            .since(&WORKSPACE, &STREAM, 0, ALL, ALL)
            .unwrap(),
        vec![(1, b"a".to_vec())]
    );
}

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("relay.db")).unwrap()
}

fn copy(from: &Path, to: &Path) {
    for name in ["relay.db", "relay.db-wal"] {
        match std::fs::copy(from.join(name), to.join(name)) {
            Ok(_) => {}
            Err(_) => drop(std::fs::remove_file(to.join(name))),
        }
    }
}

#[test]
fn an_older_copy_put_back_is_another_life_of_the_store_and_the_same_files_are_not() {
    let (folder, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = {
        let store = open(folder.path());
        store.append(&[envelope(1, 0, b"a")]).unwrap();
        copy(folder.path(), backup.path());
        store.epoch()
    };
    copy(backup.path(), folder.path());
    assert_eq!(open(folder.path()).epoch(), first, "nothing was lost by it");
    open(folder.path()).append(&[envelope(2, 1, b"b")]).unwrap();
    copy(backup.path(), folder.path());
    let second = open(folder.path()).epoch();
    assert_ne!(second, first);
    assert_eq!(open(folder.path()).epoch(), second);
    assert_ne!(
        open(backup.path()).epoch(),
        first,
        "moved elsewhere without its lock file"
    );
}

#[test]
fn a_store_of_version_1_is_opened_with_its_epoch_and_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../data/store-v1.sql"))
        .unwrap();
    drop(old);
    std::fs::write(folder.path().join("relay.db.lock"), b"").unwrap();
    let store = open(folder.path());
    assert_eq!(store.epoch().as_bytes(), b"0123456789abcdef");
    let usage = Usage {
        streams: 1,
        envelopes: 2,
        bytes: 5,
    };
    assert_eq!(store.usage(&WORKSPACE).unwrap(), usage);
    assert_eq!(
        store
            .append(&[envelope(2, 1, b"de"), envelope(3, 2, b"f")])
            .unwrap(),
        vec![Appended::Known(2), Appended::New(3)]
    );
}

#[test]
fn a_store_in_use_a_missing_folder_and_another_file_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let _held = SqliteStore::open(&path).unwrap();
    assert!(matches!(
        SqliteStore::open(&path),
        Err(StoreError::InUse { .. })
    ));
    let missing = folder.path().join("missing/relay.db");
    assert!(matches!(
        SqliteStore::open(&missing),
        Err(StoreError::Open { .. })
    ));
    let text = folder.path().join("notes.txt");
    std::fs::write(
        &text,
        "not a database, but long enough to be looked at".repeat(20),
    )
    .unwrap();
    assert!(matches!(
        SqliteStore::open(&text),
        Err(StoreError::Open { .. })
    ));
}

#[test]
fn a_database_that_is_not_there_and_an_address_that_is_none_are_told_apart_without_the_password() {
    let runtime = self::runtime();
    let error = |address: &str| {
        let address: StoreAddress = address.parse().unwrap();
        runtime.block_on(address.open(None)).unwrap_err()
    };
    let refused = error("postgres://huiyin:secret@127.0.0.1:1/huiyin");
    assert!(matches!(refused, StoreError::Connect { .. }), "{refused}");
    assert!(!refused.to_string().contains("secret"), "{refused}");
    assert!(
        refused
            .to_string()
            .contains("postgres://huiyin@127.0.0.1:1/huiyin"),
        "{refused}"
    );
    for wrong in [
        "postgres://h:no-port/x",
        "postgres:///",
        "postgres://h/d?sslmode=perhaps",
    ] {
        let error = error(wrong);
        assert!(
            matches!(error, StoreError::Address { .. }),
            "{wrong}: {error}"
        );
    }
}

#[test]
fn two_nodes_appending_to_one_stream_at_once_leave_no_gap_and_no_envelope_twice() {
    let Some(server) = Server::shared() else {
        return;
    };
    let runtime = self::runtime();
    let (address, _) = runtime.block_on(server.database());
    let ground = Ground { runtime, address };
    let (a, b) = (ground.open(), ground.open());
    assert_eq!(a.epoch(), b.epoch());
    let rounds = 40_u8;
    std::thread::scope(|scope| {
        for (author, store) in [(1, &a), (2, &b)] {
            scope.spawn(move || {
                for n in 0..rounds {
                    // Each appends its own, and both append the same third.
                    let own = NewEnvelope {
                        author: DeviceId([author; 32]),
                        id: EnvelopeId([author * 100 + n; 32]),
                        ..envelope(0, u64::from(n), b"own")
                    };
                    let shared = NewEnvelope {
                        author: DeviceId([3; 32]),
                        ..envelope(n, u64::from(n), b"shared")
                    };
                    let all = if author == 1 {
                        [own, shared]
                    } else {
                        [shared, own]
                    };
                    let mut tries = 0;
                    while let Err(error) = store.append(&all) {
                        tries += 1;
                        assert!(error.is_passing() && tries < 10, "{error:?}");
                    }
                }
            });
        }
    });
    let entries = a.since(&WORKSPACE, &STREAM, 0, ALL, ALL).unwrap();
    let positions: Vec<u64> = entries.iter().map(|(position, _)| *position).collect();
    assert_eq!(positions, (1..=u64::from(rounds) * 3).collect::<Vec<_>>());
    assert_eq!(b.heads(&[WORKSPACE]).unwrap()[&WORKSPACE][&STREAM], 120);
}

#[test]
fn a_database_loaded_from_a_dump_is_another_life_of_the_store() {
    let Some(server) = Server::shared() else {
        return;
    };
    let runtime = self::runtime();
    let (address, name) = runtime.block_on(server.database());
    let (copy, copy_name) = runtime.block_on(server.database());
    let (first, second) = (
        Ground { runtime, address },
        Ground {
            runtime: self::runtime(),
            address: copy,
        },
    );
    let epoch = {
        let store = first.open();
        store.append(&[envelope(1, 0, b"a")]).unwrap();
        store.epoch()
    };
    let dump = server.folder().join("dump");
    server.tool("pg_dump", &["-Fc", "-d", &name, "-f"], &dump);
    server.tool("pg_restore", &["-d", &copy_name], &dump);
    let restored = second.open();
    assert_ne!(restored.epoch(), epoch);
    assert_eq!(
        restored.append(&[envelope(1, 0, b"a")]).unwrap(),
        vec![Appended::Known(1)]
    );
    assert_eq!(first.open().epoch(), epoch);
}

#[test]
fn a_database_asked_for_tls_is_believed_only_with_a_certificate_of_the_authority_named() {
    let Some((_server, port, certificate)) = Server::start_with_tls() else {
        return;
    };
    let runtime = self::runtime();
    let address: StoreAddress =
        format!("postgres://huiyin@127.0.0.1:{port}/postgres?sslmode=require")
            .parse()
            .unwrap();
    let open = |ca| runtime.block_on(address.open(ca));
    let error = open(None).unwrap_err();
    assert!(matches!(error, StoreError::Connect { .. }), "{error:?}");
    assert!(error.to_string().contains("certificate"), "{error}");
    let store = open(Some(certificate)).unwrap();
    assert_eq!(
        store.append(&[envelope(1, 0, b"a")]).unwrap(),
        vec![Appended::New(1)]
    );
    let missing = open(Some("no-such-file.pem".into())).unwrap_err();
    assert!(matches!(missing, StoreError::Address { .. }), "{missing:?}");
}
