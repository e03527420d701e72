"""Allocation by auction beside OR-tools min-cost flow, HiGHS, greedy and everyone's own best, on the same graphs.

Candidates are drawn so that neighbours in a ring of occupations compete for the same vacancies and attractive
vacancies are wanted by all: the case in which allocation matters. Each further referral to a vacancy is worth less
(slot costs, as the first round of `matching.allocation_policy.refer` has them). The graph is mapped from files, as
a province's would be; every method runs in a process of its own.
"""

from __future__ import annotations

import argparse
import heapq
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from scipy.optimize import linprog
from scipy.sparse import csr_array

from benchmarks.results import write_section
from matching.allocation import allocate
from matching.allocation_policy import ReferralPolicy, refer
from matching.candidate_edges import CandidateEdges
from matching.diminishing_value import marginal_value
from matching.referral_graph import EdgeWorth, success_alone
from matching.unallocated_referrals import own_best
from models.kernels import kernel

LIMIT, REFERRALS_AN_OPENING, CANDIDATES, SCALE = 3, 8, 50, 10**6
LP_LARGEST, FLOW_LARGEST = 2_000, 100_000  # seekers; beyond that the peers take minutes or many gigabytes


@dataclass(frozen=True)
class Case:
    """A generated graph: how large, of how many cities that share nobody, with how many distinct successes."""

    seekers: int
    vacancies: int
    cities: int = 1
    levels: int = 0  # 0: as many as there are edges
    most_edges: int = 10**9

    def __str__(self) -> str:
        notes = [f"{self.cities} cities"] * (self.cities > 1)
        notes += [f"at most {self.most_edges:,} edges at once"] * (self.most_edges < 10**9)
        notes += ["all scores equal" if self.levels == 1 else f"{self.levels} distinct scores"] * (self.levels > 0)
        return ", ".join([f"{self.seekers:,} × {self.vacancies:,}", *notes])


SMALL = tuple(Case(n, n // 5) for n in (2_000, 20_000, 100_000))
FULL, PROVINCE = (1_000_000, 200_000), (2_000_000, 400_000)


@dataclass(frozen=True)
class Problem:
    """Edges with what each is worth; slots one vacancy's after another's."""

    edges: CandidateEdges
    worth: EdgeWorth
    slot_cost: np.ndarray
    headcount: np.ndarray
    capacity: np.ndarray
    most_edges: int

    @property
    def seekers(self) -> int:
        """Number of seekers."""
        return self.edges.n_seekers

    @property
    def seeker(self) -> np.ndarray:
        """The seeker of each edge, which the peers need."""
        return np.repeat(np.arange(self.seekers, dtype=np.int32), np.diff(self.edges.first_edge))

    @property
    def weight(self) -> np.ndarray:
        """What each edge is worth in a slot that costs nothing; float32, which the peers hold in memory."""
        v, found = self.edges.vacancy, np.empty(len(self.edges), dtype=np.float32)
        found[:] = self.worth.of_seeker[self.seeker] * self.edges.success * self.worth.of_vacancy[v]
        return found + self.worth.added[v].astype(np.float32)

    def total(self, chosen: np.ndarray) -> float:
        """The objective of a choice within the limits."""
        filled = np.bincount(self.edges.vacancy[chosen], minlength=len(self.capacity))
        first = np.cumsum(self.capacity) - self.capacity
        total = np.concatenate([[0.0], np.cumsum(self.slot_cost)])
        return float(self.weight[chosen].sum(dtype=float) - (total[first + filled] - total[first]).sum())


def write_graph(case: Case, folder: str) -> None:
    """Columns of the graph as files, drawn in blocks of seekers; those of one city are spread over all rows."""
    random = np.random.default_rng(1)
    in_city = case.vacancies // case.cities
    attraction = random.normal(size=case.vacancies).astype(np.float32)
    shape, block = case.seekers * CANDIDATES, 50_000
    files = {
        name: np.lib.format.open_memmap(f"{folder}/{name}.npy", "w+", dtype, (shape,))
        for name, dtype in (("vacancy", np.int32), ("success", np.float32))
    }
    for start in range(0, case.seekers, block):
        n = min(block, case.seekers - start)
        city = random.integers(0, case.cities, size=(n, 1), dtype=np.int32) * in_city
        home = random.integers(0, in_city, size=(n, 1), dtype=np.int32)
        most = max(2, in_city // 1_000) + 1
        steps = np.cumsum(random.integers(1, most, size=(n, CANDIDATES), dtype=np.int32), axis=1)
        vacancy = np.sort(city + (home + steps) % in_city, axis=1).ravel()
        noise = np.float32(0.7) * random.standard_normal(len(vacancy), dtype=np.float32)
        success = 1 / (1 + np.exp(np.float32(2.5) - attraction[vacancy] - noise))
        if case.levels:
            success = (np.ceil(success * case.levels) / case.levels * 0.3).astype(np.float32)
        rows = slice(start * CANDIDATES, (start + n) * CANDIDATES)
        files["vacancy"][rows], files["success"][rows] = vacancy, success
    for file in files.values():
        file.flush()
    np.save(f"{folder}/headcount.npy", random.choice([1, 1, 2, 3, 5, 10], size=case.vacancies).astype(np.int64))


def problem(case: Case, folder: str) -> Problem:
    vacancy, success = (np.load(f"{folder}/{name}.npy", mmap_mode="r") for name in ("vacancy", "success"))
    headcount = np.load(f"{folder}/headcount.npy")
    edges = CandidateEdges(np.arange(case.seekers + 1) * CANDIDATES, vacancy, success, case.vacancies)
    candidates = edges.candidates_of_vacancies()
    if case.levels:
        capacity = np.minimum(LIMIT * headcount, candidates)
        return Problem(edges, success_alone(edges), np.zeros(capacity.sum()), headcount, capacity, case.most_edges)
    capacity = np.minimum(REFERRALS_AN_OPENING * headcount, candidates)
    value = marginal_value(
        edges, own_best(edges, seeker_limit=LIMIT),
        headcount=headcount, capacity=capacity, priority=np.ones(case.seekers),
    )  # fmt: skip
    return Problem(edges, value.worth, value.slot_cost, headcount, capacity, case.most_edges)


def by_auction(p: Problem) -> tuple[float, float]:
    """Objective, and the bound that its prices prove."""
    result = allocate(p.edges, worth=p.worth, seeker_limit=LIMIT, capacity=p.capacity, slot_cost=p.slot_cost)
    return result.objective, result.bound


def by_refer(p: Problem) -> tuple[float, float]:
    """The whole policy: three rounds, floor, prices and utilities; objective and bound of the last round."""
    result = refer(
        p.edges, headcount=p.headcount, capacity=p.capacity, priority=np.ones(p.seekers),
        policy=ReferralPolicy(LIMIT, REFERRALS_AN_OPENING), most_edges=p.most_edges,
    )  # fmt: skip
    return result.allocation.objective, result.allocation.bound


def by_flow(p: Problem) -> tuple[float, float]:
    """Optimum by min-cost flow, integer costs of 1e-6, one arc a slot."""
    solver = SimpleMinCostFlow()
    n, m = p.seekers, len(p.capacity)
    source, sink, slots = n + m, n + m + 1, n + np.repeat(np.arange(m), p.capacity)
    ones = np.ones(max(len(slots), len(p.edges)), int)
    solver.add_arcs_with_capacity_and_unit_cost(np.full(n, source), np.arange(n), np.full(n, LIMIT), np.zeros(n, int))
    solver.add_arcs_with_capacity_and_unit_cost(
        p.seeker, n + p.edges.vacancy, ones[: len(p.edges)], -np.rint(p.weight.astype(float) * SCALE).astype(int)
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
    edges, slots = len(p.edges), np.repeat(np.arange(len(p.capacity)), p.capacity)
    columns = edges + len(slots)
    of_seeker = csr_array((np.ones(edges), (p.seeker, np.arange(edges))), shape=(p.seekers, columns))
    signs, rows = np.concatenate([np.ones(edges), -np.ones(len(slots))]), np.concatenate([p.edges.vacancy, slots])
    balance = csr_array((signs, (rows, np.arange(columns))), shape=(len(p.capacity), columns))
    found = linprog(
        np.concatenate([-p.weight.astype(float), p.slot_cost]), A_ub=of_seeker, b_ub=np.full(p.seekers, LIMIT),
        A_eq=balance, b_eq=np.zeros(len(p.capacity)), bounds=(0, 1), method="highs",
    )  # fmt: skip
    return float(-found.fun), float(-found.fun)


def by_greedy(p: Problem) -> tuple[float, float]:
    """Always the referral that adds most beside those already made, while both ends have room."""
    first = np.cumsum(p.capacity) - p.capacity
    worth = p.total(_most_first(p.seeker, p.edges.vacancy, p.weight, p.slot_cost, first, p.capacity, p.seekers))
    return worth, worth


@kernel
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
    edges = own_best(p.edges, seeker_limit=LIMIT)
    order = edges[np.argsort(p.edges.vacancy[edges], kind="stable")]
    ordered = p.edges.vacancy[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    worth = p.total(order[place < p.capacity[ordered]])
    return worth, worth


AUCTION, POLICY, FLOW = "auction, with prices", "whole policy: three rounds, floor", "OR-tools min-cost flow"
METHODS: dict[str, tuple[Callable[[Problem], tuple[float, float]], int]] = {
    AUCTION: (by_auction, 10**9),
    POLICY: (by_refer, 10**9),
    FLOW: (by_flow, FLOW_LARGEST),
    "HiGHS": (by_highs, LP_LARGEST),
    "greedy by what is added (compiled)": (by_greedy, FLOW_LARGEST),
    "everyone's own best, first come": (by_own_best, 10**9),
}


def memory(kind: str) -> int:
    """`RssAnon`, what the process holds itself, or `VmHWM`, the peak with pages of mapped files; bytes."""
    found = re.search(rf"{kind}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found
    return 1024 * int(found[1])


def measure(name: str, case: Case, folder: str) -> tuple[float, float, float, float, float]:
    """Objective, bound, seconds, peak of its own memory in bytes an edge, and of all memory in GiB."""
    work = METHODS[name][0]
    with TemporaryDirectory() as small:
        warm = Case(60, 200)
        write_graph(warm, small)
        if work not in (by_flow, by_highs):
            work(problem(warm, small))  # compiled code is loaded
    before = peak = memory("RssAnon")
    done = threading.Event()

    def watch() -> None:  # compiled code runs without the interpreter's lock
        nonlocal peak
        while not done.wait(0.02):
            peak = max(peak, memory("RssAnon"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    prepared = problem(case, folder)
    start = time.process_time()
    objective, bound = work(prepared)
    seconds = time.process_time() - start
    done.set()
    watcher.join()
    return objective, bound, seconds, (peak - before) / len(prepared.edges), memory("VmHWM") / 2**30


def run(cases: list[tuple[Case, tuple[str, ...]]]) -> pd.DataFrame:
    rows = []
    # A fresh process each, never forked: its memory is its own.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        for case, names in cases:
            bound = first = float("nan")
            with TemporaryDirectory() as folder:
                processes.submit(write_graph, case, folder).result()
                for name in names:
                    if case.seekers > METHODS[name][1]:
                        continue
                    found = processes.submit(measure, name, case, folder).result()
                    objective, own_bound, seconds, an_edge, peak = found
                    if name == AUCTION:
                        bound, first = own_bound, seconds
                    of = own_bound if name == POLICY else bound
                    rows.append(
                        {
                            "seekers × vacancies × 50": str(case),
                            "method": name,
                            "objective ÷ bound": f"{np.floor(1e6 * objective / of) / 1e6:.6f}",
                            "CPU seconds": f"{seconds:.2f}",
                            "time ÷ auction": f"{seconds / first:.2f}" if first > 0 else "",
                            "bytes an edge": f"{an_edge:.1f}" if case.seekers >= 100_000 else "",
                            "peak GiB": f"{peak:.2f}",
                        }
                    )
                    print(rows[-1], flush=True)
    return pd.DataFrame(rows)


NOTES = [
    f"Up to {LIMIT} referrals a seeker and {REFERRALS_AN_OPENING} an opening, each further one to a vacancy worth "
    "less; generated graphs, 50 candidates a seeker. The auction's prices prove the bound; the whole policy's is its "
    "own; ratios are rounded down. Seconds of the processor, as others use the machine.",
    "Bytes an edge: the highest private memory (RssAnon, sampled) above that of the interpreter; the two columns of "
    "the edges, 8 bytes an edge, are mapped from files and come on top while they are in memory. Peak: VmHWM, mapped "
    "pages included.",
]
MEASURED: dict[str, tuple[str, list[tuple[Case, tuple[str, ...]]], list[str]]] = {
    "peers": (
        "Allocation",
        [(case, tuple(METHODS)) for case in SMALL],
        [],
    ),
    "full": (
        "Allocation of a million seekers",
        [(Case(*FULL), (AUCTION, POLICY))],
        [],
    ),
    "ties": (
        "Allocation where many scores are equal",
        [
            (Case(20_000, 4_000, levels=1), (AUCTION, POLICY, FLOW)),
            (Case(*FULL, levels=1), (AUCTION, POLICY)),
            (Case(*FULL, levels=5), (AUCTION,)),
        ],
        ["3 referrals an opening, for the auction without slot costs."],
    ),
    "province": (
        "Allocation of a province",
        [(Case(*PROVINCE, cities=10), (POLICY,))],
        ["Ten cities that share no candidate, each city's seekers spread over all rows, allocated at once."],
    ),
    "cities": (
        "Allocation of a province, some cities after others",
        [(Case(200_000, 40_000, cities=10, most_edges=most), (POLICY,)) for most in (10**9, 2_500_000)],
        ["A part is a copy, so that its columns count as private memory; bytes are divided by all edges."],
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=tuple(MEASURED), nargs="+", default=["peers"], help="default: peers")
    parser.add_argument("--data", help="not used: the graphs are generated")
    for part in parser.parse_args().part:
        title, cases, notes = MEASURED[part]
        name = "allocation" if part == "peers" else f"allocation_{part}"
        write_section(name, title, f"python -m benchmarks.bench_allocation --part {part}", run(cases), NOTES + notes)


if __name__ == "__main__":
    main()
