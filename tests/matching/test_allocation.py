"""Allocation on cases small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import DataError
from matching.allocation import Allocation, allocate
from matching.candidate_edges import CandidateEdges, ordered_edges
from matching.unallocated_referrals import greedy, own_best

Rows = list[tuple[int, int, float]]


def edges(rows: Rows, n_seekers: int, n_vacancies: int) -> CandidateEdges:
    seeker, vacancy, score = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return ordered_edges(
        seeker.astype(np.int32), vacancy.astype(np.int32), score, n_seekers=n_seekers, n_vacancies=n_vacancies
    )[0]


def pairs(graph: CandidateEdges, chosen: np.ndarray) -> set[tuple[int, int]]:
    return set(zip(graph.seekers_of(chosen).tolist(), graph.vacancy[chosen].tolist(), strict=True))


def run(rows: Rows, limit: int, capacity: list[int], n: int) -> tuple[Allocation, set[tuple[int, int]]]:
    graph = edges(rows, n, len(capacity))
    result = allocate(graph, seeker_limit=limit, capacity=np.array(capacity, np.int64), epsilon=1e-6)
    return result, pairs(graph, result.chosen)


# Both want vacancy 0; seeker 1 has a good second choice, seeker 0 has none.
CONTESTED = [(0, 0, 0.5), (1, 0, 0.6), (1, 1, 0.4)]


def test_the_one_without_an_alternative_gets_the_contested_vacancy() -> None:
    result, referred = run(CONTESTED, 1, [1, 1], 2)
    assert referred == {(0, 0), (1, 1)}
    assert result.objective == pytest.approx(0.9)
    # One more referral to vacancy 0 would move seeker 1 there: worth 0.6 − 0.4.
    assert result.price == pytest.approx([0.2, 0.0], abs=1e-5)
    assert result.utility == pytest.approx([0.3, 0.4], abs=1e-5)
    assert result.certificate == pytest.approx(1, abs=1e-5)


def test_greedy_and_own_best_do_worse_on_it() -> None:
    graph = edges(CONTESTED, 2, 2)
    assert pairs(graph, greedy(graph, seeker_limit=1, capacity=np.array([1, 1]))) == {(1, 0)}
    assert pairs(graph, own_best(graph, seeker_limit=1)) == {(0, 0), (1, 0)}  # two referrals where one can be taken


def test_a_vacancy_that_is_not_full_costs_nothing() -> None:
    result, referred = run(CONTESTED, 1, [2, 1], 2)
    assert referred == {(0, 0), (1, 0)}
    assert result.price.tolist() == [0.0, 0.0]  # vacancy 0 is full, but nobody else wants it
    assert result.objective == pytest.approx(1.1)


def test_referral_lists_are_as_long_as_the_limit_allows() -> None:
    _, referred = run([(0, 0, 0.1), (0, 1, 0.2), (0, 2, 0.3)], 2, [1, 1, 1], 1)
    assert referred == {(0, 1), (0, 2)}


def test_worthless_referrals_and_closed_vacancies_are_left_out() -> None:
    result, referred = run([(0, 0, 0.0), (0, 1, 0.3)], 2, [5, 0], 3)
    assert not referred
    assert result.utility.tolist() == [0, 0, 0]
    assert result.objective == 0


def test_without_candidates_nothing_is_referred() -> None:
    result, referred = run([], 3, [1, 2], 4)
    assert not referred
    assert result.certificate == 1
    assert result.price.tolist() == [0, 0]


@pytest.mark.parametrize("epsilon", [0.0, -0.1, float("nan"), float("inf")])
def test_an_auction_that_would_not_end_is_refused(epsilon: float) -> None:
    with pytest.raises(DataError, match="epsilon"):
        allocate(edges(CONTESTED, 2, 2), seeker_limit=1, capacity=np.array([1, 1]), epsilon=epsilon)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"capacity": np.array([1])}, "1 capacities of 2 vacancies"),
        ({"capacity": np.array([1, -1])}, "least capacity -1"),
        ({"seeker_limit": 0}, "seeker limit 0"),
        ({"seeker_limit": 2**31}, "places in lists"),
        ({"slot_cost": np.zeros(3)}, "3 slot costs for 2 slots"),
        ({"capacity": np.array([2, 0]), "slot_cost": np.array([0.2, 0.1])}, "below that of the slot before"),
        ({"slot_cost": np.array([0.0, np.nan])}, "not finite"),
    ],
)
def test_impossible_limits_and_costs_are_refused(wrong: dict, says: str) -> None:
    with pytest.raises(DataError, match=says):
        allocate(edges(CONTESTED, 2, 2), **{"seeker_limit": 1, "capacity": np.array([1, 1]), **wrong})
