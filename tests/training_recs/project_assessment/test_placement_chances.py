"""Chances of referrals: small cases by hand, and as drawing what becomes of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.match_run.expected_placements import expected_placements
from matching.candidate_edges import CandidateEdges, ordered_edges
from training_recs.project_assessment.placement_chances import placement_chances


def edges_of(rows: list[tuple[int, int, float]], seekers: int, vacancies: int) -> CandidateEdges:
    seeker, vacancy, success = (np.array(column) for column in zip(*rows, strict=True))
    return ordered_edges(
        seeker.astype(np.int32), vacancy.astype(np.int32), success.astype(np.float64),
        n_seekers=seekers, n_vacancies=vacancies,
    )[0]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "headcount", "expected"),
    [
        ([(0, 0, 0.5)], [1], [0.5]),
        # Two posts, one person: one of them with 1 − 0.5², each as likely.
        ([(0, 0, 0.5), (0, 1, 0.5)], [1, 1], [0.375, 0.375]),
        # One opening, two people: filled with 1 − 0.5², by each as likely.
        ([(0, 0, 0.5), (1, 0, 0.5)], [1], [0.375, 0.375]),
        # Room for both.
        ([(0, 0, 0.5), (1, 0, 0.5)], [2], [0.5, 0.5]),
        ([(0, 0, 1.0), (1, 0, 1.0), (2, 0, 1.0)], [2], [2 / 3, 2 / 3, 2 / 3]),
    ],
)
def test_chances_by_hand(rows: list[tuple[int, int, float]], headcount: list[int], expected: list[float]) -> None:
    edges = edges_of(rows, 1 + max(row[0] for row in rows), len(headcount))
    found = placement_chances(edges, np.arange(len(rows)), np.array(headcount))
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_only_the_edges_referred_count() -> None:
    edges = edges_of([(0, 0, 0.5), (0, 1, 0.5)], 1, 2)
    np.testing.assert_allclose(placement_chances(edges, np.array([1]), np.array([1, 1])), [0.5])
    assert placement_chances(edges, np.empty(0, np.int64), np.array([1, 1])).size == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60), st.integers(1, 20))
def test_nobody_works_twice_and_no_vacancy_overfills(seed: int, seekers: int, vacancies: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        (s, int(v), float(rng.random())) for s in range(seekers) for v in np.flatnonzero(rng.random(vacancies) < 0.3)
    ]
    if not rows:
        return
    headcount = rng.integers(1, 4, vacancies)
    edges = edges_of(rows, seekers, vacancies)
    chance = placement_chances(edges, np.arange(len(edges)), headcount)
    assert ((chance >= 0) & (chance <= edges.success + 1e-12)).all()
    assert (np.bincount(edges.vacancy, chance, minlength=vacancies) <= headcount + 1e-9).all()
    assert np.bincount(edges.seekers_of(np.arange(len(edges))), chance).max() <= 1 + 1e-3


def test_they_agree_with_drawing() -> None:
    rng = np.random.default_rng(3)
    rows = [(s, int(v), float(rng.beta(1, 3))) for s in range(900) for v in rng.choice(200, 3, replace=False)]
    edges, headcount = edges_of(rows, 900, 200), rng.integers(1, 4, 200)
    chance = placement_chances(edges, np.arange(len(edges)), headcount)
    drawn = expected_placements(
        edges.seekers_of(np.arange(len(edges))), edges.vacancy, edges.success, np.ones(len(edges)),
        headcount=headcount, capacity=headcount * 9, n_seekers=900, seed=2, draws=400,
    )  # fmt: skip
    assert chance.sum() == pytest.approx(drawn.placements, rel=0.02)
