//! Contacts with customers: lists by progress, planning and recording, the record with its steps and promises.

mod board;
mod calendar_view;
mod cost_card;
mod customer_card;
mod fields;
mod follow_ups;
mod form;
mod lines;
mod list_page;
mod new_page;
mod plans;
mod promises;
mod record_page;

pub use customer_card::CustomerContacts;
pub use follow_ups::{FollowUpCard, FollowUpsPage};
pub use lines::{ContactCard, PromiseCard};
pub use list_page::ContactsPage;
pub use new_page::NewContactPage;
pub use record_page::ContactPage;
