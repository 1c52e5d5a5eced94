//! The days of a calendar being edited: what a day is, what a change of it writes, what a file would change.
//!
//! The form keeps only what differs from the days that come with the program. Deadlines are counted elsewhere.

use std::collections::BTreeMap;

use huiyin_api::{CalendarForm, CalendarsView, DayView};
use huiyin_core::calendar::chrono::{Datelike, NaiveDate};

/// A day off.
pub const OFF: &str = "holiday";
/// A day that is worked.
pub const WORKED: &str = "workday";
/// A day as the week has it, against the calendar that comes with the program.
pub const ORDINARY: &str = "ordinary";
/// Days of a week.
const WEEK: usize = 7;
/// First day of the week that is not worked where nothing else is said: Saturday.
const SATURDAY: usize = 5;

/// What a day is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayState {
    /// It is worked.
    pub worked: bool,
    /// It differs from the week.
    pub special: bool,
    /// Name of the holiday or the occasion.
    pub name: String,
    /// The company's own, against what comes with the program.
    pub own: bool,
}

impl DayState {
    /// Returns the wire name the style sheet uses: `working`, `rest`, `holiday` or `make_up`.
    pub fn kind(&self) -> &'static str {
        match (self.worked, self.special) {
            (true, false) => "working",
            (false, false) => "rest",
            (false, true) => "holiday",
            (true, true) => "make_up",
        }
    }
}

/// A calendar being edited, with the days that come with the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// The form as it stands.
    pub form: CalendarForm,
    /// Days that hold without the form's own.
    base: BTreeMap<String, DayView>,
}

/// A day a file would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// What it is now.
    pub before: DayState,
    /// What it would be.
    pub after: DayState,
}

impl Book {
    /// Returns the calendar of a branch (empty = the company's), or the company's where the branch has none of its own.
    pub fn of(view: &CalendarsView, branch: &str) -> Self {
        let find = |branch: &str| view.calendars.iter().find(|form| form.branch == branch);
        let company = find("").cloned().unwrap_or_default();
        // A branch has what the company has, unless it says otherwise.
        let from_company: &[DayView] = if branch.is_empty() {
            &[]
        } else {
            &company.days
        };
        let base = view
            .builtin
            .iter()
            .chain(from_company)
            .map(|day| (day.date.clone(), day.clone()))
            .collect();
        let form = match find(branch) {
            Some(form) => form.clone(),
            None => CalendarForm {
                days: Vec::new(),
                ..company
            },
        };
        Self { form, base }
    }

    /// Returns whether the branch has a calendar of its own.
    pub fn has_own(view: &CalendarsView, branch: &str) -> bool {
        view.calendars.iter().any(|form| form.branch == branch)
    }

    /// Returns the office hours of a weekday, Monday = 0.
    pub fn hours(&self, weekday: usize) -> &str {
        self.form.hours.get(weekday).map_or("", String::as_str)
    }

    /// Writes the office hours of a weekday.
    pub fn set_hours(&mut self, weekday: usize, hours: String) {
        self.form.hours.resize(WEEK, String::new());
        if let Some(own) = self.form.hours.get_mut(weekday) {
            *own = hours;
        }
    }

    /// Returns what a day is.
    pub fn day(&self, date: NaiveDate) -> DayState {
        let key = iso(date);
        let own = self.form.days.iter().find(|day| day.date == key);
        let said = own.or_else(|| self.base.get(&key));
        let week = self.week_works(date);
        let (worked, special) = match said.map(|day| day.kind.as_str()) {
            Some(OFF) => (false, true),
            Some(WORKED) => (true, true),
            _ => (week, false),
        };
        DayState {
            worked,
            special,
            name: said
                .filter(|_| special)
                .map(|day| day.name.clone())
                .unwrap_or_default(),
            own: own.is_some(),
        }
    }

    /// Makes a day off, worked or as the week has it. A day that already is as wanted, under that name, goes back to what comes
    /// with the program.
    pub fn paint(&mut self, date: NaiveDate, kind: &str, name: &str) {
        let key = iso(date);
        let wanted = DayView {
            date: key.clone(),
            kind: kind.to_owned(),
            name: name.trim().to_owned(),
        };
        let again = self.form.days.contains(&wanted);
        self.form.days.retain(|day| day.date != key);
        if !again {
            self.keep(wanted);
        }
    }

    /// Takes the days of a file over. With `whole_years`, days of the file's years that it does not name are as the week has
    /// them: for the calendar of another country.
    pub fn take(&mut self, days: &[DayView], whole_years: bool) {
        let named: BTreeMap<&str, &DayView> =
            days.iter().map(|day| (day.date.as_str(), day)).collect();
        if whole_years {
            let years: Vec<&str> = named.keys().filter_map(|date| date.get(..4)).collect();
            let of_these = |date: &str| date.get(..4).is_some_and(|year| years.contains(&year));
            self.form
                .days
                .retain(|day| !of_these(&day.date) || named.contains_key(day.date.as_str()));
            let freed: Vec<String> = self
                .base
                .keys()
                .filter(|date| of_these(date) && !named.contains_key(date.as_str()))
                .cloned()
                .collect();
            for date in freed {
                self.keep(DayView {
                    date,
                    kind: ORDINARY.to_owned(),
                    name: String::new(),
                });
            }
        }
        for day in named.into_values() {
            self.form.days.retain(|own| own.date != day.date);
            self.keep(day.clone());
        }
    }

    /// Returns the days that taking a file over would change, earliest first.
    pub fn changes(&self, days: &[DayView], whole_years: bool) -> Vec<Change> {
        let mut after = self.clone();
        after.take(days, whole_years);
        let dates: std::collections::BTreeSet<&String> = days
            .iter()
            .map(|day| &day.date)
            .chain(self.form.days.iter().map(|day| &day.date))
            .chain(after.form.days.iter().map(|day| &day.date))
            .collect();
        dates
            .into_iter()
            .filter_map(|date| {
                let day = parse(date)?;
                let (before, after) = (self.day(day), after.day(day));
                let same = (before.worked, before.special, &before.name)
                    == (after.worked, after.special, &after.name);
                (!same).then(|| Change {
                    date: date.clone(),
                    before,
                    after,
                })
            })
            .collect()
    }

    /// Keeps a day unless it says what holds without it.
    fn keep(&mut self, day: DayView) {
        let known = match self.base.get(&day.date) {
            Some(base) => base.kind == day.kind && base.name == day.name,
            None => day.kind == ORDINARY,
        };
        if !known {
            self.form.days.push(day);
            self.form.days.sort();
        }
    }

    /// Returns whether the week has this day worked. A week with no hours at all is Monday to Friday.
    fn week_works(&self, date: NaiveDate) -> bool {
        let weekday = date.weekday().num_days_from_monday() as usize;
        if self.form.hours.iter().all(String::is_empty) {
            return weekday < SATURDAY;
        }
        !self.hours(weekday).trim().is_empty()
    }
}

/// Returns a date as text.
pub fn iso(date: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// Returns the date of a text.
pub fn parse(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// Returns the days of a month, and on which weekday (Monday = 0) it begins.
pub fn month(year: i32, month: u32) -> (usize, Vec<NaiveDate>) {
    let first = NaiveDate::from_ymd_opt(year, month, 1);
    let before = first.map_or(0, |day| day.weekday().num_days_from_monday() as usize);
    let days = first
        .into_iter()
        .flat_map(|day| day.iter_days())
        .take_while(|day| day.month() == month)
        .collect();
    (before, days)
}

/// Returns the day a key leads to, within the year: arrows, Home and End.
pub fn step(from: NaiveDate, key: &str) -> Option<NaiveDate> {
    use huiyin_core::calendar::chrono::Duration;
    let to = match key {
        "ArrowRight" => from.checked_add_signed(Duration::days(1)),
        "ArrowLeft" => from.checked_sub_signed(Duration::days(1)),
        "ArrowDown" => from.checked_add_signed(Duration::days(7)),
        "ArrowUp" => from.checked_sub_signed(Duration::days(7)),
        "Home" => from.with_day(1),
        "End" => month(from.year(), from.month()).1.last().copied(),
        _ => None,
    }?;
    (to.year() == from.year()).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str, kind: &str, name: &str) -> DayView {
        DayView {
            date: date.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
        }
    }

    fn book() -> Book {
        let hours = ["09:00-18:00"; 5]
            .iter()
            .chain([""; 2].iter())
            .map(|hours| (*hours).to_owned())
            .collect();
        Book::of(
            &CalendarsView {
                calendars: vec![CalendarForm {
                    hours,
                    ..CalendarForm::default()
                }],
                builtin: vec![
                    day("2026-10-01", OFF, "国庆节"),
                    day("2026-10-10", WORKED, "国庆节"),
                ],
                ..CalendarsView::default()
            },
            "",
        )
    }

    #[track_caller]
    fn check(book: &Book, date: &str, kind: &str, own: bool) {
        let state = book.day(parse(date).expect("a date"));
        assert_eq!((state.kind(), state.own), (kind, own), "{date}");
    }

    fn date(text: &str) -> NaiveDate {
        parse(text).expect("a date")
    }

    #[test]
    fn a_day_is_what_the_week_the_program_and_the_company_say() {
        let mut book = book();
        check(&book, "2026-10-01", "holiday", false);
        check(&book, "2026-10-10", "make_up", false);
        check(&book, "2026-10-12", "working", false);
        check(&book, "2026-10-17", "rest", false);
        book.paint(date("2026-10-12"), OFF, "盘点");
        check(&book, "2026-10-12", "holiday", true);
        book.paint(date("2026-10-01"), ORDINARY, "");
        check(&book, "2026-10-01", "working", true);
    }

    #[test]
    fn painting_a_day_twice_takes_the_change_back() {
        let mut book = book();
        for _ in 0..2 {
            book.paint(date("2026-10-12"), OFF, "盘点");
        }
        check(&book, "2026-10-12", "working", false);
        assert_eq!(book.form.days, []);
    }

    #[test]
    fn what_holds_anyway_is_not_kept() {
        let mut book = book();
        book.paint(date("2026-10-01"), OFF, "国庆节");
        book.paint(date("2026-10-13"), ORDINARY, "");
        assert_eq!(book.form.days, []);
    }

    #[test]
    fn a_branch_has_the_companys_days_and_keeps_only_its_own() {
        let company = CalendarForm {
            days: vec![day("2026-11-11", OFF, "店庆")],
            ..book().form
        };
        let view = CalendarsView {
            calendars: vec![company],
            ..CalendarsView::default()
        };
        let mut branch = Book::of(&view, "SH01");
        check(&branch, "2026-11-11", "holiday", false);
        assert_eq!(branch.form.days, []);
        branch.paint(date("2026-11-11"), ORDINARY, "");
        check(&branch, "2026-11-11", "working", true);
        assert_eq!(branch.form.days, [day("2026-11-11", ORDINARY, "")]);
    }

    #[test]
    fn a_shop_open_on_saturdays_works_on_saturdays() {
        let mut book = book();
        book.set_hours(5, "10:00-22:00".to_owned());
        check(&book, "2026-10-17", "working", false);
    }

    #[test]
    fn a_file_adds_its_days_and_names_what_would_change() {
        let book = book();
        let file = [
            day("2026-10-01", OFF, "国庆节"),
            day("2026-12-25", OFF, "Christmas"),
        ];
        let dates = |whole| -> Vec<String> {
            let changes = book.changes(&file, whole);
            changes.into_iter().map(|change| change.date).collect()
        };
        assert_eq!(dates(false), ["2026-12-25"]);
        assert_eq!(dates(true), ["2026-10-10", "2026-12-25"]);
        let mut taken = book.clone();
        taken.take(&file, true);
        check(&taken, "2026-10-10", "rest", true);
        check(&taken, "2026-12-25", "holiday", true);
    }

    #[test]
    fn a_month_begins_on_its_weekday_and_keys_stay_in_the_year() {
        let (before, days) = month(2026, 2);
        assert_eq!((before, days.len()), (6, 28));
        assert_eq!(
            step(date("2026-01-31"), "ArrowRight"),
            Some(date("2026-02-01"))
        );
        assert_eq!(step(date("2026-12-30"), "ArrowDown"), None);
        assert_eq!(step(date("2026-02-10"), "End"), Some(date("2026-02-28")));
        assert_eq!(step(date("2026-02-10"), "x"), None);
    }
}
