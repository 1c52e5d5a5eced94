//! The monthly complaint table as a task: when it is due, whose it is, what was signed, and whether the figures are others since.
//!
//! A sign-off is a register of the branch's catalogue of its own, `month/<YYYY-MM>/<random id>`: two who sign apart have both signed, and
//! nothing of either is lost. Stored form: JSON with a version, field order as in [`Signed`]. Head office signs for all branches, a branch
//! for itself. Who has a certified key signs with it; a sign-off that lacks it is kept, shown, and does not count.

use chrono::{Datelike, NaiveDate};
use huiyin_api::{
    Answer, DueState, FigureQuery, MAX_MONTH_SIGNATURES, MONTH_TABLE_DAY, MONTH_TABLE_ROLE,
    MonthDuty, MonthFigures, MonthSignature, MonthTable, Problem, ProblemCode, ReminderView,
};
use huiyin_core::id::{BranchCode, RecordKind};
use huiyin_core::pack::Text;
use huiyin_core::pack::file_rules::Every;
use huiyin_core::periods::Period;
use huiyin_document::{DocumentKey, Registers};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::figures::moments;
use crate::lists::due_state_of;
use crate::replica::Replica;
use crate::staff_keys::Decided;
use crate::task::{Run, Tx};

/// Registers of sign-offs begin so.
const PREFIX: &str = "month/";
/// Version of [`Signed`].
const VERSION: u32 = 1;
/// How long before its time the table is told as a reminder: three days.
const REMIND_MS: Millis = 3 * 86_400_000;
/// Hex digits of a digest that are shown and stored.
const DIGEST_DIGITS: usize = 32;

/// A sign-off as JSON. Field order is the form of [`VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Signed {
    version: u32,
    by: String,
    at: Millis,
    device: String,
    digest: String,
    figures: MonthFigures,
    /// Signature of the person; left out where nobody asks for one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    signature: String,
}

impl Signed {
    /// Returns what the person signs: BLAKE3 over the stored form without the signature.
    fn signed_digest(&self) -> [u8; 32] {
        let bare = Self {
            signature: String::new(),
            ..self.clone()
        };
        let json = serde_json::to_string(&bare).expect("a sign-off is plain data");
        *blake3::hash(json.as_bytes()).as_bytes()
    }
}

/// Returns the name under which a sign-off is signed.
fn place_of(branch: &BranchCode, month: &str, id: &str) -> String {
    format!("{PREFIX}{branch}/{month}/{id}")
}

/// Returns the digest of the figures of a month and branch.
///
/// **Source:** form of version 1: BLAKE3 over the lines `huiyin month table 1`, month, branch and the JSON of the figures, the first 32 hex
/// digits.
fn digest(month: &str, branch: &str, figures: &MonthFigures) -> String {
    let json = serde_json::to_string(figures).expect("figures are plain data");
    let text = format!("huiyin month table {VERSION}\n{month}\n{branch}\n{json}");
    let hash = blake3::hash(text.as_bytes()).to_hex();
    hash[..DIGEST_DIGITS].to_owned()
}

fn month_of(text: &str) -> Result<Period, Problem> {
    let first = format!("{text}-01").parse::<NaiveDate>().ok();
    let period = first.map(|day| Period::of(Every::Month, day));
    period
        .filter(|period| period.name() == text)
        .ok_or_else(|| {
            Problem::at(ProblemCode::BadField, "month").because("a month is written 2026-11")
        })
}

impl Replica {
    /// Returns the branch a table made on this device is about: empty at head office, for all.
    fn table_branch(&self) -> Result<String, Problem> {
        let own = self.branch()?;
        Ok(if self.is_head_office() {
            String::new()
        } else {
            own.to_string()
        })
    }

    /// Returns when the table of a month is due: at the end of office hours of the 10th of the next.
    fn table_due(&self, month: Period) -> Millis {
        let next = month.next().first;
        let day = next.with_day(MONTH_TABLE_DAY).unwrap_or(next);
        let branch = self.branch().map(|branch| branch.to_string());
        let calendar = self
            .policies
            .calendar_of(branch.as_deref().unwrap_or_default());
        calendar.end_of_office(day)
    }

    fn month_figures(
        &self,
        month: Period,
        branch: &str,
        now: Millis,
    ) -> Result<MonthFigures, Problem> {
        let query = FigureQuery {
            from: month.first.to_string(),
            to: month.last.to_string(),
            branches: Some(branch.to_owned())
                .filter(|code| !code.is_empty())
                .into_iter()
                .collect(),
            ..FigureQuery::default()
        };
        let view = self.figures(&query, now)?;
        let Some(mut period) = view.periods.into_iter().next() else {
            return Ok(MonthFigures::default());
        };
        Ok(MonthFigures {
            cases: period.cases,
            categories: period.tables.remove("category").unwrap_or_default(),
        })
    }

    /// Returns the sign-offs of a month, the newest first, and whether each lacks the signature it needs. What cannot be read is left out.
    fn month_signatures(&mut self, month: &str) -> Run<Vec<(Signed, bool)>> {
        let branch = self.branch()?;
        let catalogue = DocumentKey::Catalogue(branch.clone());
        let prefix = format!("{PREFIX}{month}/");
        let registers = self.documents.get(&catalogue)?.registers(&prefix);
        let mut signed: Vec<(Signed, bool)> = registers
            .into_iter()
            .filter_map(|(id, json)| Some((id, serde_json::from_str::<Signed>(&json).ok()?)))
            .filter(|(_, signed)| signed.version == VERSION)
            .map(|(id, signed)| {
                let decided = Decided {
                    by: &signed.by,
                    at: signed.at,
                    carried: &signed.signature,
                    place: &place_of(&branch, month, &id),
                    event: "",
                };
                let signing = self
                    .staff_keys
                    .judge_decision(decided, || signed.signed_digest());
                (signed, signing.is_missing())
            })
            .collect();
        signed.sort_by(|(a, _), (b, _)| (b.at, &b.by, &b.digest).cmp(&(a.at, &a.by, &a.digest)));
        Ok(signed)
    }

    /// Returns the table of a month with its sign-offs.
    pub fn month_table(&mut self, month: &str, now: Millis) -> Run<MonthTable> {
        let period = month_of(month)?;
        let branch = self.table_branch()?;
        let signed = self.month_signatures(month)?;
        let figures = self.month_figures(period, &branch, now)?;
        let digest = digest(month, &branch, &figures);
        let due = self.table_due(period);
        let mut oldest_first = signed.iter().rev();
        let first = oldest_first.find(|(_, unsigned)| !unsigned);
        let first = first.map(|(signed, _)| signed.at);
        let over = self.policies.calendar.date_of(now) > period.last;
        Ok(MonthTable {
            month: month.to_owned(),
            due,
            state: match first {
                Some(at) if at <= due => DueState::Met,
                Some(_) => DueState::Late,
                None => due_state_of(Some(due), now),
            },
            may_sign: over && self.actor().holds_post(MONTH_TABLE_ROLE),
            signed: signed
                .into_iter()
                .take(MAX_MONTH_SIGNATURES)
                .map(|(signed, unsigned)| MonthSignature {
                    changed: signed.digest != digest,
                    unsigned,
                    by: signed.by,
                    at: signed.at,
                    device: signed.device,
                    digest: signed.digest,
                    figures: signed.figures,
                })
                .collect(),
            branch,
            figures,
            digest,
        })
    }

    /// Signs the table of a month off. `seen` is the digest of the figures the person looked at.
    ///
    /// # Errors
    /// A problem if the month is not over, somebody else signs, or the figures are others by now.
    pub fn sign_month(&mut self, tx: &mut Tx<'_>, month: &str, seen: &str) -> Run<Answer> {
        let table = self.month_table(month, tx.now)?;
        if !self.actor().holds_post(MONTH_TABLE_ROLE) {
            return Err(Problem::at(ProblemCode::NotAllowed, "month")
                .because(format!("this is done by {MONTH_TABLE_ROLE}"))
                .into());
        }
        if !table.may_sign {
            return Err(Problem::at(ProblemCode::StepRefused, "month")
                .because("the month is not over: sign its table afterwards")
                .into());
        }
        if table.digest != seen {
            return Err(Problem::at(ProblemCode::StepRefused, "month")
                .because("the figures have changed: look at them again, then sign")
                .into());
        }
        let branch = self.branch()?;
        let author = self.author(tx);
        let id = tx.random_id();
        let mut signed = Signed {
            version: VERSION,
            by: author.by.clone(),
            at: author.at,
            device: author.device.clone(),
            digest: table.digest,
            figures: table.figures,
            signature: String::new(),
        };
        let place = place_of(&branch, month, &id);
        signed.signature = self.signature_under(tx, &place, &signed.signed_digest());
        let json = serde_json::to_string(&signed).expect("a sign-off is plain data");
        let register = format!("{PREFIX}{month}/{id}");
        let catalogue = DocumentKey::Catalogue(branch);
        self.write_registers(tx, &catalogue, &author, &[(register, json)]);
        tx.changed = true;
        Ok(Answer::Done)
    }

    /// Returns the table of last month if it waits for the person at the device: nobody has signed it, and there were cases.
    pub fn month_duty(&mut self, now: Millis) -> Run<Option<MonthDuty>> {
        if !self.actor().holds_post(MONTH_TABLE_ROLE) {
            return Ok(None);
        }
        let today = self.policies.calendar.date_of(now);
        let period = Period::of(Every::Month, today).previous();
        let end = moments(&self.policies.calendar, (period.first, period.last)).end;
        let any = self.listed(RecordKind::Case).any(|(_, segment)| {
            let mut rows = segment.iter();
            rows.any(|row| row.received() > 0 && row.received() < end)
        });
        let month = period.name();
        let is_signed = |signed: &[(Signed, bool)]| signed.iter().any(|(_, unsigned)| !unsigned);
        if !any || is_signed(&self.month_signatures(&month)?) {
            return Ok(None);
        }
        let due = self.table_due(period);
        Ok(Some(MonthDuty {
            month,
            due,
            state: due_state_of(Some(due), now),
        }))
    }
}

/// Returns the reminder of a table that is due within three days, or was.
pub(crate) fn month_reminder(duty: &MonthDuty, now: Millis) -> Option<ReminderView> {
    (duty.due - now <= REMIND_MS).then(|| ReminderView {
        key: format!("month|{}|{}", duty.month, duty.due),
        number: duty.month.clone(),
        title: Text {
            zh: "月度投诉统计表待签核".to_owned(),
            en: "The monthly complaint table waits for a signature".to_owned(),
        },
        due: duty.due,
        ..ReminderView::default()
    })
}

#[cfg(test)]
mod tests {
    use huiyin_api::CaseFigures;

    use super::*;

    /// The stored form of version 1, kept for good.
    const GOLDEN: &str = r#"{"version":1,"by":"王芳","at":1780000000000,"device":"总部前台","digest":"e62a76c0269aaf4f0d135a8aeda2c957","figures":{"cases":{"received":3,"closed":1,"open":2,"met":1,"late":0,"handled_ms":3600000},"categories":{"delivery":{"received":3,"closed":1,"open":2,"met":1,"late":0,"handled_ms":3600000}}}}"#;

    fn figures() -> MonthFigures {
        let cases = CaseFigures {
            received: 3,
            closed: 1,
            open: 2,
            met: 1,
            late: 0,
            handled_ms: 3_600_000,
        };
        MonthFigures {
            cases,
            categories: [("delivery".to_owned(), cases)].into(),
        }
    }

    #[test]
    fn a_sign_off_is_stored_as_this_text_and_its_digest_is_the_one_of_version_1() {
        let signed = Signed {
            version: VERSION,
            by: "王芳".to_owned(),
            at: 1_780_000_000_000,
            device: "总部前台".to_owned(),
            digest: digest("2026-10", "HQ", &figures()),
            figures: figures(),
            signature: String::new(),
        };
        let json = serde_json::to_string(&signed).expect("plain data");
        assert_eq!(json, GOLDEN);
        assert_eq!(
            serde_json::from_str::<Signed>(GOLDEN).ok(),
            Some(signed.clone())
        );
        // With a signature it is the same text with one field more, and what is signed stays the same.
        let with = Signed {
            signature: "ab.cd".to_owned(),
            ..signed.clone()
        };
        let json = serde_json::to_string(&with).expect("plain data");
        let open = GOLDEN.strip_suffix('}').expect("an object");
        assert_eq!(json, format!(r#"{open},"signature":"ab.cd"}}"#));
        assert_eq!(with.signed_digest(), signed.signed_digest());
    }

    #[test]
    fn a_digest_tells_month_branch_and_figures_apart() {
        let of = |month, branch| digest(month, branch, &figures());
        assert_ne!(of("2026-10", "HQ"), of("2026-10", ""));
        assert_ne!(of("2026-10", "HQ"), of("2026-11", "HQ"));
        let mut other = figures();
        other.cases.closed += 1;
        assert_ne!(digest("2026-10", "HQ", &other), of("2026-10", "HQ"));
    }

    #[test]
    fn only_a_month_is_a_month() {
        assert_eq!(
            month_of("2026-11").map(Period::name).as_deref(),
            Ok("2026-11")
        );
        for wrong in ["2026-13", "2026-1", "2026", "november", "2026-11-01"] {
            assert!(month_of(wrong).is_err(), "{wrong}");
        }
    }
}
