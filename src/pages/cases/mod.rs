//! Cases: the list by progress, registering, the record with its steps.

mod clashes;
mod customer_finder;
mod deadline_card;
mod deadline_words;
mod edit_dialog;
mod list_page;
mod new_page;
mod record_page;
mod register_fields;
mod register_form;
mod row;
mod step_bar;
mod step_dialog;
mod step_form;

pub use list_page::CasesPage;
pub use new_page::NewCasePage;
pub use record_page::CasePage;
