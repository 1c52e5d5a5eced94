//! The loss of a device: a backup restores everything on an empty one, somebody is reminded of it, and what counts is written to the disk.

use huiyin_api::{Answer, ProblemCode, Request, SyncView};
use huiyin_engine::Attachment;
use huiyin_testkit::Device;

use crate::attachments::{attached, photo};
use crate::talk::*;

const PASSPHRASE: &str = "十个字以上的一句暗语吧";
const DAY: i64 = 24 * 3_600_000;

#[track_caller]
fn sync(device: &mut Device) -> SyncView {
    match device.must(Request::Sync) {
        Answer::Sync(view) => *view,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn file_of(device: &mut Device, request: Request) -> (String, Vec<u8>) {
    match device.ask(request) {
        Ok((Answer::File { name, .. }, Some(bytes))) => (name, bytes),
        other => panic!("{other:?}"),
    }
}

fn restore(bytes: &[u8], passphrase: &str, seed: u64) -> (Device, Result<(), ProblemCode>) {
    let mut device = Device::new("新电脑", seed);
    let request = Request::RestoreBackup {
        passphrase: passphrase.to_owned(),
        staff_name: "赵敏".to_owned(),
        device_name: "新电脑".to_owned(),
    };
    let reply = device.ask_with(request, Some(Attachment::Bytes(bytes.to_vec())));
    device.settle();
    (device, reply.map(|_| ()).map_err(|problem| problem.code))
}

/// A company of two branches with customers, cases, a photo and a case forwarded.
fn company() -> (Device, String) {
    let (mut a, mut b) = pair();
    a.must(Request::SaveBranch {
        code: "SH".to_owned(),
        name: "上海店".to_owned(),
    });
    let id = new_customer(&mut a, &[("name", "老客户"), ("phone", "100")]);
    new_case(&mut a, &[("subject", "灯不亮"), ("kind", "complaint")], "");
    exchange(&mut a, &mut b);
    edit(&mut b, &id, &[("phone", "222")]);
    exchange(&mut a, &mut b);
    attached(&mut a, &id, "门头.jpg", &photo(40_000, 3));
    // Written after the last exchange: in no envelope yet.
    edit(&mut a, &id, &[("city", "杭州")]);
    (a, id)
}

#[test]
fn a_backup_restores_everything_on_an_empty_device() {
    let (mut a, id) = company();
    let passphrase = PASSPHRASE.to_owned();
    let (name, bytes) = file_of(&mut a, Request::ExportBackup { passphrase });
    assert!(name.ends_with(".huiyin-backup"), "{name}");
    let (_, wrong) = restore(&bytes, "eine ganz andere Phrase", 8);
    assert_eq!(wrong, Err(ProblemCode::WrongPassphrase));
    let (mut new, restored) = restore(&bytes, PASSPHRASE, 9);
    assert_eq!(restored, Ok(()));
    assert_eq!(new.digest(None), a.digest(None));
    assert_eq!(new.export(), a.export());
    let record = customer(&mut new, &id);
    assert_eq!(field(&record.fields, "city"), "杭州");
    assert_eq!(record, customer(&mut a, &id));
    let hash = record.file.attachments[0].hash.clone();
    match new.ask(Request::Attachment {
        id: id.clone(),
        hash,
    }) {
        Ok((_, Some(bytes))) => assert_eq!(bytes, photo(40_000, 3)),
        other => panic!("{other:?}"),
    }
    let now = status(&mut new);
    assert_eq!((now.customers, now.cases, now.head_office), (1, 1, true));
    // It goes on as a member of its own, beside those that are left.
    edit(&mut new, &id, &[("phone", "333")]);
    exchange(&mut a, &mut new);
    assert_eq!(field(&customer(&mut a, &id).fields, "phone"), "333");
    assert_eq!(new.digest(None), a.digest(None));
    // A store that holds a company is not written over.
    let request = Request::RestoreBackup {
        passphrase: PASSPHRASE.to_owned(),
        staff_name: "赵敏".to_owned(),
        device_name: "新电脑".to_owned(),
    };
    let again = new.ask_with(request, Some(Attachment::Bytes(bytes)));
    assert_eq!(again.unwrap_err().code, ProblemCode::WorkspaceExists);
}

#[test]
fn an_administrator_is_reminded_of_a_backup_and_nobody_else_is() {
    let (mut a, mut b) = pair();
    assert_eq!(sync(&mut a).backup, None, "there is nothing to back up yet");
    new_customer(&mut a, &[("name", "老客户")]);
    exchange(&mut a, &mut b);
    assert_eq!(sync(&mut b).backup, None);
    let before = sync(&mut a).backup.unwrap();
    assert_eq!(
        (before.last, before.days, before.by_itself),
        (None, 7, false)
    );
    assert!(before.remind_at <= a.now + 7 * DAY);
    a.now += 8 * DAY;
    assert!(sync(&mut a).backup.unwrap().remind_at < a.now);
    let passphrase = PASSPHRASE.to_owned();
    file_of(&mut a, Request::ExportBackup { passphrase });
    let after = sync(&mut a).backup.unwrap();
    assert!(after.last.is_some() && after.remind_at > a.now + 6 * DAY);
    // That it was made is known after a restart too.
    a.restart();
    assert_eq!(sync(&mut a).backup, Some(after));
}

#[test]
fn backups_made_by_the_program_share_an_invitation_until_it_was_used() {
    let (mut a, id) = company();
    let none = a.refused(Request::ExportByItself);
    assert_eq!(none.code, ProblemCode::Missing);
    let short = a.refused(Request::BackUpByItself {
        passphrase: Some("kurz".to_owned()),
    });
    assert_eq!(short.code, ProblemCode::ShortPassphrase);
    a.must(Request::BackUpByItself {
        passphrase: Some(PASSPHRASE.to_owned()),
    });
    assert!(sync(&mut a).backup.unwrap().by_itself);
    let before = sync(&mut a).invitations.len();
    file_of(&mut a, Request::ExportByItself);
    a.restart();
    edit(&mut a, &id, &[("city", "宁波")]);
    let (_, second) = file_of(&mut a, Request::ExportByItself);
    assert_eq!(sync(&mut a).invitations.len(), before + 1);
    let (mut new, restored) = restore(&second, PASSPHRASE, 9);
    assert_eq!(restored, Ok(()));
    assert_eq!(field(&customer(&mut new, &id).fields, "city"), "宁波");
    assert_eq!(new.digest(None), a.digest(None));
    exchange(&mut a, &mut new);
    // The invitation was used: the next file has one of its own, and restores again.
    let (_, third) = file_of(&mut a, Request::ExportByItself);
    assert_eq!(sync(&mut a).invitations.len(), before + 2);
    let (mut newer, restored) = restore(&third, PASSPHRASE, 10);
    assert_eq!(restored, Ok(()));
    assert_eq!(newer.digest(None), a.digest(None));
    a.must(Request::BackUpByItself { passphrase: None });
    assert_eq!(
        a.refused(Request::ExportByItself).code,
        ProblemCode::Missing
    );
}

#[test]
fn what_is_not_sent_yet_and_keys_made_here_are_written_through_to_the_disk() {
    let (mut a, mut b) = pair();
    let id = new_customer(&mut a, &[("name", "老客户")]);
    new_case(&mut a, &[("subject", "灯不亮"), ("kind", "complaint")], "");
    a.must(Request::SaveBranch {
        code: "SH".to_owned(),
        name: "上海店".to_owned(),
    });
    a.must(Request::RenewKeys);
    exchange(&mut a, &mut b);
    edit(&mut b, &id, &[("city", "杭州")]);
    exchange(&mut a, &mut b);
    for device in [&a, &b] {
        assert!(device.hard_commits() > 0);
        assert_eq!(device.soft_commits_that_count(), 0, "{}", device.name);
    }
}
