//! Classes of customers on the screen: the card of one customer, the score sheet, the yearly review and its meeting; key accounts,
//! lost customers and winning them back.

mod class_card;
mod decide_dialog;
mod loyalty_page;
mod meeting_dialog;
mod review_page;
mod review_rows;
mod sheet_dialog;
mod sheet_lines;
mod win_back_card;

pub use class_card::ClassCard;
pub use loyalty_page::LoyaltyPage;
pub use review_page::ReviewPage;
pub use sheet_lines::points;
pub use win_back_card::WinBackCard;
