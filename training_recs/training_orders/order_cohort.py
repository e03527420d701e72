"""Whom to train for an order: the seats of its class by the allocation, worth = what the reserved posts change.

A person's utility today is that of his best options without the posts reserved: nobody has those but by the order. With
a class it is that of the same list with the reserved post, scored for him as trained less its price. The value of the
class follows as for any course (`course_value`): completion, search lost in class, fee after subsidy and travel.
Seats are N plus as many as are expected to drop out; the waiting list of the allocation are the replacements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.market import Market
from data.reference.training_programmes import TrainingProgramme
from models.ranker import Ranker
from training_recs.course_conditions import TraineeFacts
from training_recs.course_effects import Vectors
from training_recs.course_value import ValueTerms
from training_recs.recommend_courses import PROSPECTS, offer_values
from training_recs.seat_allocation import Seats, allocate_seats
from training_recs.todays_options import TodaysOptions
from training_recs.training_orders.order_catalogue import OrderCatalogue
from training_recs.training_orders.order_terms import OrderTerms
from training_recs.uplift import CourseRematch, UpliftSettings

ORDER_CLASSES = Table(
    "order_classes",
    {
        "run": Column("int32", "row of the catalogue's runs", low=0),
        "course_run_id": Column(TEXT, "course_runs.course_run_id, or new: and the course"),
        "course": Column("int32", "row of market_courses", low=0),
        "is_new": Column("bool", "not planned yet: it would have to begin on starts_on"),
        "starts_on": Column("datetime64[s]", "first day"),
        "ends_on": Column("datetime64[s]", "last day"),
        "free_seats": Column("int64", "seats that nobody holds", low=0),
        "completion": Column("float64", "probability of completing", low=0, high=1),
        "needed": Column("int64", "seats to fill so that enough complete", low=0),
        "people": Column("int64", "people to whom the class is worth something", low=0),
        "seats": Column("int64", "seats that can be filled: the least of these three", low=0),
        "worth": Column("float64", "of those seats, expected placements"),
    },
)


@dataclass(frozen=True)
class OrderCohort:
    """`classes` laid out as `ORDER_CLASSES`, the best first; `run` is its row, None where there is none.

    `seats`: the allocation over that class (rows of the catalogue given); `values`: `offer_values` of everybody.
    `expected_certified` and `expected_hired`: of those seated; `hire_score` float64 by seeker row of `values`.
    """

    classes: pd.DataFrame
    run: int | None
    seats: Seats | None
    values: pd.DataFrame
    expected_certified: float
    expected_hired: float


def choose_cohort(
    market: Market, seeker_vectors: Vectors, vacancy_vectors: Vectors, ranker: Ranker, prices: npt.NDArray[np.float64],
    today: TodaysOptions, found: OrderCatalogue, terms: OrderTerms, value_terms: ValueTerms, *, facts: TraineeFacts,
    programmes: Sequence[TrainingProgramme], used: Mapping[str, int], priority: npt.NDArray[np.float64],
    settings: UpliftSettings,
) -> OrderCohort:  # fmt: skip
    """Choose the class, who gets its seats, and who replaces whoever drops out.

    Parameters
    ----------
    market
        With the seekers in question, row for row with `seeker_vectors`, `today`, `facts` and `priority`; all vacancies.
    found
        `order_catalogue` of this market's courses and vacancies.
    used
        Seats that each programme has paid for in this calendar year.

    Raises
    ------
    DataError
        As `allocate_seats`.
    """
    wishes = _wishes(market, seeker_vectors, vacancy_vectors, ranker, prices, today, found, terms, settings)
    # The posts are held for those who are trained: nobody fills them while they are in class.
    held = value_terms._replace(uplift_persistence=1.0)
    values = offer_values(market, wishes, found.catalogue, held, facts)
    values = values.assign(p_hired=wishes["p_hired"].to_numpy()[values["row"].to_numpy()])
    classes = _classes(values, found, terms)
    if not len(classes) or not int(classes["seats"].iloc[0]):
        return OrderCohort(classes, None, None, values, 0.0, 0.0)
    run = int(classes["run"].iloc[0])
    runs = found.catalogue.runs
    places = np.minimum(runs["seats"].to_numpy("int64"), int(classes["needed"].iloc[0]))
    mine = values[(found.catalogue.offers["run"][values["offer"].to_numpy()] == run)]
    seats = allocate_seats(
        market, mine, replace(found.catalogue, runs=runs.assign(seats=places)),
        programmes=programmes, priority=priority, used=used,
    )  # fmt: skip
    completion = float(classes["completion"].iloc[0])
    hired = mine.set_index("seeker")["p_hired"].reindex(seats.seated["seeker"]).to_numpy()
    return OrderCohort(
        classes, run, seats, mine, completion * len(seats.seated), float(completion * np.minimum(hired, 1.0).sum())
    )


def _wishes(
    market: Market, seeker_vectors: Vectors, vacancy_vectors: Vectors, ranker: Ranker, prices: npt.NDArray[np.float64],
    today: TodaysOptions, found: OrderCatalogue, terms: OrderTerms, settings: UpliftSettings,
) -> pd.DataFrame:  # fmt: skip
    """Of each (seeker, effect) the utilities without and with the reserved posts: what `offer_values` reads."""
    effects, first_offer = found.catalogue.effects, found.catalogue.first_offer
    others = np.where(today.vacancy == terms.vacancy, np.float32(0), today.net)
    of_others = np.append(prices, 0.0)[today.vacancy]  # −1, no vacancy, reads the last
    columns = ("seeker", "effect", "net", "score")
    parts: dict[str, list[npt.NDArray[np.generic]]] = {name: [] for name in columns}
    if len(effects) and len(market.seekers):
        rematch = CourseRematch(
            market, seeker_vectors, vacancy_vectors, ranker, prices, effects, today, replace(settings, scored=1),
            found.touched,
        )  # fmt: skip
        for rows in rematch.blocks():
            one = rematch.of(rows, np.ones((rows.stop - rows.start, len(effects)), dtype=bool))
            for name, values in zip(columns, (one.seeker + rows.start, one.effect, one.net, one.score), strict=True):
                parts[name].append(values)
    seeker, effect, net, score = (np.concatenate([*parts[name], np.empty(0)]) for name in columns)
    person = seeker.astype(np.int32)
    without = _prospects(others[person], of_others[person], settings.referrals)
    reserved = np.full((len(person), 1), prices[terms.vacancy])
    added = _prospects(
        np.concatenate([others[person], net[:, None].astype(np.float32)], axis=1),
        np.concatenate([of_others[person], reserved], axis=1), settings.referrals,
    )  # fmt: skip
    return pd.DataFrame(
        {
            "seeker": person,
            "offer": first_offer[effect.astype(np.int64)].astype(np.int32),
            **dict(zip(PROSPECTS, (*without, *added), strict=True)),
            "p_hired": score,
        }
    )


def _prospects(
    net: npt.NDArray[np.float32], price: npt.NDArray[np.float64], referrals: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Utility and rate (`course_value.Prospects`) of the best `referrals` options by net value, float64 (people,)."""
    best = np.argsort(-net, axis=1, kind="stable")[:, :referrals]
    kept = np.take_along_axis(net, best, axis=1).astype(np.float64)
    score = np.where(kept > 0, kept + np.take_along_axis(price, best, axis=1), 0.0)
    return kept.sum(axis=1), score.sum(axis=1)


def _classes(values: pd.DataFrame, found: OrderCatalogue, terms: OrderTerms) -> pd.DataFrame:
    """Every class with what it could do: the one that is short of fewest first, planned ones before new, by worth."""
    offers, runs = found.catalogue.offers, found.catalogue.runs
    run_of = offers["run"][values["offer"].to_numpy()]
    rows = []
    for run in np.unique(offers["run"]):
        completion = float(offers["completion"][offers["run"] == run][0])
        worth = np.sort(values["value"].to_numpy()[run_of == run])[::-1]
        free, needed = int(runs["seats"].iloc[run]), terms.places(completion)
        filled = min(len(worth), free, needed)
        rows.append(
            (
                int(run), runs["course_run_id"].iloc[run], int(runs["course"].iloc[run]), bool(found.is_new[run]),
                runs["starts_on"].iloc[run], runs["ends_on"].iloc[run], free, completion, needed, len(worth), filled,
                float(worth[:filled].sum()),
            )
        )  # fmt: skip
    table = ORDER_CLASSES.check(pd.DataFrame(rows, columns=list(ORDER_CLASSES.columns)))
    short = (table["needed"] - table["seats"]).to_numpy()
    order = np.lexsort((table["course_run_id"], -table["worth"], table["is_new"], short))
    return table.iloc[order].reset_index(drop=True)
