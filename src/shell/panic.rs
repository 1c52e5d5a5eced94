//! The last resort: when the page itself breaks, a plain overlay says so in both languages. Never a blank page.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, closure::Closure};

const OVERLAY_ID: &str = "page-broken";
const WORDS: [(&str, &str, &str); 2] = [
    (
        "zh-CN",
        "页面出错了",
        "已保存的资料都在，没有丢失。请重新打开页面继续。",
    ),
    (
        "en",
        "The page has stopped",
        "Everything that was saved is safe. Reload the page to go on.",
    ),
];
const RELOAD: &str = "重新打开 · Reload";

/// Makes a panic leave its message in the console and the overlay on the screen.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let _ = show();
    }));
}

fn show() -> Option<()> {
    let document = document();
    if document.get_element_by_id(OVERLAY_ID).is_some() {
        return Some(());
    }
    let overlay = document.create_element("div").ok()?;
    overlay.set_id(OVERLAY_ID);
    overlay.set_class_name("page-broken");
    overlay.set_attribute("role", "alert").ok()?;
    let card = document.create_element("div").ok()?;
    for (language, title, text) in WORDS {
        let part = document.create_element("section").ok()?;
        part.set_attribute("lang", language).ok()?;
        let heading = document.create_element("h2").ok()?;
        heading.set_text_content(Some(title));
        let paragraph = document.create_element("p").ok()?;
        paragraph.set_text_content(Some(text));
        part.append_child(&heading).ok()?;
        part.append_child(&paragraph).ok()?;
        card.append_child(&part).ok()?;
    }
    let button = document.create_element("button").ok()?;
    button.set_class_name("button primary");
    button.set_text_content(Some(RELOAD));
    let reload = Closure::<dyn Fn()>::new(|| {
        let _ = window().location().reload();
    });
    button
        .add_event_listener_with_callback("click", reload.as_ref().unchecked_ref())
        .ok()?;
    // The overlay stays until the page is gone.
    reload.forget();
    card.append_child(&button).ok()?;
    overlay.append_child(&card).ok()?;
    document.body()?.append_child(&overlay).ok()?;
    Some(())
}
