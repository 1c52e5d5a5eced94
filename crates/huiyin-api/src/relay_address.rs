//! What a relay's address is taken for: one rule for the engine, which connects, and for the form, which says so.

/// Returns the WebSocket address of a relay given as `http(s)://`, `ws(s)://` or a bare host.
pub fn socket_url(relay: &str) -> Option<String> {
    let relay = relay.trim();
    let (scheme, rest) = match relay.split_once("://") {
        Some(("http" | "ws", rest)) => ("ws", rest),
        Some(("https" | "wss", rest)) => ("wss", rest),
        Some(_) => return None,
        None => ("wss", relay),
    };
    let rest = rest.trim_end_matches('/');
    let host = rest.split('/').next().unwrap_or_default();
    let plain = !host.is_empty()
        && !rest
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '#' | '?' | '@'));
    let path = if rest.ends_with("/ws") {
        rest.to_owned()
    } else {
        format!("{rest}/ws")
    };
    plain.then(|| format!("{scheme}://{path}"))
}

/// Returns what an address without a scheme is taken for, and how it is written where the relay has no certificate.
pub fn taken_for(relay: &str) -> Option<(String, String)> {
    let relay = relay.trim();
    if relay.contains("://") {
        return None;
    }
    let taken = socket_url(relay)?;
    let taken = taken.trim_end_matches("/ws").to_owned();
    Some((taken, format!("http://{relay}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relay_addresses_become_socket_addresses() {
        let cases = [
            ("http://localhost:8080", Some("ws://localhost:8080/ws")),
            (
                "https://relay.example/huiyin/",
                Some("wss://relay.example/huiyin/ws"),
            ),
            ("wss://relay.example/ws", Some("wss://relay.example/ws")),
            ("relay.example", Some("wss://relay.example/ws")),
            ("ftp://relay.example", None),
            ("http://", None),
            ("http://a b", None),
        ];
        for (given, expected) in cases {
            assert_eq!(socket_url(given).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn an_address_without_a_scheme_says_what_it_is_taken_for() {
        let taken = |relay| taken_for(relay);
        let said = |taken: &str, plain: &str| Some((taken.to_owned(), plain.to_owned()));
        assert_eq!(
            taken(" 192.0.2.2:18099"),
            said("wss://192.0.2.2:18099", "http://192.0.2.2:18099")
        );
        assert_eq!(taken("http://192.0.2.2"), None);
        assert_eq!(taken("wss://relay.example/ws"), None);
        assert_eq!(taken(""), None);
        assert_eq!(taken("a b"), None);
    }
}
