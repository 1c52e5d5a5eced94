//! The working calendar: days off and days worked, office hours, zone; of the company and of branches that differ.

mod days;
mod file;
mod hours;
mod year;

use huiyin_api::{CalendarsView, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use self::days::Book;
use crate::{
    shell::{
        ask, base::use_base, branches::use_branches, engine::use_engine, live::live,
        notices::use_toaster, title::set_title,
    },
    texts::use_texts,
    ui::{Button, ErrorState, Glyph, Icon, Look, PageHead, SelectField, Skeleton},
};

use file::CalendarFile;
use hours::Hours;
use year::Year;

/// The calendar being edited.
type Editing = RwSignal<Book>;

/// The screen of the working calendar.
#[component]
pub fn CalendarPage() -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    set_title(move || t.get().calendars.title);
    let found = live(|| Some(Request::Calendars), ask::calendars);
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let read = Signal::derive(move || found.value.get().unwrap_or_default());
    view! {
        <PageHead title=move || t.get().calendars.title subtitle=move || t.get().calendars.subtitle>
            <a class="button" href=base.href("/settings")>
                <Icon glyph=Glyph::Back />
                <span>{move || t.get().settings.title}</span>
            </a>
        </PageHead>
        <div class="desk">
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || {
                if here.get() {
                    view! { <Calendar read /> }.into_any()
                } else if found.problem.with(Option::is_none) {
                    view! { <Skeleton lines=8 /> }.into_any()
                } else {
                    ().into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Calendar(read: Signal<CalendarsView>) -> impl IntoView {
    let t = use_texts();
    let branch = RwSignal::new(String::new());
    let stored = Memo::new(move |_| read.with(|view| Book::of(view, &branch.get())));
    let editing: Editing = RwSignal::new(stored.get_untracked());
    // What is typed stays until it is saved; what arrives meanwhile is taken only where nothing was typed.
    Effect::new(move |before: Option<Book>| {
        let now = stored.get();
        if before.is_none_or(|before| editing.with_untracked(|editing| *editing == before)) {
            editing.set(now.clone());
        }
        now
    });
    let own = Memo::new(move |_| read.with(|view| Book::has_own(view, &branch.get())));
    let begun = RwSignal::new(false);
    let may_edit = Memo::new(move |_| {
        let here = own.get() || begun.get() || branch.with(String::is_empty);
        read.with(|view| view.may_edit) && here
    });
    let choose = move |code: String| {
        begun.set(false);
        branch.set(code);
        editing.set(stored.get());
    };
    let begin = move || {
        editing.update(|book| book.form.branch = branch.get_untracked());
        begun.set(true);
    };
    view! {
        <Head read branch choose=Callback::new(choose) />
        <Show when=move || {
            read.with(|view| view.may_edit) && !own.get() && !begun.get() && !branch.with(String::is_empty)
        }>
            <div class="notice plain">
                <span>{move || t.get().calendars.as_company}</span>
                <Button press=begin>{move || t.get().calendars.own_calendar}</Button>
            </div>
        </Show>
        <Year editing years=Signal::derive(move || read.with(|view| view.years.clone())) may_edit />
        <fieldset class="desk-pair" disabled=move || !may_edit.get()>
            <Hours editing zones=Signal::derive(move || read.with(|view| view.zones.clone())) />
            <CalendarFile editing />
        </fieldset>
        <Show when=move || may_edit.get()>
            <SaveBar editing stored begun />
        </Show>
    }
}

/// Which calendar, and up to when holidays are known.
#[component]
fn Head(
    read: Signal<CalendarsView>,
    branch: RwSignal<String>,
    choose: Callback<String>,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let choices = move || {
        let words = &t.get().calendars;
        let mut choices = branches.choices(words.company);
        read.with(|view| {
            for (code, name) in choices.iter_mut().skip(1) {
                if Book::has_own(view, code) {
                    *name = (words.has_own)(name);
                }
            }
        });
        choices
    };
    let years = move || {
        let years: Vec<String> =
            read.with(|view| view.years.iter().map(ToString::to_string).collect());
        (t.get().calendars.known)(&years)
    };
    view! {
        <Show when=move || !read.with(|view| view.may_edit)>
            <p class="notice plain">
                <Icon glyph=Glyph::Note />
                <span>{move || t.get().settings.read_only}</span>
            </p>
        </Show>
        <section class="card card-body calendar-head">
            <SelectField
                label=move || t.get().calendars.which
                value=branch
                input=choose
                choices=Signal::derive(choices)
            />
            <div>
                <p>{years}</p>
                <p class="muted">{move || t.get().calendars.recomputed}</p>
            </div>
        </section>
    }
}

#[component]
fn SaveBar(editing: Editing, stored: Memo<Book>, begun: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let changed = Memo::new(move |_| {
        begun.get() || editing.with(|editing| stored.with(|stored| editing != stored))
    });
    let wrong = Memo::new(move |_| {
        editing.with(|book| book.form.hours.iter().any(|text| !hours::is_readable(text)))
    });
    let save = move || {
        busy.set(true);
        problem.set(None);
        let request = Request::SaveCalendar(editing.with_untracked(|book| book.form.clone()));
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    begun.try_set(false);
                    toaster.good(t.now().calendars.saved);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let give_up = move || {
        begun.set(false);
        editing.set(stored.get_untracked());
    };
    view! {
        <ErrorState problem />
        <div class="run-bar" class:idle=move || !changed.get()>
            <span class="muted" role="status">
                {move || {
                    let words = &t.get().calendars;
                    if changed.get() { words.changed } else { words.unchanged }
                }}
            </span>
            <span class="spacer"></span>
            <Show when=move || changed.get()>
                <Button look=Look::Quiet press=give_up>
                    {move || t.get().calendars.give_up}
                </Button>
            </Show>
            <Button
                look=Look::Primary
                busy
                disabled=Signal::derive(move || !changed.get() || wrong.get())
                press=save
            >
                {move || t.get().common.save}
            </Button>
        </div>
    }
}
