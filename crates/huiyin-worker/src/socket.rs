//! The WebSocket to the relay: at most one at a time; what an earlier one still says is not heard.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use crate::js;

/// What a socket reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// It is open.
    Opened,
    /// A binary frame.
    Frame(Vec<u8>),
    /// It closed or never opened, with a reason for the log.
    Closed(String),
}

/// A socket slot.
pub struct Socket {
    listener: Rc<dyn Fn(Heard)>,
    open: RefCell<Option<Connection>>,
}

struct Connection {
    socket: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Returns an empty slot; `listener` is told what its sockets report, never from within a call to this type.
    pub fn new(listener: impl Fn(Heard) + 'static) -> Self {
        Self {
            listener: Rc::new(listener),
            open: RefCell::new(None),
        }
    }

    /// Closes any socket and opens one to `url`.
    pub fn connect(&self, url: &str) {
        self.disconnect();
        match WebSocket::new(url) {
            Ok(socket) => *self.open.borrow_mut() = Some(self.listen(socket)),
            Err(error) => {
                let listener = self.listener.clone();
                let reason = js::describe(&error);
                wasm_bindgen_futures::spawn_local(async move { listener(Heard::Closed(reason)) });
            }
        }
    }

    fn listen(&self, socket: WebSocket) -> Connection {
        socket.set_binary_type(BinaryType::Arraybuffer);
        let opened = {
            let listener = self.listener.clone();
            Closure::<dyn FnMut()>::new(move || listener(Heard::Opened))
        };
        let message = {
            let listener = self.listener.clone();
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                // The relay speaks binary frames only; anything else is not its protocol.
                if let Ok(buffer) = event.data().dyn_into::<ArrayBuffer>() {
                    listener(Heard::Frame(Uint8Array::new(&buffer).to_vec()));
                }
            })
        };
        let closed = {
            let listener = self.listener.clone();
            Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
                listener(Heard::Closed(closing_words(&event)));
            })
        };
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        // An error is always followed by `close`, which says more.
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Connection {
            socket,
            _opened: opened,
            _message: message,
            _closed: closed,
        }
    }

    /// Sends a frame. On a socket that is not open it is lost, as is everything sent on a socket that then closes.
    pub fn send(&self, frame: &[u8]) {
        if let Some(connection) = &*self.open.borrow() {
            let _ = connection
                .socket
                .send_with_js_u8_array(&Uint8Array::from(frame));
        }
    }

    /// Closes the socket, if any, without a report.
    pub fn disconnect(&self) {
        if let Some(connection) = self.open.borrow_mut().take() {
            let socket = &connection.socket;
            socket.set_onopen(None);
            socket.set_onmessage(None);
            socket.set_onclose(None);
            let _ = socket.close();
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.disconnect();
    }
}

fn closing_words(event: &CloseEvent) -> String {
    let reason = event.reason();
    if reason.is_empty() {
        format!("closed with code {}", event.code())
    } else {
        format!("closed with code {}: {reason}", event.code())
    }
}
