"""From course advice and skill gaps to what a caller is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from api.course_desk import CourseAnswer
from api.schemas.courses import (
    CourseCrowding,
    CourseGains,
    CourseOffer,
    CourseRunOffer,
    SeekerCourses,
    SkillGapOffer,
)
from api.schemas.match_answers import vacancy_brief
from api.schemas.matches import Reason, VacancyBrief
from data.reference.credentials import codes_of
from data.reference.districts import load_districts
from training_recs.course_advice import CourseAdvice
from training_recs.course_statements import Statement, apply_now_statements, course_statements
from training_recs.skill_gaps import SkillGap

_SHOWN = 5


def seeker_courses(seeker_id: str, answer: CourseAnswer, *, most_gaps: int) -> SeekerCourses:
    """Everything a person is told of courses."""
    advice = answer.advice
    return SeekerCourses(
        seeker_id=seeker_id,
        as_of=answer.market.as_of,
        by_price=answer.by_price,
        utility_today=advice.utility_today,
        courses=[_offer(one, answer) for one in advice.courses],
        apply_now=advice.apply_now,
        statements=_reasons(apply_now_statements(advice)) if advice.apply_now else [],
        gaps=[_gap(one, answer) for one in answer.gaps[:most_gaps]],
    )


def _offer(one: CourseAdvice, answer: CourseAnswer) -> CourseOffer:
    course = answer.market.courses.iloc[one.course]
    held = int(answer.market.seekers["credential_mask"].iloc[0])
    return CourseOffer(
        **_run(one.course, one.run, answer),
        first=None
        if one.first_course is None or one.first_run is None
        else CourseRunOffer(**_run(one.first_course, one.first_run, answer)),
        credentials=codes_of(int(course["credential_mask"]) & ~held),
        duration_days=int(course["duration_days"]),
        class_days=one.class_days,
        fee_cny=float(course["fee_cny"]),
        subsidy_cny=float(course["subsidy_cny"]),
        fee_after_subsidy_cny=one.fee_after_subsidy_cny,
        travel_cny=one.travel_cny,
        distance_km=one.distance_km,
        completion=one.completion,
        uplift=one.uplift,
        gains=CourseGains(**{f"days_{days}": gain for days, gain in one.gains.items()}),
        value=one.value,
        vacancies_opened=len(one.opened),
        openings_opened=one.opened_openings,
        vacancies=_vacancies(one.opened, answer),
        wage_change_cny_month=one.wage_change_cny_month,
        crowding=CourseCrowding(
            openings=one.crowding.openings,
            referrals_per_opening=one.crowding.referrals_per_opening,
            price=one.crowding.price,
        ),
        questions=[Reason(code=asked.name, zh=asked.question_zh, en=asked.question_en) for asked in one.questions],
        statements=_reasons(course_statements(one, answer.market, answer.catalogue)),
    )


def _run(course_row: int, run_row: int, answer: CourseAnswer) -> dict[str, Any]:
    course, run = answer.market.courses.iloc[course_row], answer.catalogue.runs.iloc[run_row]
    district = int(run["district"])
    return {
        **{name: str(course[name]) for name in ("course_id", "title", "provider")},
        "course_run_id": str(run["course_run_id"]),
        "starts_on": run["starts_on"].date(),
        "ends_on": run["ends_on"].date(),
        "seats": int(run["seats"]),
        "district_code": None if district < 0 else str(load_districts()["code"].iloc[district]),
    }


def _gap(gap: SkillGap, answer: CourseAnswer) -> SkillGapOffer:
    return SkillGapOffer(
        **{name: getattr(gap, name) for name in ("kind", "code", "zh", "en", "required", "openings", "also_needed")},
        vacancies_opened=len(gap.vacancies),
        worth=gap.worth,
        vacancies=_vacancies(gap.vacancies, answer),
    )


def _vacancies(rows: tuple[int, ...], answer: CourseAnswer) -> list[VacancyBrief]:
    return [vacancy_brief(one) for one in answer.market.vacancies.iloc[list(rows[:_SHOWN])].to_dict("records")]


def _reasons(said: Iterable[Statement]) -> list[Reason]:
    return [Reason(code=one.code, zh=one.zh, en=one.en) for one in said]
