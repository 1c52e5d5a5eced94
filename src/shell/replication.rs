//! How this device stands with the others, kept current, and what that means in one plain line.

use huiyin_api::{RelayState, Request, SyncView};
use leptos::prelude::*;

use super::{ask, engine::use_engine, live::live};

/// The state of replication. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Replication(RwSignal<Option<SyncView>>);

impl Replication {
    /// Starts to follow replication: by the engine's notices, and by asking whenever records changed.
    pub fn follow() -> Self {
        let engine = use_engine();
        let latest = RwSignal::new(None);
        let asked = live(|| Some(Request::Sync), ask::sync);
        Effect::new(move |_| {
            if let Some(view) = asked.value.get() {
                latest.set(Some(view));
            }
        });
        Effect::new(move |_| {
            if let Some(view) = engine.sync.get() {
                latest.set(Some(view));
            }
        });
        Self(latest)
    }

    /// Returns the newest view, tracked.
    pub fn get(self) -> Option<SyncView> {
        self.0.get()
    }

    /// Returns the plain summary, tracked.
    pub fn summary(self) -> Summary {
        self.0
            .with(|view| view.as_ref().map_or(Summary::Unknown, summary))
    }
}

/// Returns the state of replication.
pub fn use_replication() -> Replication {
    expect_context()
}

/// What a person needs to know at a glance. Counts are changes only on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summary {
    /// Not known yet.
    Unknown,
    /// No relay is set.
    NoRelay(u64),
    /// Not reachable.
    Offline(u64),
    /// Connecting.
    Connecting,
    /// Receiving.
    Receiving,
    /// Connected, but something is not acknowledged yet.
    Sending(u64),
    /// Everything is where it should be; when, if known.
    UpToDate(Option<i64>),
    /// The relay does not accept this device.
    Refused,
    /// This device was shut out.
    ShutOut,
}

fn summary(view: &SyncView) -> Summary {
    match view.state {
        RelayState::None => Summary::NoRelay(view.only_here),
        RelayState::Offline => Summary::Offline(view.only_here),
        RelayState::Connecting => Summary::Connecting,
        RelayState::Receiving => Summary::Receiving,
        RelayState::Sending => Summary::Sending(view.only_here),
        RelayState::UpToDate if view.only_here > 0 => Summary::Sending(view.only_here),
        RelayState::UpToDate => Summary::UpToDate(view.last_contact),
        RelayState::Refused => Summary::Refused,
        RelayState::ShutOut => Summary::ShutOut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connected_device_is_up_to_date_only_when_nothing_is_left_here() {
        let mut view = SyncView {
            state: RelayState::UpToDate,
            only_here: 3,
            last_contact: Some(7),
            ..SyncView::default()
        };
        assert_eq!(summary(&view), Summary::Sending(3));
        view.state = RelayState::Sending;
        assert_eq!(summary(&view), Summary::Sending(3));
        view.state = RelayState::UpToDate;
        view.only_here = 0;
        assert_eq!(summary(&view), Summary::UpToDate(Some(7)));
    }
}
