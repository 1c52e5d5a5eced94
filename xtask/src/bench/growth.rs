//! How costs grow with size: an exponent fitted to each metric, and plots of cost against size with both axes logarithmic.
//!
//! An exponent of 0 means that size does not matter, 1 that twice as many records cost twice as much.

use super::{
    budget::APP,
    report,
    row::{Figures, Row},
};
use std::{collections::BTreeMap, fmt::Write as _};

/// Width and height of a plot, pixels.
const PLOT: (f64, f64) = (860.0, 520.0);
/// Space around the axes: left, top, right, bottom. Names of lines stand at the right.
const MARGIN: (f64, f64, f64, f64) = (70.0, 30.0, 220.0, 50.0);
/// Least distance of two names at the right, pixels.
const NAME_STEP: f64 = 15.0;
/// Colours of lines, in turn; to be told apart on white and on black.
const COLOURS: [&str; 10] = [
    "#3b6fd4", "#d1603d", "#2f9e6e", "#a04fc4", "#b8860b", "#c2417a", "#3a9fb5", "#7a7f3f",
    "#8a6d5c", "#5c6bc0",
];

/// What a metric cost at several sizes.
#[derive(Debug)]
struct Line<'a> {
    name: &'a str,
    /// Customers and cost, by size.
    points: Vec<(f64, f64)>,
}

/// What is plotted: the file, its title, and which value of a row goes in.
struct Plot {
    file: &'static str,
    title: &'static str,
    axis: &'static str,
    value: fn(&Row, &Figures) -> Option<f64>,
}

const PLOTS: [Plot; 2] = [
    Plot {
        file: "growth-time.svg",
        title: "Time against size",
        axis: "milliseconds (median)",
        value: milliseconds,
    },
    Plot {
        file: "growth-bytes.svg",
        title: "Bytes against size",
        axis: "bytes",
        value: bytes,
    },
];

fn milliseconds(row: &Row, figures: &Figures) -> Option<f64> {
    match row.unit.as_str() {
        "ms" => Some(figures.median),
        "s" => Some(figures.median * 1_000.0),
        _ => None,
    }
}

fn bytes(row: &Row, _: &Figures) -> Option<f64> {
    (row.bytes > 0).then_some(row.bytes as f64)
}

/// Returns the lines of the app's metrics that were measured at two sizes or more and cost something at each.
fn lines(rows: &[Row], value: fn(&Row, &Figures) -> Option<f64>) -> Vec<Line<'_>> {
    let mut points: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.engine == APP) {
        if let Ok(figures) = &row.figures
            && let Some(cost) = value(row, figures).filter(|cost| *cost > 0.0)
        {
            points
                .entry(&row.metric)
                .or_default()
                .push((f64::from(row.size), cost));
        }
    }
    points
        .into_iter()
        .filter_map(|(name, mut points)| {
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            points.dedup_by(|a, b| a.0.total_cmp(&b.0).is_eq());
            (points.len() > 1).then_some(Line { name, points })
        })
        .collect()
}

/// Returns the exponent that fits best: the slope of the straight line through the logarithms, by least squares.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let count = logs.len() as f64;
    let mean_x = logs.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = logs.iter().map(|(_, y)| y).sum::<f64>() / count;
    let slope: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    slope / logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum::<f64>()
}

/// Returns an exponent in words.
fn in_words(exponent: f64) -> &'static str {
    match exponent {
        ..0.15 => "does not grow with size",
        0.15..0.6 => "grows slower than size",
        0.6..0.85 => "grows somewhat slower than size",
        0.85..1.15 => "linear in size",
        _ => "GROWS FASTER THAN SIZE",
    }
}

/// Returns the part of the report on growth, empty where only one size was measured.
pub fn section(rows: &[Row]) -> String {
    let mut out = String::new();
    for plot in &PLOTS {
        let lines = lines(rows, plot.value);
        if lines.is_empty() {
            continue;
        }
        write!(
            out,
            "\n### {}\n\n![{}]({})\n\n",
            plot.title, plot.title, plot.file
        )
        .expect("a string takes everything");
        out.push_str("| metric | sizes | exponent | |\n| --- | --- | --: | --- |\n");
        for line in &lines {
            let sizes: Vec<String> = line
                .points
                .iter()
                .map(|(size, _)| report::size(*size as u32))
                .collect();
            let exponent = exponent(&line.points);
            writeln!(
                out,
                "| {} | {} | {exponent:.2} | {} |",
                line.name,
                sizes.join(", "),
                in_words(exponent)
            )
            .expect("a string takes everything");
        }
    }
    if out.is_empty() {
        return out;
    }
    format!(
        "\n## Growth\n\nCost is size to the power of the exponent, fitted to the figures of the app: 0 = size does not matter, 1 = linear.\n{out}"
    )
}

/// Returns the plots there are figures for: file name and SVG.
pub fn plots(rows: &[Row]) -> Vec<(&'static str, String)> {
    PLOTS
        .iter()
        .filter_map(|plot| {
            let lines = lines(rows, plot.value);
            (!lines.is_empty()).then(|| (plot.file, svg(plot, &lines)))
        })
        .collect()
}

/// The area between the axes, as powers of ten.
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
}

impl Frame {
    fn around(lines: &[Line]) -> Self {
        let all = || lines.iter().flat_map(|line| &line.points);
        let span = |values: &mut dyn Iterator<Item = f64>| {
            let (mut low, mut high) = (f64::MAX, f64::MIN);
            for value in values {
                low = low.min(value.log10().floor());
                high = high.max(value.log10().ceil());
            }
            (low, high.max(low + 1.0))
        };
        Self {
            x: span(&mut all().map(|(x, _)| *x)),
            y: span(&mut all().map(|(_, y)| *y)),
        }
    }

    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (left, top, right, bottom) = MARGIN;
        let along = (x.log10() - self.x.0) / (self.x.1 - self.x.0);
        let up = (y.log10() - self.y.0) / (self.y.1 - self.y.0);
        (
            left + along * (PLOT.0 - left - right),
            PLOT.1 - bottom - up * (PLOT.1 - top - bottom),
        )
    }
}

fn svg(plot: &Plot, lines: &[Line]) -> String {
    let frame = Frame::around(lines);
    let (width, height) = PLOT;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">\n\
         <title>{}</title>\n\
         <style>.ink {{ fill: #333 }} .grid {{ stroke: #8884; stroke-width: 1 }} @media (prefers-color-scheme: dark) {{ .ink {{ fill: #ccc }} }}</style>\n\
         <text class=\"ink\" x=\"{}\" y=\"18\" font-size=\"15\" font-weight=\"600\">{}, {}</text>\n",
        plot.title, MARGIN.0, plot.title, plot.axis
    );
    grid(&mut out, &frame);
    let mut names: Vec<(f64, usize)> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let last = *line.points.last().expect("a line has two points or more");
            (frame.place(last).1, at)
        })
        .collect();
    // From below upwards, each name at least one step above the one before.
    names.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut floor = f64::MAX;
    for (y, at) in &mut names {
        *y = y.min(floor - NAME_STEP);
        floor = *y;
        let line = &lines[*at];
        let colour = COLOURS[*at % COLOURS.len()];
        let path: Vec<String> = line
            .points
            .iter()
            .map(|point| frame.place(*point))
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            path.join(" ")
        )
        .expect("a string takes everything");
        for point in &line.points {
            let (x, y) = frame.place(*point);
            writeln!(
                out,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
            )
            .expect("a string takes everything");
        }
        writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{} ({:.2})</text>",
            width - MARGIN.2 + 12.0,
            *y + 4.0,
            line.name,
            exponent(&line.points)
        )
        .expect("a string takes everything");
    }
    out.push_str("</svg>\n");
    out
}

/// Draws a line for each power of ten, with its number.
fn grid(out: &mut String, frame: &Frame) {
    let (low, high) = (
        (10f64.powf(frame.x.0), 10f64.powf(frame.y.0)),
        (10f64.powf(frame.x.1), 10f64.powf(frame.y.1)),
    );
    let mut line = |from: (f64, f64), to: (f64, f64)| {
        let ((x1, y1), (x2, y2)) = (frame.place(from), frame.place(to));
        writeln!(
            out,
            "<line class=\"grid\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        )
        .expect("a string takes everything");
        (x1, y1)
    };
    let mut words = Vec::new();
    for power in powers(frame.x) {
        let (x, y) = line((power, low.1), (power, high.1));
        words.push((x, y + 18.0, "middle", format!("{} customers", short(power))));
    }
    for power in powers(frame.y) {
        let (x, y) = line((low.0, power), (high.0, power));
        words.push((x - 8.0, y + 4.0, "end", short(power)));
    }
    for (x, y, anchor, word) in words {
        writeln!(
            out,
            "<text class=\"ink\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{word}</text>"
        )
        .expect("a string takes everything");
    }
}

/// Returns the powers of ten between two exponents.
fn powers((low, high): (f64, f64)) -> impl Iterator<Item = f64> {
    (low as i32..=high as i32).map(|power| 10f64.powi(power))
}

/// Returns a power of ten as people write it.
fn short(value: f64) -> String {
    match value {
        1e9.. => format!("{} G", value / 1e9),
        1e6.. => format!("{} M", value / 1e6),
        1e3.. => format!("{} k", value / 1e3),
        _ => format!("{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        [
            "@samples\topen\t1000\thuiyin\tms\t0\t\t200",
            "@samples\topen\t10000\thuiyin\tms\t0\t\t200",
            "@samples\timport\t1000\thuiyin\ts\t400000\t\t1",
            "@samples\timport\t10000\thuiyin\ts\t4000000\t\t10",
            "@samples\timport\t100000\thuiyin\ts\t40000000\t\t100",
            "@samples\tmerge\t1000\thuiyin\tms\t0\t\t5",
            "@samples\topen\t1000\tyjs\tms\t0\t\t900",
            "@samples\topen\t10000\tyjs\tms\t0\t\t9000",
            "@failed\tedit\t1000\thuiyin\twhy not",
        ]
        .map(|line| Row::parse(line).expect(line))
        .to_vec()
    }

    #[test]
    fn exponents_are_those_of_the_powers_they_were_made_of() {
        for power in [0.0, 0.5, 1.0, 2.0] {
            let points: Vec<(f64, f64)> = [1e3, 1e4, 1e5]
                .iter()
                .map(|size: &f64| (*size, 7.0 * size.powf(power)))
                .collect();
            assert!((exponent(&points) - power).abs() < 1e-9, "{power}");
        }
        assert_eq!(in_words(0.0), "does not grow with size");
        assert_eq!(in_words(1.02), "linear in size");
        assert_eq!(in_words(1.4), "GROWS FASTER THAN SIZE");
    }

    #[test]
    fn the_section_names_what_was_measured_at_several_sizes() {
        let text = section(&rows());
        assert!(
            text.contains("| import | 1k, 10k, 100k | 1.00 | linear in size |"),
            "{text}"
        );
        assert!(
            text.contains("| open | 1k, 10k | 0.00 | does not grow with size |"),
            "{text}"
        );
        assert!(
            !text.contains("merge") && !text.contains("yjs"),
            "one size or a peer is no growth of ours: {text}"
        );
        assert_eq!(section(&rows()[..1]), "");
    }

    #[test]
    fn plots_hold_a_line_and_a_name_for_each_metric() {
        let plots = plots(&rows());
        let files: Vec<&str> = plots.iter().map(|(file, _)| *file).collect();
        assert_eq!(files, ["growth-time.svg", "growth-bytes.svg"]);
        let (_, time) = &plots[0];
        assert_eq!(time.matches("<polyline").count(), 2, "{time}");
        assert_eq!(time.matches("<circle").count(), 5, "{time}");
        assert!(time.contains(">import (1.00)</text>") && time.contains(">100 k customers</text>"));
        assert!(time.starts_with("<svg ") && time.ends_with("</svg>\n"));
    }
}
