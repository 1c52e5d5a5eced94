//! The contract of a store: what any log behind the relay must do.

use std::path::Path;

use huiyin_relay::{Appended, NewEnvelope, SqliteStore, StoreError};
use huiyin_sync::{DeviceId, EnvelopeId, StreamId, WorkspaceId};

const WORKSPACE: WorkspaceId = WorkspaceId([1; 16]);
const STREAM: StreamId = StreamId([2; 16]);
const ALL: usize = usize::MAX >> 1;

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("relay.db")).unwrap()
}

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

#[test]
fn positions_count_from_one_within_each_stream() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
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
    let heads = store.heads(&WORKSPACE).unwrap();
    assert_eq!(heads[&STREAM], 2);
    assert_eq!(heads[&StreamId([3; 16])], 1);
    assert_eq!(heads.len(), 2);
}

#[test]
fn an_envelope_appended_again_keeps_its_position_and_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
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
        store.since(&WORKSPACE, &STREAM, 0, ALL, ALL).unwrap(),
        vec![(1, b"a".to_vec()), (2, b"b".to_vec())]
    );
}

#[test]
fn a_second_envelope_with_one_sequence_number_is_a_fork_and_a_gap_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
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
}

#[test]
fn reading_starts_behind_the_position_and_stays_within_its_limits() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
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
    assert_eq!(
        store.id_at(&WorkspaceId([0; 16]), &STREAM, 3).unwrap(),
        None
    );
}

#[test]
fn what_was_appended_is_there_after_reopening_under_the_same_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let epoch = {
        let store = open(folder.path());
        store.append(&[envelope(1, 0, b"a")]).unwrap();
        store.epoch()
    };
    let store = open(folder.path());
    assert_eq!(store.epoch(), epoch);
    assert_eq!(
        store
            .append(&[envelope(1, 0, b"a"), envelope(2, 1, b"b")])
            .unwrap(),
        vec![Appended::Known(1), Appended::New(2)]
    );
    let other = tempfile::tempdir().unwrap();
    assert_ne!(open(other.path()).epoch(), epoch);
}

#[test]
fn a_copy_of_the_files_taken_while_it_runs_has_all_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.append(&[envelope(1, 0, b"a")]).unwrap();
    // What a killed process leaves behind: the file and its log, not moved together.
    let left = tempfile::tempdir().unwrap();
    for name in ["relay.db", "relay.db-wal"] {
        std::fs::copy(folder.path().join(name), left.path().join(name)).unwrap();
    }
    assert_eq!(
        open(left.path())
            .since(&WORKSPACE, &STREAM, 0, ALL, ALL)
            .unwrap(),
        vec![(1, b"a".to_vec())]
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
