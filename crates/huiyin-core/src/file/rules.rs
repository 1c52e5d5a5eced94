//! Who may take which step of a customer file, when, and what it must say.
//!
//! Decides from the summary, the rules of the file and the person. What a step comes to is decided in [`super::fold`], which
//! takes it whatever right its author had. Classes are decided in [`super::classes`]; owners, the pool, disputes and merging where
//! they are done.
//!
//! Long: one step after another, each with its right and what it must say, as a table would be.

use crate::case::{CaseEvent, Step};
use crate::case_data;
use crate::customer::LIFE_CYCLES;
use crate::pack::file_rules::{HandOver, Paper};
use crate::pack::{Approver, FileRules, Place};
use crate::staff::{Actor, Role};

use super::classes::{CLASS_STEPS, ClassRules};
use super::papers::{HandOverStage, HandOverState};
use super::{FileSummary, data};
use crate::grading::ScoreError;

/// Most copies of a paper.
pub const MAX_COPIES: u32 = 99;
/// Most pages of a paper.
pub const MAX_PAGES: u32 = 9_999;

/// The steps decided here, in the order they are offered.
pub const FILE_STEPS: &[Step] = &[
    Step::Filed,
    Step::Reviewed,
    Step::FileApproved,
    Step::FileReturned,
    Step::ChangeNoticed,
    Step::Changed,
    Step::Completed,
    Step::Refreshed,
    Step::ContactReported,
    Step::LifeCycleChanged,
    Step::PaperReceived,
    Step::PaperChecked,
    Step::PaperReturned,
    Step::PaperMissing,
    Step::HandedOver,
    Step::HandOverAccepted,
    Step::HandOverRefused,
    Step::ClassProposed,
    Step::ClassConfirmed,
    Step::ClassRefused,
    Step::Opened,
    Step::Noted,
];

/// Why a step of a file may not be taken, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileStepError {
    /// The step is no step of a file, or is taken elsewhere.
    #[error("{} is not taken in a file this way: choose one of the steps offered", .0.name())]
    NotHere(Step),
    /// The file was merged into another one.
    #[error("the file was merged into another one: go on there")]
    Merged,
    /// The customer is filed already.
    #[error("the customer is filed already: enter a change instead")]
    Filed,
    /// The customer is not filed yet.
    #[error("the customer is not filed yet: file it first")]
    NotFiled,
    /// No change was noticed that is not in the file yet.
    #[error("no change waits to be entered: note it first")]
    NoChange,
    /// No signature is wanted now.
    #[error("the file does not wait for a signature")]
    NothingToSign,
    /// The signature of someone else is due, or it has another step.
    #[error("it is the turn of {role} to sign the file: wait for that signature or ask for it")]
    NotYourTurn {
        /// Role or post.
        role: String,
    },
    /// Who filed or changed the file does not sign it.
    #[error("{name} filed or changed the file: someone else signs it")]
    OwnFiling {
        /// The person.
        name: String,
    },
    /// Something is missing.
    #[error("{} lacks {what}: fill it in", step.name())]
    Missing {
        /// The step.
        step: Step,
        /// The field of the form.
        what: String,
    },
    /// A value is not in a list.
    #[error("there is no {name} {value}: choose from the list")]
    Unknown {
        /// The field of the form.
        name: String,
        /// The value.
        value: String,
    },
    /// A figure is no whole number or too large.
    #[error("{name} {value:.20} is no whole number from 0 to {max}")]
    Figure {
        /// The field of the form.
        name: String,
        /// The value.
        value: String,
        /// The most.
        max: u32,
    },
    /// The customer is at that stage already.
    #[error("the customer is at this stage already")]
    SameStage,
    /// The paper is not there.
    #[error("the paper is not here: note it as received first")]
    PaperNotThere,
    /// A hand-over is not known or is signed already.
    #[error("no hand-over waits for this signature: look at the book again")]
    NoHandOver,
    /// A person signs for both sides.
    #[error("{name} handed over: someone else signs for receiving")]
    OwnHandOver {
        /// The person.
        name: String,
    },
    /// A role hands over or receives that the person does not hold.
    #[error("{} is for {role} in this hand-over", step.name())]
    NotYourHandOver {
        /// The step.
        step: Step,
        /// Role or post.
        role: String,
    },
    /// The leg before it is not signed by both.
    #[error("the hand-over before this one is not signed by both: finish that first")]
    EarlierLeg,
    /// Others propose or decide classes.
    #[error("{} is not for these roles: ask one of {roles}", step.name())]
    NotYourClass {
        /// The step.
        step: Step,
        /// Roles or posts, separated by commas.
        roles: String,
    },
    /// A line of the sheet that somebody else scores.
    #[error("the line {line} is scored by {role}: leave it as it is")]
    NotYourLine {
        /// Wire name of the line.
        line: String,
        /// Role or post that scores it.
        role: String,
    },
    /// No class is proposed, or another one than was seen.
    #[error("this proposal does not wait any more: look at the customer again")]
    NoProposal,
    /// The customer has that class already.
    #[error("the customer has this class already")]
    SameClass,
    /// Nobody is to be won back.
    #[error("the customer is not lost: there is nobody to win back")]
    NotLost,
    /// The step was done already.
    #[error("this step was done already")]
    Ticked,
    /// The sheet comes to another class.
    #[error(
        "the score sheet comes to class {class}: propose that one, the meeting may give another"
    )]
    OtherClass {
        /// Wire name.
        class: String,
    },
    /// The sheet cannot be counted.
    #[error(transparent)]
    Score(ScoreError),
}

impl FileStepError {
    /// Returns the field of the form it is about.
    pub fn place(&self) -> Option<&str> {
        match self {
            Self::Missing { what, .. } => Some(what),
            Self::Unknown { name, .. } | Self::Figure { name, .. } => Some(name),
            Self::SameStage => Some(data::STAGE),
            Self::PaperNotThere => Some(data::PAPER),
            Self::SameClass | Self::OtherClass { .. } => Some(data::CLASS),
            Self::Score(_) => Some(data::SCORES),
            Self::NotLost | Self::Ticked => Some(data::WIN_BACK),
            _ => None,
        }
    }
}

/// A file as its steps are judged.
#[derive(Debug, Clone, Copy)]
pub struct FileStepContext<'a> {
    /// The rules; none where the company has none for files.
    pub rules: Option<&'a FileRules>,
    /// The rules for classes.
    pub classes: ClassRules<'a>,
    /// Wire name of the kind of customer.
    pub kind: &'a str,
    /// Wire name of the stage of the life cycle now; empty = not stated.
    pub stage: &'a str,
    /// Code of the branch the file belongs to.
    pub branch: &'a str,
    /// The events.
    pub summary: &'a FileSummary,
    /// The person.
    pub actor: &'a Actor,
    /// Whether nobody else at work could give the signature that is due: the person then signs what they entered themselves.
    pub alone: bool,
}

impl<'a> FileStepContext<'a> {
    /// Returns the signature due next with its step.
    fn awaited(&self) -> Option<(&'a Approver, Step)> {
        let summary = self.summary;
        if summary.returned_at.is_some() || summary.review_since().is_none() {
            return None;
        }
        let chain = self.rules?.reviews(self.kind);
        chain.get(summary.signatures.len()).copied()
    }

    fn may_sign(&self, approver: &Approver) -> bool {
        let sits = match approver.place {
            Place::Anywhere => true,
            Place::Branch => self.actor.branch == self.branch,
            Place::HeadOffice => self.actor.head_office,
        };
        sits && self.actor.holds_post(&approver.role)
    }

    fn paper(&self, id: &str) -> Option<&'a Paper> {
        let (list, paper) = id.split_once('/')?;
        let list = self
            .rules?
            .checklists
            .iter()
            .find(|known| known.id == list)?;
        list.papers.iter().find(|known| known.id == paper)
    }

    /// Returns a leg with those of its list that come before it.
    fn leg(&self, id: &str) -> Option<(&'a HandOver, &'a [HandOver])> {
        self.rules?.checklists.iter().find_map(|list| {
            let at = list.hand_over.iter().position(|leg| leg.id == id)?;
            Some((&list.hand_over[at], &list.hand_over[..at]))
        })
    }

    fn line(&self, of: &str) -> Option<&'a HandOverState> {
        self.summary
            .hand_overs
            .iter()
            .find(|line| line.event.as_str() == of)
    }

    /// Returns the steps the person may begin now, in the order of [`FILE_STEPS`]. What they must say is checked when they come.
    pub fn allowed(&self) -> Vec<Step> {
        FILE_STEPS
            .iter()
            .copied()
            .filter(|step| self.may_begin(*step).is_ok())
            .collect()
    }

    /// Checks whether a step may be taken now by the person, whatever it says.
    fn may_begin(&self, step: Step) -> Result<(), FileStepError> {
        let summary = self.summary;
        if !FILE_STEPS.contains(&step) {
            return Err(FileStepError::NotHere(step));
        }
        if summary.merged_into.is_some() {
            return Err(FileStepError::Merged);
        }
        if CLASS_STEPS.contains(&step) {
            return self.classes.may_begin(step, summary, self.actor);
        }
        match step {
            Step::Filed if summary.is_filed() => Err(FileStepError::Filed),
            Step::Changed if summary.open_changes.is_empty() => Err(FileStepError::NoChange),
            Step::Reviewed | Step::FileApproved | Step::FileReturned => {
                if !summary.is_filed() {
                    return Err(FileStepError::NotFiled);
                }
                let (approver, signs) = self.awaited().ok_or(FileStepError::NothingToSign)?;
                if !self.may_sign(approver) || (step != Step::FileReturned && step != signs) {
                    return Err(FileStepError::NotYourTurn {
                        role: approver.role.clone(),
                    });
                }
                let own = summary
                    .last_entered_by()
                    .filter(|name| self.actor.is_named(name));
                if let Some(name) = own
                    && !self.alone
                    && !self.actor.holds_any(&[Role::GeneralManager])
                {
                    return Err(FileStepError::OwnFiling {
                        name: name.to_owned(),
                    });
                }
                Ok(())
            }
            Step::HandOverAccepted | Step::HandOverRefused => {
                let waits = |line: &HandOverState| line.stage == HandOverStage::Waiting;
                if summary.hand_overs.iter().any(waits) {
                    Ok(())
                } else {
                    Err(FileStepError::NoHandOver)
                }
            }
            _ => Ok(()),
        }
    }

    /// Checks a step with what it says.
    ///
    /// # Errors
    /// [`FileStepError`] with what to do.
    pub fn check(&self, event: &CaseEvent) -> Result<(), FileStepError> {
        self.may_begin(event.step)?;
        match event.step {
            Step::FileReturned => says(event, "reason"),
            Step::Noted if !event.datum(data::WIN_BACK).is_empty() => self.check_win_back(event),
            Step::Noted if !event.datum(data::LINE_SCORES).is_empty() => {
                self.classes.check_lines(event, self.actor)
            }
            Step::ChangeNoticed | Step::ContactReported | Step::Noted => says(event, "note"),
            Step::Opened => says(event, data::PURPOSE),
            Step::Changed => self.check_change(event),
            Step::LifeCycleChanged => self.check_stage(event),
            Step::PaperReceived | Step::PaperChecked | Step::PaperReturned | Step::PaperMissing => {
                self.check_paper(event)
            }
            Step::HandedOver => self.check_hand_over(event),
            step if CLASS_STEPS.contains(&step) => {
                self.classes.check(event, self.summary, self.actor)
            }
            Step::HandOverAccepted | Step::HandOverRefused => self.check_receipt(event),
            _ => Ok(()),
        }
    }

    fn check_change(&self, event: &CaseEvent) -> Result<(), FileStepError> {
        let of = event.datum(data::OF);
        let known = |id: &crate::id::EventId| id.as_str() == of;
        if of.is_empty() || self.summary.open_changes.keys().any(known) {
            Ok(())
        } else {
            Err(FileStepError::NoChange)
        }
    }

    fn check_stage(&self, event: &CaseEvent) -> Result<(), FileStepError> {
        says(event, data::STAGE)?;
        let stage = event.datum(data::STAGE);
        if !LIFE_CYCLES.contains(&stage) {
            return Err(unknown(data::STAGE, stage));
        }
        // Two devices that decided apart are put right by deciding again, also for the stage that holds.
        let is_settled = self.summary.clashes.is_empty();
        if stage == self.stage && is_settled {
            return Err(FileStepError::SameStage);
        }
        let rule = self.rules.and_then(|rules| rules.stage(stage));
        let listed = rule.map_or(&[][..], |rule| &rule.reasons);
        let chosen = event.datum(data::REASON_ID);
        if !chosen.is_empty() && !listed.iter().any(|reason| reason.id == chosen) {
            return Err(unknown(data::REASON_ID, chosen));
        }
        let needs = rule.map_or(stage == "lost", |rule| rule.needs_reason);
        if needs && chosen.is_empty() {
            return says(event, "reason");
        }
        Ok(())
    }

    /// A step of the policy is ticked while the customer is lost, once.
    fn check_win_back(&self, event: &CaseEvent) -> Result<(), FileStepError> {
        let step = event.datum(data::WIN_BACK);
        let ticked = || super::win_back::done(self.summary).contains_key(step);
        if self.stage != "lost" {
            Err(FileStepError::NotLost)
        } else if ticked() {
            Err(FileStepError::Ticked)
        } else {
            Ok(())
        }
    }

    fn check_paper(&self, event: &CaseEvent) -> Result<(), FileStepError> {
        says(event, data::PAPER)?;
        let id = event.datum(data::PAPER);
        if self.paper(id).is_none() {
            return Err(unknown(data::PAPER, id));
        }
        figure(event, data::COPIES, MAX_COPIES)?;
        figure(event, data::PAGES, MAX_PAGES)?;
        let is_there = self
            .summary
            .papers
            .get(id)
            .is_some_and(|held| held.state.is_there());
        if matches!(event.step, Step::PaperChecked | Step::PaperReturned) && !is_there {
            return Err(FileStepError::PaperNotThere);
        }
        Ok(())
    }

    fn check_hand_over(&self, event: &CaseEvent) -> Result<(), FileStepError> {
        says(event, data::PAPERS)?;
        for name in [data::PAPERS, data::MISSING] {
            let listed = event.datum(name).split(',').map(str::trim);
            for id in listed.filter(|id| !id.is_empty()) {
                if self.paper(id).is_none() {
                    return Err(unknown(name, id));
                }
            }
        }
        says(event, case_data::SIGNATURE)?;
        let id = event.datum(data::LEG);
        if id.is_empty() {
            return Ok(());
        }
        let Some((leg, before)) = self.leg(id) else {
            return Err(unknown(data::LEG, id));
        };
        if !self.actor.holds_post(&leg.from) {
            return Err(FileStepError::NotYourHandOver {
                step: event.step,
                role: leg.from.clone(),
            });
        }
        let is_signed = |leg: &HandOver| {
            self.summary
                .hand_overs
                .iter()
                .any(|line| line.leg == leg.id && line.stage == HandOverStage::Accepted)
        };
        if before.iter().all(is_signed) {
            Ok(())
        } else {
            Err(FileStepError::EarlierLeg)
        }
    }

    fn check_receipt(&self, event: &CaseEvent) -> Result<(), FileStepError> {
        says(event, data::OF)?;
        let line = self
            .line(event.datum(data::OF))
            .filter(|line| line.stage == HandOverStage::Waiting)
            .ok_or(FileStepError::NoHandOver)?;
        if self.actor.is_named(&line.from) {
            return Err(FileStepError::OwnHandOver {
                name: line.from.clone(),
            });
        }
        if let Some((leg, _)) = self.leg(&line.leg)
            && !self.actor.holds_post(&leg.to)
        {
            return Err(FileStepError::NotYourHandOver {
                step: event.step,
                role: leg.to.clone(),
            });
        }
        if event.step == Step::HandOverAccepted {
            says(event, case_data::SIGNATURE)
        } else {
            says(event, "reason")
        }
    }
}

pub(super) fn unknown(name: &str, value: &str) -> FileStepError {
    FileStepError::Unknown {
        name: name.to_owned(),
        value: value.chars().take(60).collect(),
    }
}

pub(super) fn says(event: &CaseEvent, what: &str) -> Result<(), FileStepError> {
    if crate::step_data::said(event, what).trim().is_empty() {
        return Err(FileStepError::Missing {
            step: event.step,
            what: what.to_owned(),
        });
    }
    Ok(())
}

/// Checks a figure; empty = not stated.
fn figure(event: &CaseEvent, name: &str, max: u32) -> Result<(), FileStepError> {
    let value = event.datum(name).trim();
    let fine = value.is_empty() || value.parse::<u32>().is_ok_and(|number| number <= max);
    if fine {
        Ok(())
    } else {
        Err(FileStepError::Figure {
            name: name.to_owned(),
            value: value.to_owned(),
            max,
        })
    }
}
