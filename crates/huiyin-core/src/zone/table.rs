//! The zones the program knows and the rules they follow today: one line a zone, by name.
//!
//! **Source:** the last line of each zone's file in the IANA time zone database (its rule from now on, a POSIX `TZ` text),
//! release 2025b; `tests/zones.csv` holds what those rules mean for some years, worked out apart. Where a country
//! changes its summer time, change its line here.

use super::{Change, Summer, ZoneRule};

/// Every zone, sorted by name. Offsets in minutes east of UTC.
#[rustfmt::skip]
pub(super) const ZONES: &[ZoneRule] = &[
    summer("Africa/Cairo", 120, 180, change(4, 5, 5, 0), change(10, 5, 4, 1440)),
    plain("Africa/Johannesburg", 120),
    plain("Africa/Lagos", 60),
    plain("Africa/Nairobi", 180),
    plain("America/Argentina/Buenos_Aires", -180),
    plain("America/Bogota", -300),
    summer("America/Chicago", -360, -300, change(3, 2, 0, 120), change(11, 1, 0, 120)),
    summer("America/Denver", -420, -360, change(3, 2, 0, 120), change(11, 1, 0, 120)),
    summer("America/Halifax", -240, -180, change(3, 2, 0, 120), change(11, 1, 0, 120)),
    plain("America/Lima", -300),
    summer("America/Los_Angeles", -480, -420, change(3, 2, 0, 120), change(11, 1, 0, 120)),
    plain("America/Mexico_City", -360),
    summer("America/New_York", -300, -240, change(3, 2, 0, 120), change(11, 1, 0, 120)),
    plain("America/Panama", -300),
    plain("America/Phoenix", -420),
    summer("America/Santiago", -240, -180, change(9, 1, 6, 1440), change(4, 1, 6, 1440)),
    plain("America/Sao_Paulo", -180),
    summer("America/St_Johns", -210, -150, change(3, 2, 0, 120), change(11, 1, 0, 120)),
    summer("America/Toronto", -300, -240, change(3, 2, 0, 120), change(11, 1, 0, 120)),
    summer("America/Vancouver", -480, -420, change(3, 2, 0, 120), change(11, 1, 0, 120)),
    plain("Asia/Almaty", 300),
    plain("Asia/Bangkok", 420),
    plain("Asia/Dhaka", 360),
    plain("Asia/Dubai", 240),
    plain("Asia/Ho_Chi_Minh", 420),
    plain("Asia/Hong_Kong", 480),
    plain("Asia/Jakarta", 420),
    summer("Asia/Jerusalem", 120, 180, change(3, 4, 4, 1560), change(10, 5, 0, 120)),
    plain("Asia/Karachi", 300),
    plain("Asia/Kolkata", 330),
    plain("Asia/Kuala_Lumpur", 480),
    plain("Asia/Macau", 480),
    plain("Asia/Manila", 480),
    plain("Asia/Riyadh", 180),
    plain("Asia/Seoul", 540),
    plain("Asia/Shanghai", 480),
    plain("Asia/Singapore", 480),
    plain("Asia/Taipei", 480),
    plain("Asia/Tashkent", 300),
    plain("Asia/Tehran", 210),
    plain("Asia/Tokyo", 540),
    plain("Asia/Ulaanbaatar", 480),
    plain("Asia/Urumqi", 360),
    plain("Asia/Yangon", 390),
    summer("Atlantic/Azores", -60, 0, change(3, 5, 0, 0), change(10, 5, 0, 60)),
    plain("Atlantic/Reykjavik", 0),
    summer("Australia/Adelaide", 570, 630, change(10, 1, 0, 120), change(4, 1, 0, 180)),
    plain("Australia/Brisbane", 600),
    plain("Australia/Perth", 480),
    summer("Australia/Sydney", 600, 660, change(10, 1, 0, 120), change(4, 1, 0, 180)),
    summer("Europe/Amsterdam", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Athens", 120, 180, change(3, 5, 0, 180), change(10, 5, 0, 240)),
    summer("Europe/Belgrade", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Berlin", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Brussels", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Bucharest", 120, 180, change(3, 5, 0, 180), change(10, 5, 0, 240)),
    summer("Europe/Budapest", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Copenhagen", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Dublin", 0, 60, change(3, 5, 0, 60), change(10, 5, 0, 120)),
    summer("Europe/Helsinki", 120, 180, change(3, 5, 0, 180), change(10, 5, 0, 240)),
    plain("Europe/Istanbul", 180),
    summer("Europe/Kyiv", 120, 180, change(3, 5, 0, 180), change(10, 5, 0, 240)),
    summer("Europe/Lisbon", 0, 60, change(3, 5, 0, 60), change(10, 5, 0, 120)),
    summer("Europe/London", 0, 60, change(3, 5, 0, 60), change(10, 5, 0, 120)),
    summer("Europe/Madrid", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    plain("Europe/Minsk", 180),
    plain("Europe/Moscow", 180),
    summer("Europe/Oslo", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Paris", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Prague", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Rome", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Sofia", 120, 180, change(3, 5, 0, 180), change(10, 5, 0, 240)),
    summer("Europe/Stockholm", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Vienna", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Warsaw", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Europe/Zurich", 60, 120, change(3, 5, 0, 120), change(10, 5, 0, 180)),
    summer("Pacific/Auckland", 720, 780, change(9, 5, 0, 120), change(4, 1, 0, 180)),
    plain("Pacific/Honolulu", -600),
];

/// A zone without summer time.
const fn plain(name: &'static str, standard: i32) -> ZoneRule {
    ZoneRule {
        name,
        standard,
        summer: None,
    }
}

/// A zone with summer time: the offset in winter and in summer, when it begins, when it ends.
const fn summer(
    name: &'static str,
    standard: i32,
    offset: i32,
    begins: Change,
    ends: Change,
) -> ZoneRule {
    ZoneRule {
        name,
        standard,
        summer: Some(Summer {
            offset,
            begins,
            ends,
        }),
    }
}

/// The month, which week of it (5 is the last), the day of the week from Sunday = 0, minutes since its midnight.
const fn change(month: u32, week: u32, weekday: u32, minute: i64) -> Change {
    Change {
        month,
        week,
        weekday,
        minute,
    }
}
