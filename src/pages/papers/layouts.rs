//! What stands on each paper of a case. Titles and signature lines come from the pack; a case without one has those given here.
//!
//! Long: one function per layout, so that a paper can be read from top to bottom.
//!
//! **Source:** the forms of the complaint policies: 客户投诉登记表, 客户投诉处理表, 投诉记录卡, 投诉调查报告, 投诉处理结果客户反馈表,
//! 回访记录表, 奖惩通知.

use huiyin_api::{CaseRecord, EventView, Language, Millis, PenaltyView};
use huiyin_core::{
    case_data,
    pack::{Pack, Text},
};

use super::paper::{Block, Paper, SignatureLine};
use crate::texts::{
    self,
    forms::{self, About, Layout},
    names,
    packs::Both,
    papers::{self, PaperTexts},
};

/// What a paper is made of.
pub struct Source<'a> {
    /// The case.
    pub record: &'a CaseRecord,
    /// The version of the pack it began under, if it is here.
    pub pack: Option<&'a Pack>,
    /// The company's name.
    pub company: &'a str,
    /// Name of the case's branch.
    pub branch: &'a str,
    /// Language of the paper.
    pub language: Language,
    /// Writes an instant as a day.
    pub day: &'a dyn Fn(Millis) -> String,
    /// Writes an instant as a day and a time.
    pub time: &'a dyn Fn(Millis) -> String,
    /// The day it is printed.
    pub today: &'a str,
}

/// Returns a paper of a case; the registration form for a layout that is not known.
pub fn paper(source: &Source, layout: &str) -> Paper {
    let known = forms::find(layout)
        .filter(|known| known.about == About::Case)
        .unwrap_or(&forms::LAYOUTS[0]);
    let mut blocks = match known.wire {
        "handling" => source.handling(),
        "record_card" => source.record_card(),
        "investigation" => source.investigation(),
        "feedback" => source.feedback(),
        "call_back" => source.call_back(),
        "penalty" => source.penalties(),
        _ => source.registration(),
    };
    if known.wire != "penalty" {
        blocks.extend(source.signatures(known));
    }
    let words = source.words();
    Paper {
        language: match source.language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        },
        company: source.company.to_owned(),
        title: source.title(known),
        facts: vec![
            (words.number.to_owned(), source.record.row.number.clone()),
            (words.branch.to_owned(), source.branch.to_owned()),
            (words.printed.to_owned(), source.today.to_owned()),
        ],
        blocks,
        foot: [&source.record.row.number, &source.record.row.subject]
            .into_iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" · "),
        ..Paper::default()
    }
}

type Fact = (String, String);

impl Source<'_> {
    fn words(&self) -> &'static PaperTexts {
        papers::of(self.language)
    }

    fn pick<'a>(&self, text: &'a Text) -> &'a str {
        let (first, second) = match self.language {
            Language::Chinese => (&text.zh, &text.en),
            Language::English => (&text.en, &text.zh),
        };
        if first.is_empty() { second } else { first }
    }

    fn title(&self, known: &Layout) -> String {
        let own = self
            .record
            .desk
            .forms
            .iter()
            .find(|(layout, _)| layout == known.wire);
        match own {
            Some((_, title)) if !self.pick(title).is_empty() => self.pick(title).to_owned(),
            _ => known.title.of(self.language).to_owned(),
        }
    }

    /// A field of the case with its name.
    fn field(&self, wire: &str) -> Fact {
        (names::field(self.language, wire), self.value(wire))
    }

    /// A value of the case in words: the pack's where it has them.
    fn value(&self, wire: &str) -> String {
        let raw = self
            .record
            .fields
            .iter()
            .find(|field| field.name == wire)
            .map(|field| field.value.as_str())
            .unwrap_or_default();
        let own = self.pack.and_then(|pack| {
            let text = match wire {
                "category" => pack
                    .categories
                    .iter()
                    .find(|entry| entry.id == raw)
                    .map(|entry| &entry.text),
                "severity" => pack
                    .severities
                    .iter()
                    .find(|entry| entry.id == raw)
                    .map(|entry| &entry.text),
                "kind" => pack
                    .kinds
                    .iter()
                    .find(|entry| entry.id == raw)
                    .map(|entry| &entry.text),
                _ => None,
            };
            text.map(|text| self.pick(text).to_owned())
        });
        own.filter(|words| !words.is_empty())
            .unwrap_or_else(|| names::value(self.language, wire, raw))
    }

    fn text(&self, wire: &str, lines: usize) -> Block {
        let (name, text) = self.field(wire);
        Block::Text { name, text, lines }
    }

    /// The last event of a step that is in force.
    fn last(&self, step: &str) -> Option<&EventView> {
        self.record
            .events
            .iter()
            .rev()
            .find(|event| event.step == step && !event.out_of_order)
    }

    /// What the last event of a step says under a name.
    fn said(&self, step: &str, name: &str) -> String {
        self.last(step)
            .map(|event| self.data(event, name))
            .unwrap_or_default()
    }

    fn data(&self, event: &EventView, name: &str) -> String {
        let raw = event
            .data
            .iter()
            .find(|field| field.name == name)
            .map(|field| field.value.as_str())
            .unwrap_or_default();
        match name {
            "amount" => raw.parse().map_or_else(|_| raw.to_owned(), money),
            case_data::REMEDY => self.listed(&self.record.desk.remedies, raw),
            "department" => self.listed(&self.record.desk.departments, raw),
            case_data::CAUSE_ID => self.cause(raw),
            case_data::CLAUSE => self.listed(&self.record.desk.clauses, raw),
            case_data::CRITERIA => {
                let named = raw
                    .split(',')
                    .map(|id| self.listed(&self.record.desk.major, id));
                named
                    .collect::<Vec<_>>()
                    .join(texts::of(self.language).desk.list_comma)
            }
            case_data::AS_ROLE => self.role(raw),
            _ => self.chosen(name, raw),
        }
    }

    /// A value of a field that a step of the pack asks for: the choice in words, or what was typed.
    fn chosen(&self, name: &str, raw: &str) -> String {
        let fields = self.record.desk.step_fields.values().flatten();
        let mut choices = fields
            .filter(|field| field.id == name)
            .flat_map(|field| &field.choices);
        let known = choices.find(|(id, _)| id == raw);
        known.map_or_else(|| raw.to_owned(), |(_, text)| self.pick(text).to_owned())
    }

    /// What a datum of an event is called: as the pack asks for it, else as the program names it.
    fn named(&self, name: &str) -> String {
        let mut fields = self.record.desk.step_fields.values().flatten();
        let own = fields.find(|field| field.id == name);
        let own = own.map(|field| self.pick(&field.title)).unwrap_or_default();
        if own.is_empty() {
            names::field(self.language, name)
        } else {
            own.to_owned()
        }
    }

    fn listed(&self, list: &[(String, Text)], id: &str) -> String {
        list.iter()
            .find(|(known, _)| known == id)
            .map_or_else(|| id.to_owned(), |(_, text)| self.pick(text).to_owned())
    }

    /// A cause with those it lies under: `Service › Attitude`.
    fn cause(&self, id: &str) -> String {
        let causes = &self.record.desk.causes;
        let mut parts = Vec::new();
        let mut at = id.to_owned();
        while let Some((_, text, under)) = causes.iter().find(|(known, _, _)| *known == at) {
            parts.push(self.pick(text).to_owned());
            // A ring of causes cannot be published; an old one must not hang the paper.
            if parts.len() > causes.len() {
                break;
            }
            at.clone_from(under);
        }
        if parts.is_empty() {
            return id.to_owned();
        }
        parts.reverse();
        parts.join(" › ")
    }

    fn role(&self, wire: &str) -> String {
        let post = self
            .pack
            .and_then(|pack| pack.posts.iter().find(|post| post.id == wire));
        match post {
            Some(post) => self.pick(&post.text).to_owned(),
            None if wire.is_empty() => String::new(),
            None => names::role(self.language, wire),
        }
    }

    fn registration(&self) -> Vec<Block> {
        let words = self.words();
        let mut facts: Vec<Fact> = ["kind", "channel"]
            .iter()
            .map(|wire| self.field(wire))
            .collect();
        facts.push((words.received.to_owned(), self.received()));
        facts.push(self.field("received_by"));
        facts.extend(
            [
                "complainant_name",
                "complainant_phone",
                "complainant_company",
                "relation",
            ]
            .iter()
            .map(|wire| self.field(wire)),
        );
        facts.push((words.customer.to_owned(), self.file_name().to_owned()));
        facts.extend(
            [
                "product",
                "order_number",
                "plate",
                "category",
                "severity",
                "against_branch",
                "against_department",
                "against_person",
                "promised_at",
            ]
            .iter()
            .map(|wire| self.field(wire)),
        );
        vec![
            Block::Facts(facts),
            self.subject(),
            self.text("description", 6),
            self.text("demand", 1),
            self.text("evidence", 1),
            self.text("witnesses", 1),
            Block::Text {
                name: words.acceptance.to_owned(),
                text: self.acceptance(),
                lines: 2,
            },
        ]
    }

    /// When the case was received; a blank form leaves it open.
    fn received(&self) -> String {
        match self.record.row.received {
            0 => String::new(),
            at => (self.time)(at),
        }
    }

    fn subject(&self) -> Block {
        Block::Facts(vec![self.field("subject")])
    }

    fn short_facts(&self) -> Block {
        let words = self.words();
        let mut facts = vec![
            (words.customer.to_owned(), self.customer()),
            self.field("complainant_phone"),
            (words.received.to_owned(), self.received()),
            self.field("category"),
            self.field("severity"),
            self.field("product"),
        ];
        let object = ["plate", "vehicle", "unit", "order_number", "report_number"];
        facts.extend(
            object
                .map(|name| self.field(name))
                .into_iter()
                .filter(|(_, value)| !value.is_empty()),
        );
        facts.push(self.field("subject"));
        Block::Facts(facts)
    }

    /// Name of the customer's file; without one, who the list names.
    fn file_name(&self) -> &str {
        let own = &self.record.customer_name;
        if own.is_empty() {
            &self.record.row.customer
        } else {
            own
        }
    }

    /// The customer, and behind it who complained for it.
    fn customer(&self) -> String {
        let (complainant, customer) = (self.value("complainant_name"), self.file_name());
        if customer.is_empty() || customer == complainant {
            complainant
        } else if complainant.is_empty() {
            customer.to_owned()
        } else {
            match self.language {
                Language::Chinese => format!("{customer}（{complainant}）"),
                Language::English => format!("{customer} ({complainant})"),
            }
        }
    }

    fn acceptance(&self) -> String {
        let found = self.last("not_upheld").or_else(|| self.last("accepted"));
        found
            .map(|event| self.signed_words(event))
            .unwrap_or_default()
    }

    /// What an event says, and who said it when.
    fn signed_words(&self, event: &EventView) -> String {
        let mut said: Vec<String> = Vec::new();
        for name in ["reason", "note"] {
            let text = if name == "note" {
                event.note.clone()
            } else {
                self.data(event, name)
            };
            if !text.is_empty() {
                said.push(text);
            }
        }
        if said.is_empty() {
            said.push(names::step(self.language, &event.step));
        }
        format!(
            "{}\n{} · {}",
            said.join("\n"),
            event.by,
            (self.time)(event.at)
        )
    }

    fn handling(&self) -> Vec<Block> {
        let words = self.words();
        let cause = [
            self.said("investigated", case_data::CAUSE_ID),
            self.said("investigated", "cause"),
        ]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n");
        let approvals = self
            .record
            .events
            .iter()
            .filter(|event| {
                ["endorsed", "approved", "sent_back"].contains(&event.step.as_str())
                    && !event.out_of_order
            })
            .map(|event| {
                let opinion = [
                    names::step(self.language, &event.step),
                    self.data(event, "reason"),
                    event.note.clone(),
                ]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("\n");
                vec![
                    self.data(event, case_data::AS_ROLE),
                    event.by.clone(),
                    (self.time)(event.at),
                    opinion,
                ]
            })
            .collect();
        vec![
            self.short_facts(),
            self.text("description", 4),
            self.text("demand", 1),
            Block::Facts(vec![
                (
                    names::field(self.language, "department"),
                    self.said("assigned", "department"),
                ),
                (
                    names::field(self.language, "assignee"),
                    self.record.row.assignee.clone(),
                ),
                (
                    words.limit.to_owned(),
                    self.said("assigned", case_data::LIMIT),
                ),
                (
                    words.due.to_owned(),
                    self.record.row.due.map(self.time).unwrap_or_default(),
                ),
            ]),
            Block::Text {
                name: names::field(self.language, "cause"),
                text: cause,
                lines: 2,
            },
            Block::Text {
                name: words.proposal.to_owned(),
                text: self
                    .last("proposed")
                    .map(|event| event.note.clone())
                    .unwrap_or_default(),
                lines: 3,
            },
            Block::Facts(vec![
                (
                    words.remedy.to_owned(),
                    self.said("proposed", case_data::REMEDY),
                ),
                (
                    names::field(self.language, "amount"),
                    self.said("proposed", "amount"),
                ),
            ]),
            Block::Table {
                name: words.approvals.to_owned(),
                heads: words.approval_heads.map(str::to_owned).to_vec(),
                rows: approvals,
                figures_from: usize::MAX,
                blank: 2,
            },
            self.step_text("carried_out", 2),
            self.step_text("answered", 2),
        ]
    }

    /// What was said at a step, under the step's name.
    fn step_text(&self, step: &str, lines: usize) -> Block {
        Block::Text {
            name: names::step(self.language, step),
            text: self
                .last(step)
                .map(|event| self.signed_words(event))
                .unwrap_or_default(),
            lines,
        }
    }

    fn record_card(&self) -> Vec<Block> {
        let words = self.words();
        let rows = self
            .record
            .events
            .iter()
            .filter(|event| !event.out_of_order)
            .map(|event| {
                let mut said: Vec<String> = event
                    .data
                    .iter()
                    .filter(|field| is_readable(&field.name))
                    .map(|field| {
                        format!(
                            "{}{}{}",
                            self.named(&field.name),
                            words.html.colon,
                            names::value(
                                self.language,
                                &field.name,
                                &self.data(event, &field.name)
                            ),
                        )
                    })
                    .collect();
                if !event.note.is_empty() {
                    said.insert(0, event.note.clone());
                }
                vec![
                    (self.time)(event.at),
                    names::step(self.language, &event.step),
                    event.by.clone(),
                    said.join("\n"),
                ]
            })
            .collect();
        vec![
            self.short_facts(),
            self.text("description", 4),
            self.text("demand", 1),
            Block::Table {
                name: words.course_of_handling.to_owned(),
                heads: words.record_heads.map(str::to_owned).to_vec(),
                rows,
                figures_from: usize::MAX,
                blank: 6,
            },
        ]
    }

    fn investigation(&self) -> Vec<Block> {
        let words = self.words();
        let part = |name: String, key: &str, lines: usize| Block::Text {
            name,
            text: self.said("investigated", key),
            lines,
        };
        let field = |wire: &str| names::field(self.language, wire);
        let by = self.last("investigated");
        let mut blocks = vec![
            self.short_facts(),
            Block::Facts(vec![
                (
                    words.investigated_by.to_owned(),
                    by.map(|event| event.by.clone()).unwrap_or_default(),
                ),
                (
                    words.investigated_at.to_owned(),
                    by.map(|event| (self.time)(event.at)).unwrap_or_default(),
                ),
                (field("department"), self.said("assigned", "department")),
                (
                    words.responsible.to_owned(),
                    self.said("investigated", case_data::RESPONSIBLE),
                ),
            ]),
            self.text("description", 3),
            part(words.course.to_owned(), case_data::COURSE, 5),
            Block::Facts(vec![(
                words.cause_listed.to_owned(),
                self.said("investigated", case_data::CAUSE_ID),
            )]),
            part(field("cause"), "cause", 3),
            part(field("conclusion"), "conclusion", 3),
            part(field("countermeasure"), "countermeasure", 3),
            part(field("prevention"), "prevention", 3),
        ];
        let told = [
            case_data::COURSE,
            case_data::CAUSE_ID,
            case_data::RESPONSIBLE,
            "cause",
            "conclusion",
            "countermeasure",
            "prevention",
        ];
        let own: Vec<Block> = self
            .record
            .desk
            .step_fields
            .get("investigated")
            .into_iter()
            .flatten()
            .filter(|extra| !told.contains(&extra.id.as_str()))
            .filter(|extra| !self.pick(&extra.title).is_empty())
            .map(|extra| {
                let raw = self.said("investigated", &extra.id);
                Block::Text {
                    name: self.pick(&extra.title).to_owned(),
                    text: self.listed(&extra.choices, &raw),
                    lines: 1,
                }
            })
            .collect();
        blocks.extend(own);
        blocks
    }

    fn feedback(&self) -> Vec<Block> {
        let words = self.words();
        let satisfied = self.satisfied();
        vec![
            self.short_facts(),
            self.text("description", 3),
            Block::Text {
                name: words.result.to_owned(),
                text: self
                    .last("answered")
                    .map(|event| event.note.clone())
                    .filter(|note| !note.is_empty())
                    .unwrap_or_else(|| self.said("investigated", "conclusion")),
                lines: 5,
            },
            Block::Text {
                name: words.granted.to_owned(),
                text: self.granted(),
                lines: 1,
            },
            self.opinion_boxes(satisfied),
            Block::Text {
                name: words.customer_opinion.to_owned(),
                text: self
                    .last("called_back")
                    .map(|event| event.note.clone())
                    .unwrap_or_default(),
                lines: 5,
            },
        ]
    }

    fn satisfied(&self) -> Option<bool> {
        match self.said("called_back", "satisfied").as_str() {
            "yes" | "true" => Some(true),
            "no" | "false" => Some(false),
            _ => None,
        }
    }

    fn opinion_boxes(&self, satisfied: Option<bool>) -> Block {
        let words = self.words();
        Block::Boxes {
            name: words.satisfaction.to_owned(),
            answers: vec![
                (words.satisfied.to_owned(), satisfied == Some(true)),
                (words.not_satisfied.to_owned(), satisfied == Some(false)),
            ],
        }
    }

    /// The remedy given and its amount.
    fn granted(&self) -> String {
        let amount = self.said("approved", "amount");
        let amount = if amount.is_empty() {
            self.said("proposed", "amount")
        } else {
            amount
        };
        [self.said("proposed", case_data::REMEDY), amount]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    }

    fn call_back(&self) -> Vec<Block> {
        let words = self.words();
        let rows: Vec<Vec<String>> = self
            .record
            .events
            .iter()
            .filter(|event| event.step == "called_back" && !event.out_of_order)
            .map(|event| {
                let satisfied = self.data(event, "satisfied");
                vec![
                    (self.time)(event.at),
                    event.by.clone(),
                    names::value(self.language, "satisfied", &satisfied),
                    self.data(event, "score"),
                    event.note.clone(),
                ]
            })
            .collect();
        vec![
            self.short_facts(),
            Block::Text {
                name: words.result.to_owned(),
                text: self
                    .last("answered")
                    .map(|event| event.note.clone())
                    .unwrap_or_default(),
                lines: 3,
            },
            Block::Table {
                name: words.call_backs.to_owned(),
                heads: words.call_back_heads.map(str::to_owned).to_vec(),
                rows,
                figures_from: usize::MAX,
                blank: 4,
            },
            self.opinion_boxes(self.satisfied()),
            Block::Text {
                name: words.further.to_owned(),
                text: self
                    .last("reopened")
                    .map(|event| self.signed_words(event))
                    .unwrap_or_default(),
                lines: 3,
            },
        ]
    }

    /// A page for each penalty or reward that was not turned down; a blank one if there is none.
    fn penalties(&self) -> Vec<Block> {
        let known = forms::layout_of("penalty");
        let wanted: Vec<&PenaltyView> = self
            .record
            .desk
            .penalties
            .iter()
            .filter(|penalty| penalty.state != "rejected")
            .collect();
        if wanted.is_empty() {
            let mut blocks = self.penalty(&PenaltyView::default());
            blocks.extend(self.signatures(known));
            return blocks;
        }
        let mut blocks = Vec::new();
        for (at, penalty) in wanted.into_iter().enumerate() {
            if at > 0 {
                blocks.push(Block::NewPage);
            }
            blocks.extend(self.penalty(penalty));
            blocks.extend(self.signatures(known));
        }
        blocks
    }

    fn penalty(&self, penalty: &PenaltyView) -> Vec<Block> {
        let words = self.words();
        let filled = !penalty.person.is_empty();
        let number = |value: i64| {
            if filled {
                value.to_string()
            } else {
                String::new()
            }
        };
        let statement = penalty
            .events
            .iter()
            .filter(|event| ["penalty_heard", "penalty_appealed"].contains(&event.step.as_str()))
            .map(|event| {
                let said = self.data(event, case_data::STATEMENT);
                if said.is_empty() {
                    event.note.clone()
                } else {
                    said
                }
            })
            .filter(|said| !said.is_empty())
            .collect::<Vec<_>>()
            .join("\n");
        let reasons = penalty
            .events
            .iter()
            .find(|event| event.step == "penalty_proposed")
            .map(|event| event.note.clone())
            .unwrap_or_default();
        vec![
            Block::Facts(vec![
                (words.person.to_owned(), penalty.person.clone()),
                (
                    words.penalty_kind.to_owned(),
                    if filled {
                        if penalty.reward {
                            words.reward
                        } else {
                            words.penalty
                        }
                        .to_owned()
                    } else {
                        String::new()
                    },
                ),
                (
                    names::field(self.language, "amount"),
                    if filled {
                        money(penalty.amount)
                    } else {
                        String::new()
                    },
                ),
                (words.points.to_owned(), number(i64::from(penalty.points))),
                (words.month.to_owned(), penalty.month.clone()),
                (
                    words.decision.to_owned(),
                    if filled {
                        names::value(self.language, "penalty_state", &penalty.state)
                    } else {
                        String::new()
                    },
                ),
                self.field("subject"),
            ]),
            Block::Text {
                name: words.clause.to_owned(),
                text: [
                    penalty.clause.clone(),
                    self.pick(&penalty.clause_text).to_owned(),
                ]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("  "),
                lines: 2,
            },
            Block::Text {
                name: words.grounds.to_owned(),
                text: reasons,
                lines: 3,
            },
            Block::Text {
                name: words.statement.to_owned(),
                text: statement,
                lines: 3,
            },
        ]
    }

    /// The signature lines of a paper; what was drawn on screen stands on the line it belongs to, the rest below.
    fn signatures(&self, known: &Layout) -> Vec<Block> {
        let own = self
            .record
            .desk
            .signatures
            .get(known.wire)
            .filter(|lines| !lines.is_empty());
        let titles: Vec<String> = match own {
            Some(lines) => lines
                .iter()
                .map(|line| self.pick(line).to_owned())
                .collect(),
            None => known
                .signatures
                .iter()
                .map(|line| line.of(self.language).to_owned())
                .collect(),
        };
        let mut drawn: Vec<&EventView> = self
            .record
            .events
            .iter()
            .filter(|event| !self.data(event, case_data::SIGNATURE).is_empty())
            .collect();
        let complainant = self.value("complainant_name");
        let mut lines: Vec<SignatureLine> = titles
            .into_iter()
            .map(|title| {
                let fits = drawn.iter().rposition(|event| {
                    let signer = self.data(event, case_data::SIGNER);
                    let role = self.data(event, case_data::AS_ROLE);
                    let is_customer = !complainant.is_empty() && signer == complainant;
                    papers::signs_here(&title, &event.step, &role, is_customer)
                });
                match fits {
                    Some(at) => self.signed(title, drawn.remove(at)),
                    None => SignatureLine {
                        title,
                        ..SignatureLine::default()
                    },
                }
            })
            .collect();
        if known.wire == "record_card" {
            lines.extend(drawn.into_iter().map(|event| {
                let title = names::step(self.language, &event.step);
                self.signed(title, event)
            }));
        }
        vec![Block::Signatures(lines)]
    }

    fn signed(&self, title: String, event: &EventView) -> SignatureLine {
        let signer = self.data(event, case_data::SIGNER);
        SignatureLine {
            title,
            name: if signer.is_empty() {
                event.by.clone()
            } else {
                signer
            },
            path: self.data(event, case_data::SIGNATURE),
            date: (self.day)(event.at),
        }
    }
}

/// Data of events that say something to a reader: no ids, no drawings.
fn is_readable(name: &str) -> bool {
    ![
        case_data::SIGNATURE,
        case_data::OF,
        case_data::ORIGINAL,
        case_data::CONTINUATION,
        case_data::ACTION,
        case_data::TEMPLATE,
        case_data::CLOCK,
    ]
    .contains(&name)
}

/// Returns an amount of cents in yuan: `1,200.00`.
pub fn money(cents: i64) -> String {
    let whole = (cents / 100).unsigned_abs().to_string();
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{grouped}.{:02}", cents.unsigned_abs() % 100)
}

/// Returns the name of a paper of a case as a person finds it in a list.
pub fn name(record: &CaseRecord, layout: &str, language: Language) -> String {
    let fallback = forms::find(layout).map_or(Both { zh: "", en: "" }, |known| known.title);
    record
        .desk
        .forms
        .iter()
        .find(|(own, _)| own == layout)
        .map(|(_, title)| match language {
            Language::Chinese => title.zh.clone(),
            Language::English => title.en.clone(),
        })
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| fallback.of(language).to_owned())
}
