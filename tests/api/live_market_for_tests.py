"""Records and an embedder for tests of the live market: few texts, so that vectors and scores tie."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from api.embedded_market import EmbeddedMarket, Vectors
from api.live_state import LiveState, merge_changes
from data.columns import Records
from data.market import Market, market_from_records
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

IDENTIFIERS = [f"{n:02d}" for n in range(8)]
OCCUPATIONS = {"焊工": "6-18-02-04", "厨师": "4-03-02-01", "电工": "6-29-03-02"}
Row = tuple[str, str, int]
"""Text, status, days from the market's day on which it is valid for the last time."""
Rows = dict[str, Row]

ROWS = st.dictionaries(
    st.sampled_from(IDENTIFIERS),
    st.tuples(st.sampled_from([*OCCUPATIONS]), st.sampled_from(["open", "open", "closed"]), st.integers(-1, 2)),
)

CHANGES = st.lists(st.tuples(ROWS, ROWS, st.sets(st.sampled_from(IDENTIFIERS), max_size=2)), max_size=4)
Change = tuple[Rows, Rows, set[str]]
"""Changed seekers and vacancies, and who is erased, one change after another."""


def embed(market: Market) -> tuple[Vectors, Vectors]:
    """Unit vectors that depend on the text only, as an embedder's do."""

    def vectors(texts: pd.Series[str]) -> Vectors:
        raw = np.array([[ord(text[0]) % 97, ord(text[-1]) % 89, 1] for text in texts], dtype=np.float32).reshape(-1, 3)
        return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True), dtype=np.float32)

    return vectors(market.seekers["profile_text"]), vectors(market.vacancies["title"])


def frozen(everything: Records, as_of: Any = AS_OF) -> EmbeddedMarket:
    """The market of all records, frozen from scratch."""
    market = market_from_records(everything, as_of)
    return EmbeddedMarket(market, *embed(market))


def state_of(everything: Records) -> LiveState:
    """A state that nothing has changed yet."""
    return LiveState.of(frozen(everything), revision=0)


def make(seekers: Rows, vacancies: Rows) -> Records:
    """Records of seekers with one job each, and of vacancies, by identifier."""

    def last(days: int) -> pd.Timestamp:
        return pd.Timestamp(AS_OF) + pd.Timedelta(days=days)

    return records(
        seekers=[
            seeker(
                seeker_id=i, profile_text=t, desired_title=t, desired_occupation_code=OCCUPATIONS[t], status=s,
                valid_through=last(d),
            )
            for i, (t, s, d) in seekers.items()
        ],
        vacancies=[
            vacancy(vacancy_id=i, title=t, occupation_code=OCCUPATIONS[t], status=s, valid_through=last(d))
            for i, (t, s, d) in vacancies.items()
        ],
        **({"seeker_experience": [experience(i, t) for i, (t, _, _) in seekers.items()]} if seekers else {}),
    )  # fmt: skip


def followed(seekers: Rows, vacancies: Rows, changes: list[Change]) -> tuple[LiveState, Records]:
    """The state after each change in turn, and all records as they stand then; each change erases some people."""
    state = state_of(make(seekers, vacancies))
    for new_seekers, new_vacancies, erased in changes:
        new_seekers = {i: row for i, row in new_seekers.items() if i not in erased}
        changed = make(new_seekers, new_vacancies)
        state = merge_changes(state, changed, embed, as_of=AS_OF, erased=sorted(erased))
        seekers = {i: row for i, row in (seekers | new_seekers).items() if i not in erased}
        vacancies = vacancies | new_vacancies
    return state, make(seekers, vacancies)


def experience(seeker_id: str, text: str) -> dict[str, Any]:
    """A job held."""
    code = OCCUPATIONS.get(text, OCCUPATIONS["电工"])
    return {"seeker_id": seeker_id, "title": f"job of {text}", "occupation_code": code, "years": 1.0}


def assert_same(found: EmbeddedMarket, expected: EmbeddedMarket) -> None:
    """The same tables and vectors, bit for bit."""
    for table in ("seekers", "experience", "vacancies", "courses"):
        pd.testing.assert_frame_equal(getattr(found.market, table), getattr(expected.market, table))
    np.testing.assert_array_equal(found.seeker_vectors, expected.seeker_vectors)
    np.testing.assert_array_equal(found.vacancy_vectors, expected.vacancy_vectors)
    assert found.market.as_of == expected.market.as_of
