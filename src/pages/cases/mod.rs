//! Cases: the list by progress, registering, the record with its steps, clocks, proposal and papers.

mod actions_card;
mod acts;
mod board;
mod clashes;
mod clock_cards;
mod continuation_card;
mod customer_finder;
mod deadline_words;
mod edit_dialog;
mod guidance;
mod in_texts;
mod list_page;
mod marks;
mod matter_card;
mod moving;
mod new_page;
mod papers_menu;
mod penalties_card;
mod proposal_card;
mod quick_form;
mod record_page;
mod register_fields;
mod register_form;
mod row;
mod step_bar;
mod step_dialog;
mod step_field;
mod step_form;

pub use list_page::CasesPage;
pub use moving::{Moving, MovingDialogs};
pub use new_page::NewCasePage;
pub use record_page::CasePage;
pub use step_dialog::{StepDialog, StepFields, Taking, Target};
pub use step_form::parse_cents;
