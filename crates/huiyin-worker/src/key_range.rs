//! The bounds of a range of byte keys: all keys that begin with a prefix and come after a given key.

/// Bounds of a range of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    /// Lower bound.
    pub lower: Vec<u8>,
    /// The lower bound itself is left out.
    pub lower_open: bool,
    /// Upper bound, always left out; none = to the end.
    pub upper: Option<Vec<u8>>,
}

impl KeyRange {
    /// Returns the range of keys that begin with `prefix` and are greater than `after`, or none if it can hold no key.
    pub fn of(prefix: &[u8], after: Option<&[u8]>) -> Option<Self> {
        let upper = following(prefix);
        let (lower, lower_open) = match after {
            Some(after) if after >= prefix => (after, true),
            _ => (prefix, false),
        };
        if upper.as_deref().is_some_and(|upper| lower >= upper) {
            return None;
        }
        Some(Self {
            lower: lower.to_vec(),
            lower_open,
            upper,
        })
    }
}

/// Returns the least key greater than every key that begins with `prefix`; none for the empty prefix and for bytes that
/// are all 255.
fn following(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut upper = prefix[..=last].to_vec();
    upper[last] += 1;
    Some(upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(range: Option<&KeyRange>, key: &[u8]) -> bool {
        range.is_some_and(|range| {
            (if range.lower_open {
                key > &range.lower[..]
            } else {
                key >= &range.lower[..]
            }) && range.upper.as_deref().is_none_or(|upper| key < upper)
        })
    }

    #[test]
    fn a_range_holds_exactly_the_keys_with_the_prefix_after_the_bound() {
        let keys: Vec<Vec<u8>> = {
            let bytes = [0_u8, 1, 0x7F, 0xFE, 0xFF];
            let mut keys = vec![Vec::new()];
            for a in bytes {
                keys.push(vec![a]);
                for b in bytes {
                    keys.push(vec![a, b]);
                    keys.extend(bytes.map(|c| vec![a, b, c]));
                }
            }
            keys
        };
        for prefix in &keys {
            for after in std::iter::once(None).chain(keys.iter().map(Some)) {
                let range = KeyRange::of(prefix, after.map(Vec::as_slice));
                for key in &keys {
                    let wanted = key.starts_with(prefix) && after.is_none_or(|after| key > after);
                    assert_eq!(
                        holds(range.as_ref(), key),
                        wanted,
                        "prefix {prefix:?} after {after:?} key {key:?}"
                    );
                }
            }
        }
    }
}
