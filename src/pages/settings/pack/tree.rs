//! The pack being edited, as a tree of values: what was typed stays in it, also where it makes no sense yet.
//!
//! Decides how places are read, written, added, moved and removed, and how a defect's place finds its field. Whether the pack
//! makes sense is decided in core ([`huiyin_core::pack::check`]).
//!
//! Long: reading and writing a place of a pack share their tests.

use huiyin_core::pack::{Grant, Pack, Start, check};
use serde_json::{Map, Value};

use super::schema::{Kind, SECTIONS, Spec};

/// A defect beside the field it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The field, as a pointer into the tree: `/clocks/2/start`.
    pub pointer: String,
    /// What is wrong and what to do.
    pub problem: Problem,
}

/// What is wrong with a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Not a whole number.
    Number,
    /// Not an amount of money.
    Money,
    /// Not a length of a clock.
    Length,
    /// Not a start of a clock.
    Start,
    /// What core says, in English.
    Said(String),
}

/// Returns the text at a place; numbers and switches as text, nothing as an empty one.
pub fn text(tree: &Value, pointer: &str) -> String {
    match tree.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// Returns whether a switch is on.
pub fn is_on(tree: &Value, pointer: &str) -> bool {
    tree.pointer(pointer)
        .and_then(Value::as_bool)
        .unwrap_or_default()
}

/// Returns the texts of a list of names.
pub fn names(tree: &Value, pointer: &str) -> Vec<String> {
    rows(tree, pointer)
        .iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// Returns the entries of a list; none if it is not there.
pub fn rows<'a>(tree: &'a Value, pointer: &str) -> &'a [Value] {
    tree.pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Writes a value at a place, making what leads to it.
pub fn set(tree: &mut Value, pointer: &str, value: Value) {
    let mut at = tree;
    for key in pointer.split('/').skip(1) {
        at = match at {
            Value::Array(rows) => match key.parse::<usize>().ok().and_then(|at| rows.get_mut(at)) {
                Some(row) => row,
                None => return,
            },
            other => {
                if !other.is_object() {
                    *other = Value::Object(Map::new());
                }
                match other {
                    Value::Object(map) => map.entry(key).or_insert(Value::Null),
                    _ => return,
                }
            }
        };
    }
    *at = value;
}

/// Adds an entry at the end of a list.
pub fn add(tree: &mut Value, pointer: &str, row: Value) {
    if tree.pointer(pointer).and_then(Value::as_array).is_none() {
        set(tree, pointer, Value::Array(Vec::new()));
    }
    if let Some(Value::Array(rows)) = tree.pointer_mut(pointer) {
        rows.push(row);
    }
}

/// Takes an entry out of a list.
pub fn remove(tree: &mut Value, pointer: &str, at: usize) {
    if let Some(Value::Array(rows)) = tree.pointer_mut(pointer)
        && at < rows.len()
    {
        rows.remove(at);
    }
}

/// Changes the places of an entry and the one after it.
pub fn swap_with_next(tree: &mut Value, pointer: &str, at: usize) {
    if let Some(Value::Array(rows)) = tree.pointer_mut(pointer)
        && at + 1 < rows.len()
    {
        rows.swap(at, at + 1);
    }
}

/// Returns a name no entry of the list has yet: `new-1`, `new-2` and so on.
pub fn free_name(tree: &Value, pointer: &str) -> String {
    let rows = rows(tree, pointer);
    (1..=rows.len() + 1)
        .map(|number| format!("new-{number}"))
        .find(|name| !rows.iter().any(|row| name_of(row) == Some(name.as_str())))
        .unwrap_or_default()
}

/// Returns the pack and every defect of it. Where something typed cannot be read, its defect is given and the rest is
/// still checked.
pub fn read(tree: &Value) -> (Option<Pack>, Vec<Defect>) {
    let mut clean = tree.clone();
    let mut defects = Vec::new();
    for spec in SECTIONS.iter().flat_map(|section| section.fields) {
        make_readable(&mut clean, spec, "", &mut defects);
    }
    match serde_json::from_value::<Pack>(clean) {
        Ok(pack) => {
            defects.extend(check::check(&pack).into_iter().map(|found| Defect {
                pointer: pointer_of(tree, &found.place),
                problem: Problem::Said(found.problem),
            }));
            (Some(pack), defects)
        }
        Err(error) => {
            defects.push(Defect {
                pointer: String::new(),
                problem: Problem::Said(error.to_string()),
            });
            (None, defects)
        }
    }
}

/// Replaces what cannot be read by something that can, and notes it.
fn make_readable(tree: &mut Value, spec: &Spec, under: &str, defects: &mut Vec<Defect>) {
    let pointer = spec.pointer(under);
    let mut fail = |tree: &mut Value, problem: Problem, instead: Value| {
        defects.push(Defect {
            pointer: pointer.clone(),
            problem,
        });
        set(tree, &pointer, instead);
    };
    let typed = tree
        .pointer(&pointer)
        .and_then(Value::as_str)
        .map(str::to_owned);
    match (&spec.kind, typed) {
        (Kind::Count(_), Some(_)) => fail(tree, Problem::Number, 0.into()),
        (Kind::Money, Some(_)) => fail(tree, Problem::Money, 0.into()),
        (Kind::MoneyOrNone, Some(_)) => fail(tree, Problem::Money, Value::Null),
        (Kind::Grant, Some(typed)) if Grant::parse(&typed).is_err() => {
            fail(tree, Problem::Length, "1d".into());
        }
        (Kind::Starts, Some(typed)) if Start::parse(&typed).is_err() => {
            fail(tree, Problem::Start, "registered".into());
        }
        (Kind::Rows(list), _) => {
            for at in 0..rows(tree, &pointer).len() {
                for field in list.fields {
                    make_readable(tree, field, &format!("{pointer}/{at}"), defects);
                }
            }
        }
        _ => {}
    }
}

/// Returns the pointer of a defect's place: `clocks.close.start` is `/clocks/2/start`. Entries are named by their id, name or
/// layout, by step and id, or by their number from 1; ids may have dots of their own. What does not exist ends the pointer early.
pub fn pointer_of(tree: &Value, place: &str) -> String {
    let mut pointer = String::new();
    let mut rest = place;
    let mut at = tree;
    while !rest.is_empty() {
        let (found, key, left) = match at {
            Value::Array(rows) => match entry(rows, rest) {
                Some((index, left)) => (rows.get(index), index.to_string(), left),
                None => break,
            },
            Value::Object(map) => {
                let end = rest.find('.').unwrap_or(rest.len());
                let (key, left) = rest.split_at(end);
                (map.get(key), key.to_owned(), after_dot(left))
            }
            _ => break,
        };
        pointer.push('/');
        pointer.push_str(&key);
        rest = left;
        match found {
            Some(next) => at = next,
            None => break,
        }
    }
    pointer
}

/// Finds the entry a place begins with, and what follows it. The longest name wins.
fn entry<'a>(rows: &[Value], place: &'a str) -> Option<(usize, &'a str)> {
    let named = rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| {
            let name = place_name(row).filter(|name| !name.is_empty())?;
            let left = place.strip_prefix(name.as_str())?;
            (left.is_empty() || left.starts_with('.')).then_some((at, name.len(), left))
        })
        .max_by_key(|(at, length, _)| (*length, std::cmp::Reverse(*at)));
    if let Some((at, _, left)) = named {
        return Some((at, after_dot(left)));
    }
    let (number, left) = place.split_once('.').unwrap_or((place, ""));
    let at = number.parse::<usize>().ok()?.checked_sub(1)?;
    Some((at, left))
}

/// Returns the name of an entry in places: what a step asks for is named by the step and its id.
fn place_name(row: &Value) -> Option<String> {
    let of = |key: &str| row.get(key).and_then(Value::as_str);
    match (of("step"), of("id")) {
        (Some(step), Some(id)) => Some(format!("{step}.{id}")),
        _ => name_of(row).map(str::to_owned),
    }
}

fn after_dot(left: &str) -> &str {
    left.strip_prefix('.').unwrap_or(left)
}

/// Returns what names an entry of a list: a plain name, or its id, name, layout or step.
pub fn name_of(row: &Value) -> Option<&str> {
    row.as_str().or_else(|| {
        ["id", "name", "layout", "step"]
            .iter()
            .find_map(|key| row.get(key).and_then(Value::as_str))
    })
}

/// Returns the cents of an amount typed in yuan: `12`, `12.5`, `1,200.00`.
pub fn cents(typed: &str) -> Option<i64> {
    let plain: String = typed
        .trim()
        .chars()
        .filter(|sign| *sign != ',' && *sign != '，')
        .collect();
    let (whole, part) = plain.split_once('.').unwrap_or((plain.as_str(), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    whole
        .parse::<i64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(part)
}

/// Returns an amount in yuan as it is typed: `12`, `12.50`.
pub fn yuan(cents: i64) -> String {
    if cents % 100 == 0 {
        (cents / 100).to_string()
    } else {
        format!("{}.{:02}", cents / 100, (cents % 100).abs())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tree() -> Value {
        json!({
            "id": "x", "version": 1, "name": {"zh": "甲", "en": "A"},
            "retention": {"general_months": 12, "important_months": 0, "major_months": 0},
            "clocks": [
                {"name": "answer", "text": {"zh": "答", "en": "a"}, "length": "3wd", "stops": ["answered"]},
                {"name": "close", "text": {"zh": "结", "en": "c"}, "length": "7d"},
            ],
            "step_fields": [{"step": "answered", "id": "tone", "text": {"zh": "", "en": ""}}],
            "clauses": [{"id": "2", "text": {"zh": "", "en": ""}}, {"id": "2.1", "text": {"zh": "", "en": ""}}],
        })
    }

    #[test]
    fn what_is_typed_is_written_and_read_where_it_stands() {
        let mut tree = tree();
        set(&mut tree, "/clocks/1/start", "answered".into());
        assert_eq!(text(&tree, "/clocks/1/start"), "answered");
        set(&mut tree, "/approvals/rights", "mixed".into());
        assert_eq!(text(&tree, "/approvals/rights"), "mixed");
        set(&mut tree, "/clocks/9/start", "answered".into());
        assert_eq!(rows(&tree, "/clocks").len(), 2);
        assert_eq!(names(&tree, "/clocks/0/stops"), ["answered"]);
    }

    #[test]
    fn entries_are_added_moved_and_removed() {
        let mut tree = tree();
        for _ in 0..2 {
            let name = free_name(&tree, "/remedies");
            add(&mut tree, "/remedies", json!({"id": name}));
        }
        assert_eq!(name_of(&rows(&tree, "/remedies")[1]), Some("new-2"));
        swap_with_next(&mut tree, "/remedies", 0);
        assert_eq!(name_of(&rows(&tree, "/remedies")[0]), Some("new-2"));
        swap_with_next(&mut tree, "/remedies", 1);
        remove(&mut tree, "/remedies", 0);
        remove(&mut tree, "/remedies", 5);
        assert_eq!(rows(&tree, "/remedies").len(), 1);
        assert_eq!(free_name(&tree, "/remedies"), "new-2");
    }

    #[test]
    fn a_place_finds_its_field() {
        let tree = tree();
        for (place, pointer) in [
            ("name.en", "/name/en"),
            ("clocks.close.start", "/clocks/1/start"),
            ("clocks.1.start", "/clocks/0/start"),
            ("step_fields.answered.tone.text", "/step_fields/0/text"),
            ("clauses.2.1.text.zh", "/clauses/1/text/zh"),
            ("clauses.2.text", "/clauses/0/text"),
            ("clocks.gone", "/clocks"),
            ("clocks", "/clocks"),
        ] {
            assert_eq!(pointer_of(&tree, place), pointer, "{place}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_rest_is_still_a_pack() {
        let mut tree = tree();
        set(&mut tree, "/clocks/1/length", "soon".into());
        set(&mut tree, "/clocks/0/start", "one day".into());
        set(&mut tree, "/clauses/0/from_amount", "12.345".into());
        set(&mut tree, "/retention/general_months", "a year".into());
        let (pack, defects) = read(&tree);
        assert!(pack.is_some());
        for (pointer, problem) in [
            ("/clocks/1/length", Problem::Length),
            ("/clocks/0/start", Problem::Start),
            ("/clauses/0/from_amount", Problem::Money),
            ("/retention/general_months", Problem::Number),
        ] {
            let found = Defect {
                pointer: pointer.to_owned(),
                problem,
            };
            assert!(defects.contains(&found), "{found:?} in {defects:?}");
        }
        assert_eq!(text(&tree, "/clocks/1/length"), "soon");
    }

    #[test]
    fn amounts_are_typed_in_yuan_and_kept_in_cents() {
        for (typed, expected) in [
            ("12", Some(1_200)),
            ("12.5", Some(1_250)),
            ("1,200.00", Some(120_000)),
            ("12.345", None),
            ("", None),
            ("-3", None),
            ("a", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(cents(typed), expected, "{typed}");
        }
        assert_eq!(yuan(1_200), "12");
        assert_eq!(yuan(1_250), "12.50");
    }

    #[test]
    fn every_pack_that_comes_with_the_program_reads_back_unchanged() {
        for pack in huiyin_core::pack::builtin::packs() {
            let tree = serde_json::to_value(&pack).expect("a pack is plain data");
            let (read, defects) = read(&tree);
            assert_eq!(read.as_ref(), Some(&pack));
            assert_eq!(defects, [], "{}", pack.id);
        }
    }
}
