//! While a phone number is typed: who has it already.

use huiyin_api::{CustomerRow, Request};
use leptos::prelude::*;

use crate::{
    shell::{ask, base::use_base, intl, live::live},
    texts::use_texts,
    ui::{Glyph, Icon},
};

/// Digits from which on it is worth asking.
const MIN_DIGITS: usize = 5;

/// Returns the customers with the same phone as typed so far, current.
pub fn same_phone(
    phone: impl Fn() -> String + Send + Sync + 'static,
    except: Option<String>,
) -> Signal<Vec<CustomerRow>> {
    let typed = Memo::new(move |_| {
        let phone = phone();
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        (digits >= MIN_DIGITS).then_some(phone)
    });
    let found = live(
        move || {
            typed.get().map(|phone| Request::SamePhone {
                phone,
                except: except.clone(),
            })
        },
        ask::customers,
    );
    Signal::derive(move || {
        if typed.with(Option::is_none) {
            return Vec::new();
        }
        found.value.with(|page| {
            page.as_ref()
                .map(|page| page.rows.clone())
                .unwrap_or_default()
        })
    })
}

/// The hint beneath the phone: links to those customers.
#[component]
pub fn SamePhoneHint(found: Signal<Vec<CustomerRow>>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    move || {
        let rows = found.get();
        (!rows.is_empty()).then(|| {
            let texts = t.get();
            let words = if rows.len() == 1 {
                texts.customers.same_phone_one.to_owned()
            } else {
                let count = intl::number(texts.language, rows.len() as f64);
                (texts.customers.same_phone)(&count)
            };
            let links = rows
                .into_iter()
                .map(|row| {
                    view! {
                        <a class="link" href=base.href(&format!("/customers/{}", row.id))>
                            {row.name}
                        </a>
                    }
                })
                .collect_view();
            view! {
                <div class="notice wide" role="status">
                    <Icon glyph=Glyph::Person />
                    <span>{words}</span>
                    {links}
                </div>
            }
        })
    }
}
