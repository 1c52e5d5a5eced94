//! Packs of companies that treat complaints as part of their quality system: S03, S04, S08, S09 and ISO 10002.

use crate::story::Story;

#[test]
fn s03_quality_system_from_registration_to_archive() {
    let mut story = Story::under("S03", "2026-09-23 10:00");
    let case = story.register(&[("subject", "检测报告送错单位")]);
    // One day after Wednesday; seven days end on the Wednesday before the holiday.
    story
        .due(&case, "agree", "2026-09-24 18:00")
        .due(&case, "close", "2026-09-30 18:00");
    story.at("2026-09-23 11:00").does(&case, "accepted", &[]);
    story.hire("周主任", &["department_manager"]);
    story.does(&case, "assigned", &[("assignee", "周主任")]);
    story.at("2026-09-24 09:30").by("周主任").does(
        &case,
        "investigated",
        &[("conclusion", "送件人看错了门牌"), ("cause", "没有核对")],
    );
    story.met(&case, "agree");
    story.at("2026-09-24 16:00").does(
        &case,
        "proposed",
        &[("note", "当日补送并登门致歉"), ("remedy", "apology")],
    );
    story.at("2026-09-28 09:00");
    story.signed_by_all(&case);
    story.at("2026-09-29 10:00").does(&case, "carried_out", &[]);
    // The customer is called on the day it was carried out; the quality lead reports within three days, moved over the holiday.
    story
        .due(&case, "callback", "2026-09-29 18:00")
        .due(&case, "report", "2026-10-08 18:00");
    story
        .at("2026-09-29 11:00")
        .does(&case, "answered", &[("note", "已补送，客户收到")]);
    story
        .at("2026-09-29 15:00")
        .does(&case, "called_back", &[("satisfied", "no"), ("score", "4")]);
    story.met(&case, "callback");
    // Not satisfied: handled again until the customer is.
    let problem = story.refused(&case, "closed", &[]);
    assert!(problem.detail.contains("not satisfied"), "{problem:?}");
    story.does(&case, "reopened", &[("reason", "客户要书面说明")]);
    story.due(&case, "close", "2026-10-08 18:00");
    story.does(&case, "investigated", &[("conclusion", "缺书面说明")]);
    story.does(&case, "proposed", &[("note", "补书面说明")]);
    story.signed_by_all(&case);
    story
        .at("2026-09-30 10:00")
        .does(&case, "carried_out", &[])
        .does(&case, "answered", &[("note", "书面说明已送达")])
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "9")],
        )
        .does(&case, "closed", &[]);
    story.met(&case, "close");
    assert_eq!(story.case(&case).reopened, 1);
    story.at("2026-10-09 09:00").does(&case, "archived", &[]);
    story.archived(&case);
}

#[test]
fn iso10002_from_registration_to_archive() {
    let mut story = Story::under("ISO10002", "2026-09-24 17:30");
    let case = story.register(&[("subject", "订单少发一件"), ("demand", "exchange")]);
    // One hour on the clock; the three working days skip Mid-Autumn.
    story
        .due(&case, "acknowledge", "2026-09-24 18:30")
        .due(&case, "answer", "2026-09-30 18:00");
    assert_eq!(story.clocks(&case), ["acknowledge", "answer"]);
    story.at("2026-09-24 17:40").does(&case, "accepted", &[]);
    story.met(&case, "acknowledge");
    story.hire("何丽", &["service_agent"]);
    story.does(&case, "assigned", &[("assignee", "何丽")]);
    story
        .at("2026-09-28 10:00")
        .by("何丽")
        .does(&case, "paused", &[("reason", "等客户寄回照片")]);
    let clock = story.clock(&case, "answer");
    assert_eq!((clock.due, clock.paused_since.is_some()), (None, true));
    // Stands still at the end of Monday 28 and Tuesday 29: of the three days only Wednesday 30 and two after the holiday count.
    story.at("2026-09-30 09:00").does(&case, "resumed", &[]);
    story.due(&case, "answer", "2026-10-09 18:00");
    story
        .does(&case, "investigated", &[("conclusion", "仓库漏装")])
        .does(
            &case,
            "proposed",
            &[("remedy", "replacement"), ("amount", "12900")],
        );
    assert_eq!(story.signed_by_all(&case), ["complaints_manager"]);
    story.by("何丽");
    story.does(&case, "carried_out", &[]).does(
        &case,
        "answered",
        &[("note", "已补发，附快递单号")],
    );
    story.met(&case, "answer");
    story.by("管理员");
    story
        .at("2026-10-08 10:00")
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "8")],
        )
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);
}

#[test]
fn s04_product_hotline_from_registration_to_archive() {
    let mut story = Story::under("S04", "2026-09-29 10:00");
    let case = story.register(&[
        ("subject", "橙汁有异味"),
        ("channel", "letter"),
        ("category", "taste"),
    ]);
    story
        .due(&case, "register", "2026-09-30 10:00")
        .due(&case, "complaint", "2026-10-09 18:00");
    story.at("2026-09-29 14:00").does(&case, "accepted", &[]);
    story.met(&case, "register");
    story.hire("质量部小陈", &["quality_department"]);
    story.does(&case, "assigned", &[("assignee", "质量部小陈")]);
    story.at("2026-10-08 09:00").by("质量部小陈").does(
        &case,
        "investigated",
        &[("conclusion", "瓶盖密封不严")],
    );
    // Only the office extends, once, with a reason, to seven working days; Saturday 10 October is worked.
    story.refused(
        &case,
        "extended",
        &[("clock", "complaint"), ("reason", "等化验")],
    );
    story.by("管理员").hire("办公室孙主任", &["office_head"]);
    story.by("办公室孙主任");
    story.refused(&case, "extended", &[("clock", "complaint")]);
    story.step(
        &case,
        "extended",
        &[("clock", "complaint"), ("reason", "等化验结果")],
    );
    story.due(&case, "complaint", "2026-10-14 18:00");
    assert!(story.clock(&case, "complaint").extended);
    story.refused(
        &case,
        "extended",
        &[("clock", "complaint"), ("reason", "还要等")],
    );
    story.by("质量部小陈").does(
        &case,
        "proposed",
        &[("remedy", "normal_return"), ("note", "同批退货")],
    );
    assert_eq!(story.signed_by_all(&case), ["quality_department"]);
    story.at("2026-10-12 09:00").does(&case, "carried_out", &[]);
    story.due(&case, "feedback", "2026-10-13 09:00");
    story
        .at("2026-10-12 15:00")
        .does(&case, "answered", &[("note", "已上门退货")]);
    story.met(&case, "feedback").met(&case, "complaint");
    story
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "8")],
        )
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);

    // A question by telephone is answered or entered within a day, and needs nothing else.
    let question = story.register(&[("kind", "inquiry"), ("subject", "保质期多久")]);
    assert_eq!(story.clocks(&question), ["reply"]);
    story.due(&question, "reply", "2026-10-13 15:00");
    story
        .does(&question, "answered", &[("note", "十二个月")])
        .does(&question, "closed", &[])
        .met(&question, "reply");
}

#[test]
fn s08_test_laboratory_from_registration_to_archive() {
    let mut story = Story::under("S08", "2026-09-10 14:00");
    let case = story.register(&[
        ("subject", "对水质报告有异议"),
        ("channel", "letter"),
        ("category", "test_result"),
        ("report_number", "SZ-2026-0417"),
        ("report_received_at", "2026-09-01"),
    ]);
    // Ten days after the report reached the customer: this one came in time.
    story.met(&case, "objection");
    assert_eq!(story.clocks(&case), ["objection"]);
    story.at("2026-09-10 15:00").does(&case, "accepted", &[]);
    // Fifteen days end on Mid-Autumn and move over the three days off.
    story.due(&case, "answer", "2026-09-28 18:00");
    story.hire("技术室", &["technical_office"]);
    story.does(&case, "assigned", &[("assignee", "技术室")]);
    story
        .at("2026-09-14 10:00")
        .by("技术室")
        .does(
            &case,
            "investigated",
            &[("conclusion", "复检结果不一致，原报告有误")],
        )
        .does(
            &case,
            "proposed",
            &[
                ("remedy", "new_report"),
                ("note", "收回原报告，盖作废章，另发"),
            ],
        );
    assert_eq!(
        story.signed_by_all(&case),
        ["technical_office", "quality_lead", "authorised_signatory"]
    );
    story
        .at("2026-09-24 10:00")
        .does(&case, "carried_out", &[])
        .does(
            &case,
            "answered",
            &[("note", "新报告随信寄出"), ("channel", "letter")],
        )
        .met(&case, "answer");
    story
        .at("2026-09-29 09:00")
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "7")],
        )
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);

    // An objection after eleven working days is late; an urgent matter has three working days instead of fifteen days.
    let late = story.register(&[
        ("category", "test_result"),
        ("severity", "important"),
        ("report_received_at", "2026-09-14"),
    ]);
    story.late(&late, "objection");
    story.does(&late, "accepted", &[]);
    story.due(&late, "urgent", "2026-10-09 18:00");
    assert_eq!(story.clocks(&late), ["objection", "urgent"]);
}

#[test]
fn s09_distribution_from_registration_to_archive() {
    let mut story = Story::under("S09", "2026-09-24 10:00");
    let question = story.register(&[("kind", "inquiry")]);
    story.due(&question, "inquiry", "2026-09-25 10:00");
    story
        .does(&question, "answered", &[("note", "已说明")])
        .does(&question, "closed", &[]);
    let idea = story.register(&[
        ("kind", "suggestion"),
        ("subject", "希望周六也送货"),
        ("promised_at", "2026-10-10"),
    ]);
    story.due(&idea, "promised", "2026-10-10 18:00");
    story
        .does(&idea, "accepted", &[])
        .does(&idea, "assigned", &[("department", "配送部")])
        .at("2026-10-09 09:00")
        .does(
            &idea,
            "answered",
            &[("note", "下月起采纳"), ("adopted", "yes")],
        )
        .met(&idea, "promised")
        .does(&idea, "closed", &[]);

    let case = story.register(&[
        ("category", "service_breach"),
        ("subject", "送货员态度生硬"),
    ]);
    // Friday 9 October: Saturday 10 is worked, Sunday is not.
    story.due(&case, "complaint", "2026-10-13 18:00");
    story
        .does(&case, "accepted", &[])
        .does(&case, "assigned", &[("department", "配送部")])
        .at("2026-10-12 10:00")
        .does(&case, "investigated", &[("conclusion", "属实")])
        .does(&case, "proposed", &[("remedy", "apology")]);
    assert_eq!(story.signed_by_all(&case), ["county_marketing", "leader"]);
    story
        .at("2026-10-14 10:00")
        .does(&case, "carried_out", &[])
        .does(&case, "answered", &[("note", "当面道歉")])
        .late(&case, "complaint")
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "6")],
        )
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);
}
