//! Windows over the rows: search, filter, sort, and the day's lists. Nothing here opens a document.
//!
//! About 490 lines: lists, filters and the day share how a row is read.

use std::collections::BTreeMap;
use std::rc::Rc;

use huiyin_api::{
    CasePage, CaseRow, CustomerPage, CustomerRow, DueState, HomeView, ListQuery, MAX_PAGE_ROWS,
    StateGroup,
};
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_core::text::{fold, phone_digits};
use huiyin_document::{CaseColumn, CustomerColumn, RowRef};

use crate::Millis;
use crate::my_day::may_sign;
use crate::replica::Replica;
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
        (Some(due), None) if due < now => DueState::Overdue,
        (Some(due), None) if due - now <= SOON_MS => DueState::Soon,
        _ => DueState::OnTime,
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
        }
    }

    /// Returns the list row of a case.
    pub fn case_row(&self, segment: &Segment, row: RowRef<'_>, now: Millis) -> CaseRow {
        let text = |column| row.case(column).to_owned();
        let desk = row.has_clocks().then(|| row.desk()).flatten();
        let customer_id = text(CaseColumn::CustomerId);
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
        }
    }

    /// Returns a window of the customer list.
    pub fn customers(&self, query: &ListQuery) -> CustomerPage {
        let places = self.places(RecordKind::Customer, query, 0);
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

    /// Returns the places of the rows that match, sorted; the last list is remembered so that scrolling costs nothing.
    fn places(&self, kind: RecordKind, query: &ListQuery, now: Millis) -> Rc<Vec<Place>> {
        let timed = query.filter.contains_key("due");
        let minute = if timed { now / 60_000 } else { 0 };
        let signs = query
            .filter
            .get("approval")
            .is_some_and(|wanted| !wanted.is_empty());
        let signer = signs.then(|| self.actor());
        let person = signer.as_ref().map_or("", |actor| &actor.name);
        let name = format!(
            "{kind:?}|{}|{:?}|{}|{}|{minute}|{person}",
            query.search, query.filter, query.sort, query.descending
        );
        if let Some((cached, revision, places)) = &*self.segments.ordered.borrow()
            && *cached == name
            && *revision == self.segments.revision
        {
            return Rc::clone(places);
        }
        let search = Search::new(&query.search);
        let mut places: Vec<Place> = Vec::new();
        for (at, segment) in self.listed(kind) {
            if !branch_fits(segment, &query.filter) {
                continue;
            }
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
            for (index, row) in segment.iter().enumerate() {
                if waits(row) && search.fits(row) && self.filter_fits(kind, row, &query.filter, now)
                {
                    places.push((at, index as u32));
                }
            }
        }
        self.sort(kind, &mut places, query);
        let places = Rc::new(places);
        *self.segments.ordered.borrow_mut() =
            Some((name, self.segments.revision, Rc::clone(&places)));
        places
    }

    fn sort(&self, kind: RecordKind, places: &mut [Place], query: &ListQuery) {
        let row = |place: &Place| self.segments.at(*place).1;
        let sort = if query.sort.is_empty() {
            if kind == RecordKind::Case {
                "received"
            } else {
                "name"
            }
        } else {
            query.sort.as_str()
        };
        match sort {
            "updated" => places.sort_by_key(|place| (row(place).updated(), *place)),
            "received" => places.sort_by_key(|place| (row(place).received(), *place)),
            "due" => places.sort_by_key(|place| (row(place).due().unwrap_or(Millis::MAX), *place)),
            "branch" => {
                places.sort_by_key(|place| (self.segments.at(*place).0.key.branch.clone(), *place));
            }
            "number" => places.sort_by(|a, b| {
                row(a)
                    .customer(CustomerColumn::Number)
                    .cmp(row(b).customer(CustomerColumn::Number))
                    .then(a.cmp(b))
            }),
            _ => {
                let mut keyed: Vec<(Vec<u16>, Place)> = places
                    .iter()
                    .map(|place| {
                        (
                            row(place)
                                .customer(CustomerColumn::Name)
                                .encode_utf16()
                                .collect(),
                            *place,
                        )
                    })
                    .collect();
                keyed.sort();
                for (place, (_, sorted)) in places.iter_mut().zip(keyed) {
                    *place = sorted;
                }
            }
        }
        let newest_first = kind == RecordKind::Case && query.sort.is_empty();
        if query.descending != newest_first {
            places.reverse();
        }
    }

    fn filter_fits(
        &self,
        kind: RecordKind,
        row: RowRef<'_>,
        filter: &BTreeMap<String, Vec<String>>,
        now: Millis,
    ) -> bool {
        filter
            .iter()
            .filter(|(_, wanted)| !wanted.is_empty())
            .all(|(column, wanted)| {
                let is = |value: &str| wanted.iter().any(|wanted| wanted == value);
                match (kind, column.as_str()) {
                    (_, "branch") | (RecordKind::Case, "approval") => true,
                    (RecordKind::Customer, "kind") => is(row.customer(CustomerColumn::Kind)),
                    (RecordKind::Customer, "class") => is(row.customer(CustomerColumn::Class)),
                    (RecordKind::Customer, "life_cycle") => {
                        is(row.customer(CustomerColumn::LifeCycle))
                    }
                    (RecordKind::Customer, "owner") => is(row.customer(CustomerColumn::Owner)),
                    (RecordKind::Case, "kind") => is(row.case(CaseColumn::Kind)),
                    (RecordKind::Case, "severity") => is(row.case(CaseColumn::Severity)),
                    (RecordKind::Case, "state") => is(row.case(CaseColumn::State)),
                    (RecordKind::Case, "group") => is(group_name(row)),
                    (RecordKind::Case, "assignee") => is(row.case(CaseColumn::Assignee)),
                    (RecordKind::Case, "customer") => is(row.case(CaseColumn::CustomerId)),
                    (RecordKind::Case, "category") => is(row.case(CaseColumn::Category)),
                    (RecordKind::Case, "channel") => is(row.channel()),
                    (RecordKind::Case, "pack") => is(row.pack()),
                    (RecordKind::Case, "paused") => is(yes_no(row.is_paused())),
                    (RecordKind::Case, "matter") => is(&matter(row)),
                    (RecordKind::Case, "due") => {
                        wanted.iter().any(|wanted| self.due_fits(row, wanted, now))
                    }
                    _ => false,
                }
            })
    }

    fn due_fits(&self, row: RowRef<'_>, wanted: &str, now: Millis) -> bool {
        let state = due_state(row, now);
        let pending = !matches!(state, DueState::None | DueState::Met | DueState::Late);
        let today = row.due().is_some_and(|due| {
            self.policies.calendar.date_of(due) == self.policies.calendar.date_of(now)
        });
        match wanted {
            "overdue" => state == DueState::Overdue,
            "today" => pending && today,
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
        let mut overdue: Vec<(Millis, Place)> = Vec::new();
        let (mut today, mut soon) = (Vec::new(), Vec::new());
        let (mut mine, mut call_backs, mut to_check) = (Vec::new(), Vec::new(), Vec::new());
        for (at, segment) in self.listed(RecordKind::Case) {
            for (index, row) in segment.iter().enumerate() {
                let place = (at, index as u32);
                if row.clashes() > 0 || row.conflicts() > 0 {
                    to_check.push((row.updated(), place));
                }
                if row.group() == 2 {
                    continue;
                }
                view.open_total += 1;
                let due = row.due().unwrap_or(Millis::MAX);
                if !person.is_empty() && row.case(CaseColumn::Assignee) == person {
                    mine.push((due, place));
                }
                if row.case(CaseColumn::State) == "answered" {
                    call_backs.push((row.updated(), place));
                }
                match due_state(row, now) {
                    DueState::Overdue => overdue.push((due, place)),
                    DueState::Soon | DueState::OnTime if self.due_fits(row, "today", now) => {
                        today.push((due, place));
                    }
                    DueState::Soon | DueState::OnTime if due - now <= HOME_SOON_MS => {
                        soon.push((due, place));
                    }
                    _ => {}
                }
            }
        }
        view.customer_conflicts = self
            .segments
            .of_kind(RecordKind::Customer)
            .flat_map(|(_, segment)| segment.iter())
            .filter(|row| row.conflicts() > 0)
            .count() as u32;
        view.overdue_total = overdue.len() as u32;
        view.today_total = today.len() as u32;
        view.mine_total = mine.len() as u32;
        view.call_back_total = call_backs.len() as u32;
        let rows = |mut list: Vec<(Millis, Place)>| -> Vec<CaseRow> {
            list.sort_unstable();
            list.into_iter()
                .take(HOME_ROWS)
                .map(|(_, place)| {
                    let (segment, row) = self.segments.at(place);
                    self.case_row(segment, row, now)
                })
                .collect()
        };
        view.overdue = rows(overdue);
        view.today = rows(today);
        view.soon = rows(soon);
        view.mine = rows(mine);
        view.call_backs = rows(call_backs);
        view.to_check = rows(to_check);
        view
    }

    /// Returns customers whose phones contain the digits typed so far.
    pub fn same_phone(&self, phone: &str, except: Option<&str>) -> CustomerPage {
        let digits = phone_digits(phone);
        let mut page = CustomerPage::default();
        if digits.len() < MIN_PHONE {
            return page;
        }
        for (_, segment) in self.segments.of_kind(RecordKind::Customer) {
            for row in segment.iter() {
                let phones = [CustomerColumn::Phone, CustomerColumn::OtherPhones];
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
fn number(row: RowRef<'_>) -> String {
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

fn branch_fits(segment: &Segment, filter: &BTreeMap<String, Vec<String>>) -> bool {
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

fn group_name(row: RowRef<'_>) -> &'static str {
    match row.group() {
        0 => "open",
        1 => "waiting",
        _ => "done",
    }
}

/// A search: every word must be found, as text or, if it is digits, within the digits of a number.
struct Search {
    words: Vec<String>,
}

impl Search {
    fn new(text: &str) -> Self {
        Self {
            words: fold(text).split_whitespace().map(str::to_owned).collect(),
        }
    }

    fn fits(&self, row: RowRef<'_>) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let text = &fold(
            &(0..15)
                .map(|column| row.cell(column))
                .collect::<Vec<_>>()
                .join("\u{1f}"),
        );
        self.words
            .iter()
            .all(|word| text.contains(word.as_str()) || digits_fit(text, word))
    }
}

/// Numbers are typed with and without spaces and dashes.
fn digits_fit(text: &str, word: &str) -> bool {
    word.len() >= MIN_PHONE && word.bytes().all(|byte| byte.is_ascii_digit()) && {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.contains(word)
    }
}
