"""From the desk's answer to what a caller is shown of support for starting a business."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from api.schemas.match_answers import vacancy_brief
from api.schemas.matches import Reason
from api.schemas.seeker_records import plain_rows
from api.schemas.startup import (
    DueSupportOffer,
    IncubatorOffer,
    MentorOffer,
    StartupAnswerOut,
    StartupCourseOffer,
    WageWork,
)
from api.startup_desk import StartupAnswer
from data.reference.districts import load_districts
from data.reference.training_programmes import load_programmes
from training_recs.course_statements import Statement
from training_recs.entrepreneurship.startup_advice import (
    CourseChoice,
    course_choices,
    due_support,
    place_choices,
)
from training_recs.entrepreneurship.startup_statements import (
    DECLINED,
    NO_WISH,
    NOT_MEASURED,
    wage_work_statement,
)

PROGRAMME = "entrepreneurship"


def startup_answer(seeker_id: str, answer: StartupAnswer) -> StartupAnswerOut:
    """Everything a person is told."""
    seats = [one.seats_a_year for one in load_programmes(answer.market.as_of) if one.programme == PROGRAMME]
    first = NOT_MEASURED if answer.wants_to_start else NO_WISH if answer.wants_to_start is None else DECLINED
    vacancies = answer.work_market.vacancies.iloc[answer.work["vacancy"]].to_dict("records")
    return StartupAnswerOut(
        seeker_id=seeker_id,
        as_of=answer.market.as_of,
        wants_to_start=answer.wants_to_start,
        entitlements=[
            DueSupportOffer(
                **{
                    name: getattr(due.rule, name)
                    for name in ("support", "variant", "kind", "zh", "en", "unit", "source")
                },
                verdict=due.verdict.value,
                amount_cny=due.amount_cny,
                statements=_reasons(due.statements),
            )
            for due in due_support(answer.entitled, answer.rules)
        ],
        courses=[_course(one, answer) for one in course_choices(answer.courses)],
        programme_seats_a_year=seats[0] if seats else None,
        incubators=[IncubatorOffer(**_place(*both)) for both in _places(answer.incubators, answer.support.incubators)],
        mentors=[
            MentorOffer(**_place(*both), price=both[0].price)
            for both in _places(answer.mentors, answer.support.mentors)
        ],
        mentor_allocated=answer.mentor_allocated,
        wage_work=WageWork(
            utility=answer.work_utility, by_price=answer.by_price, vacancies=[vacancy_brief(one) for one in vacancies]
        ),
        statements=_reasons([first, wage_work_statement(answer.work_utility, answer.by_price)]),
    )


def _course(one: CourseChoice, answer: StartupAnswer) -> StartupCourseOffer:
    course, run = answer.market.courses.iloc[one.course], answer.runs.iloc[one.run]
    district = int(run["district"])
    return StartupCourseOffer(
        **{name: str(course[name]) for name in ("course_id", "title", "provider")},
        course_run_id=str(run["course_run_id"]),
        starts_on=run["starts_on"].date(),
        ends_on=run["ends_on"].date(),
        seats=int(run["seats"]),
        district_code=None if district < 0 else str(load_districts()["code"].iloc[district]),
        step=one.step.step,
        fee_cny=one.fee_cny,
        travel_cny=one.travel_cny,
        distance_km=one.distance_km,
        questions=[Reason(code=asked.name, zh=asked.question_zh, en=asked.question_en) for asked in one.questions],
    )


def _places(found: pd.DataFrame, places: pd.DataFrame) -> list[tuple[Any, dict[str, Any]]]:
    """Each choice with its record."""
    records = plain_rows(places)
    return [(one, records[one.place]) for one in place_choices(found, places)]


def _place(one: Any, record: dict[str, Any]) -> dict[str, Any]:
    kind = IncubatorOffer if "incubator_id" in record else MentorOffer
    shown = {name: record[name] for name in kind.model_fields if name in record}
    judged = {name: getattr(one, name) for name in ("worth", "likeness", "distance_km")}
    return {**shown, **judged, "statements": _reasons(one.statements)}


def _reasons(said: Iterable[Statement]) -> list[Reason]:
    return [Reason(code=one.code, zh=one.zh, en=one.en) for one in said]
