//! The parts a pack may have, so that a company can take complaints from one pack and files from another.
//!
//! Decides what a part is and which packs have it. Which version a company works by for a part is decided in
//! [`super::policies::Policies`].

use serde::{Deserialize, Serialize};

use super::Pack;

/// A part of the rules that a company takes from one pack.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Inquiries, suggestions, complaints, repairs (办件).
    #[default]
    Cases,
    /// The customer file: filing, papers, life cycle, classes (客户档案).
    File,
    /// Visits, calls, follow-ups (拜访与回访).
    Contact,
    /// Reception classes and costs (接待).
    Reception,
    /// Yearly grading (客户评级).
    Grading,
    /// Satisfaction surveys (满意度调查).
    Survey,
    /// Leads, invitations, referrals, the pool (客户分配).
    Allocation,
    /// Key accounts, falling activity, win-back (客户忠诚).
    Loyalty,
}

impl Part {
    /// Every part, in the order settings show them.
    pub const ALL: &'static [Self] = &[
        Self::Cases,
        Self::File,
        Self::Contact,
        Self::Reception,
        Self::Grading,
        Self::Survey,
        Self::Allocation,
        Self::Loyalty,
    ];

    /// Returns the wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::File => "file",
            Self::Contact => "contact",
            Self::Reception => "reception",
            Self::Grading => "grading",
            Self::Survey => "survey",
            Self::Allocation => "allocation",
            Self::Loyalty => "loyalty",
        }
    }

    /// Returns the part with this wire name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|part| part.name() == name)
    }

    /// Returns the register of the root document that names the version chosen for the part: `policy/file`. Cases keep
    /// the register they always had, so that older devices go on reading it.
    pub fn register(self) -> String {
        match self {
            Self::Cases => "company/pack".to_owned(),
            part => format!("policy/{}", part.name()),
        }
    }
}

impl Pack {
    /// Returns whether the pack says something about a part.
    pub fn has(&self, part: Part) -> bool {
        match part {
            Part::Cases => !self.clocks.is_empty() || !self.kinds.is_empty(),
            Part::File => self.file.is_some(),
            Part::Contact => self.contact.is_some(),
            Part::Reception => self.reception.is_some(),
            Part::Grading => self.grading.is_some(),
            Part::Survey => !self.surveys.is_empty(),
            Part::Allocation => self.allocation.is_some(),
            Part::Loyalty => self.loyalty.is_some(),
        }
    }

    /// Returns the parts the pack has, in the order of [`Part::ALL`].
    pub fn parts(&self) -> Vec<Part> {
        Part::ALL
            .iter()
            .copied()
            .filter(|part| self.has(*part))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_back_from_its_name_and_has_a_register_of_its_own() {
        let mut registers = Vec::new();
        for part in Part::ALL {
            assert_eq!(Part::parse(part.name()), Some(*part));
            let json = serde_json::to_string(part).unwrap();
            assert_eq!(json, format!("\"{}\"", part.name()));
            assert!(!registers.contains(&part.register()));
            registers.push(part.register());
        }
        assert_eq!(registers[..2], ["company/pack", "policy/file"]);
    }
}
