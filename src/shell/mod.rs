//! The thin shell around the views: the engine's worker, addresses, preferences, keys, dates, files.
//!
//! Web APIs are used here and in the kit only; pages speak to these modules.

pub mod app_badge;
pub mod ask;
pub mod backup_folder;
pub mod base;
pub mod branches;
pub mod chosen_rows;
pub mod clock;
pub mod day;
pub mod device_storage;
pub mod drafts;
pub mod engine;
pub mod files;
pub mod focus;
pub mod go;
pub mod images;
pub mod intl;
pub mod keys;
pub mod list_mark;
pub mod list_memory;
pub mod live;
pub mod lock;
pub mod markup;
pub mod narrow;
pub mod notices;
pub mod notify;
pub mod panic;
pub mod part;
pub mod pending;
pub mod policy;
pub mod preferences;
pub mod remembered;
pub mod reminding;
pub mod removal;
pub mod replication;
pub mod safekeeping;
pub mod sample;
pub mod session;
pub mod shared_files;
pub mod slot;
pub mod spreadsheet;
pub mod title;
pub mod tour;
pub mod unread;
pub mod windows;
