//! A form of one contact: `/contacts/:id/print/:layout`.

use huiyin_api::{ContactRecord, Request};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    contact_forms::{self, ContactSource},
    press::use_press,
    sheet::Sheet,
};
use crate::{
    shell::{
        ask,
        base::use_base,
        go::use_go,
        keys::{Command, on_command},
        live::live,
        title::set_title,
    },
    texts::{
        forms::{self, About},
        use_texts,
    },
    ui::{ErrorState, Glyph, Icon, SelectField, Skeleton},
};

/// The screen of a contact's form.
#[component]
pub fn ContactPaperPage() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    let param = move |name: &str| params.with(|params| params.get(name).unwrap_or_default());
    let id = Memo::new(move |_| param("id"));
    let layout = Memo::new(move |_| {
        forms::find(&param("layout"))
            .filter(|known| known.about == About::Contact)
            .map_or("visit_report", |known| known.wire)
            .to_owned()
    });
    let found = live(
        move || Some(Request::Contact { id: id.get() }),
        ask::contact,
    );
    let record = Memo::new(move |_| found.value.get().filter(|record| record.row.id == id.get()));
    let here = Memo::new(move |_| record.with(Option::is_some));
    set_title(move || layout.with(|layout| forms::layout_of(layout).title.of(t.language())));
    move || {
        if here.get() {
            let record = Signal::derive(move || record.get().unwrap_or_default());
            view! { <ContactPaper record layout /> }.into_any()
        } else if found.problem.with(Option::is_some) {
            view! { <ErrorState problem=found.problem retry=move || found.ask_again() /> }
                .into_any()
        } else {
            view! { <Skeleton lines=12 /> }.into_any()
        }
    }
}

#[component]
fn ContactPaper(record: Signal<ContactRecord>, layout: Memo<String>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let go = use_go();
    let press = use_press();
    let language = RwSignal::new(t.now().language);
    let desk = live(|| Some(Request::ContactDesk), ask::contact_desk);
    let paper = Signal::derive(move || {
        let layout = layout.get();
        press.make(language.get(), &layout, |press| {
            record.with(|record| {
                desk.value.with(|desk| {
                    let source = ContactSource {
                        press,
                        record,
                        desk: desk.as_ref(),
                    };
                    contact_forms::paper(&source, &layout)
                })
            })
        })
    });
    let path = move || record.with(|record| format!("/contacts/{}", record.row.id));
    let choices = Signal::derive(move || forms::offered(About::Contact, t.language()));
    let choose = move |layout: String| {
        go.instead(&format!("{}/print/{layout}", untrack(path)));
    };
    on_command(move |command| {
        let back = command == Command::Back;
        if back {
            go.to(&untrack(path));
        }
        back
    });
    view! {
        <Sheet paper form=layout language>
            <a class="button quiet" href=move || base.href(&path())>
                <Icon glyph=Glyph::Back />
                <span>{move || t.get().papers.back_contact}</span>
            </a>
            <SelectField
                label=move || t.get().papers.paper
                value=layout
                input=choose
                choices
            />
        </Sheet>
    }
}
