//! PINs: the person's own on this device, and the keys an administrator certifies or ends.

mod form;
mod keys;
mod own;

pub use keys::StaffKeys;
pub use own::MyPin;
