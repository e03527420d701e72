"""Why there is no candidate: the rule that alone stands in the way most often."""

from __future__ import annotations

import numpy as np

from data.market import Market, market_from_records
from matching.without_candidates import (
    SEVERAL,
    WithoutCandidates,
    seekers_without_candidates,
    vacancies_without_candidates,
)
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy


def market(seekers: list[dict], vacancies: list[dict]) -> Market:
    return market_from_records(
        records(
            seekers=[seeker(seeker_id=f"S-{row}", **person) for row, person in enumerate(seekers)],
            vacancies=[vacancy(vacancy_id=f"V-{row}", **post) for row, post in enumerate(vacancies)],
        ),
        AS_OF,
    )


LOW_PAID = {"wage_min_cny_month": 2000, "wage_max_cny_month": 2500, "wage_negotiable": False}


def test_a_seeker_whose_wage_nobody_pays() -> None:
    city = market([{"wage_min_cny_month": 9000}], [LOW_PAID, LOW_PAID, LOW_PAID | {"education_min": 7}])
    assert seekers_without_candidates(city, np.array([0])) == WithoutCandidates(1, {"wage": 1})


def test_a_vacancy_for_which_nobody_is_educated_enough() -> None:
    city = market([{"education_level": 3}, {"education_level": 4}], [{"education_min": 7}])
    assert vacancies_without_candidates(city, np.array([0])).reasons == {"education": 1}


def test_several_at_once_and_nobody_there() -> None:
    demanding = {"wage_min_cny_month": 9000, "education_level": 2}
    city = market([demanding], [LOW_PAID | {"education_min": 7}])
    assert seekers_without_candidates(city, np.array([0])).reasons == {SEVERAL: 1}
    assert seekers_without_candidates(market([demanding], []), np.array([0])).reasons == {"nobody": 1}
    assert vacancies_without_candidates(city, np.array([], dtype=int)) == WithoutCandidates(0, {})
