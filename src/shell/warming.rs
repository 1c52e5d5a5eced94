//! The page's share in opening fast the next time: see [`huiyin_api::warm`].

use std::time::Duration;

use huiyin_api::{WARM_AFTER_MS, warm};
use leptos::prelude::set_timeout;

use super::intl;

/// Has the browser keep what it has compiled of the page, a while after the start.
pub fn keep_compiled_code() {
    for wait in WARM_AFTER_MS {
        set_timeout(
            || warm(intl::now() as usize),
            Duration::from_millis(wait.into()),
        );
    }
}
