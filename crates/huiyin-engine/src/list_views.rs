//! Saved views: own ones on the device for the person at it, shared ones as registers of the root document.
//!
//! Stored form of both: JSON with a version, `{"v":1,"by":…,"view":{…}}`. Own: `Drafts[view/<staff>/<id>]`; shared: register `view/<id>`.

use huiyin_api::{
    Answer, LIST_VIEW_VERSION, ListView, MAX_OWN_VIEWS, MAX_SHARED_VIEWS, Problem, ProblemCode,
    SavedView, SavedViews,
};
use huiyin_core::id::RecordKind;
use huiyin_document::{DocumentKey, Registers};
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
            view: stored.view,
        })
    }
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
        let mut shared: Vec<SavedView> = self
            .documents
            .get(&DocumentKey::Root)?
            .registers(PREFIX)
            .into_iter()
            .filter(|(id, _)| is_id(id, SHARED))
            .filter_map(|(id, json)| Stored::read(&id, json.as_bytes()))
            .collect();
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
        if let Some(id) = id.filter(|id| !is_id(id, letter)) {
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
            let views = self.documents.get(&DocumentKey::Root)?.registers(PREFIX);
            (views.len(), id.is_some_and(|id| views.contains_key(id)))
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
        let id = id.map_or_else(|| format!("{letter}{}", tx.random_id()), str::to_owned);
        if shared {
            let author = self.author(tx);
            let json = Stored::write(&author.by, view);
            let register = (format!("{PREFIX}{id}"), json);
            self.write_registers(tx, &DocumentKey::Root, &author, &[register]);
        } else {
            let key = format!("{}{id}", self.own_prefix());
            tx.put(Table::Drafts, key, Stored::write("", view).into_bytes());
        }
        tx.changed = true;
        Ok(Answer::Saved {
            id,
            number: String::new(),
        })
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
            let name = format!("{PREFIX}{id}");
            if !is_id(id, SHARED) || root.register(&name).is_none() {
                return Err(Problem::at(ProblemCode::NotFound, id).into());
            }
            let author = self.author(tx);
            let register = (name, String::new());
            self.write_registers(tx, &DocumentKey::Root, &author, &[register]);
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
        }
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
