//! Words of the story in both languages: names of people and shops, what happened, what was done. All invented.
//!
//! Long: a list of words.

use huiyin_api::Language;

/// A text in both languages.
pub type Both = (&'static str, &'static str);

/// Returns a text in a language.
pub fn of(language: Language, both: Both) -> &'static str {
    match language {
        Language::Chinese => both.0,
        Language::English => both.1,
    }
}

/// The company.
pub const COMPANY: Both = ("样例·禾木生活连锁", "Sample: Hemu Home Stores");
/// The device of the story.
pub const DEVICE: Both = ("样例电脑", "Sample computer");

/// Family names.
pub const FAMILIES: [Both; 20] = [
    ("王", "Adair"),
    ("李", "Barlow"),
    ("张", "Cole"),
    ("刘", "Dunmore"),
    ("陈", "Easton"),
    ("杨", "Farrow"),
    ("赵", "Garland"),
    ("黄", "Hollis"),
    ("吴", "Ingram"),
    ("徐", "Jarvis"),
    ("孙", "Kemble"),
    ("马", "Lowell"),
    ("朱", "Mercer"),
    ("胡", "Norwood"),
    ("郭", "Osgood"),
    ("罗", "Prior"),
    ("高", "Quayle"),
    ("谢", "Rudge"),
    ("宋", "Selby"),
    ("唐", "Thorne"),
];
/// Given names.
pub const GIVEN: [Both; 20] = [
    ("雨桐", "Amelia"),
    ("子轩", "Ben"),
    ("思远", "Carl"),
    ("佳怡", "Dora"),
    ("海宁", "Evan"),
    ("若兰", "Fay"),
    ("志勇", "George"),
    ("美玲", "Helen"),
    ("安然", "Iris"),
    ("立新", "Jack"),
    ("春晓", "Kate"),
    ("明哲", "Leo"),
    ("秋雯", "Mabel"),
    ("建华", "Neil"),
    ("梦琪", "Olive"),
    ("晨曦", "Paul"),
    ("雪梅", "Rose"),
    ("浩然", "Sam"),
    ("静宜", "Tess"),
    ("文彬", "Victor"),
];
/// Beginnings of names of companies and shops.
pub const HOUSES: [Both; 12] = [
    ("青禾", "Greenfield"),
    ("云溪", "Brookside"),
    ("拾光", "Daylight"),
    ("长风", "Longwind"),
    ("澄湖", "Clearlake"),
    ("北岸", "Northbank"),
    ("朗月", "Moonrise"),
    ("百川", "Hundred Rivers"),
    ("嘉木", "Fairwood"),
    ("和颂", "Concord"),
    ("白塔", "White Tower"),
    ("锦程", "Brightway"),
];
/// Kinds of companies: what the name ends in, and the wire name of the kind of customer.
pub const TRADES: [(Both, &str); 5] = [
    (("酒店", "Hotel"), "company"),
    (("物业服务公司", "Property Services"), "company"),
    (("家居加盟店", "Home Franchise"), "franchisee"),
    (("商贸行", "Trading"), "agent"),
    (("日用品厂", "Household Works"), "supplier"),
];
/// Streets.
pub const STREETS: [Both; 8] = [
    ("样例市湖滨路", "Lakeside Road, Sampleton"),
    ("样例市人民路", "People's Road, Sampleton"),
    ("样例市学府街", "College Street, Sampleton"),
    ("样例市滨江大道", "River Drive, Sampleton"),
    ("样例市春熙巷", "Spring Lane, Sampleton"),
    ("样例市南门街", "South Gate Street, Sampleton"),
    ("样例市河西路", "Westbank Road, Sampleton"),
    ("样例市科创路", "Foundry Road, Sampleton"),
];
/// Where customers come from.
pub const SOURCES: [Both; 5] = [
    ("门店", "In the store"),
    ("老客户介绍", "Brought by a customer"),
    ("公众号", "Web site"),
    ("展会", "Fair"),
    ("社区活动", "Neighbourhood event"),
];
/// Goods.
pub const GOODS: [Both; 14] = [
    ("静音加湿器", "quiet humidifier"),
    ("实木书架", "oak bookshelf"),
    ("羽绒被", "down quilt"),
    ("电热水壶", "electric kettle"),
    ("不粘炒锅", "non-stick pan"),
    ("儿童台灯", "children's desk lamp"),
    ("折叠餐桌", "folding table"),
    ("空气炸锅", "air fryer"),
    ("乳胶枕", "latex pillow"),
    ("落地风扇", "floor fan"),
    ("布艺沙发", "fabric sofa"),
    ("智能门锁", "smart door lock"),
    ("扫地机器人", "robot vacuum"),
    ("收纳柜", "storage cabinet"),
];

/// What happened: subject with `{}` for the goods, what the customer tells, category, demand, cause, conclusion, countermeasure,
/// prevention, answer.
pub struct Matter {
    /// Subject; `{}` = the goods.
    pub subject: Both,
    /// What the customer tells.
    pub told: Both,
    /// Category by wire name.
    pub category: &'static str,
    /// Demand by wire name.
    pub demand: &'static str,
    /// Cause found.
    pub cause: Both,
    /// Conclusion of the investigation.
    pub conclusion: Both,
    /// What is done about it.
    pub countermeasure: Both,
    /// What keeps it from happening again.
    pub prevention: Both,
    /// What the customer is told.
    pub answer: Both,
}

/// Matters of complaints.
pub const MATTERS: [Matter; 12] = [
    Matter {
        subject: ("{}使用三天后不通电", "The {} went dead after three days"),
        told: (
            "客户来电：买回家第三天就不工作了，换了插座也一样，要求换一台新的。",
            "The customer calls: on the third day it stopped working, on another socket too, and asks for a new one.",
        ),
        category: "product_quality",
        demand: "exchange",
        cause: ("电源板虚焊", "A cold joint on the power board"),
        conclusion: (
            "属质量问题，同意换货",
            "A defect of the goods; it is exchanged",
        ),
        countermeasure: (
            "当日换新，旧机退回供应商",
            "Exchanged the same day, the old one goes back to the maker",
        ),
        prevention: (
            "该批次到货加做通电抽检",
            "Goods of this batch are switched on as a check when they arrive",
        ),
        answer: (
            "已为您换新，运费由我们承担。",
            "We have sent you a new one; the carriage is on us.",
        ),
    },
    Matter {
        subject: ("{}送货晚了四天", "The {} came four days late"),
        told: (
            "约好周六上午送货，改了两次时间，周三才送到，没有人提前说明。",
            "It was promised for Saturday morning, moved twice and came on Wednesday; nobody called ahead.",
        ),
        category: "delivery",
        demand: "apology",
        cause: (
            "配送排班漏单",
            "The order was missing in the delivery schedule",
        ),
        conclusion: ("配送延误，责任在我方", "The delay is ours"),
        countermeasure: (
            "上门致歉并赠送安装服务",
            "An apology at the door, assembly free of charge",
        ),
        prevention: (
            "排班表每日与订单核对一次",
            "The schedule is compared with the orders once a day",
        ),
        answer: (
            "延误是我们的责任，再次向您致歉。",
            "The delay was our doing, and we apologise again.",
        ),
    },
    Matter {
        subject: (
            "店员对{}的退货要求态度冷淡",
            "Cold treatment when returning the {}",
        ),
        told: (
            "拿着小票去退货，店员说“找厂家去”，站了二十分钟没人理。",
            "With the receipt at the counter, the answer was “ask the maker”; nobody came for twenty minutes.",
        ),
        category: "service_attitude",
        demand: "apology",
        cause: (
            "当班人手不足，店员未按首问负责接待",
            "Short of people; the first asked did not take it in hand",
        ),
        conclusion: (
            "接待不当，客户意见成立",
            "Poor reception; the customer is right",
        ),
        countermeasure: (
            "店长致电道歉，退货当场办理",
            "The store manager called, the return was done at once",
        ),
        prevention: (
            "早会讲解首问负责制",
            "First-contact rule explained at the morning meeting",
        ),
        answer: (
            "店长已向您当面道歉，退款已原路退回。",
            "The manager has apologised, the money is on its way back.",
        ),
    },
    Matter {
        subject: (
            "{}的标价与收银不一致",
            "The {} was dearer at the till than on the shelf",
        ),
        told: (
            "货架标 199 元，收银扫出 239 元，要求按标价退差。",
            "199 on the shelf, 239 at the till; the customer wants the difference back.",
        ),
        category: "price",
        demand: "price_cut",
        cause: (
            "促销结束后价签未更换",
            "The shelf label was not changed after the offer",
        ),
        conclusion: ("以标价为准", "The price on the shelf holds"),
        countermeasure: ("退还差价 40 元", "40 paid back"),
        prevention: (
            "每晚闭店前核对价签",
            "Labels are checked before closing each night",
        ),
        answer: (
            "差价已退回，感谢您的提醒。",
            "The difference is paid back; thank you for telling us.",
        ),
    },
    Matter {
        subject: (
            "{}外包装破损、有划痕",
            "The {} came scratched, its box torn",
        ),
        told: (
            "拆开发现边角磕碰，拍了照片，要求换货或者补偿。",
            "The corners were knocked when it was unpacked; there are photos. The customer wants another or a reduction.",
        ),
        category: "delivery",
        demand: "compensation",
        cause: ("装车时未加护角", "Loaded without corner guards"),
        conclusion: (
            "运输损坏，同意补偿",
            "Damaged on the way; a reduction is granted",
        ),
        countermeasure: ("补偿 100 元并补漆", "100 paid and the paint mended"),
        prevention: ("大件一律加护角", "Large goods always get corner guards"),
        answer: (
            "补偿已到账，补漆师傅周末上门。",
            "The money is with you; the painter comes at the weekend.",
        ),
    },
    Matter {
        subject: (
            "{}有异味，家里老人不适",
            "A smell from the {}, an elderly person unwell",
        ),
        told: (
            "使用当天有刺鼻气味，通风两天仍有，担心影响健康，要求退货。",
            "A sharp smell from the first day, after two days of airing too; worried about health, the customer wants to return it.",
        ),
        category: "product_quality",
        demand: "return",
        cause: (
            "新批次胶水挥发物偏高",
            "The glue of the new batch gives off too much",
        ),
        conclusion: (
            "同意退货，同批次下架送检",
            "Taken back; the batch is off the shelves and tested",
        ),
        countermeasure: (
            "全额退款，同批次下架",
            "Money back in full, the batch withdrawn",
        ),
        prevention: (
            "供应商提供每批检测报告",
            "The maker sends a test report with each batch",
        ),
        answer: (
            "已全额退款，同批次商品已下架送检。",
            "You have your money back; the batch is withdrawn and being tested.",
        ),
    },
    Matter {
        subject: ("会员积分少记，{}未累计", "Points missing for the {}"),
        told: (
            "刷了会员卡，积分没有到账，客服让等一周。",
            "The card was shown, the points did not come; the counter said to wait a week.",
        ),
        category: "other",
        demand: "explanation",
        cause: (
            "收银离线补传失败",
            "The till was offline and did not send them later",
        ),
        conclusion: ("补记积分", "The points are added"),
        countermeasure: (
            "补记积分并短信通知",
            "Points added, the customer told by message",
        ),
        prevention: ("每日核对离线流水", "Offline sales are compared each day"),
        answer: ("积分已补记，请查看会员卡。", "The points are on your card."),
    },
    Matter {
        subject: ("{}安装后晃动", "The {} wobbles since it was assembled"),
        told: (
            "师傅装完就走了，当天发现晃动，说好第二天来，三天没来。",
            "The fitter left, it wobbled the same day; he was to come the next day and did not for three.",
        ),
        category: "service_attitude",
        demand: "other",
        cause: (
            "安装外包未做回访",
            "The fitter of a partner firm was not followed up",
        ),
        conclusion: ("安装质量不合格", "Poor assembly"),
        countermeasure: ("重新安装并加固", "Assembled anew and secured"),
        prevention: ("安装当日电话回访", "A call on the day of assembly"),
        answer: (
            "已重新安装加固，请您放心使用。",
            "It is assembled anew and secured.",
        ),
    },
    Matter {
        subject: ("加盟店补货{}迟迟不到", "A franchise store waits for the {}"),
        told: (
            "活动开始两天了还没到货，影响销售，要求说明原因和到货时间。",
            "The offer has run two days without goods; the store wants to know why and when they come.",
        ),
        category: "supply",
        demand: "explanation",
        cause: ("中心仓备货不足", "Too little stock in the central store"),
        conclusion: ("总部供货不及时", "Late supply by head office"),
        countermeasure: (
            "从湖滨店调货，次日到",
            "Goods moved from the lakeside store, there the next day",
        ),
        prevention: (
            "活动前三天锁定库存",
            "Stock is set aside three days before an offer",
        ),
        answer: (
            "货已从湖滨店调出，明天上午到。",
            "The goods left the lakeside store and come tomorrow morning.",
        ),
    },
    Matter {
        subject: (
            "门店湿滑，选购{}时摔倒",
            "A fall on the wet floor beside the {}",
        ),
        told: (
            "雨天门口没有防滑垫，膝盖擦伤，已在社区医院处理。",
            "No mat at the entrance in the rain; a grazed knee, seen to at the local clinic.",
        ),
        category: "facility",
        demand: "compensation",
        cause: ("雨天未及时铺防滑垫", "No mat was laid when it rained"),
        conclusion: ("门店管理疏忽", "The store was careless"),
        countermeasure: (
            "承担医药费并上门看望",
            "The clinic is paid, the manager visited",
        ),
        prevention: (
            "雨天检查表增加防滑垫一项",
            "The mat is on the rainy-day list",
        ),
        answer: (
            "医药费已转给您，店长改天登门看望。",
            "The clinic's bill is paid; the manager will call on you.",
        ),
    },
    Matter {
        subject: (
            "{}说明书缺页，不会使用",
            "Pages missing in the manual of the {}",
        ),
        told: (
            "说明书只有一半，客服电话打不通，要求发电子版。",
            "Half the manual is missing and the hotline was busy; please send it by e-mail.",
        ),
        category: "misunderstanding",
        demand: "explanation",
        cause: ("印刷装订遗漏", "A binding fault at the printer's"),
        conclusion: ("补发说明书", "A manual is sent"),
        countermeasure: (
            "发送电子版并电话指导",
            "Sent by e-mail and explained on the phone",
        ),
        prevention: ("到货抽查说明书", "Manuals are looked at when goods arrive"),
        answer: (
            "说明书已发到您邮箱，有问题随时来电。",
            "The manual is in your mail; call any time.",
        ),
    },
    Matter {
        subject: (
            "{}七天内要求退货被拒",
            "Return of the {} refused within seven days",
        ),
        told: (
            "第五天去退，说拆封不能退，与墙上公示不符。",
            "On the fifth day the store refused because it was opened, against what the notice says.",
        ),
        category: "return_exchange",
        demand: "return",
        cause: ("店员不熟悉退货规定", "The clerk did not know the rules"),
        conclusion: ("符合七天退货规定", "It may be returned within seven days"),
        countermeasure: ("办理退货", "Taken back"),
        prevention: ("收银台张贴退货流程", "The rules are at every till"),
        answer: (
            "已按规定为您退货。",
            "It has been taken back as the rules say.",
        ),
    },
];

/// Inquiries, suggestions and repairs: kind, subject, what is told.
pub const OTHERS: [(&str, Both, Both); 6] = [
    (
        "inquiry",
        ("{}还有没有货", "Is the {} in stock"),
        (
            "想给父母买一个，问哪家店有现货。",
            "For the parents; which store has one?",
        ),
    ),
    (
        "inquiry",
        ("会员生日折扣能否用于{}", "Birthday discount on the {}"),
        (
            "下周生日，问折扣怎么用。",
            "The birthday is next week; how does the discount work?",
        ),
    ),
    (
        "suggestion",
        ("建议增加{}的体验区", "A place to try the {}"),
        (
            "希望店里能现场试用。",
            "It would be good to try it in the store.",
        ),
    ),
    (
        "suggestion",
        ("建议延长周末营业时间", "Open longer at weekends"),
        ("晚上九点还想逛。", "Nine in the evening would suit."),
    ),
    (
        "repair",
        ("{}报修", "Repair of the {}"),
        (
            "保修期内，按键失灵。",
            "In its guarantee; a button does not work.",
        ),
    ),
    (
        "repair",
        ("{}上门检修", "A visit to mend the {}"),
        (
            "噪音变大，约周末上门。",
            "Louder than it was; at the weekend please.",
        ),
    ),
];

/// Why a complaint is not upheld, withdrawn, the same as another, malicious, taken up again, forwarded.
pub const NOT_UPHELD: Both = (
    "经核实与商品无关，已向客户说明",
    "It has nothing to do with the goods; this was explained",
);
/// See [`NOT_UPHELD`].
pub const WITHDRAWN: Both = (
    "客户来电表示已自行解决",
    "The customer called: it has been solved",
);
/// See [`NOT_UPHELD`].
pub const DUPLICATE: Both = (
    "同一客户同一事项重复登记",
    "The same customer and matter, registered twice",
);
/// See [`NOT_UPHELD`].
pub const MALICIOUS: Both = (
    "凭证系伪造，多次索要高额赔偿，坚持原则并做好记录",
    "The papers are forged and large sums were asked for again and again; we stand firm and keep a record",
);
/// See [`NOT_UPHELD`].
pub const REOPENED: Both = (
    "回访时客户表示问题再次出现",
    "At the call-back the customer said that it has happened again",
);
/// See [`NOT_UPHELD`].
pub const FORWARDED: Both = (
    "商品由该店售出，请继续处理",
    "That store sold it; please go on there",
);
/// A note of a proposal, of carrying out, of a call-back.
pub const PLAN: Both = (
    "按调查结论处理，先安抚客户",
    "As investigated; the customer comes first",
);
/// See [`PLAN`].
pub const CALLED: Both = (
    "电话回访，客户认可处理结果",
    "Called; the customer accepts the outcome",
);
/// See [`PLAN`].
pub const NOT_SATISFIED: Both = ("客户不满意，要求重新处理", "The customer is not satisfied");
/// What a form asks beside, in words.
pub const CHECKED: Both = ("已核实，记录在案", "Checked and on record");

/// Visits and calls: kind, way, subject, report.
pub const CONTACTS: [(&str, &str, Both, Both); 6] = [
    (
        "visit",
        "customer_site",
        ("季度拜访", "Quarterly visit"),
        (
            "客户对供货满意，希望增加新品展示。",
            "Content with supply; would like to see more of the new goods.",
        ),
    ),
    (
        "call",
        "phone",
        ("电话回访", "A call"),
        (
            "近期无投诉，提醒会员日活动。",
            "No complaints; told about members' day.",
        ),
    ),
    (
        "visit",
        "home",
        ("上门回访", "A visit at home"),
        (
            "安装完好，客户询问保养方法。",
            "Well assembled; asked how to look after it.",
        ),
    ),
    (
        "call",
        "phone",
        ("生日问候", "Birthday greeting"),
        (
            "已致电祝贺，客户表示感谢。",
            "Called with good wishes, which were welcome.",
        ),
    ),
    (
        "message",
        "message",
        ("新品通知", "News of new goods"),
        (
            "已发送新品目录，客户回复感兴趣。",
            "The list was sent; the customer is interested.",
        ),
    ),
    (
        "visit",
        "customer_site",
        ("续约沟通", "Talk about renewal"),
        (
            "合同下月到期，对方要求延长账期。",
            "The contract ends next month; longer terms are asked for.",
        ),
    ),
];
/// What customers wish for in the survey.
pub const WISHES: [Both; 5] = [
    ("希望送货时间更准时", "More punctual delivery"),
    ("店员很热情", "Friendly people"),
    ("退货流程可以再简单一些", "Returns could be simpler"),
    ("希望多一些儿童用品", "More for children"),
    ("停车不太方便", "Parking is hard"),
];
