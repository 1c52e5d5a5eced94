//! Which steps a case goes through: the whole way, or one with steps left out.

use crate::case::Step;

/// Steps a pack may leave out. The rest of the way closes over the gap.
pub const OPTIONAL_STEPS: &[Step] = &[
    Step::Accepted,
    Step::NotUpheld,
    Step::Forwarded,
    Step::Assigned,
    Step::Investigated,
    Step::Proposed,
    Step::Approved,
    Step::SentBack,
    Step::CarriedOut,
    Step::CalledBack,
    Step::Malicious,
];

/// The steps of a way. The default is the whole way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Way {
    off: Vec<Step>,
}

impl Way {
    /// Returns the whole way but for `steps`; those that cannot be left out stay.
    pub fn without<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Self {
        let mut off: Vec<Step> = steps
            .into_iter()
            .copied()
            .filter(|step| OPTIONAL_STEPS.contains(step))
            .collect();
        off.sort_unstable();
        off.dedup();
        Self { off }
    }

    /// Returns whether the way has this step.
    pub fn has(&self, step: Step) -> bool {
        !self.off.contains(&step)
    }
}
