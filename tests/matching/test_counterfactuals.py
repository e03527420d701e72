"""What one change would open: true when the person is matched again as changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from data.market import Market, market_from_records
from matching.counterfactuals import Counterfactual, counterfactuals
from matching.eligibility import judge
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy
from tests.properties.test_matching_invariants import SHORT, markets


def city(*vacancies: dict[str, Any], required: dict[str, str] | None = None, **person: Any) -> Market:
    asked = [{"vacancy_id": v, "credential_code": code} for v, code in (required or {}).items()]
    return market_from_records(
        records(
            vacancies=[vacancy(**{"vacancy_id": f"V-{row}", **changes}) for row, changes in enumerate(vacancies)],
            seekers=[seeker(**person)],
            **({"vacancy_credentials": asked} if asked else {}),
        ),
        AS_OF,
    )


def found(market: Market) -> dict[str, Counterfactual]:
    vectors = np.tile(np.float32([1, 0]), (len(market.vacancies), 1))
    changes = counterfactuals(market, np.float32([[1, 0]]), vectors, candidates=20)
    return {change.code: change for change in changes}


def test_a_licence_opens_what_asks_for_it_and_says_how_many() -> None:
    market = city({}, {}, {}, required={"V-1": "DL-C1", "V-2": "DL-C2"})
    changes = found(market)
    # C1 covers C2: it opens both, C2 alone the one that asks for it.
    assert changes["credential:DL-C1"].opened == (1, 2)
    assert changes["credential:DL-C2"].opened == (2,)
    assert changes["credential:DL-C1"].zh == "取得C1驾驶证，会多出2个相近的岗位（其中想做的工作2个）"
    assert list(changes) == ["credential:DL-C1", "credential:DL-C2"]


def test_a_vacancy_that_fails_for_another_reason_too_is_not_promised() -> None:
    market = city({}, {"wage_max_cny_month": 2500, "wage_min_cny_month": 2000}, required={"V-1": "DL-C1"})
    assert found(market) == {}


def test_each_condition_of_the_person_is_tried() -> None:
    market = city(
        {"night_work": True}, {"shift_work": True}, {"wage_min_cny_month": 3000, "wage_max_cny_month": 3650},
        {"education_min": 4},
    )  # fmt: skip
    changes = found(market)
    assert changes["accepts_night_work"].opened == (0,)
    assert changes["accepts_shift_work"].opened == (1,)
    assert changes["wage:3600"].opened == (2,)
    assert "wage:3200" not in changes  # a lower floor opens nothing more
    assert changes["education:4"].opened == (3,)


def test_nobody_is_advised_to_ask_for_less_than_the_minimum_wage() -> None:
    market = city({}, {"wage_min_cny_month": 1800, "wage_max_cny_month": 1900}, wage_min_cny_month=2200)
    assert found(market) == {}


def test_of_whom_nothing_is_understood_nothing_is_said() -> None:
    market = city({}, {"night_work": True})
    vectors = np.tile(np.float32([1, 0]), (2, 1))
    assert counterfactuals(market, np.zeros((1, 2), np.float32), vectors, candidates=20) == []


def test_who_lacks_nothing_is_told_nothing() -> None:
    assert found(city({}, {})) == {}


@SHORT
@given(markets(), st.integers(1, 12))
def test_what_is_promised_is_open_once_changed_and_closed_today(made: tuple, k: int) -> None:
    market, seeker_vectors, vacancy_vectors = made
    alone = Market(
        market.as_of, market.seekers.head(1), market.experience[market.experience["seeker"] == 0],
        market.vacancies, market.courses,
    )  # fmt: skip
    every = np.arange(len(vacancy_vectors), dtype=np.int32)
    closed = judge(alone, np.zeros_like(every), every).failed != 0
    for change in counterfactuals(alone, seeker_vectors[:1], vacancy_vectors, candidates=k):
        assert closed[list(change.opened)].all()
        assert 0 < len(change.opened) <= change.opened_in_all
        changed = _changed(alone, change.code)
        assert judge(changed, np.zeros_like(every), every).candidate[list(change.opened)].all()


def _changed(market: Market, code: str) -> Market:
    """The person with the change that `code` names, made here by other means."""
    from data.reference.credentials import held_mask

    kind, _, value = code.partition(":")
    row: pd.DataFrame = market.seekers.copy()
    if kind == "credential":
        row["credential_mask"] |= np.uint64(held_mask([value]))
    elif kind in ("wage", "commute", "education"):
        column = {"wage": "wage_min", "commute": "commute_limit_km", "education": "education_level"}[kind]
        row[column] = row[column].dtype.type(float(value))
    else:
        row[kind] = np.int8(kind not in ("needs_board", "needs_lodging"))
    return Market(market.as_of, row, market.experience, market.vacancies, market.courses)
