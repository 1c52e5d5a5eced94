//! Leads: customers nobody looks after yet, shared out evenly among those who took part.

mod page;
mod past;
mod sure;
mod told;
mod who;

pub use page::LeadsPage;
