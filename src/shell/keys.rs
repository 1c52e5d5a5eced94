//! The keyboard: which key means what, and who listens now.
//!
//! Translating a key is plain data and tested; views register for commands while they are shown.
//!
//! Long: half of it are the tests of the table.

use std::sync::Arc;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::preferences::use_preferences;

/// How long the first key of a two-key shortcut is remembered, in milliseconds.
const PREFIX_MS: f64 = 1_500.0;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `n`: a new record.
    New,
    /// `q`: quick capture of a call.
    Quick,
    /// `/`: the search box.
    Search,
    /// `j` or arrow down.
    Down,
    /// `k` or arrow up.
    Up,
    /// Arrow left: the column before, on a board.
    Left,
    /// Arrow right: the column after, on a board.
    Right,
    /// `>`: moves the marked card of a board on.
    MoveOn,
    /// `<`: moves it back.
    MoveBack,
    /// Enter on the marked row.
    Open,
    /// `x`: choose the marked row, or no longer.
    Choose,
    /// Shift-`x`: choose from the row chosen last to the marked one.
    ChooseTo,
    /// `1` to `9`: chooses one of several values.
    Pick(u8),
    /// `e`: edit.
    Edit,
    /// Ctrl-Enter: save.
    Save,
    /// Esc: back.
    Back,
    /// `?`: the list of keys.
    Help,
    /// Ctrl-K: the command palette.
    Palette,
    /// `g h`: my day.
    GoHome,
    /// `g c`: customers.
    GoCustomers,
    /// `g k`: cases.
    GoCases,
    /// `g l`: locks the device.
    Lock,
}

/// A key press, reduced to what matters.
#[derive(Debug, Clone, Copy)]
pub struct Press<'a> {
    /// The key's name.
    pub key: &'a str,
    /// Ctrl or Cmd is held.
    pub control: bool,
    /// The cursor is in a field.
    pub typing: bool,
    /// A link or button has the focus, which takes Enter itself.
    pub on_control: bool,
    /// A dialog is open.
    pub dialog: bool,
    /// `g` was pressed just before.
    pub after_g: bool,
    /// Single-key shortcuts are on.
    pub shortcuts: bool,
}

/// Returns the command a key press asks for.
pub fn command(press: Press) -> Option<Command> {
    if press.control {
        return match press.key {
            "Enter" => Some(Command::Save),
            "k" | "K" if !press.dialog => Some(Command::Palette),
            _ => None,
        };
    }
    if press.dialog {
        return None;
    }
    if press.key == "Escape" {
        return Some(Command::Back);
    }
    if press.typing {
        return None;
    }
    match press.key {
        "ArrowDown" => return Some(Command::Down),
        "ArrowUp" => return Some(Command::Up),
        "ArrowLeft" => return Some(Command::Left),
        "ArrowRight" => return Some(Command::Right),
        "Enter" if !press.on_control => return Some(Command::Open),
        _ => {}
    }
    if !press.shortcuts {
        return None;
    }
    if press.after_g {
        return match press.key {
            "h" => Some(Command::GoHome),
            "c" => Some(Command::GoCustomers),
            "k" => Some(Command::GoCases),
            "l" => Some(Command::Lock),
            _ => None,
        };
    }
    match press.key {
        "n" => Some(Command::New),
        "q" => Some(Command::Quick),
        "/" => Some(Command::Search),
        "j" => Some(Command::Down),
        "k" => Some(Command::Up),
        ">" => Some(Command::MoveOn),
        "<" => Some(Command::MoveBack),
        "x" => Some(Command::Choose),
        "X" => Some(Command::ChooseTo),
        "e" => Some(Command::Edit),
        "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" => {
            Some(Command::Pick(press.key.as_bytes()[0] - b'0'))
        }
        "?" => Some(Command::Help),
        _ => None,
    }
}

type Listener = Arc<dyn Fn(Command) -> bool + Send + Sync>;

/// The listeners, the newest first to be asked.
#[derive(Clone, Copy)]
pub struct Keys {
    listeners: StoredValue<Vec<(u64, Listener)>>,
    /// Those asked before all others, whatever screen was opened since.
    first: StoredValue<Vec<(u64, Listener)>>,
    counter: StoredValue<u64>,
}

impl Keys {
    /// Starts to listen to the keyboard.
    pub fn listen() -> Self {
        let keys = Self {
            listeners: StoredValue::new(Vec::new()),
            first: StoredValue::new(Vec::new()),
            counter: StoredValue::new(0),
        };
        let preferences = use_preferences();
        let g_at = StoredValue::new(f64::NEG_INFINITY);
        let handle = window_event_listener(ev::keydown, move |event| {
            if event.is_composing() || event.default_prevented() || event.alt_key() {
                return;
            }
            let key = event.key();
            let press = Press {
                key: &key,
                control: event.ctrl_key() || event.meta_key(),
                typing: typing(&event),
                on_control: on_control(&event),
                dialog: dialog_open(),
                after_g: js_sys::Date::now() - g_at.get_value() < PREFIX_MS,
                shortcuts: preferences.with_untracked(|now| now.shortcuts),
            };
            let is_prefix = key == "g" && !press.typing && !press.control && !press.dialog;
            g_at.set_value(if is_prefix {
                js_sys::Date::now()
            } else {
                f64::NEG_INFINITY
            });
            if let Some(command) = command(press)
                && keys.dispatch(command)
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
        keys
    }

    fn hear(
        self,
        listeners: StoredValue<Vec<(u64, Listener)>>,
        listener: impl Fn(Command) -> bool + Send + Sync + 'static,
    ) {
        let id = self.counter.get_value() + 1;
        self.counter.set_value(id);
        listeners.update_value(|listeners| listeners.push((id, Arc::new(listener))));
        on_cleanup(move || {
            listeners.try_update_value(|listeners| listeners.retain(|(own, _)| *own != id));
        });
    }

    fn dispatch(self, command: Command) -> bool {
        let (first, listeners) = (self.first.get_value(), self.listeners.get_value());
        let asked = first.iter().rev().chain(listeners.iter().rev());
        for (_, listener) in asked {
            if listener(command) {
                return true;
            }
        }
        false
    }
}

/// Hears commands while the calling view is shown. The listener returns whether it took the command.
pub fn on_command(listener: impl Fn(Command) -> bool + Send + Sync + 'static) {
    let keys: Keys = expect_context();
    keys.hear(keys.listeners, listener);
}

/// As [`on_command`], before every other listener, also those of screens opened later.
pub fn on_command_first(listener: impl Fn(Command) -> bool + Send + Sync + 'static) {
    let keys: Keys = expect_context();
    keys.hear(keys.first, listener);
}

/// Returns a listener for the frame around a field and its offers: Enter in the field presses the first button offered instead of
/// sending the form.
pub fn enter_presses_offer(event: KeyboardEvent) {
    if event.key() != "Enter" || event.is_composing() || !typing(&event) {
        return;
    }
    event.prevent_default();
    let frame = event
        .current_target()
        .and_then(|frame| frame.dyn_into::<web_sys::Element>().ok());
    let offer = frame
        .and_then(|frame| frame.query_selector("button").ok().flatten())
        .and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(offer) = offer {
        offer.click();
    }
}

fn typing(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|element| {
        let name = element.tag_name().to_ascii_lowercase();
        matches!(name.as_str(), "input" | "textarea" | "select") || element.is_content_editable()
    })
}

fn on_control(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|element| {
        let name = element.tag_name().to_ascii_lowercase();
        matches!(name.as_str(), "a" | "button" | "summary")
    })
}

/// Returns what a key is meant for. A dialog that has just been closed keeps the focus for a moment; what is in it is gone all the same.
fn target(event: &KeyboardEvent) -> Option<HtmlElement> {
    let element: HtmlElement = event.target()?.dyn_into().ok()?;
    let gone = element
        .closest("dialog:not([open])")
        .is_ok_and(|dialog| dialog.is_some());
    (!gone).then_some(element)
}

fn dialog_open() -> bool {
    document()
        .query_selector("dialog[open]")
        .is_ok_and(|dialog| dialog.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Press = Press {
        key: "",
        control: false,
        typing: false,
        on_control: false,
        dialog: false,
        after_g: false,
        shortcuts: true,
    };

    #[track_caller]
    fn check(press: Press, expected: Option<Command>) {
        assert_eq!(command(press), expected, "{press:?}");
    }

    #[test]
    fn single_keys_work_outside_of_fields_only() {
        check(Press { key: "n", ..PLAIN }, Some(Command::New));
        check(
            Press {
                key: "n",
                typing: true,
                ..PLAIN
            },
            None,
        );
        check(
            Press {
                key: "n",
                shortcuts: false,
                ..PLAIN
            },
            None,
        );
        check(
            Press {
                key: "n",
                dialog: true,
                ..PLAIN
            },
            None,
        );
    }

    #[test]
    fn k_means_up_alone_and_cases_after_g_and_the_palette_with_control() {
        check(Press { key: "k", ..PLAIN }, Some(Command::Up));
        check(
            Press {
                key: "k",
                after_g: true,
                ..PLAIN
            },
            Some(Command::GoCases),
        );
        check(
            Press {
                key: "k",
                control: true,
                typing: true,
                ..PLAIN
            },
            Some(Command::Palette),
        );
    }

    #[test]
    fn digits_choose_among_values_outside_of_fields() {
        check(Press { key: "1", ..PLAIN }, Some(Command::Pick(1)));
        check(Press { key: "9", ..PLAIN }, Some(Command::Pick(9)));
        check(Press { key: "0", ..PLAIN }, None);
        let typing = Press {
            key: "1",
            typing: true,
            ..PLAIN
        };
        check(typing, None);
    }

    #[test]
    fn l_locks_after_g_only() {
        check(Press { key: "l", ..PLAIN }, None);
        check(
            Press {
                key: "l",
                after_g: true,
                ..PLAIN
            },
            Some(Command::Lock),
        );
    }

    #[test]
    fn x_chooses_a_row_with_shift_a_range_and_a_card_moves_on() {
        check(Press { key: "x", ..PLAIN }, Some(Command::Choose));
        check(Press { key: "X", ..PLAIN }, Some(Command::ChooseTo));
        check(Press { key: ">", ..PLAIN }, Some(Command::MoveOn));
    }

    #[test]
    fn saving_works_while_typing_and_in_a_dialog() {
        check(
            Press {
                key: "Enter",
                control: true,
                typing: true,
                dialog: true,
                ..PLAIN
            },
            Some(Command::Save),
        );
    }

    #[test]
    fn enter_on_a_link_or_button_is_left_to_it() {
        check(
            Press {
                key: "Enter",
                on_control: true,
                ..PLAIN
            },
            None,
        );
        check(
            Press {
                key: "Enter",
                ..PLAIN
            },
            Some(Command::Open),
        );
    }
}
