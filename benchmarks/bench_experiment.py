"""Experiments over markets rehearsed on synthetic cities: bias, coverage and power, by how the city is cut.

`python -m benchmarks.bench_experiment [--rehearsals 200] [--seeds 2] [--embedder PATH]`

Candidates are those that a night retrieves; how likely they are is the city's hidden truth, which also decides what
becomes of the referrals. The control is everyone's own best, the treatment the allocation with prices; the truth is
everybody under the one less everybody under the other. The same cities are cut three ways: markets with all pairs
that cross between them taken away, the markets that a design would make, and districts.
"""

from __future__ import annotations

import argparse
import time
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.default_models import default_embedder
from benchmarks.results import write_section
from data.market import market_from_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from evaluation.experiments.cluster_robust import cluster_effect
from evaluation.experiments.market_cells import CellGrid, seeker_cells, vacancy_cells
from evaluation.experiments.market_clusters import leakage, market_clusters
from evaluation.experiments.power import PastOutcomes, minimal_detectable_effect, past_outcomes
from evaluation.experiments.rehearsal import RehearsedCity, rehearse
from matching.allocation_policy import ReferralPolicy, refer, referral_capacity
from matching.arm_referrals import ArmPolicy, ArmRule
from matching.candidate_edges import CandidateEdges, ordered_edges
from matching.retrieval import retrieve
from matching.unallocated_referrals import own_best
from models.embedder import encode
from models.job_text import seeker_texts, vacancy_texts

SEEKERS, VACANCIES, CANDIDATES = 5_000, 1_000, 50
SATURATIONS = (Fraction(0), Fraction(1, 2), Fraction(1))
RULES = (ArmRule(ArmPolicy.OWN_BEST), ArmRule(ArmPolicy.PRICES))
POLICY = ReferralPolicy()
LEVEL = 2


def one_city(seed: int, rehearsals: int, embedder: Any) -> list[pd.DataFrame]:
    settings = CitySettings(seed=seed, seekers=SEEKERS, vacancies=VACANCIES, courses=20, history_months=0)
    city = build_city(settings)
    market = market_from_records(city.records, settings.as_of)
    found = retrieve(
        market,
        encode(embedder, seeker_texts(market.seekers, market.experience)),
        encode(embedder, vacancy_texts(market.vacancies)),
        k=CANDIDATES,
    )
    seeker, vacancy = found.seeker, found.vacancy
    rows = city.truth.rows_of(market.seekers["seeker_id"].iloc[seeker], market.vacancies["vacancy_id"].iloc[vacancy])
    accept, hire = city.truth.p_accept(*rows), city.truth.p_hire(*rows)
    n, headcount = len(market.seekers), market.vacancies["headcount"].to_numpy(np.int64)
    edges, order = ordered_edges(
        seeker, vacancy, (accept * hire).astype(np.float32), n_seekers=n, n_vacancies=len(headcount)
    )
    employer = pd.factorize(market.vacancies["employer_id"])[0]
    capacity = referral_capacity(headcount, employer, POLICY, n)
    grid = CellGrid(LEVEL)
    at, where = seeker_cells(market, grid), vacancy_cells(market, grid)
    policies = (
        refer(edges, headcount=headcount, capacity=capacity, policy=POLICY, priority=np.ones(n)).chosen,
        own_best(edges, seeker_limit=POLICY.per_seeker),
    )
    ends = tuple(
        np.concatenate([side(chosen) for chosen in policies]).astype(np.int64)
        for side in (edges.seekers_of, lambda chosen: edges.vacancy[chosen])
    )
    clusters = market_clusters(
        grid, at, where, ends, np.ones(len(ends[0])), least_seekers=80, leakage_limit=0.15, fewest=8 * len(SATURATIONS)
    )
    merged, merged_where = (clusters.of_cell[cells].astype(np.int64) for cells in (at, where))
    district, district_where = (cells.astype(np.int64) % len(grid.districts) for cells in (at, where))
    inside = merged[edges.seekers_of(np.arange(len(edges)))] == merged_where[edges.vacancy]
    tables = []
    for name, of_seeker, of_vacancy, kept in (
        ("markets that share nothing", merged, merged_where, inside),
        ("merged occupation × district", merged, merged_where, np.ones(len(edges), dtype=bool)),
        ("district alone", district, district_where, np.ones(len(edges), dtype=bool)),
    ):
        first = np.concatenate([[0], np.cumsum(kept)])[edges.first_edge]
        own = CandidateEdges(first, edges.vacancy[kept], edges.success[kept], edges.n_vacancies)
        numbers = np.unique(of_seeker, return_inverse=True)[1].astype(np.int64)
        rehearsed_city = RehearsedCity(
            own, accept[order][kept], hire[order][kept], headcount, capacity, np.ones(n), POLICY, numbers
        )
        rehearsed = rehearse(rehearsed_city, RULES, SATURATIONS, rehearsals=rehearsals, seed=seed)
        crossing = kept.all() * leakage(of_seeker[ends[0]], of_vacancy[ends[1]], np.ones(len(ends[0])))
        tables.append(rehearsed.assign(cut=name, markets=int(numbers.max()) + 1, leakage=crossing))
    return tables


def power_note(rehearsals: int) -> str:
    """The power formula against simulation: markets that differ by chance (beta), people placed by chance."""
    rng = np.random.default_rng(1)
    rate, icc, markets, mean = 0.2, 0.02, 15, 120
    sizes = [np.maximum(10, mean * rng.uniform(0.4, 1.6, markets)).astype(np.int64) for _ in range(2)]
    effect = minimal_detectable_effect(PastOutcomes(rate, icc, markets, mean), *(s.astype(np.float64) for s in sizes))
    scale = (1 - icc) / icc
    found, estimated = [], []
    for _ in range(rehearsals):
        placed = [
            rng.binomial(s, rng.beta(p * scale, (1 - p) * scale, markets))
            for s, p in zip(sizes, (rate + effect, rate), strict=True)
        ]
        people, side = np.concatenate(sizes), np.repeat([True, False], markets)
        result = cluster_effect(
            np.concatenate(placed).astype(np.float64), people.astype(np.float64), side, np.arange(2 * markets)
        )
        found.append(result.p_value < 0.05)
        known = past_outcomes(placed[1], sizes[1])
        if isinstance(known, PastOutcomes):
            estimated.append(known.icc)
    return (
        f"Power formula: 15 against 15 markets of 48–192 people, rate {rate:.0%}, intracluster correlation {icc}: "
        f"minimal detectable effect {effect:.1%} at 80 %; found in {np.mean(found):.0%} of {len(found)} simulated "
        f"experiments. Correlation estimated from 15 markets: mean {np.mean(estimated):.3f}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rehearsals", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--embedder", help="folder of an embedding model; default: ours, trained in the run")
    parser.add_argument("--data", help="not used: the cities are synthetic")
    arguments = parser.parse_args()
    embedder, _ = default_embedder(arguments.embedder)
    start = time.perf_counter()
    tables = [
        table for seed in range(1, arguments.seeds + 1) for table in one_city(seed, arguments.rehearsals, embedder)
    ]
    numbers = pd.concat(tables, ignore_index=True)
    mean = numbers.groupby(["cut", "contrast", "saturation"], sort=False).mean(numeric_only=True).reset_index()
    shown = pd.DataFrame(
        {
            "cut": mean["cut"],
            "markets": mean["markets"].map("{:.0f}".format),
            "leakage": mean["leakage"].map("{:.0%}".format),
            "contrast": mean["contrast"],
            "saturation": mean["saturation"],
            **{
                title: (100 * mean[name]).map("{:+.2f}".format)
                for title, name in (("truth, points", "truth"), ("mean estimate", "mean"))
            },
            **{
                title: (100 * mean[name]).map("{:.2f}".format)
                for title, name in (("spread", "spread"), ("mean standard error", "standard_error"))
            },
            "coverage of 95 %": mean["coverage"].map("{:.0%}".format),
            "p < 5 %": mean["found"].map("{:.0%}".format),
        }
    )
    notes = [
        f"{arguments.seeds} cities of {SEEKERS:,} seekers and {VACANCIES:,} vacancies, {arguments.rehearsals} "
        "rehearsals each; differences of the share placed, in percentage points. “within” is what an experiment by "
        "persons would see: treated less untreated of the same markets. Leakage: share of referrals (of the allocation "
        "and of everyone's own best) that cross markets.",
        power_note(2000),
        f"{time.perf_counter() - start:.0f} s in all.",
    ]
    write_section(
        "experiment", "Experiments over markets: bias, coverage and power", "python -m benchmarks.bench_experiment",
        shown, notes,
    )  # fmt: skip


if __name__ == "__main__":
    main()
