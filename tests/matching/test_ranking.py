"""Scores do not depend on how the pairs are cut into blocks, and memory does not depend on how many there are."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from data.market import Market, market_from_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from matching.ranking import BLOCK_PAIRS, score_candidates
from matching.retrieval import Candidates
from models.ranker import Ranker, RankerSettings, prior_ranker, train_ranker
from models.training_table import training_pairs

MIB = 2**20


@pytest.fixture(scope="module")
def city() -> tuple[Market, Ranker]:
    settings = CitySettings(seed=5, seekers=600, vacancies=150, courses=5)
    records = build_city(settings).records
    history = market_from_records(records, settings.as_of, include_closed=True)
    pairs = training_pairs(records, history, settings.as_of)
    similarity = np.random.default_rng(0).random(len(pairs), dtype=np.float32)
    ranker = train_ranker(history, pairs, similarity, seed=1, settings=RankerSettings(iterations=20, least_cases=100))
    assert ranker.calibrated
    return market_from_records(records, settings.as_of), ranker


def candidates_of(market: Market, pairs: int) -> Candidates:
    rng = np.random.default_rng(2)
    return Candidates(
        seeker=np.sort(rng.integers(0, len(market.seekers), pairs, dtype=np.int32)),
        vacancy=rng.integers(0, len(market.vacancies), pairs, dtype=np.int32),
        similarity=rng.random(pairs, dtype=np.float32),
        unknown=np.zeros(pairs, dtype=np.uint16),
    )


def chosen(candidates: Candidates, rows: np.ndarray | slice) -> Candidates:
    return Candidates(*(getattr(candidates, name)[rows] for name in candidates.__dataclass_fields__))


@pytest.mark.parametrize("learnt", [True, False])
def test_a_pair_scores_the_same_in_any_company_and_order(city: tuple, learnt: bool) -> None:
    market, ranker = city[0], city[1] if learnt else prior_ranker()
    candidates = candidates_of(market, 2 * BLOCK_PAIRS + 17)
    together = score_candidates(market, candidates, ranker)
    assert (together.score == together.p_accept * together.p_hire).all()
    shuffled = np.random.default_rng(3).permutation(len(candidates))
    for rows in (slice(0, 50), slice(BLOCK_PAIRS - 3, BLOCK_PAIRS + 4), slice(-1, None), shuffled, slice(0, 0)):
        some = score_candidates(market, chosen(candidates, rows), ranker)
        for name in ("p_accept", "p_hire", "score"):
            assert np.array_equal(getattr(some, name), getattr(together, name)[rows])


def test_read_only_and_spread_arrays_score_the_same(city: tuple) -> None:
    market, ranker = city
    candidates = candidates_of(market, 200)
    expected = score_candidates(market, candidates, ranker).score
    arrays = [np.repeat(getattr(candidates, name), 2)[::2] for name in candidates.__dataclass_fields__]
    for array in arrays:
        array.flags.writeable = False
    assert np.array_equal(score_candidates(market, Candidates(*arrays), ranker).score, expected)


def test_memory_is_that_of_blocks(city: tuple) -> None:
    market, ranker = city
    peaks = []
    for pairs in (8 * BLOCK_PAIRS, 32 * BLOCK_PAIRS):
        candidates = candidates_of(market, pairs)
        tracemalloc.start()
        scores = score_candidates(market, candidates, ranker)
        peaks.append(tracemalloc.get_traced_memory()[1] - 12 * pairs)
        tracemalloc.stop()
        assert len(scores.score) == pairs
    assert max(peaks) < 64 * MIB
    assert peaks[1] < peaks[0] + 8 * MIB
