//! What each metric may cost at the sizes that have a budget: the promises of the product, judged on the app in the browser.

use super::row::Row;

/// The engine that the budgets hold for.
pub const APP: &str = "huiyin";
/// Sizes with a budget, in customers.
const SIZES: [u32; 2] = [10_000, 100_000];

/// Which figure of a row is held to its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Median,
    P95,
    Bytes,
}

/// Most that a part of a metric may be at 10,000 and at 100,000 customers, in the metric's unit or in bytes.
const BUDGETS: [(&str, Part, [f64; 2]); 22] = [
    ("open", Part::Median, [300.0, 1_000.0]),
    ("import", Part::Median, [8.0, 80.0]),
    ("edit", Part::Median, [2.0, 2.0]),
    ("edit", Part::P95, [5.0, 5.0]),
    ("search", Part::P95, [2.0, 10.0]),
    ("search_numbers", Part::P95, [2.0, 10.0]),
    ("search_text", Part::P95, [50.0, 300.0]),
    ("merge", Part::Median, [300.0, 600.0]),
    ("merge", Part::Bytes, [250e3, 350e3]),
    ("new_device_usable", Part::Median, [1.0, 3.0]),
    ("new_device_complete", Part::Median, [5.0, 60.0]),
    ("new_device_complete", Part::Bytes, [10e6, 100e6]),
    ("disk_bytes_per_record", Part::Median, [300.0, 300.0]),
    ("page_brotli", Part::Median, [450.0, 450.0]),
    ("engine_brotli", Part::Median, [800.0, 800.0]),
    ("engine_memory", Part::Median, [60.0, 250.0]),
    ("longest_task", Part::P95, [50.0, 50.0]),
    ("list_sort", Part::P95, [100.0, 100.0]),
    ("list_filter", Part::P95, [100.0, 100.0]),
    ("group_counts", Part::P95, [50.0, 50.0]),
    ("scroll_frames", Part::Median, [1.0, 1.0]),
    // Keys and values of all tables, without what the browser's files take beside them.
    ("stored_bytes_per_record", Part::Median, [300.0, 300.0]),
];

/// Returns the verdict on a row in words, empty where there is no budget for it.
pub fn verdict(row: &Row) -> String {
    let Some(at) = SIZES
        .iter()
        .position(|size| *size == row.size && row.engine == APP)
    else {
        return String::new();
    };
    let parts: Vec<String> = BUDGETS
        .iter()
        .filter(|(metric, ..)| *metric == row.metric)
        .map(|(_, part, limits)| {
            let limit = limits[at];
            let (name, found) = match (part, &row.figures) {
                (Part::Median, Ok(figures)) => ("", figures.median),
                (Part::P95, Ok(figures)) => ("p95 ", figures.p95),
                (Part::Bytes, Ok(_)) => ("bytes ", row.bytes as f64),
                (_, Err(_)) => return "MISSED: failed".to_owned(),
            };
            if found <= limit {
                format!("{name}≤ {limit} met")
            } else {
                format!("{name}≤ {limit} MISSED ×{:.1}", found / limit)
            }
        })
        .collect();
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        assert_eq!(verdict(&Row::parse(line).expect(line)), expected);
    }

    #[test]
    fn budgets_hold_for_the_app_at_their_sizes_only() {
        check("@samples\topen\t10000\thuiyin\tms\t0\t\t290", "≤ 300 met");
        check(
            "@samples\topen\t100000\thuiyin\tms\t0\t\t2500",
            "≤ 1000 MISSED ×2.5",
        );
        check("@samples\topen\t1000\thuiyin\tms\t0\t\t9000", "");
        check("@samples\topen\t10000\tyjs\tms\t0\t\t9000", "");
    }

    #[test]
    fn several_parts_of_a_metric_are_judged_each() {
        check(
            "@samples\tmerge\t10000\thuiyin\tms\t500000\t\t200",
            "≤ 300 met; bytes ≤ 250000 MISSED ×2.0",
        );
        check(
            "@samples\tedit\t10000\thuiyin\tms\t0\t\t1,1,9",
            "≤ 2 met; p95 ≤ 5 MISSED ×1.8",
        );
        check(
            "@failed\tsearch_text\t10000\thuiyin\tnothing found",
            "MISSED: failed",
        );
    }
}
