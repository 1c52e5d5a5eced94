//! The company on this device: making it, joining it, branches, staff, settings, invitations, bundles.
//!
//! Long: the commands of one screen each, which share the checks at the top.

use huiyin_api::{Answer, InviteView, Problem, ProblemCode, socket_url};
use huiyin_core::calendar::Length;
use huiyin_core::id::BranchCode;
use huiyin_document::{DocumentKey, managers_stream};
use huiyin_sync::{
    Admission, Bundle, BundleError, BundleWriter, Charter, DeviceKeys, InviteLink, KitError,
    LinkError, Statement, read_kit,
};

use crate::identity::{Derived, Identity};
use crate::recovery::kit_problem;
use crate::replica::Replica;
use crate::replication::staff_registers;
use crate::task::{After, Reply, Run, Source, Tx, Work};
use crate::{Attachment, Query, Table, Write};

/// Longest name of a company, branch, person or device, in characters.
const MAX_NAME: usize = 100;
/// Days an invitation may be valid.
const MAX_INVITATION_DAYS: u32 = 90;
/// Milliseconds in a day.
const DAY_MS: u64 = 86_400_000;
/// Time by which the stored last contact may lag behind, in milliseconds.
const CONTACT_KEPT_MS: u64 = 60_000;
/// Longest draft of a form, in bytes.
const MAX_DRAFT: usize = 256 * 1024;
/// Roles of the person who makes a company: everything a single-handed start needs.
const FOUNDER_ROLES: [&str; 4] = [
    "administrator",
    "general_manager",
    "store_manager",
    "complaint_officer",
];

/// What the first-run wizard asks.
pub(crate) struct NewCompany<'a> {
    pub company: &'a str,
    pub branch_code: &'a str,
    pub branch_name: &'a str,
    pub staff_name: &'a str,
    pub device_name: &'a str,
    pub relay: Option<&'a str>,
    pub pack: Option<&'a str>,
    pub sample: bool,
}

/// Register of the root document that says that the company is a sample, and what it says.
pub(crate) const SAMPLE: &str = "company/sample";
/// See [`SAMPLE`].
pub(crate) const SAMPLE_YES: &str = "yes";

fn stays_here() -> Problem {
    Problem::new(ProblemCode::NotAllowed)
        .because("this is a sample company: it stays on this device")
}

fn name(field: &str, value: &str) -> Result<String, Problem> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Problem::at(ProblemCode::Missing, field));
    }
    if value.chars().count() > MAX_NAME || value.chars().any(char::is_control) {
        return Err(Problem::at(ProblemCode::BadField, field)
            .because(format!("at most {MAX_NAME} characters on one line")));
    }
    Ok(value.to_owned())
}

fn branch_code(value: &str) -> Result<BranchCode, Problem> {
    BranchCode::parse(value)
        .map_err(|error| Problem::at(ProblemCode::BadField, "branch").because(error.to_string()))
}

fn relay_address(value: Option<&str>) -> Result<Option<String>, Problem> {
    match value.map(str::trim).filter(|value| !value.is_empty()) {
        None => Ok(None),
        Some(value) if socket_url(value).is_some() => Ok(Some(value.to_owned())),
        Some(value) => Err(Problem::at(ProblemCode::BadRelayAddress, value)),
    }
}

fn link_problem(error: LinkError) -> Problem {
    Problem::new(match error {
        LinkError::NotALink => ProblemCode::BadLink,
        LinkError::Damaged => ProblemCode::DamagedLink,
        LinkError::NewerVersion { .. } => ProblemCode::NewerLink,
    })
}

impl Replica {
    fn new_identity(
        &self,
        tx: &mut Tx<'_>,
        keys: &DeviceKeys,
        staff_name: &str,
        device_name: &str,
    ) -> Result<Identity, Problem> {
        if self.identity.is_some() {
            return Err(Problem::new(ProblemCode::WorkspaceExists));
        }
        Ok(Identity {
            workspace: [0; 16],
            device_seed: keys.to_bytes(),
            instance: tx.entropy.array(),
            branch: String::new(),
            device_name: name("device_name", device_name)?,
            staff: format!("s{}", tx.random_id()),
            staff_name: name("staff_name", staff_name)?,
            role: String::new(),
            counter: 0,
            invitation: None,
            relay: None,
            last_contact: None,
            derived: Derived::default(),
        })
    }

    /// Makes a company with its first branch; this device becomes the administrator's.
    pub fn create_workspace(&mut self, tx: &mut Tx<'_>, new: &NewCompany<'_>) -> Run<Answer> {
        let company = name("company", new.company)?;
        let code = branch_code(new.branch_code)?;
        let branch_name = name("branch_name", new.branch_name)?;
        let relay = relay_address(new.relay)?;
        if new.sample && relay.is_some() {
            return Err(stays_here().into());
        }
        let chosen = new.pack.filter(|id| !id.is_empty());
        let chosen = chosen.map(Self::builtin_pack).transpose()?;
        let keys = DeviceKeys::generate(&mut tx.entropy);
        let mut identity = self.new_identity(tx, &keys, new.staff_name, new.device_name)?;
        let charter = Charter::new(&keys, tx.now.max(0) as u64, &mut tx.entropy);
        identity.workspace = *charter.workspace.as_bytes();
        identity.branch = code.to_string();
        identity.relay = relay;
        identity.store(tx);
        let (staff, staff_name, device_name) = (
            identity.staff.clone(),
            identity.staff_name.clone(),
            identity.device_name.clone(),
        );
        self.identity = Some(identity);
        let internal = |_| Problem::at(ProblemCode::Internal, "statement too large");
        self.say(tx, Statement::Charter(charter))
            .map_err(internal)?;
        self.make_stream(tx, "root").map_err(internal)?;
        self.make_stream(tx, &format!("branch/{code}"))
            .map_err(internal)?;
        self.make_stream(tx, &managers_stream(&code))
            .map_err(internal)?;
        self.store_keys(tx);

        let actor = self.identity()?.actor();
        self.documents.begin(DocumentKey::Root, &actor);
        let device = keys.device();
        let mut values = vec![
            ("company/name".to_owned(), company),
            ("company/head_office".to_owned(), code.to_string()),
            (format!("branch/{code}/name"), branch_name),
            (format!("device/{device}/name"), device_name),
            (format!("device/{device}/branch"), code.to_string()),
            (format!("device/{device}/staff"), staff.clone()),
        ];
        if new.sample {
            values.push((SAMPLE.to_owned(), SAMPLE_YES.to_owned()));
        }
        if let Some(pack) = &chosen {
            values.extend(crate::packs::registers(pack, tx.now, new.staff_name.trim()).1);
        }
        values.extend(staff_registers(
            &staff,
            &staff_name,
            &FOUNDER_ROLES.map(str::to_owned),
            code.as_str(),
            false,
        ));
        let author = self.author(tx);
        self.write_registers(tx, &DocumentKey::Root, &author, &values);
        tx.after.push(After::Restart);
        Ok(Answer::Status(self.status()))
    }

    /// Joins a company by a link or a recovery kit: this device's keys are admitted by the invitation's secret; data comes by relay or bundle.
    pub fn join_workspace(
        &mut self,
        tx: &mut Tx<'_>,
        link: &str,
        staff_name: &str,
        device_name: &str,
    ) -> Run<Answer> {
        let link = InviteLink::parse(link).or_else(|error| {
            read_kit(link).map_err(|kit| match kit {
                KitError::NotAKit => link_problem(error),
                kit => kit_problem(kit),
            })
        })?;
        let keys = DeviceKeys::generate(&mut tx.entropy);
        let mut identity = self.new_identity(tx, &keys, staff_name, device_name)?;
        identity.workspace = *link.workspace.as_bytes();
        identity.invitation = Some(link.secret.0);
        identity.relay.clone_from(&link.relay);
        identity.store(tx);
        let admission = Admission::new(&link.workspace, &link.secret, &keys, Vec::new());
        let actor = identity.actor();
        self.identity = Some(identity);
        self.documents.begin(DocumentKey::Root, &actor);
        self.say(tx, Statement::Admission(admission))
            .map_err(|_| Problem::at(ProblemCode::Internal, "statement too large"))?;
        tx.after.push(After::Restart);
        tx.changed = true;
        Ok(Answer::Status(self.status()))
    }

    /// Returns whether this device has joined by an invitation, and neither has anything come nor was anything entered.
    pub fn is_empty_handed(&self) -> bool {
        let joined = self.identity.as_ref();
        joined.is_some_and(|identity| identity.invitation.is_some())
            && self.settings.company.is_empty()
            && self.outbox.is_empty()
            && self.segments.rows_in_all() == 0
    }

    /// Stores stream keys that were made or received.
    pub fn store_keys(&mut self, tx: &mut Tx<'_>) {
        for (name, key) in &self.members.keys {
            tx.put(
                Table::Keys,
                crate::replication::stream_key_name(name),
                key.0.to_vec(),
            );
        }
    }

    /// Refuses what only an administrator's device may do.
    pub fn administrator(&self) -> Result<(), Problem> {
        self.identity()?;
        if self.is_administrator() {
            Ok(())
        } else {
            Err(Problem::new(ProblemCode::NotAllowed).because("only an administrator's device"))
        }
    }

    /// Refuses what would take a sample company to other devices.
    pub fn no_sample(&self) -> Result<(), Problem> {
        if self.settings.sample {
            Err(stays_here())
        } else {
            Ok(())
        }
    }

    /// Adds or renames a branch; a new one gets its stream.
    pub fn save_branch(&mut self, tx: &mut Tx<'_>, code: &str, branch_name: &str) -> Run<Answer> {
        self.administrator()?;
        self.documents.get(&DocumentKey::Root)?;
        let code = branch_code(code)?;
        let branch_name = name("name", branch_name)?;
        self.ensure_branch(tx, &code, &branch_name)?;
        Ok(Answer::Done)
    }

    /// Makes a branch and its stream, or renames it. The root document is open.
    pub fn ensure_branch(
        &mut self,
        tx: &mut Tx<'_>,
        code: &BranchCode,
        branch_name: &str,
    ) -> Run<()> {
        self.make_stream(tx, &format!("branch/{code}"))
            .map_err(|_| Problem::at(ProblemCode::Internal, "statement too large"))?;
        self.store_keys(tx);
        let author = self.author(tx);
        self.write_registers(
            tx,
            &DocumentKey::Root,
            &author,
            &[(format!("branch/{code}/name"), branch_name.to_owned())],
        );
        self.make_stream(tx, &managers_stream(code))
            .and_then(|()| self.complete_streams(tx))
            .map_err(|_| Problem::at(ProblemCode::Internal, "statement too large"))?;
        tx.changed = true;
        Ok(())
    }

    /// Adds or changes a member of staff.
    pub fn save_staff(
        &mut self,
        tx: &mut Tx<'_>,
        id: Option<&str>,
        staff_name: &str,
        roles: &[String],
        branch: &str,
        left: bool,
    ) -> Run<Answer> {
        self.administrator()?;
        self.documents.get(&DocumentKey::Root)?;
        let staff_name = name("name", staff_name)?;
        let branch = branch_code(branch)?;
        if roles.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "roles").into());
        }
        if let Some(unknown) = roles.iter().find(|role| !self.is_role(role)) {
            return Err(Problem::at(ProblemCode::BadField, "roles")
                .because(format!("there is no role {unknown}"))
                .into());
        }
        let id = match id {
            Some(id) if self.settings.staff.contains_key(id) => id.to_owned(),
            Some(id) => return Err(Problem::at(ProblemCode::NotFound, id).into()),
            None => format!("s{}", tx.random_id()),
        };
        let known = self.settings.staff.get(&id).filter(|known| !known.left);
        if let Some(known) = known.filter(|_| left) {
            // What the person holds is held under the name until now.
            self.may_leave(&known.name)?;
        }
        let author = self.author(tx);
        self.write_registers(
            tx,
            &DocumentKey::Root,
            &author,
            &staff_registers(&id, &staff_name, roles, branch.as_str(), left),
        );
        tx.changed = true;
        Ok(Answer::Saved {
            id,
            number: String::new(),
        })
    }

    /// Chooses who is at this device.
    pub fn act_as(&mut self, tx: &mut Tx<'_>, staff: &str) -> Run<Answer> {
        let mut identity = self.identity()?.clone();
        let Some(known) = self.settings.staff.get(staff).filter(|staff| !staff.left) else {
            return Err(Problem::at(ProblemCode::NotFound, staff).into());
        };
        if self.settings.sample {
            // One device plays the devices of all branches.
            identity.branch.clone_from(&known.branch);
        }
        if identity.staff != staff {
            self.unlocked = None;
        }
        staff.clone_into(&mut identity.staff);
        identity.staff_name.clone_from(&known.name);
        identity.store(tx);
        self.identity = Some(identity);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Sets a company-wide setting.
    pub fn save_setting(&mut self, tx: &mut Tx<'_>, key: &str, value: &str) -> Run<Answer> {
        self.administrator()?;
        self.documents.get(&DocumentKey::Root)?;
        let (path, value) = match key {
            "company" => ("company/name", name("company", value)?),
            "case_clock" => {
                let length = Length::parse(value.trim()).map_err(|error| {
                    Problem::at(ProblemCode::BadSetting, key).because(error.to_string())
                })?;
                ("company/case_clock", length.to_string())
            }
            _ => {
                return Err(Problem::at(ProblemCode::BadSetting, key)
                    .because("known: company, case_clock")
                    .into());
            }
        };
        let author = self.author(tx);
        self.write_registers(tx, &DocumentKey::Root, &author, &[(path.to_owned(), value)]);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Sets or removes the relay.
    pub fn set_relay(&mut self, tx: &mut Tx<'_>, url: Option<&str>) -> Run<Answer> {
        let mut identity = self.identity()?.clone();
        identity.relay = relay_address(url)?;
        if identity.relay.is_some() {
            self.no_sample()?;
        }
        identity.store(tx);
        self.identity = Some(identity);
        tx.after.push(After::Restart);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Makes an invitation for another device.
    pub fn invite(
        &mut self,
        tx: &mut Tx<'_>,
        branch: Option<&str>,
        role: &str,
        days: u32,
        base: &str,
        ask: bool,
    ) -> Run<Answer> {
        self.administrator()?;
        self.no_sample()?;
        self.documents.get(&DocumentKey::Root)?;
        let identity = self.identity()?.clone();
        let branch = branch
            .map(branch_code)
            .transpose()?
            .map_or(identity.branch.clone(), |code| code.to_string());
        if !self.settings.branches.contains_key(&branch) {
            return Err(Problem::at(ProblemCode::NotFound, branch)
                .because("add the branch in the settings first")
                .into());
        }
        if !self.is_role(role) {
            return Err(Problem::at(ProblemCode::BadField, "role")
                .because(format!("there is no role {role}"))
                .into());
        }
        let days = u64::from(days.clamp(1, MAX_INVITATION_DAYS));
        let expires_ms = tx.now.max(0) as u64 + days * DAY_MS;
        let everything = branch == self.settings.head_office;
        let secret = self
            .make_invitation(tx, &branch, role, expires_ms, (everything, ask))
            .map_err(|_| Problem::at(ProblemCode::Internal, "statement too large"))?;
        let short = short_name(&secret.sign_public());
        let author = self.author(tx);
        let registers = [
            (format!("invite/{short}/branch"), branch),
            (format!("invite/{short}/role"), role.to_owned()),
        ];
        self.write_registers(tx, &DocumentKey::Root, &author, &registers);
        let link = InviteLink {
            workspace: identity.workspace(),
            secret,
            relay: identity.relay,
        };
        tx.changed = true;
        Ok(Answer::Invite(InviteView {
            id: short,
            link: link.to_url(base.trim_end_matches('/')),
            expires: expires_ms as i64,
        }))
    }

    /// Connects now; where there is a connection, asks the relay for a sign of life.
    pub fn sync_now(&mut self, tx: &mut Tx<'_>) -> Run<Answer> {
        if self.identity()?.relay.is_none() {
            return Err(Problem::new(ProblemCode::NoRelay).into());
        }
        if self.link.is_live() {
            tx.after.push(After::Ask);
        } else {
            self.link.paused = false;
            tx.after.push(After::Restart);
        }
        Ok(Answer::Done)
    }

    /// Stops sending and receiving for now; what was received so far stays.
    pub fn pause_sync(&mut self, tx: &mut Tx<'_>) -> Run<Answer> {
        if self.identity()?.relay.is_none() {
            return Err(Problem::new(ProblemCode::NoRelay).into());
        }
        self.link.paused = true;
        tx.after.push(After::Restart);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Notes that everything was received.
    pub fn contact(&mut self, tx: &mut Tx<'_>) {
        self.link.contact = Some(tx.now);
        if let Some(row) = self.last_contact_row() {
            tx.writes.push(row);
            tx.durability = crate::Durability::Relaxed;
        }
        tx.changed = true;
    }

    /// Returns the write that keeps the time of the last contact, if the stored one is a minute off. It goes with other writes.
    pub fn last_contact_row(&mut self) -> Option<Write> {
        let contact = self.link.contact?;
        let identity = self.identity.as_mut()?;
        let stored = identity.last_contact;
        if stored.is_some_and(|stored| stored.abs_diff(contact) < CONTACT_KEPT_MS) {
            return None;
        }
        identity.last_contact = Some(contact);
        Some(Write::Put {
            table: Table::Meta,
            key: crate::identity::IDENTITY_KEY.to_vec(),
            value: identity.encode(),
        })
    }

    /// Returns every stored envelope and every attachment that is here in one file.
    pub fn export_bundle(&mut self, tx: &mut Tx<'_>) -> Run<Reply> {
        let identity = self.identity()?;
        let query = Query::Range {
            table: Table::Envelopes,
            prefix: Vec::new(),
            after: None,
            limit: u32::MAX,
            keys_only: false,
        };
        let rows = tx.rows(query)?;
        let mut writer = BundleWriter::new(identity.workspace());
        for (_, bytes) in rows {
            // A stored envelope that cannot be read is named by a check of everything stored; the rest still goes.
            if writer.push(bytes) == Err(BundleError::TooLarge) {
                return Err(Problem::at(ProblemCode::TooLarge, "bundle").into());
            }
        }
        self.write_objects(tx, &mut writer, "bundle")?;
        let name = format!(
            "{}-{}.huiyin",
            safe_file_name(&self.settings.company),
            self.policies.calendar.date_of(tx.now)
        );
        Ok((
            Answer::File {
                name,
                media: "application/octet-stream".to_owned(),
            },
            Some(writer.finish()),
        ))
    }

    /// Takes in a bundle file: what is sound, in any order, any number of times.
    pub fn import_bundle(
        &mut self,
        tx: &mut Tx<'_>,
        attachment: Option<&Attachment>,
    ) -> Run<Answer> {
        let workspace = self.identity()?.workspace();
        let Some(Attachment::Bytes(bytes)) = attachment else {
            return Err(Problem::at(ProblemCode::Missing, "file").into());
        };
        let bundle = Bundle::read(bytes).map_err(|error| match &error {
            BundleError::Damaged { place, count } => Problem::at(
                ProblemCode::DamagedBundle,
                format!("envelope {place} of {count}"),
            ),
            BundleError::TooLarge => Problem::at(ProblemCode::TooLarge, "bundle"),
            _ => Problem::new(ProblemCode::NotABundle).because(error.to_string()),
        })?;
        if bundle.workspace() != workspace {
            return Err(Problem::new(ProblemCode::OtherWorkspace).into());
        }
        let mut damaged = Vec::new();
        let mut sound = Vec::new();
        for entry in bundle.entries() {
            match entry {
                Ok(entry) => sound.push(entry.into_bytes()),
                Err(error) => damaged.push(error),
            }
        }
        let mut report = self.ingest(tx, &Source::Bundle, &sound)?;
        report.envelopes += damaged.len() as u64;
        report.refused += damaged.len() as u64;
        for error in damaged {
            let reason = format!("damaged: envelope {} of {}", error.place, error.count);
            self.put_aside(tx, &Source::Bundle, reason, Vec::new(), 0, false);
        }
        tx.changed = true;
        if report.new == 0 {
            tx.follow(Work::Offer);
        }
        Ok(Answer::Bundle(report))
    }

    /// Keeps a draft.
    pub fn save_draft(tx: &mut Tx<'_>, key: &str, json: &str) -> Run<Answer> {
        if json.len() > MAX_DRAFT || key.len() > MAX_NAME {
            return Err(Problem::at(ProblemCode::TooLarge, "draft").into());
        }
        tx.put(Table::Drafts, key, json.as_bytes().to_vec());
        Ok(Answer::Done)
    }

    /// Forgets a draft.
    pub fn drop_draft(tx: &mut Tx<'_>, key: &str) -> Answer {
        tx.delete(Table::Drafts, key);
        Answer::Done
    }

    /// Returns a draft.
    pub fn draft(tx: &Tx<'_>, key: &str) -> Run<Answer> {
        let value = tx.value(Table::Drafts, key.as_bytes())?;
        Ok(Answer::Draft(
            value.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()),
        ))
    }
}

/// Returns the first digits of an invitation's public key: enough to tell invitations apart on a screen.
pub(crate) fn short_name(invite_sign: &[u8; 32]) -> String {
    let [a, b, c, d, ..] = invite_sign;
    format!("{a:02x}{b:02x}{c:02x}{d:02x}")
}

/// Returns a name that every file system takes.
pub(crate) fn safe_file_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        .take(40)
        .collect();
    if safe.is_empty() {
        "huiyin".to_owned()
    } else {
        safe
    }
}
