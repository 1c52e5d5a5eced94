//! The engine's loop: events are turned into work, one piece of writing work is under way at a time, reading work runs beside it.
//!
//! A piece of work that lacks rows or documents waits for a load and runs again from its start. A piece that wrote waits for its
//! commit; only then is it answered, and only then is anything sent. A failed commit throws the memory away and reads the store anew.
//!
//! Long: one state machine whose inputs share all of its state; what it says to the relay is in `conversation`, when it seals in `pace`.

mod conversation;
mod pace;

use std::collections::{BTreeMap, VecDeque};

use huiyin_api::{Notice, Problem, ProblemCode, Request};
use huiyin_document::DocumentKey;
use huiyin_sync::{Entropy, Envelope, RelayFrame, Session};

use pace::Pace;

use crate::arrival::{Arrival, Stage};
use crate::identity::Identity;
use crate::kept_answer;
use crate::replica::Replica;
use crate::scan::Scan;
use crate::sealing::MAX_OUTBOX_BYTES;
use crate::task::{After, Halt, Need, Origin, Reply, Rows, Run, Source, Tx, Work};
use crate::{
    Attachment, Durability, Effect, Event, Millis, Query, StoreError, Table, boot, documents,
};

/// Commands whose answers are remembered.
const MAX_COMMANDS: usize = 1_000;
/// Rounds of loading one piece of work may take: more is a defect, not a need.
const MAX_ROUNDS: u32 = 10_000;
/// Longest frame that is looked at for the name of the relay's store: a nonce and the name.
const MAX_CHALLENGE_BYTES: usize = 64;
/// Rest of background work after the store failed, in milliseconds; it doubles with each failure in a row.
const FIRST_REST_MS: Millis = 1_000;
/// Doublings of the rest: to about a minute.
const MAX_DOUBLINGS: u32 = 6;

/// A piece of writing work.
struct Job {
    origin: Option<Origin>,
    work: Work,
    scratch: Vec<(Query, Rows)>,
    rounds: u32,
}

/// A piece of reading work that waits for a load.
struct Read {
    origin: Origin,
    request: Request,
    scratch: Vec<(Query, Rows)>,
    scan: Option<Scan>,
    load: u64,
    asked: Vec<Asked>,
}

/// What a load is for, with the places of its rows in the answer.
enum Asked {
    Rows(Query, usize),
    /// Snapshot and deltas of a document.
    Document(DocumentKey, usize),
    /// The envelopes a document lies in.
    Lying(DocumentKey, Vec<usize>),
    /// Every envelope of the stream of a damaged document.
    Damaged(DocumentKey, usize),
}

enum Running {
    No,
    Loading {
        job: Job,
        load: u64,
        asked: Vec<Asked>,
    },
    Committing {
        commit: u64,
        after: Vec<After>,
        changed: bool,
    },
}

enum Phase {
    Cold,
    First {
        load: u64,
    },
    Second {
        load: u64,
        first: Box<boot::FirstPhase>,
    },
    Ready,
    /// The store cannot be used.
    Stopped(Problem),
}

/// One replica of a company's data.
pub struct Engine {
    phase: Phase,
    replica: Replica,
    lane: VecDeque<Job>,
    running: Running,
    reads: Vec<Read>,
    /// Requests that came before the store was read, and questions that came while a command was being written.
    early: Vec<(u64, String, Request, Option<Attachment>)>,
    next_id: u64,
    effects: Vec<Effect>,
    now: Millis,
    entropy: Entropy,
    /// Times in a row that the store was read anew because it failed.
    failures: u32,
    /// Set while work that nobody asked for rests because the store failed.
    resting: bool,
    /// Segments to be projected anew.
    stale: Vec<DocumentKey>,
    /// What is put off for a moment.
    pace: Pace,
    /// The rows that are still to be read.
    arrival: Option<Arrival>,
    /// Rows from which a branch has a snapshot for newcomers, if not the usual number.
    snapshots_from: Option<u32>,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// Returns an engine that knows nothing until `Event::Start`.
    pub fn new() -> Self {
        Self {
            phase: Phase::Cold,
            replica: Replica::empty(),
            lane: VecDeque::new(),
            running: Running::No,
            reads: Vec::new(),
            early: Vec::new(),
            next_id: 1,
            effects: Vec::new(),
            now: 0,
            entropy: Entropy::from_seed([0; 32]),
            failures: 0,
            resting: false,
            stale: Vec::new(),
            pace: Pace::default(),
            arrival: None,
            snapshots_from: None,
        }
    }

    /// Has a branch's rows put at the relay for newcomers from this number of rows on: tests live with small companies.
    pub fn snapshots_from(&mut self, rows: u32) {
        self.snapshots_from = Some(rows);
        self.replica.row_snapshots.from = rows;
    }

    /// Goes on with a replica as the store has it.
    fn set_replica(&mut self, replica: Replica) {
        self.replica = replica;
        if let Some(rows) = self.snapshots_from {
            self.replica.row_snapshots.from = rows;
        }
    }

    /// Returns whether everything here is invented: a sample company.
    pub fn is_sample(&self) -> bool {
        self.replica.settings.sample
    }

    /// Returns whether this device has joined a company and has nothing of it yet: who forgets it loses nothing but the invitation.
    pub fn is_empty_handed(&self) -> bool {
        matches!(self.phase, Phase::Ready)
            && self.stage() >= Stage::Rows
            && self.replica.is_empty_handed()
    }

    /// Returns whether the store was read and there is no company in it.
    pub fn is_empty(&self) -> bool {
        matches!(self.phase, Phase::Ready) && self.replica.identity.is_none()
    }

    /// Takes an event and returns what has to be done, in order. `entropy` is 32 fresh random bytes.
    pub fn handle(&mut self, event: Event, now: Millis, entropy: [u8; 32]) -> Vec<Effect> {
        self.now = now;
        self.entropy = Entropy::from_seed(entropy);
        match event {
            Event::Start => self.start(),
            Event::Request {
                client,
                id,
                request,
                attachment,
            } => self.request(client, id, request, attachment),
            Event::Loaded { id, result } => self.loaded(id, result),
            Event::Committed { id, result } => self.committed(id, result),
            Event::FileRead { id, result } => {
                if let Some(import) = self.replica.imports.hear(id, result) {
                    self.push(Work::Import(import));
                }
            }
            Event::Opened => self.session(|session, now, _| session.opened(now)),
            Event::Frame(bytes) => {
                self.store_named(&bytes);
                self.session(|session, now, entropy| session.frame(&bytes, now, entropy));
                self.replica.link.heard_at = Some(self.now);
            }
            Event::Closed { .. } => self.session(Session::closed),
            Event::Wake => self.wake(),
        }
        self.pump();
        self.note_contact();
        self.ask_to_be_woken();
        let next_id = &mut self.next_id;
        self.effects.extend(self.replica.imports.effects(|| {
            *next_id += 1;
            *next_id
        }));
        std::mem::take(&mut self.effects)
    }

    /// Notes which store the relay says it has. The session compares it with cursors only; receipts depend on it too.
    fn store_named(&mut self, frame: &[u8]) {
        if frame.len() <= MAX_CHALLENGE_BYTES
            && let Ok(RelayFrame::Challenge { store_epoch, .. }) = RelayFrame::decode(frame)
            && self.replica.link.store != Some(store_epoch)
        {
            self.push(Work::StoreNamed(store_epoch));
        }
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn start(&mut self) {
        let load = self.id();
        self.phase = Phase::First { load };
        self.effects.push(Effect::Load {
            id: load,
            queries: boot::first_queries(),
        });
    }

    fn stop(&mut self, problem: Problem) {
        self.effects
            .push(Effect::Notify(Notice::StorageTrouble(problem.clone())));
        for (client, id, ..) in std::mem::take(&mut self.early) {
            self.effects.push(Effect::Reply {
                client,
                id,
                result: Err(problem.clone()),
                attachment: None,
            });
        }
        let jobs = std::mem::take(&mut self.lane)
            .into_iter()
            .filter_map(|job| job.origin);
        let reads = std::mem::take(&mut self.reads)
            .into_iter()
            .map(|read| read.origin);
        let imports = self.replica.imports.close_all();
        for Origin { client, id } in jobs.chain(reads).chain(imports) {
            self.effects.push(Effect::Reply {
                client,
                id,
                result: Err(problem.clone()),
                attachment: None,
            });
        }
        self.running = Running::No;
        self.arrival = None;
        self.phase = Phase::Stopped(problem);
    }

    fn booted(&mut self, load: u64, result: Result<Vec<Rows>, StoreError>) {
        let rows = match result {
            Ok(rows) => rows,
            Err(error) => return self.stop(store_problem(&error)),
        };
        match std::mem::replace(&mut self.phase, Phase::Cold) {
            Phase::First { .. } => match boot::first_phase(rows) {
                None => self.stop(Problem::new(ProblemCode::NewerStore)),
                Some(first) => match first.second.clone() {
                    None => self.ready(first),
                    Some(query) => {
                        let load = self.id();
                        self.phase = Phase::Second {
                            load,
                            first: Box::new(first),
                        };
                        self.effects.push(Effect::Load {
                            id: load,
                            queries: vec![query],
                        });
                    }
                },
            },
            Phase::Second { mut first, .. } => {
                boot::second_phase(
                    &mut first.replica,
                    &rows.into_iter().next().unwrap_or_default(),
                );
                self.ready(*first);
            }
            other => {
                debug_assert!(load == 0, "only boot loads come here");
                self.phase = other;
            }
        }
    }

    fn ready(&mut self, first: boot::FirstPhase) {
        self.set_replica(first.replica);
        self.phase = Phase::Ready;
        self.stale = first.stale;
        self.arrival = Some(first.arrival);
        self.arrive();
        let revision = self.replica.segments.revision;
        self.effects
            .push(Effect::Notify(Notice::Changed { revision }));
        self.answer_early();
    }

    /// Answers what came before it could be answered; what still cannot waits on.
    fn answer_early(&mut self) {
        for (client, id, request, attachment) in std::mem::take(&mut self.early) {
            self.request(client, id, request, attachment);
        }
    }

    /// Returns what has been read of the rows.
    fn stage(&self) -> Stage {
        self.arrival.as_ref().map_or(Stage::Texts, Arrival::stage)
    }

    /// Goes on reading rows; with all of them here, other work begins.
    fn arrive(&mut self) {
        let Some(mut arrival) = self.arrival.take() else {
            return;
        };
        let before = arrival.stage();
        let reached = arrival.advance();
        let nobody_waits = arrival.stage() == Stage::Rows && !self.resting;
        if !(nobody_waits && self.pace.puts_off_reading(self.now)) {
            let next_id = &mut self.next_id;
            let loads = arrival.loads(|| {
                *next_id += 1;
                *next_id
            });
            for (id, query) in loads {
                let queries = vec![query];
                self.effects.push(Effect::Load { id, queries });
            }
        }
        let stage = arrival.stage();
        if before < Stage::Rows && stage >= Stage::Rows {
            self.stale.extend(arrival.stale(&self.replica.segments));
        }
        if stage < Stage::Texts {
            self.arrival = Some(arrival);
        }
        if before < Stage::Rows && stage >= Stage::Rows {
            let total = self.replica.segments.rows_in_all();
            let done = total;
            self.effects
                .push(Effect::Notify(Notice::Opening { done, total }));
            self.rows_are_here();
        }
        if reached {
            self.answer_early();
        }
    }

    /// Takes in rows that were read.
    fn arrived(&mut self, load: u64, result: Result<Vec<Rows>, StoreError>) {
        let rows = match result {
            Ok(rows) => rows.into_iter().next().unwrap_or_default(),
            // Texts that could not be read now are read when they are searched.
            Err(_) if self.stage() >= Stage::Rows => Rows::new(),
            Err(error) => return self.stop(store_problem(&error)),
        };
        let Some(arrival) = &mut self.arrival else {
            return;
        };
        if let Some(table) = arrival.turn(load, &rows) {
            arrival.take(&mut self.replica.segments, table, rows);
            if arrival.stage() < Stage::Rows && table == Table::Projections {
                let (done, total) = (arrival.done, arrival.total.max(arrival.done));
                self.effects
                    .push(Effect::Notify(Notice::Opening { done, total }));
            }
        }
        self.arrive();
    }

    /// Begins what waits for all rows.
    fn rows_are_here(&mut self) {
        if self.failures == 0 {
            self.begin_background();
        } else {
            // Work that nobody asked for would fail again at once, and for ever.
            let doublings = self.failures.min(MAX_DOUBLINGS);
            let at = self.now + (FIRST_REST_MS << doublings);
            self.resting = true;
            self.replica.link.wake_at = Some(at);
        }
        let revision = self.replica.segments.revision;
        self.effects
            .push(Effect::Notify(Notice::Changed { revision }));
    }

    /// Starts what goes on without being asked for: stale rows, members, the relay.
    fn begin_background(&mut self) {
        self.resting = false;
        let stale = std::mem::take(&mut self.stale);
        if !stale.is_empty() {
            self.push(Work::Reproject(stale));
        }
        for (blob, size) in self.replica.blobs.unchecked() {
            self.push(Work::CheckBlob(blob, size));
        }
        let pending: Vec<_> = self.replica.destroyed.pending().cloned().collect();
        for segment in pending {
            self.push(Work::Destroy(segment));
        }
        for continuation in self.replica.shares.clone() {
            self.push(Work::Share(continuation));
        }
        self.restart_session();
        if self.replica.identity.is_some() {
            self.push(Work::Cut);
            self.push(Work::Refresh);
            self.push(Work::Reconcile);
            // The members they waited for may have come just before a crash.
            let waiting = self.replica.waiting_bytes();
            if !waiting.is_empty() {
                self.push(Work::Ingest(Source::Waiting, waiting));
            }
        }
    }

    fn push(&mut self, work: Work) {
        self.lane.push_back(Job {
            origin: None,
            work,
            scratch: Vec::new(),
            rounds: 0,
        });
    }

    fn request(
        &mut self,
        client: u64,
        id: String,
        request: Request,
        attachment: Option<Attachment>,
    ) {
        self.pace.requested(self.now);
        if matches!(request, Request::SearchText { .. }) {
            self.pace.wants_reading();
        }
        match &self.phase {
            Phase::Ready if self.stage() >= Stage::needed_by(&request) => {}
            Phase::Stopped(problem) => {
                let result = Err(problem.clone());
                return self.effects.push(Effect::Reply {
                    client,
                    id,
                    result,
                    attachment: None,
                });
            }
            _ => return self.early.push((client, id, request, attachment)),
        }
        if self.stage() == Stage::Rows && matches!(request, Request::SearchText { .. }) {
            self.arrive();
        }
        let origin = Origin { client, id };
        if request.is_command() || crate::requests::needs_lane(&request) {
            self.command(origin, request, attachment);
        } else if self.awaits_answer() {
            self.early
                .push((origin.client, origin.id, request, attachment));
        } else {
            let scan = Scan::of(&request, &self.replica);
            self.run_read(Read {
                origin,
                request,
                scratch: Vec::new(),
                scan,
                load: 0,
                asked: Vec::new(),
            });
        }
    }

    /// Returns whether what somebody asked for is being written: a reader must not see as saved what may yet fail.
    fn awaits_answer(&self) -> bool {
        matches!(&self.running, Running::Committing { after, .. }
            if after.iter().any(|after| matches!(after, After::Answer(..))))
    }

    fn command(&mut self, origin: Origin, request: Request, attachment: Option<Attachment>) {
        let Some((origin, request)) = self.asked_anew(origin, request) else {
            // The file came with the request the first time.
            if let Some(Attachment::File { file, .. }) = attachment {
                self.effects.push(Effect::CloseFile { file });
            }
            return;
        };
        if matches!(request, Request::ImportCancel { .. }) {
            // Runs between the slices of the import it stops, not after them.
            self.replica.imports.cancel(&request);
        }
        if matches!(
            request,
            Request::ExportBundle
                | Request::ExportBackup { .. }
                | Request::ExportByItself
                | Request::SyncNow
        ) {
            self.push(Work::Seal);
        }
        self.lane.push_back(Job {
            origin: Some(origin),
            work: Work::Request(Box::new(request), attachment),
            scratch: Vec::new(),
            rounds: 0,
        });
    }

    /// Returns a request that was not asked before; one that was is answered again, or its answer goes to the newer client.
    fn asked_anew(&mut self, origin: Origin, request: Request) -> Option<(Origin, Request)> {
        if let Some((_, _, answer)) = self
            .replica
            .commands
            .iter()
            .find(|(_, id, _)| *id == origin.id)
        {
            let result = kept_answer::read(answer)
                .ok_or_else(|| Problem::at(ProblemCode::Internal, "command answer"));
            self.effects.push(Effect::Reply {
                client: origin.client,
                id: origin.id,
                result,
                attachment: None,
            });
            return None;
        }
        // The same command again, before the first was answered: its answer goes to the newer client.
        if let Some(job) = self.lane.iter_mut().find(|job| {
            job.origin
                .as_ref()
                .is_some_and(|waiting| waiting.id == origin.id)
        }) {
            job.origin = Some(origin);
            return None;
        }
        if let Running::Loading { job, .. } = &mut self.running
            && job
                .origin
                .as_ref()
                .is_some_and(|waiting| waiting.id == origin.id)
        {
            job.origin = Some(origin);
            return None;
        }
        if let Running::Committing { after, .. } = &mut self.running {
            for after in after.iter_mut() {
                if let After::Answer(waiting, _) = after
                    && waiting.id == origin.id
                {
                    *waiting = origin;
                    return None;
                }
            }
        }
        if self.replica.imports.redirect(&origin) {
            return None;
        }
        Some((origin, request))
    }

    /// Runs writing work until something has to be waited for.
    fn pump(&mut self) {
        while matches!(self.phase, Phase::Ready)
            && self.stage() >= Stage::Rows
            && matches!(self.running, Running::No)
        {
            let Some(job) = self.lane.pop_front() else {
                break;
            };
            self.run(job);
        }
    }

    fn run(&mut self, mut job: Job) {
        job.rounds += 1;
        let mut seed = [0; 32];
        self.entropy.fill(&mut seed);
        let mut tx = Tx {
            now: self.now,
            entropy: Entropy::from_seed(seed),
            origin: job.origin.clone(),
            scratch: &job.scratch,
            writes: Vec::new(),
            durability: Durability::Strict,
            after: Vec::new(),
            changed: false,
            events: 0,
            act: None,
        };
        let result = self.replica.work(&mut tx, &job.work);
        let (batch, changed, mut after) = (tx.batch(), tx.changed, std::mem::take(&mut tx.after));
        match result {
            Err(Halt::Need(needs)) if job.rounds < MAX_ROUNDS => {
                let load = self.id();
                let (queries, asked) = self.queries_of(needs);
                self.effects.push(Effect::Load { id: load, queries });
                self.running = Running::Loading { job, load, asked };
            }
            Err(Halt::Need(_)) => self.answer(
                job.origin,
                Err(Problem::at(
                    ProblemCode::Internal,
                    "work never had all it needs",
                )),
            ),
            Err(Halt::Problem(problem)) => self.answer(job.origin, Err(problem)),
            Ok(reply) => {
                let mut batch = batch;
                if let (Some(origin), Some(reply)) = (job.origin, reply) {
                    if let Work::Request(request, _) = &job.work
                        && request.is_command()
                        && !batch.writes.is_empty()
                    {
                        self.remember(&origin.id, kept_answer::keep(&reply.0), &mut batch);
                    }
                    after.push(After::Answer(origin, Ok(reply)));
                } else if let Work::Import(_) = &job.work
                    && !batch.writes.is_empty()
                    && let Some(After::Answer(origin, Ok((answer, _)))) = after.last()
                {
                    let (id, json) = (origin.id.clone(), kept_answer::keep(answer));
                    self.remember(&id, json, &mut batch);
                }
                if batch.writes.is_empty() {
                    self.finish(after, changed);
                } else {
                    batch.writes.extend(self.replica.last_contact_row());
                    let commit = self.id();
                    self.running = Running::Committing {
                        commit,
                        after,
                        changed,
                    };
                    self.effects.push(Effect::Commit { id: commit, batch });
                }
            }
        }
    }

    /// Remembers a command with its answer (JSON), in the transaction of its writes.
    fn remember(&mut self, id: &str, json: String, batch: &mut crate::Batch) {
        let key = self.replica.commands.back().map_or(0, |(key, ..)| key + 1);
        let value = postcard::to_allocvec(&(id, &json)).expect("a command row is plain data");
        batch.writes.push(crate::Write::Put {
            table: Table::Commands,
            key: key.to_be_bytes().to_vec(),
            value,
        });
        self.replica.commands.push_back((key, id.to_owned(), json));
        while self.replica.commands.len() > MAX_COMMANDS {
            if let Some((oldest, ..)) = self.replica.commands.pop_front() {
                batch.writes.push(crate::Write::Delete {
                    table: Table::Commands,
                    key: oldest.to_be_bytes().to_vec(),
                });
            }
        }
    }

    fn answer(&mut self, origin: Option<Origin>, result: Result<Reply, Problem>) {
        let Some(Origin { client, id }) = origin else {
            return;
        };
        let (result, attachment) = match result {
            Ok((answer, attachment)) => (Ok(answer), attachment),
            Err(problem) => (Err(problem), None),
        };
        self.effects.push(Effect::Reply {
            client,
            id,
            result,
            attachment,
        });
    }

    fn loaded(&mut self, load: u64, result: Result<Vec<Rows>, StoreError>) {
        let booting = match &self.phase {
            Phase::First { load: expected } | Phase::Second { load: expected, .. } => {
                *expected == load
            }
            _ => false,
        };
        if booting {
            return self.booted(load, result);
        }
        if self
            .arrival
            .as_ref()
            .is_some_and(|arrival| arrival.awaits(load))
        {
            return self.arrived(load, result);
        }
        if matches!(&self.running, Running::Loading { load: expected, .. } if *expected == load) {
            let Running::Loading { mut job, asked, .. } =
                std::mem::replace(&mut self.running, Running::No)
            else {
                return;
            };
            match result {
                Ok(rows) => {
                    self.supply(asked, rows, &mut job.scratch);
                    self.run(job);
                }
                Err(error) if job.origin.is_some() => {
                    self.answer(job.origin, Err(store_problem(&error)));
                }
                // Nobody would ask again for what came from the relay: the session has to begin anew.
                Err(error) => self.reload(store_problem(&error)),
            }
            return;
        }
        if let Some(at) = self.reads.iter().position(|read| read.load == load) {
            let mut read = self.reads.swap_remove(at);
            match result {
                Ok(rows) => {
                    let asked = std::mem::take(&mut read.asked);
                    self.supply(asked, rows, &mut read.scratch);
                    self.run_read(read);
                }
                Err(error) => self.answer(Some(read.origin), Err(store_problem(&error))),
            }
        }
    }

    /// Returns the reads that give what is needed, each once, and what they are for. A document that lies in envelopes takes a
    /// second round; a damaged one is read from its stream's envelopes.
    fn queries_of(&self, needs: Vec<Need>) -> (Vec<Query>, Vec<Asked>) {
        let mut queries: Vec<Query> = Vec::new();
        let mut shared: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        let documents = &self.replica.documents;
        let asked = needs
            .into_iter()
            .map(|need| {
                let at = queries.len();
                match need {
                    Need::Rows(query) => {
                        queries.push(query.clone());
                        Asked::Rows(query, at)
                    }
                    Need::Document(key) if documents.is_damaged(&key) => {
                        queries.push(self.replica.envelopes_of(&key));
                        Asked::Damaged(key, at)
                    }
                    Need::Document(key) => {
                        let Some(lying) = documents.lying(&key) else {
                            queries.extend(documents::queries(&key));
                            return Asked::Document(key, at);
                        };
                        let places = lying.places.iter().map(|place| {
                            *shared.entry(place.envelope.clone()).or_insert_with(|| {
                                queries.push(Query::Get {
                                    table: Table::Envelopes,
                                    key: place.envelope.clone(),
                                });
                                queries.len() - 1
                            })
                        });
                        let places = places.collect();
                        Asked::Lying(key, places)
                    }
                }
            })
            .collect();
        (queries, asked)
    }

    fn supply(&mut self, asked: Vec<Asked>, rows: Vec<Rows>, scratch: &mut Vec<(Query, Rows)>) {
        let mut rows = rows;
        let mut envelopes: BTreeMap<Vec<u8>, Envelope> = BTreeMap::new();
        let mut take = |at: usize| rows.get_mut(at).map(std::mem::take).unwrap_or_default();
        let mut rebuilt = Vec::new();
        for asked in asked {
            let replica = &mut self.replica;
            match asked {
                Asked::Rows(query, at) => scratch.push((query, take(at))),
                Asked::Damaged(key, at) => {
                    if replica.documents.is_damaged(&key) {
                        replica.rebuild(&key, &take(at));
                        rebuilt.push(key);
                    }
                }
                Asked::Document(key, at) => {
                    let (snapshot, deltas) = (take(at), take(at + 1));
                    let actor = replica.identity.as_ref().map(Identity::actor);
                    if let Some(actor) = actor
                        && !replica.documents.is_open(&key)
                    {
                        replica.documents.insert(key, &snapshot, deltas, &actor);
                    }
                }
                Asked::Lying(key, places) => {
                    let read = places.into_iter().flat_map(&mut take);
                    envelopes.extend(
                        read.filter_map(|(name, bytes)| {
                            Some((name, Envelope::decode(&bytes).ok()?))
                        }),
                    );
                    if !replica.documents.is_open(&key) {
                        replica.open_lying(&key, &envelopes);
                    }
                }
            }
        }
        if !rebuilt.is_empty() {
            self.push(Work::Reproject(rebuilt));
        }
    }

    fn run_read(&mut self, mut read: Read) {
        let result: Run<Reply> = if let Some(scan) = &mut read.scan {
            scan.run(&mut self.replica, &mut read.scratch, self.now)
        } else {
            let tx = Tx {
                now: self.now,
                entropy: Entropy::from_seed([0; 32]),
                origin: None,
                scratch: &read.scratch,
                writes: Vec::new(),
                durability: Durability::Relaxed,
                after: Vec::new(),
                changed: false,
                events: 0,
                act: None,
            };
            self.replica.query(&tx, &read.request)
        };
        match result {
            Ok(reply) => self.answer(Some(read.origin), Ok(reply)),
            Err(Halt::Problem(problem)) => self.answer(Some(read.origin), Err(problem)),
            Err(Halt::Need(needs)) => {
                read.load = self.id();
                let (queries, asked) = self.queries_of(needs);
                self.effects.push(Effect::Load {
                    id: read.load,
                    queries,
                });
                read.asked = asked;
                self.reads.push(read);
            }
        }
        self.tidy();
    }

    /// Forgets documents that are not in use; never while work is half done.
    fn tidy(&mut self) {
        if matches!(self.running, Running::No) && self.reads.is_empty() {
            self.replica.documents.evict();
            self.replica.segments.trim_texts();
        }
    }

    fn committed(&mut self, commit: u64, result: Result<(), StoreError>) {
        if !matches!(&self.running, Running::Committing { commit: expected, .. } if *expected == commit)
        {
            return;
        }
        let Running::Committing { after, changed, .. } =
            std::mem::replace(&mut self.running, Running::No)
        else {
            return;
        };
        match result {
            Ok(()) => {
                self.failures = 0;
                self.finish(after, changed);
                self.answer_early();
            }
            Err(error) => {
                let problem = store_problem(&error);
                for after in after {
                    if let After::Answer(origin, _) = after {
                        self.answer(Some(origin), Err(problem.clone()));
                    }
                }
                if error.is_permanent() {
                    self.stop(problem);
                } else {
                    self.reload(problem);
                }
            }
        }
    }

    /// Throws the memory away and reads the store anew; requests that wait are kept, running imports end.
    fn reload(&mut self, problem: Problem) {
        self.failures = self.failures.saturating_add(1);
        for origin in self.replica.imports.close_all() {
            self.answer(Some(origin), Err(problem.clone()));
        }
        let closed = self.replica.imports.effects(|| 0);
        self.effects.extend(closed);
        self.effects
            .push(Effect::Notify(Notice::StorageTrouble(problem)));
        self.effects.push(Effect::Disconnect);
        self.set_replica(Replica::empty());
        self.arrival = None;
        for job in std::mem::take(&mut self.lane) {
            if let (Some(origin), Work::Request(request, attachment)) = (job.origin, job.work) {
                self.early
                    .push((origin.client, origin.id, *request, attachment));
            }
        }
        for read in std::mem::take(&mut self.reads) {
            self.early
                .push((read.origin.client, read.origin.id, read.request, None));
        }
        self.start();
    }

    fn finish(&mut self, after: Vec<After>, changed: bool) {
        let asked = after.iter().any(|after| matches!(after, After::Answer(..)));
        for after in after {
            match after {
                After::Follow(work) => {
                    if !(matches!(
                        work,
                        Work::Offer
                            | Work::Seal
                            | Work::Reconcile
                            | Work::Cut
                            | Work::Refresh
                            | Work::Pieces
                    ) && self.lane.iter().any(|job| job.work == work))
                    {
                        self.push(work);
                    }
                }
                After::Stored(stream, cursor) => {
                    self.session(|session, now, _| session.stored(stream, cursor, now));
                }
                After::Offer(offered) => {
                    self.session(|session, now, _| session.offer(offered, now));
                }
                After::Object(token, ask) => {
                    self.session(|session, now, _| session.object(token, ask, now));
                }
                After::Connect => self.session(Session::retry_now),
                After::Ask => self.session(|session, now, _| session.ask(now)),
                After::Streams => self.want_streams(),
                After::Restart => self.restart_session(),
                After::Notify(notice) => {
                    let notice = self.replica.as_it_stands(notice);
                    self.effects.push(Effect::Notify(notice));
                }
                After::Answer(origin, result) => self.answer(Some(origin), result),
            }
        }
        self.put_off_sealing();
        if changed && self.pace.changed(asked, self.now) {
            self.tell_changed();
        }
        self.tidy();
    }

    fn tell_changed(&mut self) {
        let revision = self.replica.segments.revision;
        self.effects
            .push(Effect::Notify(Notice::Changed { revision }));
        self.notify_sync();
    }

    /// Has waiting changes sealed: at once if they are many, otherwise, while connected, after a quiet moment.
    fn put_off_sealing(&mut self) {
        let live = self.replica.link.is_live();
        let (waiting, bytes) = if live || self.replica.outbox_bytes() > MAX_OUTBOX_BYTES {
            self.replica.sealable()
        } else {
            (0, 0)
        };
        if waiting == 0 {
            self.pace.nothing_waits();
        } else if bytes > MAX_OUTBOX_BYTES || waiting >= pace::MAX_WAITING {
            self.pace.nothing_waits();
            self.push_seal();
        } else {
            self.pace.waiting(self.replica.next_outbox, self.now);
        }
    }

    fn push_seal(&mut self) {
        if !self.lane.iter().any(|job| job.work == Work::Seal) {
            self.push(Work::Seal);
        }
    }

    /// Asks the shell for a wake-up at the first time anything is due.
    fn ask_to_be_woken(&mut self) {
        let session = self.replica.link.wake_at;
        let own = self.pace.next().filter(|_| !self.resting);
        let pieces = self.replica.pieces.wake_at().filter(|_| !self.resting);
        let next = session.into_iter().chain(own).chain(pieces).min();
        self.effects.extend(self.pace.ask(next).map(Effect::WakeAt));
    }
}

fn store_problem(error: &StoreError) -> Problem {
    let code = match error {
        StoreError::Full => ProblemCode::StorageFull,
        StoreError::Refused(_) => ProblemCode::StorageRefused,
        StoreError::LostLead => ProblemCode::Busy,
        StoreError::Failed(_) => ProblemCode::NotSaved,
    };
    match error {
        StoreError::Refused(reason) | StoreError::Failed(reason) => {
            Problem::new(code).because(reason.as_str())
        }
        StoreError::Full | StoreError::LostLead => Problem::new(code),
    }
}
