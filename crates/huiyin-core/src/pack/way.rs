//! Which steps a case goes through: the whole way, or one with steps left out.
//!
//! Decides what a way has. How the rest of the way closes over a gap is decided in [`crate::follow`].

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

/// Steps that mean nothing without another one: (step, the one it needs).
const NEEDS: &[(Step, Step)] = &[
    (Step::Approved, Step::Proposed),
    (Step::SentBack, Step::Approved),
    (Step::Endorsed, Step::Approved),
    (Step::Delegated, Step::Approved),
    (Step::Returned, Step::Forwarded),
];

/// The steps of a way. The default is the whole way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Way {
    off: Vec<Step>,
}

impl Way {
    /// Returns the whole way but for `steps`, and but for steps that mean nothing without them: without a
    /// proposal nothing is approved, without approval nothing is sent back. Steps that cannot be left
    /// out stay.
    pub fn without<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Self {
        let mut off: Vec<Step> = steps
            .into_iter()
            .copied()
            .filter(|step| OPTIONAL_STEPS.contains(step))
            .collect();
        for (step, needed) in NEEDS {
            if off.contains(needed) {
                off.push(*step);
            }
        }
        off.sort_unstable();
        off.dedup();
        Self { off }
    }

    /// Returns whether the way has this step.
    pub fn has(&self, step: Step) -> bool {
        !self.off.contains(&step)
    }

    /// Returns the steps left out, in the order of the way.
    pub fn left_out(&self) -> &[Step] {
        &self.off
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_step_goes_with_it_and_the_rest_stays() {
        let way = Way::without(&[Step::Proposed, Step::Closed]);
        for step in [
            Step::Proposed,
            Step::Approved,
            Step::SentBack,
            Step::Endorsed,
            Step::Delegated,
        ] {
            assert!(!way.has(step), "{step:?}");
        }
        assert!(way.has(Step::Closed), "closing cannot be left out");
        assert!(way.has(Step::CarriedOut));
        assert!(Step::ALL.iter().all(|step| Way::default().has(*step)));
    }
}
