//! What an administrator has typed into the texts of papers and not saved yet. Decides what is shown and what is sent.

use std::collections::BTreeMap;

use huiyin_api::PaperWords;

/// Texts typed and not saved, by key; none = back to the standard text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(BTreeMap<String, Option<String>>);

impl Typed {
    /// Takes what was typed.
    pub fn write(&mut self, key: &str, text: &str) {
        self.0.insert(key.to_owned(), Some(text.to_owned()));
    }

    /// Goes back to the standard text.
    pub fn back(&mut self, key: &str) {
        self.0.insert(key.to_owned(), None);
    }

    /// Returns the text in force under a key with what was typed; none = the standard text.
    pub fn own<'a>(&'a self, saved: &'a PaperWords, key: &str) -> Option<&'a str> {
        match self.0.get(key) {
            Some(typed) => typed.as_deref(),
            None => saved.texts.get(key).map(String::as_str),
        }
    }

    /// Returns what is to be saved: what differs from what is, or settles what was written apart.
    pub fn changes(&self, saved: &PaperWords) -> BTreeMap<String, Option<String>> {
        self.0
            .iter()
            .filter(|(key, text)| {
                let now = saved.texts.get(*key);
                let differs = text.as_deref().map(str::trim) != now.map(String::as_str);
                differs || (text.is_some() && saved.beside.contains_key(*key))
            })
            .map(|(key, text)| (key.clone(), text.clone()))
            .collect()
    }

    /// Returns the texts as they would be once saved, for the preview.
    pub fn over(&self, saved: &PaperWords) -> PaperWords {
        let mut words = saved.clone();
        for (key, text) in &self.0 {
            match text {
                Some(text) => words.texts.insert(key.clone(), text.clone()),
                None => words.texts.remove(key),
            };
        }
        words
    }

    /// Forgets what was saved, unless it was typed on meanwhile.
    pub fn saved(&mut self, changes: &BTreeMap<String, Option<String>>) {
        self.0.retain(|key, text| changes.get(key) != Some(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "visit_plan/title/zh";

    fn saved(text: &str, beside: &[&str]) -> PaperWords {
        let mut words = PaperWords::default();
        words.texts.insert(KEY.to_owned(), text.to_owned());
        if !beside.is_empty() {
            let beside = beside.iter().map(|text| (*text).to_owned()).collect();
            words.beside.insert(KEY.to_owned(), beside);
        }
        words
    }

    #[test]
    fn what_is_typed_shows_at_once_and_only_what_differs_is_saved() {
        let saved = saved("旧", &[]);
        let mut typed = Typed::default();
        assert_eq!(typed.own(&saved, KEY), Some("旧"));
        typed.write(KEY, "新");
        assert_eq!(typed.own(&saved, KEY), Some("新"));
        assert_eq!(typed.over(&saved).texts[KEY], "新");
        assert_eq!(typed.changes(&saved).len(), 1);
        typed.write(KEY, "旧");
        assert!(typed.changes(&saved).is_empty());
        typed.back(KEY);
        assert_eq!(typed.own(&saved, KEY), None);
        assert_eq!(typed.changes(&saved)[KEY], None);
        assert!(typed.over(&saved).texts.is_empty());
    }

    #[test]
    fn choosing_the_text_that_holds_settles_what_was_written_apart() {
        let mut typed = Typed::default();
        typed.write(KEY, "甲");
        assert_eq!(typed.changes(&saved("甲", &["乙"])).len(), 1);
    }

    #[test]
    fn what_is_typed_on_while_it_is_saved_stays() {
        let mut typed = Typed::default();
        typed.write(KEY, "一");
        let sent = typed.changes(&PaperWords::default());
        typed.write(KEY, "一二");
        typed.saved(&sent);
        assert_eq!(typed.own(&PaperWords::default(), KEY), Some("一二"));
        let sent = typed.changes(&PaperWords::default());
        typed.saved(&sent);
        assert_eq!(typed, Typed::default());
    }
}
