//! Whether the approval matrix of a pack covers every proposal and each of its rules can be reached.

use super::Findings;
use crate::case::Step;
use crate::pack::ApprovalRule;

/// Most signatures under one proposal.
pub const MAX_CHAIN: usize = 10;

impl Findings<'_> {
    pub(super) fn approvals(&mut self) {
        let approvals = &self.pack.approvals;
        self.length("approvals.rules", approvals.rules.len());
        for (at, rule) in approvals.rules.iter().enumerate() {
            let place = format!("approvals.rules.{}", at + 1);
            self.rule(&place, rule);
            let reached = approvals.rules[..at]
                .iter()
                .position(|earlier| covers(earlier, rule));
            if let Some(earlier) = reached {
                let problem = format!(
                    "rule {} already fits everything this one does, so it is never reached: put it before or take it out",
                    earlier + 1
                );
                self.add(&place, problem);
            }
        }
        if let Some(last) = approvals.rules.last()
            && self.has_step(Step::Approved, &[])
            && !covers(last, &ApprovalRule::default())
        {
            self.add(
                "approvals.rules",
                "some proposals fit no rule: end with a rule without conditions",
            );
        }
        self.known_roles("approvals.extend", &approvals.extend);
        self.known_roles("approvals.penalties", &approvals.penalties);
        self.known_roles("approvals.destruction", &approvals.destruction);
        if approvals.penalties.is_empty() && !self.pack.clauses.is_empty() {
            self.add(
                "approvals.penalties",
                "nobody decides about the clauses: name roles",
            );
        }
    }

    fn rule(&mut self, place: &str, rule: &ApprovalRule) {
        self.known_kinds(&format!("{place}.kinds"), &rule.kinds);
        self.known_severities(&format!("{place}.severities"), &rule.severities);
        self.known_categories(&format!("{place}.categories"), &rule.categories);
        self.known_remedies(&format!("{place}.remedies"), &rule.remedies);
        self.amounts(place, rule.from_amount, rule.to_amount);
        if rule.chain.is_empty() {
            self.add(
                format!("{place}.chain"),
                "nobody signs: name at least one role",
            );
        }
        if rule.chain.len() > MAX_CHAIN {
            self.add(
                format!("{place}.chain"),
                format!("too many signatures: give at most {MAX_CHAIN}"),
            );
        }
        let roles: Vec<String> = rule.chain.iter().map(|step| step.role.clone()).collect();
        self.known_roles(&format!("{place}.chain"), &roles);
    }
}

/// Returns whether every proposal that fits `later` fits `earlier`.
fn covers(earlier: &ApprovalRule, later: &ApprovalRule) -> bool {
    let list = |wide: &[String], narrow: &[String]| {
        wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(|entry| wide.contains(entry)))
    };
    let ends = match (earlier.to_amount, later.to_amount) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => narrow <= wide,
    };
    list(&earlier.kinds, &later.kinds)
        && list(&earlier.severities, &later.severities)
        && list(&earlier.categories, &later.categories)
        && list(&earlier.remedies, &later.remedies)
        && earlier.from_amount <= later.from_amount
        && ends
}
