//! Further people of a customer (联系人): as many as wanted, each a handful of fields of the customer's record.
//!
//! Decides the names of those fields and what they may hold. Each person has a key of 16 hexadecimal digits made when it is
//! added, so that two devices may add and change people apart and nothing is lost: `p:9f3a0c1d2e4b5a6c:name`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::{FieldError, FieldReason, fields, normalise};
use crate::id::EventId;

/// What the name of a person's field begins with.
pub const PREFIX: &str = "p:";
/// Most people of one customer.
pub const MAX_PEOPLE: usize = 100;

const YES: &[&str] = &["yes", "no"];

fields! {
    /// A field of a person.
    PersonField {
        /// 姓名
        Name "name" Line;
        /// 职务
        Post "post" Line;
        /// 电话
        Phone "phone" Phone;
        /// 电话二
        Phone2 "phone2" Phone;
        /// 电子邮件
        Email "email" Email;
        /// 生日
        Birthday "birthday" Date;
        /// 喜好
        Preferences "preferences" Text;
        /// 备注
        Notes "notes" Text;
        /// 已离开: does not work there any more
        Left "left" Choice(YES);
    }
}

/// A person of a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Person {
    /// The 16 digits.
    pub key: String,
    /// Stored values by field.
    pub values: BTreeMap<PersonField, String>,
}

impl Person {
    /// Returns a value, or an empty text.
    pub fn value(&self, field: PersonField) -> &str {
        self.values.get(&field).map_or("", String::as_str)
    }
}

/// Returns the name of a person's field in the record.
pub fn field_name(key: &EventId, field: PersonField) -> String {
    format!("{PREFIX}{key}:{}", field.name())
}

/// Returns key and field of the name of a record's field; nothing if it is no person's.
pub fn parse_name(name: &str) -> Option<(EventId, PersonField)> {
    let (key, field) = name.strip_prefix(PREFIX)?.split_once(':')?;
    Some((EventId::parse(key).ok()?, PersonField::parse(field)?))
}

/// Returns the stored form of a value of a person; empty means "not stated".
///
/// # Errors
/// [`FieldError`] naming the field and what to do.
pub fn validate(field: PersonField, value: &str) -> Result<String, FieldError> {
    normalise(field.kind(), value).map_err(|reason: FieldReason| FieldError {
        field: field.name().to_owned(),
        reason,
    })
}

/// Returns the people in the fields of a record: those who say anything, at most [`MAX_PEOPLE`], those still there first, then
/// by name, then by key.
pub fn people<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Person> {
    let mut found: BTreeMap<String, Person> = BTreeMap::new();
    for (name, value) in fields {
        if let Some((key, field)) = parse_name(name).filter(|_| !value.is_empty()) {
            let person = found.entry(key.to_string()).or_default();
            person.values.insert(field, value.to_owned());
        }
    }
    let mut people: Vec<Person> = found
        .into_iter()
        .map(|(key, person)| Person { key, ..person })
        .collect();
    people.sort_by(|a, b| {
        let order = |person: &Person| {
            (
                person.value(PersonField::Left) == "yes",
                person.value(PersonField::Name).to_owned(),
            )
        };
        (order(a), &a.key).cmp(&(order(b), &b.key))
    });
    people.truncate(MAX_PEOPLE);
    people
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_added_apart_all_stay() {
        let key = |n| EventId::from_u64(n);
        let names: Vec<(String, &str)> = vec![
            (field_name(&key(2), PersonField::Name), "李芳"),
            (field_name(&key(1), PersonField::Name), "王伟"),
            (field_name(&key(1), PersonField::Left), "yes"),
            (field_name(&key(3), PersonField::Name), ""),
            ("name".to_owned(), "公司"),
            ("p:zz:name".to_owned(), "no key"),
            (format!("p:{}:colour", key(1)), "no field"),
        ];
        let found = people(names.iter().map(|(name, value)| (name.as_str(), *value)));
        let shown: Vec<&str> = found
            .iter()
            .map(|person| person.value(PersonField::Name))
            .collect();
        assert_eq!(shown, ["李芳", "王伟"], "who has left comes last");
        assert_eq!(
            parse_name(&field_name(&key(1), PersonField::Birthday)),
            Some((key(1), PersonField::Birthday))
        );
        assert!(validate(PersonField::Birthday, "1990-02-30").is_err());
    }
}
