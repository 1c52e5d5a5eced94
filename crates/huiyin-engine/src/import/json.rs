//! JSON values that borrow their texts from the line they were read from: most of an import is spent reading them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Text(Cow<'a, str>),
    Whole(i64),
    /// Anything else that is one word: truth values, fractions, very large numbers.
    Word(String),
    List(Vec<Json<'a>>),
    Map(Object<'a>),
}

/// A JSON object: keys in order of the alphabet, each once; of a key written twice the last value counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// Returns the object a line holds.
    ///
    /// # Errors
    /// The line is not one JSON object.
    pub fn read(line: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(line)
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&Json<'a>> {
        self.0
            .binary_search_by(|(other, _)| other.as_ref().cmp(key))
            .ok()
            .map(|at| &self.0[at].1)
    }

    /// Returns keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }

    fn of(mut entries: Vec<(Cow<'a, str>, Json<'a>)>) -> Self {
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            // The sort is stable: the last one written stands last.
            entries.reverse();
            entries.dedup_by(|(a, _), (b, _)| a == b);
            entries.reverse();
        }
        Self(entries)
    }
}

impl Json<'_> {
    /// Returns the value as the text of a cell.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Word(word) => Cow::Borrowed(word),
            Self::Whole(number) => Cow::Owned(number.to_string()),
            Self::List(_) | Self::Map(_) => Cow::Owned(self.value().to_string()),
        }
    }

    /// Returns the number, if it is a whole one.
    pub fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(number) => Some(*number),
            _ => None,
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::String(text.clone().into_owned()),
            Self::Whole(number) => Value::from(*number),
            Self::Word(word) => serde_json::from_str(word).unwrap_or(Value::Null),
            Self::List(items) => Value::Array(items.iter().map(Self::value).collect()),
            Self::Map(object) => Value::Object(
                object
                    .iter()
                    .map(|(key, value)| (key.to_owned(), value.value()))
                    .collect(),
            ),
        }
    }
}

/// A text, borrowed where it has no escapes.
struct Word<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Cow<'de, str>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Texts).map(Word)
    }
}

fn entries<'de, A: MapAccess<'de>>(mut map: A) -> Result<Object<'de>, A::Error> {
    let mut entries = Vec::new();
    while let Some((Word(key), value)) = map.next_entry()? {
        entries.push((key, value));
    }
    Ok(Object::of(entries))
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Objects;
        impl<'de> Visitor<'de> for Objects {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                entries(map)
            }
        }
        deserializer.deserialize_map(Objects)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = Json<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
                Ok(Json::Null)
            }
            fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Self::Value, E> {
                Ok(Json::Word(truth.to_string()))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Json::Whole(number))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(i64::try_from(number)
                    .map_or_else(|_| Json::Word(number.to_string()), Json::Whole))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Json::Word(Value::from(number).to_string()))
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Json::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Json::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Json::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                entries(map).map(Json::Map)
            }
        }
        deserializer.deserialize_any(Values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str) {
        let ours = Object::read(line).expect("an object");
        let theirs: serde_json::Map<String, Value> = serde_json::from_str(line).expect("an object");
        let mut keys: Vec<&String> = theirs.keys().collect();
        keys.sort();
        assert!(
            ours.iter()
                .map(|(key, _)| key)
                .eq(keys.iter().map(|key| key.as_str()))
        );
        for (key, value) in &theirs {
            let ours = ours.get(key).expect("the key is there");
            let text = match value {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(
                (ours.text().as_ref(), ours.whole()),
                (text.as_str(), value.as_i64()),
                "{key}"
            );
        }
    }

    #[test]
    fn values_have_the_texts_that_the_json_crate_writes() {
        check(
            r#"{"z":1,"a":"x","b":null,"c":true,"d":-2.50,"e":[1,"x",{"y":{}}],"f":{"q":"\"","a":[]}}"#,
        );
        check(
            r#"{"twice":1,"a":"\u4e00\n","twice":"2","n":18446744073709551615,"m":9223372036854775807}"#,
        );
        check("{}");
    }

    #[test]
    fn texts_without_escapes_are_not_copied() {
        let object = Object::read(r#"{"a":"回音","b":"\t"}"#).expect("an object");
        assert!(matches!(
            object.get("a"),
            Some(Json::Text(Cow::Borrowed("回音")))
        ));
        assert!(matches!(object.get("b"), Some(Json::Text(Cow::Owned(_)))));
        assert!(Object::read("[]").is_err());
        assert!(Object::read(r#"{"a":1} x"#).is_err());
    }
}
