//! Which handler does what.
//!
//! Long: a table of every request, with its handler.

use huiyin_api::{Answer, ContactDay, MAX_PAGE_ROWS, Notice, Problem, ProblemCode, Request};

use huiyin_core::id::{RecordId, RecordKind};

use crate::Attachment;
use crate::month_table::month_reminder;
use crate::replica::Replica;
use crate::task::{After, Halt, Reply, Run, Source, Tx, Work};

/// Returns whether a request that stores nothing still has to wait its turn behind the writes (it changes what is in memory).
pub(crate) fn needs_lane(request: &Request) -> bool {
    matches!(
        request,
        Request::ImportOpen { .. }
            | Request::ImportMap { .. }
            | Request::ImportErrors { .. }
            | Request::ReadCalendarFile
            | Request::SyncNow
            | Request::PauseSync
            | Request::FetchAttachment { .. }
            | Request::CancelFetch { .. }
    )
}

/// Returns whether the answer to a query follows from rows, not from documents.
fn is_of_rows(request: &Request) -> bool {
    matches!(
        request,
        Request::Status
            | Request::Home
            | Request::Customers(_)
            | Request::Cases(_)
            | Request::GroupCounts { .. }
            | Request::CustomFields { .. }
            | Request::SamePhone { .. }
            | Request::Alike { .. }
            | Request::FileDuties(_)
    )
}

impl Replica {
    /// Does a piece of writing work.
    pub fn work(&mut self, tx: &mut Tx<'_>, work: &Work) -> Run<Option<Reply>> {
        match work {
            Work::Request(request, attachment) => {
                let reply = self.command(tx, request, attachment.as_ref());
                reply.map_err(|halt| self.or_to_come(halt))
            }
            Work::Ingest(source, envelopes) => {
                let total = self.link.heads.values().sum();
                self.ingest(tx, source, envelopes)?;
                let done = self
                    .link
                    .cursors
                    .values()
                    .map(|cursor| cursor.position)
                    .sum();
                if matches!(source, Source::Relay { .. }) && !self.link.is_caught_up() {
                    tx.after
                        .push(After::Notify(Notice::Receiving { done, total }));
                }
                Ok(None)
            }
            Work::Receipts { receipts, passed } => {
                self.receipts(tx, receipts);
                for (stream, cursor) in passed {
                    self.had_up_to(tx, *stream, *cursor);
                }
                tx.changed = true;
                if self.link.unacked.is_empty() {
                    tx.follow(Work::SnapshotRows);
                }
                Ok(None)
            }
            Work::Reoffer => self.reoffer(tx).map(|()| None),
            Work::StoreNamed(epoch) => self.store_named(tx, *epoch).map(|()| None),
            Work::Refused {
                envelope,
                reason,
                turned_away,
            } => {
                self.refused(tx, *envelope, reason, *turned_away);
                tx.changed = true;
                Ok(None)
            }
            Work::Seal => self.seal_all(tx).map(|()| None),
            Work::Offer => self.offer(tx).map(|()| None),
            Work::Import(import) => self.import_step(tx, import).map(|()| None),
            Work::Reconcile | Work::Cut if self.identity.is_none() => Ok(None),
            Work::Cut => self.cut(tx).map(|()| None),
            Work::Expire => self.expire(tx).map(|()| None),
            Work::Reconcile => self.reconcile(tx).map(|()| None),
            Work::CheckBlob(blob, size) => self.check_blob(tx, blob, *size).map(|()| None),
            Work::Pieces => self.move_pieces(tx).map(|()| None),
            Work::PieceStored(token) => {
                self.piece_stored(tx, *token);
                Ok(None)
            }
            Work::PieceRefused {
                token,
                reason,
                permanent,
            } => {
                self.piece_refused(tx, *token, reason, *permanent);
                Ok(None)
            }
            Work::PieceCame(token, bytes) => {
                self.piece_came(tx, *token, bytes.as_deref());
                Ok(None)
            }
            Work::Destroy(segment) => self.destroy(tx, segment).map(|()| None),
            Work::Share(continuation) => self.share(tx, continuation).map(|()| None),
            Work::SnapshotRows => self.snapshot_rows(tx).map(|()| None),
            Work::FetchRows => {
                self.fetch_rows(tx);
                Ok(None)
            }
            Work::Contact => {
                self.contact(tx);
                self.end_preview(tx);
                self.follow_expiry(tx);
                tx.follow(Work::SnapshotRows);
                Ok(None)
            }
            Work::Reproject(keys) => self.reproject(tx, keys).map(|()| None),
            Work::Refresh => self.refresh(tx).map(|()| None),
        }
    }

    /// Returns why a handler did not finish; of a record that lists show already: that it is still coming.
    fn or_to_come(&self, halt: Halt) -> Halt {
        match halt {
            Halt::Problem(mut problem) if problem.code == ProblemCode::NotFound => {
                let id = RecordId::parse(&problem.place);
                if id.is_ok_and(|id| self.segments.is_to_come(&id)) {
                    problem.code = ProblemCode::StillComing;
                }
                Halt::Problem(problem)
            }
            halt => halt,
        }
    }

    fn seal_all(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        if self.identity.is_none() || self.outbox.is_empty() {
            return Ok(());
        }
        self.seal(tx)
    }

    fn command(
        &mut self,
        tx: &mut Tx<'_>,
        request: &Request,
        attachment: Option<&Attachment>,
    ) -> Run<Option<Reply>> {
        use Request as R;
        self.check_signature(tx, request)?;
        let answer = match request {
            R::SetStaffPin { current, pin } => {
                let done = self.set_staff_pin(tx, current.as_deref(), pin)?;
                return Ok(done.map(|answer| (answer, None)));
            }
            R::UnlockStaff { pin } => {
                let done = self.unlock_staff(tx, pin)?;
                return Ok(done.map(|answer| (answer, None)));
            }
            R::LockStaff => self.lock_staff(),
            R::CertifyStaffKey { staff, key, number } => {
                self.certify_staff_key(tx, staff, key, number)?
            }
            R::EndStaffKey { staff, key } => self.end_staff_key(tx, staff, key)?,
            R::CreateWorkspace {
                company,
                branch_code,
                branch_name,
                staff_name,
                device_name,
                relay,
                pack,
                sample,
            } => self.create_workspace(
                tx,
                &crate::workspace::NewCompany {
                    company,
                    branch_code,
                    branch_name,
                    staff_name,
                    device_name,
                    relay: relay.as_deref(),
                    pack: pack.as_deref(),
                    sample: *sample,
                },
            )?,
            R::JoinWorkspace {
                link,
                staff_name,
                device_name,
            } => self.join_workspace(tx, link, staff_name, device_name)?,
            R::SaveBranch { code, name } => self.save_branch(tx, code, name)?,
            R::SaveStaff {
                id,
                name,
                roles,
                branch,
                left,
            } => self.save_staff(tx, id.as_deref(), name, roles, branch, *left)?,
            R::ActAs { staff } => self.act_as(tx, staff)?,
            R::SaveSetting { key, value } => self.save_setting(tx, key, value)?,
            R::SaveListView { id, view, shared } => {
                self.save_list_view(tx, id.as_deref(), view, *shared)?
            }
            R::SavePaperWords { texts } => self.save_paper_words(tx, texts)?,
            R::DropListView { id } => self.drop_list_view(tx, id)?,
            R::SetRelay { url } => self.set_relay(tx, url.as_deref())?,
            R::Invite {
                branch,
                role,
                days,
                base,
                ask,
            } => self.invite(tx, branch.as_deref(), role, *days, base, *ask)?,
            R::MakeRecoveryKit => return self.make_kit(tx).map(Some),
            R::TryRecoveryKit { code } => self.try_kit(tx, code)?,
            R::ApproveDevice { device, number } => self.approve_device(tx, device, number)?,
            R::ShutOut {
                device,
                whole_person,
                until,
                reason,
            } => self.shut_device_out(tx, device, *whole_person, *until, reason)?,
            R::ChangeRights {
                device,
                branch,
                role,
                until,
            } => self.change_rights(tx, device, branch, role, *until)?,
            R::CloseInvitation { invitation } => self.close_invitation(tx, invitation)?,
            R::RenewKeys => self.renew_keys(tx)?,
            R::TakeLate { ids } => self.take_late(tx, ids)?,
            R::LeaveLate { ids } => self.leave_late(tx, ids)?,
            R::SyncNow => self.sync_now(tx)?,
            R::PauseSync => self.pause_sync(tx)?,
            R::SaveCustomer { id, fields } => self.save_customer(tx, id.as_deref(), fields)?,
            R::PoolCustomer { id, note } => self.pool_customer(tx, id, note)?,
            R::ClaimCustomer { id } => self.claim_customer(tx, id)?,
            R::ChangeOwner {
                id,
                owner_a,
                owner_b,
                note,
            } => self.change_owner(tx, id, [owner_a.as_deref(), owner_b.as_deref()], note)?,
            R::ShareLeads { act, moves, note } => self.share_leads(tx, act, moves, note)?,
            R::UndoShareLeads { act } => self.undo_share_leads(tx, act)?,
            R::PlanEvent(form) => self.plan_event(tx, form)?,
            R::ChangeEvent { id, form } => self.change_event(tx, id, form)?,
            R::CancelEvent { id, reason } => self.cancel_event(tx, id, reason)?,
            R::InviteGuest {
                event,
                customer,
                inviter,
                department,
            } => self.invite_guest(tx, event, customer, inviter, department)?,
            R::RecordGuest {
                contact,
                came,
                sold,
            } => self.record_guest(tx, contact, *came, sold.as_deref())?,
            R::DisputeGuest { contact, note } => self.dispute_guest(tx, contact, note)?,
            R::RuleGuest {
                contact,
                inviter,
                note,
            } => self.rule_guest(tx, contact, inviter, note)?,
            R::SeeClaim { id } => self.see_claim(tx, id)?,
            R::MoveCustomer { case, to } => self.move_customer(tx, case, to)?,
            R::HandOver { act, leaver, moves } => self.hand_over_slice(tx, act, leaver, moves)?,
            R::UndoHandOver { act } => self.undo_hand_over(tx, act)?,
            R::BulkEdit { act, intent, ids } => self.bulk_edit(tx, act, intent, ids)?,
            R::UndoBulkEdit { act } => self.undo_bulk_edit(tx, act)?,
            R::SayDistinct { a, b, distinct } => self.say_distinct(tx, a, b, *distinct)?,
            R::MergeCustomers {
                stays,
                gives_way,
                choices,
            } => self.merge_customers(tx, stays, gives_way, choices)?,
            R::UnmergeCustomers { a, b } => self.unmerge_customers(tx, a, b)?,
            R::AddCustomerNote { id, note } => self.add_customer_note(tx, id, note)?,
            R::ConfirmClasses { lines, note } => self.confirm_classes(tx, lines, note)?,
            R::FileStep { id, step } => self.file_step(tx, id, step)?,
            R::RegisterCase { fields, note } => self.register_case(tx, fields, note)?,
            R::EditCase { id, fields } => self.edit_case(tx, id, fields)?,
            R::TakeStep { id, step } => self.take_step(tx, id, step)?,
            R::TakeSteps { ids, step } => self.take_steps(tx, ids, step)?,
            R::Attach { id, name } => self.attach(tx, id, name, attachment)?,
            R::FetchAttachment { id, hash } => self.fetch_attachment(tx, id, hash)?,
            R::CancelFetch { id, hash } => self.cancel_fetch(id, hash)?,
            R::ProposeDestruction { segment } => self.propose_destruction(tx, segment)?,
            R::ApproveDestruction { segment } => self.approve_destruction(tx, segment)?,
            R::ProposePenalty(intent) => self.propose_penalty(tx, intent)?,
            R::PenaltyStep { id, step } => self.penalty_step(tx, id, step)?,
            R::SignMonth { month, seen } => self.sign_month(tx, month, seen)?,
            R::TickOccasion { kind, id, period } => self.tick_occasion(tx, kind, id, period)?,
            R::SaveContact { id, fields, step } => {
                self.save_contact(tx, id.as_deref(), fields, step)?
            }
            R::ContactStep { id, step } => self.contact_step(tx, id, step)?,
            R::AnswerSurvey(intent) => self.answer_survey(tx, intent)?,
            R::CorrectSurvey { id, answers, note } => self.correct_survey(tx, id, answers, note)?,
            R::SaveQuestionnaires { surveys, based_on } => {
                self.save_questionnaires(tx, surveys, based_on)?
            }
            R::ProposeSurveyAction(intent) => self.propose_survey_action(tx, intent)?,
            R::PublishPack { pack } => self.publish_pack(tx, pack)?,
            R::SaveCalendar(form) => self.save_calendar(tx, form)?,
            R::ReadCalendarFile => Self::read_calendar_file(attachment)?,
            R::ActivatePack { reference, part } => self.activate_pack(tx, reference, *part)?,
            R::SettleConflict { id, field, value } => self.settle_and_tell(tx, id, field, value)?,
            R::TakeBack { id, action } => self.take_back(tx, id, action)?,
            R::SettleConflicts { choices } => self.settle_conflicts(tx, choices)?,
            R::SaveDraft { key, json } => Self::save_draft(tx, key, json)?,
            R::DropDraft { key } => Self::drop_draft(tx, key),
            R::ImportOpen {
                name,
                kind,
                mapping,
            } => return self.import_open(tx, name, *kind, mapping, attachment),
            R::ImportMap {
                import,
                kind,
                mapping,
            } => return self.import_map(tx, import, *kind, mapping),
            R::ImportRun { import, dry_run } => return self.import_run(tx, import, *dry_run),
            R::ImportErrors { import } => return self.import_errors(tx, import),
            R::ImportCancel { import } => self.import_cancel(tx, import),
            R::UndoImport { import } => self.undo_import(tx, import)?,
            R::ExportBundle => return self.export_bundle(tx).map(Some),
            R::ExportBackup { passphrase } => return self.export_backup(tx, passphrase).map(Some),
            R::BackUpByItself { passphrase } => {
                self.back_up_by_itself(tx, passphrase.as_deref())?
            }
            R::ExportByItself => return self.export_by_itself(tx).map(Some),
            R::RestoreBackup {
                passphrase,
                staff_name,
                device_name,
            } => self.restore_backup(tx, passphrase, staff_name, device_name, attachment)?,
            R::ImportBundle => self.import_bundle(tx, attachment)?,
            _ => {
                return Err(Problem::at(ProblemCode::Internal, "a query came as a command").into());
            }
        };
        Ok(Some((answer, None)))
    }

    /// Answers a query. What is of rows alone is answered from those that lists show.
    pub fn query(&mut self, tx: &Tx<'_>, request: &Request) -> Run<Reply> {
        if !is_of_rows(request) {
            let reply = self.answer(tx, request);
            return reply.map_err(|halt| self.or_to_come(halt));
        }
        self.segments.turn();
        let reply = self.answer(tx, request);
        self.segments.turn();
        reply
    }

    fn answer(&mut self, tx: &Tx<'_>, request: &Request) -> Run<Reply> {
        use Request as R;
        let answer = match request {
            R::Status => Answer::Status(self.status()),
            R::StaffKeys => Answer::StaffKeys(Box::new(self.staff_keys_view(tx)?)),
            R::Settings => Answer::Settings(Box::new(self.settings_view())),
            R::Home => {
                let penalties = self.penalties_waiting()?;
                let mut home = self.home(tx.now);
                home.desk.penalties = penalties;
                let occasions = self.occasions(tx.now)?;
                home.contacts = Box::new(ContactDay {
                    occasions,
                    ..self.contacts_today(tx.now)
                });
                home.files = Box::new(self.file_day(tx.now));
                home.surveys = self.surveys_to_report(tx.now);
                home.allocation = Box::new(self.allocation_day(tx.now)?);
                home.falling = self.falling_today(tx.now);
                home.month_table = self.month_duty(tx.now)?;
                let told = home.month_table.as_ref();
                let reminder = told.and_then(|duty| month_reminder(duty, tx.now));
                home.desk.reminders.extend(reminder);
                Answer::Home(Box::new(home))
            }
            R::Customers(query) => {
                Self::check_query(RecordKind::Customer, query)?;
                Answer::Customers(self.customers(query, tx.now))
            }
            R::Cases(query) => {
                Self::check_query(RecordKind::Case, query)?;
                Answer::Cases(self.cases(query, tx.now))
            }
            R::GroupCounts {
                cases,
                query,
                column,
            } => {
                let kind = if *cases {
                    RecordKind::Case
                } else {
                    RecordKind::Customer
                };
                Self::check_query(kind, query)?;
                Answer::Counts(self.group_counts(kind, query, column, tx.now))
            }
            R::CustomFields { cases } => Answer::CustomFields(self.custom_fields(if *cases {
                RecordKind::Case
            } else {
                RecordKind::Customer
            })),
            R::SavedViews => self.list_views(tx)?,
            R::PaperWords => Answer::PaperWords(Box::new(self.paper_words()?)),
            R::BulkLook { intent, ids } => {
                Answer::Bulk(Box::new(self.bulk_look(intent, ids, tx.now)?))
            }
            R::BulkEdits => Answer::BulkEntries(self.bulk_edits()?),
            R::SearchText { query, after } => {
                Self::check_query(RecordKind::Case, query)?;
                Answer::Texts(self.search_text(tx, query, after)?)
            }
            R::Customer { id } => Answer::Customer(Box::new(self.customer(id, tx.now)?)),
            R::Case { id } => Answer::Case(Box::new(self.case(id, tx.now)?)),
            R::Contacts(query) => Answer::Contacts(self.contacts(query, tx.now)),
            R::Contact { id } => Answer::Contact(Box::new(self.contact_record(id, tx.now)?)),
            R::ContactDesk => Answer::ContactDesk(Box::new(self.contact_desk(tx.now))),
            R::FileDuties(query) => {
                Answer::FileDuties(Box::new(self.file_duty_page(query, tx.now)))
            }
            R::FollowUps => Answer::FollowUps(self.follow_ups(tx.now)),
            R::ContactCalendar(query) => return Ok(self.contact_calendar(query, tx.now)),
            R::Surveys => Answer::Surveys(Box::new(self.surveys_view(tx.now))),
            R::SurveyAnswers(query) => Answer::SurveyAnswers(self.survey_answers(query)),
            R::SurveyAnswer { id } => {
                Answer::SurveyAnswer(Box::new(self.survey_record(id, tx.now)?))
            }
            R::SurveyTotals {
                survey,
                period,
                after,
            } => Answer::SurveyTotals(Box::new(self.survey_totals(survey, period, after)?)),
            R::Figures(query) => Answer::Figures(Box::new(self.figures(query, tx.now)?)),
            R::Crossed(query) => Answer::Crossed(Box::new(self.crossed(query, tx.now)?)),
            R::FigurePart {
                query,
                matter,
                after,
            } => Answer::FigurePart(Box::new(self.figure_part(query, *matter, after, tx.now)?)),
            R::MonthTable { month } => {
                Answer::MonthTable(Box::new(self.month_table(month, tx.now)?))
            }
            R::SamePhone { phone, except } => {
                Answer::Customers(self.same_phone(phone, except.as_deref()))
            }
            R::Alike { fields, except } => Answer::Alike(self.alike(fields, except.as_deref())),
            R::Pool => Answer::Pool(Box::new(self.pool(tx.now)?)),
            R::Grading(query) => Answer::Grading(Box::new(self.grading_page(query, tx.now)?)),
            R::Loyalty(query) => Answer::Loyalty(Box::new(self.loyalty(query, tx.now)?)),
            R::Leads(query) => Answer::Leads(Box::new(self.leads(query)?)),
            R::Devices => self.devices(tx)?,
            R::CutPreview { device, until } => self.cut_preview(tx, device, *until)?,
            R::Events => Answer::Events(Box::new(self.planned_events(tx.now)?)),
            R::Event { id } => Answer::Event(Box::new(self.event(id, tx.now)?)),
            R::HandOverPlan(intent) => {
                Answer::HandOver(Box::new(self.hand_over_plan(intent, tx.now)?))
            }
            R::HandOvers => Answer::HandOvers(self.hand_overs()?),
            R::MergePreview { stays, gives_way } => {
                Answer::MergePreview(Box::new(self.merge_preview(stays, gives_way, tx.now)?))
            }
            R::Calendars => Answer::Calendars(Box::new(self.calendars_view()?)),
            R::Actions { open } => Answer::Actions(self.all_actions(*open, tx.now)),
            R::Attachment { id, hash } => return self.attachment(tx, id, hash),
            R::Destructions => Answer::Destructions(self.destructions(tx.now)?),
            R::Penalties { month } => Answer::Penalties(Box::new(self.penalties(month)?)),
            R::Packs => Answer::Packs(Box::new(self.packs_view()?)),
            R::Pack { reference } => Answer::Pack(Box::new(self.pack(reference)?)),
            R::Differing(query) => Answer::Differing(Box::new(self.differing(query)?)),
            R::History(query) => Answer::History(Box::new(self.history(query, tx.now)?)),
            R::RecordThen { id, day } => Answer::RecordThen(Box::new(self.record_then(id, day)?)),
            R::Draft { key } => Self::draft(tx, key)?,
            R::Imports => self.past_imports()?,
            R::Documents => Answer::Documents(self.document_names()?),
            R::ExportDocument { name } => return self.document_file(name),
            R::Sync => Answer::Sync(Box::new(self.sync_view(tx.now))),
            R::Quarantine { skip, limit } => {
                let page = self
                    .link
                    .quarantine
                    .page(*skip, (*limit).min(MAX_PAGE_ROWS));
                Answer::Quarantine(page)
            }
            R::Recovery => Answer::Recovery(self.recovery(tx.now)),
            // A program with a lock answers this itself, before the engine.
            R::Lock(_) => return Err(Problem::new(ProblemCode::NoLock).into()),
            _ => {
                return Err(Problem::at(ProblemCode::Internal, "a command came as a query").into());
            }
        };
        Ok((answer, None))
    }
}
