//! Classes of customers on the screen: the card of one customer, the score sheet, the decision of the meeting.

mod class_card;
mod decide_dialog;
mod sheet_dialog;
mod sheet_lines;

pub use class_card::{ClassCard, sheet_words};
