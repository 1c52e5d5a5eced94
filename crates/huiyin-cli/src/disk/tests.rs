//! The disk keeps the contract of the store in memory, also over a reopening, and lets one process in at a time.

use huiyin_engine::MemoryStore;

use super::*;

/// Returns numbers that are the same in every run.
fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    }
}

fn key(random: &mut impl FnMut(u64) -> u64) -> Vec<u8> {
    let bytes = [0_u8, 1, 0x7F, 0xFF];
    (0..random(4)).map(|_| bytes[random(4) as usize]).collect()
}

fn batch(random: &mut impl FnMut(u64) -> u64) -> Batch {
    let writes = (0..random(6))
        .map(|_| {
            let table = Table::ALL[random(3) as usize];
            let key = key(random);
            if random(3) == 0 {
                Write::Delete { table, key }
            } else {
                let value = vec![random(256) as u8; random(40) as usize];
                Write::Put { table, key, value }
            }
        })
        .collect();
    let durability = if random(2) == 0 {
        Durability::Strict
    } else {
        Durability::Relaxed
    };
    Batch { writes, durability }
}

fn query(random: &mut impl FnMut(u64) -> u64) -> Query {
    let table = Table::ALL[random(3) as usize];
    if random(3) == 0 {
        return Query::Get {
            table,
            key: key(random),
        };
    }
    Query::Range {
        table,
        prefix: key(random),
        after: (random(2) == 0).then(|| key(random)),
        limit: [0, 1, 3, u32::MAX][random(4) as usize],
        keys_only: random(2) == 0,
    }
}

#[test]
fn the_disk_answers_as_the_memory_does_also_after_a_reopening() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut memory = MemoryStore::default();
    let mut random = numbers(7);
    for round in 0..20 {
        let mut disk = Disk::open(folder.path()).expect("opens");
        for _ in 0..20 {
            let batch = batch(&mut random);
            memory.commit(batch.clone());
            disk.commit(batch).expect("stored");
            let queries: Vec<Query> = (0..4).map(|_| query(&mut random)).collect();
            assert_eq!(
                disk.load(&queries).expect("loaded"),
                memory.load(&queries),
                "round {round}: {queries:?}"
            );
        }
    }
}

#[test]
fn a_second_holder_is_refused_until_the_first_lets_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Disk::open(folder.path()).expect("opens");
    let refused = Disk::open(folder.path()).err().expect("is held");
    assert_eq!(refused.code, ProblemCode::Busy);
    assert_eq!(refused.place, folder.path().display().to_string());
    drop(first);
    assert!(Disk::open(folder.path()).is_ok());
}

#[test]
fn a_store_of_the_first_version_gets_the_table_it_lacks_and_keeps_its_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut disk = Disk::open(folder.path()).expect("opens");
    let put = |table| Write::Put {
        table,
        key: vec![1],
        value: vec![2],
    };
    let batch = |table| Batch {
        writes: vec![put(table)],
        ..Batch::default()
    };
    disk.commit(batch(Table::Meta)).expect("stored");
    disk.connection
        .execute_batch("DROP TABLE blobs; PRAGMA user_version = 1")
        .expect("is made old");
    drop(disk);
    let mut again = Disk::open(folder.path()).expect("opens");
    again.commit(batch(Table::Blobs)).expect("stored");
    for table in [Table::Meta, Table::Blobs] {
        let query = Query::Get {
            table,
            key: vec![1],
        };
        let rows = again.load(&[query]).expect("loaded").remove(0);
        assert_eq!(rows, [(vec![1], vec![2])], "{table:?}");
    }
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = Disk::open(folder.path()).expect("opens");
    disk.connection
        .pragma_update(None, "user_version", TABLES_VERSION + 1)
        .expect("is set");
    drop(disk);
    let refused = Disk::open(folder.path()).err().expect("is newer");
    assert_eq!(refused.code, ProblemCode::NewerStore);
}

#[test]
fn a_file_that_is_no_store_is_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(FILE_NAME), [7_u8; 4096]).expect("is written");
    let refused = Disk::open(folder.path()).err().expect("is no store");
    assert_eq!(refused.code, ProblemCode::StorageRefused);
    assert_eq!(refused.place, folder.path().display().to_string());
}
