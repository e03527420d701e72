"""Who gained or lost what since the run before, and the reason said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.market import market_from_records
from evaluation.match_run.run_changes import ABSENT, LISTED, REFERRED, RunLists, count_changes, run_changes
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

Pair = tuple[str, str, int]
LABOURER = {"seeker_id": "S-1", "title": "力工", "occupation_code": None, "years": 2}


def run(
    pairs: Sequence[Pair],
    *,
    seekers: dict[str, dict[str, Any]] | None = None,
    vacancies: dict[str, dict[str, Any]] | None = None,
    prices: dict[str, float] | None = None,
    days_later: int = 0,
    experience: Sequence[dict[str, Any]] = (),
    by_lot: Sequence[bool] | None = None,
) -> RunLists:
    people = seekers if seekers is not None else {"S-1": {}, "S-2": {}}
    posts = vacancies if vacancies is not None else {"V-1": {}, "V-2": {}}
    market = market_from_records(
        records(
            seekers=[seeker(seeker_id=name, **facts) for name, facts in people.items()],
            vacancies=[vacancy(vacancy_id=name, **facts) for name, facts in posts.items()],
            **({"seeker_experience": list(experience)} if experience else {}),
        ),
        AS_OF + timedelta(days=days_later),
    )
    row_of = [
        {name: row for row, name in enumerate(table[key])}
        for table, key in ((market.seekers, "seeker_id"), (market.vacancies, "vacancy_id"))
    ]
    return RunLists(
        market,
        np.array([row_of[0][s] for s, _, _ in pairs], np.int32),
        np.array([row_of[1][v] for _, v, _ in pairs], np.int32),
        np.array([standing == REFERRED for _, _, standing in pairs], bool),
        np.array(by_lot or [False] * len(pairs), bool),
        np.array([(prices or {}).get(name, 0.0) for name in market.vacancies["vacancy_id"]]),
    )


def told(changes: pd.DataFrame) -> list[tuple[str, str, int, int, str]]:
    return [tuple(row) for row in changes.itertuples(index=False)]  # type: ignore[misc]


def test_what_the_draw_put_in_or_out_is_told_as_such() -> None:
    drawn = [("S-1", "V-1", LISTED), ("S-1", "V-2", REFERRED)]
    usual = [("S-1", "V-1", REFERRED), ("S-1", "V-2", LISTED)]
    there = run_changes(run(usual), run(drawn, by_lot=[True, True]), another_model=False)
    assert told(there) == [("S-1", "V-1", REFERRED, LISTED, "lot"), ("S-1", "V-2", LISTED, REFERRED, "lot")]
    back = run_changes(run(drawn, by_lot=[True, True]), run(usual), another_model=False)
    assert set(back["reason"]) == {"lot"}


BOTH: list[Pair] = [("S-1", "V-1", REFERRED), ("S-2", "V-2", LISTED)]


def test_the_same_lists_a_day_later_are_no_change() -> None:
    assert run_changes(run(BOTH), run(BOTH, days_later=1), another_model=True).empty


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (run([]), run([("S-1", "V-1", REFERRED)]), (ABSENT, REFERRED, "others")),
        (
            run([], seekers={"S-2": {}}), run([("S-1", "V-1", LISTED)]),
            (ABSENT, LISTED, "new_seeker"),
        ),
        (
            run([("S-1", "V-1", LISTED)]), run([], seekers={"S-2": {}}),
            (LISTED, ABSENT, "left_seeker"),
        ),
        (
            run([], vacancies={"V-2": {}}), run([("S-1", "V-1", REFERRED)]),
            (ABSENT, REFERRED, "new_vacancy"),
        ),
        (
            run([("S-1", "V-1", REFERRED)]), run([], vacancies={"V-2": {}}),
            (REFERRED, ABSENT, "closed_vacancy"),
        ),
        (
            run([]), run([("S-1", "V-1", LISTED)], seekers={"S-1": {"wage_min_cny_month": 1234}, "S-2": {}}),
            (ABSENT, LISTED, "profile"),
        ),
        (
            run([]),
            run([("S-1", "V-1", LISTED)], experience=[LABOURER]),
            (ABSENT, LISTED, "profile"),
        ),
        (
            run([("S-1", "V-1", LISTED)]), run([], vacancies={"V-1": {"title": "厨师"}, "V-2": {}}),
            (LISTED, ABSENT, "vacancy"),
        ),
        (
            run([("S-1", "V-1", REFERRED)]), run([("S-1", "V-1", LISTED)], prices={"V-1": 0.2}),
            (REFERRED, LISTED, "price"),
        ),
        (
            run([("S-1", "V-1", LISTED)], prices={"V-1": 0.2}), run([("S-1", "V-1", REFERRED)]),
            (LISTED, REFERRED, "price"),
        ),
        # A price that fell explains no loss.
        (
            run([("S-1", "V-1", REFERRED)], prices={"V-1": 0.2}), run([]),
            (REFERRED, ABSENT, "others"),
        ),
    ],
)  # fmt: skip
def test_the_reason(before: RunLists, after: RunLists, expected: tuple[int, int, str]) -> None:
    assert told(run_changes(before, after, another_model=False)) == [("S-1", "V-1", *expected)]


def test_another_model_is_the_reason_where_the_pair_was_there_before() -> None:
    changes = run_changes(run([]), run(BOTH), another_model=True)
    assert [row[-1] for row in told(changes)] == ["model", "model"]
    retrained = run([("S-1", "V-1", LISTED)], seekers={"S-1": {"wage_min_cny_month": 1234}, "S-2": {}})
    assert told(run_changes(run([]), retrained, another_model=True))[0][-1] == "profile"
    changes = run_changes(run([], vacancies={"V-2": {}}), run(BOTH), another_model=True)
    assert [row[-1] for row in told(changes)] == ["new_vacancy", "model"]


def test_changes_are_counted_by_reason() -> None:
    changes = run_changes(run(BOTH), run([("S-1", "V-2", REFERRED)], vacancies={"V-2": {}}), another_model=False)
    assert count_changes(changes) == {
        "closed_vacancy": {"referrals_gained": 0, "referrals_lost": 1, "newly_listed": 0, "no_longer_listed": 1},
        "others": {"referrals_gained": 1, "referrals_lost": 0, "newly_listed": 1, "no_longer_listed": 1},
    }
