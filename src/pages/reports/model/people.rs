//! The sections about customers, contacts with them, and what they answered.

use huiyin_api::{CaseFigures, ContactFigures, FigureQuery, PeriodFigures};

use super::{Behind, Chart, Counted, Line, Naming, Section, Value, count, plain, share};

pub(super) fn customers(
    counted: &Counted,
    query: &FigureQuery,
    naming: &Naming<'_>,
) -> Vec<Section> {
    let (figures, words) = (&counted.view.customers, naming.words);
    if figures.total == 0 {
        return Vec::new();
    }
    let cell = |number: u32, group: Option<(&str, &str)>| {
        count(number, || Some(Behind::Customers(query.customers(group))))
    };
    let shared = |number: u32| plain(share(CaseFigures::share(number, figures.total - number)));
    let total = Line {
        name: words.total.to_owned(),
        cells: vec![cell(figures.total, None), plain(Value::Share(10_000))],
    };
    let heads = vec![words.count.to_owned(), words.share.to_owned()];
    let mut all: Vec<Section> = ["class", "kind", "life_cycle", "branch"]
        .into_iter()
        .filter_map(|column| {
            let table = figures.tables.get(column)?;
            let mut shown: Vec<(&String, &u32)> = table.iter().collect();
            shown.sort_by_key(|(value, number)| (value.is_empty(), std::cmp::Reverse(**number)));
            let members = column == "kind" && table.contains_key("member");
            Some(Section {
                id: format!("customers_{column}"),
                title: (words.customers_by)(&naming.texts.field(column)),
                heads: heads.clone(),
                lines: shown
                    .into_iter()
                    .map(|(value, number)| Line {
                        name: naming.named(column, value),
                        cells: vec![cell(*number, Some((column, value))), shared(*number)],
                    })
                    .collect(),
                total: Some(total.clone()),
                chart: Chart::None,
                note: if members {
                    words.members_note.to_owned()
                } else {
                    String::new()
                },
            })
        })
        .collect();
    let mut lines: Vec<Line> = Vec::new();
    if let Some(files) = &counted.files {
        for value in ["complete", "incomplete", "no_rules"] {
            if let Some(group) = files.group("file", value) {
                let numbered = || {
                    group
                        .is_whole()
                        .then(|| Behind::Customers(FigureQuery::customers_numbered(&group.numbers)))
                };
                lines.push(Line {
                    name: (words.of_file)(value).to_owned(),
                    cells: vec![count(group.count, numbered), shared(group.count)],
                });
            }
        }
    }
    let overdue = || Some(Behind::Screen("/duties".to_owned()));
    lines.push(Line {
        name: words.overdue_files.to_owned(),
        cells: vec![
            count(figures.overdue_files, overdue),
            shared(figures.overdue_files),
        ],
    });
    all.push(Section {
        id: "files".to_owned(),
        title: words.files.to_owned(),
        heads,
        lines,
        total: None,
        chart: Chart::None,
        note: String::new(),
    });
    all
}

pub(super) fn contacts(now: &PeriodFigures, naming: &Naming<'_>) -> Vec<Section> {
    let words = naming.words;
    let cells = |line: &ContactFigures| {
        let kept = share(CaseFigures::share(line.kept, line.planned - line.kept));
        let mut cells = [line.planned, line.kept, line.done, line.reported]
            .map(|number| plain(Value::Count(number)))
            .to_vec();
        cells.push(plain(kept));
        cells
    };
    if now.contacts == ContactFigures::default() {
        return Vec::new();
    }
    [
        (
            "contacts_person",
            words.contacts_by_person,
            "",
            &now.contacts_by_person,
        ),
        (
            "contacts_kind",
            words.contacts_by_kind,
            "contact_kind",
            &now.contacts_by_kind,
        ),
    ]
    .into_iter()
    .map(|(id, title, column, table)| Section {
        id: id.to_owned(),
        title: title.to_owned(),
        heads: [
            words.planned,
            words.kept,
            words.done,
            words.reported,
            words.kept_share,
        ]
        .map(str::to_owned)
        .to_vec(),
        lines: table
            .iter()
            .map(|(value, line)| Line {
                name: naming.named(column, value),
                cells: cells(line),
            })
            .collect(),
        total: Some(Line {
            name: words.total.to_owned(),
            cells: cells(&now.contacts),
        }),
        chart: Chart::None,
        note: String::new(),
    })
    .collect()
}

pub(super) fn surveys(now: &PeriodFigures, naming: &Naming<'_>) -> Option<Section> {
    let words = naming.words;
    if now.surveys.is_empty() {
        return None;
    }
    Some(Section {
        id: "surveys".to_owned(),
        title: words.surveys.to_owned(),
        heads: vec![words.answers.to_owned()],
        lines: now
            .surveys
            .iter()
            .map(|survey| Line {
                name: format!(
                    "{} · {}",
                    naming.named("survey", &survey.survey),
                    survey.round
                ),
                cells: vec![count(survey.answers, || {
                    let path = format!("/surveys/{}/{}", survey.survey, survey.round);
                    Some(Behind::Screen(path))
                })],
            })
            .collect(),
        total: None,
        chart: Chart::None,
        note: String::new(),
    })
}
