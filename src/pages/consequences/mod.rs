//! Penalties and rewards, and corrective actions of all cases: what follows from complaints.

mod actions_page;
mod entry;
mod penalties_page;
mod propose_dialog;

pub use actions_page::ActionsPage;
pub use entry::PenaltyEntry;
pub use penalties_page::PenaltiesPage;
pub use propose_dialog::ProposeDialog;
