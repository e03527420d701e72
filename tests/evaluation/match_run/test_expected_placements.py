"""Expected placements on cases that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.match_run.expected_placements import ReferralOutcome, expected_placements, gini, normalised_entropy


def run(
    pairs: list[tuple[int, int]], p: list[float], headcount: list[int], n: int, draws: int = 20_000
) -> ReferralOutcome:
    seeker, vacancy = np.array(pairs, np.int32).reshape(-1, 2).T
    return expected_placements(
        seeker, vacancy, np.array(p), np.ones(len(p)), headcount=np.array(headcount), capacity=3 * np.array(headcount),
        n_seekers=n, seed=1, draws=draws,
    )  # fmt: skip


def test_a_single_referral_places_with_its_probability() -> None:
    outcome = run([(0, 0)], [0.3], [1], 1)
    assert outcome.placements == pytest.approx(0.3, abs=4 * outcome.standard_error)


def test_a_seeker_takes_one_job_only() -> None:
    outcome = run([(0, 0), (0, 1)], [0.5, 0.5], [1, 1], 1)
    assert outcome.placements == pytest.approx(0.75, abs=4 * outcome.standard_error)  # 1 − (1 − ½)²


def test_a_vacancy_hires_no_more_than_its_openings() -> None:
    outcome = run([(0, 0), (1, 0), (2, 0)], [1, 1, 1], [2], 3)
    assert outcome.placements == 2
    assert outcome.placed_share.sum() == pytest.approx(2)
    assert outcome.placed_share == pytest.approx([2 / 3] * 3, abs=0.02)  # nobody is first by his number


def test_policies_share_the_luck_of_the_pairs_they_share() -> None:
    few = run([(0, 0)], [0.5], [1, 1], 2, draws=50)
    more = run([(0, 0), (1, 1)], [0.5, 0.0], [1, 1], 2, draws=50)
    assert few.placements == more.placements


def test_the_same_seed_gives_the_same_figures() -> None:
    assert run([(0, 0), (1, 0)], [0.4, 0.6], [1], 2).placements == run([(0, 0), (1, 0)], [0.4, 0.6], [1], 2).placements


def test_congestion_counts_what_openings_cannot_absorb() -> None:
    outcome = run([(s, 0) for s in range(5)], [0.1] * 5, [1, 1], 5)
    assert outcome.beyond_capacity == pytest.approx(2 / 5)  # three referrals an opening
    assert outcome.exposure_gini == pytest.approx(0.5)
    assert outcome.exposure_entropy == 0


def test_nothing_referred_places_nobody() -> None:
    outcome = run([], [], [1], 2, draws=5)
    assert (outcome.placements, outcome.beyond_capacity, outcome.exposure_gini) == (0, 0, 0)


@pytest.mark.parametrize(("values", "expected"), [([1, 1, 1], 0), ([0, 0, 3], 2 / 3), ([0, 0], 0)])
def test_gini(values: list[float], expected: float) -> None:
    assert gini(np.array(values, float)) == pytest.approx(expected)


@pytest.mark.parametrize(("counts", "expected"), [([2, 2], 1), ([4, 0], 0), ([0, 0], 1), ([7], 1)])
def test_entropy(counts: list[int], expected: float) -> None:
    assert normalised_entropy(np.array(counts)) == pytest.approx(expected)
