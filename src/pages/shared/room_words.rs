//! What is said when this device runs out of room.

use crate::{
    shell::{
        device_storage::DeviceStorage,
        intl,
        safekeeping::{Room, room},
    },
    texts::{Texts, safekeeping},
};

/// Returns what to tell of the room that is left; nothing while there is plenty.
pub fn room_words(texts: &Texts, storage: &DeviceStorage) -> Option<String> {
    let words = safekeeping::of(texts.language);
    let left = intl::size(texts.language, storage.quota.saturating_sub(storage.used));
    match room(storage) {
        Room::Plenty => None,
        Room::Low => Some((words.room_low)(&left)),
        Room::Scarce => Some((words.room_scarce)(&left)),
    }
}
