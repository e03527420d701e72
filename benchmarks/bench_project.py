"""The assessment of a project: seconds and memory by the size of the city, and whether its promise is true.

`python -m benchmarks.bench_project [--seekers 20000 100000] [--courses 300] [--embedder PATH]`

The project is taken out of the city itself: vacancies whose hidden truth is known are withdrawn from today's market
and assessed as a project's posts. What is promised (placements of the project, of the city with and without it) is set
beside the same referrals under the truth, and beside drawing what becomes of them as the night does.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.jobs.stages import forget_peak_memory, peak_memory_mib
from benchmarks.bench_courses import AS_OF, SEEKERS_A_VACANCY, trained
from benchmarks.default_models import default_embedder
from benchmarks.results import write_section
from data.market import Market, market_from_records
from data.reference.priority_groups import load_priority_groups
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import load_training_policy
from data.reference.training_prerequisites import load_prerequisites
from data.synthetic_city.city import City, build_city
from data.synthetic_city.settings import CitySettings
from evaluation.match_run.expected_placements import expected_placements
from matching.allocation_policy import priority_weights
from matching.candidate_edges import ordered_edges
from models.embedder import encode
from models.job_text import course_texts, seeker_texts, vacancy_texts
from models.ranker import Ranker
from training_recs.course_catalogue import Catalogue, build_catalogue
from training_recs.project_assessment.assess_project import ProjectAssessment, assess_project
from training_recs.project_assessment.placement_chances import placement_chances
from training_recs.project_assessment.planned_market import PlannedMarket, with_posts
from training_recs.project_assessment.with_and_without import Solved

DAYS_AHEAD = 120
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Case:
    """A city as it stands, with vectors and courses."""

    city: City
    market: Market
    seeker_vectors: npt.NDArray[np.float32]
    vacancy_vectors: npt.NDArray[np.float32]
    catalogue: Catalogue

    def project(self, rows: Rows) -> PlannedMarket:
        """These vacancies as a project's posts beside all the others."""
        vacancies = self.market.vacancies
        kept = np.setdiff1d(np.arange(len(vacancies)), rows)
        posts = vacancies.iloc[rows].assign(employer_id="project", days_open=0).reset_index(drop=True)
        return with_posts(
            replace(self.market, vacancies=vacancies.iloc[kept].reset_index(drop=True)), posts,
            starts_on=np.full(len(rows), np.datetime64(AS_OF) + DAYS_AHEAD), seeker_vectors=self.seeker_vectors,
            vacancy_vectors=self.vacancy_vectors[kept], post_vectors=self.vacancy_vectors[rows],
        )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seekers", type=int, nargs="+", default=[20_000, 100_000], help="sizes of the cities")
    parser.add_argument("--courses", type=int, default=300, help="courses of each city")
    parser.add_argument("--embedder", help="folder of an embedding model; default: ours, trained in the run")
    parser.add_argument("--data", help=argparse.SUPPRESS)  # every benchmark takes it; this one reads none
    arguments = parser.parse_args()
    embedder, _ = default_embedder(arguments.embedder)
    ranker = trained(embedder)
    speed, promises = [], []
    for place, size in enumerate(arguments.seekers):  # written after each, should a later one be broken off
        case = prepared(size, arguments.courses, embedder)
        if not place:
            assess(case, np.arange(3), ranker)  # compiles the kernels
        for name, rows in projects(case.market):
            planned = case.project(rows)
            forget_peak_memory()
            start, cpu = time.perf_counter(), time.process_time()
            found = assess(case, rows, ranker)
            seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
            city = f"{size:,} × {len(case.market.vacancies):,}"
            speed.append(
                {
                    "seekers × vacancies": city, "project": name, "posts": f"{len(rows):,}",
                    "openings": f"{found.totals.openings:,}", "seconds": f"{seconds:.1f}",
                    "CPU s": f"{cpu_seconds:.1f}", "peak MiB": f"{peak_memory_mib():,.0f}",
                }
            )  # fmt: skip
            promises.append({"seekers × vacancies": city, "project": name} | promise(case, planned, found))
        _write(speed, promises)


def _write(speed: list[dict[str, str]], promises: list[dict[str, str]]) -> None:
    command = "python -m benchmarks.bench_project"
    write_section(
        "project", "The assessment of a project", command, pd.DataFrame(speed),
        [
            "Candidates of everybody are sought anew, the allocation is solved without and with the project, everybody "
            "is judged against every post, and training is planned; the posts start in "
            f"{DAYS_AHEAD} days. CPU seconds are over all threads. Peak memory is of the whole process, the city "
            "included.",
        ],
    )  # fmt: skip
    write_section(
        "project-promise", "What an assessment promises, and the truth", command, pd.DataFrame(promises),
        [
            "Placements of one round of referrals. Direct: at the project; net: in the whole city, with it less "
            "without. Drawn: the same referrals and probabilities, 200 draws of what becomes of them "
            "(evaluation.match_run.expected_placements). Truth: the same referrals with the synthetic city's hidden "
            "probabilities in the place of the ranker's.",
            "The vacancies of a project were in no training data; the ranker learnt from another city of 20,000.",
        ],
    )  # fmt: skip


def projects(market: Market) -> list[tuple[str, Rows]]:
    """Three kinds: anything, half of one trade, and what is hardest to fill by pay."""
    rng, n = np.random.default_rng(5), len(market.vacancies)
    occupation = market.vacancies["occupation"].to_numpy()
    common = int(np.bincount(occupation[occupation >= 0]).argmax())
    trade = np.flatnonzero(occupation == common)
    poorest = np.argsort(market.vacancies["wage_max"].fillna(np.inf).to_numpy(), kind="stable")
    return [
        ("any posts", np.sort(rng.choice(n, n // 100, replace=False))),
        ("half of one occupation", np.sort(rng.choice(trade, max(1, len(trade) // 2), replace=False))),
        ("those that pay least", np.sort(poorest[: n // 100])),
    ]


def prepared(size: int, courses: int, embedder: object) -> Case:
    """The city of this size."""
    settings = CitySettings(
        seekers=size, vacancies=size // SEEKERS_A_VACANCY, courses=courses, history_months=0, seed=7, as_of=AS_OF
    )
    city = build_city(settings)
    market = market_from_records(city.records, AS_OF)
    catalogue = build_catalogue(
        market, encode(embedder, course_texts(market.courses)), city.records.course_runs,
        policy=load_training_policy(AS_OF), prerequisites=load_prerequisites(AS_OF),
        completion=load_completion_prior(),
    )  # fmt: skip
    return Case(
        city, market, encode(embedder, seeker_texts(market.seekers, market.experience)),
        encode(embedder, vacancy_texts(market.vacancies)), catalogue,
    )  # fmt: skip


def assess(case: Case, rows: Rows, ranker: Ranker) -> ProjectAssessment:
    """As the door does it."""
    weights = priority_weights(case.market.seekers["group_mask"].to_numpy(np.uint16), load_priority_groups(), AS_OF)
    return assess_project(
        case.project(rows), ranker, case.catalogue, load_training_policy(AS_OF), priority=weights
    )  # fmt: skip


def promise(case: Case, planned: PlannedMarket, found: ProjectAssessment) -> dict[str, str]:
    """Promised, drawn, and true."""
    first = planned.first_post
    promised = [found.both.without.filled, found.both.with_posts.filled]
    true = [under_the_truth(case, planned, one) for one in (found.both.without, found.both.with_posts)]
    drawn = [_drawn(planned, one) for one in (found.both.without, found.both.with_posts)]
    return {
        "direct": f"{promised[1][first:].sum():.1f}",
        "direct, truth": f"{true[1][first:].sum():.1f}",
        "net": f"{promised[1].sum() - promised[0].sum():+.1f}",
        "net, drawn": f"{drawn[1] - drawn[0]:+.1f}",
        "net, truth": f"{true[1].sum() - true[0].sum():+.1f}",
        "had other work": f"{found.totals.had_other_work:.1f}",
        "city with it": f"{promised[1].sum():,.0f}",
        "drawn": f"{drawn[1]:,.0f}",
        "truth": f"{true[1].sum():,.0f}",
    }


def _drawn(planned: PlannedMarket, one: Solved) -> float:
    return expected_placements(
        one.seeker, one.vacancy, one.success, np.ones_like(one.success), headcount=planned.headcount,
        capacity=np.full(len(planned.headcount), np.iinfo(np.int64).max), n_seekers=len(planned.market.seekers), seed=1,
    ).placements  # fmt: skip


def under_the_truth(case: Case, planned: PlannedMarket, one: Solved) -> npt.NDArray[np.float64]:
    """Openings that the same referrals fill when they succeed as the city's truth has it, float64 (vacancies,)."""
    rows = case.city.truth.rows_of(
        planned.market.seekers["seeker_id"].iloc[one.seeker], planned.market.vacancies["vacancy_id"].iloc[one.vacancy]
    )
    success = case.city.truth.p_accept(*rows) * case.city.truth.p_hire(*rows)
    edges, _ = ordered_edges(
        one.seeker, one.vacancy, success, n_seekers=len(planned.market.seekers), n_vacancies=len(planned.headcount)
    )
    chance = placement_chances(edges, np.arange(len(edges)), planned.headcount)
    return np.bincount(edges.vacancy, chance, minlength=edges.n_vacancies)


if __name__ == "__main__":
    main()
