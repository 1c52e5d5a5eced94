//! The forms of one contact: the report of a visit, the record of a return visit, the request for a reception.

use huiyin_api::{ContactDesk, ContactRecord};
use huiyin_core::{
    case_data,
    pack::{Choice, Text},
};

use super::{
    layouts::money,
    paper::{Block, Paper},
    press::{Fact, Press},
};
use crate::{
    shell::policy,
    texts::{forms::words as w, papers},
};

/// What is known of a contact.
pub struct ContactSource<'a> {
    /// What every form is made with.
    pub press: &'a Press<'a>,
    /// The record.
    pub record: &'a ContactRecord,
    /// The words of the policy.
    pub desk: Option<&'a ContactDesk>,
}

/// Returns a form of a contact.
pub fn paper(source: &ContactSource, wire: &str) -> Paper {
    let blocks = match wire {
        "follow_up_record" => source.follow_up(),
        "reception_request" => source.reception(),
        _ => source.visit(),
    };
    let row = &source.record.row;
    let mut paper =
        source
            .press
            .record_paper(wire, [&row.number, &row.branch, &row.customer], blocks);
    source.sign(&mut paper);
    paper
}

impl ContactSource<'_> {
    fn raw(&self, wire: &str) -> &str {
        self.record
            .fields
            .iter()
            .find(|field| field.name == wire)
            .map_or("", |field| field.value.as_str())
    }

    /// A field with its value, in the policy's words where it has them.
    fn field(&self, wire: &str) -> Fact {
        let raw = self.raw(wire);
        let named = |list: &[Choice]| -> Option<Text> {
            let choice = list.iter().find(|choice| choice.id == raw)?;
            Some(choice.text.clone())
        };
        let own = self.desk.and_then(|desk| match wire {
            "purpose" => named(&desk.purposes),
            "service_class" => named(&desk.service_classes),
            "reception_class" => desk
                .reception_classes
                .iter()
                .find(|class| class.id == raw)
                .map(|class| class.text.clone()),
            _ => None,
        });
        let (name, value) = self.press.named(wire, raw);
        match own {
            Some(text) => (name, policy::words(self.press.language, &text)),
            None => (name, value),
        }
    }

    fn long(&self, wire: &str, lines: usize) -> Block {
        let (name, text) = self.field(wire);
        Block::Text { name, text, lines }
    }

    /// Customer, kind, day and people: the head of every form.
    fn head(&self, more: &[&str]) -> Block {
        let press = self.press;
        let row = &self.record.row;
        let day = [row.day.as_str(), row.time.as_str()].join(" ");
        let mut facts = vec![
            (
                papers::of(press.language).customer.to_owned(),
                row.customer.clone(),
            ),
            (press.word(w::DAY), day.trim().to_owned()),
            self.field("kind"),
            (press.word(w::BY), row.by.clone()),
        ];
        facts.extend(more.iter().map(|wire| self.field(wire)));
        Block::Facts(facts)
    }

    fn subject(&self) -> Block {
        Block::Facts(vec![self.field("subject")])
    }

    fn promises(&self) -> Block {
        let press = self.press;
        let rows = self
            .record
            .promises
            .iter()
            .map(|promise| {
                vec![
                    promise.text.clone(),
                    promise.owner.clone(),
                    promise.due.clone(),
                    promise.kept_at.map(press.day).unwrap_or_default(),
                ]
            })
            .collect();
        press.table(Some(w::PROMISES), w::PROMISE_HEADS, rows, 2)
    }

    fn visit(&self) -> Vec<Block> {
        vec![
            self.head(&["purpose", "way", "place", "staff", "people", "result"]),
            self.subject(),
            self.long("report", 8),
            self.long("wishes", 3),
            self.promises(),
            self.long("next_on", 1),
            self.long("notes", 2),
            self.press.text(w::REVIEW, "", 2),
        ]
    }

    fn follow_up(&self) -> Vec<Block> {
        vec![
            self.head(&["way", "service_class", "people", "result"]),
            self.subject(),
            self.long("report", 5),
            self.press.boxes(w::VERDICT, w::VERDICT_BOXES),
            self.long("wishes", 4),
            self.promises(),
            self.long("notes", 2),
        ]
    }

    fn reception(&self) -> Vec<Block> {
        let press = self.press;
        let limit = self
            .record
            .cost
            .as_ref()
            .map(|cost| money(cost.paid))
            .unwrap_or_default();
        let Block::Facts(mut facts) = self.head(&[
            "reception_class",
            "guests",
            "company_people",
            "place",
            "cost",
        ]) else {
            return Vec::new();
        };
        facts.push((press.word(w::COST_LIMIT), limit));
        facts.push(self.field("gift"));
        facts.push(self.field("gift_value"));
        let (name, people) = self.field("people");
        vec![
            Block::Facts(facts),
            self.subject(),
            Block::Text {
                name,
                text: people,
                lines: 2,
            },
            press.text(w::PROGRAMME, self.raw("notes"), 6),
            press.text(w::OPINION, "", 3),
            self.long("report", 3),
        ]
    }

    /// Puts what was drawn on screen on the customer's line.
    fn sign(&self, paper: &mut Paper) {
        let data = |event: &huiyin_api::EventView, name: &str| {
            let field = event.data.iter().find(|field| field.name == name);
            field.map(|field| field.value.clone()).unwrap_or_default()
        };
        let drawn = self
            .record
            .events
            .iter()
            .rev()
            .find(|event| !data(event, case_data::SIGNATURE).is_empty());
        let (Some(event), Some(Block::Signatures(lines))) = (drawn, paper.blocks.last_mut()) else {
            return;
        };
        let line = lines
            .iter_mut()
            .find(|line| papers::signs_here(&line.title, &event.step, "", true));
        if let Some(line) = line {
            line.path = data(event, case_data::SIGNATURE);
            line.name = data(event, case_data::SIGNER);
            line.date = (self.press.day)(event.at);
        }
    }
}
