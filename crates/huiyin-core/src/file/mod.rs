//! The customer file (客户档案) as its events tell it.

use crate::case::Step;

/// The steps of a file, in the order of its way.
pub const STEPS: &[Step] = &[
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
    Step::OwnerChanged,
    Step::CustomerTold,
    Step::LifeCycleChanged,
    Step::ClassProposed,
    Step::ClassConfirmed,
    Step::ClassRefused,
    Step::Merged,
    Step::Unmerged,
    Step::Pooled,
    Step::Claimed,
    Step::Disputed,
    Step::Ruled,
    Step::Opened,
    Step::Noted,
];
