"""Our allocation is as good as exact solvers': min-cost flow (OR-tools) and linear programming (HiGHS)."""

from __future__ import annotations

import numpy as np
import pytest
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from matching.allocation import allocate
from matching.candidate_edges import CandidateEdges, ordered_edges

SCALE = 10**6


def random_graph(n: int, m: int, k: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    attraction = random.normal(size=m)
    chosen = np.array([random.choice(m, size=k, replace=False) for _ in range(n)])
    seeker = np.repeat(np.arange(n, dtype=np.int32), k)
    vacancy = np.sort(chosen, axis=1).ravel().astype(np.int32)
    score = 1 / (1 + np.exp(2 - attraction[vacancy] - random.normal(size=len(vacancy))))
    return seeker, vacancy, np.round(score, 6), random.integers(0, 4, size=m)


def edges_of(seeker: np.ndarray, vacancy: np.ndarray, score: np.ndarray, n: int, m: int) -> CandidateEdges:
    return ordered_edges(seeker, vacancy, score, n_seekers=n, n_vacancies=m)[0]


def flow_optimum(
    seeker: np.ndarray, vacancy: np.ndarray, score: np.ndarray, capacity: np.ndarray, limit: int, n: int,
    slot_cost: np.ndarray | None = None,
) -> float:  # fmt: skip
    """Optimum by min-cost flow; a vacancy's slots are parallel arcs to the sink, of rising cost."""
    flow = SimpleMinCostFlow()
    m = len(capacity)
    source, sink = n + m, n + m + 1
    seekers, vacancies = np.arange(n), n + np.arange(m)
    flow.add_arcs_with_capacity_and_unit_cost(np.full(n, source), seekers, np.full(n, limit), np.zeros(n, int))
    flow.add_arcs_with_capacity_and_unit_cost(
        seeker, n + vacancy, np.ones(len(seeker), int), -np.rint(score * SCALE).astype(int)
    )
    slots = np.repeat(vacancies, capacity)
    costs = np.zeros(len(slots), int) if slot_cost is None else np.rint(slot_cost * SCALE).astype(int)
    flow.add_arcs_with_capacity_and_unit_cost(slots, np.full(len(slots), sink), np.ones(len(slots), int), costs)
    flow.add_arcs_with_capacity_and_unit_cost([source], [sink], [n * limit], [0])  # the unmatched option
    flow.set_node_supply(source, n * limit)
    flow.set_node_supply(sink, -n * limit)
    assert flow.solve() == flow.OPTIMAL
    return -flow.optimal_cost() / SCALE


@pytest.mark.parametrize(("n", "m", "k", "limit"), [(30, 10, 4, 1), (200, 40, 10, 3), (1_000, 150, 20, 3)])
def test_equals_min_cost_flow(n: int, m: int, k: int, limit: int) -> None:
    for seed in range(5):
        seeker, vacancy, score, capacity = random_graph(n, m, k, seed)
        edges = edges_of(seeker, vacancy, score, n, m)
        result = allocate(edges, seeker_limit=limit, capacity=capacity, epsilon=1e-6)
        optimum = flow_optimum(seeker, vacancy, score, capacity, limit, n)
        assert result.objective == pytest.approx(optimum, abs=1e-6 * (len(result.chosen) + 1))
        assert result.bound >= optimum - 1e-6


def rising_costs(capacity: np.ndarray, seed: int) -> np.ndarray:
    """Costs of each vacancy's slots, in order; some equal, some above every score."""
    random = np.random.default_rng(seed)
    each = [np.sort(np.round(random.choice([0.0, 0.05, 0.1, 0.3, 1.2], size=c), 6)) for c in capacity]
    return np.concatenate([*each, np.empty(0)])


@pytest.mark.parametrize(("n", "m", "k", "limit"), [(30, 10, 4, 1), (200, 40, 10, 3), (1_000, 150, 20, 3)])
def test_with_slot_costs_equals_min_cost_flow(n: int, m: int, k: int, limit: int) -> None:
    for seed in range(5):
        seeker, vacancy, score, capacity = random_graph(n, m, k, seed)
        costs = rising_costs(2 * capacity, seed)
        edges = edges_of(seeker, vacancy, score, n, m)
        result = allocate(edges, seeker_limit=limit, capacity=2 * capacity, epsilon=1e-6, slot_cost=costs)
        optimum = flow_optimum(seeker, vacancy, score, 2 * capacity, limit, n, costs)
        assert result.objective == pytest.approx(optimum, abs=1e-6 * (len(result.chosen) + 1))
        assert optimum - 1e-6 <= result.bound <= optimum + 1e-5 * (len(seeker) + 1)


def test_with_slot_costs_equals_the_linear_programme() -> None:
    n, m, limit = 60, 15, 2
    seeker, vacancy, score, capacity = random_graph(n, m, 6, seed=3)
    costs = rising_costs(capacity, seed=3)
    edges, slots = np.arange(len(seeker)), np.repeat(np.arange(m), capacity)
    of_seeker = csr_array((np.ones(len(edges)), (seeker, edges)), shape=(n, len(edges) + len(slots)))
    ends = np.r_[vacancy, slots], np.arange(len(edges) + len(slots))
    balance = csr_array((np.r_[np.ones(len(edges)), -np.ones(len(slots))], ends), shape=(m, len(edges) + len(slots)))
    programme = linprog(
        np.r_[-score, costs], A_ub=of_seeker, b_ub=np.full(n, limit), A_eq=balance, b_eq=np.zeros(m), bounds=(0, 1),
        method="highs",
    )  # fmt: skip
    candidates = edges_of(seeker, vacancy, score, n, m)
    result = allocate(candidates, seeker_limit=limit, capacity=capacity, epsilon=1e-7, slot_cost=costs)
    assert result.objective == pytest.approx(-programme.fun, abs=1e-4)
    assert result.bound == pytest.approx(-programme.fun, abs=1e-4)


def most_seen(seeker: np.ndarray, vacancy: np.ndarray, limit: int, n: int, m: int) -> int:
    """Vacancies that can have a referral each at once, by maximum flow with one unit a vacancy."""
    flow = SimpleMinCostFlow()
    source, sink = n + m, n + m + 1
    flow.add_arcs_with_capacity_and_unit_cost(np.full(n, source), np.arange(n), np.full(n, limit), np.zeros(n, int))
    flow.add_arcs_with_capacity_and_unit_cost(
        seeker, n + vacancy, np.ones(len(seeker), int), np.zeros(len(seeker), int)
    )
    flow.add_arcs_with_capacity_and_unit_cost(n + np.arange(m), np.full(m, sink), np.ones(m, int), np.zeros(m, int))
    flow.set_node_supply(source, n * limit)
    flow.set_node_supply(sink, -n * limit)
    assert flow.solve_max_flow_with_min_cost() == flow.OPTIMAL
    return int(flow.maximum_flow())


@pytest.mark.parametrize(("n", "m", "k", "limit"), [(20, 15, 3, 1), (40, 60, 6, 1), (30, 60, 5, 2), (300, 40, 10, 3)])
def test_the_floor_sees_as_many_vacancies_as_any_allocation(n: int, m: int, k: int, limit: int) -> None:
    for seed in range(10):
        seeker, vacancy, score, _ = random_graph(n, m, k, seed)
        capacity = np.random.default_rng(seed).integers(1, 5, size=m)
        edges, common = edges_of(seeker, vacancy, score, n, m), {"seeker_limit": limit, "capacity": capacity}
        floor = allocate(edges, everyone_seen=True, **common)
        seen = len(np.unique(vacancy[floor.chosen]))
        assert seen == most_seen(seeker, vacancy, limit, n, m)
        assert floor.objective <= allocate(edges, **common).bound + 1e-9
        assert floor.objective <= floor.bound + 1e-9


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
    candidates = edges_of(seeker, vacancy, score, n, m)
    result = allocate(candidates, seeker_limit=limit, capacity=capacity, epsilon=1e-7)
    assert result.objective == pytest.approx(-programme.fun, abs=1e-4)
    assert result.bound == pytest.approx(-programme.fun, abs=1e-4)
