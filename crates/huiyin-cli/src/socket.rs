//! The WebSocket to the relay, blocking: a read waits no longer than it is told to, so that the engine's clock is kept.

use std::io::ErrorKind;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use thiserror::Error;
use tungstenite::client::{IntoClientRequest as _, uri_mode};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::stream::{MaybeTlsStream, Mode};
use tungstenite::{HandshakeError, Message, WebSocket};

/// How long to wait for a connection, for each address of the relay.
const CONNECT_WAIT: Duration = Duration::from_secs(10);

/// How long a write may be stuck before the connection is taken for dead.
const WRITE_WAIT: Duration = Duration::from_secs(30);

/// Largest frame taken, in bytes; the relay's own limit is below.
const MAX_FRAME_BYTES: usize = 2 * 1024 * 1024;

/// Shortest wait the system takes for one.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// Why the relay is not connected.
#[derive(Debug, Error)]
pub enum SocketError {
    /// The address is none.
    #[error("failed to connect: {0} is no address of a relay")]
    Address(String),
    /// Nobody answers there.
    #[error("failed to connect to {place}: {source}")]
    Unreachable {
        /// Host and port.
        place: String,
        /// Why.
        source: std::io::Error,
    },
    /// Somebody answers, but not a relay.
    #[error("failed to connect to {place}: {reason}")]
    NoRelay {
        /// Host and port.
        place: String,
        /// Why.
        reason: String,
    },
    /// The connection broke.
    #[error("failed to send: {0}")]
    Broken(#[from] Box<tungstenite::Error>),
}

/// What a socket reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A binary frame.
    Frame(Vec<u8>),
    /// It closed, with a reason for the log.
    Closed(String),
}

/// A socket slot.
#[derive(Default)]
pub struct Socket {
    open: Option<WebSocket<MaybeTlsStream<TcpStream>>>,
}

impl Socket {
    /// Closes any connection and opens one.
    ///
    /// # Errors
    /// Why there is none.
    pub fn connect(&mut self, url: &str) -> Result<(), SocketError> {
        self.close();
        let no_address = || SocketError::Address(url.to_owned());
        let request = url.into_client_request().map_err(|_| no_address())?;
        let uri = request.uri();
        let mode = uri_mode(uri).map_err(|_| no_address())?;
        let host = uri.host().ok_or_else(no_address)?.to_owned();
        let port = uri.port_u16().unwrap_or(match mode {
            Mode::Plain => 80,
            Mode::Tls => 443,
        });
        let place = format!("{host}:{port}");
        if matches!(mode, Mode::Tls) {
            // Refused if one is set already; then that one serves.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let stream = reach(&place).map_err(|source| SocketError::Unreachable {
            place: place.clone(),
            source,
        })?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_FRAME_BYTES))
            .max_frame_size(Some(MAX_FRAME_BYTES));
        let (socket, _) = tungstenite::client_tls_with_config(request, stream, Some(config), None)
            .map_err(|error| SocketError::NoRelay {
                place,
                reason: match error {
                    HandshakeError::Failure(error) => error.to_string(),
                    HandshakeError::Interrupted(_) => "it does not answer".to_owned(),
                },
            })?;
        self.open = Some(socket);
        Ok(())
    }

    /// Returns whether there is a connection.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Sends a frame. Without a connection it is lost.
    ///
    /// # Errors
    /// The connection broke and is gone.
    pub fn send(&mut self, frame: Vec<u8>) -> Result<(), SocketError> {
        let Some(socket) = &mut self.open else {
            return Ok(());
        };
        socket.send(Message::binary(frame)).map_err(|error| {
            self.open = None;
            SocketError::Broken(Box::new(error))
        })
    }

    /// Waits, no longer than `wait`, for what comes.
    pub fn hear(&mut self, wait: Duration) -> Option<Heard> {
        let socket = self.open.as_mut()?;
        let heard = tcp(socket)
            .set_read_timeout(Some(wait.max(SHORTEST_WAIT)))
            .map_err(tungstenite::Error::from)
            .and_then(|()| socket.read());
        let reason = match heard {
            Ok(Message::Binary(frame)) => return Some(Heard::Frame(frame.into())),
            Ok(Message::Close(close)) => close.map_or_else(
                || "closed by the relay".to_owned(),
                |close| format!("closed by the relay: {} {}", close.code, close.reason),
            ),
            Ok(_) => return None,
            Err(tungstenite::Error::Io(error))
                if matches!(
                    error.kind(),
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                ) =>
            {
                return None;
            }
            Err(error) => error.to_string(),
        };
        self.close();
        Some(Heard::Closed(reason))
    }

    /// Closes the connection, if any.
    pub fn close(&mut self) {
        if let Some(mut socket) = self.open.take() {
            // A farewell that does not arrive changes nothing.
            let _ = socket.close(None);
            let _ = socket.flush();
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.close();
    }
}

fn reach(place: &str) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::new(ErrorKind::NotFound, "the name has no address");
    for address in place.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT_WAIT) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(CONNECT_WAIT))?;
                stream.set_write_timeout(Some(WRITE_WAIT))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn tcp(socket: &WebSocket<MaybeTlsStream<TcpStream>>) -> &TcpStream {
    match socket.get_ref() {
        MaybeTlsStream::Plain(stream) => stream,
        MaybeTlsStream::Rustls(stream) => stream.get_ref(),
        _ => unreachable!("no other kind of stream is compiled in"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn frames_go_both_ways_and_a_wait_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("ws://{}/ws", listener.local_addr().expect("bound"));
        let relay = std::thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a connection");
            let mut socket = tungstenite::accept(stream).expect("a handshake");
            let Ok(Message::Binary(frame)) = socket.read() else {
                panic!("a binary frame was sent");
            };
            let mut answer = frame.to_vec();
            answer.reverse();
            socket.send(Message::binary(answer)).expect("is sent");
            socket.close(None).expect("closes");
            while socket.read().is_ok() {}
        });
        let mut socket = Socket::default();
        assert_eq!(socket.hear(Duration::from_millis(1)), None);
        socket.connect(&url).expect("connects");
        assert_eq!(
            socket.hear(Duration::from_millis(1)),
            None,
            "nothing was sent"
        );
        socket.send(vec![1, 2, 3]).expect("is sent");
        let mut heard = Vec::new();
        while socket.is_open() {
            heard.extend(socket.hear(Duration::from_secs(1)));
        }
        assert_eq!(heard[0], Heard::Frame(vec![3, 2, 1]));
        assert!(matches!(&heard[1..], [Heard::Closed(_)]), "{heard:?}");
        relay.join().expect("the relay ended well");
    }

    #[test]
    fn a_relay_that_is_not_there_is_named() {
        let port = {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            listener.local_addr().expect("bound").port()
        };
        let mut socket = Socket::default();
        let error = socket
            .connect(&format!("ws://127.0.0.1:{port}/ws"))
            .expect_err("nobody listens");
        assert!(error.to_string().contains(&format!("127.0.0.1:{port}")));
        assert!(matches!(
            socket.connect("not an address"),
            Err(SocketError::Address(_))
        ));
    }
}
