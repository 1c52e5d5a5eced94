//! Keeping this device's data: room on the disk, the browser's promise, backups that are due and those the program makes by itself.

use huiyin_api::{BackupView, Millis, Request};
use leptos::{prelude::*, task::spawn_local};

use super::{
    ask,
    backup_folder::{self, Folder, FolderTrouble},
    clock::use_clock,
    device_storage::{self, DeviceStorage},
    engine::{Engine, use_engine},
    intl,
    remembered::{forget, recall, remember},
    replication::use_replication,
};

/// From this share of the room on, somebody is told: in per cent.
const LOW_PERCENT: u64 = 80;
/// With less room left than this, somebody is told: 200 MiB.
const LOW_BYTES: u64 = 200 << 20;
/// With less room left than this, the next write may fail: 30 MiB.
const SCARCE_BYTES: u64 = 30 << 20;
/// How often the room is looked at.
const LOOK_EVERY_MS: Millis = 5 * 60_000;
/// How often the program makes a backup by itself.
const BACK_UP_EVERY_MS: Millis = 20 * 3_600_000;
/// After a backup failed, how long until the next try.
const TRY_AGAIN_MS: Millis = 3_600_000;
/// Where it is remembered that the browser was asked to keep the data.
const ASKED_KEY: &str = "huiyin-asked-to-keep";
/// Where it is remembered that a folder was chosen: without it no database is opened to look for one.
const FOLDER_KEY: &str = "huiyin-backup-folder";
/// Where it is remembered when a backup was last begun; no two tabs make one.
const BEGUN_KEY: &str = "huiyin-folder-backup";

/// How much room is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Room {
    /// Enough, or not told.
    #[default]
    Plenty,
    /// Somebody should make room.
    Low,
    /// What is entered next may not be saved.
    Scarce,
}

/// Forgets what is remembered about backups of the company that was here.
pub fn forget_all() {
    for key in [ASKED_KEY, FOLDER_KEY, BEGUN_KEY] {
        forget(key);
    }
}

/// Returns how much room is left.
pub fn room(storage: &DeviceStorage) -> Room {
    let left = storage.quota.saturating_sub(storage.used);
    if storage.quota == 0 {
        Room::Plenty
    } else if left < SCARCE_BYTES {
        Room::Scarce
    } else if left < LOW_BYTES
        || storage.used.saturating_mul(100) >= storage.quota.saturating_mul(LOW_PERCENT)
    {
        Room::Low
    } else {
        Room::Plenty
    }
}

/// What is known of the folder for backups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FolderState {
    /// Not known yet, or this browser cannot write to one.
    #[default]
    Unknown,
    /// None was chosen.
    None,
    /// Backups go there.
    Ready(String),
    /// The right to write has ended.
    NoRight(String),
    /// The folder is gone, full or refuses.
    Refused(String),
}

/// What keeps this device's data safe. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Safekeeping {
    /// The browser's word on storage.
    pub storage: RwSignal<Option<DeviceStorage>>,
    /// The folder for backups.
    pub folder: RwSignal<FolderState>,
    /// A backup is being written to the folder.
    pub writing: RwSignal<bool>,
    handle: StoredValue<Option<Folder>, LocalStorage>,
    engine: Engine,
}

impl Safekeeping {
    /// Starts to follow it: looks at the room, asks the browser once to keep the data, and makes backups where a folder was chosen.
    pub fn follow() -> Self {
        let clock = use_clock();
        let replication = use_replication();
        let safe = Self {
            storage: RwSignal::new(None),
            folder: RwSignal::new(FolderState::Unknown),
            writing: RwSignal::new(false),
            handle: StoredValue::new_local(None),
            engine: use_engine(),
        };
        let looked = StoredValue::new(0);
        spawn_local(async move {
            safe.find_folder().await;
            safe.ask_once().await;
        });
        Effect::new(move |_| {
            let now = clock.now();
            if now - looked.get_value() >= LOOK_EVERY_MS {
                looked.set_value(now);
                safe.look();
            }
        });
        let by_itself = Memo::new(move |_| {
            replication
                .get()
                .and_then(|view| view.backup)
                .is_some_and(|backup| backup.by_itself)
        });
        Effect::new(move |_| {
            let now = clock.now();
            let ready = safe
                .folder
                .with(|folder| matches!(folder, FolderState::Ready(_) | FolderState::Refused(_)));
            let begun: Millis = recall(BEGUN_KEY).unwrap_or_default();
            if ready && by_itself.get() && now - begun >= BACK_UP_EVERY_MS {
                safe.back_up();
            }
        });
        safe
    }

    /// Looks at the room now.
    pub fn look(self) {
        spawn_local(async move {
            let found = device_storage::read().await;
            self.storage.try_set(found);
        });
    }

    /// Asks the browser once, at the first visit with data, to keep it. What it answered is shown on the sync screen.
    async fn ask_once(self) {
        let Some(found) = device_storage::read().await else {
            return;
        };
        if !found.kept && recall::<bool>(ASKED_KEY).is_none() {
            let kept = device_storage::ask_to_keep().await;
            remember(ASKED_KEY, &kept);
            self.look();
        }
    }

    async fn find_folder(self) {
        if !backup_folder::is_offered() {
            return;
        }
        let kept = match recall(FOLDER_KEY) {
            Some(true) => backup_folder::kept().await,
            _ => None,
        };
        match kept {
            None => {
                self.folder.try_set(FolderState::None);
            }
            Some(folder) => self.take(folder).await,
        }
    }

    async fn take(self, folder: Folder) {
        let name = folder.name();
        let state = if folder.may_write().await {
            FolderState::Ready(name)
        } else {
            FolderState::NoRight(name)
        };
        self.handle.try_set_value(Some(folder));
        self.folder.try_set(state);
    }

    /// Asks for a folder; none if the person chose none. Needs a press of the person.
    pub async fn choose_folder(self) -> Option<()> {
        let folder = backup_folder::choose().await.ok()?;
        remember(FOLDER_KEY, &true);
        self.take(folder).await;
        Some(())
    }

    /// Asks for the right to write again. Needs a press of the person.
    pub async fn ask_for_right(self) -> bool {
        let Some(folder) = self.handle.try_get_value().flatten() else {
            return false;
        };
        let granted = folder.ask_to_write().await;
        self.take(folder).await;
        granted
    }

    /// Forgets the folder.
    pub async fn forget_folder(self) {
        backup_folder::forget().await;
        forget(FOLDER_KEY);
        self.handle.try_set_value(None);
        self.folder.try_set(FolderState::None);
    }

    /// Makes a backup and writes it to the folder.
    pub fn back_up(self) {
        if self.writing.get_untracked() {
            return;
        }
        let Some(folder) = self.handle.try_get_value().flatten() else {
            return;
        };
        self.writing.set(true);
        remember(BEGUN_KEY, &intl::now());
        spawn_local(async move {
            let result = self.write_to(&folder).await;
            self.writing.try_set(false);
            let name = folder.name();
            let state = match result {
                Ok(()) => FolderState::Ready(name),
                Err(FolderTrouble::NoRight | FolderTrouble::NotChosen) => {
                    FolderState::NoRight(name)
                }
                Err(FolderTrouble::Refused) => FolderState::Refused(name),
            };
            if result.is_err() {
                remember(BEGUN_KEY, &(intl::now() - BACK_UP_EVERY_MS + TRY_AGAIN_MS));
            }
            self.folder.try_set(state);
        });
    }

    async fn write_to(self, folder: &Folder) -> Result<(), FolderTrouble> {
        if !folder.may_write().await {
            return Err(FolderTrouble::NoRight);
        }
        let asked = self.engine.ask_with(Request::ExportByItself, None).await;
        let (answer, bytes) = asked.map_err(|_| FolderTrouble::Refused)?;
        let (Some(file), Some(bytes)) = (ask::file(&answer), bytes) else {
            return Err(FolderTrouble::Refused);
        };
        folder.write(&file.name, &bytes).await
    }
}

/// Returns what keeps this device's data safe.
pub fn use_safekeeping() -> Safekeeping {
    expect_context()
}

/// Returns whether a backup is due.
pub fn is_due(backup: &BackupView, now: Millis) -> bool {
    now > backup.remind_at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(used: u64, quota: u64, expected: Room) {
        let storage = DeviceStorage {
            kept: true,
            used,
            quota,
        };
        assert_eq!(room(&storage), expected);
    }

    #[test]
    fn somebody_is_told_before_the_room_ends() {
        check(0, 0, Room::Plenty);
        check(1 << 20, 10 << 30, Room::Plenty);
        check(8 << 30, 10 << 30, Room::Low);
        check(850 << 20, 1_000 << 20, Room::Low);
        check(980 << 20, 1_000 << 20, Room::Scarce);
        check(2 << 30, 1 << 30, Room::Scarce);
        check(50 << 20, 240 << 20, Room::Low);
    }
}
