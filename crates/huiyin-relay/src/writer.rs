//! The one thread that writes. It takes appends from all connections, decides which envelopes may stand, commits
//! them in groups, and answers only then.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use huiyin_sync::{
    Admission, DeviceId, Envelope, EnvelopeError, Membership, RefusalCode, SignedStatement,
    Statement, StatementError, StreamId, WorkspaceId,
};
use tokio::sync::{mpsc, oneshot};

use crate::hub::Hub;
use crate::metrics::Metrics;
use crate::store::{Appended, Group, NewEnvelope, SqliteStore, StoreError};

/// Requests that may wait for the writer before connections have to.
const WAITING_REQUESTS: usize = 64;
/// Envelope bytes committed together at most, in bytes.
const GROUP_BYTES: usize = 8 * 1024 * 1024;

/// What became of one envelope: its position, or why it was refused.
pub(crate) type Outcome = Result<u64, RefusalCode>;

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
    pub(crate) fn start(store: Arc<SqliteStore>, metrics: Arc<Metrics>) -> std::io::Result<Self> {
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
                    write(&store, &metrics, group);
                    metrics.append_took(started.elapsed());
                }
                if let Err(error) = store.checkpoint() {
                    tracing::warn!(error = ?error, "the log was left beside the store");
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
    added: Vec<SignedStatement>,
    heads: BTreeMap<StreamId, u64>,
    /// Statements were added since `membership` was folded.
    stale: bool,
}

impl Draft {
    fn new(hub: &Arc<Hub>) -> Self {
        Self {
            membership: Arc::clone(&hub.known().membership),
            hub: Arc::clone(hub),
            added: Vec::new(),
            heads: BTreeMap::new(),
            stale: false,
        }
    }

    fn refold(&mut self) {
        if std::mem::take(&mut self.stale) {
            let known = self.hub.known();
            let all = known.statements.iter().chain(&self.added);
            self.membership = Arc::new(Membership::fold(self.hub.workspace, all));
        }
    }
}

fn write(store: &SqliteStore, metrics: &Metrics, requests: Vec<Request>) {
    let mut drafts = HashMap::new();
    let committed = store.begin().and_then(|mut group| {
        let outcomes = requests
            .iter()
            .map(|request| take(&mut group, request, &mut drafts))
            .collect::<Result<Vec<_>, _>>()?;
        group.commit()?;
        Ok(outcomes)
    });
    let outcomes = match committed {
        Ok(outcomes) => {
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
                .map(|request| vec![Err(RefusalCode::StoreFailed); request.envelopes.len()])
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
    {
        let mut known = draft.hub.known();
        known.membership = draft.membership;
        known.statements.append(&mut draft.added);
        known.heads.append(&mut draft.heads);
    }
    draft.hub.ring();
}

fn take(
    group: &mut Group<'_>,
    request: &Request,
    drafts: &mut HashMap<WorkspaceId, Draft>,
) -> Result<Vec<Outcome>, StoreError> {
    let draft = drafts
        .entry(request.hub.workspace)
        .or_insert_with(|| Draft::new(&request.hub));
    let received_ms = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_millis() as u64);
    let mut outcomes = Vec::with_capacity(request.envelopes.len());
    for envelope in &request.envelopes {
        let header = envelope.header();
        let id = envelope.id();
        if let Some(position) = group.position_of(&header.workspace, &header.stream, &id)? {
            outcomes.push(Ok(position));
            continue;
        }
        let statement = match may_stand(draft, &request.device, envelope) {
            Ok(statement) => statement,
            Err(code) => {
                outcomes.push(Err(code));
                continue;
            }
        };
        let appended = group.append(&NewEnvelope {
            workspace: header.workspace,
            stream: header.stream,
            id,
            author: header.author,
            seq: header.seq,
            bytes: envelope.as_bytes(),
            received_ms,
        })?;
        outcomes.push(match appended {
            Appended::New(position) => {
                draft.heads.insert(header.stream, position);
                if let Some(statement) = statement {
                    draft.added.push(statement);
                    draft.stale = true;
                }
                Ok(position)
            }
            Appended::Known(position) => Ok(position),
            Appended::Fork => Err(RefusalCode::Fork),
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
        return is_permitted(draft, |membership| {
            membership.is_member(device) && membership.may_write(&author, &stream)
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
        Statement::Grant(_) | Statement::Invitation(_) => {
            // Whoever brings it: a device that joined from a file must be able to fill an empty relay.
            is_permitted(draft, |membership| membership.is_admin(&author))?;
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
    if signed.clock > state.invitation.expires_ms {
        return Err(RefusalCode::InvitationExpired);
    }
    match state.used_by {
        Some(user) if user != admission.device => Err(RefusalCode::InvitationUsed),
        _ => Ok(()),
    }
}
