//! Winning a customer back (挽回): which steps of the policy were done since it was lost.
//!
//! Decides what a ticked step is: a `noted` event that names it. A customer lost anew begins anew.

use std::collections::BTreeMap;

use crate::case::{CaseEvent, Step};

use super::{FileSummary, data};

/// Returns the steps done since the customer was last lost, by what the policy calls them, with the event that ticked each first.
pub fn done(summary: &FileSummary) -> BTreeMap<&str, &CaseEvent> {
    let events: Vec<&CaseEvent> = summary.in_force().collect();
    let lost = |event: &&CaseEvent| {
        event.step == Step::LifeCycleChanged && event.datum(data::STAGE) == "lost"
    };
    let since = events.iter().rposition(lost).map_or(0, |at| at + 1);
    let mut found = BTreeMap::new();
    for event in &events[since..] {
        let step = event.datum(data::WIN_BACK);
        if event.step == Step::Noted && !step.is_empty() {
            found.entry(step).or_insert(*event);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::fold;
    use crate::id::EventId;

    fn chain(steps: &[(Step, &str, &str)]) -> Vec<CaseEvent> {
        let mut events: Vec<CaseEvent> = Vec::new();
        for (at, (step, name, value)) in steps.iter().enumerate() {
            let mut event = CaseEvent::new(
                EventId::from_u64(at as u64 + 1),
                *step,
                at as i64,
                "周杰",
                "d",
            );
            event.data.insert((*name).to_owned(), (*value).to_owned());
            event.after = events
                .last()
                .map(|last| last.id.clone())
                .into_iter()
                .collect();
            events.push(event);
        }
        events
    }

    #[test]
    fn a_customer_lost_anew_begins_anew() {
        let lost = (Step::LifeCycleChanged, data::STAGE, "lost");
        let told = chain(&[
            lost,
            (Step::Noted, data::WIN_BACK, "查明流失原因"),
            (Step::Noted, "other", "x"),
            (Step::Noted, data::WIN_BACK, "查明流失原因"),
        ]);
        let summary = fold(&told);
        let found = done(&summary);
        assert_eq!(found.keys().collect::<Vec<_>>(), [&"查明流失原因"]);
        assert_eq!(found["查明流失原因"].at, 1, "the first tick counts");
        let again = chain(&[
            lost,
            (Step::Noted, data::WIN_BACK, "查明流失原因"),
            (Step::LifeCycleChanged, data::STAGE, "won_back"),
            lost,
        ]);
        assert!(done(&fold(&again)).is_empty());
    }
}
