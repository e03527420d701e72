"""What training closes of a project's open posts: people who nearly fit, the course that they lack, its seats in time.

People are scored for the post as they would be after the course (`training_recs.uplift`), and counted with the
probability that they complete it and have found no other work meanwhile; whose chance times the worth of a placement is
below the course's fee, whoever pays it, is not trained. Seats are given to whoever is most likely to
fill a post, one after the other, until the post's open places are covered or seats run out: a plan that can be carried
out, not the best of all plans.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.reference.credentials import codes_of, load_credentials
from data.reference.training_policy import TrainingPolicy
from matching.eligibility import judge_records, seeker_records, vacancy_records
from models.ranker import Ranker
from training_recs.course_catalogue import Catalogue
from training_recs.course_conditions import NO_ROW, TraineeFacts, judge_courses
from training_recs.course_effects import minor_groups
from training_recs.project_assessment.assessment_tables import LACKS, TRAINING
from training_recs.project_assessment.people_of_posts import NearlyFitting
from training_recs.project_assessment.planned_market import PlannedMarket
from training_recs.todays_options import KEPT, TodaysOptions
from training_recs.uplift import CourseRematch, UpliftSettings

Floats = npt.NDArray[np.float64]
MOST_A_POST, PEOPLE_A_PLACE = 200, 10
"""People who nearly fit a post and are looked at: so many, or so many for each of its open places; the most similar."""
LEAST_SHORT = 0.05
"""Openings; a post that lacks less needs no training."""
_SCORED = 12


@dataclass(frozen=True)
class TrainingForPosts:
    """TRAINING and LACKS tables; `by_training` float64 of shape (posts,): openings that the training could fill."""

    training: pd.DataFrame
    lacks: pd.DataFrame
    by_training: Floats


def training_for_posts(
    planned: PlannedMarket, nearly: tuple[NearlyFitting, ...], short: Floats, placed: Floats, ranker: Ranker,
    catalogue: Catalogue, policy: TrainingPolicy, facts: TraineeFacts,
) -> TrainingForPosts:  # fmt: skip
    """Trainees for the posts that today's seekers leave open.

    Parameters
    ----------
    nearly
        Of each post (`people_of_posts`).
    short
        float64 of shape (posts,): openings not expected to be filled.
    facts
        Row for row with the market's seekers.
    placed
        float64 of shape (seekers,): probability that each finds work anyway, with the project.
    """
    wanted = [
        one.seeker[: max(MOST_A_POST, int(PEOPLE_A_PLACE * short[post]))] if short[post] >= LEAST_SHORT else _NOBODY
        for post, one in enumerate(nearly)
    ]
    lacks = _lacks(planned, nearly, catalogue)
    rows = np.unique(np.concatenate([_NOBODY, *wanted]))
    filled = np.zeros(planned.n_posts)
    if not len(rows) or not len(catalogue.offers):
        return TrainingForPosts(TRAINING.empty(), lacks, filled)
    ends_in = catalogue.offers["starts_in"] + catalogue.offers["waits"] + catalogue.offers["class_days"]
    could = _options(planned, rows, wanted, ranker, catalogue, policy, ends_in, facts.of(rows))
    could["chance"] *= 1 - placed[could["seeker"]]
    could = could[could["chance"] * policy.placement_worth_cny >= catalogue.offers["fee"][could["offer"]]]
    taken = _seated(could, catalogue, short, filled)
    return TrainingForPosts(_table(taken, planned, nearly, catalogue), lacks, filled)


_NOBODY = np.empty(0, dtype=np.int32)
_OPTION = np.dtype([("seeker", "i4"), ("post", "i4"), ("offer", "i4"), ("chance", "f8")])


def _options(
    planned: PlannedMarket, rows: npt.NDArray[np.int32], wanted: list[npt.NDArray[np.int32]], ranker: Ranker,
    catalogue: Catalogue, policy: TrainingPolicy, ends_in: npt.NDArray[np.int32], facts: TraineeFacts,
) -> npt.NDArray[Any]:  # fmt: skip
    """Every (seeker, post, offer) that opens the post in time, with completion × probability of placement there."""
    market = replace(planned.market.of(rows), vacancies=planned.posts)
    people = seeker_records(market.seekers)
    days = planned.days_until
    in_time = np.flatnonzero(ends_in <= days.max(initial=0))
    offers = catalogue.offers[in_time]
    failed, _ = judge_courses(people, facts, offers, catalogue.places)
    may_take = failed == 0
    for_effect = np.zeros((len(rows), len(catalogue.effects)), dtype=bool)
    for place, effect in enumerate(offers["effect"]):
        for_effect[:, effect] |= may_take[:, place]
    nothing = TodaysOptions(np.full((len(rows), KEPT), -1, np.int32), np.zeros((len(rows), KEPT), np.float32))
    rematch = CourseRematch(
        market, planned.seeker_vectors[rows], planned.vacancy_vectors[planned.first_post :], ranker,
        np.zeros(planned.n_posts), catalogue.effects, nothing,
        UpliftSettings(referrals=1, scored=_SCORED, profile_share=policy.profile_share, price_weight=0.0),
    )  # fmt: skip
    is_wanted = np.zeros((len(rows), planned.n_posts), dtype=bool)
    for post, seekers in enumerate(wanted):
        is_wanted[np.searchsorted(rows, seekers), post] = True
    who, where = (side.astype(np.int32) for side in np.nonzero(is_wanted))
    is_open = judge_records(people, vacancy_records(market.vacancies), who, where).candidate
    is_wanted[who[is_open], where[is_open]] = False
    offers_of = [np.flatnonzero(offers["effect"] == effect) for effect in range(len(catalogue.effects))]
    found = [np.empty(0, dtype=_OPTION)]
    for block in rematch.blocks():
        one = rematch.of(block, for_effect[block])
        row = np.repeat(np.arange(len(one.seeker)), np.diff(one.first))
        for pair in np.flatnonzero(is_wanted[block.start + one.seeker[row], one.vacancy]):
            person, post = block.start + one.seeker[row[pair]], one.vacancy[pair]
            some = offers_of[one.effect[row[pair]]]
            some = some[may_take[person, some] & (ends_in[in_time[some]] <= days[post])]
            made = np.empty(len(some), dtype=_OPTION)
            made["seeker"], made["post"], made["offer"] = rows[person], post, in_time[some]
            made["chance"] = offers["completion"][some] * float(one.score[pair])
            found.append(made)
    return np.concatenate(found)


def _seated(
    could: npt.NDArray[Any], catalogue: Catalogue, short: Floats, filled: Floats
) -> list[tuple[int, int, int, float]]:
    """(seeker, post, offer, openings filled), the likeliest first, dearer and longer courses last; adds to `filled`."""
    offers = catalogue.offers
    seats = catalogue.runs["seats"].to_numpy(np.int64).copy()
    cost = (offers["fee"] - offers["subsidy"] - offers["first_subsidy"])[could["offer"]]
    order = np.lexsort(
        (could["offer"], could["seeker"], offers["class_days"][could["offer"]], cost, -could["chance"])
    )  # fmt: skip
    trained: set[int] = set()
    taken = []
    for seeker, post, offer, chance in could[order].tolist():
        runs = [int(run) for run in (offers["run"][offer], offers["first_run"][offer]) if run != NO_ROW]
        left = short[post] - filled[post]
        if seeker in trained or left <= 1e-9 or chance <= 0 or min(seats[run] for run in runs) == 0:
            continue
        trained.add(seeker)
        for run in runs:
            seats[run] -= 1
        added = min(chance, left)
        filled[post] += added
        taken.append((seeker, post, offer, added))
    return taken


def _table(
    taken: list[tuple[int, int, int, float]], planned: PlannedMarket, nearly: tuple[NearlyFitting, ...],
    catalogue: Catalogue,
) -> pd.DataFrame:  # fmt: skip
    """Trainees by post, what they lack, and run; a TRAINING table."""
    lack_of = [
        dict(zip(one.seeker.tolist(), zip(one.missing.tolist(), one.short.tolist(), strict=True), strict=True))
        for one in nearly
    ]
    groups: dict[tuple[int, int, bool, int], list[float]] = {}
    for seeker, post, offer, added in taken:
        groups.setdefault((post, *lack_of[post][seeker], offer), []).append(added)
    rows, courses = [], planned.market.courses
    for (post, missing, is_short, offer), parts in groups.items():
        one = catalogue.offers[offer]
        course, run = courses.iloc[int(one["course"])], catalogue.runs.iloc[int(one["run"])]
        first = "" if one["first_course"] == NO_ROW else str(courses["course_id"].iloc[int(one["first_course"])])
        zh, en = lack_words(missing, is_short)
        rows.append(
            (
                post, zh, en, course["course_id"], course["title"], course["provider"], first, run["starts_on"],
                run["ends_on"], int(run["seats"]), len(parts), sum(parts),
            )
        )  # fmt: skip
    table = TRAINING.check(pd.DataFrame(rows, columns=list(TRAINING.columns)))
    order = np.lexsort((table["course_id"], table["begins_on"], -table["expected"], table["post"]))
    return table.iloc[order].reset_index(drop=True)


def _lacks(planned: PlannedMarket, nearly: tuple[NearlyFitting, ...], catalogue: Catalogue) -> pd.DataFrame:
    """Everybody who nearly fits, by what he lacks; a LACKS table, most first."""
    offers, effects = catalogue.offers, catalogue.effects
    ends_in = offers["starts_in"] + offers["waits"] + offers["class_days"]
    group = np.append(minor_groups(), -1)
    trained_in = group[effects.occupation[offers["effect"]]]
    gives, years = effects.credentials[offers["effect"]], effects.replaced_years[offers["effect"]]
    occupations, rows = planned.posts["occupation"].to_numpy(), []
    for post, one in enumerate(nearly):
        kinds = Counter(zip(one.missing.tolist(), one.short.tolist(), strict=True))
        for (missing, is_short), people in kinds.items():
            part = np.uint64(missing) & gives
            experience = (trained_in == group[occupations[post]]) & (years > 0)
            whole = (part == missing) & (experience | (not is_short))
            some = (part != 0) | (experience & is_short)
            in_time = (ends_in[whole] <= planned.days_until[post]).any()
            course = "in_time" if in_time else "too_late" if whole.any() else "in_part" if some.any() else "no_course"
            rows.append((post, *lack_words(missing, is_short), people, course))
    table = LACKS.check(pd.DataFrame(rows, columns=list(LACKS.columns)))
    order = np.lexsort((table["lacks_en"], -table["people"], table["post"]))
    return table.iloc[order].reset_index(drop=True)


def lack_words(missing: int, is_short: bool) -> tuple[str, str]:
    """What is lacking, Chinese and English."""
    names = load_credentials().set_index("code")
    zh = [str(names["name_zh"][code]) for code in codes_of(missing)]
    en = [str(names["name_en"][code]) for code in codes_of(missing)]
    if is_short:
        zh.append("工作经验")
        en.append("years of work")
    return "、".join(zh), ", ".join(en)
