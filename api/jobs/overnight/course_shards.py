"""Courses for one shard of the seekers: the best of each person, and at which runs he would like a seat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from api.jobs.overnight.run_files import courses_path, prices_path, read_edges, vectors_path, wishes_path
from api.jobs.overnight.run_folder import RunPlan
from api.jobs.overnight.shard_work import ShardJob, WorkPlace, once_a_shard
from api.jobs.overnight.training_facts import frozen_runs, frozen_trainees
from data.column_file import read_columns, write_columns
from data.market import Market
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import TrainingPolicy, load_training_policy
from data.reference.training_prerequisites import load_prerequisites
from data.snapshot import open_without_seekers
from models.vector_index import load_index
from training_recs.course_catalogue import Catalogue, build_catalogue
from training_recs.course_effects import TouchedVacancies, touched_vacancies
from training_recs.course_value import Prospects, terms_of
from training_recs.recommend_courses import offer_values, recommend_courses
from training_recs.seat_allocation import most_wanted
from training_recs.todays_options import todays_options
from training_recs.uplift import UpliftSettings

COURSES_EACH = 5
WISHES_EACH = 20
"""Runs at which a person is considered for a seat, those worth most to him: docs/decisions/0029."""


@dataclass(frozen=True)
class FrozenCourses:
    """The catalogue of a run's frozen courses, which effects bear on which vacancy, and the policy of its day."""

    catalogue: Catalogue
    touched: TouchedVacancies
    policy: TrainingPolicy


@lru_cache(maxsize=1)
def frozen_courses(run: Path) -> FrozenCourses:
    """Opened once a process; the same in each."""
    market = open_without_seekers(run / "market" / "snapshot")
    policy = load_training_policy(market.as_of)
    catalogue = build_catalogue(
        market, load_index(run / "market" / "courses").vectors, frozen_runs(run), policy=policy,
        prerequisites=load_prerequisites(market.as_of), completion=load_completion_prior(),
    )  # fmt: skip
    return FrozenCourses(catalogue, touched_vacancies(catalogue.effects, market.vacancies), policy)


def recommend_shard(usual: Prospects, job: ShardJob) -> None:
    """The shard's courses at the night's prices, and the wishes for seats that follow from them.

    `usual`: what the list of an average person of the whole city brings.
    """

    def work(place: WorkPlace, market: Market, plan: RunPlan) -> tuple[list[Path], dict[str, Any]]:
        courses, facts = frozen_courses(job.run), frozen_trainees(job.run, job.seekers)
        prices = read_columns(prices_path(job.run), "price")["price"]
        terms = terms_of(courses.policy, usual)
        found = recommend_courses(
            market, np.load(vectors_path(job.run, job.label), mmap_mode="r"), place.vacancies.vectors, place.ranker,
            prices, todays_options(*read_edges(job.run, job.label), prices, len(market.seekers)), courses.catalogue,
            terms, limit=COURSES_EACH, facts=facts, touched=courses.touched,
            settings=UpliftSettings(plan.settings["referrals_per_seeker"], profile_share=courses.policy.profile_share),
        ).courses  # fmt: skip
        wishes = most_wanted(offer_values(market, found, courses.catalogue, terms, facts), WISHES_EACH)
        first = np.int32(job.seekers.start)
        files = [courses_path(job.run, job.label), wishes_path(job.run, job.label)]
        for path, table in zip(files, (found, wishes), strict=True):
            columns = {str(name): table[name].to_numpy() for name in table.columns}
            write_columns(path, {**columns, "seeker": columns["seeker"] + first})
        return files, {}

    once_a_shard("courses", job, work)
