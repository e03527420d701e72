"""Allocation on cases small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import DataError
from matching.allocation import Allocation, allocate
from matching.unallocated_referrals import greedy, own_best


def edges(*rows: tuple[int, int, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    seeker, vacancy, score = zip(*rows, strict=True)
    return np.array(seeker, np.int32), np.array(vacancy, np.int32), np.array(score, np.float64)


def chosen_pairs(graph: tuple[np.ndarray, np.ndarray, np.ndarray], chosen: np.ndarray) -> set[tuple[int, int]]:
    return {(int(s), int(v)) for s, v in zip(graph[0][chosen], graph[1][chosen], strict=True)}


def run(graph: tuple[np.ndarray, np.ndarray, np.ndarray], limit: int, capacity: list[int], n: int) -> Allocation:
    return allocate(*graph, seeker_limit=limit, capacity=np.array(capacity, np.int64), n_seekers=n, epsilon=1e-6)


# Both want vacancy 0; seeker 1 has a good second choice, seeker 0 has none.
CONTESTED = edges((0, 0, 0.5), (1, 0, 0.6), (1, 1, 0.4))


def test_the_one_without_an_alternative_gets_the_contested_vacancy() -> None:
    result = run(CONTESTED, 1, [1, 1], 2)
    assert chosen_pairs(CONTESTED, result.chosen) == {(0, 0), (1, 1)}
    assert result.objective == pytest.approx(0.9)
    # One more referral to vacancy 0 would move seeker 1 there: worth 0.6 − 0.4.
    assert result.price == pytest.approx([0.2, 0.0], abs=1e-5)
    assert result.utility == pytest.approx([0.3, 0.4], abs=1e-5)
    assert result.certificate == pytest.approx(1, abs=1e-5)


def test_greedy_and_own_best_do_worse_on_it() -> None:
    taken = greedy(*CONTESTED, seeker_limit=1, capacity=np.array([1, 1]), n_seekers=2)
    assert chosen_pairs(CONTESTED, taken) == {(1, 0)}
    crowd = own_best(*CONTESTED, seeker_limit=1)
    assert chosen_pairs(CONTESTED, crowd) == {(0, 0), (1, 0)}  # two referrals where one can be taken


def test_a_vacancy_that_is_not_full_costs_nothing() -> None:
    result = run(CONTESTED, 1, [2, 1], 2)
    assert chosen_pairs(CONTESTED, result.chosen) == {(0, 0), (1, 0)}
    assert result.price.tolist() == [0.0, 0.0]  # vacancy 0 is full, but nobody else wants it
    assert result.objective == pytest.approx(1.1)


def test_referral_lists_are_as_long_as_the_limit_allows() -> None:
    graph = edges((0, 0, 0.1), (0, 1, 0.2), (0, 2, 0.3))
    assert chosen_pairs(graph, run(graph, 2, [1, 1, 1], 1).chosen) == {(0, 1), (0, 2)}


def test_worthless_referrals_and_closed_vacancies_are_left_out() -> None:
    graph = edges((0, 0, 0.0), (0, 1, 0.3))
    result = run(graph, 2, [5, 0], 3)
    assert not result.chosen.any()
    assert result.utility.tolist() == [0, 0, 0]
    assert result.objective == 0


def test_without_candidates_nothing_is_referred() -> None:
    empty = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))
    result = run(empty, 3, [1, 2], 4)
    assert result.certificate == 1
    assert result.price.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("graph", "says"),
    [
        (edges((0, 0, -0.1)), "negative"),
        (edges((0, 0, float("nan"))), "not finite"),
        (edges((0, 0, 0.1), (0, 0, 0.2)), "twice"),
        (edges((7, 0, 0.1)), "does not exist"),
        (edges((-1, 0, 0.1)), "does not exist"),
        (edges((0, -1, 0.1)), "does not exist"),
        ((np.zeros(2, np.int32), np.zeros(2, np.int32), np.ones(1)), "1 scores"),
    ],
)
def test_impossible_input_is_refused(graph: tuple[np.ndarray, np.ndarray, np.ndarray], says: str) -> None:
    with pytest.raises(DataError, match=says):
        run(graph, 1, [1], 1)


@pytest.mark.parametrize("epsilon", [0.0, -0.1, float("nan"), float("inf")])
def test_an_auction_that_would_not_end_is_refused(epsilon: float) -> None:
    with pytest.raises(DataError, match="epsilon"):
        allocate(*CONTESTED, seeker_limit=1, capacity=np.array([1, 1]), n_seekers=2, epsilon=epsilon)
