//! Reminders on the system's own notice board: asked for by a button only, shown by the service worker where there is one.
//!
//! The browser's objects are reached by name: phones lack some of them, and what is missing must not stop the page.

use huiyin_api::{Problem, Request};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use super::{
    ask,
    base::{Base, use_base},
    clock::use_clock,
    day::use_day,
    engine::{Engine, use_engine},
    go::{Go, use_go},
    intl,
    lock::{Lock, use_lock},
    policy::words,
    preferences::use_preferences,
    reminding::{Allowed, Telling, Told},
};
use crate::texts::{TextsHandle, use_texts};

/// Draft that remembers which reminders were told on this device.
const TOLD: &str = "reminders";

/// What the browser says about notices of this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// It has none.
    Unsupported,
    /// The person has not been asked.
    NotAsked,
    /// The person said yes.
    Granted,
    /// The person said no; only the browser's own settings change that.
    Denied,
}

/// Returns what the browser says now.
pub fn permission() -> Permission {
    let Some(class) = class() else {
        return Permission::Unsupported;
    };
    let said = Reflect::get(&class, &"permission".into())
        .ok()
        .and_then(|said| said.as_string());
    match said.as_deref() {
        Some("granted") => Permission::Granted,
        Some("denied") => Permission::Denied,
        _ => Permission::NotAsked,
    }
}

/// Asks the person, by the browser's own question. To be called from a press of a button.
pub async fn ask_permission() -> Permission {
    let asked = class()
        .and_then(|class| {
            let ask: Function = Reflect::get(&class, &"requestPermission".into())
                .ok()?
                .dyn_into()
                .ok()?;
            ask.call0(&class).ok()
        })
        .and_then(|promise| promise.dyn_into::<Promise>().ok());
    if let Some(promise) = asked {
        // The answer is read where it is kept.
        let _ = JsFuture::from(promise).await;
    }
    permission()
}

/// Starts to show reminders while the calling view is shown.
pub fn remind() {
    let t = use_texts();
    let engine = use_engine();
    let day = use_day();
    let clock = use_clock();
    let preferences = use_preferences();
    let board = Board {
        base: use_base(),
        go: use_go(),
        lock: use_lock(),
    };
    let told = StoredValue::new(Told::default());
    let ready = RwSignal::new(false);
    spawn_local(async move {
        let request = Request::Draft {
            key: TOLD.to_owned(),
        };
        if let Ok(kept) = engine.get(request, ask::draft).await {
            told.try_set_value(serde_json::from_str(&kept).unwrap_or_default());
            ready.try_set(true);
        }
    });
    Effect::new(move |_| {
        clock.now();
        let (on, at_night) = preferences.with(|now| (now.reminders, now.reminders_at_night));
        if !ready.get() || !on || permission() != Permission::Granted {
            return;
        }
        let allowed = Allowed {
            on,
            at_night,
            hour: intl::hour_now(),
        };
        let telling = day.live().value.with(|home| {
            let reminders = home.as_ref().map(|home| home.desk.reminders.as_slice());
            told.try_update_value(|told| told.tell(reminders.unwrap_or_default(), allowed))
        });
        match telling {
            None | Some(Telling::Nothing) => return,
            Some(telling) => board.show(t, &telling),
        }
        spawn_local(keep(engine, told));
    });
}

/// Remembers what was told; where that fails it may be told once more after a reload.
async fn keep(engine: Engine, told: StoredValue<Told>) {
    let Some(told) = told.try_get_value() else {
        return;
    };
    let json = serde_json::to_string(&told).expect("names are plain data");
    let request = Request::SaveDraft {
        key: TOLD.to_owned(),
        json,
    };
    let kept: Result<(), Problem> = engine.tell(request).await;
    drop(kept);
}

/// Where notices are shown.
#[derive(Clone, Copy)]
struct Board {
    base: Base,
    go: Go,
    lock: Lock,
}

impl Board {
    fn show(self, t: TextsHandle, telling: &Telling) {
        let texts = t.now();
        match telling {
            Telling::Nothing => {}
            Telling::Together(count) => {
                let title = (texts.home.reminders_together)(*count);
                self.notice(title, texts.home.title.to_owned(), "reminders", "/");
            }
            Telling::Each(reminders) => {
                for reminder in reminders {
                    let title = words(texts.language, &reminder.title);
                    let due = intl::day_time(texts.language, reminder.due);
                    let title = if reminder.clock.is_empty() {
                        title
                    } else if reminder.due < intl::now() {
                        (texts.home.reminder_late)(&title, &due)
                    } else {
                        (texts.home.reminder_due)(&title, &due)
                    };
                    // The system keeps notices in plain, and shows them while the device is locked.
                    let body = if self.lock.is_set_now() {
                        reminder.number.clone()
                    } else {
                        format!("{} {}", reminder.number, reminder.subject)
                    };
                    let path = if reminder.case.is_empty() {
                        // The monthly table is about no case.
                        "/reports?period=last_month".to_owned()
                    } else {
                        format!("/cases/{}", reminder.case)
                    };
                    self.notice(title, body, &reminder.key, &path);
                }
            }
        }
    }

    /// Shows one notice. The tag keeps two tabs from showing it twice.
    fn notice(self, title: String, body: String, tag: &str, path: &str) {
        let options = Object::new();
        let data = Object::new();
        let icon = format!("{}icon.svg", self.base.address());
        let address = self.base.href(path);
        for (object, name, value) in [
            (&options, "body", body.as_str()),
            (&options, "tag", tag),
            (&options, "icon", icon.as_str()),
            (&data, "path", address.as_str()),
        ] {
            // Setting a plain property of a fresh object cannot fail.
            let _ = Reflect::set(object, &name.into(), &value.into());
        }
        let _ = Reflect::set(&options, &"data".into(), &data);
        let path = path.to_owned();
        spawn_local(async move {
            if !by_worker(&title, &options).await {
                by_page(&title, &options, self.go, path);
            }
        });
    }
}

/// Shows a notice through the service worker, which phones ask for. Returns false where there is none.
async fn by_worker(title: &str, options: &Object) -> bool {
    let navigator: JsValue = window().navigator().into();
    let registration = async {
        let container = Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
        let get: Function = Reflect::get(&container, &"getRegistration".into())
            .ok()?
            .dyn_into()
            .ok()?;
        let promise: Promise = get.call0(&container).ok()?.dyn_into().ok()?;
        JsFuture::from(promise).await.ok()
    };
    let Some(registration) = registration.await.filter(|found| !found.is_falsy()) else {
        return false;
    };
    let show = Reflect::get(&registration, &"showNotification".into())
        .ok()
        .and_then(|show| show.dyn_into::<Function>().ok());
    let shown = show
        .and_then(|show| show.call2(&registration, &title.into(), options).ok())
        .and_then(|promise| promise.dyn_into::<Promise>().ok());
    match shown {
        Some(promise) => JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}

/// Shows a notice from the page itself; a click on it opens the case.
fn by_page(title: &str, options: &Object, go: Go, path: String) {
    let arguments = js_sys::Array::of2(&title.into(), options);
    let shown = class()
        .and_then(|class| class.dyn_into::<Function>().ok())
        .and_then(|class| Reflect::construct(&class, &arguments).ok());
    let Some(notice) = shown else { return };
    let clicked = Closure::once_into_js(move || {
        // A window that cannot come to the front still shows the case.
        let _ = window().focus();
        go.to(&path);
    });
    let _ = Reflect::set(&notice, &"onclick".into(), &clicked);
}

fn class() -> Option<JsValue> {
    Reflect::get(&window(), &"Notification".into())
        .ok()
        .filter(JsValue::is_function)
}
