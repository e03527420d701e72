"""Assess a planned project: what it would find, from where, what training adds, and what it takes from others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.records import SeekerGroup
from data.reference.districts import load_districts
from data.reference.occupations import load_occupations
from data.reference.training_policy import TrainingPolicy
from matching.allocation_policy import ReferralPolicy
from models.ranker import Ranker
from training_recs.course_catalogue import Catalogue
from training_recs.course_conditions import TraineeFacts
from training_recs.project_assessment.assessment_tables import ORIGINS, POSTS
from training_recs.project_assessment.other_employers import by_employer, by_occupation
from training_recs.project_assessment.people_of_posts import PeopleOfPosts, people_of_posts
from training_recs.project_assessment.planned_market import PlannedMarket, candidate_graphs
from training_recs.project_assessment.training_for_posts import TrainingForPosts, training_for_posts
from training_recs.project_assessment.with_and_without import WithAndWithout, solve_both

Progress = Callable[[int, int], None]
LEAST_SOUGHT, SOUGHT_A_REFERRAL = 200, 4
"""People sought for each post: so many, or so many for each referral that it may receive."""
STEPS = 4


@dataclass(frozen=True)
class AssessmentSettings:
    """As the night is set: `policy`, and `candidates` sought for each seeker. `threads`: by default all."""

    policy: ReferralPolicy = field(default_factory=ReferralPolicy)
    candidates: int = 50
    threads: int | None = None


@dataclass(frozen=True)
class Totals:
    """Expected placements; `net` = `direct` − `displaced` = `after` − `before`.

    Attributes
    ----------
    openings, referred
        Of the project; people referred to it.
    direct
        At the project.
    had_other_work
        Of `direct`, people who would have been placed without it.
    before, after
        In the whole city, without and with the project.
    displaced
        Lost by other employers.
    resolution
        Placements below which `net` and `displaced` say nothing.
    """

    openings: int
    referred: int
    direct: float
    by_training: float
    had_other_work: float
    before: float
    after: float
    displaced: float
    net: float
    resolution: float


@dataclass(frozen=True)
class ProjectAssessment:
    """Tables laid out as `assessment_tables` says, and the two allocations behind them; sums agree with `totals`."""

    totals: Totals
    posts: pd.DataFrame
    origins: pd.DataFrame
    barriers: pd.DataFrame
    lacks: pd.DataFrame
    training: pd.DataFrame
    occupations: pd.DataFrame
    employers: pd.DataFrame
    both: WithAndWithout


def assess_project(
    planned: PlannedMarket, ranker: Ranker, catalogue: Catalogue, training: TrainingPolicy, *,
    priority: npt.NDArray[np.float64], settings: AssessmentSettings | None = None, facts: TraineeFacts | None = None,
    report: Progress | None = None,
) -> ProjectAssessment:  # fmt: skip
    """What the posts of `planned` would find in its market.

    Parameters
    ----------
    catalogue
        The courses that can be begun.
    priority
        float64 of shape (seekers,), > 0: how much a placement of each counts in the allocation.
    facts
        Row for row with the market's seekers; by default nothing is known.
    report
        Called with the steps done and `STEPS`.

    Raises
    ------
    DataError
        Vectors or priorities do not fit the market.
    """
    settings = settings or AssessmentSettings()
    steps = iter(range(1, STEPS + 1))

    def done() -> None:
        if report is not None:
            report(next(steps), STEPS)

    sought = np.maximum(
        LEAST_SOUGHT, SOUGHT_A_REFERRAL * settings.policy.per_opening * planned.headcount[planned.first_post :]
    )
    graphs = candidate_graphs(
        planned, ranker, candidates=settings.candidates, people_of_post=sought, threads=settings.threads
    )
    done()
    both = solve_both(planned, graphs, policy=settings.policy, priority=priority)
    del graphs
    done()
    people = people_of_posts(planned, training)
    done()
    expected = both.with_posts.filled[planned.first_post :]
    short = planned.headcount[planned.first_post :] - expected
    taught = training_for_posts(
        planned, people.nearly, short, both.with_posts.placed, ranker, catalogue, training,
        facts or TraineeFacts.nothing_known(len(planned.market.seekers)),
    )  # fmt: skip
    done()
    posts = _posts(planned, both, people, taught)
    return ProjectAssessment(
        totals=_totals(planned, both, posts),
        posts=posts,
        origins=_origins(planned, both),
        barriers=people.barriers,
        lacks=taught.lacks,
        training=taught.training,
        occupations=by_occupation(planned, both),
        employers=by_employer(planned, both),
        both=both,
    )


def _totals(planned: PlannedMarket, both: WithAndWithout, posts: pd.DataFrame) -> Totals:
    first = planned.first_post
    before, after = float(both.without.filled.sum()), float(both.with_posts.filled.sum())
    return Totals(
        openings=int(posts["headcount"].sum()),
        referred=len(np.unique(both.with_posts.seeker[both.is_post])),
        direct=float(posts["expected"].sum()),
        by_training=float(posts["by_training"].sum()),
        had_other_work=float(posts["had_other_work"].sum()),
        before=before,
        after=after,
        displaced=float((both.without.filled - both.with_posts.filled)[:first].sum()),
        net=after - before,
        resolution=both.resolution,
    )


def _posts(
    planned: PlannedMarket, both: WithAndWithout, people: PeopleOfPosts, taught: TrainingForPosts
) -> pd.DataFrame:
    after, first = both.with_posts, planned.first_post
    post = after.vacancy[both.is_post] - first
    seeker, chance = after.seeker[both.is_post], after.chance[both.is_post]
    codes = np.append(load_occupations()["code"].to_numpy(object), "")
    table, expected = planned.posts, after.filled[first:]
    headcount = planned.headcount[first:]
    return POSTS.check(
        pd.DataFrame(
            {
                "post": np.arange(planned.n_posts),
                "post_title": table["title"],
                "occupation": codes[table["occupation"].to_numpy()],
                "starts_on": planned.starts_on.astype("datetime64[s]"),
                "headcount": headcount,
                "fitting": people.fitting,
                "referred": np.bincount(post, minlength=planned.n_posts),
                "expected": expected,
                "by_training": taught.by_training,
                "left": np.maximum(headcount - expected - taught.by_training, 0.0),
                "had_other_work": np.bincount(
                    post, chance * both.without.placed[seeker], minlength=planned.n_posts
                ),
                "price": after.price[first:],
                "of_the_trade": people.of_the_trade,
            }
        )
    )  # fmt: skip


def _origins(planned: PlannedMarket, both: WithAndWithout) -> pd.DataFrame:
    """Whom the project would draw, by home and by group; who is in several groups counts in each."""
    after, seekers = both.with_posts, planned.market.seekers
    at_project = np.bincount(after.seeker[both.is_post], after.chance[both.is_post], minlength=len(seekers))
    is_referred = np.zeros(len(seekers), dtype=bool)
    is_referred[after.seeker[both.is_post]] = True
    rows = []

    def add(dimension: str, code: str, who: npt.NDArray[np.bool_]) -> None:
        if (who & is_referred).any():
            rows.append((dimension, code, int((who & is_referred).sum()), float(at_project[who].sum())))

    home = seekers["district"].to_numpy()
    for row, code in enumerate([*load_districts()["code"], ""]):
        add("district", str(code), home == (row if code else -1))
    mask = seekers["group_mask"].to_numpy(np.uint16)
    for bit, group in enumerate(SeekerGroup):
        add("group", str(group), (mask >> bit) & 1 == 1)
    add("group", "other", mask == 0)
    return ORIGINS.check(pd.DataFrame(rows, columns=list(ORIGINS.columns)))
