//! What rows do not tell, counted part by part behind the tables: records of cases of three periods, files, points, penalties.

use huiyin_api::{FigureMatter, FigurePart, FigureQuery, FiguresView, Millis, Problem, Request};
use huiyin_core::field::parse_date;
use leptos::{prelude::*, task::spawn_local};

use super::{
    model::{Counted, Penalties},
    period::months,
};
use crate::shell::{
    ask,
    engine::{Engine, use_engine},
};

/// Most months of a period for which penalties are asked, month by month.
const MAX_MONTHS: usize = 12;
/// Periods compared.
const PERIODS: usize = 3;

/// What was counted, as far as it is. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Counting {
    /// All of it; rows first, the rest as it comes.
    pub counted: RwSignal<Counted>,
    /// Records counted and all there are, while the present period is counted.
    pub progress: RwSignal<Option<(u32, u32)>>,
    /// What went wrong.
    pub problem: RwSignal<Option<Problem>>,
}

/// What has to change for records to be counted anew: the question, or something on this device.
type Mark = (FigureQuery, Vec<(String, Option<Millis>)>);

fn mark(query: &FigureQuery, view: &FiguresView) -> Mark {
    let newest = view.as_of.iter();
    let newest = newest.map(|branch| (branch.branch.clone(), branch.newest));
    (query.clone(), newest.collect())
}

/// One count under way; a later one ends it.
#[derive(Clone, Copy)]
struct Round {
    engine: Engine,
    counting: Counting,
    current: StoredValue<u64>,
    own: u64,
}

impl Round {
    fn is_over(self) -> bool {
        self.current.try_get_value() != Some(self.own)
    }

    /// Returns all parts added up; nothing if the count is over.
    async fn parts(
        self,
        query: &FigureQuery,
        matter: FigureMatter,
        tells: bool,
    ) -> Result<Option<FigurePart>, Problem> {
        let mut found = FigurePart::default();
        loop {
            let request = Request::FigurePart {
                query: query.clone(),
                matter,
                after: found.next.clone(),
            };
            let part = self.engine.get(request, ask::figure_part).await;
            if self.is_over() {
                return Ok(None);
            }
            found.merge(part?);
            if found.next.is_empty() {
                return Ok(Some(found));
            }
            if tells {
                let progress = (found.counted, found.counted + found.left);
                self.counting.progress.set(Some(progress));
            }
        }
    }

    /// Returns the penalties of a period; nothing if the person may not see them or the period has no whole months.
    async fn penalties(self, query: &FigureQuery) -> Result<Option<Penalties>, Problem> {
        let span = parse_date(&query.from).zip(parse_date(&query.to));
        let months = span.map_or_else(Vec::new, |(from, to)| months(from, to));
        if months.is_empty() || months.len() > MAX_MONTHS {
            return Ok(None);
        }
        let mut sum = (0, 0);
        for month in months {
            let found = self
                .engine
                .get(Request::Penalties { month }, ask::penalties)
                .await?;
            if self.is_over() || !found.entitled {
                return Ok(None);
            }
            for of_person in &found.sums {
                sum.0 += of_person.count;
                sum.1 += of_person.amount;
            }
        }
        Ok(Some(sum))
    }

    async fn run(self, query: FigureQuery, view: FiguresView) -> Result<(), Problem> {
        let Counting {
            counted, progress, ..
        } = self.counting;
        let mut all_branches = query.branches.is_empty();
        for at in 0..PERIODS {
            let Some(period) = view.periods.get(at) else {
                break;
            };
            let asked = FigureQuery {
                from: period.from.clone(),
                to: period.to.clone(),
                ..query.clone()
            };
            let Some(part) = self.parts(&asked, FigureMatter::Cases, at == 0).await? else {
                return Ok(());
            };
            counted.update(|counted| counted.parts[at] = Some(part));
            if at == 0 {
                progress.set(None);
                let files = self.parts(&query, FigureMatter::Files, false).await?;
                if self.is_over() {
                    return Ok(());
                }
                counted.update(|counted| counted.files = files);
                let points = self.parts(&query, FigureMatter::Points, false).await?;
                if self.is_over() {
                    return Ok(());
                }
                counted.update(|counted| counted.points = points);
            }
            // Penalties are of persons, not of branches or kinds of cases.
            if all_branches && query.kinds.is_empty() {
                let found = self.penalties(&asked).await?;
                if self.is_over() {
                    return Ok(());
                }
                all_branches = found.is_some();
                counted.update(|counted| counted.penalties[at] = found);
            }
        }
        Ok(())
    }
}

/// Starts to count behind the figures: anew whenever the question or something on this device has changed.
pub fn count(query: Memo<FigureQuery>, view: ReadSignal<Option<FiguresView>>) -> Counting {
    let engine = use_engine();
    let counting = Counting {
        counted: RwSignal::new(Counted::default()),
        progress: RwSignal::new(None),
        problem: RwSignal::new(None),
    };
    let current = StoredValue::new(0_u64);
    let known = StoredValue::new(None::<Mark>);
    Effect::new(move |_| {
        let Some(view) = view.get() else {
            return;
        };
        let query = query.get_untracked();
        // The answer may be the one to the question before.
        let fits = view
            .periods
            .first()
            .is_some_and(|now| now.from == query.from && now.to == query.to);
        if !fits {
            return;
        }
        let mark = mark(&query, &view);
        let same = known.with_value(|known| known.as_ref() == Some(&mark));
        let other_question =
            known.with_value(|known| known.as_ref().is_none_or(|(asked, _)| *asked != query));
        counting.counted.update(|counted| {
            if other_question {
                *counted = Counted::default();
            }
            counted.view = view.clone();
        });
        if same {
            return;
        }
        known.set_value(Some(mark));
        let round = Round {
            engine,
            counting,
            current,
            own: current.get_value() + 1,
        };
        current.set_value(round.own);
        counting.progress.set(None);
        spawn_local(async move {
            let ended = round.run(query, view).await;
            if !round.is_over() {
                counting.problem.set(ended.err());
                counting.progress.set(None);
            }
        });
    });
    counting
}
