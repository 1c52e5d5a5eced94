//! Customers: the list, the file, new and edit.

mod case_list;
mod edit_page;
mod fields;
mod form;
mod list_page;
mod new_page;
mod note_form;
mod people;
mod record_page;
mod referral_card;
mod relation_field;
mod row;
mod same_phone;

pub use edit_page::EditCustomerPage;
pub use list_page::CustomersPage;
pub use new_page::NewCustomerPage;
pub use record_page::{CustomerPage, Issues};
