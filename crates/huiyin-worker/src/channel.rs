//! The BroadcastChannel between the workers of one origin. Every message reaches every other worker; each takes what
//! concerns it.

use huiyin_engine::{HandedOn, Millis};
use js_sys::Uint8Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::file::Content;
use crate::{CHANNEL_NAME, js};

/// A message between workers.
#[derive(Debug, Clone)]
pub enum Message {
    /// The lead named `lead` lives; once it is `ready` it takes requests. `epoch` is its leader epoch, 0 before it has one.
    Beat {
        /// Name of the lead; never used again for another.
        lead: String,
        /// Leader epoch in the store.
        epoch: u32,
        /// It takes requests.
        ready: bool,
        /// When somebody was last at a screen, in Unix milliseconds.
        active: Millis,
    },
    /// The key of the store while its lock is open, for whoever takes over the lead; none once it is locked. It is passed in memory.
    Key {
        /// The key.
        key: Option<HandedOn>,
    },
    /// A worker asks the leader to beat at once.
    Seek,
    /// A page's request, for the lead named.
    Request {
        /// Token of the asking worker.
        from: String,
        /// The lead that shall answer.
        lead: String,
        /// JSON text of `ToWorker`.
        text: String,
        /// File content; of a file only its handle travels, and the lead reads it.
        content: Option<Content>,
    },
    /// The answer to a request.
    Answer {
        /// Token of the worker that asked.
        to: String,
        /// Id of the request.
        id: String,
        /// JSON text of `FromWorker`.
        text: String,
        /// File content.
        bytes: Option<Uint8Array>,
    },
    /// A notice for every page.
    Notice {
        /// JSON text of `FromWorker`.
        text: String,
    },
}

/// This worker's end of the channel.
pub struct Channel {
    channel: BroadcastChannel,
}

impl Channel {
    /// Opens the channel; `heard` is called with every message of other workers, for as long as the worker lives.
    pub fn open(heard: impl Fn(Message) + 'static) -> Self {
        let channel = BroadcastChannel::new(CHANNEL_NAME)
            .expect("every browser that runs wasm workers has channels");
        let handler = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = decode(&event.data()) {
                heard(message);
            }
        });
        channel.set_onmessage(Some(handler.into_js_value().unchecked_ref()));
        Self { channel }
    }

    /// Posts a message to every other worker.
    pub fn post(&self, message: &Message) {
        self.channel
            .post_message(&encode(message))
            .expect("text and bytes can be posted");
    }
}

fn encode(message: &Message) -> JsValue {
    let bytes_of =
        |bytes: &Option<Uint8Array>| bytes.as_ref().map_or(JsValue::UNDEFINED, Into::into);
    match message {
        Message::Beat {
            lead,
            epoch,
            ready,
            active,
        } => js::object(&[
            ("kind", &"beat".into()),
            ("lead", &lead.into()),
            ("epoch", &(*epoch).into()),
            ("ready", &(*ready).into()),
            ("active", &(*active as f64).into()),
        ]),
        Message::Key { key: None } => js::object(&[("kind", &"key".into())]),
        Message::Key { key: Some(key) } => js::object(&[
            ("kind", &"key".into()),
            ("session", &key.session.into()),
            ("number", &key.number.into()),
            ("bytes", &Uint8Array::from(&key.key[..])),
        ]),
        Message::Seek => js::object(&[("kind", &"seek".into())]),
        Message::Request {
            from,
            lead,
            text,
            content,
        } => {
            let (bytes, file) = Content::properties(content.as_ref());
            js::object(&[
                ("kind", &"request".into()),
                ("from", &from.into()),
                ("lead", &lead.into()),
                ("text", &text.into()),
                ("bytes", &bytes),
                ("file", &file),
            ])
        }
        Message::Answer {
            to,
            id,
            text,
            bytes,
        } => js::object(&[
            ("kind", &"answer".into()),
            ("to", &to.into()),
            ("id", &id.into()),
            ("text", &text.into()),
            ("bytes", &bytes_of(bytes)),
        ]),
        Message::Notice { text } => {
            js::object(&[("kind", &"notice".into()), ("text", &text.into())])
        }
    }
}

/// Returns the message, or none for one of a kind this version does not know.
fn decode(message: &JsValue) -> Option<Message> {
    let text = |name| js::text_property(message, name);
    let bytes = || js::property(message, "bytes").dyn_into().ok();
    Some(match text("kind")?.as_str() {
        "beat" => Message::Beat {
            lead: text("lead")?,
            epoch: js::property(message, "epoch").as_f64()? as u32,
            ready: js::property(message, "ready").as_bool()?,
            active: js::property(message, "active").as_f64().unwrap_or_default() as Millis,
        },
        "key" => Message::Key {
            key: handed_on(message),
        },
        "seek" => Message::Seek,
        "request" => Message::Request {
            from: text("from")?,
            lead: text("lead")?,
            text: text("text")?,
            content: Content::of(message),
        },
        "answer" => Message::Answer {
            to: text("to")?,
            id: text("id")?,
            text: text("text")?,
            bytes: bytes(),
        },
        "notice" => Message::Notice {
            text: text("text")?,
        },
        _ => return None,
    })
}

fn handed_on(message: &JsValue) -> Option<HandedOn> {
    let number = |name| Some(js::property(message, name).as_f64()? as u32);
    let bytes: Uint8Array = js::property(message, "bytes").dyn_into().ok()?;
    Some(HandedOn {
        session: number("session")?,
        number: number("number")?,
        key: bytes.to_vec().try_into().ok()?,
    })
}
