//! Leads: customers nobody looks after yet, shared out evenly among those who took part.

mod page;
mod past;

pub use page::LeadsPage;
