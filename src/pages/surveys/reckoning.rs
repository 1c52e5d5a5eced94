//! Totals of a round, asked for part by part: the engine opens a few documents at a time, and the screen tells how far it is.

use huiyin_api::{Problem, Request, SurveyPart};
use leptos::{prelude::*, task::spawn_local};

use crate::shell::{ask, engine::use_engine};

/// The totals of a round. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Reckoning {
    /// The totals, once every part is here; those of before while they are reckoned anew.
    pub whole: ReadSignal<Option<SurveyPart>>,
    /// Answers added up and answers there are, while it goes on.
    pub progress: ReadSignal<Option<(u32, u32)>>,
    /// What went wrong.
    pub problem: ReadSignal<Option<Problem>>,
}

/// Returns the totals of a round. They are reckoned anew whenever `mark` changes: survey, period, last change and number of answers.
pub fn reckon(mark: Memo<(String, String, i64, u32)>) -> Reckoning {
    let engine = use_engine();
    let (whole, set_whole) = signal(None::<SurveyPart>);
    let (progress, set_progress) = signal(None);
    let (problem, set_problem) = signal(None);
    let round = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let (survey, period, _, answers) = mark.get();
        let own = round.get_value() + 1;
        round.set_value(own);
        if survey.is_empty() || answers == 0 {
            set_whole.set(None);
            set_progress.set(None);
            return;
        }
        set_progress.set(Some((0, answers)));
        spawn_local(async move {
            let mut found = SurveyPart::default();
            loop {
                let request = Request::SurveyTotals {
                    survey: survey.clone(),
                    period: period.clone(),
                    after: found.next.clone(),
                };
                let part = engine.get(request, ask::survey_totals).await;
                // The view may be gone, or a later reckoning is under way.
                if round.try_get_value() != Some(own) {
                    return;
                }
                match part {
                    Ok(part) => found.merge(part),
                    Err(said) => {
                        set_problem.set(Some(said));
                        set_progress.set(None);
                        return;
                    }
                }
                if found.next.is_empty() {
                    break;
                }
                set_progress.set(Some((found.counted, found.counted + found.left)));
            }
            set_problem.set(None);
            set_progress.set(None);
            set_whole.set(Some(found));
        });
    });
    Reckoning {
        whole,
        progress,
        problem,
    }
}

/// Returns a share in hundredths of a per cent as people read it: `85.7%`.
pub fn percent(share: u32) -> String {
    // All of them is said only of all of them.
    let rounded = (share + 5) / 10;
    let tenths = if share < 10_000 {
        rounded.min(999)
    } else {
        rounded
    };
    if tenths.is_multiple_of(10) {
        format!("{}%", tenths / 10)
    } else {
        format!("{}.{}%", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn shares_are_read_in_per_cent_with_a_tenth_where_there_is_one() {
        for (share, words) in [
            (0, "0%"),
            (8_000, "80%"),
            (8_576, "85.8%"),
            (9_999, "99.9%"),
            (10_000, "100%"),
            (5, "0.1%"),
            (4, "0%"),
        ] {
            assert_eq!(percent(share), words);
        }
    }
}
