"""Over random markets: no failing pair leaves, retrieval is brute force, one seeker is a batch of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from data.columns import Table
from data.market import Market
from data.market_columns import MARKET_COURSES, MARKET_EXPERIENCE, MARKET_SEEKERS, MARKET_VACANCIES
from matching.eligibility import judge
from matching.match_seekers import MatchSettings, match_seekers
from matching.retrieval import dot_rows, retrieve
from models.ranker import prior_ranker

SHORT = settings(max_examples=25, deadline=None)


def _random_table(table: Table, rows: int, rng: np.random.Generator, prefix: str) -> pd.DataFrame:
    columns: dict[str, object] = {}
    for name, column in table.columns.items():
        if column.dtype == "string":
            columns[name] = [f"{prefix}{row:04d}" for row in range(rows)]
        elif column.dtype == "bool":
            columns[name] = rng.random(rows) < 0.3
        else:
            low = -1 if column.low is None else column.low
            high = {"uint64": 3, "uint16": 31}.get(column.dtype, min(column.high or 6, 21))
            columns[name] = rng.integers(max(0, low) if column.dtype.startswith("u") else low, high + 1, rows)
            if column.nullable:
                columns[name] = np.where(rng.random(rows) < 0.2, np.nan, columns[name])
    return table.check(pd.DataFrame(columns))


@st.composite
def markets(draw: st.DrawFn) -> tuple[Market, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, v = draw(st.integers(1, 9)), draw(st.integers(1, 40))
    seekers, vacancies = _random_table(MARKET_SEEKERS, n, rng, "S"), _random_table(MARKET_VACANCIES, v, rng, "V")
    experience = _random_table(MARKET_EXPERIENCE, n, rng, "T").assign(seeker=np.arange(n, dtype=np.int32))
    market = Market(date(2026, 6, 1), seekers, experience, vacancies, MARKET_COURSES.empty())
    vectors = [rng.choice([-1, 0, 1], (rows, 4)) + np.array([0.1, 0, 0, 0]) for rows in (n, v)]  # many ties
    return market, *((x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32) for x in vectors)


@SHORT
@given(markets(), st.integers(1, 12))
def test_retrieval_is_brute_force_whatever_the_block(made: tuple, k: int) -> None:
    market, a, b = made
    found = retrieve(market, a, b, k=k, block=2)
    expected = []
    every = np.arange(len(b), dtype=np.int32)
    for row in range(len(a)):
        allowed = every[judge(market, np.full(len(b), row, np.int32), every).candidate]
        similar = dot_rows(a[row], b, allowed)
        expected += [(row, int(j)) for _, j in sorted(zip(-similar, allowed, strict=True))[:k]]
    assert list(zip(found.seeker.tolist(), found.vacancy.tolist(), strict=True)) == expected


@SHORT
@given(markets())
def test_no_failing_pair_leaves_and_unknowns_travel(made: tuple) -> None:
    market, a, b = made
    prices = np.linspace(0, 0.1, len(b))
    matches = match_seekers(market, a, b, prior_ranker(), MatchSettings(12, 5), prices)
    verdicts = judge(market, matches["seeker"].to_numpy(), matches["vacancy"].to_numpy())
    assert verdicts.candidate.all()
    assert (verdicts.unknown == matches["unknown"]).all()
    assert matches.groupby("seeker")["position"].apply(lambda p: list(p) == list(range(1, len(p) + 1))).all()
    worth = matches["score"].astype("float64") - matches["price"]
    assert worth.groupby(matches["seeker"]).apply(lambda w: w.is_monotonic_decreasing).all()


@SHORT
@given(markets())
def test_one_seeker_is_a_batch_of_one(made: tuple) -> None:
    market, a, b = made
    together = match_seekers(market, a, b, prior_ranker(), MatchSettings(12, 5))
    for row in range(len(a)):
        one = replace(
            market,
            seekers=market.seekers.iloc[[row]].reset_index(drop=True),
            experience=market.experience.iloc[[row]].assign(seeker=np.int32(0)),
        )
        alone = match_seekers(one, a[[row]], b, prior_ranker(), MatchSettings(12, 5))
        expected = together[together["seeker"] == row].assign(seeker=np.int32(0)).reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, expected, check_exact=True)
