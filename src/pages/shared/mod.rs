//! Parts that several screens show: badges and rows of cases, time lines, properties, conflicts, tools of lists, form fields.

mod action_line;
mod attachments;
mod case_badges;
mod case_finder;
mod case_lines;
mod conflicts;
mod customer_choice;
mod draft_notice;
mod filter_chip;
mod form_field;
mod list_count;
mod list_keys;
mod properties;
mod record_form;
mod search_box;
mod ticks;
mod timeline;
mod vocabulary;

pub use action_line::{ActionLine, ActionStep};
pub use attachments::Attachments;
pub use case_badges::{CaseMarks, CheckBadge, DueBadge, StateBadge};
pub use case_finder::CaseFinder;
pub use case_lines::CaseLines;
pub use conflicts::Conflicts;
pub use customer_choice::{CUSTOMER, ChosenCustomer, CustomerOffers};
pub use draft_notice::DraftNotice;
pub use filter_chip::FilterChip;
pub use form_field::FormField;
pub use list_count::list_count;
pub use list_keys::{listen_in_list, row_height};
pub use properties::{Properties, Property};
pub use record_form::{RecordForm, show_first_error};
pub use search_box::SearchBox;
pub use ticks::Ticks;
pub use timeline::Timeline;
pub use vocabulary::Vocabulary;
