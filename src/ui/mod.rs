//! The kit: hand-made controls on native elements. It knows texts and tokens, but neither the engine nor any rule.

mod area_field;
mod badge;
mod button;
mod dialog;
mod empty_state;
mod error_state;
mod field;
mod icon;
mod key_help;
mod page_head;
mod palette;
mod progress;
mod select_field;
mod skeleton;
mod tabs;
mod text_field;
mod toasts;
mod virtual_list;

pub use area_field::AreaField;
pub use badge::{Badge, Hue};
pub use button::{Button, LinkButton, Look};
pub use dialog::{Dialog, DialogFoot};
pub use empty_state::EmptyState;
pub use error_state::ErrorState;
pub use field::{Field, new_id};
pub use icon::{Glyph, Icon};
pub use key_help::KeyHelp;
pub use page_head::PageHead;
pub use palette::CommandPalette;
pub use progress::Progress;
pub use select_field::SelectField;
pub use skeleton::Skeleton;
pub use tabs::{Tab, Tabs};
pub use text_field::{InputKind, TextField};
pub use toasts::Toasts;
pub use virtual_list::{Scroll, VirtualList};
