//! The review of every field that several people wrote at once.

mod page;
mod record;

pub use page::DifferingPage;
