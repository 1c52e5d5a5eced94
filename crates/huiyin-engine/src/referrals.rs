//! Points of referrers (老带新): a ledger in the referrer's own file.
//!
//! Decides when an entry is written: once a customer brought comes to an event, and when money closed there changes. What an entry is
//! worth decides `huiyin-core`, by the policy in force when it is looked at. Of one invitation the last entry counts, so that two
//! devices that record one guest apart count once; one without money leaves the money of the one before. A guest whose referrer is named only afterwards earns nothing.
//!
//! **Source:** a health-product seller's rules: 100 points for bringing someone to the meeting, 100 for each 1,000 yuan closed there.

use std::collections::BTreeMap;

use huiyin_api::{MAX_REFERRALS, ReferralEntry, ReferralView};
use huiyin_core::case::Step;
use huiyin_core::file::{self, FileSummary, data};
use huiyin_core::id::RecordId;
use huiyin_core::money::parse_cents;
use huiyin_core::referral::points;
use huiyin_document::{Author, DocumentKey, Edit, Record};

use crate::cases::new_event;
use crate::replica::Replica;
use crate::steps::{Prepared, hand_over};
use crate::task::{Halt, Run, Tx};

impl Replica {
    /// Returns the file of who referred the guest of an invitation, if it is on this device.
    pub(crate) fn referrer_of(&mut self, invitation: &Record) -> Run<Option<(RecordId, Record)>> {
        let standing = self.segments.standing();
        let guest = standing.of_text(invitation.field("customer")).to_owned();
        let mut read = |text: &str| match self.read_record(text) {
            Ok((id, record, _)) => Ok(Some((id, record))),
            // Of another branch, or destroyed.
            Err(Halt::Problem(_)) => Ok(None),
            Err(need) => Err(need),
        };
        let Some((_, guest)) = read(&guest)? else {
            return Ok(None);
        };
        let referrer = standing.of_text(guest.field("referred_by"));
        if referrer.is_empty() {
            return Ok(None);
        }
        read(referrer)
    }

    /// Returns the writes of an entry of a referrer.
    pub(crate) fn referral_act(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        (id, record): (RecordId, Record),
        contact: &str,
        invitation: &Record,
        sold: &str,
    ) -> Prepared {
        hand_over(&mut self.clock, tx.now, &record);
        let mut event = new_event(tx, Step::Noted, author);
        event.after = file::fold(&record.events).heads;
        let standing = self.segments.standing();
        let brought = standing.of_text(invitation.field("customer"));
        for (name, value) in [
            (data::BROUGHT, brought),
            (data::INVITATION, contact),
            (data::EVENT, invitation.field("event")),
            ("customer_name", invitation.field("customer_name")),
            (data::SOLD, sold),
        ] {
            if !value.is_empty() {
                event.data.insert(name.to_owned(), value.to_owned());
            }
        }
        let edit = Edit::Append {
            local: id.local,
            event: Box::new(event),
        };
        let key = DocumentKey::Segment(id.segment.clone());
        Prepared {
            id,
            number: record.number,
            edits: vec![(key, edit)],
        }
    }

    /// Returns what a customer earned by bringing others; nothing if nobody came.
    pub(crate) fn referral_view(&self, summary: &FileSummary) -> Option<ReferralView> {
        let standing = self.segments.standing();
        let mut ledger: BTreeMap<&str, ReferralEntry> = BTreeMap::new();
        for event in summary.in_force() {
            let brought = event.datum(data::BROUGHT);
            if event.step != Step::Noted || brought.is_empty() {
                continue;
            }
            let customer = standing.of_text(brought).to_owned();
            let entry = ReferralEntry {
                name: self.called(&customer),
                customer,
                event: event.datum(data::EVENT).to_owned(),
                at: event.at,
                sold: parse_cents(event.datum(data::SOLD)).unwrap_or_default(),
            };
            // In the order of events: the last of an invitation holds, and one that says nothing of money leaves what was said.
            let silent = !event.data.contains_key(data::SOLD);
            let invitation = event.datum(data::INVITATION);
            let before = ledger.get(invitation).filter(|_| silent);
            let sold = before.map_or(entry.sold, |before| before.sold);
            ledger.insert(invitation, ReferralEntry { sold, ..entry });
        }
        if ledger.is_empty() {
            return None;
        }
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for entry in ledger.values() {
            let sum = sums.entry(&entry.customer).or_default();
            *sum = sum.saturating_add(entry.sold);
        }
        let rules = self.allocation_rules().and_then(|rules| rules.referral);
        let mut view = ReferralView {
            customers: sums.len() as u32,
            ..ReferralView::default()
        };
        for sold in sums.values() {
            if let Some(rules) = &rules {
                let earned = points(rules, *sold, *sold);
                view.brought = view.brought.saturating_add(earned.brought);
                view.spent = view.spent.saturating_add(earned.spent);
            }
        }
        let mut entries: Vec<ReferralEntry> = ledger.into_values().collect();
        entries.sort_by(|a, b| (b.at, &b.customer).cmp(&(a.at, &a.customer)));
        entries.truncate(MAX_REFERRALS);
        view.entries = entries;
        Some(view)
    }
}
