//! The company's own texts of papers: an administrator writes them, every device shows them.

use huiyin_api::{Answer, LOGO, PaperWords, ProblemCode, Request};
use huiyin_testkit::Device;

use crate::talk::*;

const TITLE: &str = "lending_slip/title/zh";
const OPENING: &str = "lending_slip/opening/zh";
const DOT: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn save(texts: &[(&str, Option<&str>)]) -> Request {
    Request::SavePaperWords {
        texts: texts
            .iter()
            .map(|(key, text)| ((*key).to_owned(), text.map(str::to_owned)))
            .collect(),
    }
}

#[track_caller]
fn words(device: &mut Device) -> PaperWords {
    match device.must(Request::PaperWords) {
        Answer::PaperWords(words) => *words,
        other => panic!("{other:?}"),
    }
}

#[test]
fn texts_and_logo_reach_the_other_device_and_only_administrators_change_them() {
    let (mut a, mut b) = pair();
    a.must(save(&[
        (LOGO, Some(DOT)),
        ("head/zh", Some(" 海月百货 · 服务中心 ")),
        (OPENING, Some("")),
    ]));
    exchange(&mut a, &mut b);
    let there = words(&mut b);
    assert_eq!(there.logo(), DOT);
    assert_eq!(there.text("head", "zh"), Some("海月百货 · 服务中心"));
    assert_eq!(there.text("lending_slip/opening", "zh"), Some(""));
    assert_eq!(there.text("lending_slip/opening", "en"), None);
    assert!(!there.may_edit);
    let refused = b.refused(save(&[(TITLE, Some("借条"))]));
    assert_eq!(refused.code, ProblemCode::NotAllowed);

    a.must(save(&[(LOGO, None), (OPENING, None)]));
    exchange(&mut a, &mut b);
    let there = words(&mut b);
    assert_eq!((there.logo(), there.texts.len()), ("", 1));
}

#[test]
fn a_wrong_key_an_overlong_text_or_no_picture_changes_nothing() {
    let mut device = founder();
    let long = "长".repeat(61);
    for (key, text) in [
        ("lending_slip/title/fr", "x"),
        (TITLE, long.as_str()),
        (LOGO, "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4="),
    ] {
        device.refused(save(&[("head/zh", Some("标题行")), (key, Some(text))]));
    }
    assert_eq!(words(&mut device).texts.len(), 0);
}

#[test]
fn of_two_texts_written_apart_both_are_shown_until_one_is_chosen() {
    let mut a = founder();
    let link = a.invite("HQ", "administrator");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    exchange(&mut a, &mut b);
    a.must(save(&[(TITLE, Some("甲写的")), ("foot/zh", Some("一"))]));
    b.now = a.now + 5_000;
    b.must(save(&[(TITLE, Some("乙写的")), ("foot/zh", Some("一"))]));
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let found = words(device);
        assert_eq!(found.texts[TITLE], "乙写的");
        assert_eq!(found.beside[TITLE], ["甲写的"]);
        assert_eq!(found.beside.len(), 1, "the same text is no difference");
    }
    a.must(save(&[(TITLE, Some("甲写的"))]));
    exchange(&mut a, &mut b);
    let found = words(&mut b);
    assert_eq!(found.texts[TITLE], "甲写的");
    assert!(found.beside.is_empty());
}
