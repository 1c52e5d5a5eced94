//! Packs of companies that serve people: S05, S15, S17, S19, S20 and S41.

use crate::story::Story;

#[test]
fn s05_service_desk_from_registration_to_archive() {
    let mut story = Story::under("S05", "2026-09-24 16:00");
    let case = story.register(&[
        ("subject", "前台冷落顾客"),
        ("category", "service_attitude"),
        ("against_department", "前厅部"),
        ("against_person", "小吴"),
    ]);
    story
        .due(&case, "investigate", "2026-09-28 18:00")
        .due(&case, "answer", "2026-09-29 18:00");
    story.does(&case, "accepted", &[]);
    story
        .hire("前厅部王主管", &["department_head"])
        .hire("小吴", &["department_manager"]);
    // The person complained about takes no part.
    let problem = story.refused(&case, "assigned", &[("assignee", "小吴")]);
    assert!(problem.detail.contains("小吴"), "{problem:?}");
    story.does(&case, "assigned", &[("assignee", "前厅部王主管")]);
    story
        .by("小吴")
        .refused(&case, "investigated", &[("conclusion", "没有此事")]);
    story
        .at("2026-09-28 15:00")
        .by("前厅部王主管")
        .does(
            &case,
            "investigated",
            &[("conclusion", "属实"), ("countermeasure", "停岗培训")],
        )
        .met(&case, "investigate")
        .does(
            &case,
            "proposed",
            &[("remedy", "apology"), ("note", "主管登门道歉")],
        );
    assert_eq!(story.signed_by_all(&case), ["department_head"]);
    story
        .at("2026-09-29 17:59")
        .does(&case, "carried_out", &[])
        .does(&case, "answered", &[("note", "已道歉")])
        .met(&case, "answer");
    story.by("小吴").refused(
        &case,
        "called_back",
        &[("satisfied", "yes"), ("note", "满意")],
    );
    story
        .by("管理员")
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("note", "满意"), ("score", "7")],
        )
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);
}

#[test]
fn s15_health_products_from_registration_to_archive() {
    let mut story = Story::under("S15", "2026-09-18 10:00");
    let case = story.register(&[("subject", "没有人回访"), ("category", "service_missing")]);
    // Sunday 20 September is worked, but days are days.
    story.due(&case, "solve", "2026-09-21 18:00");
    story
        .does(&case, "accepted", &[])
        .does(&case, "assigned", &[("department", "客服一部")])
        .does(
            &case,
            "investigated",
            &[("conclusion", "负责人离职后无人接手")],
        )
        .does(&case, "proposed", &[("remedy", "change_staff")]);
    assert_eq!(story.signed_by_all(&case), ["department_manager"]);
    story
        .at("2026-09-22 09:00")
        .does(&case, "carried_out", &[])
        .does(&case, "answered", &[("note", "已换专人服务")])
        .late(&case, "solve")
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "9")],
        )
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);
}

#[test]
fn s17_intake_from_registration_to_archive() {
    let mut story = Story::under("S17", "2026-09-30 11:00");
    let case = story.register(&[
        ("subject", "扶梯夹伤小孩"),
        ("category", "safety"),
        ("severity", "important"),
    ]);
    // Two hours on the clock, lunch or not; three working days over the holiday.
    story.due(&case, "first-answer", "2026-09-30 13:00").due(
        &case,
        "complaint",
        "2026-10-10 18:00",
    );
    story
        .at("2026-09-30 11:20")
        .does(&case, "accepted", &[])
        .met(&case, "first-answer")
        .does(&case, "assigned", &[("department", "工程部")])
        .does(&case, "investigated", &[("conclusion", "梳齿板缺齿")])
        .does(
            &case,
            "proposed",
            &[("remedy", "compensation"), ("amount", "200000")],
        );
    assert_eq!(
        story.signed_by_all(&case),
        ["department_manager", "complaint_centre"]
    );
    story
        .at("2026-10-09 10:00")
        .does(&case, "carried_out", &[])
        .does(&case, "answered", &[("note", "已赔付并更换梳齿板")])
        .met(&case, "complaint")
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "8")],
        )
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);
    // What is not serious has no first answer within two hours.
    let plain = story.register(&[("severity", "general")]);
    assert_eq!(story.clocks(&plain), ["complaint"]);
}

#[test]
fn s19_building_from_registration_to_archive() {
    let mut story = Story::under("S19", "2026-09-28 09:00");
    let case = story.register(&[
        ("subject", "大堂空调不冷"),
        ("category", "facility"),
        ("plate", "A座1203"),
    ]);
    assert!(
        story.clocks(&case).is_empty(),
        "the limit is set when it is assigned"
    );
    story
        .does(&case, "accepted", &[])
        .does(
            &case,
            "assigned",
            &[("department", "工程部"), ("limit", "2026-09-29")],
        )
        .due(&case, "limit", "2026-09-29 18:00")
        .does(&case, "investigated", &[("conclusion", "压缩机故障")])
        .does(&case, "proposed", &[("remedy", "repair")]);
    assert_eq!(story.signed_by_all(&case), ["service_manager"]);
    story
        .at("2026-09-29 16:00")
        .does(&case, "carried_out", &[])
        .met(&case, "limit")
        // Three days end within the holiday.
        .due(&case, "callback", "2026-10-08 18:00")
        .does(&case, "answered", &[("note", "已更换压缩机")])
        .at("2026-10-08 10:00")
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "9")],
        )
        .met(&case, "callback")
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);

    // Without a limit three working days; a repair needs no investigation and no approval.
    let repair = story.register(&[("kind", "repair"), ("plate", "B座0501")]);
    story
        .does(&repair, "accepted", &[])
        .does(&repair, "assigned", &[("department", "工程部")])
        .due(&repair, "limit", "2026-10-12 18:00")
        .refused(&repair, "proposed", &[]);
    story
        .does(&repair, "carried_out", &[])
        .does(&repair, "answered", &[("note", "修好了")])
        .stands(&repair, "answered");
}

#[test]
fn s20_business_unit_from_registration_to_archive() {
    let mut story = Story::under("S20", "2026-09-30 10:00");
    let case = story.register(&[
        ("subject", "合同货期已过"),
        ("category", "late_delivery"),
        ("promised_at", "2026-10-12"),
    ]);
    // Production answers in two working days; the day promised holds instead of the week.
    story
        .due(&case, "answer", "2026-10-09 18:00")
        .due(&case, "delivery", "2026-10-12 18:00");
    story
        .does(&case, "accepted", &[])
        .does(&case, "assigned", &[("department", "生产部")])
        .at("2026-10-08 09:00")
        .does(&case, "investigated", &[("conclusion", "原料到货晚")])
        .does(&case, "proposed", &[("remedy", "deliver")]);
    assert_eq!(story.signed_by_all(&case), ["unit_manager"]);
    story
        .at("2026-10-09 17:00")
        .does(&case, "carried_out", &[])
        .met(&case, "answer")
        .met(&case, "delivery")
        .does(&case, "answered", &[("note", "已发货")])
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "7")],
        )
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);
    let plain = story.register(&[("category", "late_delivery")]);
    // A week from Friday 9 October.
    story.due(&plain, "delivery", "2026-10-16 18:00");
}

#[test]
fn s41_it_service_from_registration_to_archive() {
    let mut story = Story::under("S41", "2026-09-26 02:10");
    let case = story.register(&[
        ("subject", "核心交换机宕机"),
        ("category", "outage"),
        ("severity", "important"),
    ]);
    assert!(story.clocks(&case).is_empty());
    // Classed major in the night of a holiday: at once is one hour on the clock.
    story
        .at("2026-09-26 02:30")
        .does(
            &case,
            "classed",
            &[("severity", "major"), ("criteria", "down")],
        )
        .due(&case, "outage", "2026-09-26 03:30")
        .at("2026-09-26 02:45")
        .does(&case, "accepted", &[])
        .met(&case, "outage")
        .does(&case, "assigned", &[("department", "网络组")])
        .does(&case, "investigated", &[("conclusion", "电源模块老化")])
        .does(&case, "proposed", &[("remedy", "fix")]);
    assert_eq!(
        story.signed_by_all(&case),
        ["service_manager", "business_department", "general_manager"]
    );
    story
        .at("2026-09-28 10:00")
        .does(&case, "carried_out", &[])
        // A month later, on a working day.
        .due(&case, "follow-up", "2026-10-28 18:00")
        .does(&case, "answered", &[("note", "分析报告已送")])
        .at("2026-10-27 10:00")
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "8")],
        )
        .met(&case, "follow-up")
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);
}

#[test]
fn a_store_manager_signs_for_posts_nobody_in_the_store_holds_but_never_as_the_companys_manager() {
    let mut company = Story::under("S05", "2026-10-12 10:00");
    let mut store = company.branch("SH", "store_manager");
    let case = store.register(&[("against_department", "前厅部")]);
    store
        .does(&case, "accepted", &[])
        .does(&case, "assigned", &[("department", "前厅部")])
        .does(&case, "investigated", &[("conclusion", "属实")])
        .does(&case, "proposed", &[("remedy", "apology")])
        .step(&case, "approved", &[("as_role", "department_head")])
        .stands(&case, "approved");

    let grave = store.register(&[("against_department", "前厅部"), ("severity", "major")]);
    store
        .does(&grave, "accepted", &[])
        .does(&grave, "assigned", &[("department", "前厅部")])
        .does(&grave, "investigated", &[("conclusion", "属实")])
        .does(&grave, "proposed", &[("remedy", "apology")])
        .step(&grave, "endorsed", &[("as_role", "department_head")]);
    store.refused(&grave, "endorsed", &[("as_role", "hr_manager")]);
    store.refused(&grave, "approved", &[("as_role", "general_manager")]);
}
