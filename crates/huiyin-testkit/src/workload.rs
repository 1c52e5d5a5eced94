//! The workload of the benchmark: customers and three cases for each, as JSON lines that an import reads.
//!
//! Everything follows from the number of customers: integers of one small generator (mulberry32), the same bytes on every
//! machine. The bytes are those of the benchmark of peers that the figures are compared with, so all engines hold the same data;
//! the golden digests below hold that.
//!
//! Long: the texts the workload is made of stand beside what makes it.

use serde::Serialize;

/// Family names, one character each.
const FAMILY_NAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗";
/// Characters of given names.
const GIVEN_NAMES: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文";
/// First names of customers written in Latin letters.
const FIRST_NAMES: &[&str] = &[
    "Alice", "Bob", "Carol", "David", "Erin", "Frank", "Grace", "Henry", "Iris", "Jack", "Kelly",
    "Leo", "Mona", "Nick", "Olga", "Paul",
];
/// Last names of them.
const LAST_NAMES: &[&str] = &[
    "Smith", "Jones", "Brown", "Taylor", "Wilson", "Evans", "Walker", "Wright", "Green", "Baker",
    "Clark", "Lewis", "Young", "King", "Hill", "Scott",
];
/// Cities with their district.
const CITIES: &[&str] = &[
    "北京市朝阳区",
    "上海市浦东新区",
    "广州市天河区",
    "深圳市南山区",
    "杭州市西湖区",
    "成都市武侯区",
    "武汉市洪山区",
    "南京市鼓楼区",
];
/// Industries.
const INDUSTRIES: &[&str] = &["零售", "餐饮", "制造", "物流", "医疗", "教育", "IT", "金融"];
/// What a customer is.
const CUSTOMER_CATEGORIES: &[&str] = &["个人", "企业", "政府", "代理"];
/// Grades of customers.
const GRADES: &[&str] = &["普通", "银卡", "金卡", "钻石"];
/// Ways a case came in.
const CHANNELS: &[&str] = &["电话", "邮件", "微信", "门店", "网站", "App"];
/// What a case is about.
const CASE_CATEGORIES: &[&str] = &[
    "质量", "物流", "售后", "价格", "态度", "账单", "安装", "其他",
];
/// Stock phrases of case texts.
const PHRASES: &[&str] = &[
    "客户反映产品使用三天后出现异常响声,",
    "要求尽快安排技术人员上门检查。",
    "快递包裹外包装破损,内部配件缺失两件,",
    "the order number does not match the invoice, ",
    "客服电话等待超过二十分钟无人接听,",
    "退款申请提交一周仍未到账,",
    "customer asked for a replacement unit, ",
    "门店工作人员态度冷淡且未说明原因,",
    "希望公司给出书面答复并补偿损失。",
    "安装师傅未按预约时间到达,",
    "账单金额与合同约定不一致,",
    "please call back before Friday. ",
];
/// What happened to a case.
const EVENT_TEXTS: &[&str] = &[
    "已电话联系客户",
    "转交技术部门处理",
    "等待客户补充资料",
    "安排上门检查",
    "called back, no answer",
    "已提交退款申请",
    "客户确认处理方案",
    "主管审核通过",
];
/// States of cases in the other system.
const STATES: &[&str] = &[
    "new",
    "assigned",
    "processing",
    "waiting",
    "resolved",
    "closed",
];
/// Between two of them.
const BETWEEN_EVENT_TEXTS: char = ',';

/// Cases per customer.
pub const CASES_PER_CUSTOMER: u32 = 3;
/// 2026-01-01 00:00 UTC in Unix milliseconds: customers were filed before, cases came in after.
const BEGIN_MS: i64 = 1_767_225_600_000;
/// Seconds before the beginning in which customers were filed: three years.
const FILED_WITHIN_S: u32 = 94_608_000;
/// Seconds after the beginning in which cases came in: 300 days.
const RECEIVED_WITHIN_S: u32 = 25_920_000;
/// Seconds of a day.
const DAY_S: u32 = 86_400;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// A moment after everything in the workload has happened: its last cases and seven days of notes on them.
pub const END_MS: i64 = BEGIN_MS + RECEIVED_WITHIN_S as i64 * 1_000 + 7 * DAY_MS;
/// Branches of the company.
const BRANCHES: u32 = 20;
/// Members of staff.
const STAFF: u32 = 60;
/// First code point of the free characters in case texts.
const FIRST_HANZI: u32 = 0x4e00;

/// The generator mulberry32: 32 bits, multiplications and shifts only.
#[derive(Debug, Clone)]
struct Numbers(u32);

impl Numbers {
    /// Returns the numbers that follow from `seed`.
    fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// Returns the numbers of one record: the first three of a seed so close to its neighbours' are alike.
    fn of_record(seed: u32) -> Self {
        let mut numbers = Self(seed);
        for _ in 0..3 {
            numbers.next();
        }
        numbers
    }

    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 15)).wrapping_mul(mixed | 1);
        let more = (mixed ^ (mixed >> 7)).wrapping_mul(mixed | 0x3d);
        mixed ^= mixed.wrapping_add(more);
        mixed ^ (mixed >> 14)
    }

    /// Returns a number below `end`.
    fn below(&mut self, end: u32) -> u32 {
        self.next() % end
    }

    fn choose<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len() as u32) as usize]
    }

    fn character(&mut self, of: &str) -> char {
        let count = of.chars().count() as u32;
        let at = self.below(count) as usize;
        of.chars().nth(at).expect("the number is below the count")
    }
}

/// A customer of the workload, in the order of its keys in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Number in the other system, `C0000000` and so on.
    pub id: String,
    /// Person or company.
    pub name: String,
    /// Eleven digits.
    pub phone: String,
    category: &'static str,
    grade: &'static str,
    address: String,
    contact: String,
    industry: &'static str,
    branch: u32,
    credit: u32,
    created: i64,
    notes: String,
    card_no: String,
    points: u32,
}

/// Something that happened to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseNote {
    /// When, in Unix milliseconds.
    pub ts: i64,
    /// Who.
    pub actor: String,
    /// What.
    pub text: String,
}

/// A case of the workload, in the order of its keys in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Complaint {
    /// Number in the other system, `K0000000` and so on.
    pub id: String,
    /// The customer's number.
    pub customer_id: String,
    branch: u32,
    channel: &'static str,
    category: &'static str,
    severity: u32,
    /// 40 to 200 characters, half stock phrases, half free characters, so that texts do not compress better than real ones.
    pub description: String,
    received: i64,
    status: &'static str,
    assignee: String,
    deadline: i64,
    events: Vec<CaseNote>,
    satisfaction: u32,
}

/// A line of the file.
#[derive(Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
enum Line {
    Customer(Customer),
    Complaint(Complaint),
}

/// Returns customer `index`.
pub fn customer(index: u32) -> Customer {
    let mut r = Numbers::of_record(0xc000_0000 ^ index);
    let name = if r.below(10) < 7 {
        let mut name = String::new();
        name.push(r.character(FAMILY_NAMES));
        name.push(r.character(GIVEN_NAMES));
        if r.below(3) != 0 {
            name.push(r.character(GIVEN_NAMES));
        }
        if r.below(4) == 0 {
            name.push_str("公司");
        }
        name
    } else {
        format!("{} {}", r.choose(FIRST_NAMES), r.choose(LAST_NAMES))
    };
    // Fields are drawn in their order: each takes its numbers where the one before ended.
    Customer {
        id: format!("C{index:07}"),
        name,
        phone: format!("1{}{:09}", 3 + r.below(7), r.below(1_000_000_000)),
        category: r.choose(CUSTOMER_CATEGORIES),
        grade: r.choose(GRADES),
        address: format!(
            "{}中山路{}号{}栋",
            r.choose(CITIES),
            1 + r.below(999),
            1 + r.below(30)
        ),
        contact: [r.character(FAMILY_NAMES), r.character(GIVEN_NAMES)]
            .into_iter()
            .collect(),
        industry: r.choose(INDUSTRIES),
        branch: 1 + r.below(BRANCHES),
        credit: r.below(1_001),
        created: BEGIN_MS - i64::from(r.below(FILED_WITHIN_S)) * 1_000,
        notes: if r.below(3) == 0 {
            format!("{}{}", r.choose(PHRASES), r.choose(PHRASES))
        } else {
            String::new()
        },
        card_no: format!("V{:08}", r.below(100_000_000)),
        points: r.below(100_000),
    }
}

/// Returns case `index` of the workload with `customers` customers.
pub fn complaint(index: u32, customers: u32) -> Complaint {
    let mut r = Numbers::of_record(0x7000_0000 ^ index);
    let length = 40 + r.below(161) as usize;
    let mut text: Vec<char> = Vec::with_capacity(length + 40);
    while text.len() < length {
        text.extend(r.choose(PHRASES).chars());
        for _ in 0..6 + r.below(14) {
            let code = FIRST_HANZI + r.below(30) * r.below(40);
            text.push(char::from_u32(code).expect("the range holds characters only"));
        }
    }
    text.truncate(length);
    let received = BEGIN_MS + i64::from(r.below(RECEIVED_WITHIN_S)) * 1_000;
    let mut at = received;
    let mut events = Vec::new();
    for _ in 0..3 + r.below(4) {
        at += i64::from(60 + r.below(DAY_S)) * 1_000;
        let actor = staff(&mut r);
        let mut text = r.choose(EVENT_TEXTS).to_owned();
        if r.below(2) != 0 {
            text.push(BETWEEN_EVENT_TEXTS);
            text.push_str(r.choose(EVENT_TEXTS));
        }
        events.push(CaseNote {
            ts: at,
            actor,
            text,
        });
    }
    Complaint {
        id: format!("K{index:07}"),
        customer_id: format!("C{:07}", r.below(customers)),
        branch: 1 + r.below(BRANCHES),
        channel: r.choose(CHANNELS),
        category: r.choose(CASE_CATEGORIES),
        severity: 1 + r.below(5),
        description: text.into_iter().collect(),
        received,
        status: r.choose(STATES),
        assignee: staff(&mut r),
        deadline: received + i64::from(1 + r.below(14)) * DAY_MS,
        events,
        satisfaction: r.below(6),
    }
}

fn staff(r: &mut Numbers) -> String {
    format!("u{:02}", r.below(STAFF))
}

/// Writes the workload with `customers` customers: first they, then their cases, a JSON object a line.
///
/// # Errors
/// What `out` refuses.
pub fn write(customers: u32, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut put = |line: &Line| {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")
    };
    for index in 0..customers {
        put(&Line::Customer(customer(index)))?;
    }
    for index in 0..cases_of(customers) {
        put(&Line::Complaint(complaint(index, customers)))?;
    }
    Ok(())
}

/// Returns the number of cases that go with so many customers.
pub fn cases_of(customers: u32) -> u32 {
    customers * CASES_PER_CUSTOMER
}

/// Returns which cases a script of `count` edits touches, by index: a case may come twice.
pub fn edited_cases(customers: u32, count: usize, seed: u32) -> Vec<u32> {
    let mut r = Numbers::new(seed);
    (0..count)
        .map(|_| {
            let case = r.below(cases_of(customers));
            // State, actor and text of the edit, which each engine says in its own words.
            for _ in 0..3 {
                r.next();
            }
            case
        })
        .collect()
}

/// Returns words to look for among customers: by turns the beginning of a name (frequent) and five digits inside a phone number
/// (rare).
pub fn queries(customers: u32, count: usize) -> Vec<String> {
    let mut r = Numbers::new(99);
    (0..count)
        .map(|index| {
            let customer = customer(r.below(customers));
            if index % 2 == 0 {
                customer.name.chars().take(2).collect()
            } else {
                customer.phone[4..9].to_owned()
            }
        })
        .collect()
}

/// Returns words to look for in the texts of cases: by turns the first six characters (of a stock phrase: frequent) and six
/// from the middle (mostly rare).
pub fn text_queries(customers: u32, count: usize) -> Vec<String> {
    let mut r = Numbers::new(98);
    (0..count)
        .map(|index| {
            let text = complaint(r.below(cases_of(customers)), customers).description;
            let from = if index % 2 == 0 {
                0
            } else {
                text.chars().count() / 2
            };
            text.chars().skip(from).take(6).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};
    use std::fmt::Write as _;

    /// What is written, as its length and digest.
    #[derive(Default)]
    struct Digest {
        bytes: u64,
        hash: Sha256,
    }

    impl std::io::Write for Digest {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.bytes += bytes.len() as u64;
            self.hash.update(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_workload_is_the_same_bytes_for_ever() {
        let mut digest = Digest::default();
        super::write(1_000, &mut digest).expect("a digest takes everything");
        let hex = digest
            .hash
            .finalize()
            .iter()
            .fold(String::new(), |mut hex, byte| {
                write!(hex, "{byte:02x}").expect("a string takes everything");
                hex
            });
        assert_eq!(
            (digest.bytes, hex.as_str()),
            (
                2_991_968,
                "3b7a2251beb566031dfa33aff0e1d393d8762903260594f9bda6c69446fd53ec"
            )
        );
    }

    #[test]
    fn a_larger_workload_begins_with_the_same_customers_and_links_its_cases_to_them() {
        assert_eq!(customer(7), customer(7));
        assert_eq!(customer(7).id, "C0000007");
        for index in 0..200 {
            let case = complaint(index, 50);
            let linked: u32 = case.customer_id[1..].parse().expect("digits after the C");
            assert!(linked < 50, "{}", case.customer_id);
            assert!((40..=200).contains(&case.description.chars().count()));
            assert!((3..=6).contains(&case.events.len()));
        }
    }

    #[test]
    fn edits_and_queries_follow_from_their_seed() {
        assert_eq!(edited_cases(1_000, 3, 7), [532, 375, 2_373]);
        assert_ne!(edited_cases(1_000, 3, 7), edited_cases(1_000, 3, 8));
        assert!(edited_cases(10, 500, 11).iter().all(|case| *case < 30));
        let words = queries(1_000, 40);
        assert!(
            words
                .iter()
                .skip(1)
                .step_by(2)
                .all(|digits| digits.len() == 5)
        );
        assert!(
            words
                .iter()
                .step_by(2)
                .all(|name| name.chars().count() == 2)
        );
        assert!(
            text_queries(1_000, 20)
                .iter()
                .all(|text| text.chars().count() == 6)
        );
    }
}
