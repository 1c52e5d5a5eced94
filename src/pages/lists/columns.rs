//! The columns of both lists: which there are, how wide they are, and those somebody chose.

use std::borrow::Cow;

use huiyin_api::{MAX_VIEW_COLUMNS, custom_name};

use crate::texts::Texts;

/// A column of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Wire name; of a field that only an import knows with its prefix.
    pub name: Cow<'static, str>,
    /// Class of its cells in the style sheets.
    pub class: &'static str,
    /// Least width, in rem.
    pub width: f64,
    /// Share of the room that is left.
    pub share: f64,
}

const fn column(name: &'static str, class: &'static str, width: f64, share: f64) -> Column {
    Column {
        name: Cow::Borrowed(name),
        class,
        width,
        share,
    }
}

/// The columns of customers; the first so many are those shown unless others are chosen.
const OF_CUSTOMERS: &[Column] = &[
    column("name", "c-name", 9.0, 2.2),
    column("phone", "c-phone", 7.5, 1.2),
    column("kind", "c-kind", 6.2, 0.8),
    column("life_cycle", "c-stage", 6.4, 0.0),
    column("city", "c-city", 4.0, 1.0),
    column("owner", "c-owner", 4.0, 0.9),
    column("branch", "c-branch", 4.0, 0.0),
    column("updated", "c-updated", 7.4, 0.0),
    column("class", "c-class", 4.0, 0.0),
    column("contact_name", "c-contact", 6.0, 1.0),
    column("number", "c-number", 11.6, 0.0),
];
const USUAL_OF_CUSTOMERS: usize = 8;

const OF_CASES: &[Column] = &[
    column("number", "c-number", 11.6, 0.0),
    column("subject", "c-subject", 10.0, 2.4),
    column("customer_name", "c-customer", 6.0, 1.2),
    column("state", "c-state", 7.5, 0.0),
    column("due", "c-due", 10.6, 0.0),
    column("assignee", "c-assignee", 4.6, 0.7),
    column("received", "c-received", 6.6, 0.0),
    column("kind", "c-kind", 6.2, 0.6),
    column("category", "c-category", 6.0, 0.8),
    column("severity", "c-severity", 5.0, 0.0),
    column("against", "c-against", 6.0, 0.8),
    column("phone", "c-phone", 7.5, 0.8),
    column("branch", "c-branch", 4.0, 0.0),
    column("updated", "c-updated", 6.4, 0.0),
];
const USUAL_OF_CASES: usize = 7;

/// Returns every column of the list of cases, or else of customers.
pub const fn columns(cases: bool) -> &'static [Column] {
    if cases { OF_CASES } else { OF_CUSTOMERS }
}

/// Returns the column that bears the link to the record; it is always shown.
pub const fn leading(cases: bool) -> &'static str {
    if cases { "subject" } else { "name" }
}

/// Returns the column of a field that only an import knows, if this is the name of one.
pub fn of_import(name: &str) -> Option<Column> {
    custom_name(name)?;
    Some(Column {
        name: Cow::Owned(name.to_owned()),
        class: "c-custom",
        width: 6.0,
        share: 0.9,
    })
}

/// Returns the columns shown unless others are chosen.
pub fn usual(cases: bool) -> &'static [Column] {
    let count = if cases {
        USUAL_OF_CASES
    } else {
        USUAL_OF_CUSTOMERS
    };
    &columns(cases)[..count]
}

/// Returns the chosen columns in order: each once, unknown names left out, the leading one always among them.
pub fn chosen(cases: bool, names: &[String]) -> Vec<Column> {
    if names.is_empty() {
        return usual(cases).to_vec();
    }
    let mut found: Vec<Column> = Vec::new();
    for name in names.iter().take(MAX_VIEW_COLUMNS) {
        let known = columns(cases)
            .iter()
            .find(|column| column.name == *name)
            .cloned()
            .or_else(|| of_import(name));
        if let Some(column) = known.filter(|column| !found.contains(column)) {
            found.push(column);
        }
    }
    let lead = columns(cases)
        .iter()
        .find(|column| column.name == leading(cases))
        .expect("the leading column is in the table");
    if !found.contains(lead) {
        found.insert(0, lead.clone());
    }
    found
}

/// Returns the template of a list's grid, for the style sheets.
pub fn template(columns: &[Column]) -> String {
    let template: Vec<String> = columns
        .iter()
        .map(|column| {
            if column.share > 0.0 {
                format!("minmax({}rem, {}fr)", column.width, column.share)
            } else {
                format!("{}rem", column.width)
            }
        })
        .collect();
    template.join(" ")
}

/// Returns the least width of all columns of a list, for the style sheets.
pub fn least_width(columns: &[Column]) -> String {
    /// Room between two columns, in rem; the style sheets use the same figure.
    const GAP: f64 = 1.1;
    let least: f64 = columns.iter().map(|column| column.width + GAP).sum();
    format!("{least:.1}rem")
}

/// Returns what a column is called at its head.
pub fn title(texts: &Texts, cases: bool, name: &str) -> String {
    let own = if cases {
        let c = &texts.cases;
        match name {
            "number" => c.column_number,
            "subject" => c.column_subject,
            "customer_name" => c.column_customer,
            "state" => c.column_state,
            "due" => c.column_due,
            "assignee" => c.column_assignee,
            "received" => c.column_received,
            _ => "",
        }
    } else {
        let c = &texts.customers;
        match name {
            "name" => c.column_name,
            "phone" => c.column_phone,
            "kind" => c.column_kind,
            "city" => c.column_city,
            "owner" => c.column_owner,
            "branch" => c.column_branch,
            "updated" => c.column_updated,
            _ => "",
        }
    };
    if own.is_empty() {
        texts.field(name)
    } else {
        own.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: &[&str]) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let columns = chosen(false, &names);
        let found: Vec<&str> = columns.iter().map(|own| &*own.name).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn chosen_columns_stand_in_their_order_with_the_name_among_them() {
        check(&["city", "name", "phone"], &["city", "name", "phone"]);
        check(&["city", "city", "soul"], &["name", "city"]);
        check(&["x:鞋码", "x:", "x:鞋码"], &["name", "x:鞋码"]);
        check(
            &[],
            &[
                "name",
                "phone",
                "kind",
                "life_cycle",
                "city",
                "owner",
                "branch",
                "updated",
            ],
        );
    }

    #[test]
    fn every_column_has_a_name_in_both_languages() {
        for language in [huiyin_api::Language::Chinese, huiyin_api::Language::English] {
            for cases in [false, true] {
                for column in columns(cases) {
                    let name = title(crate::texts::of(language), cases, &column.name);
                    assert_ne!(name, column.name, "{} has no name", column.name);
                }
            }
        }
    }

    #[test]
    fn widths_tell_the_grid_and_its_least_width() {
        let columns = chosen(false, &["name".to_owned(), "class".to_owned()]);
        assert_eq!(template(&columns), "minmax(9rem, 2.2fr) 4rem");
        assert_eq!(least_width(&columns), "15.2rem");
    }
}
