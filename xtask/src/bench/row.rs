//! One measured figure: what the scripts print, its order statistics, and its line of JSON.

use std::fmt::Write as _;

/// What repeated measurements come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// The smallest.
    pub min: f64,
    /// The one in the middle, or the mean of the two there.
    pub median: f64,
    /// The one that 95 of 100 do not exceed (nearest rank).
    pub p95: f64,
    /// How many measurements there are.
    pub count: usize,
}

impl Figures {
    /// Returns the figures of some measurements, none of none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len();
        let rank = (count * 95).div_ceil(100);
        Some(Self {
            min: *sorted.first()?,
            median: f64::midpoint(sorted[(count - 1) / 2], sorted[count / 2]),
            p95: sorted[rank - 1],
            count,
        })
    }
}

/// A metric of one engine at one size.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What was measured, for instance `open`.
    pub metric: String,
    /// Customers; three times as many cases go with them.
    pub size: u32,
    /// Who was measured: `huiyin` in the browser, `huiyin-cli`, `huiyin-memory`, or a peer.
    pub engine: String,
    /// Unit of the figures: `ms`, `s`, `MB`, `KB` or `B`; decimal multiples.
    pub unit: String,
    /// The figures, or why there are none.
    pub figures: Result<Figures, String>,
    /// Bytes that go with the metric (exchanged, stored, loaded); 0 if none do.
    pub bytes: u64,
    /// What else to know.
    pub note: String,
}

impl Row {
    /// Reads a line of a script: `@samples`, `@figure` or `@failed` with cells by tabs. Any other line is none.
    pub fn parse(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.trim_end_matches(['\r', '\n']).split('\t').collect();
        let row = |figures, unit: &str, bytes: &str, note: &str| {
            Some(Self {
                metric: (*cells.get(1)?).to_owned(),
                size: cells.get(2)?.parse().ok()?,
                engine: (*cells.get(3)?).to_owned(),
                unit: unit.to_owned(),
                figures,
                bytes: bytes.parse().ok()?,
                note: note.to_owned(),
            })
        };
        match cells.as_slice() {
            ["@samples", _, _, _, unit, bytes, note, values] => {
                let values: Vec<f64> = values
                    .split(',')
                    .map(str::parse)
                    .collect::<Result<_, _>>()
                    .ok()?;
                row(Ok(Figures::of(&values)?), unit, bytes, note)
            }
            [
                "@figure",
                _,
                _,
                _,
                unit,
                min,
                median,
                p95,
                count,
                bytes,
                note,
            ] => {
                let figures = Figures {
                    min: min.parse().ok()?,
                    median: median.parse().ok()?,
                    p95: p95.parse().ok()?,
                    count: count.parse().ok()?,
                };
                row(Ok(figures), unit, bytes, note)
            }
            ["@failed", _, _, _, reason] => row(Err((*reason).to_owned()), "", "0", ""),
            _ => None,
        }
    }

    /// Returns the figure if there is one.
    pub fn median(&self) -> Option<f64> {
        Some(self.figures.as_ref().ok()?.median)
    }

    /// Returns the row as one JSON object.
    pub fn json(&self) -> String {
        let mut out = String::from("{");
        let texts = [
            ("metric", self.metric.as_str()),
            ("engine", &self.engine),
            ("unit", &self.unit),
            ("note", &self.note),
        ];
        for (name, text) in texts {
            write!(out, "\"{name}\":{},", quoted(text)).expect("a string takes everything");
        }
        match &self.figures {
            Ok(Figures {
                min,
                median,
                p95,
                count,
            }) => write!(
                out,
                "\"min\":{min},\"median\":{median},\"p95\":{p95},\"repeats\":{count},"
            ),
            Err(reason) => write!(
                out,
                "\"min\":null,\"median\":null,\"p95\":null,\"repeats\":0,\"failed\":{},",
                quoted(reason)
            ),
        }
        .expect("a string takes everything");
        write!(out, "\"size\":{},\"bytes\":{}}}", self.size, self.bytes)
            .expect("a string takes everything");
        out
    }
}

/// Returns rows as a JSON array, one a line.
pub fn json(rows: &[Row]) -> String {
    let lines: Vec<String> = rows.iter().map(Row::json).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// Returns a text as a JSON string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("a string takes everything");
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_ranks_are_those_of_the_sorted_values() {
        #[track_caller]
        fn check(values: &[f64], expected: [f64; 3]) {
            let [min, median, p95] = expected;
            let figures = Figures {
                min,
                median,
                p95,
                count: values.len(),
            };
            assert_eq!(Figures::of(values), Some(figures));
        }
        check(&[7.0], [7.0, 7.0, 7.0]);
        check(&[3.0, 1.0], [1.0, 2.0, 3.0]);
        check(&[5.0, 1.0, 3.0, 2.0, 4.0], [1.0, 3.0, 5.0]);
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        check(&hundred, [1.0, 50.5, 95.0]);
        assert_eq!(Figures::of(&[]), None);
    }

    #[test]
    fn lines_of_scripts_are_read_and_others_passed_over() {
        let row = Row::parse("@samples\topen\t1000\thuiyin\tms\t12\tnew process\t3.5,1.5,2.5\n")
            .expect("a line of samples");
        assert_eq!(
            (row.metric.as_str(), row.size, row.bytes),
            ("open", 1_000, 12)
        );
        assert_eq!(row.figures.map(|figures| figures.median), Ok(2.5));
        let row = Row::parse("@figure\tedit\t1000\tyjs\tms\t1\t2\t3\t200\t0\t").expect("a figure");
        assert_eq!(row.figures.map(|figures| figures.count), Ok(200));
        let row = Row::parse("@failed\timport\t100000\tloro\tdid not finish").expect("a failure");
        assert_eq!(row.figures, Err("did not finish".to_owned()));
        for line in [
            "",
            "12:00:00 open 1000",
            "@samples\topen\t1000\thuiyin\tms\t0\t\t",
            "@samples\topen\tmany\thuiyin\tms\t0\t\t1",
        ] {
            assert_eq!(Row::parse(line), None, "{line}");
        }
    }

    #[test]
    fn a_row_becomes_one_json_object() {
        let row = Row::parse("@samples\topen\t10\thuiyin\tms\t5\ta \"b\" \\c\t2,1").expect("a row");
        assert_eq!(
            row.json(),
            r#"{"metric":"open","engine":"huiyin","unit":"ms","note":"a \"b\" \\c","min":1,"median":1.5,"p95":2,"repeats":2,"size":10,"bytes":5}"#
        );
        let failed = Row::parse("@failed\topen\t10\tloro\tno\u{1}").expect("a failure");
        assert_eq!(
            json(&[failed]),
            "[\n{\"metric\":\"open\",\"engine\":\"loro\",\"unit\":\"\",\"note\":\"\",\"min\":null,\"median\":null,\"p95\":null,\
             \"repeats\":0,\"failed\":\"no\\u0001\",\"size\":10,\"bytes\":0}\n]\n"
        );
    }
}
