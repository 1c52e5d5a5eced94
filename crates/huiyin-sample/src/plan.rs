//! What the story comes to: branches, people, packs, and where each case stands at the end.
//!
//! Figures that tests and screens speak of are here.

/// Branches: code, Chinese and English name. The first is head office.
pub const BRANCHES: [(&str, &str, &str); 3] = [
    ("HQ", "总部旗舰店", "Flagship store"),
    ("HB", "湖滨店", "Lakeside store"),
    ("HX", "河西店", "Westbank store"),
];

/// Customers.
pub const CUSTOMERS: usize = 200;
/// Visits, calls and other contacts.
pub const CONTACTS: usize = 42;
/// Answers to the survey.
pub const ANSWERS: usize = 24;
/// Cases: those of the packs tried first and those of the chain's own pack.
pub const CASES: usize = TRIED * TRIED_ENDS.len() + OWN_CASES;
const OWN_CASES: usize = own_cases();

/// Packs the company tried before it settled on its own, each for some days.
const TRIED: usize = 13;
/// Which packs play which part: data, as packs are.
const PARTS: &str = include_str!("../packs.txt");

/// Returns the packs (and names) of a line of the list of packs: `tried`, `own`, `file`, `contact`, `survey`, `questions`.
pub fn listed(line: &str) -> Vec<&'static str> {
    let found = PARTS.lines().find_map(|text| text.strip_prefix(line));
    found.unwrap_or_default().split_whitespace().collect()
}

/// Returns every pack that cases of the sample are under.
pub fn packs() -> Vec<&'static str> {
    [listed("tried"), listed("own")].concat()
}

/// A person: Chinese and English name, roles, place in [`BRANCHES`]. The first founds the company.
pub const STAFF: [(&str, &str, &[&str], usize); 10] = [
    ("周启明", "Alex Harlow", &[], 0),
    (
        "林婉清",
        "Grace Ellery",
        &["service_supervisor", "complaint_officer"],
        0,
    ),
    (
        "郑立群",
        "Daniel Rowe",
        &["department_manager", "quality_lead"],
        0,
    ),
    ("许文博", "Nora Finch", &["records_keeper", "finance"], 0),
    ("沈嘉禾", "Martin Pell", &["store_manager"], 1),
    (
        "何晓蕾",
        "Ivy Calder",
        &["complaint_officer", "service_agent"],
        1,
    ),
    ("丁一凡", "Owen Tarn", &["clerk", "sales_rep"], 1),
    ("孟书言", "Clara Voss", &["store_manager"], 2),
    (
        "梁可欣",
        "Lucy Marden",
        &["complaint_officer", "service_agent"],
        2,
    ),
    ("蒋北川", "Peter Quill", &["clerk", "sales_rep"], 2),
];
/// The founder's place in [`STAFF`].
pub const FOUNDER: usize = 0;
/// Places in [`STAFF`] of who handles the cases of a branch, who answers for it, and who sells there.
pub const OFFICERS: [usize; 3] = [1, 5, 8];
/// See [`OFFICERS`].
pub const MANAGERS: [usize; 3] = [0, 4, 7];
/// See [`OFFICERS`].
pub const SELLERS: [usize; 3] = [3, 6, 9];
/// Who signs for head office, in the order they are asked.
pub const SIGNERS: [usize; 3] = [2, 0, 1];
/// Who keeps the archive.
pub const KEEPER: usize = 3;

/// Where a case stands at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// So far along the way: the last step taken.
    Step(&'static str),
    /// Called back, not satisfied, taken up again.
    Reopened,
    /// Given to another branch.
    Forwarded,
    /// Ended otherwise, by this step.
    Ended(&'static str),
}

use End::{Ended, Forwarded, Reopened, Step};

/// How the cases of each tried pack end.
const TRIED_ENDS: [End; 4] = [
    Step("archived"),
    Step("archived"),
    Step("closed"),
    Ended(""),
];
/// What the last of them is, in turn.
const OTHER_ENDS: [End; 3] = [Ended("not_upheld"), Ended("withdrawn"), Step("archived")];
/// Days ago at which the first tried pack came, and for how many each was in force.
const TRIED_FROM: i64 = 101;
/// See [`TRIED_FROM`].
const TRIED_DAYS: i64 = 4;

/// Cases of the own pack: how they end and how many days ago each was registered. A complaint is due on its seventh day.
const OWN_ENDS: &[(End, &[i64])] = &[
    (Step("registered"), &[0, 0, 1, 2, 7, 8]),
    (Step("accepted"), &[0, 1, 3, 7, 9]),
    (Step("assigned"), &[1, 2, 4, 5, 7, 10]),
    (Step("investigated"), &[2, 3, 5, 7, 8]),
    (Step("proposed"), &[3, 4, 7]),
    (Step("endorsed"), &[4, 5, 6, 8]),
    (Step("approved"), &[5, 6, 7]),
    (Step("carried_out"), &[6, 7]),
    (Step("answered"), &[6, 7, 7, 9]),
    (Reopened, &[9, 10, 12, 14]),
    (Forwarded, &[3, 4, 6, 8]),
    (Ended("malicious"), &[10, 20, 33]),
    (Ended("not_upheld"), &[6, 15, 30]),
    (Ended("withdrawn"), &[5, 18, 28]),
    (Ended("duplicate"), &[4, 16]),
    (
        Step("closed"),
        &[9, 10, 11, 12, 13, 15, 17, 20, 22, 25, 27, 31],
    ),
    (Step("archived"), &[19, 23, 26, 29, 34, 36, 39, 42]),
];

const fn own_cases() -> usize {
    let (mut count, mut at) = (0, 0);
    while at < OWN_ENDS.len() {
        count += OWN_ENDS[at].1.len();
        at += 1;
    }
    count
}

/// A case of the plan.
#[derive(Debug, Clone, Copy)]
pub struct Planned {
    /// The pack it begins under.
    pub pack: &'static str,
    /// How many days ago it is registered.
    pub days: i64,
    /// Where it stands at the end.
    pub end: End,
}

/// Returns the cases, the earliest first.
pub fn cases() -> Vec<Planned> {
    let mut planned = Vec::new();
    for (at, pack) in listed("tried").into_iter().enumerate() {
        for (place, end) in TRIED_ENDS.into_iter().enumerate() {
            planned.push(Planned {
                pack,
                days: TRIED_FROM - at as i64 * TRIED_DAYS - place as i64,
                end: match end {
                    Ended("") => OTHER_ENDS[at % OTHER_ENDS.len()],
                    end => end,
                },
            });
        }
    }
    let own = listed("own")[0];
    for (end, days) in OWN_ENDS {
        planned.extend(days.iter().map(|days| Planned {
            pack: own,
            days: *days,
            end: *end,
        }));
    }
    planned.sort_by_key(|case| std::cmp::Reverse(case.days));
    planned
}
