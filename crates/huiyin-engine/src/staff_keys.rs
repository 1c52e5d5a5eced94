//! Which keys the members of staff have, as the root document and the members tell; and whether what somebody decided is signed as it
//! must be: an event of a record, or a register of a catalogue.
//!
//! A key is a group of registers `staff/<id>/key/<public key in hex>/…`: `asked`, `draw`, `certificate`, `until`. What an administrator's device says
//! in them counts only with its signature, whoever wrote the register; of several values written at once any that holds counts. So what
//! comes of it depends on the set of registers and members, never on what came first.

use std::collections::BTreeMap;
use std::sync::Arc;

use huiyin_core::case::CaseEvent;
use huiyin_core::id::RecordId;
use huiyin_core::signing::{STAFF_SIGNATURE, Signing, carried, signer_name};
use huiyin_document::{Document, Registers, Signatories, event_digest};
use huiyin_sync::{
    Act, Certificate, DeviceId, Holder, KeyDraw, KeyEnd, Membership, Signature, StaffPublic,
    WorkspaceId,
};

use crate::Millis;
use crate::replica::{Replica, Settings};

/// What stands between the id of a member of staff and a key among the registers below `staff/`.
pub(crate) const KEY: &str = "/key/";
/// Most keys of one company that are looked at: more are none that people made.
const MAX_KEYS: usize = 4_096;

/// One key of a member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyState {
    pub staff: String,
    pub public: StaffPublic,
    /// The device that asked for it, in hex, and when.
    pub asked: Option<(String, Millis)>,
    pub draw: Option<KeyDraw>,
    pub certificate: Option<Certificate>,
    pub until: Option<Millis>,
}

impl KeyState {
    /// Returns from when on the key counts, if it was certified.
    pub fn since(&self) -> Option<Millis> {
        Some(self.certificate.as_ref()?.since_ms as Millis)
    }

    /// Returns whether it is the key of its person at a time.
    pub fn is_valid(&self, at: Millis) -> bool {
        self.since().is_some_and(|since| since <= at) && self.signs_until(at)
    }

    /// Returns whether it was certified and not ended by then: what it signs about an earlier day counts too.
    pub fn signs_until(&self, at: Millis) -> bool {
        self.certificate.is_some() && self.until.is_none_or(|until| at < until)
    }

    /// Returns whether it waits for an administrator.
    pub fn waits(&self) -> bool {
        self.certificate.is_none() && self.until.is_none() && self.asked.is_some()
    }
}

/// What somebody decided, wherever it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decided<'a> {
    /// Who.
    pub by: &'a str,
    /// When.
    pub at: Millis,
    /// The signature it carries, as stored; empty = none.
    pub carried: &'a str,
    /// Record id, or what stands for it outside of records.
    pub place: &'a str,
    /// Event id; empty outside of records.
    pub event: &'a str,
}

/// The keys of a company's staff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StaffKeys {
    workspace: Option<WorkspaceId>,
    keys: Vec<KeyState>,
    /// Places of certified keys by every name their person has or had.
    names: BTreeMap<String, Vec<usize>>,
}

impl StaffKeys {
    /// Returns the keys that the root document tells of, by what the members may say.
    pub fn read(root: &Document, settings: &Settings, membership: &Membership) -> Self {
        let workspace = membership.workspace();
        let mut found: BTreeMap<(String, StaffPublic), KeyState> = BTreeMap::new();
        for (path, _) in root.registers("staff/") {
            let Some((staff, rest)) = path.split_once(KEY) else {
                continue;
            };
            let Some((public, what)) = rest.split_once('/') else {
                continue;
            };
            let Ok(key) = public.parse::<StaffPublic>() else {
                continue;
            };
            if found.len() >= MAX_KEYS && !found.contains_key(&(staff.to_owned(), key)) {
                continue;
            }
            let values = root.register_values(&format!("staff/{path}"));
            let state = found
                .entry((staff.to_owned(), key))
                .or_insert_with(|| KeyState {
                    staff: staff.to_owned(),
                    public: key,
                    asked: None,
                    draw: None,
                    certificate: None,
                    until: None,
                });
            state.take(what, &values, &workspace, membership);
        }
        let keys: Vec<KeyState> = found.into_values().collect();
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, key) in keys.iter().enumerate() {
            let Some(certificate) = &key.certificate else {
                continue;
            };
            let known = settings.staff.get(&key.staff);
            let now = known.map_or("", |staff| staff.name.as_str());
            for name in [certificate.name.as_str(), now, &key.staff] {
                let places = names.entry(signer_name(name)).or_default();
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        names.remove("");
        Self {
            workspace: Some(workspace),
            keys,
            names,
        }
    }

    /// Returns every key, by staff id.
    pub fn all(&self) -> &[KeyState] {
        &self.keys
    }

    /// Returns a key of a member of staff.
    pub fn find(&self, staff: &str, public: &StaffPublic) -> Option<&KeyState> {
        let mut keys = self.keys.iter();
        keys.find(|key| key.staff == staff && key.public == *public)
    }

    fn certified(&self, name: &str) -> impl Iterator<Item = &KeyState> {
        let places = self.names.get(&signer_name(name));
        places.into_iter().flatten().map(|&place| &self.keys[place])
    }

    /// Returns whether a decision of somebody of this name at a time must be signed.
    pub fn must_sign(&self, name: &str, at: Millis) -> bool {
        self.certified(name).any(|key| key.is_valid(at))
    }

    /// Returns what became of the signature under a decision; `digest` is that of what it says.
    pub fn judge_decision(
        &self,
        decided: Decided<'_>,
        digest: impl FnOnce() -> [u8; 32],
    ) -> Signing {
        let is_signed = || {
            let workspace = self.workspace.as_ref()?;
            let (public, signature) = carried(decided.carried)?;
            let public: StaffPublic = public.parse().ok()?;
            let signature: Signature = signature.parse().ok()?;
            let mut known = self.certified(decided.by);
            known.find(|key| key.public == public && key.signs_until(decided.at))?;
            let act = Act {
                workspace,
                record: decided.place,
                event: decided.event,
                digest: &digest(),
            };
            public.signed(act, &signature).then_some(())
        };
        if !self.knows(decided.by) {
            Signing::NotAsked
        } else if is_signed().is_some() {
            Signing::Signed
        } else if self.must_sign(decided.by, decided.at) {
            Signing::Missing
        } else {
            Signing::NotAsked
        }
    }

    fn knows(&self, name: &str) -> bool {
        self.names.contains_key(&signer_name(name))
    }

    /// Returns a number that tells apart what signatures are judged by; 0 where nobody has a certified key.
    pub fn mark(&self) -> u64 {
        if self.names.is_empty() {
            return 0;
        }
        let mut hasher = blake3::Hasher::new();
        for (name, places) in &self.names {
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
            for &place in places {
                let key = &self.keys[place];
                hasher.update(key.public.as_bytes());
                let times = [key.since().unwrap_or(-1), key.until.unwrap_or(-1)];
                for time in times {
                    hasher.update(&time.to_le_bytes());
                }
            }
            hasher.update(&[0xFF]);
        }
        let first = hasher.finalize().as_bytes()[..8].try_into();
        u64::from_le_bytes(first.expect("a hash is longer")) | 1
    }
}

impl KeyState {
    /// Takes in the values of one of the key's registers; what does not read or does not hold is left out.
    fn take(
        &mut self,
        what: &str,
        values: &[String],
        workspace: &WorkspaceId,
        membership: &Membership,
    ) {
        // A device that was shut out since vouched for people when it administered: they stay who they are.
        let may = |device: &DeviceId| membership.was_admin(device);
        let holder = Holder {
            workspace,
            staff: &self.staff,
            public: &self.public,
        };
        match what {
            "asked" => {
                let read = |text: &String| {
                    let (device, at) = text.split_once(',')?;
                    Some((device.to_owned(), at.parse().ok()?))
                };
                self.asked = values.iter().rev().find_map(read);
            }
            "draw" => {
                let read = values
                    .iter()
                    .filter_map(|text| text.parse::<KeyDraw>().ok());
                let holds =
                    |draw: &KeyDraw| may(&draw.device) && draw.holds(workspace, &self.public);
                self.draw = read
                    .filter(holds)
                    .min_by_key(|draw| (draw.device, draw.nonce));
            }
            "certificate" => {
                let read = values
                    .iter()
                    .filter_map(|text| text.parse::<Certificate>().ok());
                let holds = |certificate: &Certificate| {
                    may(&certificate.device) && certificate.holds(holder)
                };
                let first = read
                    .filter(holds)
                    .min_by_key(|one| (one.since_ms, one.device, one.name.clone()));
                self.certificate = first;
            }
            "until" => {
                let read = values.iter().filter_map(|text| text.parse::<KeyEnd>().ok());
                let holds = |end: &KeyEnd| may(&end.device) && end.holds(workspace, &self.public);
                self.until = read.filter(holds).map(|end| end.until_ms as Millis).min();
            }
            _ => {}
        }
    }
}

impl Signatories for StaffKeys {
    fn judge(&self, record: &RecordId, event: &CaseEvent) -> Signing {
        if !self.knows(&event.by) {
            return Signing::NotAsked;
        }
        let decided = Decided {
            by: &event.by,
            at: event.at,
            carried: event.datum(STAFF_SIGNATURE),
            place: &record.to_string(),
            event: event.id.as_str(),
        };
        self.judge_decision(decided, || event_digest(event))
    }
}

impl Replica {
    /// Reads anew who has which key, and has every event judged by it from here on. The root document is open.
    pub fn read_staff_keys(&mut self) {
        if !self.documents.is_open(&huiyin_document::DocumentKey::Root) {
            return;
        }
        let root = self.documents.opened(&huiyin_document::DocumentKey::Root);
        let keys = StaffKeys::read(root, &self.settings, &self.members.membership);
        self.policies.signers = keys.mark();
        if keys != *self.staff_keys {
            self.staff_keys = Arc::new(keys);
        }
        let judges = self.policies.signers != 0;
        let judge = judges.then(|| Arc::clone(&self.staff_keys) as Arc<dyn Signatories>);
        self.documents.judged_by(judge);
    }
}
