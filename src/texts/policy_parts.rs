//! Texts of the parts of the rules: what each is called, and choosing a pack for it.

use huiyin_api::Language;
use huiyin_core::pack::Part;

/// Texts of choosing packs by part.
pub struct PartTexts {
    pub title: &'static str,
    pub text: &'static str,
    pub none: &'static str,
    pub missing: &'static str,
    pub follows: &'static str,
    pub choose_text: &'static str,
    pub as_for_cases: &'static str,
    pub now_in_force: &'static str,
}

static ZH: PartTexts = PartTexts {
    title: "客户档案与联系制度",
    text: "各项工作可以选用不同的制度。没有单独选用的，沿用投诉处理制度中的规定。",
    none: "没有规定",
    missing: "选用的版本还没有传到本机",
    follows: "沿用投诉处理制度",
    choose_text: "选用后立即生效，时限和资料清单按它计算；已记下的内容不变。",
    as_for_cases: "沿用投诉处理制度",
    now_in_force: "已选用，从现在起生效",
};

static EN: PartTexts = PartTexts {
    title: "Policies for files and contact",
    text: "Each kind of work can follow another policy. What is not chosen here follows the complaint policy, if that says anything.",
    none: "No rules",
    missing: "The chosen version has not reached this device yet",
    follows: "as the complaint policy says",
    choose_text: "In force at once: deadlines and lists of papers follow it; what is recorded stays.",
    as_for_cases: "Follow the complaint policy",
    now_in_force: "Chosen; in force from now on",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static PartTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}

/// Returns the name of a part and what it is about.
pub fn part(language: Language, part: Part) -> (&'static str, &'static str) {
    let (zh, en) = match part {
        Part::Cases => (
            ("投诉处理", "咨询、建议、投诉、报修"),
            ("Cases", "inquiries, suggestions, complaints, repairs"),
        ),
        Part::File => (
            ("客户档案", "建档、资料清单、分类、变更"),
            ("Customer file", "filing, papers, classes, changes"),
        ),
        Part::Contact => (
            ("拜访与回访", "计划、报告、回访比例"),
            ("Contact", "visits, reports, follow-ups"),
        ),
        Part::Reception => (
            ("客户接待", "接待等级与费用标准"),
            ("Reception", "classes and cost limits"),
        ),
        Part::Grading => (
            ("客户分级", "评估表、评审会议"),
            ("Grading", "score sheet and meeting"),
        ),
        Part::Survey => (
            ("满意度调查", "问卷与目标"),
            ("Surveys", "questionnaires and targets"),
        ),
        Part::Allocation => (
            ("客户分配", "线索、邀约、公海"),
            ("Sharing out", "leads, invitations, the pool"),
        ),
        Part::Loyalty => (
            ("客户忠诚", "重点客户、流失预警、挽回"),
            ("Loyalty", "key accounts, falling activity, winning back"),
        ),
    };
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_a_name_of_its_own_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            let mut names: Vec<_> = Part::ALL.iter().map(|at| part(language, *at).0).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), Part::ALL.len());
        }
    }
}
