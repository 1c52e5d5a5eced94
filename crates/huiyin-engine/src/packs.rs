//! Policy packs of the company: published versions in the root document, the active one, and what the settings show.
//!
//! A version is a register `pack/<reference>` holding its JSON; its reference ends with the first digits of the BLAKE3 of that
//! text, so that versions published apart both stay and neither can be changed. `company/pack` names the one in force for cases, and
//! `policy/<part>` the one for another part of the rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use huiyin_api::{Answer, PackRow, PacksView, PartView, Problem, ProblemCode};
use huiyin_core::pack::builtin::packs as builtin;
use huiyin_core::pack::check::check;
use huiyin_core::pack::policies::Policies;
use huiyin_core::pack::{Pack, PackRef, Part};
use huiyin_document::{Document, DocumentKey, Registers};

use crate::Millis;
use crate::replica::Replica;
use crate::segments::Segment;
use crate::task::{Run, Tx};

/// Largest pack, in bytes of JSON.
pub(crate) const MAX_PACK_BYTES: usize = 256 * 1024;
/// Published versions shown, newest first.
pub(crate) const SHOWN_VERSIONS: usize = 200;
/// Hexadecimal digits of the hash at the end of a reference.
const HASH_DIGITS: usize = 8;
/// Register that names the active version.
const ACTIVE: &str = "company/pack";

/// Returns the canonical text of a pack and its reference.
pub(crate) fn reference_of(pack: &Pack) -> (PackRef, String) {
    let json = serde_json::to_string(pack).expect("a pack is plain data");
    let reference = format!("{}/{}-{}", pack.id, pack.version, hash_of(&json));
    (PackRef(reference), json)
}

fn hash_of(json: &str) -> String {
    let mut hash = blake3::hash(json.as_bytes()).to_hex().to_string();
    hash.truncate(HASH_DIGITS);
    hash
}

/// Returns the policies the root document holds. Versions that were read before are taken over; one whose text does not fit
/// its reference is left out.
pub(crate) fn read_policies(root: &Document, old: &Policies) -> Policies {
    let mut packs = BTreeMap::new();
    for (path, json) in root.registers("pack/") {
        // `id/version-hash`; deeper paths say when and by whom.
        if path.matches('/').count() != 1 {
            continue;
        }
        let reference = PackRef(path);
        if let Some(known) = old.packs.get(&reference) {
            packs.insert(reference, Arc::clone(known));
        } else if reference.0.ends_with(&format!("-{}", hash_of(&json)))
            && let Ok(pack) = serde_json::from_str::<Pack>(&json)
        {
            packs.insert(reference, Arc::new(pack));
        }
    }
    let active = root.register(ACTIVE).map(PackRef);
    let mut policies = crate::calendars::read(root);
    policies.packs = packs;
    policies.active = active;
    policies.parts = Part::ALL
        .iter()
        .filter(|part| **part != Part::Cases)
        .filter_map(|part| Some((*part, PackRef(root.register(&part.register())?))))
        .collect();
    policies
}

fn row(pack: &Pack) -> PackRow {
    PackRow {
        id: pack.id.clone(),
        version: pack.version,
        name: pack.name.clone(),
        about: pack.about.clone(),
        neutral: pack.neutral,
        parts: pack.parts(),
        ..PackRow::default()
    }
}

impl Replica {
    /// Returns a pack that comes with the program.
    ///
    /// # Errors
    /// [`ProblemCode::BadField`] at `pack` if there is none of this id.
    pub fn builtin_pack(id: &str) -> Result<Pack, Problem> {
        builtin()
            .into_iter()
            .find(|pack| pack.id == id)
            .ok_or_else(|| {
                Problem::at(ProblemCode::BadField, "pack")
                    .because(format!("there is no pack {id:.40}"))
            })
    }

    /// Publishes a version and puts it in force for [`Replica::parts_for`]. Answers its reference.
    pub fn publish_pack(&mut self, tx: &mut Tx<'_>, pack: &Pack) -> Run<Answer> {
        self.administrator()?;
        self.documents.get(&DocumentKey::Root)?;
        let pack = self.next_version(pack)?;
        let parts = self.parts_for(&pack);
        let author = self.author(tx);
        let (reference, mut values) = version_registers(&pack, author.at, &author.by);
        values.extend(
            parts
                .into_iter()
                .map(|part| (part.register(), reference.0.clone())),
        );
        self.write_registers(tx, &DocumentKey::Root, &author, &values);
        tx.changed = true;
        Ok(Answer::Saved {
            id: reference.0,
            number: pack.version.to_string(),
        })
    }

    /// Returns the pack with its next version number.
    ///
    /// # Errors
    /// [`ProblemCode::BadPack`] with the first defect, [`ProblemCode::TooLarge`] beyond [`MAX_PACK_BYTES`].
    fn next_version(&self, pack: &Pack) -> Result<Pack, Problem> {
        let mut pack = pack.clone();
        pack.version = self
            .policies
            .packs
            .values()
            .filter(|known| known.id == pack.id)
            .map(|known| known.version)
            .max()
            .map_or(1, |highest| highest.saturating_add(1));
        let defects = check(&pack);
        if let Some(first) = defects.first() {
            let more = match defects.len() - 1 {
                0 => String::new(),
                more => format!("; {more} more"),
            };
            return Err(Problem::at(ProblemCode::BadPack, first.place.clone())
                .because(format!("{}{more}", first.problem)));
        }
        if reference_of(&pack).1.len() > MAX_PACK_BYTES {
            return Err(Problem::at(ProblemCode::TooLarge, "pack")
                .because(format!("at most {} KiB", MAX_PACK_BYTES / 1024)));
        }
        Ok(pack)
    }

    /// Returns the parts a newly published version is in force for: cases if it has rules for them or for nothing else, those an
    /// earlier version of the same pack was chosen for, and if neither, every part it has.
    fn parts_for(&self, pack: &Pack) -> Vec<Part> {
        let own = pack.parts();
        let is_earlier = |part: &Part| {
            let chosen = self.policies.parts.get(part);
            chosen
                .and_then(|reference| self.policies.pack(reference))
                .is_some_and(|known| known.id == pack.id)
        };
        let mut parts: Vec<Part> = own
            .iter()
            .copied()
            .filter(|part| *part == Part::Cases || is_earlier(part))
            .collect();
        if own.is_empty() {
            parts.push(Part::Cases);
        }
        if parts.is_empty() { own } else { parts }
    }

    /// Puts a version in force for a part. A pack that comes with the program is published where no version with its text is yet.
    pub fn activate_pack(&mut self, tx: &mut Tx<'_>, reference: &str, part: Part) -> Run<Answer> {
        self.administrator()?;
        self.documents.get(&DocumentKey::Root)?;
        let author = self.author(tx);
        let known = PackRef(reference.to_owned());
        let (reference, mut values) = if reference.is_empty() {
            (known, Vec::new())
        } else if let Some(pack) = self.policies.pack(&known) {
            has_part(pack, part)?;
            (known, Vec::new())
        } else {
            let Some(pack) = builtin().into_iter().find(|pack| pack.id == reference) else {
                return Err(Problem::at(ProblemCode::NotFound, reference).into());
            };
            has_part(&pack, part)?;
            match self.published_as(&pack) {
                Some(published) => (published, Vec::new()),
                None => version_registers(&self.next_version(&pack)?, author.at, &author.by),
            }
        };
        values.push((part.register(), reference.0));
        self.write_registers(tx, &DocumentKey::Root, &author, &values);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Returns the newest published version that says the same as a pack.
    fn published_as(&self, pack: &Pack) -> Option<PackRef> {
        let mut pack = pack.clone();
        self.policies
            .packs
            .iter()
            .filter(|(_, known)| {
                pack.version = known.version;
                ***known == pack
            })
            .max_by_key(|(_, known)| known.version)
            .map(|(reference, _)| reference.clone())
    }

    fn parts_view(&self, builtin: &[Pack]) -> Vec<PartView> {
        let view = |part: &Part| {
            let chosen = match part {
                Part::Cases => self.policies.active.as_ref(),
                part => self.policies.parts.get(part),
            };
            PartView {
                part: *part,
                chosen: chosen
                    .map(|reference| reference.0.clone())
                    .unwrap_or_default(),
                in_force: self
                    .policies
                    .of_part(*part)
                    .map(|(reference, _)| reference.0.clone())
                    .unwrap_or_default(),
                missing: self.policies.is_part_missing(*part),
                offered: offered(builtin, *part),
            }
        };
        Part::ALL.iter().map(view).collect()
    }

    /// Returns the packs in force for other parts than cases, by reference.
    fn other_packs(&self) -> BTreeMap<String, Pack> {
        Part::ALL
            .iter()
            .filter_map(|part| self.policies.of_part(*part))
            .filter(|(reference, _)| self.policies.active.as_ref() != Some(reference))
            .map(|(reference, pack)| (reference.0.clone(), pack.clone()))
            .collect()
    }

    /// Returns the packs that can be chosen and those that were; before there is a company, only the former.
    pub fn packs_view(&mut self) -> Run<PacksView> {
        let builtin = builtin();
        let offered = offered(&builtin, Part::Cases);
        if self.identity.is_none() {
            return Ok(PacksView {
                offered,
                ..PacksView::default()
            });
        }
        let root = self.documents.get(&DocumentKey::Root)?;
        let attributes = root.registers("pack/");
        let mut cases: BTreeMap<&str, u32> = BTreeMap::new();
        for row in self.segments.iter().flat_map(Segment::iter) {
            if !row.pack().is_empty() {
                *cases.entry(row.pack()).or_default() += 1;
            }
        }
        let attribute =
            |reference: &PackRef, name: &str| attributes.get(&format!("{reference}/{name}"));
        let mut published: Vec<PackRow> = self
            .policies
            .packs
            .iter()
            .map(|(reference, pack)| PackRow {
                reference: reference.0.clone(),
                active: self.policies.active.as_ref() == Some(reference),
                published: attribute(reference, "at").and_then(|at| at.parse().ok()),
                by: attribute(reference, "by").cloned().unwrap_or_default(),
                cases: cases.get(reference.0.as_str()).copied().unwrap_or_default(),
                ..row(pack)
            })
            .collect();
        published.sort_by(|a, b| (b.published, &b.reference).cmp(&(a.published, &a.reference)));
        // The active one is always among those shown.
        published.sort_by_key(|row| !row.active);
        published.truncate(SHOWN_VERSIONS);
        published.sort_by(|a, b| (b.published, &b.reference).cmp(&(a.published, &a.reference)));
        Ok(PacksView {
            offered,
            published,
            active: self
                .policies
                .active()
                .map(|(_, pack)| Box::new(pack.clone())),
            parts: self.parts_view(&builtin),
            others: self.other_packs(),
            may_edit: self.is_administrator(),
        })
    }

    /// Returns a published version by its reference, or a pack that comes with the program by its id.
    pub fn pack(&self, reference: &str) -> Run<Pack> {
        self.policies
            .pack(&PackRef(reference.to_owned()))
            .cloned()
            .or_else(|| builtin().into_iter().find(|pack| pack.id == reference))
            .ok_or_else(|| Problem::at(ProblemCode::NotFound, reference).into())
    }

    /// Returns whether a role or post exists: of the program, or of any published pack.
    pub fn is_role(&self, name: &str) -> bool {
        huiyin_core::staff::Role::parse(name).is_some()
            || self
                .policies
                .packs
                .values()
                .any(|pack| pack.posts.iter().any(|post| post.id == name))
    }
}

/// Returns the packs that have a part, the neutral ones first.
fn offered(builtin: &[Pack], part: Part) -> Vec<PackRow> {
    let mut offered: Vec<PackRow> = builtin
        .iter()
        .filter(|pack| pack.has(part))
        .map(row)
        .collect();
    offered.sort_by(|a, b| (!a.neutral, &a.id).cmp(&(!b.neutral, &b.id)));
    offered
}

/// Checks that a pack says something about a part. Every version may be taken for cases, as it always could.
fn has_part(pack: &Pack, part: Part) -> Result<(), Problem> {
    if part == Part::Cases || pack.has(part) {
        return Ok(());
    }
    Err(Problem::at(ProblemCode::BadField, "pack").because(format!(
        "{} has no rules for this part ({}); choose a pack that has",
        pack.id,
        part.name()
    )))
}

/// Returns the reference of a pack and the registers that publish it; the first holds its text.
fn version_registers(pack: &Pack, at: Millis, by: &str) -> (PackRef, Vec<(String, String)>) {
    let (reference, json) = reference_of(pack);
    let values = vec![
        (format!("pack/{reference}"), json),
        (format!("pack/{reference}/at"), at.to_string()),
        (format!("pack/{reference}/by"), by.to_owned()),
    ];
    (reference, values)
}

/// Returns the reference of a pack and the registers that publish it and put it in force for cases; the first holds its text.
pub(crate) fn registers(pack: &Pack, at: Millis, by: &str) -> (PackRef, Vec<(String, String)>) {
    let (reference, mut values) = version_registers(pack, at, by);
    values.push((ACTIVE.to_owned(), reference.0.clone()));
    (reference, values)
}
