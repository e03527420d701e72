"""Courses for a person at the prices of the published run, from the live market and the courses as they stand now."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.embedded_market import EmbeddedMarket
from api.live_state import LiveState
from api.trainee_facts import trainee_facts
from data.market import Market, market_from_records
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import TrainingPolicy, load_training_policy
from data.reference.training_prerequisites import Prerequisite, load_prerequisites
from data.storage.class_places import with_free_seats
from data.storage.database import consistent_reading
from data.storage.record_repository import load_records
from data.storage.run_repository import run_referrals
from matching.ranking import score_candidates
from matching.retrieval import retrieve
from models.embedder import encode
from models.job_text import course_texts
from training_recs.course_advice import Advice, advise
from training_recs.course_catalogue import Catalogue, build_catalogue
from training_recs.course_effects import TouchedVacancies, touched_vacancies
from training_recs.course_value import terms_of
from training_recs.skill_gaps import SkillGap, skill_gaps
from training_recs.todays_options import todays_options
from training_recs.uplift import UpliftSettings

if TYPE_CHECKING:
    from api.bootstrap import Services


@dataclass(frozen=True)
class OpenDesk:
    """The courses of one moment beside the vacancies of one state; the seats of `course_runs` are those free."""

    vacancies: EmbeddedMarket
    courses: pd.DataFrame
    course_vectors: npt.NDArray[np.float32]
    course_runs: pd.DataFrame
    catalogue: Catalogue
    touched: TouchedVacancies
    policy: TrainingPolicy
    prerequisites: Mapping[str, Prerequisite]


class CourseDesk:
    """Makes the catalogue anew when courses, vacancies or the day change. Safe to share between threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._desk: OpenDesk | None = None

    def open(self, state: LiveState) -> OpenDesk:
        """The courses as the database holds them now, beside the vacancies of `state`."""
        with consistent_reading(self._services.engine) as connection:
            # Seekers and vacancies of no later revision: courses come whole.
            records = load_records(connection, changed_since=state.revision)
            course_runs = with_free_seats(connection, records.course_runs)
        courses = market_from_records(replace(records, seekers=records.seekers.iloc[:0]), state.as_of).courses
        vacancies = state.all_vacancies
        with self._lock:
            desk = self._desk
            if desk is None or desk.vacancies is not vacancies or not desk.courses.equals(courses):
                desk = self._made(vacancies, courses, course_runs)
            elif not _with_seats(desk.course_runs).equals(_with_seats(course_runs)):
                desk = self._made(vacancies, courses, course_runs, desk.course_vectors)
            elif not desk.course_runs.equals(course_runs):
                # A seat more or less of a run that still has some: only the number that is shown.
                free = course_runs.set_index("course_run_id")["seats"]
                runs = desk.catalogue.runs
                shown = runs.assign(seats=free.reindex(runs["course_run_id"]).to_numpy("int32"))
                desk = replace(desk, course_runs=course_runs, catalogue=replace(desk.catalogue, runs=shown))
            self._desk = desk
        return desk

    def _made(
        self, vacancies: EmbeddedMarket, courses: pd.DataFrame, course_runs: pd.DataFrame,
        course_vectors: npt.NDArray[np.float32] | None = None,
    ) -> OpenDesk:  # fmt: skip
        market = replace(vacancies.market, courses=courses)
        policy, prerequisites = load_training_policy(market.as_of), load_prerequisites(market.as_of)
        if course_vectors is None:
            course_vectors = encode(self._services.embedder, course_texts(courses))
        catalogue = build_catalogue(
            market, course_vectors, course_runs,
            policy=policy, prerequisites=prerequisites, completion=load_completion_prior(),
        )  # fmt: skip
        touched = touched_vacancies(catalogue.effects, market.vacancies)
        return OpenDesk(vacancies, courses, course_vectors, course_runs, catalogue, touched, policy, prerequisites)


def _with_seats(course_runs: pd.DataFrame) -> pd.DataFrame:
    """The runs, told apart by whether any seat is free."""
    return course_runs.assign(seats=course_runs["seats"] > 0)


@dataclass(frozen=True)
class CourseAnswer:
    """Advice and gaps of the only seeker of `market`, whose rows they name; `by_price`: a run is published."""

    market: Market
    catalogue: Catalogue
    advice: Advice
    gaps: list[SkillGap]
    by_price: bool


def answer_courses(state: LiveState, person: EmbeddedMarket, services: Services, *, limit: int) -> CourseAnswer:
    """Courses and gaps of the only seeker of `person`; reads `LiveState.all_vacancies`, since courses open any of them.

    Of whom nothing is understood (a vector of zeros) the nearest vacancies are as good as any others: only rules, pay
    and prices then tell them apart.
    """
    desk = services.course_desk.open(state)
    vectors = desk.vacancies.vacancy_vectors
    market = replace(desk.vacancies.market, courses=desk.courses).with_seekers_of(person.market)
    run_prices = state.prices(market)
    prices = np.zeros(len(market.vacancies)) if run_prices is None else run_prices
    settings = UpliftSettings(services.settings.referrals_per_seeker, profile_share=desk.policy.profile_share)
    candidates = retrieve(market, person.seeker_vectors, vectors, k=services.settings.candidates)
    today = todays_options(candidates, score_candidates(market, candidates, services.ranker), prices, 1)
    usual = state.usual or today.mean_prospects(settings.referrals, prices)
    with services.engine.connect() as connection:
        facts = trainee_facts(connection, market)
    advice = advise(
        market, person.seeker_vectors, vectors, services.ranker, prices, today, desk.catalogue,
        terms_of(desk.policy, usual), desk.prerequisites, limit=limit,
        referrals_per_vacancy=_referrals(state, market, services), settings=settings, facts=facts, touched=desk.touched,
    )  # fmt: skip
    gaps = skill_gaps(
        market, person.seeker_vectors, vectors, services.ranker, prices, today, desk.policy, settings
    )  # fmt: skip
    return CourseAnswer(market, desk.catalogue, advice, gaps, by_price=run_prices is not None)


def _referrals(state: LiveState, market: Market, services: Services) -> npt.NDArray[np.float64] | None:
    """Referrals of the published run, row for row with the market's vacancies; 0 for those that it did not know."""
    if state.run is None:
        return None
    with services.engine.connect() as connection:
        found = run_referrals(connection, state.run.run_id)
    return found.reindex(market.vacancies["vacancy_id"]).fillna(0.0).to_numpy().astype(np.float64)
