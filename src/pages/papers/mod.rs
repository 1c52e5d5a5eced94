//! Papers to print: the forms of cases, customers, contacts and lists, on A4, in Chinese or English whatever the screen's language is;
//! and the company's own texts on them.

mod case_page;
mod contact_forms;
mod contact_page;
mod customer_forms;
mod customer_page;
mod dress;
mod event_page;
mod grading_page;
mod html;
mod layouts;
mod list_forms;
mod list_pages;
mod month_page;
mod month_turn;
mod paper;
mod press;
mod record_sheet;
mod sample;
mod sheet;
mod statistics;
mod survey_page;
mod texts_page;
mod texts_state;

pub use case_page::CasePaperPage;
pub use contact_page::ContactPaperPage;
pub use customer_page::CustomerPaperPage;
pub use event_page::EventPaperPage;
pub use grading_page::GradingPaperPage;
pub use html::Words;
pub use list_pages::{
    ContactsPaperPage, CustomersPaperPage, DestructionPaperPage, PenaltiesPaperPage,
};
pub use month_page::MonthPaperPage;
pub use survey_page::SurveyPaperPage;
pub use texts_page::PaperTextsPage;

#[cfg(test)]
mod filled;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod tests;
