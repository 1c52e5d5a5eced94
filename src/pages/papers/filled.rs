//! The forms that have screens of their own, with something on them: what the snapshots of papers show of them.

use std::collections::BTreeMap;

use huiyin_api::{
    ActionView, CaseRow, ClassProposal, ClassView, CustomerRow, DueState, EventGuests, GradingPage,
    GradingRow, GuestLine, StateGroup, SurveyComment, SurveyPart, SurveyRound, SurveyVersion,
};
use huiyin_core::pack::{Pack, SurveyRule, builtin, care_rules::AnswerKind};

use super::{
    event_page,
    grading_page::{self, Rules},
    paper::Paper,
    press::Press,
    statistics::Figures,
    survey_page,
};
use crate::texts::{names, of};

/// Returns the built-in pack that has this.
fn pack(has: fn(&Pack) -> bool) -> Pack {
    builtin::packs()
        .into_iter()
        .find(has)
        .expect("a built-in pack has it")
}

fn questionnaire() -> SurveyRule {
    let mut surveys = pack(|pack| !pack.surveys.is_empty()).surveys;
    surveys.swap_remove(0)
}

/// Returns one of these forms; nothing for another.
pub fn filled(press: &Press, wire: &str) -> Option<Paper> {
    let texts = of(press.language);
    let head = (press.company, "2026-11-22");
    Some(match wire {
        "statistics" => figures().paper(
            press.language,
            (press.company, "2026-11", "2026-12-01"),
            &|category| names::value(press.language, "category", category),
            press.branch,
            None,
        ),
        "grading_sheet" => {
            grading_page::paper_of(&review(), &Rules::built_in(), press.language, head)
        }
        "invitation_list" => event_page::paper_of(&event(), press.language, head, press.time),
        "survey" => {
            let company = press.company.to_owned();
            survey_page::blank(texts, company, &questionnaire(), &[])
        }
        "survey_report" => {
            let (round, whole) = round();
            survey_page::report(texts, &round, &whole, &[], press.branch)
        }
        _ => return None,
    })
}

fn figures() -> Figures {
    let mut figures = Figures::default();
    for (category, severity, branch, group, due_state) in [
        ("delivery", "general", "HQ", StateGroup::Done, DueState::Met),
        (
            "delivery",
            "major",
            "SH01",
            StateGroup::Open,
            DueState::Overdue,
        ),
        (
            "billing",
            "important",
            "HQ",
            StateGroup::Done,
            DueState::Late,
        ),
        ("", "general", "SH01", StateGroup::Waiting, DueState::OnTime),
    ] {
        let done = group == StateGroup::Done;
        figures.add(&CaseRow {
            category: category.to_owned(),
            severity: severity.to_owned(),
            kind: "complaint".to_owned(),
            state: if done { "closed" } else { "assigned" }.to_owned(),
            branch: branch.to_owned(),
            group,
            due_state,
            ..CaseRow::default()
        });
    }
    figures
}

/// Returns a review of two customers: one waits for the meeting, one is decided.
pub fn review() -> GradingPage {
    const SCORES: &str = "sales=10,price=10,payment=5,cooperation=10,trend=10";
    let customer = |name: &str, sheet: ClassView| GradingRow {
        row: CustomerRow {
            name: name.to_owned(),
            ..CustomerRow::default()
        },
        sheet: Some(sheet),
        ..GradingRow::default()
    };
    let waiting = ClassView {
        class: "C".to_owned(),
        proposed: Some(ClassProposal {
            class: "A".to_owned(),
            scores: SCORES.to_owned(),
            note: "增长快".to_owned(),
            ..ClassProposal::default()
        }),
        ..ClassView::default()
    };
    let decided = ClassView {
        class: "B".to_owned(),
        scores: SCORES.to_owned(),
        reason: "付款变差".to_owned(),
        ..ClassView::default()
    };
    GradingPage {
        today: "2026-11-22".to_owned(),
        rows: vec![customer("宏达公司", waiting), customer("永利商行", decided)],
        ..GradingPage::default()
    }
}

fn event() -> EventGuests {
    let line = |name: &str, attendance: &str, sold: &str| GuestLine {
        name: name.to_owned(),
        inviter: "李娜".to_owned(),
        department: "客户部".to_owned(),
        holds: true,
        attendance: attendance.to_owned(),
        sold: sold.to_owned(),
        at: 1,
        ..GuestLine::default()
    };
    let given_up = GuestLine {
        holds: false,
        ..line("孙丽", "", "")
    };
    let mut event = EventGuests {
        guests: vec![
            line("周琳", "came", "2999"),
            line("吴刚", "absent", ""),
            given_up,
            line("郑敏", "", ""),
        ],
        ..EventGuests::default()
    };
    event.row.invited = 3;
    event.row.came = 1;
    event.row.form.name = "冬季联谊会".to_owned();
    event.row.form.day = "2026-12-05".to_owned();
    event.row.form.session = "evening".to_owned();
    event.row.form.place = "二楼多功能厅".to_owned();
    event
}

/// A round that two customers answered, one of them unhappy.
fn round() -> (SurveyRound, SurveyPart) {
    let rule = questionnaire();
    let answers = |happy: bool| -> BTreeMap<String, String> {
        let asked = rule.questions.iter();
        asked
            .filter_map(|question| {
                let said = match question.kind {
                    AnswerKind::Score if happy => question.max.to_string(),
                    AnswerKind::Score => (question.max / 2).to_string(),
                    AnswerKind::YesNo => if happy { "yes" } else { "no" }.to_owned(),
                    AnswerKind::Choice => question.choices.first()?.id.clone(),
                    AnswerKind::Words => return None,
                };
                Some((question.id.clone(), said))
            })
            .collect()
    };
    let mut version = SurveyVersion {
        version: 1,
        rule: rule.clone(),
        ..SurveyVersion::default()
    };
    for (happy, branch, class) in [(true, "HQ", "A"), (false, "SH01", "")] {
        let said = answers(happy);
        version.all.add(&rule, &said);
        let branches = version.branches.entry(branch.to_owned()).or_default();
        branches.add(&rule, &said);
        let classes = version.classes.entry(class.to_owned()).or_default();
        classes.add(&rule, &said);
    }
    let mut whole = SurveyPart {
        counted: 2,
        comments: vec![SurveyComment {
            text: "送货要提前打电话".to_owned(),
            ..SurveyComment::default()
        }],
        ..SurveyPart::default()
    };
    whole.add(version);
    let round = SurveyRound {
        text: rule.text,
        period: "2026".to_owned(),
        actions: vec![ActionView {
            text: "送货前一天电话确认".to_owned(),
            owner: "陈静".to_owned(),
            due: "2026-12-15".to_owned(),
            ..ActionView::default()
        }],
        ..SurveyRound::default()
    };
    (round, whole)
}
