//! Packs of chains and dealers: S18, S26 and S38.

use crate::story::Story;

#[test]
fn s18_chain_store_from_registration_to_archive() {
    let mut story = Story::under("S18", "2026-09-24 11:00");
    let case = story.register(&[("subject", "羽绒服跑绒"), ("demand", "return")]);
    // Seven days end on National Day and move to the first working day after it.
    story.due(&case, "close", "2026-10-08 18:00");
    story.does(&case, "accepted", &[]);
    story.hire("质检部李工", &["department_manager"]);
    story.does(&case, "assigned", &[("assignee", "质检部李工")]);
    story.at("2026-09-28 09:00").by("质检部李工");
    let problem = story.refused(&case, "investigated", &[("conclusion", "面料批次不合格")]);
    assert_eq!(problem.place, "cause", "{problem:?}");
    story.does(
        &case,
        "investigated",
        &[
            ("conclusion", "面料批次不合格"),
            ("cause", "面料密度不够"),
            ("responsible", "采购部"),
            ("countermeasure", "退货并下架同批"),
            ("prevention", "入库加测密度"),
        ],
    );
    story.does(
        &case,
        "proposed",
        &[
            ("remedy", "return"),
            ("amount", "89900"),
            ("note", "退货退款"),
        ],
    );
    // Nobody signs before the turn comes.
    story.by("管理员").hire("赵总", &["general_manager"]);
    story.by("赵总").refused(&case, "approved", &[]);
    let chain = story.signed_by_all(&case);
    assert_eq!(chain, ["superior", "hr_admin", "general_manager"]);
    story
        .at("2026-09-29 15:00")
        .does(&case, "carried_out", &[])
        .does(
            &case,
            "answered",
            &[("note", "已退款"), ("channel", "phone")],
        )
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "9")],
        )
        .does(&case, "closed", &[]);
    story.met(&case, "close");
    story.at("2026-10-10 10:00").does(&case, "archived", &[]);
    story.archived(&case);
}

#[test]
fn s26_vehicle_dealer_from_registration_to_archive() {
    let mut story = Story::under("S26", "2026-09-30 11:00");
    let case = story.register(&[
        ("subject", "发动机漏油要求退车"),
        ("category", "product_quality"),
        ("plate", "沪A12345"),
        ("demand", "return"),
    ]);
    story.due(&case, "solution", "2026-10-08 18:00");
    story
        .does(
            &case,
            "classed",
            &[("severity", "major"), ("criteria", "return_vehicle,press")],
        )
        .does(&case, "accepted", &[("nature", "fault")]);
    story.hire("售后赵师傅", &["service_advisor"]);
    story.does(&case, "assigned", &[("assignee", "售后赵师傅")]);
    story
        .at("2026-10-08 16:00")
        .by("售后赵师傅")
        .does(&case, "investigated", &[("conclusion", "曲轴油封装配不当")])
        .does(
            &case,
            "proposed",
            &[("remedy", "rework"), ("amount", "300000")],
        )
        .met(&case, "solution");
    assert_eq!(
        story.signed_by_all(&case),
        ["department_manager", "relations_manager", "general_manager"]
    );
    // A plan that changes after its approval needs all signatures again.
    story.by("售后赵师傅").does(
        &case,
        "proposed",
        &[("remedy", "exchange"), ("amount", "2500000")],
    );
    assert!(story.case(&case).desk.proposal.unwrap().stale_approval);
    story.refused(&case, "carried_out", &[]);
    story.by("管理员");
    story.stands(&case, "proposed");
    story.signed_by_all(&case);
    story
        .at("2026-10-12 10:00")
        .does(&case, "carried_out", &[])
        .does(&case, "answered", &[("note", "已换总成并送保养券")])
        .does(
            &case,
            "called_back",
            &[("satisfied", "yes"), ("score", "7")],
        )
        .does(&case, "closed", &[])
        .does(&case, "archived", &[]);
    story.archived(&case);
}

#[test]
fn s38_dealer_group_from_registration_to_archive() {
    let mut story = Story::under("S38", "2026-09-29 10:00");
    let case = story.register(&[
        ("subject", "新车三次返修仍异响"),
        ("channel", "hotline"),
        ("category", "repair_quality"),
        ("plate", "苏E5B321"),
        ("against_person", "销售顾问小沈"),
    ]);
    assert!(story.clocks(&case).is_empty());
    // The prewarning runs from the moment the case is classed as major.
    story
        .at("2026-09-29 15:30")
        .does(
            &case,
            "classed",
            &[("severity", "major"), ("criteria", "repeated")],
        )
        .due(&case, "prewarning", "2026-09-30 15:30")
        .does(&case, "accepted", &[]);
    story.hire("销售顾问小沈", &["relations_manager"]);
    story
        .by("销售顾问小沈")
        .refused(&case, "assigned", &[("department", "售后部")]);
    story
        .by("管理员")
        .does(&case, "assigned", &[("department", "售后部")])
        .at("2026-09-30 09:00")
        .does(
            &case,
            "noted",
            &[("note", "已报品牌事业部和法务部"), ("prewarned", "both")],
        )
        .met(&case, "prewarning")
        .does(&case, "investigated", &[("conclusion", "减震器批次问题")])
        .does(
            &case,
            "proposed",
            &[("remedy", "exchange"), ("amount", "0")],
        );
    assert_eq!(
        story.signed_by_all(&case),
        ["relations_manager", "general_manager", "brand_unit"]
    );
    story
        .at("2026-10-03 14:00")
        .does(&case, "carried_out", &[])
        // Hours run on the wall clock, in the holiday too.
        .due(&case, "feedback", "2026-10-04 14:00")
        .does(&case, "answered", &[("note", "已换总成")])
        .met(&case, "feedback")
        .at("2026-10-09 10:00")
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
fn a_post_that_nobody_holds_falls_to_the_manager_until_someone_takes_it() {
    let mut story = Story::under("S26", "2026-10-12 10:00");
    story.holds("管理员", &["administrator", "general_manager"]);
    let case = story.register(&[("plate", "沪A12345")]);
    story
        .does(&case, "accepted", &[("nature", "fault")])
        .does(&case, "assigned", &[("department", "售后部")])
        .does(&case, "investigated", &[("conclusion", "属实")])
        .does(&case, "proposed", &[("remedy", "rework")])
        .step(&case, "endorsed", &[("as_role", "relations_manager")]);
    story.hire("陈总", &["general_manager"]);
    story.step(&case, "approved", &[("as_role", "general_manager")]);

    let next = story.register(&[("plate", "沪A12345")]);
    story.hire("关系部小周", &["relations_manager"]);
    story
        .does(&next, "accepted", &[("nature", "fault")])
        .does(&next, "assigned", &[("department", "售后部")])
        .does(&next, "investigated", &[("conclusion", "属实")])
        .does(&next, "proposed", &[("remedy", "rework")]);
    let problem = story.refused(&next, "endorsed", &[("as_role", "relations_manager")]);
    assert!(problem.detail.contains("relations_manager"), "{problem:?}");
}
