//! The history of a record: what was written when and by whom, and the record as it stood on a day.

mod lines;
mod page;
mod take_back_dialog;
mod then;

pub use page::HistoryPage;
