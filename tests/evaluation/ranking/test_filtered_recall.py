"""Recall of exact and of approximate search under rules that forbid most of what is near."""

from __future__ import annotations

from dataclasses import replace

import faiss
import numpy as np
import pytest

from data.errors import DataError
from data.market import Market, market_from_records
from evaluation.ranking.filtered_recall import FilteredRecall, filtered_recall
from evaluation.refusal import Refusal
from matching.eligibility import judge
from matching.retrieval import Candidates, retrieve
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

SEEKERS, VACANCIES, K = 60, 900, 20


@pytest.fixture(scope="module")
def city() -> tuple[Market, np.ndarray, np.ndarray]:
    """Nine vacancies in ten ask for more schooling than anybody has."""
    random = np.random.default_rng(0)
    market = market_from_records(
        records(
            seekers=[seeker(seeker_id=f"S-{i:03}") for i in range(SEEKERS)],
            vacancies=[
                vacancy(vacancy_id=f"V-{i:03}", education_min=0 if i % 10 == 0 else 5) for i in range(VACANCIES)
            ],
        ),
        AS_OF,
    )
    vectors = [random.normal(size=(rows, 16)).astype(np.float32) for rows in (SEEKERS, VACANCIES)]
    units = [one / np.linalg.norm(one, axis=1, keepdims=True) for one in vectors]
    return market, units[0], units[1]


def measured(city: tuple[Market, np.ndarray, np.ndarray], candidates: Candidates, k: int = K) -> FilteredRecall:
    found = filtered_recall(*city, candidates, k=k, seed=0)
    assert isinstance(found, FilteredRecall)
    return found


def test_exact_retrieval_returns_all_there_is_and_the_interval_does_not_pretend(
    city: tuple[Market, np.ndarray, np.ndarray],
) -> None:
    found = measured(city, retrieve(*city, k=K))
    assert (found.recall, found.complete, found.seekers, found.forbidden) == (1, SEEKERS, SEEKERS, 0)
    assert 0.9 < found.low < 0.95
    assert found.high == pytest.approx(1)


def test_fewer_allowed_than_asked_for_is_no_miss(city: tuple[Market, np.ndarray, np.ndarray]) -> None:
    assert measured(city, retrieve(*city, k=200), k=200).recall == 1


def test_a_search_that_filters_afterwards_is_found_out(city: tuple[Market, np.ndarray, np.ndarray]) -> None:
    """The nearest 40 of all with what is forbidden left out: about four of twenty."""
    market, seekers, vacancies = city
    index = faiss.IndexFlatIP(16)
    index.add(vacancies)
    similarity, near = index.search(seekers, 2 * K)
    row, vacancy_rows = np.repeat(np.arange(SEEKERS, dtype=np.int32), 2 * K), near.ravel().astype(np.int32)
    kept = judge(market, row, vacancy_rows).candidate
    unknown = np.zeros(kept.sum(), dtype=np.uint16)
    found = measured(city, Candidates(row[kept], vacancy_rows[kept], similarity.ravel()[kept], unknown))
    by_hand = np.bincount(row[kept], minlength=SEEKERS).mean() / K
    assert found.recall == pytest.approx(by_hand)
    assert 0.1 < found.low < found.recall < found.high < 0.4
    assert found.forbidden == 0


def test_a_missing_and_a_forbidden_candidate_are_counted(city: tuple[Market, np.ndarray, np.ndarray]) -> None:
    exact = retrieve(*city, k=K)
    spoilt = exact.vacancy.copy()
    spoilt[0] = 1  # asks for too much schooling
    found = measured(city, replace(exact, vacancy=spoilt))
    assert found.forbidden == 1
    assert found.complete == SEEKERS - 1
    assert found.recall == pytest.approx(1 - 1 / K / SEEKERS)


def test_of_equally_similar_vacancies_any_will_do(city: tuple[Market, np.ndarray, np.ndarray]) -> None:
    market, seekers, vacancies = city
    same = np.repeat(vacancies[:1], VACANCIES, axis=0)
    allowed = np.flatnonzero(market.vacancies["education_min"] == 0)[-K:].astype(np.int32)
    row = np.repeat(np.arange(SEEKERS, dtype=np.int32), K)
    last = Candidates(
        row, np.tile(allowed, SEEKERS), np.zeros(len(row), np.float32), np.zeros(len(row), dtype=np.uint16)
    )
    assert measured((market, seekers, same), last).recall == 1


def test_where_nobody_may_have_anything_there_is_nothing_to_recall(
    city: tuple[Market, np.ndarray, np.ndarray],
) -> None:
    market, seekers, vacancies = city
    closed = replace(market, vacancies=market.vacancies.assign(education_min=np.int8(7)))
    found = filtered_recall(closed, seekers, vacancies, retrieve(closed, seekers, vacancies, k=K), k=K, seed=0)
    assert isinstance(found, Refusal)


def test_candidates_of_another_market_are_refused(city: tuple[Market, np.ndarray, np.ndarray]) -> None:
    market, seekers, vacancies = city
    with pytest.raises(DataError, match="60 seekers"):
        filtered_recall(market, seekers[:-1], vacancies, retrieve(*city, k=K), k=K, seed=0)
