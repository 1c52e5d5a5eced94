//! My day: what is overdue, due, to sign, mine, to call back, to verify and to check; what is empty is not shown.

mod action_card;
mod allocation_card;
mod falling_card;
mod figures;
mod group_card;
mod kit_notice;
mod month_card;
mod newcomer_notice;
mod penalty_card;
mod safety;

use huiyin_api::{CaseRow, HomeView};
use leptos::prelude::*;

use crate::{
    pages::{
        contacts::{ContactCard, FollowUpCard, PromiseCard},
        duties::{BirthdayCard, FileDutyCard, OccasionCard},
        surveys::SurveyCard,
    },
    shell::{
        clock::use_clock, day::use_day, focus::move_along, intl, list_memory::use_list_memory,
        session::use_session, title::set_title,
    },
    texts::use_texts,
    ui::{EmptyState, ErrorState, Glyph, LinkButton, Look, PageHead, Skeleton},
};

use action_card::ActionCard;
use allocation_card::AllocationCards;
use falling_card::FallingCard;
use figures::Figures;
use group_card::GroupCard;
use kit_notice::KitNotice;
use month_card::MonthTableCard;
use newcomer_notice::NewcomerNotice;
use penalty_card::PenaltyCard;
use safety::Safety;

/// Every line of my day, in the order shown; of one that leads nowhere its button.
const LINES: &str = ".day-groups :is(a.line-main, span.line-main + .line-marks button)";

/// The first screen of the day.
#[component]
pub fn HomePage() -> impl IntoView {
    let t = use_texts();
    let clock = use_clock();
    let session = use_session();
    set_title(move || t.get().home.title);
    let found = use_day().live();
    move_along(LINES);
    let subtitle = move || {
        let texts = t.get();
        let day = intl::long_day(texts.language, clock.now());
        session.with(|status| match status {
            Some(status) if !status.staff_name.is_empty() => {
                format!("{} · {day}", (texts.home.hello)(&status.staff_name))
            }
            _ => day,
        })
    };
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    view! {
        <PageHead title=move || t.get().home.title subtitle>
            <LinkButton to="/customers/new" icon=Glyph::Plus>
                {move || t.get().home.new_customer}
            </LinkButton>
            <LinkButton to="/reports" icon=Glyph::Chart>
                {move || t.get().shell.reports}
            </LinkButton>
            <LinkButton to="/cases/new" look=Look::Primary icon=Glyph::Plus>
                {move || t.get().home.new_case}
            </LinkButton>
        </PageHead>
        <NewcomerNotice />
        <KitNotice />
        <ErrorState problem=found.problem retry=move || found.ask_again() />
        {move || {
            if here.get() {
                let home = Signal::derive(move || found.value.get().unwrap_or_default());
                view! { <Day home /> }.into_any()
            } else if found.problem.with(Option::is_none) {
                view! { <Skeleton lines=6 /> }.into_any()
            } else {
                ().into_any()
            }
        }}
    }
}

#[component]
fn Day(home: Signal<HomeView>) -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let lists = use_list_memory();
    let new_here = Memo::new(move |_| {
        session
            .with(|status| status.is_some_and(|status| status.customers == 0 && status.cases == 0))
    });
    let quiet = Memo::new(move |_| {
        home.with(|home| {
            home.overdue.is_empty()
                && home.today.is_empty()
                && home.soon.is_empty()
                && home.mine.is_empty()
                && home.call_backs.is_empty()
                && home.to_check.is_empty()
                && nothing_at_the_desk(home)
                && nothing_to_contact(home)
                && home.surveys.is_empty()
                && home.files.total == 0
                && home.month_table.is_none()
        })
    });
    let show = move |column: &'static str, value: &'static str| {
        Callback::new(move |()| {
            lists.cases.clear();
            lists.cases.want(column, value);
        })
    };
    let case_rows = move |pick: fn(&HomeView) -> &Vec<CaseRow>| {
        Signal::derive(move || home.with(|home| pick(home).clone()))
    };
    let count_of = move |pick: fn(&HomeView) -> &Vec<CaseRow>| {
        Signal::derive(move || home.with(|home| pick(home).len() as u32))
    };
    let mine = Callback::new(move |()| {
        let name = session.with(|status| status.map(|status| status.staff_name.clone()));
        lists.cases.clear();
        lists.cases.want("assignee", &name.unwrap_or_default());
    });
    move || {
        if new_here.get() {
            return view! { <FirstSteps /> }.into_any();
        }
        view! {
            <Figures home />
            <Safety />
            <Show when=move || quiet.get()>
                <section class="card">
                    <EmptyState
                        glyph=Glyph::Check
                        title=move || t.get().home.all_clear
                        text=move || t.get().home.all_clear_text
                    />
                </section>
            </Show>
            <div class="day-groups">
                <GroupCard
                    title=move || t.get().home.overdue
                    cases=move || home.with(|home| home.overdue.clone())
                    total=move || home.with(|home| home.overdue_total)
                    all=show("due", "overdue")
                    urgent=true
                />
                <GroupCard
                    title=move || t.get().home.today
                    cases=move || home.with(|home| home.today.clone())
                    total=move || home.with(|home| home.today_total)
                    all=show("due", "today")
                />
                <GroupCard
                    title=move || t.get().home.approvals
                    cases=case_rows(|home| &home.desk.approvals)
                    total=move || home.with(|home| home.desk.approvals_total)
                    all=show("approval", "mine")
                />
                <GroupCard
                    title=move || t.get().home.incoming
                    cases=case_rows(|home| &home.desk.incoming)
                    total=count_of(|home| &home.desk.incoming)
                />
                <GroupCard
                    title=move || t.get().home.to_check
                    cases=case_rows(|home| &home.to_check)
                    total=count_of(|home| &home.to_check)
                />
                <ActionCard
                    title=move || t.get().home.actions
                    actions=move || home.with(|home| home.desk.actions.clone())
                />
                <ActionCard
                    title=move || t.get().home.to_verify
                    actions=move || home.with(|home| home.desk.to_verify.clone())
                />
                <ContactCard
                    title=move || t.get().contacts.to_approve
                    contacts=move || home.with(|home| home.contacts.to_approve.clone())
                />
                <ContactCard
                    title=move || t.get().contacts.today
                    contacts=move || home.with(|home| home.contacts.today.clone())
                />
                <ContactCard
                    title=move || t.get().contacts.to_report
                    contacts=move || home.with(|home| home.contacts.to_report.clone())
                />
                <FileDutyCard day=move || home.with(|home| (*home.files).clone()) />
                <BirthdayCard views=move || home.with(|home| home.contacts.birthdays.clone()) />
                <OccasionCard views=move || home.with(|home| home.contacts.occasions.clone()) />
                <FollowUpCard views=move || home.with(|home| home.contacts.follow_ups.clone()) />
                <PromiseCard promises=move || home.with(|home| home.contacts.promises.clone()) />
                <SurveyCard rounds=move || home.with(|home| home.surveys.clone()) />
                <AllocationCards day=move || home.with(|home| (*home.allocation).clone()) />
                <MonthTableCard duty=move || home.with(|home| home.month_table.clone()) />
                <FallingCard falling=move || home.with(|home| home.falling.clone()) />
                <PenaltyCard penalties=move || home.with(|home| home.desk.penalties.clone()) />
                <GroupCard
                    title=move || t.get().home.mine
                    cases=move || home.with(|home| home.mine.clone())
                    total=move || home.with(|home| home.mine_total)
                    all=mine
                />
                <GroupCard
                    title=move || t.get().home.call_backs
                    cases=move || home.with(|home| home.call_backs.clone())
                    total=move || home.with(|home| home.call_back_total)
                    all=show("state", "answered")
                />
                <GroupCard
                    title=move || t.get().home.soon
                    cases=case_rows(|home| &home.soon)
                    total=count_of(|home| &home.soon)
                    all=show("due", "soon")
                />
                <GroupCard
                    title=move || t.get().home.answerable
                    cases=case_rows(|home| &home.desk.answerable)
                    total=count_of(|home| &home.desk.answerable)
                />
                <GroupCard
                    title=move || t.get().home.waiting
                    cases=case_rows(|home| &home.desk.waiting)
                    total=move || home.with(|home| home.desk.waiting_total)
                    all=show("group", "waiting")
                />
            </div>
        }
        .into_any()
    }
}

/// Returns whether the complaint desk has nothing for the person.
fn nothing_at_the_desk(home: &HomeView) -> bool {
    let desk = &home.desk;
    let cases = [&desk.approvals, &desk.incoming, &desk.answerable];
    cases.iter().all(|cases| cases.is_empty())
        && desk.actions.is_empty()
        && desk.to_verify.is_empty()
        && desk.penalties.is_empty()
}

/// Returns whether no contact waits for the person.
fn nothing_to_contact(home: &HomeView) -> bool {
    let contacts = &home.contacts;
    let lists = [&contacts.to_approve, &contacts.today, &contacts.to_report];
    lists.iter().all(|list| list.is_empty())
        && contacts.promises.is_empty()
        && contacts.follow_ups.is_empty()
        && contacts.birthdays.is_empty()
        && contacts.occasions.is_empty()
        && home.falling.is_empty()
        && home.allocation.claims.is_empty()
        && home.allocation.moves.is_empty()
}

/// An empty company: what to do first.
#[component]
fn FirstSteps() -> impl IntoView {
    let t = use_texts();
    view! {
        <section class="card">
            <EmptyState
                glyph=Glyph::Echo
                title=move || t.get().home.first_steps
                text=move || t.get().home.first_steps_text
            >
                <LinkButton to="/cases/new" look=Look::Primary icon=Glyph::Plus>
                    {move || t.get().home.new_case}
                </LinkButton>
                <LinkButton to="/customers/new" icon=Glyph::Person>
                    {move || t.get().home.new_customer}
                </LinkButton>
                <LinkButton to="/import" icon=Glyph::Import>
                    {move || t.get().home.import}
                </LinkButton>
            </EmptyState>
        </section>
    }
}
