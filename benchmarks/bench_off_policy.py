"""What another policy would have achieved, told from nights with a share by lot: the estimates against the known truth.

`python -m benchmarks.bench_off_policy [--part estimates draw] [--seeds 200]`

Each seed is a synthetic city. Its nights refer and draw as the overnight run does; what becomes of a pair is drawn once
from the city's hidden truth, so that a pair which is referred on two nights has one fate. The other policies' values
under the same truth are known. A second part times the draw of a million seekers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from api.jobs.stages import forget_peak_memory
from benchmarks.bench_allocation import FULL, Case, memory, write_graph
from benchmarks.results import write_section
from data.column_file import write_columns
from data.market import Market, market_from_records
from data.synthetic_city.city import City, build_city
from data.synthetic_city.settings import CitySettings
from evaluation.intervals import wilson
from evaluation.off_policy.doubly_robust import doubly_robust
from evaluation.off_policy.inverse_propensity import inverse_propensity, self_normalised
from evaluation.off_policy.logged_pairs import Floats, LoggedPairs
from evaluation.off_policy.policy_value import PolicyValue
from evaluation.off_policy.run_log import LOGGED_CANDIDATES, RunLog, RunOutcomes, logged_pairs
from evaluation.off_policy.target_policies import best_by, by_ranker, by_similarity, greedily, predicted_success
from evaluation.refusal import Refusal
from matching.allocation_policy import ReferralPolicy, refer, referral_capacity
from matching.candidate_edges import CandidateEdges
from matching.exploration import capacity_before_the_draw, explore
from matching.ranking import score_candidates
from matching.retrieval import retrieve
from matching.unallocated_referrals import greedy
from models.job_text import seeker_texts, vacancy_texts
from models.ranker import Ranker, train_ranker
from models.training_table import training_pairs

SEEKERS, VACANCIES, CANDIDATES, SEEDS = 1_500, 300, 50, 200
COMES = 0.7
"""Share of the seekers who take part in a night."""
POLICY = ReferralPolicy()
CASES = {
    "ε = 0.02, 20 nights": (0.02, 20), "ε = 0.02, 10 nights": (0.02, 10), "ε = 0.02, 5 nights": (0.02, 5),
    "ε = 0.1, 4 nights": (0.1, 4),
}  # fmt: skip
UNTRIED = {"no share by lot, 2 nights": (0.0, 2)}


@dataclass(frozen=True)
class TrueCity:
    """One city's candidates as a night has them, and what is true of them: one row a pair."""

    market: Market
    candidates: pd.DataFrame  # as LOGGED_CANDIDATES, of all seekers
    success: Floats
    happened: np.ndarray  # bool: what becomes of the pair if it is referred


TARGETS: dict[str, Callable[[RunLog, Floats], Floats]] = {
    "own best by the ranker": lambda log, _: by_ranker(log),
    "greedy": lambda log, _: greedily(log),
    "own best by a perfect ranker": best_by,
    "own best by similarity": lambda log, _: by_similarity(log),
    "the least likely first": lambda log, _: best_by(log, -predicted_success(log)),
}
ESTIMATORS: dict[str, Callable[[LoggedPairs, Floats], PolicyValue | Refusal]] = {
    "IPS": lambda pairs, _: inverse_propensity(pairs),
    "self-normalised IPS": lambda pairs, _: self_normalised(pairs),
    "doubly robust": doubly_robust,
}


@cache
def trained_ranker() -> Ranker:
    """A ranker that has learnt from the history of a city of its own."""
    settings = CitySettings(seed=10_000, seekers=3_000, vacancies=600, courses=1)
    city = build_city(settings)
    past = market_from_records(city.records, settings.as_of, include_closed=True)
    pairs = training_pairs(city.records, past, settings.as_of)
    seekers, vacancies = _vectors(past)
    similarity = np.einsum("ij,ij->i", seekers[pairs.seeker], vacancies[pairs.vacancy])
    return train_ranker(past, pairs, similarity, seed=1)


def _vectors(market: Market) -> tuple[np.ndarray, np.ndarray]:
    """Character n-grams by their weight, in 64 dimensions: what is similar matters here, not how well it is told."""
    texts = [*seeker_texts(market.seekers, market.experience), *vacancy_texts(market.vacancies)]
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), min_df=2).fit_transform(texts)
    found = TruncatedSVD(64, random_state=0).fit_transform(grams).astype(np.float32)
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return found[: len(market.seekers)], found[len(market.seekers) :]


def true_city(seed: int) -> TrueCity:
    """A city with the truth of its candidates."""
    settings = CitySettings(seed=seed, seekers=SEEKERS, vacancies=VACANCIES, courses=1, history_months=0)
    city: City = build_city(settings)
    market = market_from_records(city.records, settings.as_of)
    found = retrieve(market, *_vectors(market), k=CANDIDATES)
    scores = score_candidates(market, found, trained_ranker())
    table = pd.DataFrame(
        {
            "seeker": found.seeker, "vacancy": found.vacancy, "p_accept": scores.p_accept, "p_hire": scores.p_hire,
            "similarity": found.similarity,
        }
    ).sort_values(["seeker", "vacancy"], ignore_index=True)  # fmt: skip
    rows = city.truth.rows_of(
        market.seekers["seeker_id"].iloc[table["seeker"]], market.vacancies["vacancy_id"].iloc[table["vacancy"]]
    )
    success = city.truth.p_accept(*rows) * city.truth.p_hire(*rows)
    return TrueCity(market, table, success, np.random.default_rng([seed, 1]).random(len(success)) < success)


def nights(city: TrueCity, seed: int, share: float, number: int) -> Iterator[tuple[RunLog, RunOutcomes, Floats]]:
    """Logs of the nights, what became of their referrals, and the true success of their candidates."""
    market, headcount = city.market, city.market.vacancies["headcount"].to_numpy(np.int64)
    employer = pd.factorize(market.vacancies["employer_id"])[0]
    comes = np.random.default_rng([seed, 2])
    for night in range(number):
        present = comes.random(len(market.seekers)) < COMES
        rows = np.flatnonzero(present[city.candidates["seeker"]])
        table = city.candidates.iloc[rows].reset_index(drop=True)
        table["seeker"] = (np.cumsum(present) - 1).astype(np.int32)[table["seeker"]]
        n = int(present.sum())
        first_edge = np.searchsorted(table["seeker"], np.arange(n + 1)).astype(np.int64)
        score = (table["p_accept"] * table["p_hire"]).to_numpy()
        edges = CandidateEdges(first_edge, table["vacancy"].to_numpy(), score, len(headcount))
        capacity = referral_capacity(headcount, employer, POLICY, n)
        allocated = np.zeros(len(edges), dtype=bool)
        allocated[
            refer(
                edges, headcount=headcount, capacity=capacity_before_the_draw(capacity, headcount, share=share),
                priority=np.ones(n), policy=POLICY,
            ).chosen
        ] = True  # fmt: skip
        made = explore(
            edges, allocated, seeker_limit=POLICY.per_seeker, capacity=capacity, share=share, seed=[seed, night]
        )
        in_greedy = np.zeros(len(edges), dtype=bool)
        in_greedy[greedy(edges, seeker_limit=POLICY.per_seeker, capacity=capacity)] = True
        table = table.assign(propensity=made.propensity, referred=made.chosen, greedy=in_greedy)
        log = RunLog(
            f"{seed}-{night}", market.as_of + timedelta(days=night), share, POLICY.per_seeker,
            market.seekers["seeker_id"].to_numpy(object)[present], market.vacancies["vacancy_id"].to_numpy(object),
            LOGGED_CANDIDATES.check(table),
        )  # fmt: skip
        placed = np.where(made.chosen, city.happened[rows], np.nan)
        yield log, RunOutcomes(placed, int(made.chosen.sum()), int(made.chosen.sum()), 0), city.success[rows]


def one_seed(seed: int, cases: dict[str, tuple[float, int]]) -> list[dict[str, object]]:
    """Every estimate of every target policy in one city: value, interval, truth, or that it was refused."""
    city, found = true_city(seed), []
    for case, (share, number) in cases.items():
        logs, outcomes, success = zip(*nights(city, seed, share, number), strict=True)
        predicted = np.concatenate([predicted_success(log) for log in logs])
        for policy, target in TARGETS.items():
            targets = [target(log, true) for log, true in zip(logs, success, strict=True)]
            pairs = logged_pairs(logs, outcomes, targets)
            truth = float(pairs.target @ np.concatenate(success)) / pairs.n_lists
            for name, estimate in ESTIMATORS.items():
                got = estimate(pairs, predicted)
                row = {"seed": seed, "case": case, "policy": policy, "estimator": name, "truth": truth}
                if isinstance(got, PolicyValue):
                    row |= {
                        "value": got.value, "low": got.low, "high": got.high, "error": got.standard_error,
                        "effective": got.support.expected_effective_size,
                        "unsupported": got.support.unsupported_share,
                    }  # fmt: skip
                found.append(row)
    return found


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """A line a case, policy and estimator: bias, error, coverage, how often it was refused."""
    lines = []
    for (case, policy, estimator), rows in found.groupby(["case", "policy", "estimator"], sort=False):
        told = rows.dropna(subset=["value"])
        line = {
            "log": case, "policy": policy, "estimator": estimator, "truth": f"{rows['truth'].mean():.3f}",
            "refused, %": f"{100 * (1 - len(told) / len(rows)):.0f}",
        }  # fmt: skip
        if len(told) >= FEWEST_TOLD:
            error = told["value"] - told["truth"]
            covers = (told["low"] <= told["truth"]) & (told["truth"] <= told["high"])
            low, high = wilson(np.array([covers.sum()]), np.array([len(told)]))
            line |= {
                "bias": f"{error.mean():+.4f} ± {1.96 * error.std(ddof=1) / np.sqrt(len(told)):.4f}",
                "RMSE": f"{np.sqrt((error**2).mean()):.3f}",
                "coverage, %": f"{100 * covers.mean():.1f} ({100 * low[0]:.1f}–{100 * high[0]:.1f})",
                "half-width": f"{((told['high'] - told['low']) / 2).mean():.3f}",
                "effective referrals expected": f"{told['effective'].mean():.0f}",
                "without support, %": f"{100 * told['unsupported'].mean():.1f}",
            }
        elif not len(told):
            line["estimator"] = "each"
        lines.append(line)
    return pd.DataFrame(lines).drop_duplicates().fillna("")


FEWEST_TOLD = 20
"""Cities with a figure below which bias and coverage say nothing."""


def estimates(seeds: int) -> None:
    """Runs the cities and writes the section."""
    cases = CASES | UNTRIED
    rows: list[dict[str, object]] = []
    for seed in range(1, seeds + 1):
        rows += one_seed(seed, cases)
        print(f"\r{seed} of {seeds} cities", end="", flush=True)
    print()
    write_section(
        "off_policy", "What another policy would have achieved, told from the log of a share by lot",
        "python -m benchmarks.bench_off_policy", summary(pd.DataFrame(rows)),
        [
            f"{seeds} synthetic cities of {SEEKERS:,} seekers and {VACANCIES:,} vacancies, {CANDIDATES} candidates "
            f"each; {COMES:.0%} of the seekers take part in a night, lists of {POLICY.per_seeker}. Allocation, reserve "
            "and draw are those of the overnight run; the ranker has learnt from the history of another city. Values "
            "are placements a list; truth is that of each city's own lists.",
            "Outcomes are drawn once a pair: one that is referred on several nights has one fate. Truth, bias, RMSE "
            "over the cities in which a figure was given; in brackets the 95 % interval of the coverage (Wilson).",
            "Refused: more than 5 % of the policy's referrals without support, or fewer than 30 effective referrals to "
            "be expected, or fewer than 30 of a weight above 10 where these are more than 5 % of the policy.",
        ],
    )  # fmt: skip


def _draw(folder: str) -> list[dict[str, str]]:
    """Time and memory of the draw, and of writing every candidate's propensity, in this process."""
    seekers, vacancies = FULL
    first_edge = np.arange(seekers + 1, dtype=np.int64) * CANDIDATES
    vacancy, success = (np.load(f"{folder}/{name}.npy", mmap_mode="r") for name in ("vacancy", "success"))
    headcount = np.load(f"{folder}/headcount.npy")
    edges = CandidateEdges(first_edge, vacancy, success, vacancies)
    capacity = headcount * POLICY.per_opening
    chosen = np.zeros(len(edges), dtype=bool)
    spare = capacity_before_the_draw(capacity, headcount, share=SHARE)
    chosen[greedy(edges, seeker_limit=POLICY.per_seeker, capacity=spare)] = True
    few = CandidateEdges(first_edge[:3], vacancy[:100], success[:100], vacancies)
    drawing = {"seeker_limit": POLICY.per_seeker, "capacity": capacity, "share": SHARE, "seed": [1, 2]}
    explore(few, chosen[:100], **drawing)  # compiled code is loaded
    forget_peak_memory()
    before, start = memory("VmHWM"), time.process_time()
    made = explore(edges, chosen, **drawing)
    seconds, held = time.process_time() - start, memory("VmHWM") - before
    peak, start = f"{memory('VmHWM') / 2**30:.2f}", time.process_time()
    for shard in range(0, seekers, SHARD):
        part = slice(first_edge[shard], first_edge[min(shard + SHARD, seekers)])
        write_columns(
            Path(folder) / "propensities" / f"{shard}.arrow",
            {
                "seeker": np.repeat(np.arange(shard, shard + SHARD, dtype=np.int32), CANDIDATES),
                "vacancy": vacancy[part], "propensity": made.propensity[part], "referred": made.chosen[part],
                "drawn": made.drawn[part],
            },
        )  # fmt: skip
    writing = time.process_time() - start
    size = sum(path.stat().st_size for path in (Path(folder) / "propensities").iterdir())
    return [
        {
            "step": f"draw, {made.drawn.sum():,} of {made.chosen.sum():,} referrals by lot",
            "CPU seconds": f"{seconds:.1f}", "bytes an edge": f"{held / len(edges):.1f} of memory", "peak GiB": peak,
        },
        {
            "step": "write every candidate's propensity", "CPU seconds": f"{writing:.1f}",
            "bytes an edge": f"{size / len(edges):.1f} on disk ({size / 1e6:,.0f} MB)", "peak GiB": "",
        },
    ]  # fmt: skip


SHARE, SHARD = 0.02, 20_000


def draw() -> None:
    """Times the draw of a million seekers and writes the section."""
    # A fresh process, never forked: its memory is its own.
    with TemporaryDirectory() as folder, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        (Path(folder) / "propensities").mkdir()
        write_graph(Case(*FULL), folder)
        rows = processes.submit(_draw, folder).result()
    write_section(
        "off_policy_draw", "A share by lot for a million seekers",
        "python -m benchmarks.bench_off_policy --part draw", pd.DataFrame(rows),
        [
            f"{FULL[0]:,} seekers × {FULL[1]:,} vacancies × {CANDIDATES} candidates, generated as for the allocation; "
            f"referrals by greedy assignment, share {SHARE}. The two columns of the edges, 8 bytes an edge, and the "
            "choices, 1 byte, are there before: in the peak, not in the bytes an edge.",
        ],
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("estimates", "draw"), nargs="+", default=["estimates"])
    parser.add_argument("--seeds", type=int, default=SEEDS, help="cities")
    parser.add_argument("--data", help="not used: the cities are synthetic")
    arguments = parser.parse_args()
    if "estimates" in arguments.part:
        estimates(arguments.seeds)
    if "draw" in arguments.part:
        draw()


if __name__ == "__main__":
    main()
