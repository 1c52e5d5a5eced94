//! Who may propose, confirm and refuse a class (客户评级), and what such a step must say.
//!
//! Decides from the rules for grading, the scheme, what the file tells and the person. What a score sheet comes to is decided in
//! [`crate::grading`]; which of two decisions made apart holds in [`super::fold`].
//!
//! Long: half of it is its tests.

use std::collections::BTreeMap;

use crate::case::{CaseEvent, Step};
use crate::customer::CustomerField;
use crate::grading::{ScoreError, grade, parse_scores};
use crate::pack::care_rules::Criterion;
use crate::pack::file_rules::ClassScheme;
use crate::pack::{GradingRules, Pack};
use crate::staff::{Actor, Role};

use super::rules::FileStepError;
use super::{FileSummary, data};

/// The steps about a class, in the order of their way.
pub const CLASS_STEPS: &[Step] = &[
    Step::ClassProposed,
    Step::ClassConfirmed,
    Step::ClassRefused,
];

/// Who decides classes where no policy names anybody.
pub const DECIDE_CLASSES: &[Role] = &[
    Role::DepartmentManager,
    Role::StoreManager,
    Role::SalesDirector,
    Role::GeneralManager,
    Role::Administrator,
];

/// Lines of a sheet that [`ClassRules::orphaned`] can tell of.
pub const ORPHAN_BITS: usize = u64::BITS as usize;

/// The rules a class is judged by; both are absent where the company has none.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClassRules<'a> {
    /// Yearly grading.
    pub grading: Option<&'a GradingRules>,
    /// The classes there are.
    pub scheme: Option<&'a ClassScheme>,
    /// A bit for each of the first [`ORPHAN_BITS`] lines of the sheet whose scorer nobody at work is: whoever proposes scores them, so
    /// that a small company is never stuck.
    pub orphaned: u64,
}

impl<'a> ClassRules<'a> {
    /// Returns the rules of the pack in force for grading and of the one for files: the scheme graded by, else the first of files.
    pub fn of(grading: Option<&'a Pack>, files: Option<&'a Pack>) -> Self {
        let rules = grading.and_then(|pack| pack.grading.as_ref());
        let schemes = |pack: Option<&'a Pack>| {
            pack.and_then(|pack| pack.file.as_ref().map(|file| &file.class_schemes))
        };
        let graded_by = rules.and_then(|rules| {
            schemes(grading)?
                .iter()
                .find(|scheme| scheme.id == rules.scheme)
        });
        Self {
            grading: rules,
            scheme: graded_by.or_else(|| schemes(files)?.first()),
            orphaned: 0,
        }
    }

    /// Returns whether the person may propose a class: whoever scores a line, convenes the meeting or confirms; everybody where no
    /// policy names anybody.
    pub fn may_propose(&self, actor: &Actor) -> bool {
        let Some(rules) = self.grading else {
            return true;
        };
        let mut named = proposers(rules).peekable();
        named.peek().is_none() || named.any(|post| actor.holds_post(post))
    }

    /// Returns whether the line of the sheet at a place is the person's to score: by the role or post it names, everybody's where it names
    /// nobody, and whoever proposes where nobody at work is named.
    pub fn may_score(&self, actor: &Actor, at: usize) -> bool {
        let Some(line) = self.grading.and_then(|rules| rules.sheet.get(at)) else {
            return false;
        };
        let orphaned = at < ORPHAN_BITS && self.orphaned >> at & 1 == 1;
        line.by.is_empty() || actor.holds_post(&line.by) || (orphaned && self.may_propose(actor))
    }

    /// Returns whether the person may confirm or refuse a class for the meeting.
    pub fn may_confirm(&self, actor: &Actor) -> bool {
        match self.confirmers() {
            [] => actor.holds_any(DECIDE_CLASSES),
            named => named.iter().any(|post| actor.holds_post(post)),
        }
    }

    fn confirmers(&self) -> &'a [String] {
        self.grading.map_or(&[], |rules| &rules.confirmed_by)
    }

    /// Returns whether there is a class of this wire name; without a scheme every name is one.
    pub fn knows(&self, class: &str) -> bool {
        self.scheme
            .is_none_or(|scheme| scheme.classes.iter().any(|known| known.id == class))
    }

    /// Returns the wire names of the roles or posts that may take a step, separated by commas, for the sentence of a refusal.
    pub fn named(&self, step: Step) -> String {
        let mut names: Vec<&str> = match self.grading {
            Some(rules) if step == Step::ClassProposed => proposers(rules).collect(),
            _ if self.confirmers().is_empty() => {
                DECIDE_CLASSES.iter().map(|role| role.name()).collect()
            }
            _ => self.confirmers().iter().map(String::as_str).collect(),
        };
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        names.join(", ")
    }

    /// Checks whether the person may begin a step about the class, whatever it says.
    ///
    /// # Errors
    /// [`FileStepError`] with who may, or that nothing is proposed.
    pub(super) fn may_begin(
        &self,
        step: Step,
        summary: &FileSummary,
        actor: &Actor,
    ) -> Result<(), FileStepError> {
        let may = match step {
            Step::ClassProposed => self.may_propose(actor),
            _ => self.may_confirm(actor),
        };
        if !may {
            return Err(FileStepError::NotYourClass {
                step,
                roles: self.named(step),
            });
        }
        if step == Step::ClassRefused && summary.class_proposed.is_none() {
            return Err(FileStepError::NoProposal);
        }
        Ok(())
    }

    /// Checks what a step about the class says.
    ///
    /// # Errors
    /// [`FileStepError`] with what to mend.
    pub(super) fn check(
        &self,
        event: &CaseEvent,
        summary: &FileSummary,
        actor: &Actor,
    ) -> Result<(), FileStepError> {
        match event.step {
            Step::ClassProposed => self.check_proposal(event, summary, actor),
            Step::ClassConfirmed => self.check_confirmation(event, summary),
            _ => {
                super::rules::says(event, data::OF)?;
                seen(event, summary)?;
                super::rules::says(event, "reason")
            }
        }
    }

    /// What a sheet comes to is proposed; it is the meeting that may decide otherwise.
    fn check_proposal(
        &self,
        event: &CaseEvent,
        summary: &FileSummary,
        actor: &Actor,
    ) -> Result<(), FileStepError> {
        let sheet = self.grading.filter(|rules| !rules.sheet.is_empty());
        if let Some(rules) = sheet {
            super::rules::says(event, data::SCORES)?;
            let scores = parse_scores(event.datum(data::SCORES));
            let graded = grade(rules, &scores)?;
            let known = scored_lines(summary);
            let foreign = rules.sheet.iter().enumerate().find(|(at, line)| {
                !self.may_score(actor, *at) && scores.get(&line.id) != known.get(&line.id)
            });
            if let Some((_, line)) = foreign {
                return Err(not_your_line(line));
            }
            super::rules::says(event, data::CLASS)?;
            if graded.class != event.datum(data::CLASS) {
                return Err(FileStepError::OtherClass {
                    class: graded.class,
                });
            }
            return Ok(());
        }
        self.check_class(event)
    }

    /// Checks scores of some lines: each is a line of the sheet, within its bounds, and the person's to score.
    ///
    /// # Errors
    /// [`FileStepError`] with what to mend.
    pub(super) fn check_lines(
        &self,
        event: &CaseEvent,
        actor: &Actor,
    ) -> Result<(), FileStepError> {
        let text = event.datum(data::LINE_SCORES);
        let scores = parse_scores(text);
        if scores.is_empty() {
            return Err(super::rules::unknown(data::LINE_SCORES, text));
        }
        let sheet = self.grading.map_or(&[][..], |rules| &rules.sheet);
        for (id, score) in scores {
            let Some(at) = sheet.iter().position(|line| line.id == id) else {
                return Err(ScoreError::Unknown { criterion: id }.into());
            };
            let line = &sheet[at];
            if score > line.max {
                return Err(ScoreError::TooHigh {
                    criterion: id,
                    score,
                    max: line.max,
                }
                .into());
            }
            if !self.may_score(actor, at) {
                return Err(not_your_line(line));
            }
        }
        Ok(())
    }

    fn check_class(&self, event: &CaseEvent) -> Result<(), FileStepError> {
        super::rules::says(event, data::CLASS)?;
        let class = event.datum(data::CLASS);
        // A name nobody listed must still be one a file can hold.
        let fits = crate::customer::validate(CustomerField::Class, class).is_ok();
        if fits && self.knows(class) {
            Ok(())
        } else {
            Err(super::rules::unknown(data::CLASS, class))
        }
    }

    fn check_confirmation(
        &self,
        event: &CaseEvent,
        summary: &FileSummary,
    ) -> Result<(), FileStepError> {
        self.check_class(event)?;
        let (class, provisional) = (
            event.datum(data::CLASS),
            event.datum(data::PROVISIONAL) == "yes",
        );
        if !event.datum(data::OF).is_empty() {
            let proposed = seen(event, summary)?;
            // The meeting gives another class than the sheet: it says why.
            return if proposed == class {
                Ok(())
            } else {
                super::rules::says(event, "reason")
            };
        }
        let holds = |given: &super::GivenClass| {
            given.class == class && given.provisional == provisional && summary.clashes.is_empty()
        };
        if summary.class.as_ref().is_some_and(holds) {
            return Err(FileStepError::SameClass);
        }
        super::rules::says(event, "reason")
    }
}

/// Returns the scores given since the last decision, line by line, the latest of each: what a proposal is made of.
pub fn scored_lines(summary: &FileSummary) -> BTreeMap<String, u32> {
    let mut scores = BTreeMap::new();
    for event in summary.in_force() {
        match event.step {
            Step::ClassConfirmed | Step::ClassRefused => scores.clear(),
            Step::ClassProposed => scores.extend(parse_scores(event.datum(data::SCORES))),
            Step::Noted => scores.extend(parse_scores(event.datum(data::LINE_SCORES))),
            _ => {}
        }
    }
    scores
}

fn not_your_line(line: &Criterion) -> FileStepError {
    FileStepError::NotYourLine {
        line: line.id.clone(),
        role: line.by.clone(),
    }
}

/// Returns the roles and posts that may propose under these rules, some of them twice.
fn proposers(rules: &GradingRules) -> impl Iterator<Item = &str> {
    rules
        .sheet
        .iter()
        .map(|line| &line.by)
        .chain([&rules.convened_by])
        .chain(&rules.confirmed_by)
        .map(String::as_str)
        .filter(|post| !post.is_empty())
}

/// Returns the class of the proposal that the event names, if it is the one that waits.
fn seen<'a>(event: &CaseEvent, summary: &'a FileSummary) -> Result<&'a str, FileStepError> {
    summary
        .class_proposed
        .as_ref()
        .filter(|proposed| proposed.event.as_str() == event.datum(data::OF))
        .map(|proposed| proposed.class.as_str())
        .ok_or(FileStepError::NoProposal)
}

impl From<ScoreError> for FileStepError {
    fn from(error: ScoreError) -> Self {
        Self::Score(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::fold;
    use crate::file::rules::FileStepContext;
    use crate::id::EventId;

    fn graded() -> Pack {
        crate::pack::builtin::packs()
            .into_iter()
            .find(|pack| pack.grading.is_some())
            .expect("a built-in pack grades")
    }

    fn event(id: u64, step: Step, data: &[(&str, &str)]) -> CaseEvent {
        let mut event = CaseEvent::new(EventId::from_u64(id), step, id as i64, "周杰", "d");
        for (name, value) in data {
            match *name {
                "reason" => event.reason = Some((*value).to_owned()),
                name => drop(event.data.insert(name.to_owned(), (*value).to_owned())),
            }
        }
        event
    }

    const FULL: &str = "sales=10,price=10,payment=10,cooperation=10,trend=10";

    #[track_caller]
    fn check(posts: &[&str], told: &[CaseEvent], asked: &CaseEvent) -> Result<(), FileStepError> {
        let pack = graded();
        let refs: Vec<_> = pack.posts.iter().collect();
        let actor = Actor::holding("周杰", posts.iter().copied(), &refs);
        let summary = fold(told);
        FileStepContext {
            rules: pack.file.as_ref(),
            classes: ClassRules::of(Some(&pack), Some(&pack)),
            kind: "company",
            stage: "",
            branch: "HQ",
            summary: &summary,
            actor: &actor,
            alone: false,
        }
        .check(asked)
    }

    #[test]
    fn whoever_scores_proposes_what_the_sheet_comes_to_and_nothing_else() {
        let propose = |scores: &str, class: &str| {
            event(
                9,
                Step::ClassProposed,
                &[(data::SCORES, scores), (data::CLASS, class)],
            )
        };
        let both = ["section_chief", "finance"];
        assert_eq!(check(&both, &[], &propose(FULL, "A")), Ok(()));
        assert_eq!(
            check(&["section_chief"], &[], &propose(FULL, "A")),
            Err(FileStepError::NotYourLine {
                line: "payment".into(),
                role: "finance".into()
            })
        );
        // Scored by finance before, the line is taken over as it is.
        let payment = parse_scores(FULL)["payment"];
        for (score, fits) in [(payment, true), (payment - 1, false)] {
            let scored = format!("payment={score}");
            let told = [event(1, Step::Noted, &[(data::LINE_SCORES, &scored)])];
            let found = check(&["section_chief"], &told, &propose(FULL, "A"));
            assert_eq!(found.is_ok(), fits, "{scored}");
        }
        assert_eq!(
            check(&both, &[], &propose(FULL, "B")),
            Err(FileStepError::OtherClass { class: "A".into() })
        );
        assert!(matches!(
            check(&["section_chief"], &[], &propose("sales=10", "A")),
            Err(FileStepError::Score(ScoreError::Missing { .. }))
        ));
        assert!(matches!(
            check(
                &["section_chief"],
                &[],
                &propose(&FULL.replace("sales=10", "sales=11"), "A")
            ),
            Err(FileStepError::Score(ScoreError::TooHigh { .. }))
        ));
        assert!(matches!(
            check(&["clerk"], &[], &propose(FULL, "A")),
            Err(FileStepError::NotYourClass { .. })
        ));
    }

    #[test]
    fn the_meeting_confirms_the_proposal_it_saw_and_says_why_it_gives_another_class() {
        let told = [event(
            1,
            Step::ClassProposed,
            &[(data::SCORES, FULL), (data::CLASS, "A")],
        )];
        let id = told[0].id.to_string();
        let confirm = |data: &[(&str, &str)]| event(9, Step::ClassConfirmed, data);
        let of = (data::OF, id.as_str());
        let head = ["sales_head"];
        assert_eq!(
            check(&head, &told, &confirm(&[of, (data::CLASS, "A")])),
            Ok(())
        );
        assert_eq!(
            check(&head, &told, &confirm(&[of, (data::CLASS, "B")])),
            Err(FileStepError::Missing {
                step: Step::ClassConfirmed,
                what: "reason".into()
            })
        );
        assert_eq!(
            check(
                &head,
                &told,
                &confirm(&[of, (data::CLASS, "B"), ("reason", "付款变差")])
            ),
            Ok(())
        );
        assert!(matches!(
            check(
                &head,
                &told,
                &confirm(&[of, (data::CLASS, "Z"), ("reason", "x")])
            ),
            Err(FileStepError::Unknown { .. })
        ));
        let other = EventId::from_u64(77).to_string();
        assert_eq!(
            check(
                &head,
                &told,
                &confirm(&[(data::OF, &other), (data::CLASS, "A")])
            ),
            Err(FileStepError::NoProposal)
        );
        assert!(matches!(
            check(
                &["section_chief"],
                &told,
                &confirm(&[of, (data::CLASS, "A")])
            ),
            Err(FileStepError::NotYourClass { .. })
        ));
    }

    #[test]
    fn a_proposal_is_refused_with_a_reason_and_a_class_is_given_anew_only_if_it_differs() {
        let head = ["general_manager"];
        let refuse = |data: &[(&str, &str)]| event(9, Step::ClassRefused, data);
        assert_eq!(
            check(&head, &[], &refuse(&[("reason", "x")])),
            Err(FileStepError::NoProposal)
        );
        let mut told = vec![event(
            1,
            Step::ClassProposed,
            &[(data::SCORES, FULL), (data::CLASS, "A")],
        )];
        let id = told[0].id.to_string();
        assert!(matches!(
            check(&head, &told, &refuse(&[(data::OF, &id)])),
            Err(FileStepError::Missing { .. })
        ));
        assert_eq!(
            check(&head, &told, &refuse(&[(data::OF, &id), ("reason", "x")])),
            Ok(())
        );
        let mut given = event(
            2,
            Step::ClassConfirmed,
            &[(data::CLASS, "A"), (data::OF, &id)],
        );
        given.after = vec![told[0].id.clone()];
        told.push(given);
        let again = |class: &str| {
            event(
                9,
                Step::ClassConfirmed,
                &[(data::CLASS, class), ("reason", "x")],
            )
        };
        assert_eq!(
            check(&head, &told, &again("A")),
            Err(FileStepError::SameClass)
        );
        assert_eq!(check(&head, &told, &again("B")), Ok(()));
    }

    #[test]
    fn without_rules_for_grading_managers_decide_and_everybody_proposes() {
        let rules = ClassRules::default();
        let clerk = Actor::new("小李", &[Role::Clerk]);
        let manager = Actor::new("店长", &[Role::StoreManager]);
        assert!(rules.may_propose(&clerk) && !rules.may_confirm(&clerk));
        assert!(rules.may_confirm(&manager));
        assert!(rules.knows("重点"));
    }
}
