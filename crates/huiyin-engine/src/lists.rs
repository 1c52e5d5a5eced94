//! Windows over the rows: search, filter, sort, and the day's lists. Nothing here opens a document.
//!
//! Long: lists, filters and the day share how a row is read.

use std::collections::BTreeMap;
use std::rc::Rc;

use huiyin_api::{
    CasePage, CaseRow, CustomerPage, CustomerRow, DueState, FilterTree, HomeView, ListQuery,
    MAX_PAGE_ROWS, StateGroup,
};
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::text::phone_digits;
use huiyin_document::{CaseColumn, CustomerColumn, RowRef};

use crate::Millis;
use crate::custom_fields::customs;
use crate::my_day::may_sign;
use crate::nearest::Nearest;
use crate::orders::SortBy;
use crate::replica::Replica;
use crate::search::{OF_CASES, OF_CUSTOMERS, Rank, Search};
use crate::segments::{Place, Segment};

/// A deadline nearer than this is shown as soon.
pub(crate) const SOON_MS: Millis = 24 * 3_600_000;
/// How far "my day" looks ahead.
const HOME_SOON_MS: Millis = 3 * SOON_MS;
/// Rows of each list of "my day".
pub(crate) const HOME_ROWS: usize = 50;
/// Customers offered for a phone being typed.
const SAME_PHONE_ROWS: usize = 5;
/// Digits before phones are compared.
const MIN_PHONE: usize = 4;

/// Returns how a case's deadline stands.
pub(crate) fn due_state(row: RowRef<'_>, now: Millis) -> DueState {
    match (row.due(), row.ended()) {
        (None, _) => DueState::None,
        (Some(due), Some(ended)) if ended <= due => DueState::Met,
        (Some(_), Some(_)) => DueState::Late,
        (Some(due), None) if row.group() == 2 => {
            if row.updated() <= due {
                DueState::Met
            } else {
                DueState::Late
            }
        }
        (due, None) => due_state_of(due, now),
    }
}

/// Returns how the deadline of something that is not done yet stands.
pub(crate) fn due_state_of(due: Option<Millis>, now: Millis) -> DueState {
    match due {
        None => DueState::None,
        Some(due) if due < now => DueState::Overdue,
        Some(due) if due - now <= SOON_MS => DueState::Soon,
        Some(_) => DueState::OnTime,
    }
}

impl Replica {
    /// Returns the list row of a customer.
    pub fn customer_row(segment: &Segment, row: RowRef<'_>) -> CustomerRow {
        let text = |column| row.customer(column).to_owned();
        CustomerRow {
            id: segment.id(row).to_string(),
            number: number(row),
            name: text(CustomerColumn::Name),
            phone: text(CustomerColumn::Phone),
            contact: text(CustomerColumn::Contact),
            kind: text(CustomerColumn::Kind),
            class: text(CustomerColumn::Class),
            life_cycle: text(CustomerColumn::LifeCycle),
            city: text(CustomerColumn::City),
            branch: segment.key.branch.to_string(),
            owner: text(CustomerColumn::Owner),
            updated: row.updated(),
            conflicts: u32::from(row.conflicts()),
            custom: customs(row),
        }
    }

    /// Returns the list row of a case.
    pub fn case_row(&self, segment: &Segment, row: RowRef<'_>, now: Millis) -> CaseRow {
        let text = |column| row.case(column).to_owned();
        let desk = row.has_clocks().then(|| row.desk()).flatten();
        let standing = self.segments.standing();
        let customer_id = standing
            .of_text(row.case(CaseColumn::CustomerId))
            .to_owned();
        let mut customer = text(CaseColumn::Customer);
        if customer.is_empty()
            && let Some(found) = RecordId::parse(&customer_id)
                .ok()
                .and_then(|id| self.segments.row(&id))
        {
            found
                .customer(CustomerColumn::Name)
                .clone_into(&mut customer);
        }
        CaseRow {
            id: segment.id(row).to_string(),
            number: number(row),
            subject: text(CaseColumn::Subject),
            customer,
            customer_id,
            phone: text(CaseColumn::Phone),
            against: text(CaseColumn::Against),
            kind: text(CaseColumn::Kind),
            category: text(CaseColumn::Category),
            severity: text(CaseColumn::Severity),
            state: text(CaseColumn::State),
            group: group_of(row),
            branch: segment.key.working_branch().to_string(),
            assignee: text(CaseColumn::Assignee),
            received: row.received(),
            due: row.due(),
            due_state: due_state(row, now),
            provisional: row.provisional(),
            updated: row.updated(),
            conflicts: u32::from(row.conflicts()),
            clashes: u32::from(row.clashes()),
            continued: self.continued(row).to_owned(),
            clock: desk
                .and_then(|desk| desk.running.into_iter().next())
                .map(|clock| clock.name)
                .unwrap_or_default(),
            paused: row.is_paused(),
            custom: customs(row),
        }
    }

    /// Returns a window of the customer list.
    pub fn customers(&self, query: &ListQuery, now: Millis) -> CustomerPage {
        let places = self.places(RecordKind::Customer, query, now);
        let rows = window(&places, query)
            .iter()
            .map(|place| self.segments.at(*place))
            .map(|(segment, row)| Self::customer_row(segment, row))
            .collect();
        CustomerPage {
            total: places.len() as u32,
            offset: query.offset,
            rows,
        }
    }

    /// Returns a window of the case list.
    pub fn cases(&self, query: &ListQuery, now: Millis) -> CasePage {
        let places = self.places(RecordKind::Case, query, now);
        let rows = window(&places, query)
            .iter()
            .map(|place| self.segments.at(*place))
            .map(|(segment, row)| self.case_row(segment, row, now))
            .collect();
        CasePage {
            total: places.len() as u32,
            offset: query.offset,
            rows,
        }
    }

    /// Returns the places of the rows that match, sorted; the last lists are remembered so that scrolling costs nothing.
    fn places(&self, kind: RecordKind, query: &ListQuery, now: Millis) -> Rc<Vec<Place>> {
        let timed = query.filter.contains_key("due")
            || query.group == "due"
            || query.tree.as_ref().is_some_and(FilterTree::is_timed);
        let minute = if timed { now / 60_000 } else { 0 };
        let signs = query
            .filter
            .get("approval")
            .is_some_and(|wanted| !wanted.is_empty());
        let person = if signs {
            self.actor().name
        } else {
            String::new()
        };
        let name = format!(
            "{kind:?}|{}|{:?}|{:?}|{}|{}|{}|{minute}|{person}",
            query.search, query.filter, query.tree, query.group, query.sort, query.descending
        );
        let revision = self.segments.revision;
        if let Some(places) = self.segments.orders.borrow_mut().list(&name, revision) {
            return places;
        }
        let matching = self.matching(kind, query, now);
        let places = if query.sort.is_empty() && !query.search.trim().is_empty() {
            self.ranked(kind, &matching)
        } else {
            self.in_order(kind, query, &matching)
        };
        let places = if query.group.is_empty() {
            places
        } else {
            self.grouped(kind, &query.group, places, now)
        };
        let places = Rc::new(places);
        let kept = Rc::clone(&places);
        self.segments.orders.borrow_mut().keep(name, revision, kept);
        places
    }

    /// Returns which rows of each segment match, with how well they fit the search.
    fn matching(&self, kind: RecordKind, query: &ListQuery, now: Millis) -> Vec<Matching> {
        let search = Search::new(&query.search);
        let filter = Filter::of(kind, &query.filter);
        let judge = query
            .tree
            .as_ref()
            .map(|tree| self.judge_of(kind == RecordKind::Case, tree, now));
        let signer = query
            .filter
            .get("approval")
            .is_some_and(|wanted| !wanted.is_empty())
            .then(|| self.actor());
        let today = self.policies.calendar.date_of(now).to_string();
        let places = match kind {
            RecordKind::Customer => &OF_CUSTOMERS,
            _ => &OF_CASES,
        };
        let mut matching: Vec<Matching> = Vec::new();
        let standing = self.segments.standing();
        for (at, segment) in self.listed(kind) {
            if !branch_fits(segment, &query.filter) || segment.columns().is_empty() {
                continue;
            }
            let ranks = if search.is_empty() {
                None
            } else {
                let ranks = search.ranks(segment.columns(), places, segment.hints());
                if ranks.iter().all(Option::is_none) {
                    continue;
                }
                Some(ranks)
            };
            let branch = segment.key.working_branch();
            let waits = |row: RowRef<'_>| {
                signer.as_ref().is_none_or(|actor| {
                    row.group() != 2
                        && row.awaits_signature()
                        && row
                            .desk()
                            .is_some_and(|desk| may_sign(actor, &desk, &branch))
                })
            };
            let mut found = Matching::none(at, segment.columns().len());
            for row in segment.iter() {
                let rank = match &ranks {
                    None => Some(Rank::Exact),
                    Some(ranks) => ranks[row.index()],
                };
                if let Some(rank) = rank
                    && !(kind == RecordKind::Customer && standing.hides(segment, row))
                    && waits(row)
                    && filter
                        .tests
                        .iter()
                        .all(|test| self.fits(test, row, now, &today))
                    && judge
                        .as_ref()
                        .is_none_or(|judge| self.row_fits(judge, segment, row, now))
                {
                    found.put(row.index(), rank, ranks.is_some());
                }
            }
            if found.count > 0 {
                matching.push(found);
            }
        }
        matching
    }

    /// Hands every row that matches over, in the order of the segments.
    pub(crate) fn each_match<'a>(
        &'a self,
        kind: RecordKind,
        query: &ListQuery,
        now: Millis,
        mut take: impl FnMut(&'a Segment, RowRef<'a>),
    ) {
        for found in self.matching(kind, query, now) {
            let segment = self.segments.get(found.segment);
            for row in found.rows() {
                take(segment, segment.columns().row(row));
            }
        }
    }

    /// Returns the rows that match with those that fit best first, of these the newest.
    fn ranked(&self, kind: RecordKind, matching: &[Matching]) -> Vec<Place> {
        let mut ranked: Vec<(Rank, std::cmp::Reverse<Millis>, Place)> = Vec::new();
        for found in matching {
            let segment = self.segments.get(found.segment);
            for (index, rank) in &found.ranks {
                let row = segment.columns().row(*index as usize);
                let time = match kind {
                    RecordKind::Customer => row.updated(),
                    _ => row.received(),
                };
                let place = (found.segment, *index);
                ranked.push((*rank, std::cmp::Reverse(time), place));
            }
        }
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, _, place)| place).collect()
    }

    /// Returns the rows that match in the order of the column a query names.
    fn in_order(&self, kind: RecordKind, query: &ListQuery, matching: &[Matching]) -> Vec<Place> {
        let by = SortBy::of(kind, &query.sort);
        let order = self
            .segments
            .orders
            .borrow_mut()
            .sorted(&self.segments, kind, by);
        let segments = self.segments.iter().count();
        let mut bits: Vec<&[u64]> = vec![&[]; segments];
        for found in matching {
            bits[found.segment as usize] = &found.bits;
        }
        let fits = |(_, place): &&(u64, Place)| {
            let (segment, row) = (place.0 as usize, place.1 as usize);
            bits[segment]
                .get(row / 64)
                .is_some_and(|word| word >> (row % 64) & 1 == 1)
        };
        let newest_first = kind == RecordKind::Case && query.sort.is_empty();
        let place = |(_, place): &(u64, Place)| *place;
        if query.descending == newest_first {
            order.iter().filter(fits).map(place).collect()
        } else {
            order.iter().rev().filter(fits).map(place).collect()
        }
    }

    /// Returns how many of the rows a query matches have each text of a column; those of the state group by their wire names.
    pub fn group_counts(
        &self,
        kind: RecordKind,
        query: &ListQuery,
        column: &str,
        now: Millis,
    ) -> BTreeMap<String, u32> {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let Some(by) = By::of(kind, column) else {
            return counts;
        };
        let standing = self.segments.standing();
        for found in self.matching(kind, query, now) {
            let segment = self.segments.get(found.segment);
            let mut add = |text: &str, rows: u32| {
                if rows > 0 {
                    *counts.entry(text.to_owned()).or_default() += rows;
                }
            };
            match by {
                By::Branch => add(segment.key.working_branch().as_str(), found.count),
                By::Group => {
                    let mut groups = [0; 3];
                    for row in found.rows() {
                        groups[usize::from(segment.columns().row(row).group()).min(2)] += 1;
                    }
                    for (name, rows) in ["open", "waiting", "done"].into_iter().zip(groups) {
                        add(name, rows);
                    }
                }
                By::Cell(cell) => {
                    let mut coded = vec![0; segment.columns().dictionary().len()];
                    for row in found.rows() {
                        coded[segment.columns().code_at(cell, row) as usize] += 1;
                    }
                    for (text, rows) in segment.columns().dictionary().iter().zip(coded) {
                        add(text, rows);
                    }
                }
                By::Customer | By::Channel | By::Pack | By::Paused | By::Matter | By::Due => {
                    for row in found.rows() {
                        let row = segment.columns().row(row);
                        match by {
                            By::Customer => {
                                add(standing.of_text(row.case(CaseColumn::CustomerId)), 1);
                            }
                            by => add(&by.text(segment, row, now), 1),
                        }
                    }
                }
            }
        }
        counts
    }

    /// Returns whether a row has one of the wanted values.
    pub(crate) fn fits(
        &self,
        (by, wanted): &(Option<By>, &[String]),
        row: RowRef<'_>,
        now: Millis,
        today: &str,
    ) -> bool {
        let is = |value: &str| wanted.iter().any(|wanted| wanted == value);
        match by {
            None => false,
            Some(By::Branch) => true,
            Some(By::Cell(cell)) => is(row.cell(*cell)),
            Some(By::Group) => is(group_name(row)),
            Some(By::Customer) => {
                let named = row.case(CaseColumn::CustomerId);
                is(named) || is(self.segments.standing().of_text(named))
            }
            Some(By::Channel) => is(row.channel()),
            Some(By::Pack) => is(row.pack()),
            Some(By::Paused) => is(yes_no(row.is_paused())),
            Some(By::Matter) => is(&matter(row)),
            Some(By::Due) => wanted
                .iter()
                .any(|wanted| self.due_fits(row, wanted, now, today)),
        }
    }

    /// `today` is the day of `now`.
    fn due_fits(&self, row: RowRef<'_>, wanted: &str, now: Millis, today: &str) -> bool {
        let state = due_state(row, now);
        let pending = !matches!(state, DueState::None | DueState::Met | DueState::Late);
        match wanted {
            "overdue" => state == DueState::Overdue,
            "today" => {
                pending
                    && row.due().is_some_and(|due| {
                        (due - now).abs() <= 2 * SOON_MS
                            && self.policies.calendar.date_of(due).to_string() == today
                    })
            }
            "soon" => matches!(state, DueState::Soon),
            _ => false,
        }
    }

    /// Returns the lists of my day.
    pub fn home(&self, now: Millis) -> HomeView {
        let (person, _) = self.person();
        let mut view = HomeView {
            desk: Box::new(self.desk_view(now)),
            ..HomeView::default()
        };
        let date = self.policies.calendar.date_of(now).to_string();
        let [
            mut overdue,
            mut today,
            mut soon,
            mut mine,
            mut call_backs,
            mut to_check,
        ] = <[Nearest; 6]>::default();
        for (at, segment) in self.listed(RecordKind::Case) {
            for (index, row) in segment.iter().enumerate() {
                let place = (at, index as u32);
                if row.clashes() > 0 || row.conflicts() > 0 {
                    to_check.put(row.updated(), place);
                }
                if row.group() == 2 {
                    continue;
                }
                view.open_total += 1;
                let due = row.due().unwrap_or(Millis::MAX);
                if !person.is_empty() && row.case(CaseColumn::Assignee) == person {
                    mine.put(due, place);
                }
                if row.case(CaseColumn::State) == "answered" {
                    call_backs.put(row.updated(), place);
                }
                match due_state(row, now) {
                    DueState::Overdue => overdue.put(due, place),
                    DueState::Soon | DueState::OnTime
                        if self.due_fits(row, "today", now, &date) =>
                    {
                        today.put(due, place);
                    }
                    DueState::Soon | DueState::OnTime if due - now <= HOME_SOON_MS => {
                        soon.put(due, place);
                    }
                    _ => {}
                }
            }
        }
        view.differing = self.differing_total();
        view.overdue_total = overdue.total();
        view.today_total = today.total();
        view.mine_total = mine.total();
        view.call_back_total = call_backs.total();
        let rows = |nearest: Nearest| self.rows_of(nearest, now);
        view.overdue = rows(overdue);
        view.today = rows(today);
        view.soon = rows(soon);
        view.mine = rows(mine);
        view.call_backs = rows(call_backs);
        view.to_check = rows(to_check);
        view
    }

    /// Returns the rows of the cases that were kept.
    pub fn rows_of(&self, nearest: Nearest, now: Millis) -> Vec<CaseRow> {
        nearest
            .into_places()
            .map(|place| {
                let (segment, row) = self.segments.at(place);
                self.case_row(segment, row, now)
            })
            .collect()
    }

    /// Returns customers whose phones contain the digits typed so far.
    pub fn same_phone(&self, phone: &str, except: Option<&str>) -> CustomerPage {
        let digits = phone_digits(phone);
        let mut page = CustomerPage::default();
        if digits.len() < MIN_PHONE {
            return page;
        }
        let standing = self.segments.standing();
        for (_, segment) in self.segments.of_kind(RecordKind::Customer) {
            for row in segment.iter() {
                let phones = [CustomerColumn::Phone, CustomerColumn::OtherPhones];
                if standing.hides(segment, row) {
                    continue;
                }
                let same = phones
                    .iter()
                    .any(|column| phone_digits(row.customer(*column)).contains(&digits));
                if same && except.is_none_or(|except| segment.id(row).to_string() != except) {
                    page.total += 1;
                    if page.rows.len() < SAME_PHONE_ROWS {
                        page.rows.push(Self::customer_row(segment, row));
                    }
                }
            }
        }
        page
    }

    /// Returns the cases of a customer, newest first.
    pub fn cases_of(&self, customer: &str, now: Millis) -> Vec<CaseRow> {
        let filter = BTreeMap::from([("customer".to_owned(), vec![customer.to_owned()])]);
        self.cases(
            &ListQuery {
                filter,
                limit: MAX_PAGE_ROWS,
                ..ListQuery::default()
            },
            now,
        )
        .rows
    }
}

/// Returns the leading case of a row's matter.
fn matter(row: RowRef<'_>) -> String {
    row.is_linked()
        .then(|| row.desk())
        .flatten()
        .map(|desk| desk.matter)
        .unwrap_or_default()
}

/// Returns the number people read: given here, or in the system the record came from.
pub(crate) fn number(row: RowRef<'_>) -> String {
    let own = row.customer(CustomerColumn::Number);
    let shown = if own.is_empty() {
        row.customer(CustomerColumn::ExternalNumber)
    } else {
        own
    };
    shown.to_owned()
}

fn window<'a>(places: &'a [Place], query: &ListQuery) -> &'a [Place] {
    let from = (query.offset as usize).min(places.len());
    let to = from
        .saturating_add(query.limit.min(MAX_PAGE_ROWS) as usize)
        .min(places.len());
    &places[from..to]
}

pub(crate) fn branch_fits(segment: &Segment, filter: &BTreeMap<String, Vec<String>>) -> bool {
    filter.get("branch").is_none_or(|wanted| {
        wanted.is_empty()
            || wanted
                .iter()
                .any(|code| code == segment.key.working_branch().as_str())
    })
}

const fn yes_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

fn group_of(row: RowRef<'_>) -> StateGroup {
    match row.group() {
        0 => StateGroup::Open,
        1 => StateGroup::Waiting,
        _ => StateGroup::Done,
    }
}

pub(crate) fn group_name(row: RowRef<'_>) -> &'static str {
    match row.group() {
        0 => "open",
        1 => "waiting",
        _ => "done",
    }
}

pub(crate) fn due_name(state: DueState) -> &'static str {
    match state {
        DueState::None => "none",
        DueState::OnTime => "on_time",
        DueState::Soon => "soon",
        DueState::Overdue => "overdue",
        DueState::Met => "met",
        DueState::Late => "late",
    }
}

/// What a filter or a count asks of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Branch,
    /// The text of a column that repeats.
    Cell(usize),
    Group,
    Customer,
    Channel,
    Pack,
    Paused,
    Matter,
    Due,
}

impl By {
    pub fn of(kind: RecordKind, column: &str) -> Option<Self> {
        Some(match (kind, column) {
            (_, "branch") => Self::Branch,
            (RecordKind::Customer, "kind") => Self::Cell(CustomerColumn::Kind as usize),
            (RecordKind::Customer, "class") => Self::Cell(CustomerColumn::Class as usize),
            (RecordKind::Customer, "life_cycle") => Self::Cell(CustomerColumn::LifeCycle as usize),
            (RecordKind::Customer, "owner") => Self::Cell(CustomerColumn::Owner as usize),
            (RecordKind::Customer, "city") => Self::Cell(CustomerColumn::City as usize),
            (RecordKind::Customer, _) => return None,
            (_, "kind") => Self::Cell(CaseColumn::Kind as usize),
            (_, "severity") => Self::Cell(CaseColumn::Severity as usize),
            (_, "state") => Self::Cell(CaseColumn::State as usize),
            (_, "assignee") => Self::Cell(CaseColumn::Assignee as usize),
            (_, "category") => Self::Cell(CaseColumn::Category as usize),
            (_, "group") => Self::Group,
            (_, "customer") => Self::Customer,
            (_, "channel") => Self::Channel,
            (_, "pack") => Self::Pack,
            (_, "paused") => Self::Paused,
            (_, "matter") => Self::Matter,
            (_, "due") => Self::Due,
            _ => return None,
        })
    }

    /// Returns the text a row is counted and grouped under.
    pub fn text<'a>(
        self,
        segment: &'a Segment,
        row: RowRef<'a>,
        now: Millis,
    ) -> std::borrow::Cow<'a, str> {
        match self {
            Self::Branch => segment.key.working_branch().to_string().into(),
            Self::Cell(cell) => row.cell(cell).into(),
            Self::Group => group_name(row).into(),
            Self::Customer => row.case(CaseColumn::CustomerId).into(),
            Self::Channel => row.channel().into(),
            Self::Pack => row.pack().into(),
            Self::Paused => yes_no(row.is_paused()).into(),
            Self::Matter => matter(row).into(),
            Self::Due => due_name(due_state(row, now)).into(),
        }
    }
}

/// The wanted values of each column that a query names; of an unknown column nothing fits.
pub(crate) struct Filter<'a> {
    pub tests: Vec<(Option<By>, &'a [String])>,
}

impl<'a> Filter<'a> {
    pub fn of(kind: RecordKind, filter: &'a BTreeMap<String, Vec<String>>) -> Self {
        let tests = filter
            .iter()
            .filter(|(_, wanted)| !wanted.is_empty())
            // Both are decided elsewhere: by segment, and by who may sign.
            .filter(|(column, _)| {
                *column != "branch" && !(kind == RecordKind::Case && *column == "approval")
            })
            .map(|(column, wanted)| (By::of(kind, column), wanted.as_slice()))
            .collect();
        Self { tests }
    }
}

/// The rows of a segment that match.
struct Matching {
    segment: u32,
    /// A bit for each row.
    bits: Vec<u64>,
    count: u32,
    /// How well each of them fits the search; nothing without one.
    ranks: Vec<(u32, Rank)>,
}

impl Matching {
    fn none(segment: u32, rows: usize) -> Self {
        Self {
            segment,
            bits: vec![0; rows.div_ceil(64)],
            count: 0,
            ranks: Vec::new(),
        }
    }

    fn put(&mut self, row: usize, rank: Rank, ranked: bool) {
        self.bits[row / 64] |= 1 << (row % 64);
        self.count += 1;
        if ranked {
            self.ranks.push((row as u32, rank));
        }
    }

    fn rows(&self) -> impl Iterator<Item = usize> {
        self.bits.iter().enumerate().flat_map(|(at, word)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| at * 64 + bit)
        })
    }
}
