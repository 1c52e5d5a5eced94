//! Whether the rules of a pack about files, contact and care make sense.
//!
//! Decides from the pack alone. Long, because each list has its own rules.

use std::collections::BTreeSet;

use super::{Findings, open_places};
use crate::case::{SEVERITIES, Step};
use crate::contact_field::CONTACT_KINDS;
use crate::customer::{CUSTOMER_KINDS, CustomerField, LIFE_CYCLES};
use crate::field::FieldKind;
use crate::pack::care_rules::{AnswerKind, NO_SERVICE, SESSIONS};
use crate::pack::file_rules::{Checklist, FileStart};
use crate::pack::{
    AllocationRules, Approver, ContactRules, FileRules, GradingRules, LoyaltyRules, ReceptionRules,
    SurveyRule,
};

/// Layouts of papers of files and contact.
pub const FILE_FORM_LAYOUTS: &[&str] = &[
    "customer_basic",
    "customer_maintenance",
    "customer_list",
    "contact_report",
    "paper_checklist",
    "hand_over_book",
    "paper_index",
    "grading_sheet",
    "visit_plan",
    "visit_report",
    "follow_up_record",
    "follow_up_summary",
    "survey",
    "survey_report",
    "reception_request",
    "invitation_list",
    "account_application",
    "reading_approval",
    "thank_you_list",
    "monthly_summary",
];
/// What a notice may leave open, to be filled in.
pub const NOTICE_PLACEHOLDERS: &[&str] =
    &["name", "company", "date", "old_owner", "new_owner", "phone"];
/// Those told and charged beside roles and posts: who looks after the customer.
pub const FILE_PEOPLE: &[&str] = &["owner_a", "owner_b"];
/// Longest time in months that care rules name.
pub const MAX_CARE_MONTHS: u32 = 120;
/// Most papers of one list.
pub const MAX_PAPERS: usize = 60;
/// What excuses a follow-up.
pub const EXCUSES: &[&str] = &["anonymous", "reply_only"];

impl<'a> Findings<'a> {
    pub(super) fn parts(&mut self) {
        let pack = self.pack;
        if let Some(file) = &pack.file {
            self.file(file);
        }
        if let Some(contact) = &pack.contact {
            self.contact(contact);
        }
        if let Some(reception) = &pack.reception {
            self.reception(reception);
        }
        if let Some(grading) = &pack.grading {
            self.grading(grading);
        }
        for survey in &pack.surveys {
            self.survey(survey);
        }
        self.no_twice("surveys", pack.surveys.iter().map(|survey| &survey.id));
        if let Some(allocation) = &pack.allocation {
            self.allocation(allocation);
        }
        if let Some(loyalty) = &pack.loyalty {
            self.loyalty(loyalty);
        }
        self.file_papers();
    }

    fn file(&mut self, file: &'a FileRules) {
        for kind in &file.kinds {
            let place = format!("file.kinds.{}", kind.id);
            self.customer_kind(&place, &kind.id);
            self.text(&format!("{place}.text"), &kind.text);
            self.customer_fields(&format!("{place}.fields"), &kind.fields);
            self.customer_fields(&format!("{place}.wanted"), &kind.wanted);
        }
        self.no_twice("file.kinds", file.kinds.iter().map(|kind| &kind.id));
        self.customer_fields("file.wanted", &file.wanted);
        for clock in &file.clocks {
            let place = format!("file.clocks.{}", clock.name);
            self.id(&place, &clock.name);
            self.text(&format!("{place}.text"), &clock.text);
            self.file_start(&format!("{place}.start"), &clock.start);
            self.stopping(&format!("{place}.stops"), &clock.stops);
            self.customer_kinds(&format!("{place}.kinds"), &clock.kinds);
            self.people(&format!("{place}.by"), &clock.by);
            self.clause(&format!("{place}.clause"), &clock.clause);
            for warning in &clock.warn {
                self.people(&format!("{place}.warn"), &warning.tell);
            }
            if matches!(&clock.start, FileStart::Step(step) if clock.stops.contains(step)) {
                self.add(
                    format!("{place}.stops"),
                    "the step that starts it cannot stop it: name another",
                );
            }
        }
        let legs = || file.checklists.iter().flat_map(|list| &list.hand_over);
        for clock in &file.clocks {
            if !clock.leg.is_empty() && !legs().any(|leg| leg.id == clock.leg) {
                self.add(
                    format!("file.clocks.{}.leg", clock.name),
                    "there is no such hand-over in the lists of papers",
                );
            }
        }
        for round in &file.rounds {
            let place = format!("file.rounds.{}", round.name);
            self.id(&place, &round.name);
            self.text(&format!("{place}.text"), &round.text);
            self.stopping(&format!("{place}.stops"), &round.stops);
            self.customer_kinds(&format!("{place}.kinds"), &round.kinds);
            self.people(&format!("{place}.by"), &round.by);
            self.clause(&format!("{place}.clause"), &round.clause);
        }
        let names = file.clocks.iter().map(|clock| &clock.name);
        self.no_twice(
            "file.clocks",
            names.chain(file.rounds.iter().map(|round| &round.name)),
        );
        for review in &file.reviews {
            self.approver("file.reviews", &review.by);
            self.customer_kinds("file.reviews.kinds", &review.kinds);
        }
        let classes: BTreeSet<&str> = file
            .class_schemes
            .iter()
            .flat_map(|scheme| scheme.classes.iter().map(|class| class.id.as_str()))
            .collect();
        for rule in &file.shared_contact {
            if rule.staff < 2 {
                self.add(
                    "file.shared_contact.staff",
                    "one is in contact anyway: give 2 or more",
                );
            }
            self.known(
                "file.shared_contact.life_cycles",
                &rule.life_cycles,
                LIFE_CYCLES,
                "stage of the life cycle",
            );
            for class in rule
                .classes
                .iter()
                .filter(|class| !classes.contains(class.as_str()))
            {
                self.add(
                    "file.shared_contact.classes",
                    format!("{class:?} is no class of the pack: correct it"),
                );
            }
        }
        for list in &file.checklists {
            self.checklist(list);
        }
        self.no_twice(
            "file.checklists",
            file.checklists.iter().map(|list| &list.id),
        );
        for stage in &file.life_cycle {
            let place = format!("file.life_cycle.{}", stage.id);
            if !LIFE_CYCLES.contains(&stage.id.as_str()) {
                self.add(&place, format!("write one of {}", LIFE_CYCLES.join(", ")));
            }
            self.text(&format!("{place}.text"), &stage.text);
            self.choices(&format!("{place}.reasons"), &stage.reasons);
        }
        self.no_twice(
            "file.life_cycle",
            file.life_cycle.iter().map(|stage| &stage.id),
        );
        for scheme in &file.class_schemes {
            let place = format!("file.class_schemes.{}", scheme.id);
            self.id(&place, &scheme.id);
            self.text(&format!("{place}.text"), &scheme.text);
            for class in &scheme.classes {
                let place = format!("{place}.classes.{}", class.id);
                self.id(&place, &class.id);
                self.text(&format!("{place}.text"), &class.text);
                for (at, care) in class.care.iter().enumerate() {
                    self.text(&format!("{place}.care.{}", at + 1), care);
                }
                self.months(&format!("{place}.contact_months"), class.contact_months);
            }
            if !scheme.first.is_empty()
                && !scheme.classes.iter().any(|class| class.id == scheme.first)
            {
                self.add(
                    format!("{place}.first"),
                    "no class of the scheme is called so: correct it",
                );
            }
        }
        let all = file
            .class_schemes
            .iter()
            .flat_map(|scheme| scheme.classes.iter().map(|class| &class.id));
        self.no_twice("file.class_schemes.classes", all);
        self.role_if_any("file.keeper", &file.keeper);
        self.known_roles("file.readers", &file.readers);
        let notices = &self.pack.notices;
        if !file.owner_notice.is_empty()
            && !notices.iter().any(|notice| notice.id == file.owner_notice)
        {
            self.add(
                "file.owner_notice",
                "no notice of the pack is called so: write it or correct the name",
            );
        }
    }

    fn checklist(&mut self, list: &'a Checklist) {
        let place = format!("file.checklists.{}", list.id);
        self.id(&place, &list.id);
        self.text(&format!("{place}.text"), &list.text);
        self.customer_kinds(&format!("{place}.kinds"), &list.kinds);
        if list.papers.is_empty() || list.papers.len() > MAX_PAPERS {
            self.add(
                format!("{place}.papers"),
                format!("name 1 to {MAX_PAPERS} papers"),
            );
        }
        for paper in &list.papers {
            let place = format!("{place}.papers.{}", paper.id);
            self.id(&place, &paper.id);
            self.text(&format!("{place}.text"), &paper.text);
            if paper.copies == 0 {
                self.add(
                    format!("{place}.copies"),
                    "no copy is no paper: give 1 or more, or make it optional",
                );
            }
        }
        self.no_twice(
            &format!("{place}.papers"),
            list.papers.iter().map(|paper| &paper.id),
        );
        for leg in &list.hand_over {
            let place = format!("{place}.hand_over.{}", leg.id);
            self.id(&place, &leg.id);
            self.text(&format!("{place}.text"), &leg.text);
            self.role(&format!("{place}.from"), &leg.from);
            self.role(&format!("{place}.to"), &leg.to);
            self.file_start(&format!("{place}.start"), &leg.start);
            self.known_roles(&format!("{place}.extend"), &leg.extend);
        }
        self.no_twice(
            &format!("{place}.hand_over"),
            list.hand_over.iter().map(|leg| &leg.id),
        );
    }

    fn contact(&mut self, contact: &'a ContactRules) {
        if let Some(plan) = &contact.plan {
            for approver in &plan.approvers {
                self.approver("contact.plan.approvers", approver);
            }
            self.known_roles("contact.plan.posts", &plan.posts);
        }
        self.choices("contact.purposes", &contact.purposes);
        self.choices("contact.service_classes", &contact.service_classes);
        for target in &contact.targets {
            self.role("contact.targets.post", &target.post);
            if !target.kind.is_empty() && !CONTACT_KINDS.contains(&target.kind.as_str()) {
                self.add(
                    "contact.targets.kind",
                    format!("write one of {}", CONTACT_KINDS.join(", ")),
                );
            }
            if target.count == 0 {
                self.add(
                    "contact.targets.count",
                    "a target of none says nothing: give 1 or more",
                );
            }
        }
        for rule in &contact.follow_ups {
            let place = format!("contact.follow_ups.{}", rule.id);
            self.id(&place, &rule.id);
            self.text(&format!("{place}.text"), &rule.text);
            if !(1..=100).contains(&rule.percent) {
                self.add(format!("{place}.percent"), "give 1 to 100 per cent");
            }
            if rule.within.is_none() && rule.then.is_empty() {
                self.add(&place, "nothing says when: give within or then");
            }
            if rule.by.is_empty() {
                self.add(format!("{place}.by"), "nobody does it: name a role or post");
            }
            for by in &rule.by {
                self.known_severities(&format!("{place}.by.severities"), &by.severities);
                if !FILE_PEOPLE.contains(&by.post.as_str()) {
                    self.role(&format!("{place}.by.post"), &by.post);
                }
            }
            let named = |of: &str| {
                rule.by
                    .iter()
                    .any(|by| by.severities.iter().any(|own| own == of))
            };
            let covered = rule.by.iter().any(|by| by.severities.is_empty())
                || SEVERITIES.iter().all(|of| named(of));
            if !rule.by.is_empty() && !covered {
                self.add(
                    format!("{place}.by"),
                    "some severities are nobody's: end with one for all",
                );
            }
            self.known_severities(&format!("{place}.always_visited"), &rule.always_visited);
            self.known(
                &format!("{place}.excused"),
                &rule.excused,
                EXCUSES,
                "excuse",
            );
            for pair in rule.then.windows(2) {
                if pair[0].until_months == 0
                    || (pair[1].until_months != 0 && pair[1].until_months <= pair[0].until_months)
                {
                    self.add(
                        format!("{place}.then"),
                        "what follows never begins: put the earlier end first",
                    );
                }
            }
        }
        self.no_twice(
            "contact.follow_ups",
            contact.follow_ups.iter().map(|rule| &rule.id),
        );
        self.role_if_any("contact.checked_by", &contact.checked_by);
        for report in &contact.reports {
            let place = format!("contact.reports.{}", report.id);
            self.id(&place, &report.id);
            self.text(&format!("{place}.text"), &report.text);
            self.role(&format!("{place}.by"), &report.by);
            self.role(&format!("{place}.to"), &report.to);
        }
        self.no_twice(
            "contact.reports",
            contact.reports.iter().map(|report| &report.id),
        );
        for greeting in &contact.greetings {
            let place = format!("contact.greetings.{}", greeting.id);
            self.id(&place, &greeting.id);
            self.text(&format!("{place}.text"), &greeting.text);
            if greeting.month > 12 {
                self.add(format!("{place}.month"), "give a month from 1 to 12, or 0");
            }
            self.people(&format!("{place}.by"), std::slice::from_ref(&greeting.by));
        }
        self.no_twice(
            "contact.greetings",
            contact.greetings.iter().map(|greeting| &greeting.id),
        );
    }

    fn reception(&mut self, reception: &'a ReceptionRules) {
        for class in &reception.classes {
            let place = format!("reception.classes.{}", class.id);
            self.id(&place, &class.id);
            self.text(&format!("{place}.text"), &class.text);
            self.known_roles(&format!("{place}.received_by"), &class.received_by);
            self.text_if_any(&format!("{place}.room"), &class.room);
            self.amounts(&place, class.per_head.unwrap_or(0), None);
            for (at, step) in class.steps.iter().enumerate() {
                self.text(&format!("{place}.steps.{}", at + 1), step);
            }
        }
        self.no_twice(
            "reception.classes",
            reception.classes.iter().map(|class| &class.id),
        );
        for pair in reception.company.windows(2) {
            if pair[0].to_guests.is_none()
                || pair[1]
                    .to_guests
                    .is_some_and(|to| Some(to) <= pair[0].to_guests)
            {
                self.add(
                    "reception.company",
                    "a line is never reached: order them by number of guests",
                );
            }
        }
        if reception
            .company
            .last()
            .is_some_and(|last| last.to_guests.is_some())
        {
            self.add(
                "reception.company",
                "more guests fit no line: end with one without to_guests",
            );
        }
        self.known_roles("reception.gifts_approved_by", &reception.gifts_approved_by);
        self.amounts(
            "reception.important_gift_from",
            reception.important_gift_from,
            None,
        );
        for tier in &reception.tiers {
            let place = format!("reception.tiers.{}", tier.id);
            self.id(&place, &tier.id);
            self.text(&format!("{place}.text"), &tier.text);
            self.role(&format!("{place}.planned_by"), &tier.planned_by);
            for (at, prepared) in tier.prepared.iter().enumerate() {
                self.text(&format!("{place}.prepared.{}", at + 1), prepared);
            }
        }
        self.no_twice(
            "reception.tiers",
            reception.tiers.iter().map(|tier| &tier.id),
        );
        self.role_if_any("reception.pays_own", &reception.pays_own);
    }

    fn grading(&mut self, grading: &'a GradingRules) {
        let schemes = self.pack.file.iter().flat_map(|file| &file.class_schemes);
        let classes: Vec<&str> = schemes
            .filter(|scheme| scheme.id == grading.scheme)
            .flat_map(|scheme| scheme.classes.iter().map(|class| class.id.as_str()))
            .collect();
        if classes.is_empty() {
            self.add(
                "grading.scheme",
                "no classification scheme of the pack's files is called so: correct it",
            );
        }
        for (place, day) in [
            ("grading.opens", &grading.opens),
            ("grading.closes", &grading.closes),
        ] {
            if chrono::NaiveDate::parse_from_str(&format!("2027-{day}"), "%Y-%m-%d").is_err()
                || day.len() != 5
            {
                self.add(place, "write a day of every year as MM-DD");
            }
        }
        if grading.opens > grading.closes {
            self.add(
                "grading.opens",
                "the window closes before it opens: exchange the days",
            );
        }
        for criterion in &grading.sheet {
            let place = format!("grading.sheet.{}", criterion.id);
            self.id(&place, &criterion.id);
            self.text(&format!("{place}.text"), &criterion.text);
            self.role(&format!("{place}.by"), &criterion.by);
            if criterion.max == 0 {
                self.add(
                    format!("{place}.max"),
                    "nothing can be scored: give 1 or more",
                );
            }
        }
        self.no_twice(
            "grading.sheet",
            grading.sheet.iter().map(|criterion| &criterion.id),
        );
        if grading
            .sheet
            .iter()
            .map(|criterion| criterion.weight)
            .sum::<u32>()
            != 100
        {
            self.add(
                "grading.sheet",
                "the weights do not make 100 per cent: correct them",
            );
        }
        for threshold in &grading.thresholds {
            if !classes.contains(&threshold.class.as_str()) {
                self.add(
                    "grading.thresholds",
                    format!(
                        "{:?} is no class of the scheme: correct it",
                        threshold.class
                    ),
                );
            }
        }
        if !grading
            .thresholds
            .windows(2)
            .all(|pair| pair[0].from_percent > pair[1].from_percent)
            || grading
                .thresholds
                .first()
                .is_some_and(|first| first.from_percent > 100)
        {
            self.add(
                "grading.thresholds",
                "a class is never reached: order them from the highest, 100 at most",
            );
        }
        if grading
            .thresholds
            .last()
            .is_none_or(|last| last.from_percent != 0)
        {
            self.add(
                "grading.thresholds",
                "some scores give no class: end with one from 0",
            );
        }
        self.role_if_any("grading.convened_by", &grading.convened_by);
        for (place, roles) in [
            ("grading.confirmed_by", &grading.confirmed_by),
            ("grading.refuses_first", &grading.refuses_first),
            ("grading.raises", &grading.raises),
        ] {
            self.known_roles(place, roles);
        }
        self.months("grading.provisional_months", grading.provisional_months);
    }

    fn survey(&mut self, survey: &'a SurveyRule) {
        let place = format!("surveys.{}", survey.id);
        self.id(&place, &survey.id);
        self.text(&format!("{place}.text"), &survey.text);
        for question in &survey.questions {
            let place = format!("{place}.questions.{}", question.id);
            self.id(&place, &question.id);
            self.text(&format!("{place}.text"), &question.text);
            self.choices(&format!("{place}.choices"), &question.choices);
            if question.kind == AnswerKind::Score && question.max == 0 {
                self.add(
                    format!("{place}.max"),
                    "nothing can be scored: give 1 or more",
                );
            }
            if (question.kind == AnswerKind::Choice) == question.choices.is_empty() {
                self.add(
                    format!("{place}.choices"),
                    "choices belong to questions of kind choice, and only there",
                );
            }
        }
        if survey.questions.is_empty() {
            self.add(
                format!("{place}.questions"),
                "nothing is asked: write a question",
            );
        }
        self.no_twice(
            &format!("{place}.questions"),
            survey.questions.iter().map(|question| &question.id),
        );
        if survey.target_percent > 100 {
            self.add(format!("{place}.target_percent"), "give 0 to 100 per cent");
        }
        if survey.corrective && survey.target_percent == 0 {
            self.add(
                format!("{place}.target_percent"),
                "nothing is below a target of 0: give one",
            );
        }
        self.role_if_any(&format!("{place}.report_by"), &survey.report_by);
        self.role_if_any(&format!("{place}.approved_by"), &survey.approved_by);
    }

    fn allocation(&mut self, allocation: &'a AllocationRules) {
        self.role_if_any("allocation.entered_by", &allocation.entered_by);
        self.known_roles("allocation.disputes", &allocation.disputes);
        if let Some(pool) = &allocation.pool {
            self.known(
                "allocation.pool.any_of",
                &pool.any_of,
                NO_SERVICE,
                "sign of no service",
            );
            self.role_if_any("allocation.pool.told", &pool.told);
            self.months("allocation.pool.months", pool.months);
            if pool.months == 0 || pool.any_of.is_empty() {
                self.add(
                    "allocation.pool",
                    "every customer would be taken at once: give months and signs",
                );
            }
        }
        if let Some(rule) = &allocation.invitations {
            let times = rule
                .day_of
                .iter()
                .map(|day| &day.closes)
                .chain([&rule.closes]);
            for time in times {
                if chrono::NaiveTime::parse_from_str(time, "%H:%M").is_err() || time.len() != 5 {
                    self.add(
                        "allocation.invitations.closes",
                        format!("{time:?} is no time: write HH:MM"),
                    );
                }
            }
            for day in &rule.day_of {
                if !SESSIONS.contains(&day.session.as_str()) {
                    self.add(
                        "allocation.invitations.day_of",
                        format!("write one of {}", SESSIONS.join(", ")),
                    );
                }
            }
            self.no_twice(
                "allocation.invitations.day_of",
                rule.day_of.iter().map(|day| &day.session),
            );
            self.clause("allocation.invitations.late_clause", &rule.late_clause);
        }
        if let Some(referral) = &allocation.referral
            && (referral.per_amount < 0 || (referral.points > 0 && referral.per_amount == 0))
        {
            self.add(
                "allocation.referral.per_amount",
                "points for nothing spent: give the amount",
            );
        }
    }

    fn loyalty(&mut self, loyalty: &'a LoyaltyRules) {
        for (place, percent) in [
            ("loyalty.key_percent", loyalty.key_percent),
            ("loyalty.fall_percent", loyalty.fall_percent),
        ] {
            if !(1..=100).contains(&percent) {
                self.add(place, "give 1 to 100 per cent");
            }
        }
        if loyalty.fall_months == 0 {
            self.add(
                "loyalty.fall_months",
                "no time is compared: give 1 month or more",
            );
        }
        self.months("loyalty.fall_months", loyalty.fall_months);
        self.people("loyalty.warned", &loyalty.warned);
        self.choices("loyalty.values", &loyalty.values);
        for (at, step) in loyalty.win_back.iter().enumerate() {
            self.text(&format!("loyalty.win_back.{}", at + 1), step);
        }
    }

    fn file_papers(&mut self) {
        let pack = self.pack;
        for form in &pack.file_forms {
            let place = format!("file_forms.{}", form.layout);
            if !FILE_FORM_LAYOUTS.contains(&form.layout.as_str()) {
                self.add(
                    &place,
                    format!(
                        "no such layout: write one of {}",
                        FILE_FORM_LAYOUTS.join(", ")
                    ),
                );
            }
            self.text(&format!("{place}.title"), &form.title);
            for (at, signature) in form.signatures.iter().enumerate() {
                self.text(&format!("{place}.signatures.{}", at + 1), signature);
            }
        }
        self.no_twice(
            "file_forms",
            pack.file_forms.iter().map(|form| &form.layout),
        );
        for notice in &pack.notices {
            let place = format!("notices.{}", notice.id);
            self.id(&place, &notice.id);
            self.text(&format!("{place}.title"), &notice.title);
            self.text(&format!("{place}.text"), &notice.text);
            for open in [&notice.text.zh, &notice.text.en]
                .into_iter()
                .flat_map(|text| open_places(text))
            {
                if !NOTICE_PLACEHOLDERS.contains(&open) {
                    let known = NOTICE_PLACEHOLDERS.join("}, {");
                    self.add(
                        format!("{place}.text"),
                        format!("{{{open}}} is filled in by nothing: write {{{known}}}"),
                    );
                }
            }
        }
        self.no_twice("notices", pack.notices.iter().map(|notice| &notice.id));
    }

    // ---- what several lists have in common

    fn customer_kind(&mut self, place: &str, kind: &str) {
        if !CUSTOMER_KINDS.contains(&kind) {
            self.add(
                place,
                format!(
                    "{kind:?} is no kind of customer: write one of {}",
                    CUSTOMER_KINDS.join(", ")
                ),
            );
        }
    }

    fn customer_kinds(&mut self, place: &str, kinds: &[String]) {
        for kind in kinds {
            self.customer_kind(place, kind);
        }
    }

    fn customer_fields(&mut self, place: &str, fields: &'a [String]) {
        for field in fields {
            let own = field
                .strip_prefix("x:")
                .is_some_and(|name| !name.is_empty());
            if !own && CustomerField::parse(field).is_none() {
                self.add(format!("{place}.{field}"), "a customer file has no such field: correct it, or write x: before a field of your own");
            }
        }
        self.no_twice(place, fields.iter());
    }

    fn file_start(&mut self, place: &str, start: &FileStart) {
        if let FileStart::Field(name) = start
            && !CustomerField::parse(name).is_some_and(|field| field.kind() == FieldKind::Date)
        {
            self.add(
                place,
                format!("{name:?} is no date of a customer file: correct it"),
            );
        }
    }

    fn stopping(&mut self, place: &str, steps: &[Step]) {
        if steps.is_empty() {
            self.add(place, "nothing stops it: name a step");
        }
        for step in steps
            .iter()
            .filter(|step| !crate::file::STEPS.contains(step))
        {
            self.add(
                place,
                format!("{} is no step of a file: correct it", step.name()),
            );
        }
    }

    fn approver(&mut self, place: &str, approver: &Approver) {
        self.role(&format!("{place}.role"), &approver.role);
    }

    fn role(&mut self, place: &str, role: &str) {
        if !self.roles.contains(role) {
            self.add(
                place,
                format!("{role:?} is no role and no post of the pack: correct it"),
            );
        }
    }

    fn role_if_any(&mut self, place: &str, role: &str) {
        if !role.is_empty() {
            self.role(place, role);
        }
    }

    fn people(&mut self, place: &str, names: &[String]) {
        for name in names
            .iter()
            .filter(|name| !FILE_PEOPLE.contains(&name.as_str()))
        {
            self.role(place, name);
        }
    }

    fn clause(&mut self, place: &str, id: &str) {
        if !id.is_empty() && !self.pack.clauses.iter().any(|clause| clause.id == id) {
            self.add(place, "no clause of the pack is called so: correct it");
        }
    }

    fn months(&mut self, place: &str, months: u32) {
        if months > MAX_CARE_MONTHS {
            self.add(place, format!("give at most {MAX_CARE_MONTHS} months"));
        }
    }
}
