//! Calendars and address cards as other programs read and write them.

use huiyin_core::instant::parse_instant;
use huiyin_core::interchange::icalendar::{self, Entry, When};
use huiyin_core::interchange::vcard::{Card, CardIssue, read, write};
use huiyin_core::zone::Zone;
use proptest::prelude::*;

fn visit(summary: &str) -> String {
    let from = parse_instant("2026-04-08T15:00", Zone::CHINA).expect("a moment");
    let entry = Entry {
        id: "vi.HQ.202604.0.9f3a0c1d2e4b5a6c",
        when: When::Time { from, minutes: 90 },
        summary,
        description: "",
        location: "",
        changed: from,
        sequence: 2,
        cancelled: false,
        remind_minutes: Some(30),
    };
    icalendar::write(&[entry], "huiyin", "回音")
}

#[test]
fn a_calendar_is_written_to_the_letter() {
    let expected = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Huiyin//Huiyin//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:回音",
        "BEGIN:VEVENT",
        "UID:vi.HQ.202604.0.9f3a0c1d2e4b5a6c@huiyin",
        "DTSTAMP:20260408T070000Z",
        "LAST-MODIFIED:20260408T070000Z",
        "SEQUENCE:2",
        "DTSTART:20260408T070000Z",
        "DTEND:20260408T083000Z",
        "SUMMARY:拜访\\, 回访\\; a\\\\b\\nc",
        "STATUS:CONFIRMED",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:拜访\\, 回访\\; a\\\\b\\nc",
        "TRIGGER:-PT30M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ];
    assert_eq!(visit("拜访, 回访; a\\b\nc"), expected.join("\r\n"));
}

#[test]
fn a_day_ends_with_the_next() {
    let entry = Entry {
        id: "a b\r\nX:1",
        when: When::Day("2026-12-31".parse().unwrap()),
        summary: "",
        description: "d",
        location: "",
        changed: 0,
        sequence: 0,
        cancelled: true,
        remind_minutes: Some(5),
    };
    let text = icalendar::write(&[entry], "h", "");
    for line in [
        "DTSTART;VALUE=DATE:20261231\r\n",
        "DTEND;VALUE=DATE:20270101\r\n",
        "STATUS:CANCELLED\r\n",
        "UID:abX:1@h\r\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(
        !text.contains("VALARM"),
        "nobody is reminded of what does not take place"
    );
}

fn only(text: &str) -> Card {
    let (mut cards, issues) = read(text);
    assert_eq!(
        (cards.len(), issues.as_slice()),
        (1, [].as_slice()),
        "{text}"
    );
    cards.remove(0)
}

#[test]
fn cards_of_old_phones_are_read() {
    let card = only(
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0;=\r\n=E4=B8=89;;;\r\nTEL;CELL:13800138000\r\nTEL;WORK;FAX:010-5555\r\nEND:VCARD\r\n",
    );
    assert_eq!(
        (card.name.as_str(), &card.phones[..], &card.faxes[..]),
        (
            "张三",
            &["13800138000".to_owned()][..],
            &["010-5555".to_owned()][..]
        )
    );
}

#[test]
fn cards_of_new_phones_are_read() {
    let card = only(
        "\u{feff}BEGIN:VCARD\nVERSION:4.0\nFN:Ana Trujillo\nitem1.ORG:Emparedados\\, S.A.;Ventas\nTITLE:Owner\nTEL;VALUE=uri;TYPE=\"voice,home\":tel:+86-138\n 0013-8000\nEMAIL:a@b.cn\nADR;LABEL=\"x:y\":;;Avda. 2222;México;D.F.;05021;Mexico\nBDAY:19800229\nURL:https://a.cn\nNOTE:a\\nb\nPHOTO:data:xx\nEND:VCARD",
    );
    let expected = Card {
        name: "Ana Trujillo".into(),
        organisation: "Emparedados, S.A. Ventas".into(),
        title: "Owner".into(),
        phones: vec!["+86-1380013-8000".into()],
        emails: vec!["a@b.cn".into()],
        street: "Avda. 2222".into(),
        city: "México".into(),
        region: "D.F.".into(),
        postcode: "05021".into(),
        country: "Mexico".into(),
        birthday: "1980-02-29".into(),
        website: "https://a.cn".into(),
        note: "a\nb".into(),
        ..Card::default()
    };
    assert_eq!(card, expected);
}

#[test]
fn broken_files_say_what_is_wrong_and_keep_what_they_can() {
    let (cards, issues) =
        read("BEGIN:VCARD\nFN:a\nBEGIN:VCARD\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nORG:b\n");
    assert_eq!(
        cards
            .iter()
            .map(|card| card.name.as_str())
            .collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert_eq!(
        issues,
        [
            CardIssue::CutOff { number: 1 },
            CardIssue::NoName { number: 2 },
            CardIssue::CutOff { number: 3 }
        ]
    );
    assert_eq!(read("PK\u{3}\u{4}").1, [CardIssue::NoCard]);
}

fn text() -> impl Strategy<Value = String> {
    "[a-z张三,;:\\\\ =é]{0,120}".prop_map(|text| text.trim().to_owned())
}

proptest! {
    #[test]
    fn a_card_survives_writing_and_reading(name in "[a-z张]{1,90}", organisation in text(), note in text(), street in text(), phones in prop::collection::btree_set("[0-9-]{3,15}", 0..4)) {
        let card = Card { name, organisation: organisation.clone(), note, street, phones: phones.into_iter().collect(), ..Card::default() };
        let (cards, issues) = read(&write(std::slice::from_ref(&card)));
        prop_assert_eq!(issues, Vec::new());
        prop_assert_eq!(cards, vec![card]);
    }

    #[test]
    fn no_line_is_longer_than_the_standard_allows(summary in "\\PC{0,300}") {
        for line in visit(&summary).split("\r\n") {
            prop_assert!(line.len() <= 75, "{} bytes: {}", line.len(), line);
            prop_assert!(!line.contains(['\r', '\n']));
        }
    }

    #[test]
    fn no_file_breaks_the_reader(text in "(BEGIN:VCARD\n|END:VCARD\n|FN:|N;ENCODING=QUOTED-PRINTABLE:|=E|=\n| |\n|;|:|\\\\|\"|\\PC){0,40}") {
        let (cards, _) = read(&text);
        prop_assert!(cards.iter().all(|card| !card.name.is_empty()));
    }
}

#[test]
fn a_card_of_an_old_phone_in_gbk_is_told_and_never_taken_garbled() {
    let card = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=CD=F5=CE=B0\r\nORG:回音商店\r\n\
                TEL:13800138000\r\nEND:VCARD\r\n";
    let (cards, issues) = read(card);
    assert_eq!(issues, [CardIssue::Unreadable { number: 1 }]);
    assert_eq!(
        (cards[0].name.as_str(), cards[0].phones.len()),
        ("回音商店", 1)
    );
}
