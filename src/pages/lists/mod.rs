//! What both lists share beyond chips: filters with AND and OR.

mod condition_line;
mod filter_dialog;
mod filter_plan;
mod value_picker;

pub use filter_dialog::FilterButton;
