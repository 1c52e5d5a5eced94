//! Numbers that check themselves: the identity number of a person, the credit code of an organisation.
//!
//! Decides which texts are such numbers, and tells a wrong form from a wrong check character, which is a slip of the pen.

use chrono::NaiveDate;

use crate::text::half_width;

/// Characters of an identity number and of a credit code.
pub const LENGTH: usize = 18;

/// What is wrong with a number that checks itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFault {
    /// Not 18 characters, or characters that do not occur, or a birthday that is none.
    Form,
    /// The check character does not fit the others.
    Check,
}

/// Weights of the 17 digits. **Source:** GB 11643-1999 (ISO 7064, MOD 11-2).
const PERSON_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check characters by the remainder. **Source:** as above.
const PERSON_CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
/// The characters of credit codes in the order of their values. **Source:** GB 32100-2015.
const CODE_CHARACTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

fn characters(text: &str) -> Vec<char> {
    text.chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Returns the identity number (身份证号) in its one form: 18 characters, `X` in upper case, without spaces and hyphens.
///
/// # Errors
/// [`NumberFault::Form`], also for the old numbers of 15 digits and for birthdays that are no day; [`NumberFault::Check`].
///
/// **Source:** GB 11643-1999.
pub fn person(text: &str) -> Result<String, NumberFault> {
    let characters = characters(text);
    let digits: Option<Vec<u32>> = characters
        .iter()
        .take(LENGTH - 1)
        .map(|c| c.to_digit(10))
        .collect();
    let digits = digits
        .filter(|_| characters.len() == LENGTH)
        .ok_or(NumberFault::Form)?;
    let last = characters[LENGTH - 1];
    let number = |from: usize, to: usize| {
        digits[from..to]
            .iter()
            .fold(0, |sum, digit| sum * 10 + digit)
    };
    let year = i32::try_from(number(6, 10)).map_err(|_| NumberFault::Form)?;
    let is_day = (1800..=2199).contains(&year)
        && NaiveDate::from_ymd_opt(year, number(10, 12), number(12, 14)).is_some();
    if !is_day || !(last.is_ascii_digit() || last == 'X') {
        return Err(NumberFault::Form);
    }
    let sum: u32 = digits
        .iter()
        .zip(PERSON_WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    if PERSON_CHECKS[(sum % 11) as usize] == last {
        Ok(characters.into_iter().collect())
    } else {
        Err(NumberFault::Check)
    }
}

/// Returns the birthday in an identity number as [`person`] returns it.
pub fn birthday(number: &str) -> Option<NaiveDate> {
    let part = |from: usize, to: usize| number.get(from..to)?.parse::<u32>().ok();
    NaiveDate::from_ymd_opt(
        i32::try_from(part(6, 10)?).ok()?,
        part(10, 12)?,
        part(12, 14)?,
    )
}

/// Returns the credit code of an organisation (统一社会信用代码) in its one form: 18 characters in upper case.
///
/// # Errors
/// [`NumberFault::Form`], also for the letters I, O, S, V and Z, which do not occur; [`NumberFault::Check`].
///
/// **Source:** GB 32100-2015.
pub fn organisation(text: &str) -> Result<String, NumberFault> {
    let characters = characters(text);
    let values: Option<Vec<usize>> = characters
        .iter()
        .map(|c| CODE_CHARACTERS.find(*c))
        .collect();
    let values = values
        .filter(|values| values.len() == LENGTH)
        .ok_or(NumberFault::Form)?;
    let (mut sum, mut weight) = (0, 1);
    for value in &values[..LENGTH - 1] {
        sum += value * weight;
        weight = weight * 3 % CODE_CHARACTERS.len();
    }
    let check = (CODE_CHARACTERS.len() - sum % CODE_CHARACTERS.len()) % CODE_CHARACTERS.len();
    if values[LENGTH - 1] == check {
        Ok(characters.into_iter().collect())
    } else {
        Err(NumberFault::Check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_numbers_of_the_standard_are_taken_in_any_width() {
        // The example of GB 11643-1999.
        assert_eq!(
            person("11010519491231002X").as_deref(),
            Ok("11010519491231002X")
        );
        assert_eq!(
            person("１１０１０５ 19491231 002x").as_deref(),
            Ok("11010519491231002X")
        );
        assert_eq!(
            birthday("11010519491231002X"),
            NaiveDate::from_ymd_opt(1949, 12, 31)
        );
    }

    #[test]
    fn a_slip_is_told_from_a_wrong_form() {
        assert_eq!(person("110105194912310021"), Err(NumberFault::Check));
        assert_eq!(
            person("11010519491231020X"),
            Err(NumberFault::Check),
            "digits exchanged"
        );
        for bad in [
            "",
            "110105491231002",
            "11010519491331002X",
            "1101051949123100XX",
            "11010519491231002Y",
            "字",
        ] {
            assert_eq!(person(bad), Err(NumberFault::Form), "{bad}");
        }
        assert_eq!(organisation("91350100M000100Y44"), Err(NumberFault::Check));
        for bad in ["", "91350100M000100Y4", "91350100M000100I43", "公司"] {
            assert_eq!(organisation(bad), Err(NumberFault::Form), "{bad}");
        }
    }

    #[test]
    fn credit_codes_check_themselves() {
        // The example of GB 32100-2015.
        assert_eq!(
            organisation("91350100M000100Y43").as_deref(),
            Ok("91350100M000100Y43")
        );
        assert_eq!(
            organisation("91350100m000100y43").as_deref(),
            Ok("91350100M000100Y43")
        );
    }

    #[test]
    fn every_single_wrong_digit_is_found() {
        let good: Vec<char> = "11010519491231002X".chars().collect();
        for at in (0..6).chain(14..17) {
            for digit in '0'..='9' {
                let mut changed = good.clone();
                changed[at] = digit;
                let text: String = changed.iter().collect();
                assert_eq!(person(&text).is_ok(), changed == good, "{text}");
            }
        }
    }
}
