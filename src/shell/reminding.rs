//! Which reminders are told now: each once, none at night unless the person wants it, and not one by one when there are many.
//!
//! Plain state without a browser; [`super::notify`] shows what it decides.

use huiyin_api::ReminderView;
use serde::{Deserialize, Serialize};

/// Reminders remembered as told. Far more than come in a day; older ones make room.
pub const MAX_TOLD: usize = 500;
/// Reminders told one by one; more are told together.
pub const MAX_SINGLE: usize = 3;
/// The night begins at this hour.
pub const NIGHT_FROM: u32 = 21;
/// The night ends at this hour.
pub const NIGHT_TO: u32 = 8;

/// What the person and the browser allow at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// The person switched reminders on, and the browser shows them.
    pub on: bool,
    /// Also at night.
    pub at_night: bool,
    /// Hour of the day, 0 to 23.
    pub hour: u32,
}

impl Allowed {
    /// Returns whether anything may be told now.
    pub fn now(self) -> bool {
        let night = self.hour >= NIGHT_FROM || self.hour < NIGHT_TO;
        self.on && (self.at_night || !night)
    }
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Telling {
    /// Nothing.
    Nothing,
    /// Each by itself.
    Each(Vec<ReminderView>),
    /// Too many to tell one by one: only how many.
    Together(usize),
}

/// Names of reminders told before, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Told(Vec<String>);

impl Told {
    /// Returns what is to be told now, and remembers it. What waits through the night is told in the morning, if it is still due.
    pub fn tell(&mut self, reminders: &[ReminderView], allowed: Allowed) -> Telling {
        if !allowed.now() {
            return Telling::Nothing;
        }
        let mut fresh: Vec<ReminderView> = Vec::new();
        for reminder in reminders {
            let known = self.0.contains(&reminder.key)
                || fresh.iter().any(|other| other.key == reminder.key);
            if !known {
                fresh.push(reminder.clone());
            }
        }
        self.0
            .extend(fresh.iter().map(|reminder| reminder.key.clone()));
        self.forget_oldest(reminders);
        match fresh.len() {
            0 => Telling::Nothing,
            count if count > MAX_SINGLE => Telling::Together(count),
            _ => Telling::Each(fresh),
        }
    }

    /// Makes room; what is still due is remembered longest, or it would be told again.
    fn forget_oldest(&mut self, reminders: &[ReminderView]) {
        let mut surplus = self.0.len().saturating_sub(MAX_TOLD);
        self.0.retain(|key| {
            let gone = surplus > 0 && !reminders.iter().any(|reminder| reminder.key == *key);
            surplus -= usize::from(gone);
            !gone
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Allowed = Allowed {
        on: true,
        at_night: false,
        hour: 10,
    };

    fn reminders(keys: impl IntoIterator<Item = String>) -> Vec<ReminderView> {
        keys.into_iter()
            .map(|key| ReminderView {
                key,
                ..ReminderView::default()
            })
            .collect()
    }

    fn named(keys: &[&str]) -> Vec<ReminderView> {
        reminders(keys.iter().map(|key| (*key).to_owned()))
    }

    #[test]
    fn a_reminder_is_told_once() {
        let mut told = Told::default();
        let due = named(&["a", "b", "a"]);
        assert_eq!(told.tell(&due, DAY), Telling::Each(named(&["a", "b"])));
        assert_eq!(told.tell(&due, DAY), Telling::Nothing);
        assert_eq!(
            told.tell(&named(&["a", "c"]), DAY),
            Telling::Each(named(&["c"]))
        );
    }

    #[test]
    fn nothing_is_told_at_night_and_all_of_it_in_the_morning() {
        let mut told = Told::default();
        for hour in [21, 23, 0, 7] {
            let night = Allowed { hour, ..DAY };
            assert_eq!(told.tell(&named(&["a"]), night), Telling::Nothing, "{hour}");
        }
        let morning = Allowed { hour: 8, ..DAY };
        assert_eq!(
            told.tell(&named(&["a"]), morning),
            Telling::Each(named(&["a"]))
        );
    }

    #[test]
    fn who_asks_for_it_is_told_at_night() {
        let mut told = Told::default();
        let night = Allowed {
            hour: 3,
            at_night: true,
            ..DAY
        };
        assert_eq!(
            told.tell(&named(&["a"]), night),
            Telling::Each(named(&["a"]))
        );
    }

    #[test]
    fn without_consent_nothing_is_told_nor_remembered() {
        let mut told = Told::default();
        let off = Allowed { on: false, ..DAY };
        assert_eq!(told.tell(&named(&["a"]), off), Telling::Nothing);
        assert_eq!(told, Told::default());
    }

    #[test]
    fn many_are_told_together() {
        let mut told = Told::default();
        assert_eq!(
            told.tell(&named(&["a", "b", "c", "d"]), DAY),
            Telling::Together(4)
        );
    }

    #[test]
    fn what_is_remembered_has_a_limit_and_what_is_still_due_is_not_told_again() {
        let mut told = Told::default();
        let still = named(&["still"]);
        told.tell(&still, DAY);
        for round in 0..MAX_TOLD {
            let mut due = reminders([format!("{round}")]);
            due.extend(still.clone());
            assert_ne!(told.tell(&due, DAY), Telling::Nothing);
        }
        assert!(told.0.len() <= MAX_TOLD);
        assert_eq!(told.tell(&still, DAY), Telling::Nothing);
    }
}
