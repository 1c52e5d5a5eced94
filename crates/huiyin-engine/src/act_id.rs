//! Ids of acts on many records. Whoever asks makes the id, so that the slices of one act belong together and its undo finds them; it is
//! part of the names of registers and stands in every time line.

use huiyin_api::{Problem, ProblemCode};

/// Hex digits of an id.
const ACT_DIGITS: usize = 16;

/// Checks the id of an act.
///
/// # Errors
/// It has other signs than hex digits, or not [`ACT_DIGITS`] of them.
pub(crate) fn checked_act(act: &str) -> Result<(), Problem> {
    if act.len() != ACT_DIGITS || !act.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(Problem::at(ProblemCode::BadField, "act").because(format!(
            "the id of an act has {ACT_DIGITS} hex digits: open the screen again and repeat it"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_sixteen_hex_digits_and_nothing_else() {
        assert_eq!(checked_act("00000000000000c1"), Ok(()));
        let long = "0".repeat(17);
        for bad in [
            "",
            "zz",
            "00000000000000c",
            &long,
            "00000000000000/1",
            "00000000000000é",
        ] {
            let problem = checked_act(bad).expect_err("it is no id");
            assert_eq!(
                (problem.code, problem.place.as_str()),
                (ProblemCode::BadField, "act")
            );
        }
    }
}
