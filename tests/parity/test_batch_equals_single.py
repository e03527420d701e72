"""One seeker alone gets the list that he gets among all, bit for bit: duplicates, ties and near-ties included."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.errors import ConfigurationError, DataError
from data.market import Market, market_from_records
from matching.match_seekers import MatchSettings, list_matches, match_seekers
from matching.ranking import score_candidates
from matching.retrieval import retrieve
from models.ranker import prior_ranker
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

SEEKERS, VACANCIES, DIMENSION = 33, 400, 64


@pytest.fixture(scope="module")
def city() -> tuple[Market, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    made = records(
        seekers=[seeker(seeker_id=f"S-{i:03d}", education_level=1 + i % 7) for i in range(SEEKERS)],
        vacancies=[vacancy(vacancy_id=f"V-{i:03d}", education_min=i % 6) for i in range(VACANCIES)],
    )
    a, b = rng.normal(size=(SEEKERS, DIMENSION)), rng.normal(size=(VACANCIES, DIMENSION))
    b[100:200] = b[:100]  # duplicates
    b[200:300] = b[:100] + rng.normal(size=(100, DIMENSION)) * 1e-7  # closer than float32 products can tell
    vectors = [(x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32) for x in (a, b)]
    return market_from_records(made, AS_OF), vectors[0], vectors[1]


def test_lists(city: tuple) -> None:
    market, a, b = city
    settings = MatchSettings(candidates=15, list_length=7)
    together = match_seekers(market, a, b, prior_ranker(), settings)
    for row in range(SEEKERS):
        one = replace(market, seekers=market.seekers.iloc[[row]].reset_index(drop=True))
        alone = match_seekers(one, a[[row]], b, prior_ranker(), settings).assign(seeker=np.int32(row))
        expected = together[together["seeker"] == row].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, expected, check_exact=True)


@pytest.mark.parametrize("block", [1, 2, 7, 32])
def test_blocks(city: tuple, block: int) -> None:
    market, a, b = city
    whole, parts = retrieve(market, a, b, k=15), retrieve(market, a, b, k=15, block=block)
    for name in ("seeker", "vacancy", "similarity", "unknown"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name))


def test_candidates_of_another_market_are_stopped_at_the_last_gate(city: tuple) -> None:
    market, a, b = city
    candidates = retrieve(market, a, b, k=15)
    scores = score_candidates(market, candidates, prior_ranker())
    stricter = replace(market, vacancies=market.vacancies.assign(education_min=np.int8(7)))
    with pytest.raises(DataError, match=r"fail a hard rule.*education"):
        list_matches(stricter, candidates, scores, MatchSettings())


def test_what_does_not_fit_is_refused(city: tuple) -> None:
    market, a, b = city
    with pytest.raises(DataError, match="vectors of shape"):
        retrieve(market, a, b[:5])
    with pytest.raises(DataError, match="prices"):
        match_seekers(market, a, b, prior_ranker(), MatchSettings(), prices=np.zeros(3))
    with pytest.raises(ConfigurationError):
        MatchSettings(candidates=5, list_length=6)
