"""Courses for everybody: seconds and memory by the size of the city, and how good the short way is.

`python -m benchmarks.bench_courses [--full] [--seekers 20000 100000] [--shards N] [--embedder PATH] [--ranker PATH]`

Each city is synthetic, without history; its ranker is that of a demonstration city of 20,000 with one. Prices are those
of the overnight allocation, and seekers are taken by shards, as the night takes them. `--full` adds a million seekers;
with `--shards` only the first shards of each city are recommended courses, and the row says so. A second table
compares, on a sample, how many vacancies are scored anew with scoring many, and with the city's truth:
what the vacancies promised to those trained are really worth.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.jobs.overnight.course_shards import COURSES_EACH, WISHES_EACH
from benchmarks.default_models import default_embedder
from benchmarks.results import write_section
from data.market import Market, market_from_records
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import load_training_policy
from data.reference.training_prerequisites import load_prerequisites
from data.reference.training_programmes import load_programmes
from data.synthetic_city.city import City, build_city
from data.synthetic_city.hiring_truth import CityTruth
from data.synthetic_city.settings import CitySettings
from matching.allocation_policy import ReferralPolicy, refer, referral_capacity
from matching.candidate_edges import CandidateEdges, ordered_edges
from matching.eligibility import seeker_records
from matching.prepared_vacancies import prepare_vacancies
from matching.ranking import score_candidates
from matching.retrieval import retrieve
from models.embedder import encode
from models.job_text import course_texts, seeker_texts, vacancy_texts
from models.ranker import Ranker, load_ranker, train_ranker
from models.training_table import training_pairs
from training_recs.course_catalogue import Catalogue, build_catalogue
from training_recs.course_conditions import TraineeFacts
from training_recs.course_effects import touched_vacancies
from training_recs.course_value import ValueTerms, terms_of
from training_recs.recommend_courses import best_offers, offer_values, recommend_courses
from training_recs.seat_allocation import allocate_seats, most_wanted
from training_recs.todays_options import TodaysOptions, options_of_run
from training_recs.uplift import CourseRematch, UpliftSettings

AS_OF = date(2026, 6, 1)
SEEKERS_A_VACANCY = 5
SHARD_SEEKERS = 20_000
DEFAULT = UpliftSettings()
VARIANTS = (
    ("8 scored, by similarity alone", replace(DEFAULT, scored=8, price_weight=0.0)),
    ("8 scored", replace(DEFAULT, scored=8)),
    ("**12 scored (default)**", DEFAULT),
    ("48 scored", replace(DEFAULT, scored=48)),
    ("12 scored, the course's text in the profile, a quarter", replace(DEFAULT, profile_share=0.25)),
    ("12 scored, the course's text in the profile, a half", replace(DEFAULT, profile_share=0.5)),
)


@dataclass(frozen=True)
class Case:
    """A city as the night leaves it: market, vectors, prices, today's options, and its courses."""

    city: City
    market: Market
    seeker_vectors: npt.NDArray[np.float32]
    vacancy_vectors: npt.NDArray[np.float32]
    ranker: Ranker
    prices: npt.NDArray[np.float64]
    today: TodaysOptions
    catalogue: Catalogue
    terms: ValueTerms

    def only(self, rows: slice) -> Case:
        """The same with some seekers alone."""
        return replace(
            self, market=_shard(self.market, rows), seeker_vectors=self.seeker_vectors[rows], today=self.today.of(rows)
        )

    def shards(self) -> list[slice]:
        """All seekers, as many at a time as the night takes."""
        return _shards(len(self.market.seekers))


def _shards(seekers: int) -> list[slice]:
    return [slice(start, min(start + SHARD_SEEKERS, seekers)) for start in range(0, seekers, SHARD_SEEKERS)]


def _shard(market: Market, rows: slice) -> Market:
    owner = market.experience["seeker"].to_numpy()
    held = market.experience.iloc[np.searchsorted(owner, rows.start) : np.searchsorted(owner, rows.stop)]
    return replace(
        market,
        seekers=market.seekers.iloc[rows].reset_index(drop=True),
        experience=held.assign(seeker=held["seeker"] - np.int32(rows.start)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seekers", type=int, nargs="+", default=[20_000, 100_000], help="sizes of the cities")
    parser.add_argument("--full", action="store_true", help="also a city of 1,000,000 (an hour or more)")
    parser.add_argument("--shards", type=int, help="most shards of a city to recommend courses to; default: all")
    parser.add_argument("--courses", type=int, default=5_000, help="courses of each city")
    parser.add_argument("--sample", type=int, default=512, help="seekers of the comparison")
    parser.add_argument("--threads", type=int, help="default: all processors")
    parser.add_argument("--embedder", help="folder of an embedding model; default: ours, trained in the run")
    parser.add_argument("--ranker", type=Path, help="folder of a ranker; default: trained in the run")
    parser.add_argument("--data", help=argparse.SUPPRESS)  # every benchmark takes it; this one reads none
    arguments = parser.parse_args()
    embedder, _ = default_embedder(arguments.embedder)
    ranker = load_ranker(arguments.ranker) if arguments.ranker else trained(embedder)
    speed = []
    for place, size in enumerate(
        [*arguments.seekers, *([1_000_000] if arguments.full else [])]
    ):  # written after each, should a later one be broken off
        case = prepared(size, arguments.courses, embedder, ranker)
        if not place:
            sample = case.only(slice(0, arguments.sample))
            measured(sample, 1)  # compiles the kernels
            _write_quality(arguments.sample, [compared(sample, *variant) for variant in VARIANTS])
        every: list[pd.DataFrame] = []
        speed.append(measured(case, arguments.threads, arguments.shards, None if place else every))
        if every:
            _write_wishes(case, pd.concat(every, ignore_index=True))
        _write_speed(speed)


def _write_speed(rows: list[dict[str, str]]) -> None:
    write_section(
        "courses", "Courses for everybody", "python -m benchmarks.bench_courses", pd.DataFrame(rows),
        [
            f"Synthetic cities, five seekers a vacancy; every seeker matched again for each distinct effect of the "
            f"courses, {DEFAULT.scored} vacancies an effect chosen exactly and scored anew, {COURSES_EACH} "
            f"courses kept; judged at 90, 180 and 360 days, ordered by "
            f"{load_training_policy(AS_OF).ranked_horizon_days}.",
            "CPU seconds are of this process over all threads; on a machine that others use they say more than the "
            "clock. Peak memory is of the whole process, the making of the city included.",
            f"Seats: one allocation over each seeker's {WISHES_EACH} best runs, with the programmes' quotas.",
        ],
    )  # fmt: skip


def _write_quality(sample: int, rows: list[dict[str, str]]) -> None:
    write_section(
        "courses-quality", f"What is recommended to {sample} seekers, and the truth",
        "python -m benchmarks.bench_courses", pd.DataFrame(rows),
        [
            "The three best vacancies of the best course of each seeker to whom one is recommended: score by the "
            "ranker, and P(placement) by the city's hidden truth, given the certificate. There the text of a profile "
            "changes nothing.",
            "Choosing the best of many overstates it (winner's curse): the score is above the truth throughout.",
        ],
    )  # fmt: skip


def _write_wishes(case: Case, values: pd.DataFrame) -> None:
    rows = []
    for most in (len(values), 50, 30, WISHES_EACH, 12, 8, 5):
        some = most_wanted(values, most)
        seats = allocate_seats(
            case.market, some, case.catalogue, programmes=load_programmes(AS_OF),
            priority=np.ones(len(case.market.seekers)),
        )  # fmt: skip
        rows.append(
            {
                "most wishes a seeker": "all" if most == len(values) else f"{most}",
                "wishes": f"{len(some):,}",
                "seated": f"{len(seats.seated):,}",
                "worth of the seats": f"{seats.objective:,.2f}",
            }
        )
    write_section(
        "courses-wishes", f"Seats by the number of wishes, {len(case.market.seekers):,} seekers",
        "python -m benchmarks.bench_courses", pd.DataFrame(rows),
        [
            f"Worth: expected placements within the ranked horizon less costs. The night considers each seeker at the "
            f"{WISHES_EACH} runs worth most to him.",
        ],
    )  # fmt: skip


def trained(embedder: object) -> Ranker:
    """The ranker of a demonstration city with a history."""
    city = build_city(CitySettings(as_of=AS_OF))
    past = market_from_records(city.records, AS_OF, include_closed=True)
    pairs = training_pairs(city.records, past, AS_OF)
    seekers = encode(embedder, seeker_texts(past.seekers, past.experience))
    vacancies = encode(embedder, vacancy_texts(past.vacancies))
    similarity = np.einsum("ij,ij->i", seekers[pairs.seeker], vacancies[pairs.vacancy]).astype(np.float32)
    return train_ranker(past, pairs, similarity, seed=1)


def prepared(size: int, courses: int, embedder: object, ranker: Ranker) -> Case:
    """The city of this size after its night."""
    city = build_city(
        CitySettings(
            seekers=size, vacancies=size // SEEKERS_A_VACANCY, courses=courses, history_months=0, seed=7, as_of=AS_OF
        )
    )
    market = market_from_records(city.records, AS_OF)
    seekers = encode(embedder, seeker_texts(market.seekers, market.experience))
    vacancies = encode(embedder, vacancy_texts(market.vacancies))
    edges = _candidates(market, seekers, vacancies, ranker)
    headcount, policy = market.vacancies["headcount"].to_numpy(np.int64), ReferralPolicy()
    employer = pd.factorize(market.vacancies["employer_id"])[0]
    prices = refer(
        edges, headcount=headcount, capacity=referral_capacity(headcount, employer, policy, len(market.seekers)),
        priority=np.ones(len(market.seekers)), policy=policy,
    ).price  # fmt: skip
    catalogue = build_catalogue(
        market, encode(embedder, course_texts(market.courses)), city.records.course_runs,
        policy=load_training_policy(AS_OF), prerequisites=load_prerequisites(AS_OF),
        completion=load_completion_prior(),
    )  # fmt: skip
    today = options_of_run(edges, prices)
    terms = terms_of(load_training_policy(AS_OF), today.mean_prospects(DEFAULT.referrals, prices))
    return Case(city, market, seekers, vacancies, ranker, prices, today, catalogue, terms)


def _candidates(
    market: Market, seekers: npt.NDArray[np.float32], vacancies: npt.NDArray[np.float32], ranker: Ranker
) -> CandidateEdges:
    prepared, parts = prepare_vacancies(market.vacancies, vacancies), []
    for rows in _shards(len(market.seekers)):
        some = _shard(market, rows)
        found = retrieve(some, seekers[rows], vacancies, k=50, prepared=prepared)
        score = score_candidates(some, found, ranker).score
        parts.append((found.seeker + np.int32(rows.start), found.vacancy, score))
    seeker, vacancy, score = (np.concatenate(column) for column in zip(*parts, strict=True))
    return ordered_edges(seeker, vacancy, score, n_seekers=len(market.seekers), n_vacancies=len(market.vacancies))[0]


def measured(
    case: Case, threads: int | None, most_shards: int | None = None, every: list[pd.DataFrame] | None = None
) -> dict[str, str]:
    """One row of the table: the city's recommendations, shard by shard, and its seats; all wishes go to `every`."""
    terms = case.terms
    total, effects = len(case.market.seekers), len(case.catalogue.effects)
    touched = touched_vacancies(case.catalogue.effects, case.market.vacancies)
    start, cpu = time.perf_counter(), time.process_time()
    wishes, seekers, recommended = [], 0, 0
    for rows in case.shards()[:most_shards]:
        shard = case.only(rows)
        found = recommend_courses(
            shard.market, shard.seeker_vectors, case.vacancy_vectors, case.ranker, case.prices, shard.today,
            case.catalogue, terms, limit=COURSES_EACH, touched=touched, threads=threads,
        )  # fmt: skip
        facts = TraineeFacts.nothing_known(len(shard.market.seekers))
        values = offer_values(shard.market, found.courses, case.catalogue, terms, facts)
        values["seeker"] += np.int32(rows.start)
        wishes.append(most_wanted(values, WISHES_EACH))
        if every is not None:
            every.append(values)
        recommended += found.courses["seeker"].nunique()
        seekers += len(shard.market.seekers)
        print(f"{seekers:,} of {total:,} seekers: {time.perf_counter() - start:,.0f} s, "
              f"{time.process_time() - cpu:,.0f} CPU s", flush=True)  # fmt: skip
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    one = _one_request(case)
    start = time.perf_counter()
    values = pd.concat(wishes, ignore_index=True)
    seats = allocate_seats(
        case.market, values, case.catalogue, programmes=load_programmes(AS_OF), priority=np.ones(total)
    )
    seat_seconds = time.perf_counter() - start
    size = f"{total:,} × {len(case.market.vacancies):,} × {len(case.market.courses):,}"
    return {
        "seekers × vacancies × courses": size if seekers == total else f"{size}, the first {seekers:,} seekers",
        "effects, offers": f"{effects:,}, {len(case.catalogue.offers):,}",
        "seconds": f"{seconds:,.0f}",
        "CPU s": f"{cpu_seconds:,.0f}",
        "CPU ms a seeker": f"{1000 * cpu_seconds / seekers:.2f}",
        "peak MiB": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f}",
        "one person alone, ms": f"{one:,.0f}",
        "seekers with a course": f"{recommended / seekers:.0%}",
        "seats: wishes": f"{len(values):,}",
        "seated": f"{len(seats.seated):,}",
        "certificate": f"{seats.certificate:.4f}",
        "seats, s": f"{seat_seconds:,.0f}",
    }


def _one_request(case: Case) -> float:
    """Milliseconds for one person, what bears on which vacancy being known: the best of five times."""
    touched = touched_vacancies(case.catalogue.effects, case.market.vacancies)
    taken, person = [], case.only(slice(0, 1))
    for _ in range(5):
        start = time.perf_counter()
        recommend_courses(
            person.market, person.seeker_vectors, case.vacancy_vectors, case.ranker, case.prices, person.today,
            case.catalogue, case.terms, limit=5, touched=touched, threads=1,
        )  # fmt: skip
        taken.append(time.perf_counter() - start)
    return 1000 * min(taken)


def compared(case: Case, name: str, settings: UpliftSettings) -> dict[str, str]:
    """What is promised and what is true with these settings."""
    seekers = len(case.market.seekers)
    touched = touched_vacancies(case.catalogue.effects, case.market.vacancies)
    rematch = CourseRematch(
        case.market, case.seeker_vectors, case.vacancy_vectors, case.ranker, case.prices, case.catalogue.effects,
        case.today, settings, touched,
    )  # fmt: skip
    records, facts = seeker_records(case.market.seekers), TraineeFacts.nothing_known(seekers)
    start, promised = time.process_time(), []
    for rows in rematch.blocks():
        best = best_offers(rematch, records, facts, case.catalogue, case.terms, rows)
        matched, value = best.rematched, best.found["value"]
        for seeker in np.unique(matched.seeker):
            mine = np.flatnonzero(matched.seeker == seeker)
            row = mine[np.argmax(np.where(best.found["offer"][mine] >= 0, value[mine], -np.inf))]
            if best.found["offer"][row] < 0 or value[row] <= 0:
                continue
            part = slice(matched.first[row], matched.first[row + 1])
            order = np.argsort(-matched.net[part], kind="stable")[: settings.referrals]
            for pair in order[matched.net[part][order] > 0]:
                promised.append(
                    (rows.start + seeker, matched.effect[row], matched.vacancy[part][pair], matched.score[part][pair])
                )
    cpu = time.process_time() - start
    seeker, effect, vacancy, score = (np.array(column) for column in zip(*promised, strict=True))
    true = _true_placement(case, seeker, effect, vacancy)
    price = case.prices[vacancy]
    return {
        "settings": name,
        "seekers with a course": f"{len(np.unique(seeker)) / seekers:.0%}",
        "score": f"{score.mean():.3f}",
        "truth": f"{true.mean():.3f}",
        "truth less price": f"{(true - price).mean():.3f}",
        "truth less price, all": f"{(true - price).sum() / seekers:.3f}",
        "CPU ms a seeker": f"{1000 * cpu / seekers:.2f}",
    }


def _true_placement(
    case: Case, seeker: npt.NDArray[np.int64], effect: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32]
) -> npt.NDArray[np.float64]:
    """P(accepts) × P(hired) by the hidden truth, the effect's credentials held."""
    truth = case.city.truth
    rows = truth.rows_of(
        case.market.seekers["seeker_id"].iloc[seeker], case.market.vacancies["vacancy_id"].iloc[vacancy]
    )
    people = truth.seekers.iloc[rows[0]].reset_index(drop=True)
    held = people["credentials"].to_numpy().astype(np.uint64) | case.catalogue.effects.credentials[effect]
    trained_people = CityTruth(people.assign(credentials=held), truth.vacancies)
    one_each = np.arange(len(people))
    return trained_people.p_accept(one_each, rows[1]) * trained_people.p_hire(one_each, rows[1])


if __name__ == "__main__":
    main()
