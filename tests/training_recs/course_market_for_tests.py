"""A market of three vacancies, one person and some courses, changed by keyword, and what is needed beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import COURSE_RUNS
from data.market import Market, market_from_records
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import TrainingPolicy, load_training_policy
from data.reference.training_prerequisites import load_prerequisites
from matching.ranking import score_candidates
from matching.retrieval import retrieve
from models.ranker import prior_ranker
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy
from training_recs.course_advice import Advice, advise
from training_recs.course_catalogue import Catalogue, build_catalogue
from training_recs.course_value import terms_of
from training_recs.todays_options import TodaysOptions, todays_options

POLICY = replace(load_training_policy(AS_OF), realised_share=1.0, prospects_persistence=1.0, uplift_persistence=1.0)
"""Everything is realised and lasts: what is worked out by hand is then what is found."""
COURSE: dict[str, Any] = {
    "course_id": "C-1", "provider": "（虚构）学校", "title": "叉车培训", "description": "", "occupation_code": None,
    "credential_code": "SE-FORKLIFT", "skills": None, "education_min": 0, "duration_days": 10, "fee_cny": 900,
    "subsidy_cny": 600, "is_synthetic": True,
}  # fmt: skip
RUN: dict[str, Any] = {
    "course_run_id": "R-1", "course_id": "C-1", "starts_on": "2026-07-01", "ends_on": "2026-07-12", "seats": 20,
    "district_code": "220102", "longitude": None, "latitude": None,
}  # fmt: skip
THREE_VACANCIES = (
    [
        vacancy(),
        vacancy(vacancy_id="V-2", title="叉车司机", occupation_code="6-30-05-01"),
        vacancy(vacancy_id="V-3", title="焊工", occupation_code="6-18-02-04"),
    ],
    [("V-2", "SE-FORKLIFT"), ("V-3", "OP-WELD")],
)


@dataclass(frozen=True)
class CourseMarket:
    """A market with its catalogue; every text has the same vector, so that only rules, prices and pay decide."""

    market: Market
    catalogue: Catalogue

    @property
    def seeker_vectors(self) -> npt.NDArray[np.float32]:
        return same_vectors(len(self.market.seekers))

    @property
    def vacancy_vectors(self) -> npt.NDArray[np.float32]:
        return same_vectors(len(self.market.vacancies))

    def today(self, prices: npt.NDArray[np.float64]) -> TodaysOptions:
        found = retrieve(self.market, self.seeker_vectors, self.vacancy_vectors, k=50)
        scores = score_candidates(self.market, found, prior_ranker())
        return todays_options(found, scores, prices, len(self.market.seekers))

    def advise(self, prices: list[float], *, limit: int = 10, policy: TrainingPolicy = POLICY, **more: Any) -> Advice:
        """Advice for the only seeker."""
        of_vacancy = np.array(prices, dtype=np.float64)
        today = self.today(of_vacancy)
        return advise(
            self.market, self.seeker_vectors, self.vacancy_vectors, prior_ranker(), of_vacancy,
            today, self.catalogue, terms_of(policy, today.mean_prospects(3, of_vacancy)), load_prerequisites(AS_OF),
            limit=limit, **more,
        )  # fmt: skip

    def titles(self, advice: Advice) -> list[str]:
        """Courses recommended, by identifier."""
        return [str(self.market.courses["course_id"][one.course]) for one in advice.courses]


def same_vectors(n: int) -> npt.NDArray[np.float32]:
    return np.repeat(np.array([[1.0, 0.0]], np.float32), n, axis=0)


def course_market(
    courses: list[dict[str, Any]], runs: list[dict[str, Any]] | None = None, *,
    vacancies: Any = THREE_VACANCIES, held: tuple[str, ...] = (), seekers: list[dict[str, Any]] | None = None,
    policy: TrainingPolicy = POLICY, groups: tuple[tuple[str, str], ...] = (), **person: Any,
) -> CourseMarket:  # fmt: skip
    """One person (or `seekers`) before `courses`, each with one run unless `runs` are given."""
    posts, required = vacancies
    one_each = [RUN | {"course_run_id": f"R-{c['course_id']}", "course_id": c["course_id"]} for c in courses]
    chosen = one_each if runs is None else runs
    tables: dict[str, list[dict[str, Any]]] = {
        "vacancy_credentials": [{"vacancy_id": v, "credential_code": c} for v, c in required],
        "courses": courses,
        "course_runs": chosen,
        "seeker_credentials": [
            {"seeker_id": "S-1", "credential_code": code, "obtained_on": None, "expires_on": None} for code in held
        ],
        "seeker_groups": [
            {"seeker_id": s, "group_code": g, "valid_from": "2026-01-01", "valid_until": None} for s, g in groups
        ],
    }
    everything = records(
        vacancies=posts, seekers=seekers if seekers is not None else [seeker(**person)],
        **{name: rows for name, rows in tables.items() if rows},
    )  # fmt: skip
    market = market_from_records(everything, AS_OF)
    catalogue = build_catalogue(
        market, same_vectors(len(market.courses)), COURSE_RUNS.check(everything.course_runs), policy=policy,
        prerequisites=load_prerequisites(AS_OF), completion=load_completion_prior(),
    )  # fmt: skip
    return CourseMarket(market, catalogue)


def course(**changes: Any) -> dict[str, Any]:
    """The forklift course with some fields changed."""
    return {**COURSE, **changes}


def run(**changes: Any) -> dict[str, Any]:
    """Its run with some fields changed."""
    return {**RUN, **changes}


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)
