//! Many rows changed at once: choosing them, saying what changes, looking at it, doing it with progress, undoing it.

mod change_line;
mod dialog;
mod past;
mod plan;
mod run;
mod selection;
mod tick;

pub use dialog::BulkDialog;
pub use past::PastDialog;
pub use selection::SelectionBar;
pub use tick::{RowTick, listen_to_choose};
