//! The sections about customers, contacts with them, and what they answered.

use huiyin_api::{
    CaseFigures, ContactFigures, FigureGroup, FigureQuery, MAX_FIGURE_RECORDS, POINTS_TABLE,
    PeriodFigures, PointSum,
};

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
                lines.push(Line {
                    name: (words.of_file)(value).to_owned(),
                    cells: vec![
                        count(group.count, || customers_of(group)),
                        shared(group.count),
                    ],
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
    all.extend(points(counted, naming));
    all
}

fn customers_of(group: &FigureGroup) -> Option<Behind> {
    group
        .is_whole()
        .then(|| Behind::Customers(FigureQuery::customers_numbered(&group.numbers)))
}

/// Points outstanding by branch, the most first; nothing while nobody has any.
fn points(counted: &Counted, naming: &Naming<'_>) -> Option<Section> {
    let (part, words) = (counted.points.as_ref()?, naming.words);
    if part.points.is_empty() && !part.too_many {
        return None;
    }
    let cells = |sum: PointSum| {
        [sum.stated, sum.earned, sum.total()].map(|points| plain(Value::Points(points)))
    };
    let mut shown: Vec<(&String, PointSum)> = part
        .points
        .iter()
        .map(|(branch, sum)| (branch, *sum))
        .collect();
    shown.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.total()));
    let holders = |branch: &str| {
        count(part.count(POINTS_TABLE, branch), || {
            customers_of(part.group(POINTS_TABLE, branch)?)
        })
    };
    let whole = shown
        .iter()
        .fold(PointSum::default(), |whole, (_, sum)| whole.and(*sum));
    let all: u32 = shown
        .iter()
        .map(|(branch, _)| part.count(POINTS_TABLE, branch))
        .sum();
    let line = |name: String, first, sum| Line {
        name,
        cells: std::iter::once(first).chain(cells(sum)).collect(),
    };
    Some(Section {
        id: "points".to_owned(),
        title: words.points.to_owned(),
        heads: [
            words.point_holders,
            words.points_stated,
            words.points_earned,
            words.points_total,
        ]
        .map(str::to_owned)
        .to_vec(),
        lines: shown
            .iter()
            .map(|(branch, sum)| line(naming.named("branch", branch), holders(branch), *sum))
            .collect(),
        total: Some(line(
            words.total.to_owned(),
            plain(Value::Count(all)),
            whole,
        )),
        chart: Chart::None,
        note: if part.too_many {
            (words.points_too_many)(&MAX_FIGURE_RECORDS.to_string())
        } else {
            words.points_note.to_owned()
        },
    })
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
