//! Past imports: what was noted of them in the branch's catalogue, and taking them back.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{
    Answer, ImportKind, ImportReport, ImportSummary, Problem, ProblemCode, UndoReport,
};
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_document::{CustomerColumn, Document, DocumentKey, Edit, Hand, Registers};
use serde::{Deserialize, Serialize};

use super::places::period_end;
use crate::replica::Replica;
use crate::task::{Run, Tx};

/// What the catalogue says of an import, as JSON under `import/<id>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    name: String,
    kind: ImportKind,
    at: i64,
    by: String,
    added: u64,
    changed: u64,
    /// Segments that got records. Those that the import alone makes are found by their period and need not stand here.
    segments: BTreeSet<String>,
}

/// Old and new value of a field by field, by record (16 hex digits).
type OldValues = BTreeMap<String, BTreeMap<String, [String; 2]>>;

/// Returns when the imports noted in a catalogue began, by how the periods of their segments end.
pub(crate) fn import_times(catalogue: &Document) -> BTreeMap<String, i64> {
    let imports = catalogue.registers("import/").into_iter();
    let times = imports.filter_map(|(id, json)| {
        let entry: Entry = serde_json::from_str(&json).ok()?;
        Some((period_end(&id), entry.at))
    });
    times.collect()
}

/// Returns what an import replaced that came before, and once more: a value it wrote itself is not an old one.
fn replaced_again(mut noted: OldValues, old: &OldValues) -> OldValues {
    for (record, fields) in old {
        let known = noted.entry(record.clone()).or_default();
        for (field, [before, after]) in fields {
            let first = match known.get(field) {
                Some([first, written]) if written == before => first.clone(),
                _ => before.clone(),
            };
            known.insert(field.clone(), [first, after.clone()]);
        }
    }
    noted
}

/// Returns the name of the file of an import, who imported it and when, if a catalogue has it noted.
pub(crate) fn import_noted(catalogue: &Document, id: &str) -> Option<(String, String, i64)> {
    let json = catalogue.register(&format!("import/{id}"))?;
    let entry: Entry = serde_json::from_str(&json).ok()?;
    Some((entry.name, entry.by, entry.at))
}

impl Replica {
    fn catalogue(&self) -> Result<DocumentKey, Problem> {
        Ok(DocumentKey::Catalogue(self.branch()?))
    }

    /// Notes an import before its first record is made, so that one broken off can be taken back too.
    pub(super) fn note_import(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<()> {
        let id = self.running_id(import)?;
        let segments = self.own_segments(import)?;
        let session = self.imports.get(import)?;
        let (name, kind) = (session.name.clone(), session.kind);
        let mut entry = self.entry(&id)?.unwrap_or_default();
        entry.segments.extend(
            segments
                .into_iter()
                .map(|segment| DocumentKey::Segment(segment).to_string()),
        );
        (entry.name, entry.kind, entry.at) = (name, kind, tx.now);
        entry.by = self.person().0;
        self.write_entry(tx, &id, &entry)
    }

    /// Notes what an import did.
    pub(super) fn note_import_end(
        &mut self,
        tx: &mut Tx<'_>,
        import: &str,
        report: &ImportReport,
    ) -> Run<()> {
        let id = self.running_id(import)?;
        let session = self.imports.get(import)?;
        let (name, kind) = (session.name.clone(), session.kind);
        let mut entry = self.entry(&id)?.unwrap_or_default();
        (entry.name, entry.kind, entry.at) = (name, kind, tx.now);
        entry.by = self.person().0;
        entry.added += report.added;
        entry.changed += report.changed;
        self.write_entry(tx, &id, &entry)
    }

    /// Notes values that an import replaced. The catalogue is open.
    pub(super) fn note_old_values(
        &mut self,
        tx: &mut Tx<'_>,
        import: &str,
        key: &DocumentKey,
        old: &OldValues,
    ) -> Run<()> {
        let id = self.running_id(import)?;
        let catalogue = self.catalogue()?;
        let register = format!("old/{id}/{key}");
        let noted = self.documents.get(&catalogue)?.register(&register);
        let noted = noted.and_then(|json| serde_json::from_str(&json).ok());
        let old = &replaced_again(noted.unwrap_or_default(), old);
        let author = self.author(tx);
        let json = serde_json::to_string(old).expect("old values are plain data");
        self.write_registers(tx, &catalogue, &author, &[(register, json)]);
        Ok(())
    }

    /// Returns whether the catalogue, which is open, has this import.
    pub(super) fn has_import(&mut self, id: &str) -> Run<bool> {
        Ok(self.entry(id)?.is_some())
    }

    fn entry(&mut self, id: &str) -> Run<Option<Entry>> {
        let catalogue = self.catalogue()?;
        let json = self
            .documents
            .get(&catalogue)?
            .register(&format!("import/{id}"));
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    fn write_entry(&mut self, tx: &mut Tx<'_>, id: &str, entry: &Entry) -> Run<()> {
        let catalogue = self.catalogue()?;
        let author = self.author(tx);
        let json = serde_json::to_string(entry).expect("an entry is plain data");
        self.write_registers(
            tx,
            &catalogue,
            &author,
            &[
                (format!("import/{id}"), json),
                (format!("undone/{id}"), String::new()),
            ],
        );
        Ok(())
    }

    /// Returns the imports of this branch, newest first.
    pub fn past_imports(&mut self) -> Run<Answer> {
        let catalogue = self.catalogue()?;
        let document = self.documents.get(&catalogue)?;
        let undone = document.registers("undone/");
        let mut imports: Vec<ImportSummary> = document
            .registers("import/")
            .into_iter()
            .filter_map(|(id, json)| {
                let entry: Entry = serde_json::from_str(&json).ok()?;
                let undone = undone.contains_key(&id);
                Some(ImportSummary {
                    import: id,
                    name: entry.name,
                    kind: entry.kind,
                    at: entry.at,
                    by: entry.by,
                    added: entry.added,
                    changed: entry.changed,
                    undone,
                })
            })
            .collect();
        imports.sort_by_key(|import| std::cmp::Reverse(import.at));
        Ok(Answer::Imports(imports))
    }

    /// Takes an import back: its records go unless edited since, replaced values come back unless changed again.
    pub fn undo_import(&mut self, tx: &mut Tx<'_>, id: &str) -> Run<Answer> {
        let catalogue = self.catalogue()?;
        let entry = self
            .entry(id)?
            .ok_or_else(|| Problem::at(ProblemCode::NotFound, id))?;
        let old = self
            .documents
            .get(&catalogue)?
            .registers(&format!("old/{id}/"));
        let keys = |names: Vec<&String>| {
            names
                .into_iter()
                .filter_map(|name| name.parse::<DocumentKey>().ok())
                .collect::<BTreeSet<_>>()
        };
        let (mut made, replaced) = (
            keys(entry.segments.iter().collect()),
            keys(old.keys().collect()),
        );
        let end = period_end(id);
        let own = self
            .segments
            .iter()
            .filter(|segment| segment.key.period.ends_with(&end));
        made.extend(own.map(|segment| DocumentKey::Segment(segment.key.clone())));
        self.documents.require(made.iter().chain(&replaced))?;

        let author = self.author(tx);
        let mut report = UndoReport::default();
        for key in &made {
            let (edits, kept) = self.undo_made(key, id);
            report.removed += edits.len() as u64;
            report.kept.extend(kept);
            self.edit(tx, key, &author, Hand::Import, &edits);
        }
        for key in &replaced {
            let values: OldValues = old
                .get(&key.to_string())
                .and_then(|json| serde_json::from_str(json).ok())
                .unwrap_or_default();
            let (edits, records, kept) = self.undo_replaced(key, &values);
            report.removed += records;
            report.kept.extend(kept);
            self.edit(tx, key, &author, Hand::Import, &edits);
        }
        let mut registers = vec![(format!("undone/{id}"), tx.now.to_string())];
        registers.extend(
            old.keys()
                .map(|key| (format!("old/{id}/{key}"), String::new())),
        );
        self.write_registers(tx, &catalogue, &author, &registers);
        Ok(Answer::Undone(report))
    }

    fn undo_made(&mut self, key: &DocumentKey, import: &str) -> (Vec<Edit>, Vec<(String, String)>) {
        let DocumentKey::Segment(segment) = key else {
            return Default::default();
        };
        let document = self.documents.opened(key);
        let (mut edits, mut kept) = (Vec::new(), Vec::new());
        for local in document.record_ids() {
            let Some((record, _)) = document.record(local) else {
                continue;
            };
            if record.import.as_deref() != Some(import) || !record.is_live() {
                continue;
            }
            if record.edited {
                let name = record
                    .field(if segment.kind == RecordKind::Customer {
                        "name"
                    } else {
                        "subject"
                    })
                    .to_owned();
                kept.push((RecordId::new(segment.clone(), local).to_string(), name));
            } else {
                edits.push(Edit::SetGone {
                    local,
                    import: Some(import.to_owned()),
                });
            }
        }
        (edits, kept)
    }

    fn undo_replaced(
        &mut self,
        key: &DocumentKey,
        values: &OldValues,
    ) -> (Vec<Edit>, u64, Vec<(String, String)>) {
        let DocumentKey::Segment(segment) = key else {
            return Default::default();
        };
        let (mut edits, mut records, mut kept) = (Vec::new(), 0, Vec::new());
        for (local, fields) in values {
            let Ok(local) = u64::from_str_radix(local, 16) else {
                continue;
            };
            let Some((record, _)) = self.documents.opened(key).record(local) else {
                continue;
            };
            let mut set_back = false;
            for (field, [old, new]) in fields {
                if record.field(field) == new {
                    edits.push(Edit::SetField {
                        local,
                        field: field.clone(),
                        value: old.clone(),
                    });
                    set_back = true;
                } else {
                    let id = RecordId::new(segment.clone(), local);
                    let name = self
                        .segments
                        .row(&id)
                        .map(|row| row.customer(CustomerColumn::Name).to_owned())
                        .unwrap_or_default();
                    kept.push((id.to_string(), name));
                }
            }
            records += u64::from(set_back);
        }
        (edits, records, kept)
    }
}
