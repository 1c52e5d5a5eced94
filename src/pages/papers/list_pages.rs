//! Forms of many: `/papers/contacts/:layout/:month`, `/papers/customers/:layout`, `/papers/destruction/:segment`,
//! `/papers/penalties/:month`.

use huiyin_api::{ContactQuery, ListQuery, MAX_PAGE_ROWS, Problem, Request};
use leptos::prelude::*;

use super::{
    list_forms,
    month_turn::{MonthTurn, use_month},
    paper::Paper,
    press::use_press,
    record_sheet::{use_layout, use_param},
    sheet::Sheet,
};
use crate::{
    shell::{
        ask, base::use_base, branches::use_branches, go::use_go, list_memory::use_list_memory,
        live::live, title::set_title,
    },
    texts::{
        forms::{self, About},
        use_texts,
    },
    ui::{ErrorState, Glyph, Icon, SelectField, Skeleton},
};

/// The link back to where the form came from.
#[component]
pub fn BackTo(path: &'static str, #[prop(into)] name: Signal<String>) -> impl IntoView {
    let base = use_base();
    view! {
        <a class="button quiet" href=base.href(path)>
            <Icon glyph=Glyph::Back />
            <span>{move || name.get()}</span>
        </a>
    }
}

/// A sheet once its content is here.
#[component]
fn Ready(
    here: Signal<bool>,
    problem: ReadSignal<Option<Problem>>,
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <ErrorState problem />
        {move || {
            if here.get() {
                children().into_any()
            } else if problem.with(Option::is_none) {
                view! { <Skeleton lines=12 /> }.into_any()
            } else {
                ().into_any()
            }
        }}
    }
}

/// The screen of a form of the contacts of a month.
#[component]
pub fn ContactsPaperPage() -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let branches = use_branches();
    let press = use_press();
    let layout = use_layout(About::Month, "visit_plan");
    let month = use_month();
    let owner = RwSignal::new(String::new());
    set_title(move || layout.with(|layout| forms::layout_of(layout).title.of(t.language())));
    let found = live(
        move || {
            let month = month.get();
            Some(Request::Contacts(ContactQuery {
                owner: owner.get(),
                from: format!("{month}-01"),
                // Days are compared as texts: every month ends by then.
                to: format!("{month}-31"),
                limit: MAX_PAGE_ROWS,
                ..ContactQuery::default()
            }))
        },
        ask::contacts,
    );
    let desk = live(|| Some(Request::ContactDesk), ask::contact_desk);
    let language = RwSignal::new(t.now().language);
    let paper = Signal::derive(move || {
        let layout = layout.get();
        let month = month.get();
        press.make(language.get(), &layout, |press| {
            found.value.with(|page| {
                desk.value.with(|desk| match page {
                    Some(page) => list_forms::month(press, page, desk.as_ref(), &layout, &month),
                    None => Paper::default(),
                })
            })
        })
    });
    let here = Signal::derive(move || found.value.with(Option::is_some));
    let choices = Signal::derive(move || forms::offered(About::Month, t.language()));
    let people = Signal::derive(move || {
        let mut people = vec![(String::new(), t.get().common.all.to_owned())];
        people.extend(
            branches
                .staff_names()
                .into_iter()
                .map(|name| (name.clone(), name)),
        );
        people
    });
    let choose = move |layout: String| {
        go.instead(&format!(
            "/papers/contacts/{layout}/{}",
            month.get_untracked()
        ));
    };
    let turn = move |to: String| {
        go.instead(&format!("/papers/contacts/{}/{to}", layout.get_untracked()));
    };
    view! {
        <Ready here problem=found.problem>
            <Sheet paper form=layout language>
                <BackTo path="/contacts" name=Signal::derive(move || t.get().contacts.title.to_owned()) />
                <SelectField
                    label=move || t.get().papers.paper
                    value=layout
                    input=choose
                    choices
                />
                <SelectField
                    label=move || t.get().papers.of_person
                    value=owner
                    input=move |name: String| owner.set(name)
                    choices=people
                />
                <MonthTurn month to=turn />
            </Sheet>
        </Ready>
    }
}

/// The screen of a form of the customers of the list, narrowed as the list was left.
#[component]
pub fn CustomersPaperPage() -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let press = use_press();
    let layout = use_layout(About::Customers, "customer_list");
    set_title(move || layout.with(|layout| forms::layout_of(layout).title.of(t.language())));
    let state = use_list_memory().customers;
    let found = live(
        move || {
            Some(Request::Customers(ListQuery {
                offset: 0,
                limit: MAX_PAGE_ROWS,
                ..state.query.get()
            }))
        },
        ask::customers,
    );
    let language = RwSignal::new(t.now().language);
    let paper = Signal::derive(move || {
        let layout = layout.get();
        press.make(language.get(), &layout, |press| {
            found.value.with(|page| match page {
                Some(page) => list_forms::customers(press, page, &layout),
                None => Paper::default(),
            })
        })
    });
    let here = Signal::derive(move || found.value.with(Option::is_some));
    let choices = Signal::derive(move || forms::offered(About::Customers, t.language()));
    let choose = move |layout: String| go.instead(&format!("/papers/customers/{layout}"));
    view! {
        <Ready here problem=found.problem>
            <Sheet paper form=layout language>
                <BackTo path="/customers" name=Signal::derive(move || t.get().customers.title.to_owned()) />
                <SelectField
                    label=move || t.get().papers.paper
                    value=layout
                    input=choose
                    choices
                />
            </Sheet>
        </Ready>
    }
}

/// The screen of the list of records to destroy or destroyed.
#[component]
pub fn DestructionPaperPage() -> impl IntoView {
    const FORM: &str = "destruction_list";
    let t = use_texts();
    let press = use_press();
    let segment = use_param("segment");
    set_title(move || forms::layout_of(FORM).title.of(t.language()));
    let found = live(|| Some(Request::Destructions), ask::destructions);
    let language = RwSignal::new(t.now().language);
    let paper = Signal::derive(move || {
        press.make(language.get(), FORM, |press| {
            found.value.with(|segments| {
                let wanted = segment.get();
                let known = segments
                    .iter()
                    .flatten()
                    .find(|known| known.segment == wanted);
                list_forms::destruction(press, &known.cloned().unwrap_or_default())
            })
        })
    });
    let here = Signal::derive(move || found.value.with(Option::is_some));
    view! {
        <Ready here problem=found.problem>
            <Sheet paper form=FORM language>
                <BackTo
                    path="/settings/retention"
                    name=Signal::derive(move || t.get().settings.retention.to_owned())
                />
            </Sheet>
        </Ready>
    }
}

/// The screen of the penalties and rewards of a month.
#[component]
pub fn PenaltiesPaperPage() -> impl IntoView {
    const FORM: &str = "penalty_list";
    let t = use_texts();
    let go = use_go();
    let press = use_press();
    let month = use_month();
    set_title(move || forms::layout_of(FORM).title.of(t.language()));
    let found = live(
        move || Some(Request::Penalties { month: month.get() }),
        ask::penalties,
    );
    let language = RwSignal::new(t.now().language);
    let paper = Signal::derive(move || {
        press.make(language.get(), FORM, |press| {
            found.value.with(|view| match view {
                Some(view) => list_forms::penalties(press, view, &month.get()),
                None => Paper::default(),
            })
        })
    });
    let here = Signal::derive(move || found.value.with(Option::is_some));
    let turn = move |to: String| go.instead(&format!("/papers/penalties/{to}"));
    view! {
        <Ready here problem=found.problem>
            <Sheet paper form=FORM language>
                <BackTo path="/penalties" name=Signal::derive(move || t.get().desk.penalties.to_owned()) />
                <MonthTurn month to=turn />
            </Sheet>
        </Ready>
    }
}
