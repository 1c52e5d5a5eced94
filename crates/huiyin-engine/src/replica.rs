//! The state of one replica in memory: identity, documents, rows, members, keys, chains.
//!
//! Long: the state and what every handler asks of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use huiyin_api::{Problem, ProblemCode, StaffView};
use huiyin_core::hybrid_clock::HybridClock;
use huiyin_core::id::{BranchCode, RecordId};
use huiyin_core::pack::policies::Policies;
use huiyin_core::staff::{Actor, Role};
use huiyin_document::{Author, Document, DocumentKey, Edit, Hand, Registers, Touched};
use huiyin_sync::{Envelope, RowSnapshot, StreamId};

use crate::blobs::Blobs;
use crate::chains::Chains;
use crate::cutting::Found;
use crate::destruction::Destroyed;
use crate::documents::Documents;
use crate::identity::Identity;
use crate::import::Imports;
use crate::late::Late;
use crate::link::Link;
use crate::members::Members;
use crate::packs::read_policies;
use crate::parts::LyingChanges;
use crate::pieces::Pieces;
use crate::row_snapshots::{self, RowSnapshots};
use crate::segments::Segments;
use crate::staff_keys::{KEY, StaffKeys};
use crate::staff_pins::Unlocked;
use crate::task::{Rows, Run, Tx, Work};
use crate::workspace::{SAMPLE, SAMPLE_YES};
use crate::{Query, Table};

/// Clock of a case where the company has set none.
pub(crate) const DEFAULT_CASE_CLOCK: &str = "3wd";

/// Roles that never fall to a store manager for want of somebody else.
const RESERVED: &[Role] = &[Role::GeneralManager, Role::Administrator, Role::Finance];

/// A change of this device that is in no envelope yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Key in the outbox table.
    pub key: u64,
    pub stream: String,
    pub document: String,
    pub change: Vec<u8>,
}

/// What the root document says, read once per change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub company: String,
    /// Everything is invented: a sample company.
    pub sample: bool,
    pub head_office: String,
    pub case_clock: String,
    pub branches: BTreeMap<String, String>,
    pub staff: BTreeMap<String, StaffView>,
    /// Device id in hex → name and branch.
    pub devices: BTreeMap<String, (String, String)>,
    /// Device id in hex → id of the person it was set up for.
    pub device_staff: BTreeMap<String, String>,
    /// Short name of an invitation → branch and role.
    pub invitations: BTreeMap<String, (String, String)>,
    /// Short name of the invitation of a recovery kit → what is known of the kit.
    pub kits: BTreeMap<String, crate::recovery::KitNote>,
    /// Branch → where its rows lie for newcomers.
    pub snapshots: BTreeMap<String, RowSnapshot>,
}

/// One replica.
pub(crate) struct Replica {
    pub identity: Option<Identity>,
    pub documents: Documents,
    pub segments: Segments,
    pub blobs: Blobs,
    pub pieces: Pieces,
    pub row_snapshots: RowSnapshots,
    pub destroyed: Destroyed,
    /// Continuations whose attachments are still to be sent along.
    pub shares: BTreeSet<RecordId>,
    pub settings: Settings,
    pub members: Members,
    pub chains: Chains,
    /// What of the envelopes here is beyond a cut.
    pub late: Late,
    /// Backups made here.
    pub safekeeping: crate::safekeeping::Safekeeping,
    pub outbox: Vec<Waiting>,
    pub next_outbox: u64,
    /// Waiting changes that fit no envelope: they stay, and are not tried over and over.
    pub too_large: BTreeSet<u64>,
    pub imports: Imports,
    pub link: Link,
    pub clock: HybridClock,
    /// Calendars and packs.
    pub policies: Policies,
    /// Keys of the members of staff.
    pub staff_keys: Arc<StaffKeys>,
    /// The key that a PIN has opened.
    pub unlocked: Option<Unlocked>,
    /// Ids and answers (JSON) of recent commands, oldest first, with their key in the commands table.
    pub commands: VecDeque<(u64, String, String)>,
}

impl Replica {
    pub fn empty() -> Self {
        Self {
            identity: None,
            documents: Documents::default(),
            segments: Segments::default(),
            blobs: Blobs::default(),
            pieces: Pieces::default(),
            row_snapshots: RowSnapshots::default(),
            destroyed: Destroyed::default(),
            shares: BTreeSet::new(),
            settings: Settings::default(),
            members: Members::default(),
            chains: Chains::default(),
            late: Late::default(),
            safekeeping: crate::safekeeping::Safekeeping::default(),
            outbox: Vec::new(),
            next_outbox: 0,
            too_large: BTreeSet::new(),
            imports: Imports::default(),
            link: Link::default(),
            clock: HybridClock {
                wall_ms: 0,
                counter: 0,
            },
            policies: crate::calendars::without_own(),
            staff_keys: Arc::default(),
            unlocked: None,
            commands: VecDeque::new(),
        }
    }

    /// Returns the identity of a device that has a workspace.
    pub fn identity(&self) -> Result<&Identity, Problem> {
        self.identity
            .as_ref()
            .ok_or_else(|| Problem::new(ProblemCode::NoWorkspace))
    }

    /// Returns this device's branch.
    pub fn branch(&self) -> Result<BranchCode, Problem> {
        self.identity()?.branch().ok_or_else(|| {
            Problem::new(ProblemCode::NoWorkspace).because("the company's data has not come yet")
        })
    }

    /// Returns the name of the person at this device and the roles and posts held.
    pub fn person(&self) -> (String, Vec<String>) {
        let Some(identity) = &self.identity else {
            return (String::new(), Vec::new());
        };
        match self.settings.staff.get(&identity.staff) {
            Some(staff) => (staff.name.clone(), staff.roles.clone()),
            None => (
                identity.staff_name.clone(),
                Some(identity.role.clone())
                    .into_iter()
                    .filter(|role| !role.is_empty())
                    .collect(),
            ),
        }
    }

    /// Returns the person as core asks for it: with the posts of every published pack, at work in the branch of the staff list.
    /// What nobody in that branch holds falls to others there: a post to those with the role it acts as, then, like a role, to the
    /// general manager and to the store manager, who is never the company's manager, administrator or finance by that. So a company
    /// that has just picked a pack, and a small branch for good, can work.
    pub fn actor(&self) -> Actor {
        let (name, held) = self.person();
        let posts: Vec<_> = self
            .policies
            .packs
            .values()
            .flat_map(|pack| &pack.posts)
            .collect();
        let branch = self.identity.as_ref().map_or("", |identity| {
            self.settings
                .staff
                .get(&identity.staff)
                .map_or(identity.branch.as_str(), |staff| staff.branch.as_str())
        });
        let head_office = !branch.is_empty() && branch == self.settings.head_office;
        let mut actor =
            Actor::holding(&name, held.iter().map(String::as_str), &posts).at(branch, head_office);
        let manages = actor.roles.contains(&Role::GeneralManager);
        let keeps_store = actor.roles.contains(&Role::StoreManager);
        let here = actor.branch.clone();
        let falls_to = |wire: &str, acts_as: &str| {
            if !self.is_vacant(wire, Some(&here)) {
                return false;
            }
            if held.iter().any(|role| role == acts_as) {
                return true;
            }
            let led = acts_as == Role::GeneralManager.name() && !self.is_vacant(wire, None);
            let store_may = keeps_store && !RESERVED.iter().any(|role| role.name() == wire) && !led;
            self.is_vacant(acts_as, Some(&here)) && (manages || store_may)
        };
        let vacant: Vec<String> = posts
            .iter()
            .map(|post| (post.id.as_str(), post.acts_as.as_str()))
            .chain(Role::ALL.iter().map(|role| (role.name(), role.name())))
            .filter(|(wire, acts_as)| falls_to(wire, acts_as))
            .map(|(wire, _)| wire.to_owned())
            .collect();
        actor.posts.extend(vacant);
        actor
    }

    /// Returns whether nobody at work holds a role or post, in a branch or anywhere.
    pub(crate) fn is_vacant(&self, wire: &str, branch: Option<&str>) -> bool {
        let here = |staff: &StaffView| branch.is_none_or(|branch| staff.branch == branch);
        !self
            .settings
            .staff
            .values()
            .any(|staff| !staff.left && here(staff) && staff.roles.iter().any(|role| role == wire))
    }

    /// Returns the author of a change made now, under a fresh action id.
    pub fn author(&mut self, tx: &mut Tx<'_>) -> Author {
        let at = tx.tick(&mut self.clock);
        let device = self
            .identity
            .as_ref()
            .map(|identity| identity.device_name.clone())
            .unwrap_or_default();
        Author {
            action: tx.act.clone().unwrap_or_else(|| tx.random_id()),
            by: self.person().0,
            device,
            at,
        }
    }

    /// Returns whether this device sees every branch.
    pub fn is_head_office(&self) -> bool {
        self.identity
            .as_ref()
            .is_some_and(|identity| self.members.sees_everything(&identity.keys().device()))
    }

    /// Returns whether this device may invite and set up branches.
    pub fn is_administrator(&self) -> bool {
        self.identity
            .as_ref()
            .is_some_and(|identity| self.members.membership.is_admin(&identity.keys().device()))
    }

    /// Writes edits of one segment: document, rows, outbox.
    pub fn edit(
        &mut self,
        tx: &mut Tx<'_>,
        key: &DocumentKey,
        author: &Author,
        hand: Hand,
        edits: &[Edit],
    ) {
        let edits = &*self.signed(tx, key, hand, edits);
        let before = self.documents.opened(key).is_empty();
        let Some(change) = self.documents.opened(key).edit(author, hand, edits) else {
            return;
        };
        let touched = if before {
            Touched::All
        } else {
            Touched::Keys(
                edits
                    .iter()
                    .map(|edit| format!("{:016x}", edit.local()))
                    .collect(),
            )
        };
        self.keep(tx, key, change, &touched);
    }

    /// Writes registers of the root or a catalogue document.
    pub fn write_registers(
        &mut self,
        tx: &mut Tx<'_>,
        key: &DocumentKey,
        author: &Author,
        values: &[(String, String)],
    ) {
        let Some(change) = self.documents.opened(key).write_registers(author, values) else {
            return;
        };
        self.keep(tx, key, change, &Touched::All);
        self.after_documents(std::slice::from_ref(key));
        if *key == DocumentKey::Root {
            self.follow_policies(tx);
        }
    }

    /// Stores a change the open document has, and puts it in the outbox.
    pub fn keep(&mut self, tx: &mut Tx<'_>, key: &DocumentKey, change: Vec<u8>, touched: &Touched) {
        let waiting = Waiting {
            key: self.next_outbox,
            stream: key.stream(),
            document: key.to_string(),
            change: change.clone(),
        };
        self.wait(tx, waiting);
        self.documents
            .store(tx, &mut self.segments, &self.policies, key, change, touched);
    }

    /// Puts something into the outbox, under [`Self::next_outbox`].
    pub fn wait(&mut self, tx: &mut Tx<'_>, waiting: Waiting) {
        self.next_outbox += 1;
        let row = postcard::to_allocvec(&(&waiting.stream, &waiting.document, &waiting.change))
            .expect("an outbox row is plain data");
        tx.put(Table::Outbox, waiting.key.to_be_bytes(), row);
        self.outbox.push(waiting);
    }

    /// Reads anew what is kept from documents that changed.
    pub fn after_documents(&mut self, keys: &[DocumentKey]) {
        if keys.contains(&DocumentKey::Root) {
            self.read_root();
        }
    }

    /// Reads settings and policies from the open root document.
    pub fn read_root(&mut self) {
        let root = self.documents.opened(&DocumentKey::Root);
        self.settings = read_settings(root);
        self.policies = read_policies(root, &self.policies);
        self.read_staff_keys();
    }

    /// Has rows that were made under other policies made anew, if there are any.
    pub fn follow_policies(&self, tx: &mut Tx<'_>) {
        if self.segments.outdated(&self.policies).next().is_some() {
            tx.follow(Work::Refresh);
        }
    }

    /// Makes the rows of segments anew: their stored rows were of another version or damaged.
    pub fn reproject(&mut self, tx: &mut Tx<'_>, keys: &[DocumentKey]) -> Run<()> {
        let Some((first, rest)) = keys.split_first() else {
            return Ok(());
        };
        if self.is_destroyed(first) {
            return self.reproject(tx, rest);
        }
        self.documents.get(first)?;
        self.documents
            .rewrite(tx, &mut self.segments, &self.policies, first);
        tx.changed = true;
        tx.durability = crate::Durability::Relaxed;
        if !rest.is_empty() {
            tx.follow(Work::Reproject(rest.to_vec()));
        }
        Ok(())
    }

    /// Returns the read of every envelope that may hold changes of a document.
    pub fn envelopes_of(&self, key: &DocumentKey) -> Query {
        let workspace = self.identity.as_ref().map(Identity::workspace);
        let stream = workspace.map(|workspace| StreamId::derive(&workspace, &key.stream()));
        Query::Range {
            table: Table::Envelopes,
            prefix: stream
                .map(|stream| stream.as_bytes().to_vec())
                .unwrap_or_default(),
            after: None,
            limit: u32::MAX,
            keys_only: false,
        }
    }

    /// Opens a document from the envelopes it lies in, given by their keys.
    pub fn open_lying(&mut self, key: &DocumentKey, envelopes: &BTreeMap<Vec<u8>, Envelope>) {
        let (Some(identity), Some(lying)) = (&self.identity, self.documents.lying(key)) else {
            return;
        };
        let name = key.to_string();
        let (mut bytes, mut found) = (0, LyingChanges::default());
        let all = lying.places.iter().try_for_each(|place| {
            let envelope = envelopes.get(&place.envelope)?;
            let header = envelope.header();
            let stream_key = self.members.keys.get(&(header.stream, header.epoch))?;
            let at = place.part as usize;
            bytes += envelope.part_len(at);
            found.add(envelope.open_part(stream_key, at).ok()?, &name)
        });
        let actor = identity.actor();
        self.documents
            .insert_lying(key.clone(), all.map(|()| found), bytes, &actor);
    }

    /// Makes a document whose stored rows are damaged anew: from its stream's envelopes and from what is in none yet.
    pub fn rebuild(&mut self, key: &DocumentKey, envelopes: &Rows) {
        let Some(identity) = &self.identity else {
            return;
        };
        let actor = identity.actor();
        let found = self.changes_in(&BTreeSet::from([key.clone()]), envelopes);
        let changes = found.into_values().flat_map(Found::all);
        let changes: Vec<Vec<u8>> = changes.collect();
        let changes = changes.iter().map(Vec::as_slice);
        self.documents.rebuild(key.clone(), changes, &actor);
        self.after_documents(std::slice::from_ref(key));
    }

    /// Makes an open document anew from these changes, in memory.
    pub fn make_anew(&mut self, key: &DocumentKey, changes: &[Vec<u8>]) {
        if let Some(identity) = &self.identity {
            let actor = identity.actor();
            let changes = changes.iter().map(Vec::as_slice);
            self.documents.replace(key.clone(), changes, &actor);
        }
    }

    /// Returns the id in `text`, if a live record has it.
    pub fn live(&self, text: &str) -> Result<RecordId, Problem> {
        let missing = || Problem::at(ProblemCode::NotFound, text);
        let id = RecordId::parse(text).map_err(|_| missing())?;
        self.segments.row(&id).map(|_| id).ok_or_else(missing)
    }

    /// Requires the document of a live record and returns both keys.
    pub fn open_record(&mut self, text: &str) -> Run<(RecordId, DocumentKey)> {
        let id = self.live(text)?;
        let key = DocumentKey::Segment(id.segment.clone());
        self.documents.get(&key)?;
        Ok((id, key))
    }
}

/// Returns what the root document says.
pub(crate) fn read_settings(root: &Document) -> Settings {
    let mut settings = Settings {
        company: root.register("company/name").unwrap_or_default(),
        sample: root.register(SAMPLE).as_deref() == Some(SAMPLE_YES),
        head_office: root.register("company/head_office").unwrap_or_default(),
        case_clock: root
            .register("company/case_clock")
            .unwrap_or_else(|| DEFAULT_CASE_CLOCK.to_owned()),
        ..Settings::default()
    };
    for (path, value) in root.registers("branch/") {
        if let Some(code) = path.strip_suffix("/name") {
            settings.branches.insert(code.to_owned(), value);
        }
    }
    for (path, value) in root.registers("staff/") {
        let Some((id, field)) = path.split_once('/') else {
            continue;
        };
        if path.contains(KEY) {
            continue;
        }
        let staff = settings
            .staff
            .entry(id.to_owned())
            .or_insert_with(|| StaffView {
                id: id.to_owned(),
                ..StaffView::default()
            });
        match field {
            "name" => staff.name = value,
            "roles" => staff.roles = value.split(',').map(str::to_owned).collect(),
            "branch" => staff.branch = value,
            "left" => staff.left = value == "true",
            _ => {}
        }
    }
    for (path, value) in root.registers("device/") {
        let Some((id, field)) = path.split_once('/') else {
            continue;
        };
        let device = settings.devices.entry(id.to_owned()).or_default();
        match field {
            "name" => device.0 = value,
            "branch" => device.1 = value,
            "staff" => {
                settings.device_staff.insert(id.to_owned(), value);
            }
            _ => {}
        }
    }
    for (path, value) in root.registers("invite/") {
        let Some((id, field)) = path.split_once('/') else {
            continue;
        };
        let invitation = settings.invitations.entry(id.to_owned()).or_default();
        match field {
            "branch" => invitation.0 = value,
            "role" => invitation.1 = value,
            _ => {}
        }
    }
    for (branch, value) in root.registers(row_snapshots::REGISTERS) {
        if let Ok(snapshot) = value.parse() {
            settings.snapshots.insert(branch, snapshot);
        }
    }
    for (path, value) in root.registers("recovery/") {
        if let Some((id, field)) = path.split_once('/') {
            let note = settings.kits.entry(id.to_owned()).or_default();
            note.note(field, value);
        }
    }
    settings
}
