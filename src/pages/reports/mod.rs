//! Figures of a period: tables whose every number leads to its records, pictures beside them, files and print.

mod charts;
mod counting;
mod model;
mod month_card;
mod own;
mod own_form;
mod page;
mod period;
mod plot;
mod table;
mod tools;
mod written;

pub use page::ReportsPage;
