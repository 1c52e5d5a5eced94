//! The session against a relay played by the test: joining, sending, losing, resuming, waiting.
//!
//! Long: one turn of the session after another, against the same relay.

use std::collections::BTreeMap;
use std::sync::Arc;

use huiyin_sync::limits::MAX_FRAME;
use huiyin_sync::protocol::proof_holds;
use huiyin_sync::session::{
    APPEND_WINDOW, BACKOFF_FIRST_MS, BACKOFF_LAST_MS, DEAD_AFTER_MS, HANDSHAKE_TIMEOUT_MS,
    HELD_RETRY_MS, PING_EVERY_MS, REQUEST_PAUSE_MS,
};
use huiyin_sync::{
    ClientFrame, Cursor, DeviceKeys, Entropy, Envelope, EnvelopeBytes, EnvelopeId, FailureCode,
    ObjectAsk, ObjectLabel, Offered, OfflineReason, Receipt, RefusalCode, RelayFrame, Session,
    SessionAction, SessionStatus, StoreEpoch, StreamHead, StreamId,
};

use crate::fixtures::{FOUNDED, World, part};

const EPOCH: StoreEpoch = StoreEpoch([7; 16]);
const NONCE: [u8; 32] = [9; 32];

struct Stage {
    world: World,
    keys: DeviceKeys,
    session: Session,
    entropy: Entropy,
    now: u64,
}

impl Stage {
    fn new(cursors: BTreeMap<StreamId, Cursor>) -> Self {
        let mut world = World::new(6);
        let keys = world.device();
        Self {
            session: Session::new(world.workspace, keys.clone(), cursors),
            world,
            keys,
            entropy: Entropy::from_seed([1; 32]),
            now: FOUNDED,
        }
    }

    fn members(&self) -> StreamId {
        StreamId::members(&self.world.workspace)
    }

    fn tick(&mut self) -> Vec<SessionAction> {
        self.session.tick(self.now, &mut self.entropy)
    }

    fn hear(&mut self, frame: &RelayFrame) -> Vec<SessionAction> {
        self.session
            .frame(&frame.encode(), self.now, &mut self.entropy)
    }

    fn close(&mut self) -> Vec<SessionAction> {
        self.session.closed(self.now, &mut self.entropy)
    }

    /// Connects and proves the device; returns what the session does on being welcomed.
    fn connect(&mut self, member: bool, streams: &[(StreamId, u64)]) -> Vec<SessionAction> {
        assert_eq!(self.tick()[0], SessionAction::Connect);
        let hello = sent(&self.session.opened(self.now));
        assert_eq!(
            hello,
            vec![ClientFrame::Hello {
                workspace: self.world.workspace,
                device: self.keys.device()
            }]
        );
        let proof = sent(&self.hear(&RelayFrame::Challenge {
            nonce: NONCE,
            store_epoch: EPOCH,
        }));
        let [ClientFrame::Proof { signature }] = proof.as_slice() else {
            panic!("{proof:?}")
        };
        assert!(proof_holds(
            &self.keys.device(),
            &NONCE,
            &EPOCH,
            &self.world.workspace,
            signature
        ));
        self.hear(&welcome(member, streams))
    }

    fn offered(&mut self, stream: StreamId, seq: u64, size: usize) -> Offered {
        let mut chunk = vec![0; size];
        self.entropy.fill(&mut chunk);
        let keys = self.keys.clone();
        let envelope = self.world.seal(&keys, seq, vec![part("d", &chunk)]);
        Offered {
            id: envelope.id(),
            stream,
            bytes: Arc::from(envelope.as_bytes()),
        }
    }
}

fn welcome(member: bool, streams: &[(StreamId, u64)]) -> RelayFrame {
    RelayFrame::Welcome {
        member,
        streams: streams
            .iter()
            .map(|&(stream, head)| StreamHead { stream, head })
            .collect(),
    }
}

fn sent(actions: &[SessionAction]) -> Vec<ClientFrame> {
    actions
        .iter()
        .filter_map(|action| match action {
            SessionAction::Send(bytes) => {
                assert!(bytes.len() <= MAX_FRAME);
                Some(ClientFrame::decode(bytes).expect("the session speaks the protocol"))
            }
            _ => None,
        })
        .collect()
}

fn appended(actions: &[SessionAction]) -> Vec<(u64, Vec<EnvelopeId>)> {
    sent(actions)
        .into_iter()
        .filter_map(|frame| match frame {
            ClientFrame::Append { request, envelopes } => Some((
                request,
                envelopes
                    .iter()
                    .map(|bytes| Envelope::peek_id(&bytes.0).unwrap())
                    .collect(),
            )),
            _ => None,
        })
        .collect()
}

fn accept(request: u64, ids: &[EnvelopeId], from: u64) -> RelayFrame {
    RelayFrame::Accepted {
        request,
        receipts: (from..)
            .zip(ids)
            .map(|(position, id)| Receipt {
                envelope: *id,
                position,
            })
            .collect(),
    }
}

/// The first batch of a stream, with nothing in it.
fn nothing_new(stream: StreamId, head: u64) -> RelayFrame {
    RelayFrame::Batch {
        stream,
        entries: Vec::new(),
        head,
    }
}

fn retry_at(session: &Session) -> u64 {
    match session.status() {
        SessionStatus::Offline { retry_at_ms, .. } => retry_at_ms,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_member_subscribes_behind_its_cursor_and_sends_what_waits() {
    let mut stage = Stage::new(BTreeMap::new());
    let root = stage.world.root();
    let cursor = Cursor {
        epoch: EPOCH,
        position: 4,
        envelope: EnvelopeId([1; 32]),
    };
    stage.session = Session::new(
        stage.world.workspace,
        stage.keys.clone(),
        BTreeMap::from([(root, cursor)]),
    );
    let offered = stage.offered(root, 0, 10);
    let nothing = stage.session.offer(vec![offered.clone()], stage.now);
    assert_eq!(sent(&nothing), vec![]);
    let unreadable = StreamId::branch(&stage.world.workspace, "BJ");
    stage.session.streams(vec![root, unreadable], stage.now);
    let members = stage.members();
    let actions = stage.connect(true, &[(members, 0), (root, 4)]);
    let mut streams = vec![(members, None), (root, Some(cursor))];
    streams.sort_by_key(|(stream, _)| *stream);
    assert_eq!(
        sent(&actions)[..2],
        [ClientFrame::WithoutEcho, ClientFrame::Subscribe { streams }],
        "the unreadable stream is not asked for"
    );
    assert_eq!(appended(&actions), vec![(0, vec![offered.id])]);
    stage.hear(&nothing_new(root, 4));
    let actions = stage.hear(&accept(0, &[offered.id], 5));
    let there = Cursor {
        epoch: EPOCH,
        position: 5,
        envelope: offered.id,
    };
    assert!(actions.contains(&SessionAction::Receipt {
        receipts: vec![(offered.id, there)],
        passed: vec![(root, there)],
    }));
    assert_eq!(stage.session.unsent(), 0);
}

#[test]
fn what_was_handed_over_does_not_come_back_and_the_cursor_passes_it_once_what_stands_before_has_come()
 {
    let mut stage = Stage::new(BTreeMap::new());
    let root = stage.world.root();
    stage.session.streams(vec![root], stage.now);
    stage.connect(true, &[(root, 0)]);
    stage.hear(&nothing_new(root, 0));
    let own: Vec<Offered> = (0..3).map(|seq| stage.offered(root, seq, 10)).collect();
    let other = stage.offered(root, 3, 10);
    let actions = stage.session.offer(own.clone(), stage.now);
    let ids: Vec<EnvelopeId> = own.iter().map(|offered| offered.id).collect();
    assert_eq!(appended(&actions), vec![(0, ids.clone())]);
    // The relay took one, then somebody else's, then the other two.
    let receipts = [(1, ids[0]), (3, ids[1]), (4, ids[2])];
    let actions = stage.hear(&RelayFrame::Accepted {
        request: 0,
        receipts: receipts
            .map(|(position, envelope)| Receipt { envelope, position })
            .to_vec(),
    });
    let cursor = |position, envelope| Cursor {
        epoch: EPOCH,
        position,
        envelope,
    };
    assert!(actions.iter().any(|action| matches!(
        action,
        SessionAction::Receipt { passed, .. } if *passed == [(root, cursor(1, ids[0]))]
    )));
    let actions = stage.hear(&RelayFrame::Batch {
        stream: root,
        entries: vec![(2, EnvelopeBytes(other.bytes.to_vec()))],
        head: 4,
    });
    let [
        SessionAction::Deliver {
            envelopes,
            cursor: up_to,
            ..
        },
        ..,
    ] = actions.as_slice()
    else {
        panic!("{actions:?}")
    };
    assert_eq!(envelopes[0].cursor, cursor(2, other.id));
    assert_eq!(*up_to, cursor(4, ids[2]));
    stage.session.stored(root, *up_to, stage.now);
    let caught_up = SessionStatus::Live {
        caught_up: true,
        member: true,
    };
    assert_eq!(stage.session.status(), caught_up);
}

#[test]
fn what_was_handed_over_before_a_reset_came_is_passed_over_behind_what_the_new_store_has_before_it()
{
    let mut stage = Stage::new(BTreeMap::new());
    let root = stage.world.root();
    // The cursor is of a store that is lost; where it stood, the new one has nothing yet.
    let lost = Cursor {
        epoch: StoreEpoch([9; 16]),
        position: 1,
        envelope: EnvelopeId([1; 32]),
    };
    stage.session = Session::new(
        stage.world.workspace,
        stage.keys.clone(),
        BTreeMap::from([(root, lost)]),
    );
    stage.session.streams(vec![root], stage.now);
    let (own, other) = (stage.offered(root, 0, 10), stage.offered(root, 1, 10));
    stage.session.offer(vec![own.clone()], stage.now);
    stage.connect(true, &[(root, 1)]);
    let actions = stage.hear(&accept(0, &[own.id], 2));
    assert!(
        actions.iter().any(|action| matches!(
            action,
            SessionAction::Receipt { passed, .. } if passed.is_empty()
        )),
        "what stands before it in the new store has not come"
    );
    stage.hear(&RelayFrame::Reset { stream: root });
    let actions = stage.hear(&RelayFrame::Batch {
        stream: root,
        entries: vec![(1, EnvelopeBytes(other.bytes.to_vec()))],
        head: 2,
    });
    let SessionAction::Deliver { cursor, .. } = &actions[0] else {
        panic!("{actions:?}")
    };
    assert_eq!((cursor.position, cursor.envelope), (2, own.id));
    let actions = stage.session.stored(root, *cursor, stage.now);
    assert!(
        actions.contains(&SessionAction::Status(SessionStatus::Live {
            caught_up: true,
            member: true
        }))
    );
}

#[test]
fn a_relay_that_knows_no_connection_without_echo_is_met_again_with_it() {
    let mut stage = Stage::new(BTreeMap::new());
    let root = stage.world.root();
    stage.session.streams(vec![root], stage.now);
    let actions = stage.connect(true, &[(root, 0)]);
    assert!(sent(&actions).contains(&ClientFrame::WithoutEcho));
    stage.hear(&RelayFrame::Failed {
        code: FailureCode::OtherVersion,
    });
    stage.now = retry_at(&stage.session);
    let actions = stage.connect(true, &[(root, 0)]);
    assert!(!sent(&actions).contains(&ClientFrame::WithoutEcho));
    assert!(!stage.session.is_without_objects());
    let own = stage.offered(root, 0, 10);
    stage.session.offer(vec![own.clone()], stage.now);
    let actions = stage.hear(&accept(0, &[own.id], 1));
    assert!(actions.iter().any(|action| matches!(
        action,
        SessionAction::Receipt { passed, .. } if passed.is_empty()
    )));
    let actions = stage.hear(&RelayFrame::Batch {
        stream: root,
        entries: vec![(1, EnvelopeBytes(own.bytes.to_vec()))],
        head: 1,
    });
    assert!(matches!(&actions[0], SessionAction::Deliver { .. }));
}

#[test]
fn batches_are_delivered_once_and_caught_up_is_said_once_the_head_is_stored() {
    let mut stage = Stage::new(BTreeMap::new());
    let root = stage.world.root();
    stage.session.streams(vec![root], stage.now);
    stage.connect(true, &[(root, 2)]);
    let one = stage.offered(root, 0, 10);
    let two = stage.offered(root, 1, 10);
    let entry = |position, offered: &Offered| (position, EnvelopeBytes(offered.bytes.to_vec()));
    let batch = |entries| RelayFrame::Batch {
        stream: root,
        entries,
        head: 2,
    };
    let actions = stage.hear(&batch(vec![entry(1, &one)]));
    let [SessionAction::Deliver { envelopes, .. }, ..] = actions.as_slice() else {
        panic!("{actions:?}")
    };
    let cursor = envelopes[0].cursor;
    assert_eq!((cursor.position, cursor.envelope), (1, one.id));
    let stored = stage.session.stored(root, cursor, stage.now);
    assert_eq!(
        sent(&stored),
        vec![ClientFrame::Stored {
            stream: root,
            position: 1
        }]
    );
    let actions = stage.hear(&batch(vec![entry(1, &one), entry(2, &two)]));
    let [SessionAction::Deliver { envelopes, .. }, ..] = actions.as_slice() else {
        panic!("{actions:?}")
    };
    assert_eq!(envelopes.len(), 1, "the one delivered before is skipped");
    let caught_up = SessionAction::Status(SessionStatus::Live {
        caught_up: true,
        member: true,
    });
    assert!(
        !actions.contains(&caught_up),
        "it came, but is not stored yet: {actions:?}"
    );
    let last = envelopes[0].cursor;
    let actions = stage.session.stored(root, last, stage.now);
    assert!(actions.contains(&caught_up), "{actions:?}");
}

#[test]
fn a_joiner_sends_its_admission_first_and_the_rest_once_it_is_a_member() {
    let mut stage = Stage::new(BTreeMap::new());
    let (root, members) = (stage.world.root(), stage.members());
    let changes = stage.offered(root, 0, 10);
    let secret = huiyin_sync::InvitationSecret([5; 32]);
    let admission = stage.world.say(
        &stage.keys,
        0,
        stage.now,
        stage.world.admission(&secret, &stage.keys),
    );
    let admission = Offered {
        id: admission.id(),
        stream: members,
        bytes: Arc::from(admission.as_bytes()),
    };
    stage.session.streams(vec![root], stage.now);
    stage
        .session
        .offer(vec![changes.clone(), admission.clone()], stage.now);
    let actions = stage.connect(false, &[(members, 3)]);
    assert_eq!(appended(&actions), vec![(0, vec![admission.id])]);
    assert_eq!(
        sent(&actions)[1],
        ClientFrame::Subscribe {
            streams: vec![(members, None)]
        }
    );
    stage.hear(&accept(0, &[admission.id], 4));
    let actions = stage.hear(&welcome(true, &[(members, 4), (root, 9)]));
    assert_eq!(
        sent(&actions)[0],
        ClientFrame::Subscribe {
            streams: vec![(root, None)]
        }
    );
    assert_eq!(appended(&actions), vec![(1, vec![changes.id])]);
}

#[test]
fn the_window_is_filled_and_moves_with_each_answer() {
    let mut stage = Stage::new(BTreeMap::new());
    let root = stage.world.root();
    let offered: Vec<_> = (0..7)
        .map(|seq| stage.offered(root, seq, 800 * 1024))
        .collect();
    stage.session.offer(offered.clone(), stage.now);
    let members = stage.members();
    let actions = stage.connect(true, &[(members, 0), (root, 0)]);
    let on_their_way = appended(&actions);
    assert_eq!(on_their_way.len(), APPEND_WINDOW);
    assert_eq!(on_their_way[3], (3, vec![offered[3].id]));
    let actions = stage.hear(&accept(0, &[offered[0].id], 1));
    assert_eq!(appended(&actions), vec![(4, vec![offered[4].id])]);
}

#[test]
fn what_was_on_its_way_at_a_loss_is_sent_again_in_order() {
    let mut stage = Stage::new(BTreeMap::new());
    let (root, members) = (stage.world.root(), stage.members());
    let offered: Vec<_> = (0..3).map(|seq| stage.offered(root, seq, 10)).collect();
    let ids: Vec<_> = offered.iter().map(|o| o.id).collect();
    stage.session.offer(offered[..2].to_vec(), stage.now);
    let actions = stage.connect(true, &[(members, 0)]);
    assert_eq!(appended(&actions), vec![(0, ids[..2].to_vec())]);
    stage.close();
    stage.session.offer(offered, stage.now);
    stage.now = retry_at(&stage.session);
    let actions = stage.connect(true, &[(members, 0)]);
    assert_eq!(appended(&actions), vec![(1, ids)], "each once, none twice");
}

#[test]
fn a_refusal_for_good_is_reported_and_forgotten_a_temporary_one_is_tried_again() {
    let mut stage = Stage::new(BTreeMap::new());
    let (root, members) = (stage.world.root(), stage.members());
    let offered: Vec<_> = (0..3).map(|seq| stage.offered(root, seq, 10)).collect();
    stage.session.offer(offered.clone(), stage.now);
    stage.connect(true, &[(members, 0)]);
    for (envelope, code) in [
        (offered[0].id, RefusalCode::Fork),
        (offered[1].id, RefusalCode::NotPermitted),
    ] {
        let permanent = code.is_permanent();
        let actions = stage.hear(&RelayFrame::Refused {
            request: 0,
            envelope: Some(envelope),
            code,
            permanent,
        });
        assert!(actions.contains(&SessionAction::Refused {
            envelope,
            code,
            permanent
        }));
    }
    stage.hear(&accept(0, &[offered[2].id], 1));
    assert_eq!(stage.session.unsent(), 1);
    stage.now += HELD_RETRY_MS - 1;
    assert_eq!(appended(&stage.tick()), vec![]);
    stage.now += 1;
    assert_eq!(appended(&stage.tick()), vec![(1, vec![offered[1].id])]);
}

#[test]
fn a_refused_request_waits_and_is_sent_again_whole() {
    let mut stage = Stage::new(BTreeMap::new());
    let (root, members) = (stage.world.root(), stage.members());
    let offered: Vec<_> = (0..2).map(|seq| stage.offered(root, seq, 10)).collect();
    let ids: Vec<_> = offered.iter().map(|o| o.id).collect();
    stage.session.offer(offered, stage.now);
    stage.connect(true, &[(members, 0)]);
    let actions = stage.hear(&RelayFrame::Refused {
        request: 0,
        envelope: None,
        code: RefusalCode::RateLimited,
        permanent: false,
    });
    assert!(actions.contains(&SessionAction::WakeAt(stage.now + REQUEST_PAUSE_MS)));
    assert_eq!(appended(&actions), vec![]);
    stage.now += REQUEST_PAUSE_MS;
    assert_eq!(appended(&stage.tick()), vec![(1, ids)]);
}

#[test]
fn a_restored_store_is_offered_everything_again_and_read_from_the_start() {
    let mut stage = Stage::new(BTreeMap::new());
    let root = stage.world.root();
    let other_life = Cursor {
        epoch: StoreEpoch([1; 16]),
        position: 50,
        envelope: EnvelopeId([1; 32]),
    };
    stage.session = Session::new(
        stage.world.workspace,
        stage.keys.clone(),
        BTreeMap::from([(root, other_life)]),
    );
    stage.session.streams(vec![root], stage.now);
    stage.connect(true, &[(root, 1)]);
    let actions = stage.hear(&RelayFrame::Reset { stream: root });
    assert_eq!(actions[0], SessionAction::Reoffer { stream: root });
    let first = stage.offered(root, 0, 10);
    let actions = stage.hear(&RelayFrame::Batch {
        stream: root,
        entries: vec![(1, EnvelopeBytes(first.bytes.to_vec()))],
        head: 1,
    });
    assert!(matches!(
        &actions[0],
        SessionAction::Deliver { envelopes, .. } if envelopes[0].cursor.position == 1
    ));
}

#[test]
fn waits_double_up_to_the_last_and_start_over_after_a_welcome() {
    let mut stage = Stage::new(BTreeMap::new());
    let mut longest = BACKOFF_FIRST_MS;
    for _ in 0..9 {
        stage.tick();
        stage.close();
        let wait = retry_at(&stage.session) - stage.now;
        assert!((longest / 2..=longest).contains(&wait), "{wait}");
        stage.now += wait;
        longest = (longest * 2).min(BACKOFF_LAST_MS);
    }
    assert_eq!(longest, BACKOFF_LAST_MS);
    stage.connect(true, &[]);
    stage.close();
    assert!(retry_at(&stage.session) - stage.now <= BACKOFF_FIRST_MS);
    let actions = stage.session.retry_now(stage.now, &mut stage.entropy);
    assert_eq!(actions[0], SessionAction::Connect);
}

#[test]
fn a_silent_connection_is_pinged_and_then_given_up() {
    let mut stage = Stage::new(BTreeMap::new());
    stage.connect(true, &[]);
    stage.now += PING_EVERY_MS;
    let heard = stage.now;
    assert_eq!(sent(&stage.tick()), vec![ClientFrame::Ping(stage.now)]);
    stage.hear(&RelayFrame::Pong(stage.now));
    stage.now = heard + DEAD_AFTER_MS - 1;
    assert!(!stage.tick().contains(&SessionAction::Disconnect));
    stage.now += 1;
    assert!(stage.tick().contains(&SessionAction::Disconnect));
    assert!(matches!(
        stage.session.status(),
        SessionStatus::Offline {
            reason: OfflineReason::TimedOut,
            ..
        }
    ));
    assert_eq!(
        stage.close(),
        vec![],
        "the close that follows changes nothing"
    );
}

#[test]
fn a_relay_is_asked_for_a_sign_of_life_only_where_there_is_a_connection() {
    let mut stage = Stage::new(BTreeMap::new());
    assert_eq!(sent(&stage.session.ask(stage.now)), vec![]);
    stage.connect(true, &[]);
    stage.now += 1_000;
    let asked = sent(&stage.session.ask(stage.now));
    assert_eq!(asked, vec![ClientFrame::Ping(stage.now)]);
    stage.now += PING_EVERY_MS - 1;
    assert_eq!(sent(&stage.tick()), vec![], "the next ping counts from it");
}

#[test]
fn a_relay_that_never_answers_is_given_up() {
    let mut stage = Stage::new(BTreeMap::new());
    stage.tick();
    stage.session.opened(stage.now);
    stage.now += HANDSHAKE_TIMEOUT_MS;
    assert!(stage.tick().contains(&SessionAction::Disconnect));
}

#[test]
fn garbage_and_frames_out_of_turn_end_the_connection_without_a_panic() {
    let garbage: [Vec<u8>; 4] = [
        vec![],
        vec![9; 40],
        RelayFrame::Pong(1).encode(),
        vec![1; MAX_FRAME + 1],
    ];
    for bytes in garbage {
        let mut stage = Stage::new(BTreeMap::new());
        stage.tick();
        stage.session.opened(stage.now);
        let actions = stage.session.frame(&bytes, stage.now, &mut stage.entropy);
        assert_eq!(actions[0], SessionAction::Disconnect);
        assert!(matches!(
            stage.session.status(),
            SessionStatus::Offline {
                reason: OfflineReason::Protocol,
                ..
            }
        ));
    }
}

#[test]
fn the_relays_reason_for_ending_is_kept() {
    let mut stage = Stage::new(BTreeMap::new());
    stage.connect(true, &[]);
    stage.hear(&RelayFrame::Failed {
        code: FailureCode::Stopping,
    });
    assert!(matches!(
        stage.session.status(),
        SessionStatus::Offline {
            reason: OfflineReason::Failed(FailureCode::Stopping),
            ..
        }
    ));
}

#[test]
fn an_envelope_no_relay_could_take_is_refused_at_once() {
    let mut stage = Stage::new(BTreeMap::new());
    let id = EnvelopeId([3; 32]);
    let actions = stage.session.offer(
        vec![Offered {
            id,
            stream: stage.world.root(),
            bytes: Arc::from(vec![0; MAX_FRAME]),
        }],
        stage.now,
    );
    assert_eq!(
        actions[0],
        SessionAction::Refused {
            envelope: id,
            code: RefusalCode::TooLarge,
            permanent: true
        }
    );
    assert_eq!(stage.session.unsent(), 0);
}

#[test]
fn a_clock_set_back_by_a_day_costs_one_longest_wait_at_most() {
    const DAY_MS: u64 = 86_400_000;
    let mut stage = Stage::new(BTreeMap::new());
    stage.tick();
    stage.close();
    stage.now -= DAY_MS;
    stage.tick();
    assert!(retry_at(&stage.session) <= stage.now + BACKOFF_LAST_MS);
    stage.now = retry_at(&stage.session);
    stage.connect(true, &[]);
    stage.now -= DAY_MS;
    stage.tick();
    stage.now += PING_EVERY_MS;
    assert_eq!(sent(&stage.tick()), vec![ClientFrame::Ping(stage.now)]);
    stage.now += DEAD_AFTER_MS;
    assert!(stage.tick().contains(&SessionAction::Disconnect));
}

fn get(stage: &mut Stage, token: u64) -> Vec<SessionAction> {
    let stream = stage.world.root();
    let label = ObjectLabel([token as u8; 32]);
    let ask = ObjectAsk::Get { stream, label };
    stage.session.object(token, ask, stage.now)
}

#[test]
fn questions_about_objects_come_back_with_their_token_and_are_forgotten_with_the_connection() {
    let mut stage = Stage::new(BTreeMap::new());
    assert_eq!(sent(&get(&mut stage, 1)), vec![], "not connected");
    let members = stage.members();
    stage.connect(true, &[(members, 0)]);
    assert!(stage.session.takes_objects());
    let asked = sent(&get(&mut stage, 7));
    let [ClientFrame::GetObject { request, .. }] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    let request = *request;
    let put = ObjectAsk::Put(b"object".to_vec());
    let put = sent(&stage.session.object(8, put, stage.now));
    let [
        ClientFrame::PutObject {
            request: second, ..
        },
    ] = put.as_slice()
    else {
        panic!("{put:?}")
    };
    let second = *second;
    let came = RelayFrame::Object {
        request,
        object: Some(EnvelopeBytes(b"object".to_vec())),
    };
    let bytes = Some(b"object".to_vec());
    assert!(
        stage
            .hear(&came)
            .contains(&SessionAction::Object { token: 7, bytes })
    );
    let refused = RelayFrame::Refused {
        request: second,
        envelope: None,
        code: RefusalCode::NotPermitted,
        permanent: false,
    };
    assert!(
        stage
            .hear(&refused)
            .contains(&SessionAction::ObjectRefused {
                token: 8,
                code: RefusalCode::NotPermitted,
                permanent: false,
            })
    );
    get(&mut stage, 9);
    stage.close();
    assert!(!stage.session.takes_objects());
}

#[test]
fn an_object_nobody_asked_for_ends_the_connection() {
    let mut stage = Stage::new(BTreeMap::new());
    let members = stage.members();
    stage.connect(true, &[(members, 0)]);
    let actions = stage.hear(&RelayFrame::Object {
        request: 3,
        object: None,
    });
    assert!(actions.contains(&SessionAction::Disconnect));
}

#[test]
fn a_relay_of_the_first_version_is_not_asked_about_objects_again_and_works_on() {
    let mut stage = Stage::new(BTreeMap::new());
    let members = stage.members();
    // It knows neither the frame about the echo, which comes first, nor those about objects.
    stage.connect(true, &[(members, 0)]);
    get(&mut stage, 0);
    for known in [false, true] {
        stage.hear(&RelayFrame::Failed {
            code: FailureCode::OtherVersion,
        });
        assert_eq!(stage.session.is_without_objects(), known);
        if !known {
            stage.now = retry_at(&stage.session);
            stage.connect(true, &[(members, 0)]);
            get(&mut stage, 1);
        }
    }
    stage.now = retry_at(&stage.session);
    stage.connect(true, &[(members, 0)]);
    assert!(!stage.session.takes_objects());
    assert_eq!(sent(&get(&mut stage, 2)), vec![]);
    let root = stage.world.root();
    let offered = stage.offered(root, 0, 10);
    let actions = stage.session.offer(vec![offered.clone()], stage.now);
    assert_eq!(appended(&actions)[0].1, vec![offered.id]);
}

#[test]
fn a_relay_that_names_the_last_position_there_is_ends_nothing() {
    let mut stage = Stage::new(BTreeMap::new());
    let root = stage.world.root();
    stage.session.streams(vec![root], stage.now);
    stage.connect(true, &[(root, 0)]);
    let own: Vec<Offered> = (0..2).map(|seq| stage.offered(root, seq, 10)).collect();
    let other = stage.offered(root, 2, 10);
    stage.session.offer(own.clone(), stage.now);
    stage.hear(&accept(0, &[own[0].id, own[1].id], u64::MAX - 4));
    let actions = stage.hear(&RelayFrame::Batch {
        stream: root,
        entries: vec![(u64::MAX, EnvelopeBytes(other.bytes.to_vec()))],
        head: u64::MAX,
    });
    assert!(
        matches!(actions[0], SessionAction::Deliver { cursor, .. } if cursor.position == u64::MAX)
    );
    assert!(matches!(stage.session.status(), SessionStatus::Live { .. }));
}
