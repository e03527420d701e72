"""Courses for everybody, by what they would change: one path for a request and for a whole city overnight.

For every effect of the catalogue a person's utility afterwards (`uplift`); for every course and run with it the gain in
placements within 90, 180 and 360 days (`course_value`), less fee after subsidy and travel, each set against the worth
of a placement (`reference/training_policy.csv`). The best course of each effect is kept, then the best effects. Where
none is worth it, the answer is no course: apply now.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Column, Table
from data.errors import DataError
from data.market import Market
from matching.eligibility import Records, seeker_records
from matching.retrieval import single_threaded_products
from models.ranker import Ranker
from training_recs.course_catalogue import Catalogue
from training_recs.course_conditions import TraineeFacts, judge_courses, may_take
from training_recs.course_effects import TouchedVacancies, touched_vacancies
from training_recs.course_value import FOUND, HORIZONS_DAYS, ValueTerms, choose_offers, value_pairs
from training_recs.todays_options import TodaysOptions
from training_recs.uplift import CourseRematch, Rematched, UpliftSettings, Vectors

LEAST_VALUE = 1e-4
"""Expected placements; less is within what the ranker cannot tell apart."""

_UTILITY = Column("float64", "expected placements of one list of referrals, at current prices", low=0)
_RATE = Column(
    "float64", "placements of the person's own by one list of referrals: scores, prices not subtracted", low=0
)
RECOMMENDED_COURSES = Table(
    "recommended_courses",
    {
        "seeker": Column("int32", "row of market_seekers; the table is sorted by it and by position", low=0),
        "position": Column("int32", "place in the seeker's list, from 1", low=1),
        "offer": Column("int32", "row of the catalogue's offers", low=0),
        "uplift": Column("float64", "completion × (utility afterwards − today), expected placements a round", low=0),
        "completion": Column("float64", "probability of completing", low=0, high=1),
        "utility_today": _UTILITY,
        "utility_after": _UTILITY,
        "rate_today": _RATE,
        "rate_after": _RATE,
        **{
            f"gain_{days}": Column(
                "float64", f"P(placed within {days} days) with the course less without", low=-1, high=1
            )
            for days in HORIZONS_DAYS
        },
        "cost_cny": Column("float64", "fee after subsidy and travel, CNY", low=0),
        "value": Column("float64", "the city's gain at the ranked horizon less the cost as placements"),
        "unknown": Column("uint16", "conditions to ask about; bit = condition"),
    },
)
PROSPECTS = ("utility_today", "rate_today", "utility_after", "rate_after")
"""Columns that hold a person's prospects, in the order in which `course_value` takes them."""


@dataclass(frozen=True)
class Recommendations:
    """`courses` laid out as `RECOMMENDED_COURSES`; who has no row in it had better apply now.

    `utility_today` float64 (seekers,): with the vacancies open to each that lie near what courses teach.
    """

    courses: pd.DataFrame
    utility_today: npt.NDArray[np.float64]


def recommend_courses(
    market: Market,
    seeker_vectors: Vectors,
    vacancy_vectors: Vectors,
    ranker: Ranker,
    prices: npt.NDArray[np.float64],
    today: TodaysOptions,
    catalogue: Catalogue,
    terms: ValueTerms,
    *,
    limit: int,
    settings: UpliftSettings | None = None,
    facts: TraineeFacts | None = None,
    touched: TouchedVacancies | None = None,
    threads: int | None = None,
) -> Recommendations:
    """The best courses of every seeker of the market, at most one an effect.

    Parameters
    ----------
    seeker_vectors, vacancy_vectors
        float32 (n, d), rows L2-normalised, row for row with the market's tables.
    prices
        float64 (vacancies,): of the published run, expected placements.
    today
        Of the market's seekers, at these prices.
    terms
        `course_value.terms_of` the policy and the usual prospects of the whole city, of which the market may be a part.
    facts
        Row for row with the seekers; by default nothing is known.
    touched
        `touched_vacancies` of this catalogue and these vacancies, for callers that come back.
    threads
        By default as many as there are processors. The result does not depend on it.

    Raises
    ------
    DataError
        Prices, options or facts do not fit the market.
    """
    n, settings = len(market.seekers), settings or UpliftSettings()
    facts = facts or TraineeFacts.nothing_known(n)
    sizes = (len(prices), len(today.net), len(facts.fit))
    if sizes != (len(market.vacancies), n, n):
        raise DataError(
            f"prices of {sizes[0]} vacancies, options of {sizes[1]} and facts of {sizes[2]} seekers for a market of "
            f"{n} seekers and {len(market.vacancies)} vacancies",
            remedy="use those of this market, in its row order",
        )
    touched = touched or touched_vacancies(catalogue.effects, market.vacancies)
    rematch = CourseRematch(
        market, seeker_vectors, vacancy_vectors, ranker, prices, catalogue.effects, today, settings, touched
    )
    seekers = seeker_records(market.seekers)

    def recommend(rows: slice) -> tuple[pd.DataFrame, npt.NDArray[np.float64]]:
        best = best_offers(rematch, seekers, facts, catalogue, terms, rows)
        return listed(best, catalogue, rows, limit), best.rematched.utility_today

    blocks = list(rematch.blocks())
    if len(blocks) > 1:
        with ThreadPoolExecutor(threads or os.cpu_count() or 1, initializer=single_threaded_products) as pool:
            parts = list(pool.map(recommend, blocks))
    else:
        parts = [recommend(rows) for rows in blocks]
    tables = [table for table, _ in parts if len(table)]
    return Recommendations(
        RECOMMENDED_COURSES.check(pd.concat(tables, ignore_index=True)) if tables else RECOMMENDED_COURSES.empty(),
        np.concatenate([utility for _, utility in parts]) if parts else np.empty(0),
    )


@dataclass(frozen=True)
class BestOffers:
    """Of each row of `rematched` the offer of its effect that is worth most; offer −1 where none may be taken."""

    rematched: Rematched
    found: npt.NDArray[Any]


def best_offers(
    rematch: CourseRematch, seekers: Records, facts: TraineeFacts, catalogue: Catalogue, terms: ValueTerms,
    rows: slice,
) -> BestOffers:  # fmt: skip
    """Match the seekers of `rows` again for each effect of which they may take a course; choose among its courses."""
    mine = seekers[rows]
    some = facts.of(rows)
    failed, unknown = judge_courses(mine, some, catalogue.offers, catalogue.places)
    allowed = (
        np.logical_or.reduceat(failed == 0, catalogue.first_offer[:-1], axis=1)
        if len(catalogue.effects)
        else np.zeros((len(mine), 0), dtype=bool)
    )
    rematched = rematch.of(rows, allowed)
    found = np.zeros(len(rematched.seeker), dtype=FOUND)
    choose_offers(
        rematched.seeker, rematched.effect, rematched.utility_today, rematched.rate_today, rematched.utility,
        rematched.rate, mine, failed, unknown, terms.subsidised_a_year - some.subsidised_this_year,
        catalogue.offers, catalogue.first_offer, catalogue.places, terms, found,
    )  # fmt: skip
    return BestOffers(rematched, found)


def offer_values(
    market: Market, recommended: pd.DataFrame, catalogue: Catalogue, terms: ValueTerms, facts: TraineeFacts
) -> pd.DataFrame:
    """What every course and run with a recommended effect is worth to the person: not only the best run of each.

    Columns `row` (of `recommended`, a RECOMMENDED_COURSES table), `seeker`, `offer` (int32) and `value` (float64, as
    there, ≥ `LEAST_VALUE`). Offers of which a condition fails are left out.
    """
    effect = catalogue.offers["effect"][recommended["offer"].to_numpy()]
    first, last = catalogue.first_offer[effect], catalogue.first_offer[effect + 1]
    row = np.repeat(np.arange(len(effect)), last - first)
    offer = np.arange(len(row)) + np.repeat(first - (np.cumsum(last - first) - (last - first)), last - first)
    seeker, seekers = recommended["seeker"].to_numpy()[row], seeker_records(market.seekers)
    value = np.empty(len(row))
    value_pairs(
        seeker, offer, *(recommended[name].to_numpy()[row] for name in PROSPECTS), seekers,
        terms.subsidised_a_year - facts.subsidised_this_year, catalogue.offers, catalogue.places,
        terms, value,
    )  # fmt: skip
    kept = np.flatnonzero(value >= LEAST_VALUE)
    kept = kept[may_take(seekers, facts, catalogue.offers, catalogue.places, seeker[kept], offer[kept])]
    return pd.DataFrame(
        {"row": row[kept], "seeker": seeker[kept], "offer": offer[kept].astype(np.int32), "value": value[kept]}
    )


def listed(best: BestOffers, catalogue: Catalogue, rows: slice, limit: int) -> pd.DataFrame:
    """Rows of `RECOMMENDED_COURSES` of the seekers of `rows`; `limit` each.

    Ties go to the shorter course, then the cheaper, then the lower row.
    """
    found, seeker = best.found, best.rematched.seeker
    kept = np.flatnonzero((found["offer"] >= 0) & (found["value"] >= LEAST_VALUE))
    offers = catalogue.offers[found["offer"][kept]]
    order = np.lexsort(
        (found["offer"][kept], found["cost"][kept], offers["class_days"], -found["value"][kept], seeker[kept])
    )
    kept = kept[order]
    starts = np.flatnonzero(np.r_[True, seeker[kept][1:] != seeker[kept][:-1]]) if len(kept) else np.empty(0, np.int64)
    position = np.arange(len(kept)) - np.repeat(starts, np.diff(np.r_[starts, len(kept)])) + 1
    kept, position = kept[position <= limit], position[position <= limit]
    chosen, mine = found[kept], seeker[kept]
    completion = catalogue.offers["completion"][chosen["offer"]].astype(np.float64)
    now = best.rematched.utility_today[mine]
    return pd.DataFrame(
        {
            "seeker": (rows.start + mine).astype(np.int32),
            "position": position.astype(np.int32),
            "offer": chosen["offer"],
            "uplift": completion * np.maximum(chosen["utility"] - now, 0.0),
            "completion": completion,
            "utility_today": now,
            "utility_after": chosen["utility"],
            "rate_today": best.rematched.rate_today[mine],
            "rate_after": chosen["rate"],
            **{f"gain_{days}": chosen["gain"][:, place] for place, days in enumerate(HORIZONS_DAYS)},
            "cost_cny": chosen["cost"],
            "value": chosen["value"],
            "unknown": chosen["unknown"],
        }
    )
