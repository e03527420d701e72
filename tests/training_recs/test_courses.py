"""What a course is worth: it opens vacancies, at prices that say how crowded they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from data.market import Market, market_from_records
from models.ranker import prior_ranker
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy
from training_recs.recommend_courses import recommend_courses
from training_recs.skill_gaps import skill_gaps

COURSE: dict[str, Any] = {
    "course_id": "C-1", "provider": "（虚构）学校", "title": "叉车培训", "description": "", "occupation_code": None,
    "credential_code": "SE-FORKLIFT", "skills": None, "education_min": 0, "duration_days": 10, "fee_cny": 900,
    "subsidy_cny": 600, "is_synthetic": True,
}  # fmt: skip
RUN: dict[str, Any] = {
    "course_run_id": "R-1", "course_id": "C-1", "starts_on": "2026-07-01", "ends_on": "2026-07-12", "seats": 20,
    "district_code": None, "longitude": None, "latitude": None,
}  # fmt: skip
VECTOR = np.array([[1.0, 0.0]], np.float32)


def a_market(seats: int = 20, education_min: int = 0, **seeker_changes: Any) -> Market:
    """An electrician's vacancy open to all, a forklift driver's that asks for the certificate, one for welders."""
    return market_from_records(
        records(
            vacancies=[vacancy(), vacancy(vacancy_id="V-2", title="叉车司机"), vacancy(vacancy_id="V-3", title="焊工")],
            vacancy_credentials=[
                {"vacancy_id": "V-2", "credential_code": "SE-FORKLIFT"},
                {"vacancy_id": "V-3", "credential_code": "OP-WELD"},
            ],
            seekers=[seeker(**seeker_changes)],
            courses=[
                COURSE | {"education_min": education_min},
                COURSE | {"course_id": "C-2", "duration_days": 30},
                COURSE | {"course_id": "C-3", "credential_code": None, "title": "没有证书的课"},
                COURSE | {"course_id": "C-4", "credential_code": "HEALTH"},
            ],
            course_runs=[RUN | {"seats": seats}]
            + [RUN | {"course_run_id": f"R-{i}", "course_id": f"C-{i}"} for i in (2, 3, 4)],
        ),
        AS_OF,
    )


def courses_for(market: Market, prices: list[float]) -> list[tuple[str, tuple[int, ...]]]:
    found = recommend_courses(market, VECTOR, np.repeat(VECTOR, 3, axis=0), prior_ranker(), np.array(prices), limit=10)
    return [(str(market.courses["course_id"][course.course]), course.opened) for course in found]


def test_a_course_that_opens_a_vacancy_comes_first_and_the_shorter_before_the_longer() -> None:
    assert courses_for(a_market(), [0, 0, 0]) == [("C-1", (1,)), ("C-2", (1,))]


def test_a_credential_for_crowded_work_is_worth_nothing() -> None:
    assert courses_for(a_market(), [0, 1, 0]) == []  # no course: apply now


def test_uplift_is_the_score_of_the_vacancy_less_its_price() -> None:
    def value(price: float) -> float:
        market = a_market()
        return recommend_courses(
            market, VECTOR, np.repeat(VECTOR, 3, axis=0), prior_ranker(), np.array([0, price, 0]), limit=1
        )[0].uplift

    assert value(0.0) - value(0.001) == pytest.approx(0.001, abs=1e-6)


def test_full_courses_and_courses_above_his_schooling_are_left_out() -> None:
    assert [course for course, _ in courses_for(a_market(seats=0), [0, 0, 0])] == ["C-2"]
    assert [course for course, _ in courses_for(a_market(education_min=5), [0, 0, 0])] == ["C-2"]


def test_gaps_name_the_credential_and_the_vacancies_it_opens() -> None:
    gaps = skill_gaps(a_market(), 0)
    assert [(gap.credential_code, gap.vacancies) for gap in gaps] == [("OP-WELD", (2,)), ("SE-FORKLIFT", (1,))]


def test_what_was_not_asked_is_no_gap() -> None:
    assert skill_gaps(a_market(credentials_complete=False), 0) == []


def test_a_vacancy_that_fails_for_another_reason_is_no_gap() -> None:
    assert skill_gaps(a_market(wage_min_cny_month=20_000), 0) == []
