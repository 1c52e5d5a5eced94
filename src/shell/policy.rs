//! The pack new cases begin under, for forms and lists that use its words; kept current.

use huiyin_api::{Language, PacksView, Request};
use huiyin_core::{
    file::classes::ClassRules,
    grading::parse_scores,
    pack::{Choice, Pack, Part, Text, file_rules::Class},
};
use leptos::prelude::*;

use super::{
    ask,
    live::{Live, live},
};
use crate::texts::Texts;

/// Classes offered where no policy has any.
pub const CLASSES: &[&str] = &["A", "B", "C"];

/// The active pack. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Policy(Live<PacksView>);

/// Returns a text of a pack in the language of the screen; in the other one where it is missing.
pub fn words(language: Language, text: &Text) -> String {
    let (own, other) = match language {
        Language::Chinese => (&text.zh, &text.en),
        Language::English => (&text.en, &text.zh),
    };
    if own.is_empty() { other } else { own }.clone()
}

/// Returns the name of a choice without what explains it: what stands before a colon or a bracket.
pub fn short_name(name: &str) -> &str {
    let ends = ['：', ':', '（', '('];
    let short = name.split(ends).next().unwrap_or_default().trim();
    if short.is_empty() { name } else { short }
}

impl Policy {
    /// Starts to follow the packs.
    pub fn follow() -> Self {
        Self(live(|| Some(Request::Packs), ask::packs))
    }

    /// Returns whether it was read, or cannot be.
    pub fn is_known(self) -> bool {
        self.0.value.with(Option::is_some) || self.0.problem.with(Option::is_some)
    }

    /// Reads the active pack without copying it, tracked.
    pub fn with<R>(self, read: impl FnOnce(Option<&Pack>) -> R) -> R {
        self.0
            .value
            .with(|packs| read(packs.as_ref().and_then(|packs| packs.active.as_deref())))
    }

    /// Reads the pack in force for a part of the rules without copying it, tracked.
    pub fn with_part<R>(self, part: Part, read: impl FnOnce(Option<&Pack>) -> R) -> R {
        self.0.value.with(|packs| {
            let pack = packs.as_ref().and_then(|packs| {
                let view = packs.parts.iter().find(|view| view.part == part)?;
                if view.in_force.is_empty() {
                    return None;
                }
                // The one for cases is carried apart.
                packs.others.get(&view.in_force).or(packs.active.as_deref())
            });
            read(pack)
        })
    }

    /// Reads the rules for classes in force, tracked.
    pub fn class_rules<R>(self, read: impl FnOnce(ClassRules<'_>) -> R) -> R {
        self.with_part(Part::Grading, |grading| {
            self.with_part(Part::File, |files| read(ClassRules::of(grading, files)))
        })
    }

    /// Returns what the policy says about a class, by its wire name; tracked.
    pub fn class_rule(self, wire: &str) -> Option<Class> {
        let graded = self.class_rules(|rules| {
            let classes = rules.scheme.map_or(&[][..], |scheme| &scheme.classes);
            classes.iter().find(|class| class.id == wire).cloned()
        });
        graded.or_else(|| {
            self.with_part(Part::File, |pack| {
                let rules = pack.and_then(|pack| pack.file.as_ref())?;
                rules.class(wire).map(|(_, class)| class.clone())
            })
        })
    }

    /// Returns the name of a class; tracked.
    pub fn class(self, texts: &Texts, wire: &str) -> String {
        self.class_rule(wire)
            .map(|class| words(texts.language, &class.text))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| texts.value("class", wire))
    }

    /// Returns wire name and name of each class, from the one that goes first; the letters of the program without a policy. Tracked.
    pub fn classes(self, texts: &Texts) -> Vec<(String, String)> {
        let own: Vec<(String, String)> = self.class_rules(|rules| {
            let classes = rules.scheme.map_or(&[][..], |scheme| &scheme.classes);
            classes
                .iter()
                .map(|class| (class.id.clone(), words(texts.language, &class.text)))
                .collect()
        });
        if own.is_empty() {
            CLASSES
                .iter()
                .map(|wire| ((*wire).to_owned(), texts.value("class", wire)))
                .collect()
        } else {
            own
        }
    }

    /// Returns a score sheet in words: `销售额 8/10、付款信用 7/10`; tracked.
    pub fn sheet(self, texts: &Texts, scores: &str) -> String {
        let scores = parse_scores(scores);
        let told: Vec<String> = self.class_rules(|rules| {
            let sheet = rules.grading.map_or(&[][..], |rules| &rules.sheet);
            scores
                .iter()
                .map(
                    |(id, score)| match sheet.iter().find(|line| line.id == *id) {
                        Some(line) => {
                            format!("{} {score}/{}", words(texts.language, &line.text), line.max)
                        }
                        None => format!("{id} {score}"),
                    },
                )
                .collect()
        });
        told.join(texts.packs.comma)
    }

    /// Returns the name of a value of a field: in the pack's words, else in the program's; tracked.
    pub fn value(self, texts: &Texts, field: &str, wire: &str) -> String {
        if field == "class" {
            return self.class(texts, wire);
        }
        self.with(|pack| {
            pack.and_then(|pack| named(pack, field, wire))
                .map(|text| words(texts.language, text))
        })
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| texts.value(field, wire))
    }

    /// Returns value and name of each choice of a field with choices, in the pack's order, else in the program's; tracked.
    pub fn choices(self, texts: &Texts, field: &str, program: &[&str]) -> Vec<(String, String)> {
        self.wires(field, program)
            .into_iter()
            .map(|wire| {
                let name = self.value(texts, field, &wire);
                (wire, name)
            })
            .collect()
    }

    /// Returns the wire name of a category given by its name; other words are kept as they are. Tracked.
    pub fn category_wire(self, texts: &Texts, name: &str) -> String {
        let own = self.with(|pack| {
            pack.into_iter()
                .flat_map(|pack| &pack.categories)
                .find(|choice| choice.text.zh == name || choice.text.en == name)
                .map(|choice| choice.id.clone())
        });
        own.unwrap_or_else(|| texts.category_wire(name))
    }

    /// Returns the name of a role of the program or a post of a pack in force; tracked.
    pub fn role(self, texts: &Texts, wire: &str) -> String {
        self.0
            .value
            .with(|packs| {
                let packs = packs.as_ref()?;
                packs
                    .active
                    .iter()
                    .map(AsRef::as_ref)
                    .chain(packs.others.values())
                    .flat_map(|pack: &Pack| &pack.posts)
                    .find(|post| post.id == wire)
                    .map(|post| words(texts.language, &post.text))
            })
            .unwrap_or_else(|| texts.role(wire))
    }

    fn wires(self, field: &str, program: &[&str]) -> Vec<String> {
        let own: Vec<String> = self.with(|pack| {
            let Some(pack) = pack else { return Vec::new() };
            match field {
                "kind" => pack.kinds.iter().map(|rule| rule.id.clone()).collect(),
                "severity" => pack.severities.iter().map(|rule| rule.id.clone()).collect(),
                "category" => ids(&pack.categories),
                _ => Vec::new(),
            }
        });
        if own.is_empty() {
            program.iter().map(|wire| (*wire).to_owned()).collect()
        } else {
            own
        }
    }
}

fn ids(list: &[Choice]) -> Vec<String> {
    list.iter().map(|choice| choice.id.clone()).collect()
}

/// Returns what a pack calls a value of a field.
fn named<'a>(pack: &'a Pack, field: &str, wire: &str) -> Option<&'a Text> {
    let find = |list: &'a [Choice]| {
        list.iter()
            .find(|choice| choice.id == wire)
            .map(|choice| &choice.text)
    };
    match field {
        "kind" => pack
            .kinds
            .iter()
            .find(|rule| rule.id == wire)
            .map(|rule| &rule.text),
        "severity" => pack
            .severities
            .iter()
            .find(|rule| rule.id == wire)
            .map(|rule| &rule.text),
        "category" => find(&pack.categories),
        "remedy" => find(&pack.remedies),
        "department" => find(&pack.departments),
        "cause_id" => find(&pack.causes),
        "clock" => pack.clock(wire).map(|clock| &clock.text),
        _ => None,
    }
}

/// Returns the active pack.
pub fn use_policy() -> Policy {
    expect_context()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_one_language_is_shown_in_the_other() {
        let text = Text {
            zh: "断货".into(),
            en: String::new(),
        };
        assert_eq!(words(Language::English, &text), "断货");
        assert_eq!(words(Language::Chinese, &text), "断货");
    }

    #[test]
    fn the_short_name_of_a_choice_is_what_comes_before_its_explanation() {
        let cases = [
            ("一般：不便，可当场补救", "一般"),
            ("Major: safety, health or the law", "Major"),
            ("重大（停业）", "重大"),
            ("较严重", "较严重"),
            ("(none)", "(none)"),
        ];
        for (name, expected) in cases {
            assert_eq!(short_name(name), expected);
        }
    }

    #[test]
    fn values_are_named_by_the_list_of_their_field_only() {
        let choice = Choice {
            id: "delay".into(),
            text: Text {
                zh: "拖延".into(),
                en: "Delay".into(),
            },
            under: String::new(),
        };
        let pack = Pack {
            categories: vec![choice],
            ..Pack::default()
        };
        assert_eq!(
            named(&pack, "category", "delay").map(|text| text.en.as_str()),
            Some("Delay")
        );
        assert_eq!(named(&pack, "remedy", "delay"), None);
    }
}
