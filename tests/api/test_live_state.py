"""A market that follows the database change by change equals one frozen from scratch."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from api.embedded_market import Vectors
from api.live_state import NO_ROWS, freeze_anew, merge_changes
from data.columns import Records
from data.market import Market
from tests.api.live_market_for_tests import (
    CHANGES,
    IDENTIFIERS,
    ROWS,
    Change,
    Rows,
    assert_same,
    embed,
    experience,
    followed,
    frozen,
    make,
    state_of,
)
from tests.data.records_for_tests import AS_OF


@settings(max_examples=50, deadline=None)
@given(seekers=ROWS, vacancies=ROWS, changes=CHANGES)
def test_base_and_delta_together_are_the_market_frozen_anew(
    seekers: Rows, vacancies: Rows, changes: list[Change]
) -> None:
    state, everything = followed(seekers, vacancies, changes)
    expected = frozen(everything)
    assert_same(state.as_one(), expected)
    assert (state.count("seekers"), state.count("vacancies")) == (
        len(expected.market.seekers),
        len(expected.market.vacancies),
    )
    pd.testing.assert_frame_equal(state.all_vacancies.market.vacancies, expected.market.vacancies)
    np.testing.assert_array_equal(state.all_vacancies.vacancy_vectors, expected.vacancy_vectors)


@settings(max_examples=20, deadline=None)
@given(seekers=ROWS, vacancies=ROWS, changes=CHANGES)
def test_each_is_found_by_its_identifier_or_is_gone(seekers: Rows, vacancies: Rows, changes: list[Change]) -> None:
    state, everything = followed(seekers, vacancies, changes)
    market = frozen(everything).market
    for identifier in IDENTIFIERS:
        row = state.find("seekers", identifier)
        expected = market.seekers[market.seekers["seeker_id"] == identifier].reset_index(drop=True)
        assert (row is None) == expected.empty
        if row is not None:
            pd.testing.assert_frame_equal(state.gather(row, NO_ROWS).market.seekers, expected)


@settings(max_examples=20, deadline=None)
@given(seekers=ROWS, vacancies=ROWS, changes=CHANGES, days=st.integers(-1, 3))
def test_a_new_day_begins_and_ends_validity(seekers: Rows, vacancies: Rows, changes: list[Change], days: int) -> None:
    state, everything = followed(seekers, vacancies, changes)
    day = AS_OF + timedelta(days=days)
    assert_same(freeze_anew(state, everything, day, embed), frozen(everything, day))


def test_only_what_is_new_is_embedded() -> None:
    seen: list[int] = []

    def counting(market: Market) -> tuple[Vectors, Vectors]:
        seen.extend((len(market.seekers), len(market.vacancies)))
        return embed(market)

    before = state_of(make({"01": ("焊工", "open", 1)}, dict.fromkeys(IDENTIFIERS, ("电工", "open", 1))))
    changed = make({}, {"99": ("厨师", "open", 1), "03": ("电工", "closed", 1)})
    after = merge_changes(before, changed, counting, as_of=AS_OF)
    assert seen == [0, 1]
    seen.clear()
    freeze_anew(after, make({}, {"99": ("厨师", "open", 1), "98": ("厨师", "open", 1)}), AS_OF, counting)
    assert seen == [0, 1]


def test_a_change_leaves_the_base_and_the_state_before_it_as_they_were() -> None:
    before = state_of(make({"01": ("焊工", "open", 1)}, {"01": ("电工", "open", 1)}))
    after = merge_changes(before, make({}, {"01": ("厨师", "open", 1)}), embed, as_of=AS_OF, erased=["01"])
    assert after.base is before.base
    assert before.changed_rows == 0
    assert before.count("seekers") == 1
    assert after.count("seekers") == 0
    assert after.changed_rows == 3


def test_one_seeker_comes_with_his_own_experience() -> None:
    everything = make(dict.fromkeys(IDENTIFIERS, ("焊工", "open", 1)), {"01": ("电工", "open", 1)})
    more = pd.DataFrame([experience("03", "a second one")])
    both = pd.concat([everything.seeker_experience, more], ignore_index=True)
    state = state_of(Records.of(**{**everything.__dict__, "seeker_experience": both}))
    row = state.find("seekers", "03")
    assert row is not None
    person = state.gather(row, NO_ROWS).market
    assert person.experience["title"].tolist() == ["job of 焊工", "job of a second one"]
    assert person.experience["seeker"].tolist() == [0, 0]
