//! Papers to print: the forms of a case and the monthly table, on A4, in Chinese or English whatever the screen's language is.

mod case_page;
mod event_page;
mod grading_page;
mod html;
mod layouts;
mod month_page;
mod paper;
mod sheet;
mod statistics;
mod survey_page;

pub use case_page::CasePaperPage;
pub use event_page::EventPaperPage;
pub use grading_page::GradingPaperPage;
pub use html::Words;
pub use month_page::MonthPaperPage;
pub use survey_page::SurveyPaperPage;

#[cfg(test)]
mod tests;
