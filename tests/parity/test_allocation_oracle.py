"""Our allocation is as good as exact solvers': min-cost flow (OR-tools) and linear programming (HiGHS)."""

from __future__ import annotations

import numpy as np
import pytest
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from matching.allocation import allocate

SCALE = 10**6


def random_graph(n: int, m: int, k: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    attraction = random.normal(size=m)
    chosen = np.array([random.choice(m, size=k, replace=False) for _ in range(n)])
    seeker = np.repeat(np.arange(n, dtype=np.int32), k)
    vacancy = np.sort(chosen, axis=1).ravel().astype(np.int32)
    score = 1 / (1 + np.exp(2 - attraction[vacancy] - random.normal(size=len(vacancy))))
    return seeker, vacancy, np.round(score, 6), random.integers(0, 4, size=m)


def flow_optimum(
    seeker: np.ndarray, vacancy: np.ndarray, score: np.ndarray, capacity: np.ndarray, limit: int, n: int
) -> float:
    flow = SimpleMinCostFlow()
    m = len(capacity)
    source, sink = n + m, n + m + 1
    seekers, vacancies = np.arange(n), n + np.arange(m)
    flow.add_arcs_with_capacity_and_unit_cost(np.full(n, source), seekers, np.full(n, limit), np.zeros(n, int))
    flow.add_arcs_with_capacity_and_unit_cost(
        seeker, n + vacancy, np.ones(len(seeker), int), -np.rint(score * SCALE).astype(int)
    )
    flow.add_arcs_with_capacity_and_unit_cost(vacancies, np.full(m, sink), capacity, np.zeros(m, int))
    flow.add_arcs_with_capacity_and_unit_cost([source], [sink], [n * limit], [0])  # the unmatched option
    flow.set_node_supply(source, n * limit)
    flow.set_node_supply(sink, -n * limit)
    assert flow.solve() == flow.OPTIMAL
    return -flow.optimal_cost() / SCALE


@pytest.mark.parametrize(("n", "m", "k", "limit"), [(30, 10, 4, 1), (200, 40, 10, 3), (1_000, 150, 20, 3)])
def test_equals_min_cost_flow(n: int, m: int, k: int, limit: int) -> None:
    for seed in range(5):
        seeker, vacancy, score, capacity = random_graph(n, m, k, seed)
        result = allocate(seeker, vacancy, score, seeker_limit=limit, capacity=capacity, n_seekers=n, epsilon=1e-6)
        optimum = flow_optimum(seeker, vacancy, score, capacity, limit, n)
        assert result.objective == pytest.approx(optimum, abs=1e-6 * (result.chosen.sum() + 1))
        assert result.bound >= optimum - 1e-6


def test_equals_the_linear_programme_and_its_bound() -> None:
    n, m, limit = 60, 15, 2
    seeker, vacancy, score, capacity = random_graph(n, m, 6, seed=3)
    edges = np.arange(len(seeker))
    of_seeker = csr_array((np.ones(len(edges)), (seeker, edges)), shape=(n, len(edges)))
    of_vacancy = csr_array((np.ones(len(edges)), (vacancy, edges)), shape=(m, len(edges)))
    programme = linprog(
        -score, A_ub=vstack([of_seeker, of_vacancy]), b_ub=np.r_[np.full(n, limit), capacity], bounds=(0, 1),
        method="highs",
    )  # fmt: skip
    result = allocate(seeker, vacancy, score, seeker_limit=limit, capacity=capacity, n_seekers=n, epsilon=1e-7)
    assert result.objective == pytest.approx(-programme.fun, abs=1e-4)
    assert result.bound == pytest.approx(-programme.fun, abs=1e-4)
