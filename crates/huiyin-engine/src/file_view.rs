//! What the screen shows of a customer's file: completeness, papers, the hand-over book, duties, the steps that may be taken.
//!
//! Decides how it is put; what is missing and due was decided in `huiyin-core`.

use huiyin_api::{
    ClashView, DueState, DutyView, FieldView, FileView, HandOverView, LegView, PaperListView,
    PaperView, StageView,
};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::customer::LIFE_CYCLES;
use huiyin_core::file::complete::completeness;
use huiyin_core::file::duties::{Duty, DutyKind, FileFacts, duties};
use huiyin_core::file::papers::{HandOverStage, HandOverState, Lack, Listed, listed};
use huiyin_core::pack::file_rules::{Checklist, PaperForm};
use huiyin_core::pack::{FileRules, Part, Text};

use crate::Millis;
use crate::file_steps::{File, file_form};
use crate::lists::due_state_of;
use crate::replica::Replica;

/// Lines of the hand-over book shown, the newest kept.
const MAX_BOOK: usize = 200;

impl Replica {
    /// Returns a customer's file as the screen shows it.
    pub fn file_view(&self, file: &File<'_>, now: Millis) -> FileView {
        let summary = &file.summary;
        let mut view = FileView {
            rules_missing: self.policies.is_part_missing(Part::File),
            percent: 100,
            filed_at: summary.filed_at,
            signatures: summary
                .signatures
                .iter()
                .map(|(step, by, at)| (step.name().to_owned(), by.clone(), *at))
                .collect(),
            open_changes: summary
                .in_force()
                .filter(|event| summary.open_changes.contains_key(&event.id))
                .map(|event| FieldView {
                    name: event.id.to_string(),
                    value: event.note.clone(),
                })
                .collect(),
            stage: file.field("life_cycle").to_owned(),
            stage_reason: file.field("life_cycle_reason").to_owned(),
            stage_at: summary.life_cycle_at,
            stages: stages(file.rules()),
            class: crate::grading::class_view(file),
            win_back: crate::loyalty::win_back_steps(self.loyalty_rules(), file),
            relations: self.relations_of(file),
            clashes: summary
                .clashes
                .iter()
                .map(|clash| clash_view(file, clash))
                .collect(),
            heads: summary.heads.iter().map(ToString::to_string).collect(),
            steps: file
                .context()
                .allowed()
                .into_iter()
                .map(file_form)
                .collect(),
            ..FileView::default()
        };
        let Some((pack, rules)) = file.pack.zip(file.rules()) else {
            view.hand_overs = book(summary.hand_overs.iter(), None, &file.kind);
            return view;
        };
        view.has_rules = true;
        view.pack_name = pack.name.clone();
        let complete = completeness(rules, &file.kind, &file.fields, summary);
        view.percent = complete.percent();
        view.there = complete.there;
        view.wanted = complete.wanted;
        view.missing_fields = complete.fields;
        let papers = listed(rules, &file.kind, &summary.papers);
        view.lists = rules
            .checklists(&file.kind)
            .map(|list| list_view(list, &papers))
            .collect();
        view.hand_overs = book(summary.hand_overs.iter(), Some(rules), &file.kind);
        let calendar = self.policies.calendar_of(&file.branch);
        view.duties = self.duties_of(file, rules, calendar, now);
        view
    }

    /// Returns the duties of a file, open ones first, then by time.
    fn duties_of(
        &self,
        file: &File<'_>,
        rules: &FileRules,
        calendar: &WorkingCalendar,
        now: Millis,
    ) -> Vec<DutyView> {
        let grading = self
            .policies
            .of_part(Part::Grading)
            .and_then(|(_, pack)| pack.grading.as_ref());
        let facts = FileFacts {
            kind: &file.kind,
            fields: &file.fields,
            summary: &file.summary,
            last_contact: file.last_contact,
        };
        let mut found: Vec<DutyView> = duties(rules, grading, calendar, &facts, now)
            .into_iter()
            .map(|mut duty| {
                if duty.kind == DutyKind::Dispute {
                    duty.by = self.dispute_roles().to_vec();
                }
                duty_view(rules, &file.kind, duty, now)
            })
            .collect();
        found.sort_by_key(|duty| (duty.done.is_some(), duty.due.unwrap_or(Millis::MAX)));
        found
    }
}

fn stages(rules: Option<&FileRules>) -> Vec<StageView> {
    let stage = |id: &&str| {
        let rule = rules.and_then(|rules| rules.stage(id));
        StageView {
            id: (*id).to_owned(),
            text: rule.map(|rule| rule.text.clone()).unwrap_or_default(),
            needs_reason: rule.map_or(*id == "lost", |rule| rule.needs_reason),
            reasons: rule
                .into_iter()
                .flat_map(|rule| &rule.reasons)
                .map(|reason| (reason.id.clone(), reason.text.clone()))
                .collect(),
        }
    };
    LIFE_CYCLES.iter().map(stage).collect()
}

fn clash_view(file: &File<'_>, clash: &huiyin_core::file::FileClash) -> ClashView {
    let steps = clash.events.iter().filter_map(|id| {
        let event = file.summary.in_force().find(|event| event.id == *id)?;
        Some(event.step.name().to_owned())
    });
    ClashView {
        events: clash.events.iter().map(ToString::to_string).collect(),
        steps: steps.collect(),
    }
}

fn list_view(list: &Checklist, papers: &[Listed<'_>]) -> PaperListView {
    let prefix = format!("{}/", list.id);
    PaperListView {
        id: list.id.clone(),
        text: list.text.clone(),
        papers: papers
            .iter()
            .filter(|paper| paper.id.starts_with(&prefix))
            .map(paper_view)
            .collect(),
        legs: list
            .hand_over
            .iter()
            .map(|leg| LegView {
                id: leg.id.clone(),
                text: leg.text.clone(),
                from: leg.from.clone(),
                to: leg.to.clone(),
            })
            .collect(),
    }
}

fn paper_view(listed: &Listed<'_>) -> PaperView {
    let (paper, held) = (listed.paper, &listed.held);
    let lack = |lack: &Lack| {
        match lack {
            Lack::Paper => "paper",
            Lack::Copies => "copies",
            Lack::Original => "original",
            Lack::Pages => "pages",
        }
        .to_owned()
    };
    PaperView {
        id: listed.id.clone(),
        text: paper.text.clone(),
        state: held.state.name().to_owned(),
        lacks: listed.lacks.iter().map(lack).collect(),
        optional: paper.optional,
        apart: paper.apart,
        wanted_copies: u32::from(paper.copies),
        wants_original: paper.form == PaperForm::Original,
        counts_pages: paper.pages,
        copies: held.copies,
        pages: held.pages,
        original: held.original,
        from: held.from.clone(),
        by: held.by.clone(),
        at: held.at,
        note: held.note.clone(),
        scan: held.scan.clone(),
    }
}

fn book<'a>(
    lines: impl ExactSizeIterator<Item = &'a HandOverState>,
    rules: Option<&FileRules>,
    kind: &str,
) -> Vec<HandOverView> {
    let leg = |id: &str| {
        rules
            .into_iter()
            .flat_map(|rules| rules.checklists(kind))
            .flat_map(|list| &list.hand_over)
            .find(|leg| leg.id == id)
            .map_or_else(
                || Text {
                    zh: id.to_owned(),
                    en: id.to_owned(),
                },
                |leg| leg.text.clone(),
            )
    };
    let hidden = lines.len().saturating_sub(MAX_BOOK);
    lines
        .skip(hidden)
        .map(|line| HandOverView {
            event: line.event.to_string(),
            leg: leg(&line.leg),
            papers: line.papers.clone(),
            missing: line.missing.clone(),
            from: line.from.clone(),
            at: line.at,
            stage: match line.stage {
                HandOverStage::Waiting => "waiting",
                HandOverStage::Accepted => "accepted",
                HandOverStage::Refused => "refused",
            }
            .to_owned(),
            to: line.to.clone(),
            received_at: line.received_at,
            note: line.note.clone(),
        })
        .collect()
}

/// Returns a duty as screens show it.
pub(crate) fn duty_view(rules: &FileRules, kind: &str, duty: Duty, now: Millis) -> DutyView {
    let state = if duty.done.is_some() {
        if duty.is_late(now) {
            DueState::Late
        } else {
            DueState::Met
        }
    } else {
        due_state_of(duty.due, now)
    };
    let mut view = DutyView {
        since: duty.since,
        due: duty.due,
        state,
        done: duty.done,
        provisional: duty.provisional,
        by: duty.by,
        ..DutyView::default()
    };
    let (name, of) = match duty.kind {
        DutyKind::Clock { name } => {
            let rule = rules.clocks.iter().find(|clock| clock.name == name);
            view.text = rule.map(|clock| clock.text.clone()).unwrap_or_default();
            ("clock", name)
        }
        DutyKind::Round { name, period } => {
            let rule = rules.rounds.iter().find(|round| round.name == name);
            view.text = rule.map(|round| round.text.clone()).unwrap_or_default();
            view.period = period;
            ("round", name)
        }
        DutyKind::Review { role } => ("review", role),
        DutyKind::Returned => ("returned", String::new()),
        DutyKind::SecondContact => ("second_contact", String::new()),
        DutyKind::ContactReport => ("contact_report", String::new()),
        DutyKind::Paper { paper } => {
            let found = rules
                .checklists(kind)
                .flat_map(|list| list.papers.iter().map(move |known| (list, known)))
                .find(|(list, known)| paper == format!("{}/{}", list.id, known.id));
            view.text = found
                .map(|(_, known)| known.text.clone())
                .unwrap_or_default();
            ("paper", paper)
        }
        DutyKind::HandOver { event } => ("hand_over", event),
        DutyKind::ClassToConfirm { class } => ("class_to_confirm", class),
        DutyKind::ProvisionalClass => ("provisional_class", String::new()),
        DutyKind::ClassContact => ("class_contact", String::new()),
        DutyKind::Dispute => ("dispute", String::new()),
    };
    name.clone_into(&mut view.kind);
    view.of = of;
    view
}
