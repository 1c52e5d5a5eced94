//! Answers of the engine, read only as the one kind that was asked for.
//!
//! Reading them as [`huiyin_api::Answer`] would bring the code that reads every kind of answer into the page, where each screen
//! needs one or two; so each kind is read where it is picked (`ask.rs`), and its code lies in the part of that screen.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// The text of an answer. Cheap to move, not read yet.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Unread(Box<RawValue>);

impl Unread {
    /// Returns the content of the answer if it is of the kind `variant`, a name of [`huiyin_api::Answer`]'s.
    pub fn read<T: DeserializeOwned>(&self, variant: &str) -> Option<T> {
        match serde_json::from_str(content(self.0.get(), variant)?) {
            Ok(value) => Some(value),
            Err(error) => {
                leptos::logging::error!("unreadable answer {variant}: {error}");
                None
            }
        }
    }
}

/// Returns what `{"a_kind":…}` holds if `variant` is `AKind`: the form in which the engine, of the same build, writes answers.
fn content<'a>(text: &'a str, variant: &str) -> Option<&'a str> {
    let mut rest = text.strip_prefix("{\"")?;
    for (at, letter) in variant.char_indices() {
        if at > 0 && letter.is_ascii_uppercase() {
            rest = rest.strip_prefix('_')?;
        }
        rest = rest.strip_prefix(letter.to_ascii_lowercase())?;
    }
    rest.strip_prefix("\":")?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use huiyin_api::{Answer, CustomerPage, FromWorker};

    use super::*;

    fn sent(answer: Answer) -> Unread {
        let message = FromWorker::Answer {
            id: "1".into(),
            result: Ok(answer),
        };
        let text = serde_json::to_string(&message).expect("plain data");
        match serde_json::from_str(&text) {
            Ok(FromWorker::Answer {
                result: Ok(unread), ..
            }) => unread,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_is_read_as_its_own_kind_alone() {
        let page = CustomerPage {
            total: 3,
            offset: 1,
            rows: Vec::new(),
        };
        let unread = sent(Answer::Customers(page.clone()));
        assert_eq!(unread.read("Customers"), Some(page));
        assert_eq!(unread.read::<CustomerPage>("Cases"), None);
        assert_eq!(unread.read::<CustomerPage>("Customer"), None);
        assert_eq!(unread.read::<u32>("Customers"), None, "another type");
        let draft = sent(Answer::Draft(Some("}\":{".into())));
        assert_eq!(draft.read("Draft"), Some(Some("}\":{".to_owned())));
        let done = sent(Answer::Done);
        assert_eq!(done.read::<()>("Done"), None, "it holds nothing");
        let hits = sent(Answer::SurveyAnswers(huiyin_api::SurveyPage::default()));
        assert!(
            hits.read::<huiyin_api::SurveyPage>("SurveyAnswers")
                .is_some()
        );
    }
}
