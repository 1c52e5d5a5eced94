//! The columns of an Automerge change: LEB128 numbers, and runs of equal cells beside literal ones.
//!
//! **Source:** Automerge binary format, "Column compression": run-length encoding. Written exactly as Automerge writes them, so that
//! a change made here has the bytes, and with them the hash, of the same change made there.

/// Longest LEB128 form of 64 bits.
const MAX_LEB128: usize = 10;

/// Appends an unsigned number.
pub(crate) fn put_unsigned(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let byte = (value & 0x7F) as u8;
        value >>= 7;
        if value == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// Appends a signed number.
pub(crate) fn put_signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = (value & 0x7F) as u8;
        value >>= 7;
        let done = (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0);
        if done {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// Takes an unsigned number off the front; none if it is cut short or does not fit 64 bits.
pub(crate) fn take_unsigned(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().take(MAX_LEB128).enumerate() {
        let part = u64::from(byte & 0x7F);
        if index == MAX_LEB128 - 1 && part > 1 {
            return None;
        }
        value |= part << (7 * index);
        if byte & 0x80 == 0 {
            *bytes = &bytes[index + 1..];
            return Some(value);
        }
    }
    None
}

/// Takes a signed number off the front; none if it is cut short or does not fit 64 bits.
pub(crate) fn take_signed(bytes: &mut &[u8]) -> Option<i64> {
    let mut value = 0_i64;
    for (index, byte) in bytes.iter().take(MAX_LEB128).enumerate() {
        let shift = 7 * index;
        value |= i64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            if byte & 0x40 != 0 && shift + 7 < 64 {
                value |= -1 << (shift + 7);
            }
            *bytes = &bytes[index + 1..];
            return Some(value);
        }
    }
    None
}

/// Takes so many bytes off the front; none if there are fewer.
pub(crate) fn take_bytes<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

/// Takes a length and so many bytes off the front.
pub(crate) fn take_prefixed<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(take_unsigned(bytes)?).ok()?;
    take_bytes(bytes, length)
}

/// Appends bytes after their length.
pub(crate) fn put_prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    put_unsigned(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// A value of a column.
pub(crate) trait Cell: Copy + PartialEq {
    /// Appends the value.
    fn put(self, out: &mut Vec<u8>);
}

impl Cell for u64 {
    fn put(self, out: &mut Vec<u8>) {
        put_unsigned(out, self);
    }
}

impl Cell for i64 {
    fn put(self, out: &mut Vec<u8>) {
        put_signed(out, self);
    }
}

impl Cell for &str {
    fn put(self, out: &mut Vec<u8>) {
        put_prefixed(out, self.as_bytes());
    }
}

/// Writes a run-length encoded column.
#[derive(Debug)]
pub(crate) struct Runs<T> {
    out: Vec<u8>,
    /// Cells that differ from their neighbours, not yet written.
    literal: Vec<T>,
    /// The latest cell and how often it came in a row.
    last: Option<(T, u64)>,
    /// Empty cells after it.
    nulls: u64,
}

impl<T: Cell> Runs<T> {
    /// Returns an empty column.
    pub(crate) fn new() -> Self {
        Self {
            out: Vec::new(),
            literal: Vec::new(),
            last: None,
            nulls: 0,
        }
    }

    /// Appends `count` empty cells.
    pub(crate) fn nulls(&mut self, count: u64) {
        if self.nulls == 0 {
            self.flush();
        }
        self.nulls += count;
    }

    /// Appends a cell or an empty one.
    pub(crate) fn push_maybe(&mut self, cell: Option<T>) {
        match cell {
            Some(cell) => self.push(cell),
            None => self.nulls(1),
        }
    }

    /// Appends a cell.
    pub(crate) fn push(&mut self, cell: T) {
        self.flush_nulls();
        match &mut self.last {
            Some((last, count)) if *last == cell => {
                *count += 1;
                if *count == 2 {
                    self.flush_literal();
                }
            }
            Some((last, 1)) => {
                self.literal.push(*last);
                *last = cell;
            }
            _ => {
                self.flush_run();
                self.last = Some((cell, 1));
            }
        }
    }

    /// Appends a cell `count` times.
    pub(crate) fn push_run(&mut self, cell: T, count: u64) {
        for _ in 0..count.min(2) {
            self.push(cell);
        }
        if let Some((_, run)) = &mut self.last {
            *run += count.saturating_sub(2);
        }
    }

    fn flush_nulls(&mut self) {
        if self.nulls > 0 {
            put_signed(&mut self.out, 0);
            put_unsigned(&mut self.out, self.nulls);
            self.nulls = 0;
        }
    }

    fn flush_run(&mut self) {
        if let Some((cell, count)) = self.last.take() {
            put_signed(&mut self.out, count as i64);
            cell.put(&mut self.out);
        }
    }

    fn flush_literal(&mut self) {
        if self.literal.is_empty() {
            return;
        }
        put_signed(&mut self.out, -(self.literal.len() as i64));
        for cell in self.literal.drain(..) {
            cell.put(&mut self.out);
        }
    }

    /// Writes cells that wait.
    fn flush(&mut self) {
        if let Some((cell, 1)) = self.last {
            self.literal.push(cell);
            self.last = None;
        }
        self.flush_literal();
        self.flush_run();
    }

    /// Returns the bytes of the column; nothing if all cells are empty.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.flush();
        if !self.out.is_empty() {
            self.flush_nulls();
        }
        self.out
    }
}

/// What comes next in a run-length encoded column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ahead {
    Start,
    Run(u64),
    Literal(u64),
}

/// Reads a run-length encoded column without empty cells.
#[derive(Debug, Clone)]
pub(crate) struct RunReader<'a, T> {
    column: &'a [u8],
    bytes: &'a [u8],
    ahead: Ahead,
    cell: Option<T>,
    /// Where in the column that cell stands.
    cell_at: usize,
}

/// Where a reader stands in its column, so that another goes on from there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stand {
    read: u32,
    ahead: Ahead,
    cell_at: u32,
}

/// A cell that can be read.
pub(crate) trait ReadCell<'a>: Copy {
    /// Takes a cell off the front; none if it is damaged.
    fn take(bytes: &mut &'a [u8]) -> Option<Self>;
}

impl ReadCell<'_> for u64 {
    fn take(bytes: &mut &[u8]) -> Option<Self> {
        take_unsigned(bytes)
    }
}

impl ReadCell<'_> for i64 {
    fn take(bytes: &mut &[u8]) -> Option<Self> {
        take_signed(bytes)
    }
}

impl<'a> ReadCell<'a> for &'a str {
    fn take(bytes: &mut &'a [u8]) -> Option<Self> {
        std::str::from_utf8(take_prefixed(bytes)?).ok()
    }
}

impl<'a, T: ReadCell<'a>> RunReader<'a, T> {
    /// Returns a reader of these bytes.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            column: bytes,
            bytes,
            ahead: Ahead::Start,
            cell: None,
            cell_at: 0,
        }
    }

    /// Returns where it stands.
    pub(crate) fn stand(&self) -> Stand {
        Stand {
            read: (self.column.len() - self.bytes.len()) as u32,
            ahead: self.ahead,
            cell_at: self.cell_at as u32,
        }
    }

    /// Returns a reader of a column that stands where another stood.
    pub(crate) fn standing(column: &'a [u8], stand: Stand) -> Option<Self> {
        let cell_at = stand.cell_at as usize;
        let cell = match stand.ahead {
            Ahead::Run(_) => Some(T::take(&mut column.get(cell_at..)?)?),
            Ahead::Start | Ahead::Literal(_) => None,
        };
        Some(Self {
            column,
            bytes: column.get(stand.read as usize..)?,
            ahead: stand.ahead,
            cell,
            cell_at,
        })
    }

    /// Returns the next cell and how often it comes in one run; none at the end, at damage and at empty cells.
    pub(crate) fn next_run(&mut self) -> Option<(T, u64)> {
        loop {
            match self.ahead {
                Ahead::Start => {
                    let count = take_signed(&mut self.bytes)?;
                    self.ahead = match count {
                        1.. => {
                            self.cell_at = self.column.len() - self.bytes.len();
                            self.cell = Some(T::take(&mut self.bytes)?);
                            Ahead::Run(count as u64)
                        }
                        0 => return None,
                        _ => Ahead::Literal(count.unsigned_abs()),
                    };
                }
                Ahead::Run(count) => {
                    self.ahead = Ahead::Start;
                    return Some((self.cell?, count));
                }
                Ahead::Literal(count) => {
                    self.ahead = match count {
                        1 => Ahead::Start,
                        _ => Ahead::Literal(count - 1),
                    };
                    return Some((T::take(&mut self.bytes)?, 1));
                }
            }
        }
    }

    /// Returns the next cell.
    pub(crate) fn next_cell(&mut self) -> Option<T> {
        let (cell, count) = self.next_run()?;
        if count > 1 {
            self.cell = Some(cell);
            self.ahead = Ahead::Run(count - 1);
        }
        Some(cell)
    }

    /// Returns whether everything was read.
    pub(crate) fn is_done(&self) -> bool {
        self.bytes.is_empty() && matches!(self.ahead, Ahead::Start)
    }
}

/// Returns the cells of a column of so many, empty ones too; a column without bytes has only empty ones. None if it has not so many.
pub(crate) fn cells<'a, T: ReadCell<'a>>(
    mut bytes: &'a [u8],
    count: usize,
) -> Option<Vec<Option<T>>> {
    if bytes.is_empty() {
        return Some(vec![None; count]);
    }
    let mut all: Vec<Option<T>> = Vec::with_capacity(count);
    while !bytes.is_empty() {
        let left = count - all.len();
        let fits = |length: u64| {
            usize::try_from(length)
                .ok()
                .filter(|length| *length <= left)
        };
        match take_signed(&mut bytes)? {
            0 => {
                let nulls = fits(take_unsigned(&mut bytes)?)?;
                all.resize(all.len() + nulls, None);
            }
            run @ 1.. => {
                let cell = T::take(&mut bytes)?;
                all.resize(all.len() + fits(run.unsigned_abs())?, Some(cell));
            }
            literal => {
                for _ in 0..fits(literal.unsigned_abs())? {
                    all.push(Some(T::take(&mut bytes)?));
                }
            }
        }
    }
    (all.len() == count).then_some(all)
}
