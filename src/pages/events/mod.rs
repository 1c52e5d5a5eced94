//! Events: the list, and one event with its invitations, who came, disputes and rulings.

mod changes;
mod dispute_dialog;
mod event_page;
mod guest_line;
mod list_page;
mod plan_dialog;

pub use event_page::EventPage;
pub use list_page::EventsPage;
