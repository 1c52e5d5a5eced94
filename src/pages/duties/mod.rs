//! What is due for the files of many customers: the list, and what of it is the person's on my day. No rule is decided here.

mod lines;
mod list_page;
mod occasions;

pub use lines::FileDutyCard;
pub use list_page::DutiesPage;
pub use occasions::{BirthdayCard, OccasionCard};
