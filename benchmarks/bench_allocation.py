"""Allocation by auction beside OR-tools min-cost flow, HiGHS, greedy and everyone's own best, on the same graphs.

Candidates are drawn so that neighbours in a ring of occupations compete for the same vacancies and attractive
vacancies are wanted by all: the case in which allocation matters. Each further referral to a vacancy is worth less
(slot costs, as the first round of `matching.allocation_policy.refer` has them). Every method runs in a process of
its own, which also builds the graph; its peak memory is that of the process. --full adds a million seekers.
"""

from __future__ import annotations

import argparse
import heapq
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numba
import numpy as np
import pandas as pd
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from scipy.optimize import linprog
from scipy.sparse import csr_array

from benchmarks.results import write_section
from matching.allocation import allocate
from matching.allocation_policy import ReferralPolicy, refer
from matching.diminishing_value import marginal_value
from matching.unallocated_referrals import own_best

LIMIT, REFERRALS_AN_OPENING, CANDIDATES, SCALE = 3, 8, 50, 10**6
SIZES = ((2_000, 400), (20_000, 4_000), (100_000, 20_000))
FULL = (1_000_000, 200_000)
LP_LARGEST, FLOW_LARGEST = 2_000, 100_000  # seekers; beyond that the peers take minutes or many gigabytes


@dataclass(frozen=True)
class Problem:
    """Edges sorted by seeker and vacancy, with what each is worth; slots one vacancy's after another's."""

    seeker: np.ndarray
    vacancy: np.ndarray
    success: np.ndarray
    weight: np.ndarray
    slot_cost: np.ndarray
    headcount: np.ndarray
    capacity: np.ndarray
    seekers: int

    @property
    def limits(self) -> dict[str, object]:
        """What every method keeps."""
        return {"seeker_limit": LIMIT, "capacity": self.capacity, "n_seekers": self.seekers}

    def worth(self, chosen: np.ndarray) -> float:
        """The objective of a choice within the limits."""
        filled = np.bincount(self.vacancy[chosen], minlength=len(self.capacity))
        first = np.cumsum(self.capacity) - self.capacity
        total = np.concatenate([[0.0], np.cumsum(self.slot_cost)])
        return float(self.weight[chosen].sum(dtype=float) - (total[first + filled] - total[first]).sum())


def graph(seekers: int, vacancies: int, k: int, seed: int) -> tuple[np.ndarray, ...]:
    """Edges (seeker, vacancy, success) and openings."""
    random = np.random.default_rng(seed)
    attraction = random.normal(size=vacancies).astype(np.float32)
    home = random.integers(0, vacancies, size=seekers, dtype=np.int32)
    steps = np.cumsum(random.integers(1, max(2, vacancies // 1_000) + 1, size=(seekers, k), dtype=np.int32), axis=1)
    vacancy = np.sort((home[:, None] + steps) % vacancies, axis=1).astype(np.int32).ravel()
    seeker = np.repeat(np.arange(seekers, dtype=np.int32), k)
    noise = np.float32(0.7) * random.standard_normal(len(vacancy), dtype=np.float32)
    success = 1 / (1 + np.exp(np.float32(2.5) - attraction[vacancy] - noise))
    return seeker, vacancy, success, random.choice([1, 1, 2, 3, 5, 10], size=vacancies).astype(np.int64)


def problem(seekers: int, vacancies: int, *, tied: bool = False) -> Problem:
    seeker, vacancy, success, headcount = graph(seekers, vacancies, CANDIDATES, seed=1)
    capacity = REFERRALS_AN_OPENING * headcount
    if tied:
        weight, costs = np.full_like(success, 0.3), np.zeros(capacity.sum())
        capacity = 3 * headcount
        return Problem(seeker, vacancy, success, weight, costs[: capacity.sum()], headcount, capacity, seekers)
    value = marginal_value(
        seeker, vacancy, success, own_best(seeker, vacancy, success, seeker_limit=LIMIT),
        headcount=headcount, capacity=capacity, priority=np.ones(seekers),
    )  # fmt: skip
    return Problem(seeker, vacancy, success, value.weight, value.slot_cost, headcount, capacity, seekers)


def by_auction(p: Problem) -> tuple[float, float]:
    """Objective, and the bound that its prices prove."""
    result = allocate(p.seeker, p.vacancy, p.weight, slot_cost=p.slot_cost, **p.limits)
    return result.objective, result.bound


def by_refer(p: Problem) -> tuple[float, float]:
    """The whole policy: three rounds, floor, prices and utilities; objective and bound of the last round."""
    result = refer(
        p.seeker, p.vacancy, p.success, headcount=p.headcount, capacity=p.capacity, priority=np.ones(p.seekers),
        policy=ReferralPolicy(LIMIT, REFERRALS_AN_OPENING),
    )  # fmt: skip
    return result.allocation.objective, result.allocation.bound


def by_flow(p: Problem) -> tuple[float, float]:
    """Optimum by min-cost flow, integer costs of 1e-6, one arc a slot."""
    solver = SimpleMinCostFlow()
    n, m = p.seekers, len(p.capacity)
    source, sink, slots = n + m, n + m + 1, n + np.repeat(np.arange(m), p.capacity)
    ones = np.ones(max(len(slots), len(p.seeker)), int)
    solver.add_arcs_with_capacity_and_unit_cost(np.full(n, source), np.arange(n), np.full(n, LIMIT), np.zeros(n, int))
    solver.add_arcs_with_capacity_and_unit_cost(
        p.seeker, n + p.vacancy, ones[: len(p.seeker)], -np.rint(p.weight.astype(float) * SCALE).astype(int)
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        slots, np.full(len(slots), sink), ones[: len(slots)], np.rint(p.slot_cost * SCALE).astype(int)
    )
    solver.add_arcs_with_capacity_and_unit_cost([source], [sink], [n * LIMIT], [0])
    solver.set_node_supply(source, n * LIMIT)
    solver.set_node_supply(sink, -n * LIMIT)
    assert solver.solve() == solver.OPTIMAL
    optimum = float(-solver.optimal_cost() / SCALE)
    return optimum, optimum


def by_highs(p: Problem) -> tuple[float, float]:
    """Optimum of the linear programme."""
    edges, slots = len(p.seeker), np.repeat(np.arange(len(p.capacity)), p.capacity)
    columns = edges + len(slots)
    of_seeker = csr_array((np.ones(edges), (p.seeker, np.arange(edges))), shape=(p.seekers, columns))
    signs, rows = np.concatenate([np.ones(edges), -np.ones(len(slots))]), np.concatenate([p.vacancy, slots])
    balance = csr_array((signs, (rows, np.arange(columns))), shape=(len(p.capacity), columns))
    found = linprog(
        np.concatenate([-p.weight.astype(float), p.slot_cost]), A_ub=of_seeker, b_ub=np.full(p.seekers, LIMIT),
        A_eq=balance, b_eq=np.zeros(len(p.capacity)), bounds=(0, 1), method="highs",
    )  # fmt: skip
    return float(-found.fun), float(-found.fun)


def by_greedy(p: Problem) -> tuple[float, float]:
    """Always the referral that adds most beside those already made, while both ends have room."""
    first = np.cumsum(p.capacity) - p.capacity
    worth = p.worth(_most_first(p.seeker, p.vacancy, p.weight, p.slot_cost, first, p.capacity, p.seekers))
    return worth, worth


@numba.njit(cache=True)
def _most_first(seeker, vacancy, weight, slot_cost, first, capacity, seekers):  # type: ignore[no-untyped-def]
    chosen = np.zeros(len(seeker), dtype=np.bool_)
    held, filled = np.zeros(seekers, dtype=np.int64), np.zeros(len(capacity), dtype=np.int64)
    waiting = [(-np.float64(weight[e]), e) for e in range(len(seeker))]
    heapq.heapify(waiting)
    while waiting:
        net, e = heapq.heappop(waiting)
        s, v = seeker[e], vacancy[e]
        if held[s] == LIMIT or filled[v] == capacity[v]:
            continue
        now = slot_cost[first[v] + filled[v]] - np.float64(weight[e])
        if now > net:  # others have come since: it waits for its new turn
            if now < 0:
                heapq.heappush(waiting, (now, e))
        elif now < 0:
            chosen[e] = True
            held[s] += 1
            filled[v] += 1
    return chosen


def by_own_best(p: Problem) -> tuple[float, float]:
    """Everyone's own best, kept in order while there is room."""
    chosen = own_best(p.seeker, p.vacancy, p.success, seeker_limit=LIMIT)
    edges = np.flatnonzero(chosen)
    order = edges[np.argsort(p.vacancy[edges], kind="stable")]
    ordered = p.vacancy[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    chosen[order[place >= p.capacity[ordered]]] = False
    worth = p.worth(chosen)
    return worth, worth


AUCTION = "auction, with prices"
METHODS: dict[str, tuple[Callable[[Problem], tuple[float, float]], int]] = {
    AUCTION: (by_auction, 10**9),
    "whole policy: three rounds, floor": (by_refer, 10**9),
    "OR-tools min-cost flow": (by_flow, FLOW_LARGEST),
    "HiGHS": (by_highs, LP_LARGEST),
    "greedy by what is added (compiled)": (by_greedy, FLOW_LARGEST),
    "everyone's own best, first come": (by_own_best, 10**9),
}


def measure(name: str, seekers: int, vacancies: int, tied: bool) -> tuple[float, float, float, float]:
    """Objective, bound, seconds, and the peak memory of this process in GiB."""
    small = problem(60, 200)
    work = METHODS[name][0]
    if work in (by_auction, by_refer, by_greedy, by_own_best):
        work(small)  # compiled code is loaded
    case = problem(seekers, vacancies, tied=tied)
    start = time.perf_counter()
    objective, bound = work(case)
    seconds = time.perf_counter() - start
    return objective, bound, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def run(sizes: list[tuple[int, int]]) -> pd.DataFrame:
    rows = []
    # A fresh process each, never forked: its memory is its own.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        for (n, m), tied in [*((size, False) for size in sizes), ((20_000, 4_000), True)]:
            bound = first = float("nan")
            for name, (_, largest) in METHODS.items():
                if n > largest or (tied and name not in (AUCTION, "OR-tools min-cost flow")):
                    continue
                objective, own_bound, seconds, peak = processes.submit(measure, name, n, m, tied).result()
                if name == AUCTION:
                    bound, first = own_bound, seconds
                of = own_bound if name.startswith("whole") else bound
                rows.append(
                    {
                        "seekers × vacancies × 50": f"{n:,} × {m:,}" + (", all scores equal" if tied else ""),
                        "method": name,
                        "objective ÷ bound": f"{np.floor(1e6 * objective / of) / 1e6:.6f}",
                        "seconds": f"{seconds:.2f}",
                        "time ÷ auction": f"{seconds / first:.2f}",
                        "peak GiB": f"{peak:.2f}",
                    }
                )
                print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="add 1,000,000 seekers × 200,000 vacancies")
    parser.add_argument("--data", help="not used: the graphs are generated")
    sizes = [*SIZES, FULL] if parser.parse_args().full else list(SIZES)
    write_section(
        "allocation", "Allocation", "python -m benchmarks.bench_allocation --full", run(sizes),
        [
            f"Up to {LIMIT} referrals a seeker and {REFERRALS_AN_OPENING} an opening, each further one to a vacancy "
            "worth less; generated graphs. The auction's prices prove the bound; the whole policy's is its own; "
            "ratios are rounded down.",
            "Times include checking the input and, for the auction, prices, utilities and the bound. Peak memory is "
            "of the process, graph and interpreter included.",
            "Equal scores: 3 referrals an opening, no slot costs; without ε-scaling the same auction took 28 s.",
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
