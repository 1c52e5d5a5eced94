//! The table on the screen and the page `docs/benchmarks.md`.
//!
//! Long: the same rows as a table and as a page.

use super::{
    budget::{APP, verdict},
    row::Row,
};
use std::{collections::BTreeMap, fmt::Write as _};

/// Engines of this product; all others are peers.
const OWN: &str = "huiyin";
/// Those of ours that do what a peer does: the app, and for the merge, which peers do without a socket, the engine in memory. The
/// command line is no browser.
const COMPARED: [&str; 2] = [APP, "huiyin-memory"];
/// Metrics whose bytes went over a socket and are compared too.
const EXCHANGING: [&str; 2] = ["merge", "new_device_complete"];
/// Metrics in the order of the table, with what they are.
const METRICS: &[(&str, &str)] = &[
    (
        "import",
        "the workload from a file, stored: in the app from the file chosen to the report shown",
    ),
    (
        "open",
        "a new browser process on data on disk: navigation to the first 50 customers, sorted, and the count of open cases, painted",
    ),
    (
        "open_rested",
        "the same in a browser process that has finished its own start, 2.5 s after it began",
    ),
    (
        "open_cases",
        "as `open`, to the counts of all groups of cases",
    ),
    (
        "edit",
        "a step with a note in a case that is on the screen, asked to answered; the answer comes after the commit, which is made not to wait for the disk, as those of the peers do not",
    ),
    (
        "edit_strict",
        "the same as the app does it, each commit waiting for the disk (strict durability)",
    ),
    (
        "edit_cold",
        "a note in a case never opened, in a part of the records not touched since the process began",
    ),
    (
        "search",
        "first 20 customers by part of a name or five digits of a phone",
    ),
    ("search_numbers", "a case by its number"),
    (
        "search_text",
        "first 20 cases by six characters of their text",
    ),
    (
        "list_sort",
        "first 50 rows of a list in an order not asked for before",
    ),
    (
        "list_filter",
        "first 50 rows of the cases under a filter not asked for before, and how many there are",
    ),
    (
        "group_counts",
        "the counts above the list of cases, after a change",
    ),
    (
        "scroll_frames",
        "share of frames of more than 25 ms while the list of customers is scrolled, a row or two a frame and a jump every second",
    ),
    (
        "merge",
        "two replicas with 1,000 edits each until both have everything; bytes that reached them",
    ),
    (
        "new_device_usable",
        "join pressed to the first 50 customers painted, over loopback through the real relay",
    ),
    (
        "new_device_complete",
        "join pressed to up to date; bytes on its socket",
    ),
    (
        "disk_bytes_per_record",
        "all that is stored on the device, per customer or case",
    ),
    (
        "stored_bytes_per_record",
        "the same without the browser's own files: keys and values of every table",
    ),
    (
        "relay_bytes_per_record",
        "what a relay stores that holds the workload, per record",
    ),
    (
        "written_import",
        "bytes handed to the database during the import, per record",
    ),
    ("written_edit", "bytes handed to the database, per edit"),
    (
        "read_open",
        "bytes read from the database up to the first list",
    ),
    (
        "engine_memory",
        "after open: linear memory of the engine and objects of its worker",
    ),
    (
        "longest_task",
        "longest task of the page's main thread during import and first sync; 0 means none of 50 ms or more",
    ),
    ("longest_task_import", "the same, of the import alone"),
    ("longest_task_sync", "the same, of the first sync alone"),
    ("page_brotli", "first visit: page, styles and texts"),
    ("engine_brotli", "first visit: the engine"),
];

/// What a run was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Version and commit.
    pub version: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Processor, memory, system, browser, load.
    pub machine: String,
}

/// Returns rows in the order of the table: by size, metric, our engines first.
pub fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_cached_key(|row| {
        let metric = METRICS
            .iter()
            .position(|(name, _)| *name == row.metric)
            .unwrap_or(METRICS.len());
        (
            row.size,
            metric,
            !row.engine.starts_with(OWN),
            row.engine.clone(),
        )
    });
    rows
}

/// Returns the table with its heads: a row of cells per figure.
fn table(rows: &[Row]) -> Vec<Vec<String>> {
    let best = best_peers(rows);
    let peers = !best.is_empty();
    let mut heads = vec![
        "metric", "size", "engine", "min", "median", "p95", "unit", "n", "bytes", "budget",
    ];
    if peers {
        heads.push("to the best peer");
    }
    let mut table = vec![heads.into_iter().map(str::to_owned).collect::<Vec<_>>()];
    for row in rows {
        let mut cells = vec![row.metric.clone(), size(row.size), row.engine.clone()];
        match &row.figures {
            Ok(figures) => cells.extend([
                number(figures.min),
                number(figures.median),
                number(figures.p95),
                row.unit.clone(),
                figures.count.to_string(),
            ]),
            Err(_) => cells.extend(["failed", "–", "–", "–", "0"].map(str::to_owned)),
        }
        cells.push(if row.bytes == 0 {
            String::new()
        } else {
            row.bytes.to_string()
        });
        cells.push(verdict(row));
        if peers {
            cells.push(ratio(row, &best));
        }
        table.push(cells);
    }
    table
}

/// What the best peer needs: the smallest figure and its name.
type Best<'a> = BTreeMap<(&'a str, u32), (f64, &'a str)>;

/// The best peers by metric and size.
struct Peers<'a> {
    /// By median.
    figure: Best<'a>,
    /// By bytes exchanged.
    bytes: Best<'a>,
}

impl Peers<'_> {
    fn is_empty(&self) -> bool {
        self.figure.is_empty()
    }
}

fn best_peers(rows: &[Row]) -> Peers<'_> {
    fn take<'a>(best: &mut Best<'a>, row: &'a Row, value: f64) {
        best.entry((row.metric.as_str(), row.size))
            .and_modify(|best| {
                if value < best.0 {
                    *best = (value, &row.engine);
                }
            })
            .or_insert((value, &row.engine));
    }
    let mut best = Peers {
        figure: Best::new(),
        bytes: Best::new(),
    };
    for row in rows.iter().filter(|row| !row.engine.starts_with(OWN)) {
        if let Some(median) = row.median() {
            take(&mut best.figure, row, median);
            if row.bytes > 0 && EXCHANGING.contains(&row.metric.as_str()) {
                take(&mut best.bytes, row, row.bytes as f64);
            }
        }
    }
    best
}

/// Returns how many times as much as the best peer a row of ours needs; empty where nothing is compared.
fn ratio(row: &Row, best: &Peers) -> String {
    if !COMPARED.contains(&row.engine.as_str()) {
        return String::new();
    }
    let Some(own) = row.median() else {
        return String::new();
    };
    let key = (row.metric.as_str(), row.size);
    let mut parts = Vec::new();
    if let Some((peer, name)) = best.figure.get(&key).filter(|(peer, _)| *peer > 0.0) {
        parts.push(format!("{:.2} × {name}", own / peer));
    }
    if let Some((peer, name)) = best.bytes.get(&key).filter(|_| row.bytes > 0) {
        parts.push(format!("bytes {:.2} × {name}", row.bytes as f64 / peer));
    }
    parts.join("; ")
}

/// Returns the table for a terminal: columns of even width.
pub fn terminal(rows: &[Row]) -> String {
    let table = table(rows);
    let widths: Vec<usize> = (0..table[0].len())
        .map(|column| {
            let cells = table.iter().map(|cells| cells[column].chars().count());
            cells.max().unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    for cells in &table {
        let mut line = String::new();
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width - cell.chars().count());
            // Numbers to the right, words to the left.
            if matches!(column, 3..=5 | 7 | 8) {
                line.extend([pad.as_str(), cell, "  "]);
            } else {
                line.extend([cell, pad.as_str(), "  "]);
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Returns `docs/benchmarks.md`.
///
/// Above the tables stands what is beyond its budget, below them how costs grow where several sizes were measured.
pub fn markdown(run: &Run, rows: &[Row]) -> String {
    let mut out = format!(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench`; how to read and repeat it is below the tables.\n\n\
         - Version: {}\n- Date: {}\n- Machine: {}\n",
        run.version, run.date, run.machine
    );
    missed(&mut out, rows);
    let mut sizes: Vec<u32> = rows.iter().map(|row| row.size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for wanted in sizes {
        let rows: Vec<Row> = rows
            .iter()
            .filter(|row| row.size == wanted)
            .cloned()
            .collect();
        write!(
            out,
            "\n## {} customers, {} cases\n\n",
            size(wanted),
            size(wanted * 3)
        )
        .expect("a string takes everything");
        for (at, cells) in table(&rows).iter().enumerate() {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            writeln!(out, "| {} |", cells.join(" | ")).expect("a string takes everything");
            if at == 0 {
                let rule: Vec<&str> = (0..cells.len())
                    .map(|column| {
                        if matches!(column, 3..=5 | 7 | 8) {
                            "--:"
                        } else {
                            "---"
                        }
                    })
                    .collect();
                writeln!(out, "| {} |", rule.join(" | ")).expect("a string takes everything");
            }
        }
        notes(&mut out, &rows);
    }
    out.push_str(&super::growth::section(rows));
    out.push_str(HOW);
    for (metric, what) in METRICS {
        writeln!(out, "- `{metric}`: {what}.").expect("a string takes everything");
    }
    out
}

/// Appends which budgets are kept and which are not.
fn missed(out: &mut String, rows: &[Row]) {
    let judged: Vec<(&Row, String)> = rows
        .iter()
        .map(|row| (row, verdict(row)))
        .filter(|(_, verdict)| !verdict.is_empty())
        .collect();
    if judged.is_empty() {
        return;
    }
    let beyond: Vec<String> = judged
        .iter()
        .filter(|(_, verdict)| verdict.contains("MISSED"))
        .map(|(row, verdict)| format!("- {} at {}: {verdict}", row.metric, size(row.size)))
        .collect();
    write!(
        out,
        "\n## Budgets\n\n{} of {} figures with a budget keep it.\n",
        judged.len() - beyond.len(),
        judged.len()
    )
    .expect("a string takes everything");
    if !beyond.is_empty() {
        write!(out, "\n{}\n", beyond.join("\n")).expect("a string takes everything");
    }
}

/// Appends what the rows say beside their figures.
fn notes(out: &mut String, rows: &[Row]) {
    let said: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let words = match &row.figures {
                Err(reason) => format!("failed: {reason}"),
                Ok(_) if row.note.is_empty() => return None,
                Ok(_) => row.note.clone(),
            };
            Some(format!("- {} of {}: {words}", row.metric, row.engine))
        })
        .collect();
    if !said.is_empty() {
        write!(out, "\n{}\n", said.join("\n")).expect("a string takes everything");
    }
}

const HOW: &str = "
## How it is measured

    cargo xtask bench --sizes 1k,10k,100k [--peers DIR] [--json FILE] [--only METRIC,…] [--repeat N] [--resume]

Release builds; the workload is made by `huiyin-workload` (the same bytes on every machine) and imported from its file. Engine `huiyin`
is the app as people load it, in Chromium without a window, at 1280 × 2800 so that 50 rows are in sight; each open is a new browser
process on a kept profile with the system's file cache warm. Edits and searches go through a worker in the messages of the page.
`huiyin-cli` is the command line on SQLite, a process per command; `huiyin-memory` the engine alone in one native process. Times are
wall times; `n` is how often each was measured: 5 times unless its runs take more than two minutes together. KB and MB are decimal.
A budget is judged on the median unless p95 or bytes is said. Peers run in the same run on the same records; `×` is our median divided
by that of the best of them.

";

/// Returns a size as people say it.
pub fn size(customers: u32) -> String {
    if customers >= 1_000 && customers.is_multiple_of(1_000) {
        format!("{}k", customers / 1_000)
    } else {
        customers.to_string()
    }
}

/// Returns a number with three significant digits or so.
fn number(value: f64) -> String {
    let digits = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{value:.digits$}")
}

/// Returns whether every row of the app that has a budget keeps it.
pub fn budgets_missed(rows: &[Row]) -> usize {
    rows.iter()
        .filter(|row| row.engine == APP && verdict(row).contains("MISSED"))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let lines = [
            "@samples\topen\t10000\tyjs\tms\t0\t\t3000,2000",
            "@samples\timport\t10000\thuiyin\ts\t12000\tby the screen\t9",
            "@samples\topen\t10000\tdexie\tms\t0\t\t500",
            "@samples\topen\t10000\thuiyin\tms\t0\t\t250,260,240",
            "@failed\tmerge\t10000\tdexie\tno | sync",
        ];
        sorted(lines.map(|line| Row::parse(line).expect(line)).to_vec())
    }

    #[test]
    fn rows_stand_by_metric_with_our_own_first() {
        let order: Vec<_> = rows()
            .into_iter()
            .map(|row| format!("{} {}", row.metric, row.engine))
            .collect();
        assert_eq!(
            order,
            [
                "import huiyin",
                "open huiyin",
                "open dexie",
                "open yjs",
                "merge dexie"
            ]
        );
    }

    #[test]
    fn the_table_shows_budget_and_the_ratio_to_the_best_peer() {
        let text = terminal(&rows());
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("metric  size  engine"), "{text}");
        assert!(lines[1].contains("≤ 8 MISSED ×1.1"), "{text}");
        assert!(lines[2].contains("0.50 × dexie"), "{text}");
        assert!(lines[2].contains("≤ 300 met"), "{text}");
        assert!(lines[5].contains("failed"), "{text}");
        assert_eq!(budgets_missed(&rows()), 1);
    }

    #[test]
    fn the_page_has_a_table_per_size_and_tells_what_failed() {
        let run = Run {
            version: "0.1.0 (abc)".to_owned(),
            date: "2026-11-21".to_owned(),
            machine: "two cores".to_owned(),
        };
        let page = markdown(&run, &rows());
        assert!(page.contains("- Version: 0.1.0 (abc)\n- Date: 2026-11-21\n- Machine: two cores"));
        assert!(page.contains("\n## 10k customers, 30k cases\n\n| metric | size |"));
        assert!(page.contains("- merge of dexie: failed: no | sync\n"));
        assert!(page.contains("- import of huiyin: by the screen\n"));
        assert!(page.contains("- `open`: a new browser process"));
    }

    #[test]
    fn numbers_keep_about_three_digits() {
        let shown = [0.123, 1.0, 12.34, 123.4, 12_345.6].map(number);
        assert_eq!(shown, ["0.12", "1.00", "12.3", "123", "12346"]);
        assert_eq!(
            [size(1_000), size(250), size(100_000)],
            ["1k", "250", "100k"]
        );
    }
}
