//! Satisfaction surveys: questionnaires, filling them in, rounds with their totals.

mod action_dialog;
mod answer_page;
mod answering;
mod correct_dialog;
mod customer_card;
mod export;
mod list_page;
mod preview;
mod question;
mod question_editor;
mod question_lines;
mod questionnaires_page;
mod questions_card;
mod reckoning;
mod record_page;
mod result_head;
mod round_page;
mod rows;
mod shares;
mod sheet_head;
mod sheets;
mod tablet;

pub use answer_page::NewAnswerPage;
pub use customer_card::{CustomerSurveys, SurveyCard, with_surveys};
pub use list_page::SurveysPage;
pub use questionnaires_page::QuestionnairesPage;
pub use questions_card::outcome;
pub use reckoning::{percent, reckon};
pub use record_page::AnswerPage;
pub use round_page::RoundPage;
