//! Figures of a period: what a plain fold over all records counts, what the list behind each number shows, and on two devices the same.
//!
//! Long: one scenario after another, each read alone.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use huiyin_api::{
    Answer, CaseFigures, DueState, FIGURE_COLUMNS, FigureMatter, FigureMeasure, FigurePart,
    FigureQuery, FiguresView, ListQuery, POINTS_TABLE, PeriodFigures, PointSum, ProblemCode,
    Request,
};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::case::{StateGroup, fold};
use huiyin_document::ExportLine;
use huiyin_testkit::{Device, Random, workload};

use crate::talk::*;

const DAY_MS: i64 = 86_400_000;
/// Companies made at random.
const SEEDS: u64 = 6;
/// What happens in each.
const ACTS: usize = 70;

fn period(from: &str, to: &str) -> FigureQuery {
    FigureQuery {
        from: from.to_owned(),
        to: to.to_owned(),
        ..FigureQuery::default()
    }
}

/// The month the device's clock is in.
fn this_month(device: &Device) -> FigureQuery {
    let today = WorkingCalendar::china().date_of(device.now).to_string();
    let first: NaiveDate = format!("{}-01", &today[..7]).parse().unwrap();
    let next = first + chrono::Months::new(1);
    period(&first.to_string(), &next.pred_opt().unwrap().to_string())
}

fn of<'a>(kind: &'a str, category: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("kind", kind),
        ("category", category),
        ("subject", "受潮"),
        ("complainant_name", "李女士"),
    ]
}

#[track_caller]
fn figures(device: &mut Device, query: &FigureQuery) -> FiguresView {
    match device.must(Request::Figures(query.clone())) {
        Answer::Figures(view) => *view,
        other => panic!("{other:?}"),
    }
}

/// All parts, added up; how many there were.
#[track_caller]
fn whole(device: &mut Device, query: &FigureQuery, matter: FigureMatter) -> (FigurePart, u32) {
    let mut found = FigurePart::default();
    for parts in 1.. {
        let request = Request::FigurePart {
            query: query.clone(),
            matter,
            after: found.next.clone(),
        };
        match device.must(request) {
            Answer::FigurePart(part) => found.merge(*part),
            other => panic!("{other:?}"),
        }
        if found.next.is_empty() {
            return (found, parts);
        }
    }
    unreachable!()
}

fn total(device: &mut Device, cases: bool, query: ListQuery) -> u32 {
    match device.must(if cases {
        Request::Cases(query)
    } else {
        Request::Customers(query)
    }) {
        Answer::Cases(page) => page.total,
        Answer::Customers(page) => page.total,
        other => panic!("{other:?}"),
    }
}

/// Random records of a company: cases, steps, corrections, customers merged and parted again, imports and what is taken back of them.
struct Company {
    device: Device,
    random: Random,
    cases: Vec<String>,
    customers: Vec<String>,
}

impl Company {
    fn new(seed: u64) -> Self {
        Self {
            device: founder(),
            random: Random::new(seed),
            cases: Vec::new(),
            customers: Vec::new(),
        }
    }

    fn one<'a>(&mut self, list: &[&'a str]) -> &'a str {
        self.random.choose(list).copied().unwrap()
    }

    fn known(&mut self, cases: bool) -> Option<String> {
        let list = if cases { &self.cases } else { &self.customers };
        self.random.choose(list).cloned()
    }

    fn register(&mut self) {
        let pairs = [
            ("kind", self.one(&["complaint", "inquiry", "repair"])),
            (
                "category",
                self.one(&["delivery", "billing", "", "Delivery "]),
            ),
            ("severity", self.one(&["general", "important", "major"])),
            ("channel", self.one(&["phone", "web", "on_site"])),
            ("product", self.one(&["茶叶", "瓷器", ""])),
            ("complainant_name", "李女士"),
            ("subject", "受潮"),
        ];
        let id = new_case(&mut self.device, &pairs, "");
        self.cases.push(id);
    }

    fn step(&mut self) {
        let Some(id) = self.known(true) else {
            return;
        };
        let name = self.one(&[
            "accepted",
            "assigned",
            "investigated",
            "answered",
            "called_back",
            "closed",
            "reopened",
            "not_upheld",
            "withdrawn",
        ]);
        let who = self.one(&["王芳", "赵敏", ""]);
        let (satisfied, cause) = (self.random.percent(50), self.one(&["包装破损", "人手不足"]));
        // What the way of the case does not allow now is refused and changes nothing.
        let _ = self.device.ask(step_with(&id, name, "记录", |step| {
            who.clone_into(&mut step.assignee);
            if who.is_empty() {
                "售后部".clone_into(&mut step.department);
            }
            "客户要求".clone_into(&mut step.reason);
            cause.clone_into(&mut step.cause);
            "属实".clone_into(&mut step.conclusion);
            "换货".clone_into(&mut step.countermeasure);
            "加固".clone_into(&mut step.prevention);
            step.satisfied = Some(satisfied);
        }));
    }

    fn act(&mut self) {
        match self.random.below(12) {
            0..=3 => self.register(),
            4..=7 => self.step(),
            8 => {
                let kind = self.one(&["member", "consumer", "company"]);
                let name = format!("客户{}", self.customers.len());
                let points = self.one(&["", "0", "30", "1250"]);
                let pairs = [("name", name.as_str()), ("kind", kind), ("points", points)];
                let id = new_customer(&mut self.device, &pairs);
                self.customers.push(id);
            }
            9 => {
                let (Some(a), Some(b)) = (self.known(false), self.known(false)) else {
                    return;
                };
                let request = if self.random.percent(60) {
                    Request::MergeCustomers {
                        stays: a,
                        gives_way: b,
                        choices: BTreeMap::new(),
                    }
                } else {
                    Request::UnmergeCustomers { a, b }
                };
                // A file is not merged with itself, nor parted from one it was not merged with.
                let _ = self.device.ask(request);
            }
            10 => {
                let mut file = Vec::new();
                workload::write(3, &mut file).unwrap();
                let file = String::from_utf8(file).unwrap();
                import(&mut self.device, "workload.jsonl", &file);
                if self.random.percent(50) {
                    undo_last(&mut self.device);
                }
            }
            _ => {
                self.device.now += self.random.between(1, 9 * 24) * 3_600_000;
            }
        }
    }
}

/// What all records say of a period, without the rows.
fn plain_fold(device: &mut Device, query: &FigureQuery) -> BTreeMap<String, [u32; 3]> {
    let calendar = WorkingCalendar::china();
    let from = calendar.time_at(query.from.parse().unwrap(), 0);
    let to: NaiveDate = query.to.parse().unwrap();
    let end = calendar.time_at(to.succ_opt().unwrap(), 0);
    let mut counts: BTreeMap<String, [u32; 3]> = BTreeMap::new();
    for line in device.export().lines() {
        let line: ExportLine = serde_json::from_str(line).unwrap();
        let received = line.received.unwrap_or(line.created);
        if line.t != "case" || received <= 0 {
            continue;
        }
        let summary = fold(&line.events);
        let within = |at: i64| (from..end).contains(&at);
        let over = summary.state.group() == StateGroup::Done;
        let ended = summary.done_at;
        let open = received < end && ended.map_or(!over, |at| at >= end);
        let one = [within(received), ended.is_some_and(within), open].map(u32::from);
        if one == [0; 3] {
            continue;
        }
        let field = |name: &str| line.fields.get(name).cloned().unwrap_or_default();
        let assigned = summary.assignee.clone().or(summary.department.clone());
        let severity = summary.severity.clone().filter(|text| !text.is_empty());
        for group in [
            "all".to_owned(),
            format!("category {}", field("category").trim().to_lowercase()),
            format!("severity {}", severity.unwrap_or_else(|| field("severity"))),
            format!("kind {}", field("kind")),
            format!("branch {}", line.id.split('.').nth(1).unwrap()),
            format!("assignee {}", assigned.unwrap_or_default()),
        ] {
            let known = counts.entry(group).or_default();
            for (sum, more) in known.iter_mut().zip(one) {
                *sum += more;
            }
        }
    }
    counts
}

/// How many cases received in a period came in on the spot, as the records say.
fn plain_channels(device: &mut Device, query: &FigureQuery) -> u32 {
    let calendar = WorkingCalendar::china();
    let from = calendar.time_at(query.from.parse().unwrap(), 0);
    let to: NaiveDate = query.to.parse().unwrap();
    let end = calendar.time_at(to.succ_opt().unwrap(), 0);
    let lines: Vec<ExportLine> = device
        .export()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let came = lines.iter().filter(|line| {
        let received = line.received.unwrap_or(line.created);
        line.t == "case"
            && received > 0
            && (from..end).contains(&received)
            && line
                .fields
                .get("channel")
                .is_some_and(|way| way == "on_site")
    });
    came.count() as u32
}

/// Points the files of listed customers say, and how many have any.
fn plain_points(device: &mut Device) -> (i64, u32) {
    let every = ListQuery {
        limit: 2_000,
        ..ListQuery::default()
    };
    let listed: BTreeSet<String> = match device.must(Request::Customers(every)) {
        Answer::Customers(page) => page.rows.into_iter().map(|row| row.id).collect(),
        other => panic!("{other:?}"),
    };
    let points: Vec<i64> = device
        .export()
        .lines()
        .map(|line| serde_json::from_str::<ExportLine>(line).unwrap())
        .filter(|line| line.t == "customer" && listed.contains(&line.id))
        .filter_map(|line| line.fields.get("points")?.parse().ok())
        .filter(|points| *points != 0)
        .collect();
    (points.iter().sum(), points.len() as u32)
}

/// The same of the answer.
fn told(period: &PeriodFigures) -> BTreeMap<String, [u32; 3]> {
    let three = |line: &CaseFigures| [line.received, line.closed, line.open];
    let mut counts = BTreeMap::from([("all".to_owned(), three(&period.cases))]);
    for (column, lines) in &period.tables {
        for (value, line) in lines {
            let value = if column == "category" {
                value.to_lowercase()
            } else {
                value.clone()
            };
            if three(line) != [0; 3] {
                counts.insert(format!("{column} {value}"), three(line));
            }
        }
    }
    counts.retain(|_, counted| *counted != [0; 3]);
    counts
}

fn sums(period: &PeriodFigures) {
    assert_eq!(period.tables.len(), FIGURE_COLUMNS.len());
    for (column, lines) in &period.tables {
        let mut sum = CaseFigures::default();
        for line in lines.values() {
            sum.add(line);
        }
        assert_eq!(sum, period.cases, "the table by {column} adds up");
    }
    let line = period.line.iter();
    let (received, closed) = line.fold((0, 0), |sum, span| {
        (sum.0 + span.received, sum.1 + span.closed)
    });
    assert_eq!(
        (received, closed),
        (period.cases.received, period.cases.closed)
    );
    let heat: u32 = period.heat.branches.values().flatten().sum();
    assert_eq!(heat, period.cases.received);
}

#[test]
fn figures_are_what_a_plain_fold_over_all_records_counts_in_any_company() {
    for seed in 0..SEEDS {
        let mut company = Company::new(seed);
        for _ in 0..ACTS {
            company.act();
        }
        let month = this_month(&company.device);
        let device = &mut company.device;
        let view = figures(device, &month);
        assert_eq!(view.periods.len(), 3);
        for counted in &view.periods {
            sums(counted);
            let query = period(&counted.from, &counted.to);
            assert_eq!(told(counted), plain_fold(device, &query), "seed {seed}");
            let (parts, _) = whole(device, &query, FigureMatter::Cases);
            assert_eq!(parts.counted, counted.cases.received, "seed {seed}");
            let on_site = plain_channels(device, &query);
            assert_eq!(parts.count("channel", "on_site"), on_site, "seed {seed}");
            for (table, groups) in parts.tables.iter().filter(|(name, _)| *name != "clock") {
                let sum: u32 = groups.values().map(|group| group.count).sum();
                assert_eq!(sum, parts.counted, "{table}, seed {seed}");
            }
        }
        let (parts, _) = whole(device, &month, FigureMatter::Points);
        let points: PointSum = parts
            .points
            .values()
            .fold(PointSum::default(), |all, sum| all.and(*sum));
        let holders: u32 = parts
            .tables
            .get(POINTS_TABLE)
            .into_iter()
            .flat_map(|groups| groups.values())
            .map(|group| group.count)
            .sum();
        assert_eq!(
            (points.stated, holders),
            plain_points(device),
            "seed {seed}"
        );
        assert_eq!(parts.counted, view.customers.total, "seed {seed}");
        // Deadlines are judged as in the list.
        let rows = cases(device, &[]);
        let from = WorkingCalendar::china().time_at(month.from.parse().unwrap(), 0);
        let late = rows
            .iter()
            .filter(|row| row.received >= from)
            .filter(|row| matches!(row.due_state, DueState::Late | DueState::Overdue))
            .count();
        assert_eq!(view.periods[0].cases.late as usize, late, "seed {seed}");
        // Rows made anew say the same.
        let mut anew = device.with_rows_made_anew();
        assert_eq!(figures(&mut anew, &month).periods, view.periods);
        for (column, lines) in &view.customers.tables {
            let sum: u32 = lines.values().sum();
            assert_eq!(sum, view.customers.total, "{column}, seed {seed}");
        }
        assert_eq!(
            view.customers.total,
            total(device, false, month.customers(None)),
            "files that gave way are in no figure"
        );
    }
}

#[test]
fn the_list_behind_a_number_shows_as_many_records() {
    let mut company = Company::new(77);
    for _ in 0..2 * ACTS {
        company.act();
    }
    let device = &mut company.device;
    let month = this_month(device);
    let view = figures(device, &month);
    for counted in &view.periods {
        let query = period(&counted.from, &counted.to);
        for measure in FigureMeasure::ALL {
            let list = query.cases(measure, None);
            assert_eq!(total(device, true, list), measure.of(&counted.cases));
            for (column, lines) in &counted.tables {
                for (value, line) in lines {
                    let list = query.cases(measure, Some((column, value)));
                    assert_eq!(
                        total(device, true, list),
                        measure.of(line),
                        "{measure:?} of {column} {value}"
                    );
                }
            }
        }
        let list = query.new_customers();
        assert_eq!(total(device, false, list), counted.new_customers);
    }
    for (column, lines) in &view.customers.tables {
        for (value, count) in lines {
            let list = month.customers(Some((column, value)));
            assert_eq!(total(device, false, list), *count, "{column} {value}");
        }
    }
    let (parts, _) = whole(device, &month, FigureMatter::Cases);
    for (value, group) in &parts.tables["product"] {
        assert!(group.is_whole(), "{value}");
        let list = FigureQuery::cases_numbered(&group.numbers);
        assert_eq!(total(device, true, list), group.count, "{value}");
    }
}

#[test]
fn outcomes_call_backs_causes_and_money_are_read_from_the_records() {
    let mut device = founder_under("S18");
    let fill = |device: &mut Device, id: &str| {
        device.now += 1_000;
        device.must(step_with(id, "accepted", "", |step| {
            step.data.insert("grounds".to_owned(), "属实".to_owned());
        }));
    };
    let made: Vec<String> = (0..3)
        .map(|_| {
            let pairs = [
                ("subject", "茶叶受潮"),
                ("channel", "phone"),
                ("complainant_name", "李女士"),
                ("complainant_phone", "13800000000"),
                ("description", "收到时已受潮"),
                ("demand", "exchange"),
                ("product", "龙井"),
            ];
            new_case(&mut device, &pairs, "")
        })
        .collect();
    fill(&mut device, &made[0]);
    device.must(step_with(&made[1], "not_upheld", "", |step| {
        "查无此事".clone_into(&mut step.reason);
    }));
    let month = this_month(&device);
    let (part, parts) = whole(&mut device, &month, FigureMatter::Cases);
    assert_eq!((part.counted, parts, part.left), (3, 1, 0));
    assert_eq!(part.count("product", "龙井"), 3);
    assert_eq!(part.count("outcome", "not_upheld"), 1);
    assert_eq!(part.count("outcome", "undecided"), 2);
    assert_eq!(part.count("reopened", "not_reopened"), 3);
    assert!(
        part.tables["clock"].keys().all(|name| name.contains('/')),
        "{:?}",
        part.tables["clock"]
    );
    // Nothing is late yet; when the deadlines have passed it is.
    let late = |part: &FigurePart| -> u32 {
        part.tables["clock"]
            .iter()
            .filter(|(name, _)| name.ends_with("/late"))
            .map(|(_, group)| group.count)
            .sum()
    };
    assert_eq!(late(&part), 0);
    device.now += 60 * DAY_MS;
    let (part, _) = whole(&mut device, &month, FigureMatter::Cases);
    assert!(late(&part) > 0);
}

#[test]
fn two_devices_with_the_same_records_tell_the_same_figures() {
    let (mut a, mut b) = pair();
    b.now = a.now;
    for category in ["delivery", "billing"] {
        new_case(&mut a, &of("complaint", category), "");
    }
    new_case(&mut b, &of("complaint", "billing"), "");
    exchange(&mut a, &mut b);
    let month = this_month(&a);
    b.now = a.now;
    let (here, there) = (figures(&mut a, &month), figures(&mut b, &month));
    assert_eq!(here.periods, there.periods);
    assert_eq!(here.periods[0].cases.received, 3);
    assert_eq!(here.periods[0].tables["category"]["billing"].received, 2);
    assert_eq!(here.as_of.len(), 1);
    assert!(here.as_of[0].own && here.as_of[0].newest.is_some());
    let parts = [&mut a, &mut b].map(|device| whole(device, &month, FigureMatter::Cases).0);
    assert_eq!(parts[0], parts[1]);
}

#[test]
fn a_branch_or_a_kind_is_counted_alone_and_what_is_no_period_is_refused() {
    let mut device = founder();
    new_case(&mut device, &of("complaint", ""), "");
    new_case(&mut device, &of("inquiry", ""), "");
    let month = this_month(&device);
    let asked = |branch: &str, kind: &str| FigureQuery {
        branches: vec![branch.to_owned()],
        kinds: vec![kind.to_owned()],
        ..month.clone()
    };
    let received =
        |device: &mut Device, query: &FigureQuery| figures(device, query).periods[0].cases.received;
    assert_eq!(received(&mut device, &month), 2);
    assert_eq!(received(&mut device, &asked("HQ", "inquiry")), 1);
    assert_eq!(received(&mut device, &asked("SH01", "inquiry")), 0);
    for (from, to) in [
        ("2026-11-31", "2026-12-01"),
        ("", "2026-12-01"),
        ("2026-11-02", "2026-11-01"),
        ("2000-01-01", "2026-11-01"),
    ] {
        let problem = device.refused(Request::Figures(period(from, to)));
        assert_eq!(problem.code, ProblemCode::BadField, "{from} {to}");
    }
}
