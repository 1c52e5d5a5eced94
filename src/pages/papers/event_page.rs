//! The invitation list of an event (邀约名单): `/papers/events/<id>`. One line a guest, the invitation that holds; who came is filled in
//! by hand at the door where it is not recorded yet.

use huiyin_api::{EventGuests, GuestLine, Language, Request};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    paper::{Block, Paper, SignatureLine},
    sheet::Sheet,
};
use crate::{
    shell::{
        ask, base::use_base, intl, live::live, policy::words, session::use_session,
        title::set_title,
    },
    texts::{events, of as texts_of, use_texts},
    ui::{ErrorState, Glyph, Icon, Skeleton},
};

/// Blank lines of a list without guests.
const BLANK_ROWS: usize = 20;
/// Column from which figures stand.
const FIGURES: usize = 6;

/// The screen.
#[component]
pub fn EventPaperPage() -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let session = use_session();
    let params = use_params_map();
    set_title(move || events::of(t.language()).paper_title);
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let found = live(move || Some(Request::Event { id: id.get() }), ask::event);
    let language = RwSignal::new(t.now().language);
    let paper = Signal::derive(move || {
        let language = language.get();
        let company = session.with(|status| status.map(|status| status.company.clone()));
        let today = intl::date(language, intl::now());
        let event = found.value.get().unwrap_or_default();
        paper_of(
            &event,
            language,
            (company.as_deref().unwrap_or_default(), &today),
            &|at| intl::date_time(language, at),
        )
    });
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let back = move || base.href(&format!("/contacts/events/{}", id.get()));
    view! {
        <ErrorState problem=found.problem retry=move || found.ask_again() />
        {move || {
            if !here.get() {
                return view! { <Skeleton lines=12 /> }.into_any();
            }
            view! {
                <Sheet paper form="invitation_list" language>
                    <a class="button quiet" href=back>
                        <Icon glyph=Glyph::Back />
                        <span>{move || events::of(t.language()).list}</span>
                    </a>
                </Sheet>
            }
                .into_any()
        }}
    }
}

/// Returns the list: guests in the order they were registered.
pub(super) fn paper_of(
    event: &EventGuests,
    language: Language,
    (company, today): (&str, &str),
    time: &dyn Fn(i64) -> String,
) -> Paper {
    let w = events::of(language);
    let form = &event.row.form;
    let department = |line: &GuestLine| {
        let known = event
            .departments
            .iter()
            .find(|one| one.id == line.department);
        known.map_or_else(
            || line.department.clone(),
            |known| words(language, &known.text),
        )
    };
    let came = |line: &GuestLine| match line.attendance.as_str() {
        "came" => w.came.to_owned(),
        "absent" => w.absent.to_owned(),
        _ => String::new(),
    };
    let rows: Vec<Vec<String>> = event
        .guests
        .iter()
        .filter(|line| line.holds)
        .enumerate()
        .map(|(at, line)| {
            vec![
                (at + 1).to_string(),
                line.name.clone(),
                line.inviter.clone(),
                department(line),
                time(line.at),
                came(line),
                line.sold.clone(),
                String::new(),
            ]
        })
        .collect();
    let said = [
        (w.day, form.day.as_str()),
        (w.session, w.session_name(&form.session)),
        (w.place, form.place.as_str()),
    ];
    let count = (w.guests)(&event.row.invited.to_string(), &event.row.came.to_string());
    let mut facts: Vec<(String, String)> = said
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    facts.push((w.list.to_owned(), count));
    Paper {
        language: match language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        },
        company: company.to_owned(),
        title: [form.name.as_str(), w.paper_title].join(" "),
        facts,
        blocks: vec![
            Block::Table {
                name: String::new(),
                heads: w.paper_heads.map(str::to_owned).to_vec(),
                rows,
                figures_from: FIGURES,
                blank: BLANK_ROWS,
            },
            Block::Signatures(
                w.paper_signatures
                    .map(|title| SignatureLine {
                        title: title.to_owned(),
                        ..SignatureLine::default()
                    })
                    .to_vec(),
            ),
        ],
        foot: [texts_of(language).papers.printed, today].join(" "),
        ..Paper::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_guest_once_with_room_for_who_comes() {
        let line = |name: &str, holds: bool, attendance: &str| GuestLine {
            name: name.to_owned(),
            inviter: "李娜".to_owned(),
            holds,
            attendance: attendance.to_owned(),
            ..GuestLine::default()
        };
        let mut event = EventGuests {
            guests: vec![
                line("甲", true, "came"),
                line("乙", false, ""),
                line("丙", true, ""),
            ],
            ..EventGuests::default()
        };
        event.row.form.name = "春季联谊会".to_owned();
        event.row.form.day = "2027-03-15".to_owned();
        event.row.form.session = "evening".to_owned();
        let paper = paper_of(
            &event,
            Language::Chinese,
            ("回音商贸", "2027年3月14日"),
            &|_| String::new(),
        );
        assert_eq!(paper.title, "春季联谊会 邀约名单");
        assert_eq!(paper.facts[1].1, "晚场");
        let Block::Table { heads, rows, .. } = &paper.blocks[0] else {
            panic!("the first block is the table");
        };
        assert!(rows.iter().all(|row| row.len() == heads.len()));
        let told: Vec<(&str, &str)> = rows
            .iter()
            .map(|row| (row[1].as_str(), row[5].as_str()))
            .collect();
        assert_eq!(told, [("甲", "到会"), ("丙", "")]);
    }
}
