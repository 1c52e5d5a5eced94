//! A file together with the files that gave way to it.
//!
//! Decides what counts from a file that gave way: that the customer was filed, its papers and hand-over book, changes heard of,
//! signatures, what stopped a clock, disputes about whose guest the customer is. Who looks after the customer, its stage and its class are as the file that stays says.
//! Nothing is written: once the merge is undone both files are as they were.

use std::collections::BTreeMap;

use super::{FileSummary, data, fold};
use crate::case::{CaseEvent, Step};

/// Steps that count in the file that stays; all others of a file that gave way only say what comes after what.
const CARRIED: &[Step] = &[
    Step::Registered,
    Step::Imported,
    Step::Filed,
    Step::ChangeNoticed,
    Step::Changed,
    Step::Completed,
    Step::Refreshed,
    Step::Reviewed,
    Step::FileApproved,
    Step::FileReturned,
    Step::ContactReported,
    Step::PaperReceived,
    Step::PaperChecked,
    Step::PaperReturned,
    Step::PaperMissing,
    Step::HandedOver,
    Step::HandOverAccepted,
    Step::HandOverRefused,
    Step::Opened,
];

/// Returns whether an event of a file that gave way counts in the one that stays. So do disputes about whose guest the customer is,
/// and their rulings; about who looks after the customer they do not.
fn is_carried(event: &CaseEvent) -> bool {
    let about_invitation = !event.datum(data::INVITATION).is_empty();
    CARRIED.contains(&event.step)
        || about_invitation && matches!(event.step, Step::Disputed | Step::Ruled)
}

/// Returns the summary of a file with what counts from the files that gave way to it. `id` is its record id; `gave_way` are the ids
/// and events of the others. `heads` are those of the file itself, `events` of all of them.
///
/// What was done in the file after a merge comes after everything the other file held then. Where both were filed, the signatures
/// and returns of the file that stays hold: merging is no change that asks for new ones.
pub fn fold_together(
    id: &str,
    events: &[CaseEvent],
    gave_way: &[(String, Vec<CaseEvent>)],
) -> FileSummary {
    let own = fold(events);
    if gave_way.is_empty() {
        return own;
    }
    let files: BTreeMap<&str, &[CaseEvent]> = gave_way
        .iter()
        .map(|(id, events)| (id.as_str(), events.as_slice()))
        .chain([(id, events)])
        .collect();
    // A merge comes after the entry by which the other file gave way to this one.
    let linked = |file: &str, event: &CaseEvent| {
        let mut event = event.clone();
        let other = files.get(event.datum(data::OTHER));
        if let Some(other) = other.filter(|_| event.step == Step::Merged) {
            let went = other
                .iter()
                .filter(|went| went.step == Step::Merged && went.datum(data::INTO) == file);
            event.after.extend(went.map(|went| went.id.clone()));
        }
        event
    };
    let mut all: Vec<CaseEvent> = events.iter().map(|event| linked(id, event)).collect();
    for (file, events) in gave_way.iter().filter(|(file, _)| file != id) {
        all.extend(events.iter().map(|event| {
            let mut event = linked(file, event);
            if !is_carried(&event) {
                event.step = Step::Noted;
                // A note may score lines of the sheet, and the class is as the file that stays says.
                event.data.remove(data::LINE_SCORES);
            }
            event
        }));
    }
    let mut summary = fold(&all);
    summary.heads = own.heads;
    if own.filed_at.is_some() {
        summary.signatures = own.signatures;
        summary.returned_at = own.returned_at;
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::papers::HandOverStage;
    use crate::id::EventId;

    fn event(id: u64, step: Step, after: &[u64], said: &[(&str, &str)]) -> CaseEvent {
        let at = i64::try_from(id).expect("small") * 1_000;
        let mut event = CaseEvent::new(EventId::from_u64(id), step, at, "王伟", "d1");
        event.after = after.iter().map(|id| EventId::from_u64(*id)).collect();
        for (name, value) in said {
            event.data.insert((*name).to_owned(), (*value).to_owned());
        }
        event
    }

    fn two_files() -> (Vec<CaseEvent>, Vec<(String, Vec<CaseEvent>)>) {
        let stays = vec![
            event(1, Step::Registered, &[], &[]),
            event(9, Step::Merged, &[1], &[("other", "b")]),
        ];
        let gone = vec![
            event(2, Step::Filed, &[], &[]),
            event(3, Step::PaperReceived, &[2], &[("paper", "list/card")]),
            event(4, Step::ChangeNoticed, &[3], &[]),
            event(5, Step::HandedOver, &[4], &[("papers", "list/card")]),
            event(6, Step::OwnerChanged, &[5], &[("owner_a", "李娜")]),
            event(8, Step::Merged, &[6], &[("into", "a")]),
        ];
        (stays, vec![("b".to_owned(), gone)])
    }

    #[test]
    fn what_the_other_file_held_counts_and_who_looks_after_it_does_not() {
        let (stays, gone) = two_files();
        let summary = fold_together("a", &stays, &gone);
        assert_eq!(summary.filed_at, Some(2_000));
        assert!(summary.papers["list/card"].state.is_there());
        assert_eq!(summary.open_changes.len(), 1);
        assert_eq!(summary.hand_overs.len(), 1);
        assert_eq!((summary.owner_a, summary.merged_into), (None, None));
        assert_eq!(summary.merged.len(), 1);
        assert_eq!(summary.heads, [EventId::from_u64(9)]);
        assert!(summary.events.iter().all(|folded| !folded.out_of_order));
    }

    #[test]
    fn what_is_done_after_the_merge_comes_after_what_the_other_file_held() {
        let (mut stays, gone) = two_files();
        stays.push(event(
            10,
            Step::PaperReturned,
            &[9],
            &[("paper", "list/card")],
        ));
        stays.push(event(11, Step::Changed, &[10], &[]));
        stays.push(event(
            12,
            Step::HandOverAccepted,
            &[11],
            &[("of", "0000000000000005")],
        ));
        stays.push(event(13, Step::Reviewed, &[12], &[]));
        let summary = fold_together("a", &stays, &gone);
        assert!(!summary.papers["list/card"].state.is_there());
        assert_eq!(summary.open_changes.len(), 0);
        assert_eq!(summary.hand_overs[0].stage, HandOverStage::Accepted);
        assert_eq!(summary.signatures.len(), 1);
        let alone = fold(&stays);
        assert!(!alone.is_filed() && alone.papers.len() == 1);
    }

    #[test]
    fn a_filed_and_signed_file_keeps_its_signatures_when_another_filed_one_gives_way_to_it() {
        let (mut stays, gone) = two_files();
        stays.push(event(7, Step::Filed, &[1], &[]));
        stays.push(event(14, Step::Reviewed, &[7, 9], &[]));
        let summary = fold_together("a", &stays, &gone);
        assert_eq!(summary.filed_at, Some(2_000), "the earlier one");
        assert_eq!(summary.signatures.len(), 1);
    }

    #[test]
    fn a_dispute_about_a_guest_is_carried_and_scores_of_the_other_file_are_not() {
        let (mut stays, mut gone) = two_files();
        let about = ("invitation", "vi.HQ.202606.0.0000000000000001");
        let scores = (data::LINE_SCORES, "volume=3");
        let more = [
            event(7, Step::Disputed, &[6], &[about]),
            event(20, Step::Disputed, &[6], &[]),
            event(21, Step::Noted, &[6], &[scores]),
        ];
        gone[0].1.extend(more);
        let summary = fold_together("a", &stays, &gone);
        let open: Vec<_> = summary.disputes.iter().map(|one| &one.event).collect();
        assert_eq!(open, [&EventId::from_u64(7)]);
        let with_scores = |summary: &FileSummary| {
            let noted = |event: &CaseEvent| !event.datum(data::LINE_SCORES).is_empty();
            summary.in_force().filter(|event| noted(event)).count()
        };
        assert_eq!(with_scores(&summary), 0);
        assert_eq!(with_scores(&fold(&gone[0].1)), 1, "alone it has them");
        stays.push(event(
            30,
            Step::Ruled,
            &[9, 7],
            &[about, ("of", "0000000000000007")],
        ));
        assert!(fold_together("a", &stays, &gone).disputes.is_empty());
    }
}
