//! What a member who means harm can send: nothing honest differs afterwards, and everything refused is named.

use huiyin_api::{Answer, Request};
use huiyin_testkit::hostile::hostile;
use huiyin_testkit::{Device, START_MS};

/// Mutants of this run; the browser takes more.
const COUNT: u32 = 1_000;

#[test]
fn hostile_envelopes_leave_honest_records_as_they_are_and_are_named() {
    let made = hostile(COUNT, 5, START_MS);
    let mut device = Device::new("门店", 9);
    device.start();
    device.join(&made.link).expect("the link is right");
    device.take_bundle(&made.honest).expect("an honest bundle");
    let report = match device.take_bundle(&made.mutants) {
        Ok((Answer::Bundle(report), _)) => report,
        other => panic!("a bundle was answered with {other:?}"),
    };
    assert_eq!(report.envelopes, u64::from(COUNT));

    let page = match device.must(Request::Quarantine { skip: 0, limit: 10 }) {
        Answer::Quarantine(page) => page,
        other => panic!("the quarantine was answered with {other:?}"),
    };
    // Envelopes that came broken are refused; of those signed by the member all but the few that broke into something harmless.
    let half = u64::from(COUNT) / 2;
    assert!(report.refused + report.waiting >= half, "{report:?}");
    assert!(page.total > half * 3 / 2, "{:?}", page.reasons);
    assert_eq!(page.rows.len(), 10);
    assert_eq!(
        page.reasons.iter().map(|found| found.count).sum::<u64>(),
        page.total
    );

    let lines: Vec<String> = device.export().lines().map(str::to_owned).collect();
    for line in &made.lines {
        assert!(lines.contains(line), "an honest record differs: {line}");
    }
    let again = device.digest(None);
    device.take_bundle(&made.mutants).expect("a bundle again");
    device.restart();
    assert_eq!(device.digest(None), again);
    device.must(Request::Verify);
}
