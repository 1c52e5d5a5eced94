//! Domain and policy of Huiyin: what is allowed, what is due, what follows.
//!
//! Pure: core reads no clock, no randomness and no disk. Time comes in as [`Millis`], text as
//! `&str`, and every answer is a value. Start reading at [`case`] (the way of a case), then
//! [`fold`] (how concurrent steps become one state) and [`calendar`] (how a deadline is found and
//! explains itself).

pub mod actions;
pub mod allocation;
pub mod calendar;
pub mod case;
pub mod case_data;
pub mod case_field;
pub mod compared;
pub mod consequence;
pub mod contact;
pub mod contact_field;
pub mod customer;
pub mod deadline;
pub mod decimal;
pub mod duplicate;
mod event_graph;
pub mod field;
pub mod file;
pub mod fold;
pub mod follow;
pub mod grading;
pub mod hybrid_clock;
pub mod id;
pub mod identity;
pub mod instant;
pub mod interchange;
pub mod mark;
pub mod merge;
pub mod money;
pub mod number;
pub mod office_hours;
pub mod pack;
pub mod periods;
pub mod person;
pub mod referral;
pub mod rules;
pub mod signing;
pub mod staff;
pub mod step_data;
pub mod step_error;
pub mod survey;
pub mod text;
pub mod zone;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;
