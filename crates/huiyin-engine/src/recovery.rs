//! The recovery kit: making one, trying it without using it, and what administrators are reminded of.
//!
//! A kit is an administrator's invitation whose secret is printed and kept nowhere else ([`huiyin_sync::kit`]): whoever has the paper joins
//! on an empty device, by a relay or a bundle, and is given every key. It works once. A later kit closes the earlier ones, because
//! nobody makes a second one while the first is safe, and changes the keys they hold.

use huiyin_api::{
    Answer, KIT_DUE_DAYS, KitDue, KitState, KitView, Millis, Problem, ProblemCode, RecoveryView,
};
use huiyin_document::DocumentKey;
use huiyin_sync::{
    InvitationState, KitError, Revocation, SealedWords, Statement, StreamId, kit_lines, read_kit,
};

use crate::replica::Replica;
use crate::task::{After, Reply, Run, Tx};
use crate::workspace::{safe_file_name, short_name};

/// How long a kit can be used: ten years, in milliseconds, as a backup.
const VALID_MS: u64 = 10 * 365 * DAY_MS;
/// Milliseconds in a day.
const DAY_MS: u64 = 86_400_000;
/// Role of whoever comes back by it.
const ROLE: &str = "administrator";

/// What the root document says of a kit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KitNote {
    pub made: Millis,
    pub by: String,
    pub tried: Option<Millis>,
    pub tried_by: String,
}

impl KitNote {
    /// Takes in a register `recovery/<short name>/<field>`.
    pub fn note(&mut self, field: &str, value: String) {
        match field {
            "made" => self.made = value.parse().unwrap_or_default(),
            "by" => self.by = value,
            "tried" => self.tried = value.parse().ok(),
            "tried_by" => self.tried_by = value,
            _ => {}
        }
    }
}

/// Returns the problem of a text that is no kit.
pub(crate) fn kit_problem(error: KitError) -> Problem {
    match error {
        KitError::NotAKit | KitError::Mixed => Problem::new(ProblemCode::NotAKit),
        KitError::Mistyped { line } => Problem::at(ProblemCode::MistypedKit, line.to_string()),
        KitError::NewerVersion { .. } => Problem::new(ProblemCode::NewerLink),
    }
}

fn too_large(_: huiyin_sync::EnvelopeError) -> Problem {
    Problem::at(ProblemCode::Internal, "statement too large")
}

impl Replica {
    /// Returns the kits that were made.
    pub fn recovery(&self, now: Millis) -> RecoveryView {
        let membership = &self.members.membership;
        let view = |(id, note): (&String, &KitNote)| {
            let mut invitations = membership.invitations();
            let state =
                invitations.find(|state| short_name(&state.invitation.invite_sign) == *id)?;
            Some(KitView {
                id: id.clone(),
                made: note.made,
                by: note.by.clone(),
                expires: state.invitation.expires_ms as i64,
                tried: note.tried,
                tried_by: note.tried_by.clone(),
                state: kit_state(state, now),
            })
        };
        let mut kits: Vec<KitView> = self.settings.kits.iter().filter_map(view).collect();
        kits.sort_by(|a, b| (b.made, &b.id).cmp(&(a.made, &a.id)));
        RecoveryView {
            kits,
            may_make: self.is_administrator(),
        }
    }

    /// Returns what an administrator is reminded of, from a day after the company was made.
    pub fn kit_due(&self, now: Millis) -> Option<KitDue> {
        let membership = &self.members.membership;
        let founder = membership.founder()?;
        let shut = membership.shut_out(&founder);
        let shut = shut.and_then(|shut| shut.member.as_ref());
        let began_ms = membership.device(&founder).or(shut)?.admitted_ms as i64;
        let since = i64::from(KIT_DUE_DAYS) * DAY_MS as i64;
        if !self.is_administrator() || self.settings.sample || now - began_ms < since {
            return None;
        }
        let kits = self.recovery(now).kits;
        let mut valid = kits.iter().filter(|kit| kit.state == KitState::Valid);
        let first = valid.next();
        match first {
            None => Some(KitDue::Missing),
            Some(kit) if kit.tried.is_some() || valid.any(|kit| kit.tried.is_some()) => None,
            Some(_) => Some(KitDue::Untried),
        }
    }

    /// Makes a kit and returns its text: the five lines, then the relay. Earlier kits are closed and the keys of all streams changed. The text is
    /// kept nowhere.
    pub fn make_kit(&mut self, tx: &mut Tx<'_>) -> Run<Reply> {
        self.administrator()?;
        self.no_sample()?;
        self.documents.get(&DocumentKey::Root)?;
        let identity = self.identity()?.clone();
        let earlier = self.recovery(tx.now).kits.into_iter();
        let earlier: Vec<String> = earlier
            .filter(|kit| matches!(kit.state, KitState::Valid | KitState::Expired))
            .map(|kit| kit.id)
            .collect();
        let open = self.members.membership.invitations();
        let withdrawn: Vec<[u8; 32]> = open
            .map(|state| state.invitation.invite_sign)
            .filter(|invitation| earlier.contains(&short_name(invitation)))
            .collect();
        if !withdrawn.is_empty() {
            let closing = Revocation {
                targets: Vec::new(),
                withdrawn,
                reason: SealedWords::default(),
            };
            self.say(tx, Statement::Revocation(closing))
                .map_err(too_large)?;
            // Who has an earlier kit has its keys: nothing more is sealed under them.
            self.renew_all_keys(tx).map_err(too_large)?;
            tx.after.push(After::Streams);
        }
        let branch = self.settings.head_office.clone();
        let expires_ms = tx.now.max(0) as u64 + VALID_MS;
        let secret = self
            .make_invitation(tx, &branch, ROLE, expires_ms, (true, false))
            .map_err(too_large)?;
        let short = short_name(&secret.sign_public());
        let author = self.author(tx);
        let registers = [
            (format!("invite/{short}/branch"), branch),
            (format!("invite/{short}/role"), ROLE.to_owned()),
            (format!("recovery/{short}/made"), tx.now.to_string()),
            (format!("recovery/{short}/by"), author.by.clone()),
        ];
        self.write_registers(tx, &DocumentKey::Root, &author, &registers);
        let mut lines = kit_lines(&identity.workspace(), &secret);
        lines.extend(identity.relay);
        tx.changed = true;
        let name = format!("{}-{short}.txt", safe_file_name(&self.settings.company));
        let answer = Answer::File {
            name,
            media: "text/plain".to_owned(),
        };
        Ok((answer, Some(lines.join("\n").into_bytes())))
    }

    /// Reads what is printed on a kit and says whether it would bring an administrator back, without using it. That it did is noted.
    pub fn try_kit(&mut self, tx: &mut Tx<'_>, text: &str) -> Run<Answer> {
        self.administrator()?;
        self.documents.get(&DocumentKey::Root)?;
        let workspace = self.identity()?.workspace();
        let link = read_kit(text).map_err(kit_problem)?;
        if link.workspace != workspace {
            return Err(Problem::new(ProblemCode::OtherWorkspace).into());
        }
        let membership = &self.members.membership;
        let name = link.secret.sign_public();
        let Some(state) = membership.invitation(&name) else {
            return Err(Problem::new(ProblemCode::KitOver)
                .because("no administrator of the company made it")
                .into());
        };
        let why = match kit_state(state, tx.now) {
            KitState::Valid => None,
            KitState::Used => Some("a device came back by it"),
            KitState::Closed => Some("it was closed, or replaced by a later one"),
            KitState::Expired => Some("its time is over"),
        };
        let root = StreamId::root(&workspace);
        let opens = membership.keys_for(&link.secret);
        let opens = opens.keys().any(|(stream, _)| *stream == root);
        let why = why.or((!opens || !state.invitation.rights.administrator)
            .then_some("it is no administrator's"));
        if let Some(why) = why {
            return Err(Problem::new(ProblemCode::KitOver).because(why).into());
        }
        let short = short_name(&name);
        let author = self.author(tx);
        let registers = [
            (format!("recovery/{short}/tried"), tx.now.to_string()),
            (format!("recovery/{short}/tried_by"), author.by.clone()),
        ];
        self.write_registers(tx, &DocumentKey::Root, &author, &registers);
        tx.changed = true;
        Ok(Answer::Done)
    }
}

fn kit_state(state: &InvitationState, now: Millis) -> KitState {
    if state.used_by.is_some() {
        KitState::Used
    } else if state.withdrawn {
        KitState::Closed
    } else if now.max(0) as u64 > state.invitation.expires_ms {
        KitState::Expired
    } else {
        KitState::Valid
    }
}
