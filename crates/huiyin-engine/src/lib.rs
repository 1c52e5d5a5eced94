//! One replica of a company's data, sans-IO: `handle(event, now, entropy) -> effects`.
//!
//! The engine decides what is stored, sent and answered; the shell around it (browser worker, command line, simulation)
//! carries the effects out and reports back. The engine never reads a clock, never draws randomness, never touches a disk
//! or a socket. Effects must be carried out in the order given; each `Load` and `Commit` is reported by one event.

mod allocation_day;
mod arrival;
mod attachments;
mod backup;
mod blobs;
mod boot;
mod bulk;
mod calendars;
mod cases;
mod chain_proof;
mod chains;
mod consequences;
mod contact_lists;
mod contacts;
mod creation;
mod custom_fields;
mod customers;
mod desk;
mod destruction;
mod document_files;
mod documents;
mod duplicates;
mod effect;
mod engine;
mod events;
mod exchange;
mod file_duties;
mod file_steps;
mod file_view;
mod follow_ups;
mod grading;
mod grading_review;
mod guest_disputes;
mod identity;
mod import;
mod ingest;
mod judging;
mod kept_answer;
mod leads;
mod link;
mod list_filter;
mod list_views;
mod lists;
mod loyalty;
mod members;
mod memory;
mod merged_duties;
mod merging;
mod my_day;
mod occasions;
mod orders;
mod owners;
mod pack_lists;
mod packs;
mod parts;
mod pieces;
mod pinyin;
mod pool;
mod recompute;
mod referrals;
mod relations;
mod replica;
mod replication;
mod requests;
mod scan;
mod sealing;
mod search;
mod segments;
mod served;
pub mod sniff;
mod standing;
mod steps;
mod store;
mod stored;
mod streams;
mod summary;
mod survey_corrections;
mod survey_rounds;
mod survey_totals;
mod surveys;
mod task;
mod text_search;
mod views;
mod workspace;

pub use effect::{Attachment, Effect, Event, FilePiece, FileTrouble, Reading};
pub use engine::Engine;
pub use import::{MAX_IMPORT_BYTES, import_fields};
pub use memory::MemoryStore;
pub use store::{Batch, Durability, Query, StoreError, Table, Write};

/// Unix milliseconds.
pub type Millis = i64;
