//! Saved views: own ones on the device for the person at it, shared ones as registers of the root document.
//!
//! Stored form of both: JSON with a version, `{"v":1,"by":…,"view":{…}}`. Own: `Drafts[view/<staff>/<id>]`; shared: register `view/<id>`.

use huiyin_api::{
    Answer, LIST_VIEW_VERSION, ListView, MAX_OWN_VIEWS, MAX_SHARED_VIEWS, Problem, ProblemCode,
    SavedView, SavedViews,
};
use huiyin_core::id::RecordKind;
use huiyin_document::{Document, DocumentKey, Registers};
use serde::{Deserialize, Serialize};

use crate::replica::Replica;
use crate::task::{Rows, Run, Tx};
use crate::{Query, Table};

/// Registers of shared views begin so.
const PREFIX: &str = "view/";
/// First letter of the id of an own view.
const OWN: char = 'o';
/// First letter of the id of a shared view.
const SHARED: char = 's';
/// Hex digits of an id behind its letter.
const ID_DIGITS: usize = 16;

/// The stored form of a view.
#[derive(Serialize, Deserialize)]
struct Stored {
    v: u32,
    #[serde(default)]
    by: String,
    view: ListView,
}

impl Stored {
    fn write(by: &str, view: ListView) -> String {
        let stored = Self {
            v: LIST_VIEW_VERSION,
            by: by.to_owned(),
            view,
        };
        serde_json::to_string(&stored).expect("a view is plain data")
    }

    /// Reads a view; none of a newer version or damaged.
    fn read(id: &str, json: &[u8]) -> Option<SavedView> {
        let stored: Self = serde_json::from_slice(json).ok()?;
        (stored.v == LIST_VIEW_VERSION).then(|| SavedView {
            id: id.to_owned(),
            shared: id.starts_with(SHARED),
            by: stored.by,
            beside: String::new(),
            view: stored.view,
        })
    }
}

/// Hex digits behind the id of a view that name one saved beside it at the same time.
const BESIDE_DIGITS: usize = 8;

/// Returns the id of a value saved at the same time as the one that holds under `id`.
fn beside_id(id: &str, json: &str) -> String {
    let hash = blake3::hash(json.as_bytes()).to_hex();
    format!("{id}-{}", &hash[..BESIDE_DIGITS])
}

/// Returns the id of a register and that of the value saved beside, if the id names one.
fn register_of(id: &str) -> (&str, Option<&str>) {
    match id.split_once('-') {
        Some((base, _)) => (base, Some(id)),
        None => (id, None),
    }
}

/// Returns the values saved at the same time as the one that holds, with their ids.
fn values_beside(root: &Document, id: &str) -> Vec<(String, String)> {
    let mut values = root.register_values(&format!("{PREFIX}{id}"));
    values.pop();
    values
        .into_iter()
        .map(|json| (beside_id(id, &json), json))
        .collect()
}

/// Returns whether a text is an id made here.
fn is_id(id: &str, letter: char) -> bool {
    id.strip_prefix(letter).is_some_and(|digits| {
        digits.len() == ID_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

impl Replica {
    fn own_prefix(&self) -> String {
        let staff = self
            .identity
            .as_ref()
            .map_or("", |identity| identity.staff.as_str());
        format!("view/{staff}/")
    }

    fn own_rows<'a>(&self, tx: &'a Tx<'_>) -> Run<&'a Rows> {
        tx.rows(Query::Range {
            table: Table::Drafts,
            prefix: self.own_prefix().into_bytes(),
            after: None,
            limit: MAX_OWN_VIEWS as u32 + 1,
            keys_only: false,
        })
    }

    /// Returns the saved views of the person at the device and of the company.
    pub fn list_views(&mut self, tx: &Tx<'_>) -> Run<Answer> {
        self.identity()?;
        let prefix = self.own_prefix().len();
        let mut own: Vec<SavedView> = self
            .own_rows(tx)?
            .iter()
            .filter_map(|(key, json)| {
                let id = std::str::from_utf8(key.get(prefix..)?).ok()?;
                is_id(id, OWN).then(|| Stored::read(id, json)).flatten()
            })
            .collect();
        let root = self.documents.get(&DocumentKey::Root)?;
        let mut shared: Vec<SavedView> = Vec::new();
        for id in root.registers(PREFIX).into_keys() {
            if !is_id(&id, SHARED) {
                continue;
            }
            let mut values = root.register_values(&format!("{PREFIX}{id}"));
            let holds = values.pop().unwrap_or_default();
            shared.extend(Stored::read(&id, holds.as_bytes()));
            shared.extend(values.into_iter().filter_map(|json| {
                let read = Stored::read(&beside_id(&id, &json), json.as_bytes())?;
                let beside = id.clone();
                Some(SavedView { beside, ..read })
            }));
        }
        for views in [&mut own, &mut shared] {
            views.sort_by(|a, b| (&a.view.name, &a.id).cmp(&(&b.view.name, &b.id)));
        }
        own.extend(shared);
        Ok(Answer::SavedViews(SavedViews {
            views: own,
            may_share: self.is_administrator(),
        }))
    }

    /// Saves a view, anew or in place of another of the same kind.
    pub fn save_list_view(
        &mut self,
        tx: &mut Tx<'_>,
        id: Option<&str>,
        view: &ListView,
        shared: bool,
    ) -> Run<Answer> {
        self.identity()?;
        let letter = if shared { SHARED } else { OWN };
        if let Some(id) = id.filter(|id| !is_id(register_of(id).0, letter)) {
            return Err(Problem::at(ProblemCode::NotFound, id).into());
        }
        let view = view.checked()?;
        let kind = if view.cases {
            RecordKind::Case
        } else {
            RecordKind::Customer
        };
        Self::check_query(kind, &view.query)?;
        let (count, known) = if shared {
            self.administrator()?;
            let root = self.documents.get(&DocumentKey::Root)?;
            let views = root.registers(PREFIX);
            let known = id.is_some_and(|id| match register_of(id) {
                (base, None) => views.contains_key(base),
                (base, Some(beside)) => values_beside(root, base)
                    .iter()
                    .any(|(known, _)| known == beside),
            });
            (views.len(), known)
        } else {
            let rows = self.own_rows(tx)?;
            let own = id.map(|id| format!("{}{id}", self.own_prefix()).into_bytes());
            let known = own.is_some_and(|own| rows.iter().any(|(key, _)| *key == own));
            (rows.len(), known)
        };
        if let Some(id) = id.filter(|_| !known) {
            return Err(Problem::at(ProblemCode::NotFound, id).into());
        }
        let most = if shared {
            MAX_SHARED_VIEWS
        } else {
            MAX_OWN_VIEWS
        };
        if !known && count >= most {
            return Err(Problem::at(ProblemCode::TooLarge, "view_name")
                .because(format!("at most {most} views: remove one first"))
                .into());
        }
        let fresh = format!("{letter}{}", tx.random_id());
        // A view saved beside another becomes one of its own.
        let own = id.filter(|id| register_of(id).1.is_none());
        let saved = own.map_or(fresh, str::to_owned);
        if shared {
            let author = self.author(tx);
            let mut registers = id.map_or_else(Vec::new, |id| self.settled(tx, id));
            let json = Stored::write(&author.by, view);
            registers.retain(|(name, _)| *name != format!("{PREFIX}{saved}"));
            registers.push((format!("{PREFIX}{saved}"), json));
            self.write_registers(tx, &DocumentKey::Root, &author, &registers);
        } else {
            let id = &saved;
            let key = format!("{}{id}", self.own_prefix());
            tx.put(Table::Drafts, key, Stored::write("", view).into_bytes());
        }
        tx.changed = true;
        Ok(Answer::Saved {
            id: saved,
            number: String::new(),
        })
    }

    /// Returns what leaves a shared view with one value: the one that holds once more, and every other but the one named as a view of
    /// its own. The root document is open.
    fn settled(&mut self, tx: &mut Tx<'_>, id: &str) -> Vec<(String, String)> {
        let (base, named) = register_of(id);
        let name = format!("{PREFIX}{base}");
        let root = self.documents.opened(&DocumentKey::Root);
        let mut registers: Vec<(String, String)> = root
            .register(&name)
            .map(|holds| (name, holds))
            .into_iter()
            .collect();
        for (beside, json) in values_beside(root, base) {
            if named != Some(beside.as_str()) {
                registers.push((format!("{PREFIX}{SHARED}{}", tx.random_id()), json));
            }
        }
        registers
    }

    /// Forgets a view.
    pub fn drop_list_view(&mut self, tx: &mut Tx<'_>, id: &str) -> Run<Answer> {
        self.identity()?;
        if is_id(id, OWN) {
            let key = format!("{}{id}", self.own_prefix());
            tx.delete(Table::Drafts, key);
        } else {
            self.administrator()?;
            let root = self.documents.get(&DocumentKey::Root)?;
            let (base, beside) = register_of(id);
            let name = format!("{PREFIX}{base}");
            let known = match beside {
                None => root.register(&name).is_some(),
                Some(id) => values_beside(root, base)
                    .iter()
                    .any(|(known, _)| known == id),
            };
            if !is_id(base, SHARED) || !known {
                return Err(Problem::at(ProblemCode::NotFound, id).into());
            }
            let author = self.author(tx);
            let mut registers = self.settled(tx, id);
            if beside.is_none() {
                registers.retain(|(known, _)| *known != name);
                registers.push((name, String::new()));
            }
            self.write_registers(tx, &DocumentKey::Root, &author, &registers);
        }
        tx.changed = true;
        Ok(Answer::Done)
    }
}

#[cfg(test)]
mod tests {
    use huiyin_api::{Condition, FilterTree, ListQuery, Operator};

    use super::*;

    /// The stored form of version 1, kept for good.
    const GOLDEN: &str = r#"{"v":1,"by":"赵敏","view":{"name":"杭州会员","cases":false,"query":{"search":"","filter":{"kind":["member"]},"tree":{"test":{"field":"city","operator":"contains","values":["杭州"]}},"group":"class","sort":"updated","descending":true,"offset":0,"limit":0},"columns":["name","phone"]}}"#;

    fn view() -> ListView {
        ListView {
            name: "杭州会员".to_owned(),
            cases: false,
            query: ListQuery {
                filter: [("kind".to_owned(), vec!["member".to_owned()])].into(),
                tree: Some(FilterTree::Test(Condition {
                    field: "city".to_owned(),
                    operator: Operator::Contains,
                    values: vec!["杭州".to_owned()],
                })),
                group: "class".to_owned(),
                sort: "updated".to_owned(),
                descending: true,
                ..ListQuery::default()
            },
            columns: vec!["name".to_owned(), "phone".to_owned()],
            report: None,
        }
    }

    /// The stored form of an own report, kept for good: a view of version 1 with what makes it a report.
    const GOLDEN_REPORT: &str = r#"{"v":1,"by":"赵敏","view":{"name":"各门店投诉","cases":true,"query":{"search":"","filter":{"kind":["complaint"]},"sort":"","descending":false,"offset":0,"limit":0},"columns":[],"report":{"rows":"branch","columns":"category","measure":"late","period":"last_month","from":"","to":""}}}"#;

    #[test]
    fn a_report_is_stored_as_a_view_with_what_makes_it_one() {
        let report = ListView {
            name: "各门店投诉".to_owned(),
            cases: true,
            query: ListQuery {
                filter: [("kind".to_owned(), vec!["complaint".to_owned()])].into(),
                ..ListQuery::default()
            },
            columns: Vec::new(),
            report: Some(huiyin_api::ViewReport {
                rows: "branch".to_owned(),
                columns: "category".to_owned(),
                measure: huiyin_api::FigureMeasure::Late,
                period: "last_month".to_owned(),
                ..huiyin_api::ViewReport::default()
            }),
        };
        assert_eq!(Stored::write("赵敏", report.clone()), GOLDEN_REPORT);
        let read = Stored::read("s0123456789abcdef", GOLDEN_REPORT.as_bytes());
        assert_eq!(read.map(|saved| saved.view), Some(report));
    }

    #[test]
    fn the_stored_form_is_the_one_of_version_1() {
        assert_eq!(Stored::write("赵敏", view()), GOLDEN);
        let id = "s0123456789abcdef";
        let read = Stored::read(id, GOLDEN.as_bytes());
        let expected = SavedView {
            id: id.to_owned(),
            shared: true,
            by: "赵敏".to_owned(),
            beside: String::new(),
            view: view(),
        };
        assert_eq!(read, Some(expected));
    }

    #[test]
    fn a_newer_or_damaged_view_is_left_alone() {
        let newer = GOLDEN.replace(r#""v":1"#, r#""v":2"#);
        assert_eq!(Stored::read("s", newer.as_bytes()), None);
        assert_eq!(Stored::read("s", &GOLDEN.as_bytes()[..40]), None);
    }
}
