//! What the forms of customers, contacts and lists share: language, words, head and signature lines. No form is decided here.

use huiyin_api::{Language, Millis};
use huiyin_core::pack::{Form, Part};

use super::paper::{Block, Paper, SignatureLine};
use crate::{
    shell::{
        branches::{Branches, use_branches},
        intl,
        policy::{Policy, use_policy, words},
        session::{Session, use_session},
    },
    texts::{forms, names, of as texts_of, packs::Both, papers},
};

/// A name with its value.
pub type Fact = (String, String);

/// What every form is made with.
pub struct Press<'a> {
    /// Language of the paper.
    pub language: Language,
    /// The company's name.
    pub company: &'a str,
    /// The policy's form, if it has one.
    pub form: Option<Form>,
    /// Names a branch.
    pub branch: &'a dyn Fn(&str) -> String,
    /// Names a class.
    pub class: &'a dyn Fn(&str) -> String,
    /// Writes an instant as a day.
    pub day: &'a dyn Fn(Millis) -> String,
    /// Writes an instant as a day and a time.
    pub time: &'a dyn Fn(Millis) -> String,
    /// The day it is printed.
    pub today: &'a str,
}

/// Parts of the rules whose packs have forms beside those of cases.
const PARTS: [Part; 7] = [
    Part::File,
    Part::Contact,
    Part::Reception,
    Part::Grading,
    Part::Survey,
    Part::Allocation,
    Part::Loyalty,
];

/// Returns the form of the policy in force; tracked.
pub fn form_of(policy: Policy, layout: &str) -> Option<Form> {
    PARTS.iter().find_map(|part| {
        policy.with_part(*part, |pack| {
            let form = pack?.file_forms.iter().find(|form| form.layout == layout)?;
            Some(form.clone())
        })
    })
}

/// What a form reads of the company, kept current. Cheap to copy.
#[derive(Clone, Copy)]
pub struct PressRoom {
    session: Session,
    branches: Branches,
    policy: Policy,
}

/// Returns what forms read of the company.
pub fn use_press() -> PressRoom {
    PressRoom {
        session: use_session(),
        branches: use_branches(),
        policy: use_policy(),
    }
}

impl PressRoom {
    /// Makes a form in a language; tracked.
    pub fn make(
        self,
        language: Language,
        layout: &str,
        make: impl FnOnce(&Press) -> Paper,
    ) -> Paper {
        let texts = texts_of(language);
        let company = self
            .session
            .with(|status| status.map(|status| status.company.clone()))
            .unwrap_or_default();
        let today = intl::date(language, intl::now());
        make(&Press {
            language,
            company: &company,
            form: form_of(self.policy, layout),
            branch: &|code| self.branches.name(code),
            class: &|wire| self.policy.class(texts, wire),
            day: &|at| intl::date(language, at),
            time: &|at| intl::date_time(language, at),
            today: &today,
        })
    }
}

impl Press<'_> {
    /// Returns a word in the language of the paper.
    pub fn word(&self, both: Both) -> String {
        both.of(self.language).to_owned()
    }

    /// Returns words in the language of the paper.
    pub fn all<const N: usize>(&self, list: [Both; N]) -> Vec<String> {
        list.iter().map(|both| self.word(*both)).collect()
    }

    /// Returns the name of a field with its value in words.
    pub fn named(&self, wire: &str, raw: &str) -> Fact {
        let value = match wire {
            "class" if !raw.is_empty() => (self.class)(raw),
            _ => names::value(self.language, wire, raw),
        };
        (names::field(self.language, wire), value)
    }

    /// Returns a blank to be filled in by hand.
    pub fn blank(&self, both: Both) -> Fact {
        (self.word(both), String::new())
    }

    /// Returns a long text with lines to write on where it is empty.
    pub fn text(&self, both: Both, text: &str, lines: usize) -> Block {
        Block::Text {
            name: self.word(both),
            text: text.to_owned(),
            lines,
        }
    }

    /// Returns boxes of which none is ticked.
    pub fn boxes<const N: usize>(&self, name: Both, answers: [Both; N]) -> Block {
        Block::Boxes {
            name: self.word(name),
            answers: answers
                .iter()
                .map(|answer| (self.word(*answer), false))
                .collect(),
        }
    }

    /// Returns a table.
    pub fn table<const N: usize>(
        &self,
        name: Option<Both>,
        heads: [Both; N],
        rows: Vec<Vec<String>>,
        blank: usize,
    ) -> Block {
        Block::Table {
            name: name.map(|name| self.word(name)).unwrap_or_default(),
            heads: self.all(heads),
            rows,
            figures_from: usize::MAX,
            blank,
        }
    }

    /// Returns the paper of a record's form: its number and branch above, number and name at the foot.
    pub fn record_paper(
        &self,
        wire: &str,
        [number, branch, name]: [&str; 3],
        blocks: Vec<Block>,
    ) -> Paper {
        let words = papers::of(self.language);
        let facts = vec![
            (words.number.to_owned(), number.to_owned()),
            (words.branch.to_owned(), (self.branch)(branch)),
        ];
        let told = [number, name].into_iter().filter(|part| !part.is_empty());
        let foot = told.collect::<Vec<_>>().join(" · ");
        self.paper(wire, facts, blocks, foot)
    }

    /// Returns the paper of a form with its title and signature lines.
    pub fn paper(
        &self,
        wire: &str,
        mut facts: Vec<Fact>,
        blocks: Vec<Block>,
        foot: String,
    ) -> Paper {
        let layout = forms::layout_of(wire);
        let own = self.form.as_ref();
        let title = own
            .map(|form| words(self.language, &form.title))
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| self.word(layout.title));
        let signers: Vec<String> = match own {
            Some(form) if !form.signatures.is_empty() => form
                .signatures
                .iter()
                .map(|text| words(self.language, text))
                .collect(),
            _ => layout
                .signatures
                .iter()
                .map(|both| self.word(*both))
                .collect(),
        };
        let mut blocks = blocks;
        blocks.push(Block::Signatures(
            signers
                .into_iter()
                .map(|title| SignatureLine {
                    title,
                    ..SignatureLine::default()
                })
                .collect(),
        ));
        let printed = papers::of(self.language).printed;
        facts.push((printed.to_owned(), self.today.to_owned()));
        Paper {
            language: match self.language {
                Language::Chinese => "zh-CN",
                Language::English => "en",
            },
            company: self.company.to_owned(),
            title,
            facts,
            blocks,
            foot,
            ..Paper::default()
        }
    }
}
