//! The list rows of one segment as columns: what a device keeps in memory of every record.
//!
//! Texts that repeat (states, kinds, people, cities) are kept once per segment and named by a code; other texts of a column
//! stand behind one another in one buffer; numbers are as narrow as the largest of the column. A case of the usual size takes
//! about 80 bytes beside its own texts. [`Row`] stays the form in which rows are made and stored with a change. The stored form
//! of the columns is in `row_form`, the whole descriptions of cases are [`crate::CaseTexts`].
//!
//! Long: what puts rows into columns, what reads them there and what copies them on a change hold one layout.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use huiyin_core::field::tags;
use huiyin_core::id::RecordKind;
use huiyin_core::pack::PackRef;

use crate::custom_fields::{CustomBuilder, CustomFields};
use crate::{
    CaseColumn, ConsequenceColumn, ContactColumn, CustomerColumn, DeskRow, FileRow, Millis, Row,
    SurveyColumn,
};

/// Where a cell is kept: in the column of texts of its own, or as a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Own(u8),
    Code(u8),
}

/// How the rows of a kind are laid out. The order of the columns is part of the stored form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    cells: &'static [Cell],
    pub(crate) own: usize,
    /// Coded columns, those of the desk included.
    pub(crate) codes: usize,
    /// First coded column of the desk, if the kind has one.
    desk: Option<usize>,
}

/// Coded columns of [`DeskRow`], in this order behind those of the list.
const DESK_CODES: usize = 7;

const CUSTOMER: Shape = Shape {
    cells: &[
        Cell::Own(0),
        Cell::Own(1),
        Cell::Own(2),
        Cell::Own(3),
        Cell::Own(4),
        Cell::Code(0),
        Cell::Own(5),
        Cell::Code(1),
        Cell::Code(2),
        Cell::Code(3),
        Cell::Code(4),
        Cell::Own(6),
        Cell::Code(5),
        Cell::Code(6),
        Cell::Own(7),
        Cell::Code(7),
        Cell::Code(8),
        Cell::Code(9),
        Cell::Code(10),
        Cell::Code(11),
    ],
    own: 8,
    codes: 12 + DESK_CODES,
    desk: Some(12),
};

const CASE: Shape = Shape {
    cells: &[
        Cell::Own(0),
        Cell::Own(1),
        Cell::Own(2),
        Cell::Own(3),
        Cell::Own(4),
        Cell::Code(0),
        Cell::Own(5),
        Cell::Own(6),
        Cell::Code(1),
        Cell::Code(2),
        Cell::Code(3),
        Cell::Code(4),
        Cell::Code(5),
        Cell::Own(7),
        Cell::Own(8),
    ],
    own: 9,
    codes: 6 + DESK_CODES,
    desk: Some(6),
};

const CONSEQUENCE: Shape = Shape {
    cells: &[
        Cell::Own(0),
        Cell::Code(0),
        Cell::Own(1),
        Cell::Code(1),
        Cell::Code(2),
    ],
    own: 2,
    codes: 3,
    desk: None,
};

const CONTACT: Shape = Shape {
    cells: &[
        Cell::Own(0),
        Cell::Own(1),
        Cell::Own(2),
        Cell::Code(0),
        Cell::Code(1),
        Cell::Code(2),
        Cell::Code(3),
        Cell::Code(4),
        Cell::Code(5),
        Cell::Code(6),
        Cell::Own(3),
        Cell::Code(7),
        Cell::Code(8),
        Cell::Code(9),
        Cell::Code(10),
        Cell::Own(4),
    ],
    own: 5,
    codes: 11 + DESK_CODES,
    desk: Some(11),
};

pub(crate) const fn shape(kind: RecordKind) -> &'static Shape {
    match kind {
        RecordKind::Customer => &CUSTOMER,
        RecordKind::Case | RecordKind::Continuation => &CASE,
        RecordKind::Contact => &CONTACT,
        // Five columns too.
        RecordKind::Consequence | RecordKind::Survey => &CONSEQUENCE,
    }
}

/// Facts of a row that are true or not, as bits; part of the stored form.
pub(crate) mod flag {
    pub const PROVISIONAL: u16 = 1;
    pub const UNTOUCHED: u16 = 1 << 1;
    pub const HEADED: u16 = 1 << 2;
    pub const DUE: u16 = 1 << 3;
    pub const ENDED: u16 = 1 << 4;
    pub const DONE: u16 = 1 << 5;
    pub const DESK: u16 = 1 << 6;
    pub const PACK: u16 = 1 << 7;
    pub const PACK_MISSING: u16 = 1 << 8;
    pub const PAUSED: u16 = 1 << 9;
    pub const AWAITED: u16 = 1 << 10;
    pub const RUNNING: u16 = 1 << 11;
    pub const ACTIONS: u16 = 1 << 12;
    pub const LINKED: u16 = 1 << 13;
    pub const CARRIED_OUT: u16 = 1 << 14;
    pub const FILE: u16 = 1 << 15;
}

/// Numbers, each as wide as the largest needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Narrow {
    Zero(usize),
    One(Box<[u8]>),
    Two(Box<[u16]>),
    Four(Box<[u32]>),
}

impl Narrow {
    pub fn of(values: &[u32]) -> Self {
        match values.iter().copied().max().unwrap_or(0) {
            0 => Self::Zero(values.len()),
            1..=0xff => Self::One(values.iter().map(|value| *value as u8).collect()),
            0x100..=0xffff => Self::Two(values.iter().map(|value| *value as u16).collect()),
            _ => Self::Four(values.into()),
        }
    }

    pub fn get(&self, index: usize) -> u32 {
        match self {
            Self::Zero(_) => 0,
            Self::One(values) => u32::from(values[index]),
            Self::Two(values) => u32::from(values[index]),
            Self::Four(values) => values[index],
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let len = match self {
            Self::Zero(len) => *len,
            Self::One(values) => values.len(),
            Self::Two(values) => values.len(),
            Self::Four(values) => values.len(),
        };
        (0..len).map(|index| self.get(index))
    }

    pub fn bytes(&self) -> usize {
        match self {
            Self::Zero(_) => 0,
            Self::One(values) => values.len(),
            Self::Two(values) => 2 * values.len(),
            Self::Four(values) => 4 * values.len(),
        }
    }
}

/// The texts of one column, one behind the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arena {
    /// Where each text ends, in bytes.
    pub ends: Narrow,
    pub text: Box<str>,
}

impl Arena {
    fn get(&self, index: usize) -> &str {
        let from = if index == 0 {
            0
        } else {
            self.ends.get(index - 1) as usize
        };
        &self.text[from..self.ends.get(index) as usize]
    }
}

/// The rows of one segment, by local id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    pub(crate) shape: &'static Shape,
    pub(crate) locals: Box<[u64]>,
    pub(crate) received: Box<[Millis]>,
    pub(crate) updated: Box<[Millis]>,
    pub(crate) due: Box<[Millis]>,
    pub(crate) ended: Box<[Millis]>,
    pub(crate) done: Box<[Millis]>,
    pub(crate) flags: Box<[u16]>,
    pub(crate) groups: Box<[u8]>,
    pub(crate) conflicts: Narrow,
    pub(crate) clashes: Narrow,
    /// Texts that codes name; the first is empty.
    pub(crate) dictionary: Vec<Box<str>>,
    pub(crate) codes: Vec<Narrow>,
    pub(crate) own: Vec<Arena>,
    /// Rows with more of the desk than codes and flags tell: postcard of a [`DeskRow`] without what these tell.
    pub(crate) desks: Vec<(u32, Box<[u8]>)>,
    /// Fields that only an import knows.
    pub(crate) custom: CustomFields,
}

/// One row of [`Columns`]. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct RowRef<'a> {
    columns: &'a Columns,
    index: usize,
}

impl Columns {
    /// Returns no rows of a kind.
    pub fn empty(kind: RecordKind) -> Self {
        Builder::new(shape(kind)).finish()
    }

    /// Returns no rows, of the same kind.
    pub(crate) fn empty_like(other: &Self) -> Self {
        Builder::new(other.shape).finish()
    }

    /// Returns the columns of rows; of rows with the same local id the last counts.
    pub fn of(kind: RecordKind, rows: &[Row]) -> Self {
        let mut order: Vec<&Row> = rows.iter().collect();
        order.sort_by_key(|row| row.local);
        let mut builder = Builder::new(shape(kind));
        for (index, row) in order.iter().enumerate() {
            if order
                .get(index + 1)
                .is_none_or(|next| next.local != row.local)
            {
                builder.push(row);
            }
        }
        builder.finish()
    }

    /// Returns the columns with these rows put in or replaced and those of `removed` left out.
    #[must_use]
    pub fn changed(&self, rows: &[Row], removed: &[u64]) -> Self {
        let mut put: BTreeMap<u64, &Row> = rows.iter().map(|row| (row.local, row)).collect();
        let removed: BTreeSet<u64> = removed.iter().copied().collect();
        let mut builder = Builder::new(self.shape);
        for row in self.iter() {
            while let Some(first) = put.first_entry().filter(|first| *first.key() < row.local()) {
                builder.push(first.remove());
            }
            if let Some(row) = put.remove(&row.local()) {
                builder.push(row);
            } else if !removed.contains(&row.local()) {
                builder.copy(row);
            }
        }
        for row in put.into_values() {
            builder.push(row);
        }
        builder.finish()
    }

    /// Returns whether these are rows of cases or continuations.
    pub fn is_of_cases(&self) -> bool {
        self.shape == &CASE
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.locals.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.locals.is_empty()
    }

    /// Returns the row at a place.
    ///
    /// # Panics
    /// If there are not so many rows.
    pub fn row(&self, index: usize) -> RowRef<'_> {
        assert!(index < self.len(), "places are those of these columns");
        RowRef {
            columns: self,
            index,
        }
    }

    /// Returns the rows by local id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RowRef<'_>> {
        (0..self.len()).map(|index| RowRef {
            columns: self,
            index,
        })
    }

    /// Returns the row with this local id.
    pub fn find(&self, local: u64) -> Option<RowRef<'_>> {
        self.locals
            .binary_search(&local)
            .ok()
            .map(|index| self.row(index))
    }

    /// Returns the texts that codes name.
    pub fn dictionary(&self) -> &[Box<str>] {
        &self.dictionary
    }

    /// Returns the texts of a column behind one another, if the column keeps texts of its own.
    pub fn arena(&self, column: usize) -> Option<&str> {
        match self.shape.cells.get(column)? {
            Cell::Own(own) => Some(&self.own[usize::from(*own)].text),
            Cell::Code(_) => None,
        }
    }

    /// Returns the row whose text of a column holds the byte at `at` of its [`Self::arena`], and where that text begins and ends.
    pub fn row_at(&self, column: usize, at: usize) -> Option<(usize, usize, usize)> {
        let Cell::Own(own) = self.shape.cells.get(column)? else {
            return None;
        };
        let arena = &self.own[usize::from(*own)];
        if at >= arena.text.len() {
            return None;
        }
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if arena.ends.get(middle) as usize <= at {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let from = match low {
            0 => 0,
            row => arena.ends.get(row - 1) as usize,
        };
        Some((low, from, arena.ends.get(low) as usize))
    }

    /// Returns the bytes these columns take in memory.
    pub fn bytes(&self) -> usize {
        let own: usize = self
            .own
            .iter()
            .map(|arena| arena.text.len() + arena.ends.bytes())
            .sum();
        let codes: usize = self.codes.iter().map(Narrow::bytes).sum();
        let words: usize = self.dictionary.iter().map(|text| text.len() + 16).sum();
        let desks: usize = self.desks.iter().map(|(_, bytes)| bytes.len() + 24).sum();
        let fixed = 6 * 8 + 2 + 1;
        size_of::<Self>()
            + self.len() * fixed
            + self.conflicts.bytes()
            + self.clashes.bytes()
            + own
            + codes
            + words
            + desks
            + self.custom.bytes()
    }

    /// Returns the names of the fields that only an import knows and some row has, without their prefix; in no particular order.
    pub fn custom_names(&self) -> &[Box<str>] {
        self.custom.names()
    }

    /// Returns the code a coded column has in a row; 0, which names the empty text, for other columns.
    pub fn code_at(&self, column: usize, index: usize) -> u32 {
        match self.shape.cells.get(column) {
            Some(Cell::Code(code)) => self.codes[usize::from(*code)].get(index),
            _ => 0,
        }
    }
}

impl<'a> RowRef<'a> {
    fn flag(&self, flag: u16) -> bool {
        self.columns.flags[self.index] & flag != 0
    }

    fn time(&self, flag: u16, times: &[Millis]) -> Option<Millis> {
        self.flag(flag).then(|| times[self.index])
    }

    fn coded(&self, column: usize) -> &'a str {
        &self.columns.dictionary[self.columns.codes[column].get(self.index) as usize]
    }

    fn desk_text(&self, offset: usize) -> &'a str {
        match self.columns.shape.desk {
            Some(first) => self.coded(first + offset),
            None => "",
        }
    }

    /// Returns the place in its columns.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the local id within the segment.
    pub fn local(&self) -> u64 {
        self.columns.locals[self.index]
    }

    /// Returns the time of the last change.
    pub fn updated(&self) -> Millis {
        self.columns.updated[self.index]
    }

    /// Returns when it was made, or received for a case.
    pub fn received(&self) -> Millis {
        self.columns.received[self.index]
    }

    /// Returns when it is due.
    pub fn due(&self) -> Option<Millis> {
        self.time(flag::DUE, &self.columns.due)
    }

    /// Returns when the clock stopped; see [`Row::ended`].
    pub fn ended(&self) -> Option<Millis> {
        self.time(flag::ENDED, &self.columns.ended)
    }

    /// Returns when the case came to its end, if it has.
    pub fn done(&self) -> Option<Millis> {
        self.time(flag::DONE, &self.columns.done)
    }

    /// Returns whether the deadline was counted without known holidays.
    pub fn provisional(&self) -> bool {
        self.flag(flag::PROVISIONAL)
    }

    /// Returns the coarse state; see [`Row::group`].
    pub fn group(&self) -> u8 {
        self.columns.groups[self.index]
    }

    /// Returns the number of fields in conflict.
    pub fn conflicts(&self) -> u16 {
        self.columns.conflicts.get(self.index) as u16
    }

    /// Returns the number of acts to check.
    pub fn clashes(&self) -> u16 {
        self.columns.clashes.get(self.index) as u16
    }

    /// Returns whether it came with an import and was not edited since.
    pub fn untouched_import(&self) -> bool {
        self.flag(flag::UNTOUCHED)
    }

    /// Returns whether the subject is the beginning of the description.
    pub fn is_headed(&self) -> bool {
        self.flag(flag::HEADED)
    }

    /// Returns a text of a customer row.
    pub fn customer(&self, column: CustomerColumn) -> &'a str {
        self.cell(column as usize)
    }

    /// Returns a text of a case row.
    pub fn case(&self, column: CaseColumn) -> &'a str {
        self.cell(column as usize)
    }

    /// Returns a text of a row of a penalty or reward.
    pub fn consequence(&self, column: ConsequenceColumn) -> &'a str {
        self.cell(column as usize)
    }

    /// Returns a text of a contact's row.
    pub fn contact(&self, column: ContactColumn) -> &'a str {
        self.cell(column as usize)
    }

    /// Returns a text of an answered survey's row.
    pub fn survey(&self, column: SurveyColumn) -> &'a str {
        self.cell(column as usize)
    }

    /// Returns the text of the column with this number; empty if the kind has none.
    pub fn cell(&self, index: usize) -> &'a str {
        match self.columns.shape.cells.get(index) {
            Some(Cell::Own(own)) => self.columns.own[usize::from(*own)].get(self.index),
            Some(Cell::Code(column)) => self.coded(usize::from(*column)),
            None => "",
        }
    }

    /// Returns the value of a field that only an import knows, by its name without the prefix; empty if there is none.
    pub fn custom(&self, name: &str) -> &'a str {
        self.columns.custom.get(self.index, name)
    }

    /// Returns the fields that only an import knows, by name without the prefix.
    pub fn customs(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.columns.custom.of_row(self.index)
    }

    /// Returns the reference of the pack version a case began under; empty if none.
    pub fn pack(&self) -> &'a str {
        self.desk_text(0)
    }

    /// Returns the channel of a case.
    pub fn channel(&self) -> &'a str {
        self.desk_text(1)
    }

    /// Returns whether the pack version of the case is not on this device.
    pub fn lacks_pack(&self) -> bool {
        self.flag(flag::PACK_MISSING)
    }

    /// Returns whether its clocks stand still.
    pub fn is_paused(&self) -> bool {
        self.flag(flag::PAUSED)
    }

    /// Returns whether it waits for a signature.
    pub fn awaits_signature(&self) -> bool {
        self.flag(flag::AWAITED)
    }

    /// Returns whether clocks of a pack run.
    pub fn has_clocks(&self) -> bool {
        self.flag(flag::RUNNING)
    }

    /// Returns whether it has corrective or preventive actions.
    pub fn has_actions(&self) -> bool {
        self.flag(flag::ACTIONS)
    }

    /// Returns whether it names a leading or original case.
    pub fn is_linked(&self) -> bool {
        self.flag(flag::LINKED)
    }

    /// Returns whether the solution of a case was carried out; when is in [`DeskRow::carried_out`].
    pub fn is_carried_out(&self) -> bool {
        self.flag(flag::CARRIED_OUT)
    }

    /// Returns whether rules for files say anything of a customer; what is in [`Self::file`].
    pub fn has_file(&self) -> bool {
        self.flag(flag::FILE)
    }

    /// Returns the duties of a customer's file; none if rules say nothing of it. Read anew at each call, like [`Self::desk`].
    pub fn file(&self) -> Option<FileRow> {
        if self.has_file() {
            self.desk()?.file
        } else {
            None
        }
    }

    /// Returns when somebody last reported a contact in a customer's file itself; contacts are rows of their own.
    pub fn contact_reported(&self) -> Option<Millis> {
        self.ended()
    }

    /// Returns the yearly amount of a customer in cents; nothing if it has none.
    pub fn value(&self) -> Option<i64> {
        self.customer(CustomerColumn::Value).parse().ok()
    }

    /// Returns the day a customer was last graded, as its events say, else its field.
    pub fn graded_on(&self) -> Option<NaiveDate> {
        self.day(CustomerColumn::GradedOn)
    }

    /// Returns the day a customer's column holds: grading, birthday, delivery, moving in.
    pub fn day(&self, column: CustomerColumn) -> Option<NaiveDate> {
        self.customer(column).parse().ok()
    }

    /// Returns the tags of a customer.
    pub fn tags(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        tags(self.customer(CustomerColumn::Tags))
    }

    /// Returns whether there is anything of the desk.
    pub fn has_desk(&self) -> bool {
        self.flag(flag::DESK)
    }

    /// Returns what the complaint desk needs beside the columns; none if there is nothing of it. Read anew at each call: ask the
    /// flags above first.
    pub fn desk(&self) -> Option<DeskRow> {
        if !self.flag(flag::DESK) {
            return None;
        }
        let at = self.index as u32;
        let mut desk: DeskRow = self
            .columns
            .desks
            .binary_search_by_key(&at, |(index, _)| *index)
            .ok()
            .and_then(|found| postcard::from_bytes(&self.columns.desks[found].1).ok())
            .unwrap_or_default();
        let text = |offset| self.desk_text(offset).to_owned();
        desk.pack = self.flag(flag::PACK).then(|| PackRef(text(0)));
        desk.channel = text(1);
        desk.assignee = text(2);
        desk.registrar = text(3);
        desk.against_person = text(4);
        desk.from_branch = text(5);
        desk.to_branch = text(6);
        desk.pack_missing = self.flag(flag::PACK_MISSING);
        desk.paused = self.flag(flag::PAUSED);
        Some(desk)
    }

    /// Returns the row by itself; the text of a case beyond its subject is not kept in columns.
    pub fn to_row(&self) -> Row {
        let cells: Vec<&str> = (0..self.columns.shape.cells.len())
            .map(|column| self.cell(column))
            .collect();
        Row {
            local: self.local(),
            updated: self.updated(),
            received: self.received(),
            due: self.due(),
            ended: self.ended(),
            done: self.done(),
            provisional: self.provisional(),
            group: self.group(),
            conflicts: self.conflicts(),
            clashes: self.clashes(),
            untouched_import: self.untouched_import(),
            desk: self.desk().map(Box::new),
            text: crate::row::pack(&cells),
            headed: self.is_headed(),
            rest: Box::default(),
            custom: self
                .customs()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        }
    }
}

/// Puts rows into columns.
struct Builder {
    shape: &'static Shape,
    locals: Vec<u64>,
    received: Vec<Millis>,
    updated: Vec<Millis>,
    due: Vec<Millis>,
    ended: Vec<Millis>,
    done: Vec<Millis>,
    flags: Vec<u16>,
    groups: Vec<u8>,
    conflicts: Vec<u32>,
    clashes: Vec<u32>,
    dictionary: Vec<Box<str>>,
    known: BTreeMap<Box<str>, u32>,
    /// Codes of the columns that rows are copied from, in this dictionary; filled as they are met.
    copied: Vec<Option<u32>>,
    codes: Vec<Vec<u32>>,
    own: Vec<(Vec<u32>, String)>,
    desks: Vec<(u32, Box<[u8]>)>,
    custom: CustomBuilder,
}

impl Builder {
    fn new(shape: &'static Shape) -> Self {
        Self {
            shape,
            locals: Vec::new(),
            received: Vec::new(),
            updated: Vec::new(),
            due: Vec::new(),
            ended: Vec::new(),
            done: Vec::new(),
            flags: Vec::new(),
            groups: Vec::new(),
            conflicts: Vec::new(),
            clashes: Vec::new(),
            dictionary: vec![Box::default()],
            known: BTreeMap::from([(Box::default(), 0)]),
            copied: Vec::new(),
            codes: vec![Vec::new(); shape.codes],
            own: vec![Default::default(); shape.own],
            desks: Vec::new(),
            custom: CustomBuilder::default(),
        }
    }

    fn code(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(code) = self.known.get(text) {
            return *code;
        }
        let code = self.dictionary.len() as u32;
        self.dictionary.push(text.into());
        self.known.insert(text.into(), code);
        code
    }

    fn put(&mut self, cell: Cell, text: &str) {
        match cell {
            Cell::Own(own) => {
                let (ends, arena) = &mut self.own[usize::from(own)];
                arena.push_str(text);
                ends.push(arena.len() as u32);
            }
            Cell::Code(column) => {
                let column = usize::from(column);
                let last = self.codes[column].last().copied();
                let code = match last {
                    Some(last) if *self.dictionary[last as usize] == *text => last,
                    _ => self.code(text),
                };
                self.codes[column].push(code);
            }
        }
    }

    fn push(&mut self, row: &Row) {
        let mut flags = 0;
        let mut set = |holds: bool, flag: u16| flags |= if holds { flag } else { 0 };
        set(row.provisional, flag::PROVISIONAL);
        set(row.untouched_import, flag::UNTOUCHED);
        set(row.headed, flag::HEADED);
        set(row.due.is_some(), flag::DUE);
        set(row.ended.is_some(), flag::ENDED);
        set(row.done.is_some(), flag::DONE);
        if let Some(desk) = self.shape.desk.and(row.desk.as_deref()) {
            set(true, flag::DESK);
            set(desk.pack.is_some(), flag::PACK);
            set(desk.pack_missing, flag::PACK_MISSING);
            set(desk.paused, flag::PAUSED);
            set(desk.awaited.is_some(), flag::AWAITED);
            set(!desk.running.is_empty(), flag::RUNNING);
            set(!desk.actions.is_empty(), flag::ACTIONS);
            set(desk.carried_out.is_some(), flag::CARRIED_OUT);
            set(desk.file.is_some(), flag::FILE);
            set(
                !desk.matter.is_empty() || !desk.original.is_empty(),
                flag::LINKED,
            );
        }
        self.plain(
            row.local,
            [row.received, row.updated],
            [row.due, row.ended, row.done].map(Option::unwrap_or_default),
            flags,
            row.group,
        );
        for (name, value) in &row.custom {
            self.custom.push(self.locals.len() - 1, name, value);
        }
        self.conflicts.push(u32::from(row.conflicts));
        self.clashes.push(u32::from(row.clashes));
        let mut cells = row.cells();
        for cell in self.shape.cells {
            self.put(*cell, cells.next().unwrap_or_default());
        }
        if let Some(first) = self.shape.desk {
            let none = DeskRow::default();
            let desk = row.desk.as_deref().unwrap_or(&none);
            let texts: [&str; DESK_CODES] = [
                desk.pack.as_ref().map_or("", |pack| &pack.0),
                &desk.channel,
                &desk.assignee,
                &desk.registrar,
                &desk.against_person,
                &desk.from_branch,
                &desk.to_branch,
            ];
            for (offset, text) in texts.into_iter().enumerate() {
                self.put(Cell::Code((first + offset) as u8), text);
            }
            let rest = DeskRow {
                running: desk.running.clone(),
                awaited: desk.awaited.clone(),
                actions: desk.actions.clone(),
                matter: desk.matter.clone(),
                original: desk.original.clone(),
                carried_out: desk.carried_out,
                called_back: desk.called_back,
                file: desk.file.clone(),
                ..DeskRow::default()
            };
            if rest != DeskRow::default() {
                let bytes = postcard::to_allocvec(&rest).expect("a desk row is plain data");
                let at = self.locals.len() as u32 - 1;
                self.desks.push((at, bytes.into_boxed_slice()));
            }
        }
    }

    fn plain(
        &mut self,
        local: u64,
        [received, updated]: [Millis; 2],
        [due, ended, done]: [Millis; 3],
        flags: u16,
        group: u8,
    ) {
        self.locals.push(local);
        self.received.push(received);
        self.updated.push(updated);
        self.due.push(due);
        self.ended.push(ended);
        self.done.push(done);
        self.flags.push(flags);
        self.groups.push(group);
    }

    /// Puts in a row of other columns of the same kind; always of the same ones.
    fn copy(&mut self, row: RowRef<'_>) {
        let (columns, index) = (row.columns, row.index);
        self.plain(
            columns.locals[index],
            [columns.received[index], columns.updated[index]],
            [
                columns.due[index],
                columns.ended[index],
                columns.done[index],
            ],
            columns.flags[index],
            columns.groups[index],
        );
        for (name, value) in row.customs() {
            self.custom.push(self.locals.len() - 1, name, value);
        }
        self.conflicts.push(columns.conflicts.get(index));
        self.clashes.push(columns.clashes.get(index));
        for (arena, (ends, text)) in columns.own.iter().zip(&mut self.own) {
            text.push_str(arena.get(index));
            ends.push(text.len() as u32);
        }
        self.copied.resize(columns.dictionary.len(), None);
        for (column, codes) in columns.codes.iter().enumerate() {
            let old = codes.get(index) as usize;
            let code = match self.copied[old] {
                Some(code) => code,
                None => self.code(&columns.dictionary[old]),
            };
            self.copied[old] = Some(code);
            self.codes[column].push(code);
        }
        let at = index as u32;
        if let Ok(found) = columns.desks.binary_search_by_key(&at, |(at, _)| *at) {
            let at = self.locals.len() as u32 - 1;
            self.desks.push((at, columns.desks[found].1.clone()));
        }
    }

    fn finish(self) -> Columns {
        Columns {
            shape: self.shape,
            locals: self.locals.into(),
            received: self.received.into(),
            updated: self.updated.into(),
            due: self.due.into(),
            ended: self.ended.into(),
            done: self.done.into(),
            flags: self.flags.into(),
            groups: self.groups.into(),
            conflicts: Narrow::of(&self.conflicts),
            clashes: Narrow::of(&self.clashes),
            dictionary: self.dictionary,
            codes: self.codes.iter().map(|codes| Narrow::of(codes)).collect(),
            own: self
                .own
                .into_iter()
                .map(|(ends, text)| Arena {
                    ends: Narrow::of(&ends),
                    text: text.into(),
                })
                .collect(),
            desks: self.desks,
            custom: self.custom.finish(),
        }
    }
}
