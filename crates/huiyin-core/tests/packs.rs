//! The packs that come with the program: they are read, and every one makes sense.

use huiyin_core::pack::builtin;
use huiyin_core::pack::check::check;

#[test]
fn every_pack_is_read_and_without_defect() {
    let packs = builtin::packs();
    assert_eq!(packs.len(), 26);
    for pack in &packs {
        let defects: Vec<String> = check(pack).iter().map(ToString::to_string).collect();
        assert!(defects.is_empty(), "{}:\n{}", pack.id, defects.join("\n"));
    }
}
