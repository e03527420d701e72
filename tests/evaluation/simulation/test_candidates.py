"""What policies choose from is what the rules allow and what the searches find, pair by pair."""

from __future__ import annotations

from datetime import timedelta

import bm25s
import numpy as np
import pytest

from data.market import Market, market_from_records
from data.synthetic_city.year import build_year
from evaluation.simulation.eligible_pairs import first_eligible
from evaluation.simulation.month_candidates import MonthCandidates
from evaluation.simulation.prepared_city import CityFolder
from evaluation.simulation.word_match import best_by_words, tokenize
from matching.eligibility import judge
from models.fused_similarity import words_and_characters
from tests.evaluation.simulation.conftest import SETTINGS

ASKED = ["电工 想找电工的活", "厨师", "会计"]
OFFERED = ["招电工", "厨师长 厨师", "电工学徒", "司机", "招厨师"]


@pytest.fixture(scope="module")
def month(city_folder: CityFolder) -> MonthCandidates:
    return city_folder.candidates(2)


@pytest.fixture(scope="module")
def market() -> Market:
    return market_from_records(
        build_year(SETTINGS).records, SETTINGS.city.as_of + timedelta(days=SETTINGS.month_days[2])
    )


def allowed(month: MonthCandidates) -> np.ndarray:
    """bool (seekers, vacancies)."""
    return np.unpackbits(month.bits.view(np.uint8), axis=1, bitorder="little", count=len(month.vacancies)) == 1


def test_the_bits_are_the_rules(month, market):
    seekers, vacancies = (
        part.ravel().astype(np.int32)
        for part in np.meshgrid(np.arange(len(market.seekers)), np.arange(len(market.vacancies)), indexing="ij")
    )
    expected = judge(market, seekers, vacancies).candidate.reshape(len(market.seekers), -1)
    assert (allowed(month) == expected).all()


def test_lists_hold_allowed_posts_best_first(month):
    for lists in (month.similar, month.worded):
        seeker = np.repeat(np.arange(len(month.seekers)), np.diff(lists.first))
        assert allowed(month)[seeker, lists.vacancy].all()
        same = seeker[1:] == seeker[:-1]
        assert (lists.value[1:][same] <= lists.value[:-1][same]).all()


def test_similar_lists_hold_every_allowed_post_while_they_are_few(month):
    assert (np.diff(month.similar.first) == allowed(month).sum(axis=1)).all()


def test_scores_are_probabilities(month):
    assert len(month.similar.score) == len(month.similar.vacancy)
    assert month.similar.score.min() > 0
    assert month.similar.score.max() < 1


def test_bm25_is_that_of_the_library():
    asked, offered = tokenize(ASKED, OFFERED)
    everything = np.full((3, 1), ~np.uint64(0))
    first, text, score = best_by_words(asked, offered, everything, k=5)
    index = bm25s.BM25(k1=1.5, b=0.75)
    index.index([[t for t in words_and_characters(text) if t.strip()] for text in OFFERED], show_progress=False)
    for i, query in enumerate(ASKED):
        expected = index.get_scores([t for t in words_and_characters(query) if t.strip()])
        mine = slice(first[i], first[i + 1])
        assert dict(zip(text[mine].tolist(), score[mine], strict=True)) == pytest.approx(
            {v: s for v, s in enumerate(expected) if s > 0}
        )


def test_words_find_what_is_allowed_only():
    asked, offered = tokenize(ASKED, OFFERED)
    none_of_the_first = np.full((3, 1), ~np.uint64(1))
    _, text, _ = best_by_words(asked, offered, none_of_the_first, k=5)
    assert 0 not in text


@pytest.mark.parametrize("limit", [1, 3])
def test_the_lowest_ranks_come_first_and_what_was_tried_is_left_out(limit):
    bits = np.array([[0b1011], [0b1111]], dtype=np.uint64)
    seeker, vacancy = first_eligible(
        bits, np.array([0, 1], np.int32), np.array([0, 1, 2, 3], np.int32), rank=np.array([5, 1, 0, 2]),
        seeker_ids=np.array([0, 1], np.int32), vacancy_ids=np.array([10, 11, 12, 13], np.int32),
        already=np.array([[-1], [12]], np.int32), limit=limit, seed=1, month=0,
    )  # fmt: skip
    assert seeker.tolist() == [0] * limit + [1] * limit
    assert vacancy.tolist() == [1, 3, 0][:limit] + [1, 3, 0][:limit]


def test_equal_ranks_are_drawn_evenly():
    n = 6000
    _, vacancy = first_eligible(
        np.full((n, 1), np.uint64(0b111)), np.arange(n, dtype=np.int32), np.arange(3, dtype=np.int32),
        rank=np.zeros(3, np.int64), seeker_ids=np.arange(n, dtype=np.int32), vacancy_ids=np.arange(3, dtype=np.int32),
        already=np.full((n, 1), -1, np.int32), limit=1, seed=1, month=0,
    )  # fmt: skip
    assert np.bincount(vacancy) / n == pytest.approx([1 / 3] * 3, abs=0.03)
