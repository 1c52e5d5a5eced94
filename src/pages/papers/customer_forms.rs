//! The forms of one customer: what is in the file, and blank forms with the customer's data filled in for what is done on paper.
//!
//! Long: one function per form, so that a paper can be read from top to bottom.

use huiyin_api::{CustomerRecord, PaperView, RecordHistory};
use huiyin_core::person::{PREFIX, PersonField, people};

use super::{
    paper::{Block, Paper},
    press::{Fact, Press},
};
use crate::{
    shell::policy,
    texts::{forms::words as w, names, papers},
};

/// Changes on the sheet of changes at most, the newest first.
pub const MAX_CHANGES: usize = 60;
/// Contacts on the contact report at most.
const MAX_CONTACTS: usize = 15;
const BASICS: &[&str] = &[
    "short_name",
    "kind",
    "class",
    "life_cycle",
    "nature",
    "industry",
    "supervising_unit",
    "legal_representative",
    "founded",
    "registered_capital",
    "credit_code",
    "phone",
    "phone2",
    "fax",
    "email",
    "website",
    "city",
    "postcode",
];
const CARE: &[&str] = &[
    "owner_a",
    "owner_b",
    "source",
    "referrer",
    "first_contact_on",
    "filed_on",
];
const CHARACTER: &[&str] = &[
    "turnover",
    "headcount",
    "service_area",
    "sales_ability",
    "growth_potential",
    "management_style",
    "purchase_decision",
    "needs",
];
const DEALINGS: &[&str] = &[
    "contract_number",
    "contract_amount",
    "contract_until",
    "payment_terms",
    "yearly_amount",
    "arrears",
    "credit_rating",
    "credit_limit",
    "competitors",
];
const OBJECTS: &[&str] = &[
    "unit",
    "moved_in_on",
    "plate",
    "vehicle",
    "vin",
    "sold_on",
    "card_number",
    "identity_number",
    "birthday",
];
/// Fields that stand elsewhere on the data sheet.
const ELSEWHERE: &[&str] = &[
    "name",
    "address",
    "business_scope",
    "contact_name",
    "contact_title",
    "contact_phone",
    "emergency_contact",
    "emergency_phone",
    "notes",
    "parent_company",
    "referred_by",
];

/// What is known of the customer.
pub struct CustomerSource<'a> {
    /// What every form is made with.
    pub press: &'a Press<'a>,
    /// The record.
    pub record: &'a CustomerRecord,
    /// Its history, for the sheet of changes.
    pub history: Option<&'a RecordHistory>,
}

/// Returns a form of a customer.
pub fn paper(source: &CustomerSource, wire: &str) -> Paper {
    let blocks = match wire {
        "customer_maintenance" => source.maintenance(),
        "contact_report" => source.contact_report(),
        "paper_checklist" => source.checklist(),
        "paper_index" => source.index(),
        "hand_over_book" => source.book(),
        "reading_approval" => source.reading(),
        "lending_slip" => source.lending(),
        "account_application" => source.account(),
        "move_out_application" => source.move_out(),
        "move_out_confirmation" => source.moved_out(),
        "vip_registration" => source.vip(),
        _ => source.basic(),
    };
    let row = &source.record.row;
    source
        .press
        .record_paper(wire, [&row.number, &row.branch, &row.name], blocks)
}

impl CustomerSource<'_> {
    fn raw(&self, wire: &str) -> &str {
        self.record
            .fields
            .iter()
            .find(|field| field.name == wire)
            .map_or("", |field| field.value.as_str())
    }

    fn field(&self, wire: &str) -> Fact {
        self.press.named(wire, self.raw(wire))
    }

    fn facts(&self, wires: &[&str]) -> Block {
        Block::Facts(wires.iter().map(|wire| self.field(wire)).collect())
    }

    fn heading(&self, both: crate::texts::packs::Both) -> Block {
        Block::Heading(self.press.word(both))
    }

    /// Name, number and how to reach the customer: the head of forms about something else.
    fn who(&self, more: &[&str]) -> Block {
        let mut facts = vec![(
            papers::of(self.press.language).customer.to_owned(),
            self.record.row.name.clone(),
        )];
        for wire in ["contact_name", "phone"].iter().chain(more) {
            facts.push(self.field(wire));
        }
        Block::Facts(facts)
    }

    fn basic(&self) -> Vec<Block> {
        let filled = |wires: &[&str]| -> Vec<Fact> {
            wires
                .iter()
                .map(|wire| self.field(wire))
                .filter(|(_, value)| !value.is_empty())
                .collect()
        };
        let known = |name: &str| {
            [BASICS, CARE, CHARACTER, DEALINGS, OBJECTS, ELSEWHERE]
                .iter()
                .any(|list| list.contains(&name))
        };
        let further: Vec<Fact> = self
            .record
            .fields
            .iter()
            .filter(|field| !known(&field.name) && !field.name.starts_with(PREFIX))
            .map(|field| self.press.named(&field.name, &field.value))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let mut blocks = vec![
            Block::Facts(vec![self.field("name")]),
            self.facts(BASICS),
            Block::Facts(vec![self.field("address")]),
            Block::Facts(vec![self.field("business_scope")]),
            self.people(),
            self.heading(w::CARE),
            self.facts(CARE),
            self.heading(w::CHARACTER),
            self.facts(CHARACTER),
            self.heading(w::DEALINGS),
            self.facts(DEALINGS),
        ];
        for (name, facts) in [(w::OBJECTS, filled(OBJECTS)), (w::FURTHER, further)] {
            if !facts.is_empty() {
                blocks.push(self.heading(name));
                blocks.push(Block::Facts(facts));
            }
        }
        let (name, text) = self.field("notes");
        blocks.push(Block::Text {
            name,
            text,
            lines: 1,
        });
        blocks.push(self.press.text(w::REVIEW, "", 2));
        blocks
    }

    fn people(&self) -> Block {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let line = |name: &str, post: &str, phone: &str| {
            vec![
                name.to_owned(),
                post.to_owned(),
                phone.to_owned(),
                String::new(),
                String::new(),
                String::new(),
            ]
        };
        let first = self.raw("contact_name");
        if !first.is_empty() {
            rows.push(line(
                first,
                self.raw("contact_title"),
                self.raw("contact_phone"),
            ));
        }
        let fields = self.record.fields.iter();
        for person in people(fields.map(|field| (field.name.as_str(), field.value.as_str()))) {
            if person.value(PersonField::Left) == "yes" {
                continue;
            }
            let value = |field| person.value(field).to_owned();
            let phones = [PersonField::Phone, PersonField::Phone2]
                .map(value)
                .into_iter()
                .filter(|phone| !phone.is_empty())
                .collect::<Vec<_>>()
                .join("\n");
            rows.push(vec![
                value(PersonField::Name),
                value(PersonField::Post),
                phones,
                value(PersonField::Email),
                value(PersonField::Birthday),
                value(PersonField::Preferences),
            ]);
        }
        let emergency = self.raw("emergency_contact");
        if !emergency.is_empty() {
            let (post, _) = self.field("emergency_contact");
            rows.push(line(emergency, &post, self.raw("emergency_phone")));
        }
        self.press.table(Some(w::PEOPLE), w::PEOPLE_HEADS, rows, 2)
    }

    fn maintenance(&self) -> Vec<Block> {
        let press = self.press;
        let lines: Vec<_> = self
            .history
            .map(|history| history.lines.as_slice())
            .unwrap_or_default()
            .iter()
            .filter(|line| !line.made)
            .collect();
        let told = |field: &str, value: &str| {
            if value.is_empty() {
                press.word(w::EMPTY)
            } else {
                press.named(field, value).1
            }
        };
        let rows = lines
            .iter()
            .take(MAX_CHANGES)
            .map(|line| {
                let before = if line.before.is_empty() {
                    press.word(w::EMPTY)
                } else {
                    line.before
                        .iter()
                        .map(|value| told(&line.field, value))
                        .collect::<Vec<_>>()
                        .join("\n")
                };
                vec![
                    line.at.map(press.time).unwrap_or_default(),
                    names::field(press.language, &line.field),
                    before,
                    told(&line.field, &line.value),
                    line.by.clone(),
                ]
            })
            .collect();
        let mut blocks = vec![
            self.who(&["owner_a", "class", "life_cycle"]),
            press.table(Some(w::CHANGES), w::CHANGE_HEADS, rows, 8),
        ];
        let unlisted = self
            .history
            .is_some_and(|history| history.total as usize > history.lines.len());
        if lines.len() > MAX_CHANGES || unlisted {
            blocks.push(press.text(w::SEVERAL, "", 0));
        }
        blocks.push(press.text(w::REASON, "", 2));
        blocks.push(press.text(w::REVIEW, "", 2));
        blocks
    }

    fn contact_report(&self) -> Vec<Block> {
        let press = self.press;
        let rows = self
            .record
            .contacts
            .iter()
            .take(MAX_CONTACTS)
            .map(|row| {
                vec![
                    row.day.clone(),
                    names::value(press.language, "kind", &row.kind),
                    row.subject.clone(),
                    row.by.clone(),
                    names::value(press.language, "result", &row.result),
                ]
            })
            .collect();
        vec![
            self.who(&["owner_a", "owner_b", "class", "first_contact_on"]),
            press.table(Some(w::CONTACTS), w::CONTACT_HEADS, rows, 5),
            press.text(w::REPORT, "", 6),
            press.text(w::WISHES, self.raw("needs"), 3),
            press.text(w::NEXT, "", 3),
            press.text(w::REVIEW, "", 2),
        ]
    }

    fn paper_row(&self, at: usize, paper: &PaperView) -> Vec<String> {
        let press = self.press;
        let is_there = matches!(paper.state.as_str(), "received" | "checked");
        let number = |value: u32| {
            if is_there && value > 0 {
                value.to_string()
            } else {
                String::new()
            }
        };
        let mut name = policy::words(press.language, &paper.text);
        if paper.optional {
            name = format!("{name} ({})", press.word(w::NOT_WANTED));
        }
        let noted = [
            if paper.at > 0 {
                (press.day)(paper.at)
            } else {
                String::new()
            },
            paper.note.clone(),
        ]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n");
        vec![
            (at + 1).to_string(),
            name,
            press.word(match paper.state.as_str() {
                "received" => w::PAPER_RECEIVED,
                "checked" => w::PAPER_CHECKED,
                "returned" => w::PAPER_RETURNED,
                _ => w::PAPER_MISSING,
            }),
            number(paper.copies),
            number(paper.pages),
            if is_there && paper.original {
                press.word(w::YES)
            } else {
                String::new()
            },
            paper.from.clone(),
            paper.by.clone(),
            noted,
        ]
    }

    fn papers(&self) -> impl Iterator<Item = &PaperView> {
        self.record.file.lists.iter().flat_map(|list| &list.papers)
    }

    fn checklist(&self) -> Vec<Block> {
        let press = self.press;
        let file = &self.record.file;
        let percent = if file.wanted > 0 {
            format!("{} % ({}/{})", file.percent, file.there, file.wanted)
        } else {
            String::new()
        };
        let Block::Facts(mut facts) = self.who(&["unit", "plate", "owner_a"]) else {
            return Vec::new();
        };
        facts.push((press.word(w::COMPLETE), percent));
        let mut blocks = vec![Block::Facts(facts)];
        for list in &file.lists {
            let rows = list
                .papers
                .iter()
                .filter(|paper| !paper.apart)
                .enumerate()
                .map(|(at, paper)| self.paper_row(at, paper))
                .collect();
            blocks.push(Block::Table {
                name: policy::words(press.language, &list.text),
                heads: press.all(w::PAPER_HEADS),
                rows,
                figures_from: usize::MAX,
                blank: 0,
            });
        }
        let apart: Vec<Vec<String>> = self
            .papers()
            .filter(|paper| paper.apart)
            .enumerate()
            .map(|(at, paper)| self.paper_row(at, paper))
            .collect();
        if !apart.is_empty() {
            blocks.push(press.table(Some(w::APART), w::PAPER_HEADS, apart, 0));
        }
        if file.lists.is_empty() {
            blocks.push(press.table(Some(w::PAPERS), w::PAPER_HEADS, Vec::new(), 14));
        }
        blocks
    }

    fn there(&self) -> Vec<&PaperView> {
        self.papers()
            .filter(|paper| matches!(paper.state.as_str(), "received" | "checked"))
            .collect()
    }

    fn index(&self) -> Vec<Block> {
        let press = self.press;
        let there = self.there();
        let mut rows: Vec<Vec<String>> = there
            .iter()
            .enumerate()
            .map(|(at, paper)| {
                vec![
                    (at + 1).to_string(),
                    policy::words(press.language, &paper.text),
                    paper.copies.to_string(),
                    if paper.pages > 0 {
                        paper.pages.to_string()
                    } else {
                        String::new()
                    },
                    paper.note.clone(),
                ]
            })
            .collect();
        if !rows.is_empty() {
            let sum = |pick: fn(&PaperView) -> u32| {
                there
                    .iter()
                    .map(|paper| pick(paper))
                    .sum::<u32>()
                    .to_string()
            };
            rows.push(vec![
                String::new(),
                press.word(w::TOTAL),
                sum(|paper| paper.copies),
                sum(|paper| paper.pages),
                String::new(),
            ]);
        }
        vec![
            self.who(&["contract_number", "owner_a"]),
            press.table(None, w::INDEX_HEADS, rows, 16),
        ]
    }

    fn book(&self) -> Vec<Block> {
        let press = self.press;
        let named = |ids: &[String]| {
            ids.iter()
                .map(|id| {
                    self.papers().find(|paper| paper.id == *id).map_or_else(
                        || id.clone(),
                        |paper| policy::words(press.language, &paper.text),
                    )
                })
                .collect::<Vec<_>>()
                .join("\n")
        };
        let who = |name: &str, at: Option<i64>| {
            [name.to_owned(), at.map(press.time).unwrap_or_default()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("\n")
        };
        let rows = self
            .record
            .file
            .hand_overs
            .iter()
            .map(|line| {
                let stage = match line.stage.as_str() {
                    "accepted" => w::ACCEPTED,
                    "refused" => w::REFUSED,
                    _ => w::WAITING,
                };
                vec![
                    policy::words(press.language, &line.leg),
                    named(&line.papers),
                    named(&line.missing),
                    who(&line.from, Some(line.at)),
                    who(&line.to, line.received_at),
                    who(&line.note, None)
                        .lines()
                        .map(str::to_owned)
                        .fold(press.word(stage), |told, note| format!("{told}\n{note}")),
                ]
            })
            .collect();
        vec![
            self.who(&["plate", "unit"]),
            press.table(None, w::BOOK_HEADS, rows, 8),
        ]
    }

    fn customer(&self) -> Fact {
        let words = papers::of(self.press.language);
        (words.customer.to_owned(), self.record.row.name.clone())
    }

    fn file_number(&self) -> Fact {
        let number = self.record.row.number.clone();
        (self.press.word(w::FILE_NUMBER), number)
    }

    fn reading(&self) -> Vec<Block> {
        let press = self.press;
        vec![
            Block::Facts(vec![
                press.blank(w::ASKED_BY),
                press.blank(w::DEPARTMENT),
                press.blank(w::ASKED_ON),
                press.blank(w::UNTIL),
            ]),
            Block::Facts(vec![
                self.customer(),
                self.file_number(),
                self.field("owner_a"),
                self.field("class"),
            ]),
            press.text(w::READ_WHAT, "", 4),
            press.text(w::READ_WHY, "", 4),
            press.boxes(w::WAYS, w::WAY_BOXES),
            press.text(w::OPINION, "", 4),
        ]
    }

    fn lending(&self) -> Vec<Block> {
        let press = self.press;
        let rows = self
            .there()
            .into_iter()
            .enumerate()
            .map(|(at, paper)| {
                vec![
                    (at + 1).to_string(),
                    policy::words(press.language, &paper.text),
                    paper.copies.to_string(),
                    if paper.pages > 0 {
                        paper.pages.to_string()
                    } else {
                        String::new()
                    },
                    String::new(),
                    String::new(),
                ]
            })
            .collect();
        vec![
            Block::Facts(vec![
                press.blank(w::BORROWER),
                press.blank(w::DEPARTMENT),
                press.blank(w::LENT_ON),
                press.blank(w::DUE_ON),
            ]),
            Block::Facts(vec![self.customer(), self.file_number()]),
            press.table(Some(w::PAPERS), w::LENDING_HEADS, rows, 8),
            press.text(w::LENT_WHY, "", 2),
            Block::Facts(vec![press.blank(w::BACK_ON)]),
            press.boxes(w::RETURN_CHECK, w::RETURN_BOXES),
        ]
    }

    fn account(&self) -> Vec<Block> {
        let press = self.press;
        vec![
            press.boxes(w::MATTER, w::ACCOUNT_BOXES),
            self.who(&[
                "credit_code",
                "legal_representative",
                "registered_capital",
                "account_name",
                "payment_terms",
                "credit_limit",
                "owner_a",
            ]),
            Block::Facts(vec![self.field("address")]),
            Block::Facts(vec![press.blank(w::NEW_NAME)]),
            Block::Facts(vec![press.blank(w::BANK)]),
            press.text(w::ACCOUNT_WHY, "", 4),
            press.text(w::OPINION, "", 4),
        ]
    }

    fn move_out(&self) -> Vec<Block> {
        let press = self.press;
        let rows = w::DEPARTMENTS
            .map(|name| {
                vec![
                    press.word(name),
                    "\u{a0}\n\u{a0}".to_owned(),
                    String::new(),
                    String::new(),
                ]
            })
            .to_vec();
        let Block::Facts(mut facts) = self.who(&["unit", "moved_in_on", "contract_number"]) else {
            return Vec::new();
        };
        facts.push(press.blank(w::MOVE_ON));
        facts.push(self.field("arrears"));
        vec![
            Block::Facts(facts),
            press.text(w::MOVE_WHY, "", 3),
            press.text(w::FORWARDING, "", 1),
            press.table(Some(w::COUNTERSIGNED), w::SIGN_HEADS, rows, 0),
            press.text(w::OPINION, "", 3),
        ]
    }

    fn moved_out(&self) -> Vec<Block> {
        let press = self.press;
        let rows = w::CONFIRM_ITEMS
            .map(|name| {
                vec![
                    press.word(name),
                    String::new(),
                    String::new(),
                    String::new(),
                ]
            })
            .to_vec();
        let Block::Facts(mut facts) = self.who(&["unit", "contract_number"]) else {
            return Vec::new();
        };
        facts.push(press.blank(w::MOVE_ON));
        vec![
            Block::Facts(facts),
            press.table(None, w::CONFIRM_HEADS, rows, 0),
            press.table(Some(w::GOODS), w::GOODS_HEADS, Vec::new(), 7),
            press.text(w::FORWARDING, "", 1),
        ]
    }

    fn vip(&self) -> Vec<Block> {
        let press = self.press;
        vec![
            self.facts(&[
                "name",
                "card_number",
                "phone",
                "phone2",
                "birthday",
                "identity_number",
                "email",
                "postcode",
            ]),
            Block::Facts(vec![self.field("address")]),
            self.facts(&["source", "referrer", "class", "points"]),
            press.boxes(w::GRANTED, w::CARD_BOXES),
            Block::Facts(vec![
                press.named("amount", ""),
                press.blank(w::CARD_ON),
                press.blank(w::CARD_UNTIL),
                self.field("owner_a"),
            ]),
            press.text(w::WISHES, self.raw("needs"), 4),
            {
                let (name, text) = self.field("notes");
                Block::Text {
                    name,
                    text,
                    lines: 2,
                }
            },
        ]
    }
}
