//! What people do with one or a few devices, told from the door of the engine: requests in, answers out.

#![expect(
    clippy::unwrap_used,
    reason = "a scenario that is refused where it must not be has failed"
)]

mod actors;
mod allocation;
mod attachments;
mod bulk;
mod bundles;
mod calendars;
mod contacts;
mod custom_fields;
mod desk;
mod destruction;
mod differing;
mod duties;
mod event_changes;
mod events;
mod fetching;
mod figures;
mod files;
mod first_run;
mod forwarding;
mod grading;
mod history;
mod imports;
mod invitations;
mod large_imports;
mod leads;
mod list_filters;
mod list_views;
mod lists;
mod loyalty;
mod merged_files;
mod merging;
mod month_table;
mod newcomers;
mod occasions;
mod own_reports;
mod owners;
mod packs;
mod paper_words;
mod penalties;
mod pins;
mod policy_parts;
mod pool;
mod recovery;
mod relay;
mod revocation;
mod row_snapshots;
mod safekeeping;
mod surveys;
mod talk;
mod trouble;
