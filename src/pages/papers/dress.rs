//! Puts what the company wrote itself on a paper: logo, head and foot line, title and fixed sentences. Where it wrote nothing the
//! standard texts stand.

use huiyin_api::{Language, PaperWords};

use super::paper::Paper;
use crate::texts::forms;

/// Returns the language as the keys of texts name it.
pub fn tag(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh",
        Language::English => "en",
    }
}

/// Returns the standard text of a slot of a form; the title is without a policy's.
pub fn standard(form: &str, slot: &str, language: Language) -> &'static str {
    let Some(layout) = forms::find(form) else {
        return "";
    };
    match slot {
        "title" => layout.title,
        "opening" => layout.opening,
        _ => layout.closing,
    }
    .of(language)
}

/// Returns a paper with the company's texts.
pub fn dressed(mut paper: Paper, form: &str, language: Language, own: &PaperWords) -> Paper {
    let tag = tag(language);
    if let Some(head) = own.text("head", tag).filter(|head| !head.is_empty()) {
        head.clone_into(&mut paper.company);
    }
    if let Some(title) = own
        .text(&format!("{form}/title"), tag)
        .filter(|title| !title.is_empty())
    {
        // The list of an event bears the event's name before its title.
        let before = paper
            .title
            .strip_suffix(standard(form, "title", language))
            .unwrap_or_default();
        paper.title = format!("{before}{title}");
    }
    let sentence = |slot: &str| {
        own.text(&format!("{form}/{slot}"), tag)
            .unwrap_or_else(|| standard(form, slot, language))
            .to_owned()
    };
    paper.opening = sentence("opening");
    paper.closing = sentence("closing");
    own.text("foot", tag)
        .unwrap_or_default()
        .clone_into(&mut paper.foot_line);
    own.logo().clone_into(&mut paper.logo);
    paper
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(texts: &[(&str, &str)]) -> PaperWords {
        PaperWords {
            texts: texts
                .iter()
                .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
                .collect(),
            ..PaperWords::default()
        }
    }

    fn paper(title: &str) -> Paper {
        Paper {
            company: "海月百货".to_owned(),
            title: title.to_owned(),
            ..Paper::default()
        }
    }

    #[test]
    fn without_own_texts_the_standard_ones_stand() {
        let made = dressed(
            paper("资料出借单"),
            "lending_slip",
            Language::Chinese,
            &PaperWords::default(),
        );
        assert_eq!(made.title, "资料出借单");
        assert_eq!(made.company, "海月百货");
        assert!(made.closing.contains("不得转借"));
        assert!(made.logo.is_empty() && made.foot_line.is_empty());
    }

    #[test]
    fn own_texts_stand_in_their_language_only_and_an_empty_sentence_is_left_out() {
        let own = own(&[
            ("head/zh", "海月百货 · 档案室"),
            ("foot/zh", "电话 020"),
            ("lending_slip/title/zh", "借条"),
            ("lending_slip/closing/zh", ""),
        ]);
        let made = dressed(paper("资料出借单"), "lending_slip", Language::Chinese, &own);
        assert_eq!(
            [&made.title, &made.company, &made.closing, &made.foot_line],
            ["借条", "海月百货 · 档案室", "", "电话 020"]
        );
        let made = dressed(
            paper("Lending slip"),
            "lending_slip",
            Language::English,
            &own,
        );
        assert_eq!([&made.title, &made.foot_line], ["Lending slip", ""]);
        assert!(made.closing.contains("does not lend"));
    }

    #[test]
    fn the_name_of_an_event_stays_before_an_own_title() {
        let own = own(&[("invitation_list/title/zh", "来宾名册")]);
        let made = dressed(
            paper("春季联谊会 邀约名单"),
            "invitation_list",
            Language::Chinese,
            &own,
        );
        assert_eq!(made.title, "春季联谊会 来宾名册");
    }
}
