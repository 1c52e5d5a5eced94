//! The one thread that writes. It takes appends from all connections, decides which envelopes may stand, commits
//! them in groups, and answers only then.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use huiyin_sync::approval::MAX_DRAWN;
use huiyin_sync::{
    Admission, DeviceId, Envelope, EnvelopeError, Membership, RefusalCode, SignedStatement,
    Statement, StatementError, StreamId, WorkspaceId,
};
use tokio::sync::{mpsc, oneshot};

use crate::hub::{Hub, Said, statements};
use crate::limits::Quota;
use crate::metrics::Metrics;
use crate::store::{Appended, Group, NewEnvelope, Store, StoreError};

/// Requests that may wait for the writer before connections have to.
const WAITING_REQUESTS: usize = 64;
/// Envelope bytes committed together at most, in bytes.
const GROUP_BYTES: usize = 8 * 1024 * 1024;
/// Times a group is tried when something passing is in its way.
const TRIES: usize = 3;
/// Wait between two tries.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Why an envelope does not stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// For a reason of the protocol.
    Code(RefusalCode),
    /// The workspace keeps all it may keep here.
    Full,
}

impl Refusal {
    /// Returns what the device is told. A full workspace is a store that cannot take it now: the device keeps it and asks
    /// again later.
    pub(crate) fn code(self) -> RefusalCode {
        match self {
            Self::Code(code) => code,
            Self::Full => RefusalCode::StoreFailed,
        }
    }
}

/// What became of one envelope: its position, or why it was refused.
pub(crate) type Outcome = Result<u64, Refusal>;

/// Envelopes of one request: decoded, of the hub's workspace, with valid signatures.
pub(crate) struct Request {
    pub(crate) hub: Arc<Hub>,
    pub(crate) device: DeviceId,
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) reply: oneshot::Sender<Vec<Outcome>>,
}

/// The way to the writer.
pub(crate) struct Writer {
    pub(crate) requests: mpsc::Sender<Request>,
    pub(crate) thread: JoinHandle<()>,
}

impl Writer {
    /// Starts the thread. It ends when the last sender is gone, with the log moved into the file.
    pub(crate) fn start(
        store: Arc<dyn Store>,
        metrics: Arc<Metrics>,
        quota: Quota,
    ) -> std::io::Result<Self> {
        let (requests, mut waiting) = mpsc::channel::<Request>(WAITING_REQUESTS);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                while let Some(first) = waiting.blocking_recv() {
                    let started = Instant::now();
                    let mut size = size_of(&first);
                    let mut group = vec![first];
                    while size < GROUP_BYTES {
                        let Ok(next) = waiting.try_recv() else { break };
                        size += size_of(&next);
                        group.push(next);
                    }
                    write(&*store, &metrics, quota, group);
                    metrics.append_took(started.elapsed());
                }
                if let Err(error) = store.close() {
                    tracing::warn!(error = ?error, "the store was not closed in order");
                }
            })?;
        Ok(Self { requests, thread })
    }
}

fn size_of(request: &Request) -> usize {
    request
        .envelopes
        .iter()
        .map(|envelope| envelope.as_bytes().len())
        .sum()
}

/// What a group changes in one workspace, until it is committed.
struct Draft {
    hub: Arc<Hub>,
    membership: Arc<Membership>,
    /// Position in the members stream up to which `membership` and `added` go.
    statements_at: u64,
    added: Vec<Said>,
    heads: BTreeMap<StreamId, u64>,
    newest: Vec<(StreamId, u64, Arc<[u8]>)>,
    /// Statements were added since `membership` was folded.
    stale: bool,
}

impl Draft {
    /// Begins with what the hub knows and what other nodes have said since.
    fn new(hub: &Arc<Hub>, group: &mut dyn Group<'_>) -> Result<Self, StoreError> {
        let mut draft = {
            let known = hub.known();
            Self {
                membership: Arc::clone(&known.membership),
                statements_at: known.statements_at,
                hub: Arc::clone(hub),
                added: Vec::new(),
                heads: BTreeMap::new(),
                newest: Vec::new(),
                stale: false,
            }
        };
        loop {
            let entries = group.members_since(&hub.workspace, draft.statements_at)?;
            let Some((last, _)) = entries.last() else {
                return Ok(draft);
            };
            draft.statements_at = *last;
            draft.added.extend(statements(entries));
            draft.stale = true;
        }
    }

    fn say(&mut self, position: u64, statement: SignedStatement) {
        self.statements_at = position;
        self.added.push((position, Some(statement)));
        self.stale = true;
    }

    fn refold(&mut self) {
        if std::mem::take(&mut self.stale) {
            let known = self.hub.known();
            let added = self.added.iter().filter_map(|(_, said)| said.as_ref());
            let all = known.statements.iter().chain(added);
            self.membership = Arc::new(Membership::fold(self.hub.workspace, all));
        }
    }
}

fn new_envelope(envelope: &Envelope, received_ms: u64) -> NewEnvelope<'_> {
    let header = envelope.header();
    NewEnvelope {
        workspace: header.workspace,
        stream: header.stream,
        id: envelope.id(),
        author: header.author,
        seq: header.seq,
        bytes: envelope.as_bytes(),
        received_ms,
    }
}

type Drafts = HashMap<WorkspaceId, Draft>;

fn try_write(
    store: &dyn Store,
    quota: Quota,
    requests: &[Request],
) -> Result<(Vec<Vec<Outcome>>, Drafts), StoreError> {
    let received_ms = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_millis() as u64);
    let all: Vec<NewEnvelope<'_>> = requests
        .iter()
        .flat_map(|request| &request.envelopes)
        .map(|envelope| new_envelope(envelope, received_ms))
        .collect();
    let mut drafts = HashMap::new();
    let mut group = store.begin(&all)?;
    let outcomes = requests
        .iter()
        .map(|request| take(&mut *group, request, received_ms, quota, &mut drafts))
        .collect::<Result<Vec<_>, _>>()?;
    group.commit()?;
    Ok((outcomes, drafts))
}

fn write(store: &dyn Store, metrics: &Metrics, quota: Quota, requests: Vec<Request>) {
    let mut tries = 1;
    let committed = loop {
        match try_write(store, quota, &requests) {
            // Whatever became of the first try: what it kept is known now.
            Err(error) if error.is_passing() && tries < TRIES => {
                tracing::warn!(error = ?error, "a group is tried again");
                tries += 1;
                std::thread::sleep(TRY_AGAIN_AFTER);
            }
            done => break done,
        }
    };
    let outcomes = match committed {
        Ok((outcomes, drafts)) => {
            metrics.store_failing.store(false, Ordering::Relaxed);
            for draft in drafts.into_values() {
                publish(draft);
            }
            outcomes
        }
        Err(error) => {
            tracing::error!(error = ?error, "envelopes were not stored");
            metrics.store_failing.store(true, Ordering::Relaxed);
            requests
                .iter()
                .map(|request| {
                    vec![Err(Refusal::Code(RefusalCode::StoreFailed)); request.envelopes.len()]
                })
                .collect()
        }
    };
    for (request, outcomes) in requests.into_iter().zip(outcomes) {
        for (envelope, outcome) in request.envelopes.iter().zip(&outcomes) {
            if outcome.is_ok() {
                metrics.appended(envelope.as_bytes().len());
            }
        }
        // A device that has gone away offers them again.
        let _gone = request.reply.send(outcomes);
    }
}

fn publish(mut draft: Draft) {
    draft.refold();
    let folded = Some(draft.membership);
    {
        let mut recent = draft.hub.recent();
        for (stream, position, bytes) in draft.newest {
            recent.push(stream, position, bytes);
        }
    }
    draft
        .hub
        .known()
        .take(draft.hub.workspace, draft.added, draft.heads, folded);
    draft.hub.ring();
}

fn take<'a>(
    group: &mut dyn Group<'a>,
    request: &'a Request,
    received_ms: u64,
    quota: Quota,
    drafts: &mut Drafts,
) -> Result<Vec<Outcome>, StoreError> {
    let draft = match drafts.entry(request.hub.workspace) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(Draft::new(&request.hub, group)?),
    };
    let mut outcomes = Vec::with_capacity(request.envelopes.len());
    for envelope in &request.envelopes {
        let new = new_envelope(envelope, received_ms);
        if let Some(position) = group.position_of(&new)? {
            outcomes.push(Ok(position));
            continue;
        }
        let statement = match may_stand(draft, &request.device, envelope) {
            Ok(statement) => statement,
            Err(code) => {
                outcomes.push(Err(Refusal::Code(code)));
                continue;
            }
        };
        if !quota.allows(
            group.usage(&new.workspace)?,
            group.has_stream(&new)?,
            new.bytes.len(),
        ) {
            outcomes.push(Err(Refusal::Full));
            continue;
        }
        outcomes.push(match group.append(&new)? {
            Appended::New(position) => {
                draft.heads.insert(new.stream, position);
                draft
                    .newest
                    .push((new.stream, position, Arc::from(new.bytes)));
                if let Some(statement) = statement {
                    draft.say(position, statement);
                }
                Ok(position)
            }
            Appended::Known(position) => Ok(position),
            Appended::Fork => Err(Refusal::Code(RefusalCode::Fork)),
        });
    }
    Ok(outcomes)
}

/// Returns the statement of a clear envelope, or nothing for a sealed one, if it may stand.
fn may_stand(
    draft: &mut Draft,
    device: &DeviceId,
    envelope: &Envelope,
) -> Result<Option<SignedStatement>, RefusalCode> {
    let author = envelope.header().author;
    if !envelope.is_clear() {
        let stream = envelope.header().stream;
        // Late work of a device that was shut out is kept, if a member brings it: how much of it counts is decided by who can read it.
        return is_permitted(draft, |membership| {
            membership.is_member(device) && membership.might_write(&author, &stream)
        })
        .map(|()| None);
    }
    let signed = envelope.signed_statement().map_err(|error| match error {
        EnvelopeError::BadStatement(StatementError::NewerVersion { .. }) => {
            RefusalCode::NewerVersion
        }
        _ => RefusalCode::Malformed,
    })?;
    match &signed.statement {
        Statement::Charter(charter) => {
            let proves = charter.workspace == draft.hub.workspace
                && charter.derived_workspace() == draft.hub.workspace
                && charter.device == author;
            if !proves {
                return Err(RefusalCode::BadCharter);
            }
        }
        Statement::Admission(admission) => admit(draft, &signed, admission)?,
        Statement::Grant(_)
        | Statement::Invitation(_)
        | Statement::AskingInvitation(_)
        | Statement::Draw(_)
        | Statement::Revocation(_)
        | Statement::RightsChange(_)
        | Statement::Confirmation(_)
        | Statement::Take(_) => {
            // Whoever brings it: a device that joined from a file must be able to fill an empty relay. What one said that was shut
            // out since only members bring: the fold decides what lies within its cut.
            is_permitted(draft, |membership| {
                membership.is_admin(&author)
                    || (membership.is_member(device) && membership.was_admin(&author))
            })?;
        }
    }
    Ok(Some(signed))
}

/// Rights come with statements: only where the last fold says no is a new one worth its cost.
fn is_permitted(draft: &mut Draft, rule: impl Fn(&Membership) -> bool) -> Result<(), RefusalCode> {
    if rule(&draft.membership) {
        return Ok(());
    }
    draft.refold();
    if rule(&draft.membership) {
        Ok(())
    } else {
        Err(RefusalCode::NotPermitted)
    }
}

fn admit(
    draft: &mut Draft,
    signed: &SignedStatement,
    admission: &Admission,
) -> Result<(), RefusalCode> {
    if signed.author != admission.device || !admission.signature_holds(&draft.hub.workspace) {
        return Err(RefusalCode::BadSignature);
    }
    draft.refold();
    let state = draft
        .membership
        .invitation(&admission.invitation)
        .ok_or(RefusalCode::UnknownInvitation)?;
    let late = signed.clock > state.invitation.expires_ms;
    if !state.confirmed && (state.withdrawn || late) {
        return Err(RefusalCode::InvitationExpired);
    }
    // No more may wait than are answered: the rest only guess.
    let others = draft.membership.waiting().filter(|newcomer| {
        newcomer.invitation == admission.invitation && newcomer.device != admission.device
    });
    match state.used_by {
        Some(user) if user != admission.device => Err(RefusalCode::InvitationUsed),
        None if others.count() >= MAX_DRAWN => Err(RefusalCode::InvitationUsed),
        _ => Ok(()),
    }
}
