//! Spreadsheets (XLSX) in and out, in a program of their own: most visits need neither.
//!
//! [`read`] makes CSV of one sheet, which the import then takes like any CSV file; [`mod@write`] makes a workbook of rows. Both are plain
//! functions of bytes. Files come from outside and are taken for hostile: what is read is measured first (`archive`) and
//! every size has a limit below. Macros, formulas, links and pictures are never looked at; of a formula the value last computed
//! counts.

mod archive;
mod cell;
pub mod read;
#[cfg(target_arch = "wasm32")]
pub mod worker;
pub mod write;

/// Largest workbook taken, in bytes.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;
/// Most parts (files) in the archive of a workbook.
pub const MAX_PARTS: usize = 10_000;
/// Most bytes the read parts of a workbook may inflate to.
pub const MAX_INFLATED_BYTES: u64 = 1024 * 1024 * 1024;
/// Most bytes the table of shared texts may inflate to; it is held in memory.
pub const MAX_SHARED_TEXT_BYTES: u64 = 256 * 1024 * 1024;
/// Most columns of a sheet.
pub const MAX_COLUMNS: u32 = 1_000;
/// Empty rows in a row that are kept as empty lines, so that numbers of lines and rows agree; of a longer gap only these are kept.
pub const MAX_EMPTY_LINES: u32 = 1_000;
/// Largest CSV text made of a sheet, in bytes; what the import takes.
pub const MAX_CSV_BYTES: usize = 200 * 1024 * 1024;
/// Characters a cell holds. **Source:** Excel specifications and limits.
pub const MAX_CELL_CHARS: usize = 32_767;
/// Rows of a sheet below its header. **Source:** Excel specifications and limits (1,048,576 rows).
pub const MAX_ROWS: usize = 1_048_575;
