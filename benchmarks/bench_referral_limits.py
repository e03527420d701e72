"""Expected placements by list length L and referrals an opening R, on synthetic cities whose truth is known.

`python -m benchmarks.bench_referral_limits [--seeds 8] [--embedder PATH]`

Each seed is a city of its own, with its own history and its own trained ranker. Referrals are chosen by what the
ranker believes; what becomes of them is simulated by the city's hidden truth. Every policy refers the same
candidates and shares the luck of the pairs. A second table shows what the floor, priorities and the employers'
share cost, and whom they help.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student_t

from benchmarks.default_models import default_embedder
from benchmarks.results import write_section
from data.market import market_from_records
from data.records import SeekerGroup
from data.reference.priority_groups import load_priority_groups
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from evaluation.match_run.expected_placements import ReferralOutcome, expected_placements
from matching.allocation import allocate
from matching.allocation_policy import ReferralPolicy, priority_weights, refer, referral_capacity
from matching.candidate_edges import CandidateEdges, ordered_edges
from matching.ranking import score_candidates
from matching.retrieval import retrieve
from matching.unallocated_referrals import own_best
from models.embedder import encode
from models.job_text import seeker_texts, vacancy_texts
from models.ranker import train_ranker
from models.training_table import training_pairs

SEEKERS, VACANCIES, CANDIDATES, DRAWS = 5_000, 1_000, 50, 100
LIST_LENGTHS, AN_OPENING = (1, 3, 5), (1, 2, 3, 4, 6, 8, 12)
DEFAULT = ReferralPolicy()


@dataclass(frozen=True)
class Case:
    """Candidates of one city with what the ranker believes and what is true of them."""

    edges: CandidateEdges
    true_accept: npt.NDArray[np.float64]
    true_hire: npt.NDArray[np.float64]
    headcount: npt.NDArray[np.int64]
    employer: npt.NDArray[np.int64]
    group_mask: npt.NDArray[np.uint16]
    as_of: Any

    def outcome(self, chosen: npt.NDArray[np.int64]) -> ReferralOutcome:
        """What becomes of these referrals in truth."""
        return expected_placements(
            self.edges.seekers_of(chosen), self.edges.vacancy[chosen], self.true_accept[chosen], self.true_hire[chosen],
            headcount=self.headcount, capacity=self.headcount, n_seekers=len(self.group_mask), seed=1, draws=DRAWS,
        )  # fmt: skip

    def refer(self, policy: ReferralPolicy, with_priority: bool) -> npt.NDArray[np.int64]:
        """Numbers of the edges referred under the policy."""
        n = len(self.group_mask)
        weights = priority_weights(self.group_mask, load_priority_groups(), self.as_of) if with_priority else np.ones(n)
        return refer(
            self.edges, headcount=self.headcount,
            capacity=referral_capacity(self.headcount, self.employer, policy, n), priority=weights, policy=policy,
        ).chosen  # fmt: skip


def city_case(seed: int, embedder: Any) -> Case:
    settings = CitySettings(seed=seed, seekers=SEEKERS, vacancies=VACANCIES, courses=20)
    city = build_city(settings)
    past = market_from_records(city.records, settings.as_of, include_closed=True)
    pairs = training_pairs(city.records, past, settings.as_of)
    seekers, vacancies = _vectors(past, embedder)
    similarity = np.einsum("ij,ij->i", seekers[pairs.seeker], vacancies[pairs.vacancy])
    ranker = train_ranker(past, pairs, similarity, seed=seed)
    market = market_from_records(city.records, settings.as_of)
    candidates = retrieve(market, *_vectors(market, embedder), k=CANDIDATES)
    edges, _ = ordered_edges(
        candidates.seeker, candidates.vacancy, score_candidates(market, candidates, ranker).score,
        n_seekers=len(market.seekers), n_vacancies=len(market.vacancies),
    )  # fmt: skip
    seekers = edges.seekers_of(np.arange(len(edges)))
    rows = city.truth.rows_of(
        market.seekers["seeker_id"].iloc[seekers], market.vacancies["vacancy_id"].iloc[edges.vacancy]
    )
    return Case(
        edges, city.truth.p_accept(*rows), city.truth.p_hire(*rows), market.vacancies["headcount"].to_numpy(np.int64),
        pd.factorize(market.vacancies["employer_id"])[0], market.seekers["group_mask"].to_numpy(np.uint16),
        settings.as_of,
    )  # fmt: skip


def _vectors(market: Any, embedder: Any) -> tuple[Any, Any]:
    return (
        encode(embedder, seeker_texts(market.seekers, market.experience)),
        encode(embedder, vacancy_texts(market.vacancies)),
    )


def curve(case: Case) -> dict[tuple[int, int], tuple[float, float, float]]:
    """(L, R) → placements by everyone's own best, by the plain sum of scores, by diminishing value."""
    found = {}
    for length in LIST_LENGTHS:
        crowd = case.outcome(own_best(case.edges, seeker_limit=length)).placements
        for an_opening in AN_OPENING:
            plain = allocate(case.edges, seeker_limit=length, capacity=an_opening * case.headcount)
            ours = case.refer(ReferralPolicy(length, an_opening, employer_share=1.0), with_priority=False)
            found[length, an_opening] = (
                crowd, case.outcome(plain.chosen).placements, case.outcome(ours).placements
            )  # fmt: skip
    return found


def variants(case: Case) -> dict[str, npt.NDArray[np.float64]]:
    """Policy → placements of all, of zero-employment families; unseen vacancies; largest share of an employer."""
    family = (case.group_mask >> list(SeekerGroup).index(SeekerGroup.ZERO_EMPLOYMENT_FAMILY)) & 1 == 1
    free = replace(DEFAULT, everyone_seen=False, employer_share=1.0)
    found = {}
    for name, policy, with_priority in (
        ("expected placements alone", free, False),
        ("+ floor: no vacancy unseen", replace(free, everyone_seen=True), False),
        ("+ an employer at most 2 % of all", replace(free, everyone_seen=True, employer_share=0.02), False),
        ("+ priority groups", replace(free, everyone_seen=True, employer_share=0.02), True),
    ):
        chosen = case.refer(policy, with_priority)
        outcome = case.outcome(chosen)
        received = np.bincount(case.edges.vacancy[chosen], minlength=len(case.headcount))
        could = case.edges.candidates_of_vacancies() > 0
        share = np.bincount(case.employer, weights=received).max() / (DEFAULT.per_seeker * len(case.group_mask))
        figures = [outcome.placements, outcome.placed_share[family].mean(), (could & (received == 0)).sum(), share]
        found[name] = np.array(figures, dtype=float)
    return found


def interval(values: npt.NDArray[np.float64], form: str) -> str:
    """Mean with its 95 % interval over cities (Student's t)."""
    half = student_t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():{form}} ± {half:{form.lstrip('+')}}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=8, help="cities")
    parser.add_argument("--embedder", help="folder of an embedding model; default: ours, trained in the run")
    parser.add_argument("--data", help="not used: the cities are synthetic")
    arguments = parser.parse_args()
    embedder, _ = default_embedder(arguments.embedder)
    curves, compared = [], []
    for seed in range(1, arguments.seeds + 1):
        case = city_case(seed, embedder)
        curves.append(curve(case))
        compared.append(variants(case))
    rows = []
    for length, an_opening in curves[0]:
        crowd, plain, ours = np.array([found[length, an_opening] for found in curves]).T
        rows.append(
            {
                "L": length,
                "R": an_opening,
                "own best": f"{crowd.mean():,.0f}",
                "sum of scores": f"{plain.mean():,.0f}",
                "diminishing value": f"{ours.mean():,.0f}",
                "gain over own best, %": interval(100 * (ours / crowd - 1), "+.1f"),
                "gain over sum of scores, %": interval(100 * (ours / plain - 1), "+.1f"),
            }
        )
    command = "python -m benchmarks.bench_referral_limits"
    sizes = f"{arguments.seeds} synthetic cities of {SEEKERS:,} seekers and {VACANCIES:,} vacancies"
    write_section(
        "referral_limits", "Expected placements by referrals a seeker (L) and an opening (R)", command,
        pd.DataFrame(rows),
        [
            f"{sizes}, {CANDIDATES} candidates each; simulated by the hidden truth, chosen by the trained ranker.",
            "± is the 95 % interval over cities (Student's t). No floor for own best and the sum of scores.",
        ],
    )  # fmt: skip
    table = []
    base = np.array([found["expected placements alone"] for found in compared])
    for name in compared[0]:
        figures = np.array([found[name] for found in compared])
        table.append(
            {
                "policy": name,
                "placements": f"{figures[:, 0].mean():,.0f}",
                "change, %": interval(100 * (figures[:, 0] / base[:, 0] - 1), "+.2f"),
                "zero-employment families placed, %": f"{100 * figures[:, 1].mean():.1f}",
                "change, points": interval(100 * (figures[:, 1] - base[:, 1]), "+.1f"),
                "vacancies unseen": f"{figures[:, 2].mean():.1f}",
                "largest employer, % of list places": f"{100 * figures[:, 3].mean():.1f}",
            }
        )
    write_section(
        "referral_policy", "What floor, concentration limit and priorities cost and bring", command,
        pd.DataFrame(table),
        [f"{sizes}; L = {DEFAULT.per_seeker}, R = {DEFAULT.per_opening}; each line adds to the one before."],
    )  # fmt: skip


if __name__ == "__main__":
    main()
