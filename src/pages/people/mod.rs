//! One customer, one file, one owner: likely duplicates, merging, owners and the hand-over of a leaver.

mod duplicates_page;
mod file_finder;
mod hand_over_page;
mod merge_fields;
mod merge_page;
mod merged_notice;
mod owner_card;
mod pool_page;

pub use duplicates_page::DuplicatesPage;
pub use file_finder::FileFinder;
pub use hand_over_page::HandOverPage;
pub use merge_page::MergePage;
pub use merged_notice::{GaveWay, MergedFiles};
pub use owner_card::Owners;
pub use pool_page::PoolPage;

use huiyin_api::{Problem, Request};
use huiyin_core::duplicate::Shared;

use crate::{
    shell::{ask, engine::Engine, notices::Toaster},
    texts::{Texts, TextsHandle},
};

/// Returns what two files have in common, in words.
pub fn in_common(texts: &Texts, shared: &[Shared]) -> String {
    let p = &texts.people;
    let words: Vec<&str> = shared
        .iter()
        .map(|shared| match shared {
            Shared::Identity => p.same_identity,
            Shared::Card => p.same_card,
            Shared::Phone => p.same_phone,
            Shared::Vehicle => p.same_vehicle,
            Shared::NameAndAddress => p.same_name_and_address,
            Shared::Name => p.same_name,
        })
        .collect();
    words.join(p.comma)
}

/// Undoes the merge of two files and tells what became of it.
async fn undo_merge(
    engine: Engine,
    toaster: Toaster,
    t: TextsHandle,
    a: String,
    b: String,
) -> Result<(), Problem> {
    let report = engine
        .get(Request::UnmergeCustomers { a, b }, ask::unmerged)
        .await?;
    let texts = t.now();
    if report.kept.is_empty() {
        toaster.good(texts.people.undone);
    } else {
        let fields: Vec<String> = report.kept.iter().map(|field| texts.field(field)).collect();
        toaster.say((texts.people.undone_but)(&fields.join(texts.people.comma)));
    }
    Ok(())
}
