//! The customer file on the record page: completeness and filing, papers, the hand-over book, duties. No rule is decided here.

mod acts;
mod book_card;
mod duties_card;
mod file_card;
mod papers_card;
mod step_dialog;

use huiyin_api::CustomerRecord;
use leptos::prelude::*;

use acts::FileActs;
use book_card::BookCard;
use duties_card::DutiesCard;
pub use duties_card::duty_name;
use file_card::FileCard;
use papers_card::PapersCard;
use step_dialog::FileStepDialog;

use crate::pages::shared::Attachments;

/// The cards of the file of one customer.
#[component]
pub fn CustomerFileCards(record: Signal<CustomerRecord>) -> impl IntoView {
    let acts = FileActs::new(record);
    view! {
        <FileCard acts />
        <DutiesCard acts />
        <PapersCard acts />
        <BookCard acts />
        <Attachments
            record=Signal::derive(move || record.with(|record| record.row.id.clone()))
            files=Signal::derive(move || acts.file(|file| file.attachments.clone()))
        />
        <FileStepDialog acts />
    }
    .into_any()
}
