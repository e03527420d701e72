"""Allocation by auction beside OR-tools min-cost flow, greedy and everyone's own best, on the same graphs.

Candidates are drawn so that neighbours in a ring of occupations compete for the same vacancies and attractive
vacancies are wanted by all: the case in which allocation matters. --full adds a million seekers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from benchmarks.results import write_section
from matching.allocation import allocate
from matching.unallocated_referrals import greedy, own_best

LIMIT, REFERRALS_AN_OPENING, SCALE = 3, 3, 10**6
SIZES = ((20_000, 4_000), (100_000, 20_000))
FULL = (1_000_000, 200_000)
FLOW_LARGEST = 100_000  # seekers; beyond that min-cost flow takes many gigabytes


def graph(seekers: int, vacancies: int, k: int, seed: int) -> tuple[np.ndarray, ...]:
    """Edges (seeker, vacancy, score) and capacities."""
    random = np.random.default_rng(seed)
    attraction = random.normal(size=vacancies)
    home = random.integers(0, vacancies, size=seekers)
    steps = np.cumsum(random.integers(1, max(2, vacancies // 1_000) + 1, size=(seekers, k)), axis=1)
    vacancy = np.sort((home[:, None] + steps) % vacancies, axis=1).astype(np.int32).ravel()
    seeker = np.repeat(np.arange(seekers, dtype=np.int32), k)
    noise = random.normal(scale=0.7, size=len(vacancy))
    score = np.round(1 / (1 + np.exp(2.5 - attraction[vacancy] - noise)), 6)
    capacity = REFERRALS_AN_OPENING * random.choice([1, 1, 2, 3, 5, 10], size=vacancies)
    return seeker, vacancy, score, capacity.astype(np.int64)


def flow(seeker: np.ndarray, vacancy: np.ndarray, score: np.ndarray, capacity: np.ndarray, n: int) -> float:
    """Optimum by min-cost flow, integer costs of 1e-6."""
    solver = SimpleMinCostFlow()
    m = len(capacity)
    source, sink = n + m, n + m + 1
    solver.add_arcs_with_capacity_and_unit_cost(np.full(n, source), np.arange(n), np.full(n, LIMIT), np.zeros(n, int))
    solver.add_arcs_with_capacity_and_unit_cost(
        seeker, n + vacancy, np.ones(len(seeker), int), -np.rint(score * SCALE).astype(int)
    )
    solver.add_arcs_with_capacity_and_unit_cost(n + np.arange(m), np.full(m, sink), capacity, np.zeros(m, int))
    solver.add_arcs_with_capacity_and_unit_cost([source], [sink], [n * LIMIT], [0])
    solver.set_node_supply(source, n * LIMIT)
    solver.set_node_supply(sink, -n * LIMIT)
    assert solver.solve() == solver.OPTIMAL
    return float(-solver.optimal_cost() / SCALE)


def run(sizes: list[tuple[int, int]]) -> pd.DataFrame:
    rows = []
    allocate(*graph(50, 10, 5, 0)[:3], seeker_limit=1, capacity=np.ones(10, np.int64), n_seekers=50)  # compile
    for n, m in sizes:
        seeker, vacancy, score, capacity = graph(n, m, 50, seed=1)
        limits = {"seeker_limit": LIMIT, "capacity": capacity, "n_seekers": n}
        ours, seconds = _timed(lambda: allocate(seeker, vacancy, score, **limits))  # noqa: B023 - called at once
        results: list[tuple[str, float, float]] = [("auction, with prices", ours.objective, seconds)]
        if n <= FLOW_LARGEST:
            results.append(
                ("OR-tools min-cost flow", *_timed(lambda: flow(seeker, vacancy, score, capacity, n)))  # noqa: B023
            )
        taken, seconds = _timed(lambda: greedy(seeker, vacancy, score, **limits))  # noqa: B023
        results.append(("greedy (Python loop)", score[taken].sum(), seconds))
        crowd, seconds = _timed(lambda: own_best(seeker, vacancy, score, seeker_limit=LIMIT))  # noqa: B023
        kept = _first_come(vacancy, capacity, crowd)
        results.append(("everyone's own best, first come", score[kept].sum(), seconds))
        rows += [
            {
                "seekers × vacancies × 50": f"{n:,} × {m:,}",
                "method": name,
                "objective ÷ bound": f"{objective / ours.bound:.5f}",
                "seconds": f"{seconds:.2f}",
                "time ÷ auction": f"{seconds / results[0][2]:.2f}",
            }
            for name, objective, seconds in results
        ]
    return pd.DataFrame(rows)


def _first_come(vacancy: np.ndarray, capacity: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Of the chosen edges those that find room, in order."""
    kept = np.zeros_like(chosen)
    room = capacity.copy()
    for edge in np.flatnonzero(chosen):
        if room[vacancy[edge]] > 0:
            room[vacancy[edge]] -= 1
            kept[edge] = True
    return kept


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="add 1,000,000 seekers × 200,000 vacancies")
    parser.add_argument("--data", help="not used: the graphs are generated")
    sizes = [*SIZES, FULL] if parser.parse_args().full else list(SIZES)
    write_section(
        "allocation", "Allocation", "python -m benchmarks.bench_allocation", run(sizes),
        [
            "Up to 3 referrals a seeker and 3 an opening; synthetic graphs. The auction's prices prove the bound.",
            "Times include checking the input and, for the auction, prices, utilities and the bound.",
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
