//! PINs: a person makes a key on a device, an administrator certifies it, and deciding acts are signed with it while it is unlocked.
//!
//! Decides what is stored of a key (`Keys["staff/<id>/<public key>"]`: the seed under its PIN; `Keys["staff/<id>"]`: wrong tries), when a request is
//! refused for want of a PIN, and which events get a signature. Which keys count is in [`crate::staff_keys`].
//!
//! An unlocked key lives in memory alone, for [`UNLOCKED_MS`], for one person; whatever throws the memory away (the lock of the device,
//! a store that failed) locks it.
//!
//! Long: the life of a key is one story: set, drawn for, certified, unlocked, used, ended.

use std::borrow::Cow;

use huiyin_api::{
    Answer, Problem, ProblemCode, Request, StaffKeyState, StaffKeyView, StaffKeysView, StepIntent,
};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::hybrid_clock::MAX_AHEAD_MS;
use huiyin_core::id::{RecordId, SegmentKey};
use huiyin_core::signing::{STAFF_SIGNATURE, decides_with_signature, signer_name};
use huiyin_document::{DocumentKey, Edit, Hand, event_digest};
use huiyin_sync::{
    Act, Certificate, Holder, KeyDraw, KeyEnd, SealedStaffKey, StaffKey, StaffPublic, check_pin,
};
use serde::{Deserialize, Serialize};

use crate::replica::Replica;
use crate::staff_keys::{KEY, KeyState};
use crate::task::{After, Run, Tx};
use crate::vault::tries::Tries;
use crate::{Millis, Query, Table};

/// How long a PIN opens a key.
pub(crate) const UNLOCKED_MS: Millis = 5 * 60_000;
/// Most keys of one person kept on one device: the one in use, and newer ones that wait.
const MAX_KEYS_HERE: u32 = 4;
/// Most keys an administrator's device draws numbers for at a time.
const MAX_DRAWN: usize = 64;
/// Most keys a list shows.
const MAX_SHOWN: usize = 500;
/// Version of [`StoredKey`].
const STORED_VERSION: u8 = 1;

/// A key that a PIN has opened.
#[derive(Debug, Clone)]
pub(crate) struct Unlocked {
    staff: String,
    key: StaffKey,
    until: Millis,
}

/// A key as the store of the device holds it. Field order is the form of [`STORED_VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredKey {
    version: u8,
    /// When it was made.
    made: Millis,
    sealed: SealedStaffKey,
}

fn tries_row(staff: &str) -> Vec<u8> {
    format!("staff/{staff}").into_bytes()
}

fn key_row(staff: &str, public: &StaffPublic) -> Vec<u8> {
    format!("staff/{staff}/{public}").into_bytes()
}

fn read_tries(tx: &Tx<'_>, staff: &str) -> Run<Tries> {
    let row = tx.value(Table::Keys, &tries_row(staff))?;
    Ok(row
        .and_then(|bytes| postcard::from_bytes(bytes).ok())
        .unwrap_or_default())
}

fn put_tries(tx: &mut Tx<'_>, staff: &str, tries: Tries) {
    let bytes = postcard::to_allocvec(&tries).expect("plain data");
    tx.put(Table::Keys, tries_row(staff), bytes);
}

/// Answers a request with a refusal that is stored with what the request wrote.
fn refuse(tx: &mut Tx<'_>, problem: Problem) {
    if let Some(origin) = tx.origin.clone() {
        tx.after.push(After::Answer(origin, Err(problem)));
    }
}

/// A decision that a person wants to write.
struct Decision {
    /// When it is said to have been made, if not now.
    at: Option<Millis>,
}

/// Returns what a request would decide, if it does.
fn decision(request: &Request) -> Option<Decision> {
    let of = |step: &StepIntent| {
        let parsed = Step::parse(&step.step)?;
        decides_with_signature(parsed).then_some(Decision { at: step.at })
    };
    match request {
        Request::TakeStep { step, .. }
        | Request::TakeSteps { step, .. }
        | Request::FileStep { step, .. }
        | Request::ContactStep { step, .. }
        | Request::SaveContact { step, .. }
        | Request::PenaltyStep { step, .. } => of(step),
        Request::ConfirmClasses { .. }
        | Request::RuleGuest { .. }
        | Request::ApproveDestruction { .. }
        | Request::SignMonth { .. } => Some(Decision { at: None }),
        _ => None,
    }
}

impl Replica {
    // ---- use

    /// Refuses a request that would decide something without the signature it needs. Nothing is written yet.
    pub fn check_signature(&self, tx: &Tx<'_>, request: &Request) -> Run<()> {
        match decision(request) {
            Some(decision) => self.may_sign(tx, decision.at),
            None => Ok(()),
        }
    }

    /// Refuses a decision of the person at this device, made now or said to have been made at `at`, that must be signed and cannot be.
    ///
    /// # Errors
    /// `PinNeeded` where the key is here, `PinElsewhere` where it is not.
    pub fn may_sign(&self, tx: &Tx<'_>, at: Option<Millis>) -> Run<()> {
        let name = self.person().0;
        // The time of an event may be ahead of this device's clock, as a certificate's may.
        let times = [Some(tx.now), Some(tx.now.saturating_add(MAX_AHEAD_MS)), at];
        let mut times = times.into_iter().flatten();
        if self.identity.is_none()
            || !times.any(|at| self.staff_keys.must_sign(&name, at))
            || self.unlocked_key(tx.now).is_some()
        {
            return Ok(());
        }
        let staff = self.identity()?.staff.clone();
        let code = if self.usable_keys(tx, &staff)?.is_empty() {
            ProblemCode::PinElsewhere
        } else {
            ProblemCode::PinNeeded
        };
        Err(Problem::at(code, name).into())
    }

    /// Returns the key that signs for the person at this device now.
    fn unlocked_key(&self, now: Millis) -> Option<&StaffKey> {
        let staff = &self.identity.as_ref()?.staff;
        let unlocked = self.unlocked.as_ref()?;
        let fits = unlocked.staff == *staff && now < unlocked.until;
        let state = self.staff_keys.find(staff, &unlocked.key.public())?;
        (fits && state.signs_until(now)).then_some(&unlocked.key)
    }

    /// Returns the edits of a segment with the person's signature under every decision of theirs, while their key is unlocked.
    pub fn signed<'a>(
        &self,
        tx: &Tx<'_>,
        key: &DocumentKey,
        hand: Hand,
        edits: &'a [Edit],
    ) -> Cow<'a, [Edit]> {
        // What a file says somebody decided, nobody signs by reading it in.
        let own = self.unlocked_key(tx.now).filter(|_| hand == Hand::Person);
        let (DocumentKey::Segment(segment), Some(staff_key)) = (key, own) else {
            return Cow::Borrowed(edits);
        };
        let name = signer_name(&self.person().0);
        let decides = |event: &CaseEvent| {
            decides_with_signature(event.step) && signer_name(&event.by) == name
        };
        let touched = edits.iter().any(|edit| match edit {
            Edit::Append { event, .. } => decides(event),
            Edit::Create(record) => record.events.iter().any(decides),
            _ => false,
        });
        if !touched {
            return Cow::Borrowed(edits);
        }
        let mut edits = edits.to_vec();
        for edit in &mut edits {
            let local = edit.local();
            let events = match edit {
                Edit::Append { event, .. } => std::slice::from_mut(&mut **event),
                Edit::Create(record) => &mut record.events[..],
                _ => &mut [],
            };
            for event in events.iter_mut().filter(|event| decides(event)) {
                self.sign(staff_key, segment, local, event);
            }
        }
        Cow::Owned(edits)
    }

    fn sign(&self, key: &StaffKey, segment: &SegmentKey, local: u64, event: &mut CaseEvent) {
        let signature = key.sign(Act {
            workspace: &self.members.membership.workspace(),
            record: &RecordId::new(segment.clone(), local).to_string(),
            event: event.id.as_str(),
            digest: &event_digest(event),
        });
        let value = format!("{}.{signature}", key.public());
        event.data.insert(STAFF_SIGNATURE.to_owned(), value);
    }

    /// Returns the signature of the person under something decided outside of records, as it is stored; empty while no key is unlocked.
    /// `place` names what is decided, at most 255 bytes.
    pub fn signature_under(&self, tx: &Tx<'_>, place: &str, digest: &[u8; 32]) -> String {
        self.unlocked_key(tx.now).map_or_else(String::new, |key| {
            let signature = key.sign(Act {
                workspace: &self.members.membership.workspace(),
                record: place,
                event: "",
                digest,
            });
            format!("{}.{signature}", key.public())
        })
    }

    // ---- the person

    /// Returns the keys of a person that this device holds, the latest first.
    fn stored_keys(tx: &Tx<'_>, staff: &str) -> Run<Vec<StoredKey>> {
        let rows = tx.rows(Query::Range {
            table: Table::Keys,
            prefix: format!("staff/{staff}/").into_bytes(),
            after: None,
            limit: u32::MAX,
            keys_only: false,
        })?;
        let mut keys: Vec<StoredKey> = rows
            .iter()
            .filter_map(|(_, bytes)| postcard::from_bytes(bytes).ok())
            .filter(|key: &StoredKey| key.version == STORED_VERSION)
            .collect();
        keys.sort_by_key(|key| (std::cmp::Reverse(key.made), key.sealed.public));
        Ok(keys)
    }

    fn standing_of(&self, staff: &str, key: &StoredKey) -> Option<&KeyState> {
        self.staff_keys.find(staff, &key.sealed.public)
    }

    /// Returns the keys of a person that sign now and that this device holds.
    fn usable_keys(&self, tx: &Tx<'_>, staff: &str) -> Run<Vec<StoredKey>> {
        let mut keys = Self::stored_keys(tx, staff)?;
        keys.retain(|key| {
            let state = self.standing_of(staff, key);
            state.is_some_and(|state| state.signs_until(tx.now))
        });
        Ok(keys)
    }

    /// Returns the staff id of the person at this device, who is in the list of staff.
    fn staff_here(&self) -> Result<(String, String), Problem> {
        let identity = self.identity()?;
        let known = self.settings.staff.get(&identity.staff);
        let known = known.filter(|staff| !staff.left).ok_or_else(|| {
            Problem::at(ProblemCode::NotFound, "staff")
                .because("the list of staff has not come to this device yet: synchronise first")
        })?;
        Ok((identity.staff.clone(), known.name.clone()))
    }

    /// Sets the PIN of the person at this device. None if a refusal is stored and answered.
    pub fn set_staff_pin(
        &mut self,
        tx: &mut Tx<'_>,
        current: Option<&str>,
        pin: &str,
    ) -> Run<Option<Answer>> {
        let (staff, name) = self.staff_here()?;
        check_pin(pin).map_err(|error| {
            Problem::at(ProblemCode::BadField, "pin").because(error.to_string())
        })?;
        self.documents.get(&DocumentKey::Root)?;
        let mut stored = Self::stored_keys(tx, &staff)?;
        let over = |replica: &Self, key: &StoredKey| {
            let state = replica.standing_of(&staff, key);
            state.is_none_or(|state| state.until.is_some())
        };
        let Some(current) = current else {
            // Those that never were certified, and those that are over, nobody needs any more.
            let is_certified = |replica: &Self, key: &StoredKey| {
                let state = replica.standing_of(&staff, key);
                state.is_some_and(|state| state.certificate.is_some())
            };
            let mut kept = 0;
            for key in &stored {
                if is_certified(self, key) && !over(self, key) && kept + 1 < MAX_KEYS_HERE {
                    kept += 1;
                } else {
                    tx.delete(Table::Keys, key_row(&staff, &key.sealed.public));
                }
            }
            self.make_staff_key(tx, &staff, &name, pin);
            return Ok(Some(Answer::Done));
        };
        stored.retain(|key| !over(self, key));
        if stored.is_empty() {
            return Err(Problem::at(ProblemCode::NotFound, "pin")
                .because("there is no PIN of yours on this device: set one")
                .into());
        }
        let Some(key) = Self::try_pin(tx, &staff, &stored, current)? else {
            return Ok(None);
        };
        let made = stored
            .iter()
            .find(|one| one.sealed.public == key.public())
            .map_or(tx.now, |one| one.made);
        store_key(tx, &staff, &key, pin, made);
        self.unlock(tx, staff, key);
        tx.changed = true;
        Ok(Some(Answer::Done))
    }

    /// Makes a key and asks for its certificate; on the administrator's own device it is certified at once.
    fn make_staff_key(&mut self, tx: &mut Tx<'_>, staff: &str, name: &str, pin: &str) {
        let Some(identity) = &self.identity else {
            return;
        };
        let (workspace, device) = (identity.workspace(), identity.keys());
        let hex = device.device().to_string();
        let key = StaffKey::generate(&mut tx.entropy);
        let public = key.public();
        store_key(tx, staff, &key, pin, tx.now);
        let author = self.author(tx);
        let path = |what: &str| format!("staff/{staff}{KEY}{public}/{what}");
        let mut values = vec![(path("asked"), format!("{hex},{}", author.at))];
        // What waited from here has no seed any more: nobody shall certify it.
        let is_older = |key: &&KeyState| {
            let here = key.asked.as_ref().is_some_and(|(device, _)| *device == hex);
            here && key.waits() && key.staff == staff
        };
        let older = self.staff_keys.all().iter().filter(is_older);
        values.extend(older.map(|key| {
            let path = format!("staff/{staff}{KEY}{}/asked", key.public);
            (path, String::new())
        }));
        let administers = |role: &String| role == "administrator";
        let own = self.settings.device_staff.get(&hex).map(String::as_str) == Some(staff);
        let known = self.settings.staff.get(staff);
        let is_administrator = known.is_some_and(|known| known.roles.iter().any(administers));
        if self.is_administrator() && own && is_administrator {
            let holder = Holder {
                workspace: &workspace,
                staff,
                public: &public,
            };
            let certificate = Certificate::new(&device, holder, author.at.max(0) as u64, name);
            values.push((path("certificate"), certificate.to_string()));
        } else if self.is_administrator() {
            let draw = KeyDraw::new(&device, &workspace, &public, &mut tx.entropy);
            values.push((path("draw"), draw.to_string()));
        }
        self.write_registers(tx, &DocumentKey::Root, &author, &values);
        tx.changed = true;
    }

    /// Unlocks the key of the person at this device. None if a refusal is stored and answered.
    pub fn unlock_staff(&mut self, tx: &mut Tx<'_>, pin: &str) -> Run<Option<Answer>> {
        let (staff, name) = self.staff_here()?;
        let keys = self.usable_keys(tx, &staff)?;
        if keys.is_empty() {
            return Err(Problem::at(ProblemCode::PinElsewhere, name).into());
        }
        let Some(key) = Self::try_pin(tx, &staff, &keys, pin)? else {
            return Ok(None);
        };
        self.unlock(tx, staff, key);
        Ok(Some(Answer::Done))
    }

    fn unlock(&mut self, tx: &Tx<'_>, staff: String, key: StaffKey) {
        self.unlocked = Some(Unlocked {
            staff,
            key,
            until: tx.now.saturating_add(UNLOCKED_MS),
        });
    }

    /// Tries a PIN. A wrong one is counted in the same commit that its answer waits for, so that ending the program in between tells
    /// nothing. None if a refusal is stored and answered.
    fn try_pin(
        tx: &mut Tx<'_>,
        staff: &str,
        keys: &[StoredKey],
        pin: &str,
    ) -> Run<Option<StaffKey>> {
        let tries = read_tries(tx, staff)?;
        let wait = tries.remaining(tx.now);
        if wait > 0 {
            let seconds = (wait + 999) / 1_000;
            let problem = Problem::at(ProblemCode::TryLater, seconds.to_string());
            let Some(again) = tries.after_clock_set_back(tx.now) else {
                return Err(problem.into());
            };
            put_tries(tx, staff, again);
            refuse(tx, problem);
            return Ok(None);
        }
        let keys = keys.iter().take(MAX_KEYS_HERE as usize);
        let opened = keys.map(|key| key.sealed.open(pin)).find_map(Result::ok);
        if opened.is_none() {
            put_tries(tx, staff, tries.and_one(tx.now));
            refuse(tx, Problem::new(ProblemCode::WrongPin));
        } else if tries != Tries::default() {
            put_tries(tx, staff, Tries::default());
        }
        Ok(opened)
    }

    /// Locks the key of the person at this device.
    pub fn lock_staff(&mut self) -> Answer {
        self.unlocked = None;
        Answer::Done
    }

    // ---- administrators

    /// Draws numbers for keys that wait for one: on an administrator's device, as soon as it hears of them.
    pub fn draw_key_numbers(&mut self, tx: &mut Tx<'_>) {
        let Some(identity) = self.identity.as_ref().filter(|_| self.is_administrator()) else {
            return;
        };
        let (workspace, device) = (identity.workspace(), identity.keys());
        let waiting = self.staff_keys.all().iter();
        let values: Vec<(String, String)> = waiting
            .filter(|key| key.waits() && key.draw.is_none())
            .take(MAX_DRAWN)
            .map(|key| {
                let draw = KeyDraw::new(&device, &workspace, &key.public, &mut tx.entropy);
                let path = format!("staff/{}{KEY}{}/draw", key.staff, key.public);
                (path, draw.to_string())
            })
            .collect();
        if !values.is_empty() {
            let author = self.author(tx);
            self.write_registers(tx, &DocumentKey::Root, &author, &values);
            tx.changed = true;
        }
    }

    fn key_of(&self, staff: &str, key: &str) -> Result<KeyState, Problem> {
        let public = key.parse::<StaffPublic>().ok();
        let found = public.and_then(|public| self.staff_keys.find(staff, &public));
        found
            .cloned()
            .ok_or_else(|| Problem::at(ProblemCode::NotFound, key))
    }

    /// Certifies a key that waits. `number` is what was compared: if the key has another by now, nothing is certified.
    pub fn certify_staff_key(
        &mut self,
        tx: &mut Tx<'_>,
        staff: &str,
        key: &str,
        number: &str,
    ) -> Run<Answer> {
        self.administrator()?;
        self.documents.get(&DocumentKey::Root)?;
        let state = self.key_of(staff, key)?;
        let identity = self.identity()?;
        let (workspace, device) = (identity.workspace(), identity.keys());
        let holder = Holder {
            workspace: &workspace,
            staff,
            public: &state.public,
        };
        let drawn = state.draw.as_ref().map(|draw| draw.number(holder));
        if !state.waits() || drawn.as_deref() != Some(number) {
            return Err(Problem::at(ProblemCode::NotFound, number)
                .because("no key waits with this number: compare again")
                .into());
        }
        let known = self.settings.staff.get(staff).filter(|known| !known.left);
        let name = known
            .map(|known| known.name.clone())
            .ok_or_else(|| Problem::at(ProblemCode::NotFound, staff))?;
        let author = self.author(tx);
        let certificate = Certificate::new(&device, holder, author.at.max(0) as u64, &name);
        let path = format!("staff/{staff}{KEY}{}/certificate", state.public);
        let value = (path, certificate.to_string());
        self.write_registers(tx, &DocumentKey::Root, &author, &[value]);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Ends a key, or refuses one that waits.
    pub fn end_staff_key(&mut self, tx: &mut Tx<'_>, staff: &str, key: &str) -> Run<Answer> {
        self.administrator()?;
        self.documents.get(&DocumentKey::Root)?;
        let state = self.key_of(staff, key)?;
        if state.until.is_some() {
            return Ok(Answer::Done);
        }
        let identity = self.identity()?;
        let (workspace, device) = (identity.workspace(), identity.keys());
        let author = self.author(tx);
        let end = KeyEnd::new(&device, &workspace, &state.public, author.at.max(0) as u64);
        let path = format!("staff/{staff}{KEY}{}/until", state.public);
        let value = (path, end.to_string());
        self.write_registers(tx, &DocumentKey::Root, &author, &[value]);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Returns the keys the person at this device has to do with.
    pub fn staff_keys_view(&self, tx: &Tx<'_>) -> Run<StaffKeysView> {
        let identity = self.identity()?;
        let (workspace, hex) = (identity.workspace(), identity.keys().device().to_string());
        let staff = identity.staff.clone();
        let may_certify = self.is_administrator();
        let device_name = |device: &str| {
            let known = self.settings.devices.get(device);
            known.map_or_else(|| device.to_owned(), |(name, _)| name.clone())
        };
        let view = |key: &KeyState| {
            let (device, asked) = key.asked.clone().unwrap_or_default();
            let holder = Holder {
                workspace: &workspace,
                staff: &key.staff,
                public: &key.public,
            };
            let known = self.settings.staff.get(&key.staff);
            let number = key.draw.as_ref().filter(|_| key.waits());
            StaffKeyView {
                staff: key.staff.clone(),
                name: known.map_or_else(|| key.staff.clone(), |known| known.name.clone()),
                key: key.public.to_string(),
                here: device == hex,
                device: device_name(&device),
                asked,
                state: match (&key.certificate, key.until) {
                    (_, Some(_)) => StaffKeyState::Ended,
                    (Some(_), None) => StaffKeyState::Certified,
                    (None, None) => StaffKeyState::Waiting,
                },
                number: number.map(|draw| draw.number(holder)),
                since: key.since(),
                until: key.until,
                certified_by: key
                    .certificate
                    .as_ref()
                    .map(|certificate| device_name(&certificate.device.to_string()))
                    .unwrap_or_default(),
            }
        };
        let mut keys: Vec<StaffKeyView> = self
            .staff_keys
            .all()
            .iter()
            .filter(|key| key.asked.is_some() || key.certificate.is_some())
            .filter(|key| may_certify || key.staff == staff)
            .map(view)
            .collect();
        keys.sort_by_key(|key| {
            let waits = key.state == StaffKeyState::Waiting;
            (!waits, std::cmp::Reverse(key.asked), key.key.clone())
        });
        keys.truncate(MAX_SHOWN);
        let stored = Self::stored_keys(tx, &staff)?;
        let has_pin = stored.iter().any(|key| {
            let state = self.standing_of(&staff, key);
            state.is_some_and(|state| state.until.is_none())
        });
        let unlocked_until = self
            .unlocked_key(tx.now)
            .and(self.unlocked.as_ref())
            .map(|unlocked| unlocked.until);
        Ok(StaffKeysView {
            staff,
            name: self.person().0,
            has_pin,
            unlocked_until,
            may_certify,
            keys,
        })
    }

    /// Reads the keys anew because members have come or gone.
    pub fn follow_staff_keys(&mut self, tx: &mut Tx<'_>) {
        let before = self.policies.signers;
        self.read_staff_keys();
        if self.policies.signers != before {
            self.follow_policies(tx);
        }
    }
}

/// Stores a key under a PIN.
fn store_key(tx: &mut Tx<'_>, staff: &str, key: &StaffKey, pin: &str, made: Millis) {
    let stored = StoredKey {
        version: STORED_VERSION,
        made,
        sealed: key.seal(pin, &mut tx.entropy),
    };
    let bytes = postcard::to_allocvec(&stored).expect("plain data");
    tx.put(Table::Keys, key_row(staff, &key.public()), bytes);
}
