//! The sample company to look around in, and the tour through the app.
//!
//! Making it and the tour are a part of their own (`pages/parts.rs`), fetched when somebody wants them; the banner is of the frame.

mod banner;
mod make;
mod tour;

pub use banner::SampleBanner;
pub use make::MakeSample;
pub use tour::TourCard;
