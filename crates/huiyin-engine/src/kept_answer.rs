//! Answers of commands as they are kept beside what the commands wrote. Only what commands answer is read back: to read every
//! answer there is would be a tenth of the engine's code.
//!
//! **Source:** forms. Now `"done"` and `{"saved": {"id": "…", "number": "…"}}`; until 0.1 `{"answer": "saved", "value": {…}}`,
//! still read.

use huiyin_api::{
    Answer, BulkReport, BundleReport, ClassReport, HandOverReport, ImportReport, InviteView,
    LeadReport, UndoReport, UnmergeReport, WorkspaceStatus,
};
use serde::Deserialize;
use serde_json::Value;

/// The answers commands give; names and fields are those of [`Answer`].
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Done,
    Saved { id: String, number: String },
    Status(WorkspaceStatus),
    ImportReport(Box<ImportReport>),
    Undone(UndoReport),
    Unmerged(UnmergeReport),
    HandedOver(HandOverReport),
    LeadsShared(LeadReport),
    ClassesConfirmed(ClassReport),
    Bulk(Box<BulkReport>),
    Invite(InviteView),
    File { name: String, media: String },
    Bundle(BundleReport),
}

/// Returns the JSON text kept for `answer`.
pub(crate) fn keep(answer: &Answer) -> String {
    serde_json::to_string(answer).expect("an answer is plain data")
}

/// Returns the answer kept as `json`, or nothing if it is none a command gives.
pub(crate) fn read(json: &str) -> Option<Answer> {
    let kept = serde_json::from_str(json).ok().or_else(|| {
        let text = present_form(json)?;
        serde_json::from_str(&text).ok()
    })?;
    Some(match kept {
        Kept::Done => Answer::Done,
        Kept::Saved { id, number } => Answer::Saved { id, number },
        Kept::Status(status) => Answer::Status(status),
        Kept::ImportReport(report) => Answer::ImportReport(report),
        Kept::Undone(report) => Answer::Undone(report),
        Kept::HandedOver(report) => Answer::HandedOver(report),
        Kept::LeadsShared(report) => Answer::LeadsShared(report),
        Kept::ClassesConfirmed(report) => Answer::ClassesConfirmed(report),
        Kept::Bulk(report) => Answer::Bulk(report),
        Kept::Unmerged(report) => Answer::Unmerged(report),
        Kept::Invite(invite) => Answer::Invite(invite),
        Kept::File { name, media } => Answer::File { name, media },
        Kept::Bundle(report) => Answer::Bundle(report),
    })
}

/// Returns the old form written as the present one.
fn present_form(json: &str) -> Option<String> {
    let Ok(Value::Object(mut old)) = serde_json::from_str(json) else {
        return None;
    };
    let Some(Value::String(name)) = old.remove("answer") else {
        return None;
    };
    let present = match old.remove("value") {
        None => Value::String(name),
        Some(value) => Value::Object([(name, value)].into_iter().collect()),
    };
    Some(present.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> Answer {
        Answer::Saved {
            id: "cu.HQ.1".into(),
            number: "HQ-1".into(),
        }
    }

    #[test]
    fn what_a_command_answered_is_read_back_as_it_was() {
        let answers = [
            Answer::Done,
            saved(),
            Answer::Status(WorkspaceStatus::default()),
            Answer::ImportReport(Box::default()),
            Answer::Undone(UndoReport::default()),
            Answer::LeadsShared(LeadReport::default()),
            Answer::ClassesConfirmed(ClassReport::default()),
            Answer::HandedOver(HandOverReport::default()),
            Answer::Bulk(Box::default()),
            Answer::Unmerged(UnmergeReport::default()),
            Answer::Invite(InviteView::default()),
            Answer::File {
                name: "a.csv".into(),
                media: "text/csv".into(),
            },
            Answer::Bundle(BundleReport::default()),
        ];
        for answer in answers {
            assert_eq!(read(&keep(&answer)).as_ref(), Some(&answer));
        }
    }

    #[test]
    fn the_kept_form_is_a_promise() {
        assert_eq!(keep(&Answer::Done), r#""done""#);
        assert_eq!(
            keep(&saved()),
            r#"{"saved":{"id":"cu.HQ.1","number":"HQ-1"}}"#
        );
    }

    #[test]
    fn what_was_kept_about_leads_before_it_named_them_is_still_read() {
        let report = LeadReport {
            receivers: [("王芳".to_owned(), 2)].into(),
            ..LeadReport::default()
        };
        let json = r#"{"leads_shared":{"receivers":{"王芳":2},"refused":[]}}"#;
        assert_eq!(read(json), Some(Answer::LeadsShared(report)));
    }

    #[test]
    fn the_form_of_the_first_versions_is_still_read() {
        assert_eq!(read(r#"{"answer":"done"}"#), Some(Answer::Done));
        assert_eq!(
            read(r#"{"answer":"saved","value":{"id":"cu.HQ.1","number":"HQ-1"}}"#),
            Some(saved())
        );
    }

    #[test]
    fn anything_else_is_no_kept_answer() {
        for json in [
            "",
            "7",
            "{}",
            r#""moon""#,
            r#"{"answer":"moon"}"#,
            r#"{"answer":7}"#,
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
