//! A form without content, as the screen of its texts shows it.

use huiyin_api::{
    CaseRecord, ContactPage, ContactRecord, CustomerPage, CustomerRecord, DestructionView,
    PenaltiesView,
};

use super::{
    contact_forms::{self, ContactSource},
    customer_forms::{self, CustomerSource},
    layouts::{self, Source},
    list_forms,
    paper::{Block, Paper},
    press::Press,
};
use crate::texts::forms::{self, About};

/// Returns a form without content.
pub fn sample(press: &Press, wire: &str) -> Paper {
    match forms::layout_of(wire).about {
        About::Case => layouts::paper(
            &Source {
                record: &CaseRecord::default(),
                pack: None,
                company: press.company,
                branch: "",
                language: press.language,
                day: press.day,
                time: press.time,
                today: press.today,
            },
            wire,
        ),
        About::Customer => customer_forms::paper(
            &CustomerSource {
                press,
                record: &CustomerRecord::default(),
                history: None,
            },
            wire,
        ),
        About::Contact => contact_forms::paper(
            &ContactSource {
                press,
                record: &ContactRecord::default(),
                desk: None,
            },
            wire,
        ),
        About::Month => list_forms::month(press, &ContactPage::default(), None, wire, ""),
        About::Customers => list_forms::customers(press, &CustomerPage::default(), wire),
        About::Other => match wire {
            "destruction_list" => list_forms::destruction(press, &DestructionView::default()),
            "penalty_list" => list_forms::penalties(press, &PenaltiesView::default(), ""),
            _ => press.paper(
                wire,
                Vec::new(),
                vec![Block::Text {
                    name: String::new(),
                    text: String::new(),
                    lines: 8,
                }],
                String::new(),
            ),
        },
    }
}
