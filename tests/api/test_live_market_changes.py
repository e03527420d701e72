"""A market that follows the database change by change equals one frozen from scratch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from api.live_market import LiveState, freeze_anew, merge_changes, one_seeker
from data.columns import Records
from data.market import Market, market_from_records
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

Vectors = npt.NDArray[np.float32]
IDENTIFIERS = [f"{n:02d}" for n in range(8)]


def embed(market: Market) -> tuple[Vectors, Vectors]:
    """A vector that depends on the text only, as an embedder's does."""

    def vectors(texts: pd.Series[str]) -> Vectors:
        return np.array([[len(text), sum(map(ord, text))] for text in texts], dtype=np.float32).reshape(-1, 2)

    return vectors(market.seekers["profile_text"]), vectors(market.vacancies["title"])


def state_of(everything: Records, as_of: date, revision: int = 0) -> LiveState:
    market = market_from_records(everything, as_of)
    seekers, vacancies = embed(market)
    return LiveState(market, seekers, vacancies, revision)


def make(rows: dict[str, tuple[str, str, int]], jobs: dict[str, tuple[str, str, int]]) -> Records:
    """Records of seekers {id: (text, status, days until valid)} with one job each, and vacancies likewise."""

    def last(days: int) -> pd.Timestamp:
        return pd.Timestamp(AS_OF) + pd.Timedelta(days=days)

    return records(
        seekers=[seeker(seeker_id=i, profile_text=t, status=s, valid_through=last(d)) for i, (t, s, d) in rows.items()],
        vacancies=[vacancy(vacancy_id=i, title=t, status=s, valid_through=last(d)) for i, (t, s, d) in jobs.items()],
        **({"seeker_experience": [experience(i, t) for i, (t, _, _) in rows.items()]} if rows else {}),
    )  # fmt: skip


def experience(seeker_id: str, text: str) -> dict[str, Any]:
    return {"seeker_id": seeker_id, "title": f"job of {text}", "occupation_code": None, "years": 1.0}


ROWS = st.dictionaries(
    st.sampled_from(IDENTIFIERS),
    st.tuples(
        st.sampled_from(["焊工", "厨师", "电工"]), st.sampled_from(["open", "open", "closed"]), st.integers(-1, 2)
    ),
)


def assert_same(found: LiveState, expected: LiveState) -> None:
    for table in ("seekers", "experience", "vacancies", "courses"):
        pd.testing.assert_frame_equal(getattr(found.market, table), getattr(expected.market, table))
    np.testing.assert_array_equal(found.seeker_vectors, expected.seeker_vectors)
    np.testing.assert_array_equal(found.vacancy_vectors, expected.vacancy_vectors)
    assert found.market.as_of == expected.market.as_of


@settings(max_examples=30, deadline=None)
@given(old_seekers=ROWS, old_vacancies=ROWS, new_seekers=ROWS, new_vacancies=ROWS)
def test_merging_what_changed_equals_freezing_everything(
    old_seekers: Any, old_vacancies: Any, new_seekers: Any, new_vacancies: Any
) -> None:
    before = state_of(make(old_seekers, old_vacancies), AS_OF)
    after = make(old_seekers | new_seekers, old_vacancies | new_vacancies)
    assert_same(merge_changes(before, make(new_seekers, new_vacancies), embed), state_of(after, AS_OF))


@settings(max_examples=20, deadline=None)
@given(seekers=ROWS, vacancies=ROWS, days=st.integers(-1, 3))
def test_a_new_day_begins_and_ends_validity(seekers: Any, vacancies: Any, days: int) -> None:
    everything = make(seekers, vacancies)
    day = AS_OF + timedelta(days=days)
    assert_same(freeze_anew(state_of(everything, AS_OF), everything, day, embed), state_of(everything, day))


def test_only_what_is_new_is_embedded() -> None:
    seen: list[int] = []

    def counting(market: Market) -> tuple[Vectors, Vectors]:
        seen.extend((len(market.seekers), len(market.vacancies)))
        return embed(market)

    before = state_of(make({"01": ("焊工", "open", 1)}, dict.fromkeys(IDENTIFIERS, ("电工", "open", 1))), AS_OF)
    merge_changes(before, make({}, {"99": ("厨师", "open", 1), "03": ("电工", "closed", 1)}), counting)
    assert seen == [0, 1]


def test_what_did_not_change_is_not_copied() -> None:
    before = state_of(make({"01": ("焊工", "open", 1)}, {"01": ("电工", "open", 1)}), AS_OF)
    after = merge_changes(before, make({}, {"99": ("厨师", "open", 1)}), embed)
    assert after.seeker_vectors is before.seeker_vectors
    assert after.market.seekers is before.market.seekers


def test_one_seeker_comes_with_his_own_experience() -> None:
    everything = make({i: (f"text {i}", "open", 1) for i in IDENTIFIERS}, {"01": ("电工", "open", 1)})
    more = pd.DataFrame([experience("03", "a second one")])
    both = pd.concat([everything.seeker_experience, more], ignore_index=True)
    everything = Records.of(**{**everything.__dict__, "seeker_experience": both})
    state = state_of(everything, AS_OF)
    market, vectors = one_seeker(state, 3)
    only = Records.of(
        **{
            **everything.__dict__,
            "seekers": everything.seekers[everything.seekers["seeker_id"] == "03"],
            "seeker_experience": both[both["seeker_id"] == "03"],
        }
    )
    assert_same(replace(state, market=market, seeker_vectors=vectors), state_of(only, AS_OF))
