//! The screens, one folder each. They ask the engine and show what it answers; they decide no rules.

pub mod cases;
pub mod consequences;
pub mod contacts;
pub mod customer_file;
pub mod customers;
pub mod differing;
pub mod duties;
pub mod events;
pub mod frame;
pub mod grading;
pub mod history;
pub mod home;
pub mod import;
pub mod leads;
pub mod lists;
pub mod lock;
pub mod not_found;
pub mod papers;
pub mod parts;
pub mod people;
pub mod reports;
pub mod settings;
pub mod shared;
pub mod surveys;
pub mod sync;
pub mod wizard;
