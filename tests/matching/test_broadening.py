"""Neighbouring work where the wish leaves too little."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.market import Market, market_from_records
from data.reference.occupations import occupation_rows
from matching.broadening import Broadened, broaden, neighbours
from matching.match_seekers import MatchSettings, match_seekers
from models.ranker import prior_ranker
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

BRICKLAYER, CONCRETE, CLERK, NURSE = "6-29-01-01", "6-29-01-03", "3-01-01-01", "2-05-08-01"
ROWS = occupation_rows()


def tasks(*alike: tuple[str, str]) -> np.ndarray:
    """Vectors of tasks in which only these pairs of occupations are alike."""
    vectors = np.eye(len(ROWS), dtype=np.float32)
    for one, other in alike:
        vectors[ROWS[other]] = 0.6 * vectors[ROWS[one]] + 0.8 * vectors[ROWS[other]]
    return vectors


def city(offered: list[str], **person: object) -> Market:
    return market_from_records(
        records(
            vacancies=[vacancy(vacancy_id=f"V-{n}", occupation_code=code) for n, code in enumerate(offered)],
            seekers=[seeker(desired_occupation_code=BRICKLAYER, **person)],
        ),
        AS_OF,
    )


def broadened(market: Market, task_vectors: np.ndarray, *, enough: int, candidates: int = 1) -> Broadened | None:
    vectors = np.tile(np.float32([1, 0]), (len(market.vacancies), 1))
    vector = np.float32([[1, 0]])
    listed = match_seekers(market, vector, vectors, prior_ranker(), MatchSettings(candidates, candidates))
    return broaden(market, market, listed, vector, vectors, task_vectors, prior_ranker(), enough=enough, limit=5)


def test_a_thin_wish_gets_its_neighbours_and_says_why() -> None:
    market = city([BRICKLAYER, CONCRETE, CLERK, NURSE])
    found = broadened(market, tasks((BRICKLAYER, CLERK)), enough=2)
    assert found is not None
    # The same minor group, and the one whose tasks are alike; the nurse is no neighbour.
    reasons = dict(zip(found.matches["vacancy"], (near.zh for near in found.neighbours), strict=True))
    assert reasons == {1: "同属一小类", 2: "工作任务相近"}


def test_a_wish_that_is_served_is_left_alone() -> None:
    market = city([BRICKLAYER, CONCRETE, CLERK])
    assert broadened(market, tasks(), enough=1) is None


def test_who_names_no_work_has_no_neighbours() -> None:
    market = city([BRICKLAYER, CONCRETE], desired_title=None)
    market = Market(
        market.as_of, market.seekers.assign(desired_occupation=np.int16(-1)), market.experience, market.vacancies,
        market.courses,
    )  # fmt: skip
    assert broadened(market, tasks(), enough=9) is None


def test_ways_that_people_went_count_and_chance_does_not() -> None:
    people = [f"S-{n}" for n in range(5)]
    moved = [(person, NURSE, CLERK) for person in people[:3]] + [(person, NURSE, BRICKLAYER) for person in people[3:]]
    market = market_from_records(
        records(
            vacancies=[vacancy()],
            seekers=[seeker(seeker_id=p, desired_occupation_code=wanted) for p, _, wanted in moved],
            seeker_experience=[
                {"seeker_id": p, "title": "护士", "occupation_code": held, "years": 1.0} for p, held, _ in moved
            ],
        ),
        AS_OF,
    )
    near = {one.occupation: one for one in neighbours(market, ROWS[NURSE], tasks(), most=2000)}
    assert near[ROWS[CLERK]].moves == 3
    assert near[ROWS[CLERK]].en == "3 people did or want both"
    assert ROWS[BRICKLAYER] not in near


def test_what_a_rule_forbids_is_not_offered() -> None:
    market = city([BRICKLAYER, CONCRETE], wage_min_cny_month=4000)
    market = Market(
        market.as_of, market.seekers, market.experience,
        market.vacancies.assign(wage_max=np.float32([6000, 3000]), wage_min=np.float32([5000, 2000])), market.courses,
    )  # fmt: skip
    found = broadened(market, tasks(), enough=9)
    assert found is not None
    assert isinstance(found.matches, pd.DataFrame)
    assert found.matches.empty
