//! Ids of acts that are done in slices.

/// Returns the id of a new act: 16 hex digits of chance.
pub fn new_act() -> String {
    let half = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}", half(), half())
}
