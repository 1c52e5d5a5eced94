//! Going to another screen of the app.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::base::use_base;

type Navigate = Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// Goes to screens by their path within the app. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Go(StoredValue<Navigate>);

impl Go {
    /// Returns the handle; to be made inside of the router.
    pub fn inside_router() -> Self {
        let navigate = use_navigate();
        let base = use_base();
        let navigate = move |path: &str, options: NavigateOptions| {
            navigate(&base.href(path), options);
        };
        Self(StoredValue::new(Arc::new(navigate)))
    }

    /// Goes to a path such as `/customers`.
    pub fn to(self, path: &str) {
        self.run(path, false);
    }

    /// Goes to a path without leaving the present one in the history.
    pub fn instead(self, path: &str) {
        self.run(path, true);
    }

    fn run(self, path: &str, replace: bool) {
        let options = NavigateOptions {
            resolve: false,
            replace,
            // The window never scrolls, only what is in it; asking it to would lay out the new screen while it is still being made.
            scroll: false,
            ..NavigateOptions::default()
        };
        if let Some(navigate) = self.0.try_get_value() {
            navigate(path, options);
        }
    }
}

/// Returns the handle for going to other screens.
pub fn use_go() -> Go {
    expect_context()
}
