"""Who may take a course, as a table: the person, the course, the condition, the verdict."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from data.records import Answer
from matching.eligibility import seeker_records
from tests.training_recs.course_market_for_tests import course, course_market, run
from training_recs.course_conditions import TraineeFacts, judge_courses, load_conditions

F, P, U = "fail", "pass", "unknown"
BORN = {years: {"birth_date": f"{2026 - years}-05-05"} for years in (17, 18, 19, 20, 59, 60, 61, 63, 64)}

CASES: list[tuple[str, dict[str, Any], tuple[str, ...], str, str]] = [
    # condition, what is known of the person, what he holds, the certificate worked for, verdict
    ("new", {}, (), "SE-FORKLIFT", P),
    ("new", {}, ("SE-FORKLIFT",), "SE-FORKLIFT", F),
    ("new", {}, ("DL-B2",), "DL-C1", F),  # the higher class includes it
    ("new", {"credentials_complete": False}, (), "SE-FORKLIFT", U),
    ("education", {"education_level": 1}, (), "OP-WELD", F),  # junior middle school by regulation
    ("education", {"education_level": 2}, (), "OP-WELD", P),
    ("education", {"education_level": None}, (), "OP-WELD", U),
    ("education", {"education_level": None}, (), "SE-FORKLIFT", P),  # none asked for
    ("minimum_age", BORN[17], (), "OP-WELD", F),
    ("minimum_age", BORN[18], (), "OP-WELD", P),
    ("minimum_age", BORN[19], (), "DL-B2", F),
    ("minimum_age", BORN[20], (), "DL-B2", P),
    ("minimum_age", {"birth_date": None}, (), "DL-B2", U),
    ("maximum_age", BORN[60], (), "SE-FORKLIFT", P),
    ("maximum_age", BORN[61], (), "SE-FORKLIFT", F),
    ("maximum_age", BORN[63], (), "DL-B2", P),
    ("maximum_age", BORN[64], (), "DL-B2", F),
    ("maximum_age", BORN[64], (), "DL-C1", P),  # no limit since 2020
    ("prerequisite", {}, (), "DL-A2", F),
    ("prerequisite", {}, ("DL-C1",), "DL-A2", F),
    ("prerequisite", {}, ("DL-B2",), "DL-A2", U),  # held: for two years?
    ("prerequisite", {}, ("DL-B2",), "TQ-GOODS", P),
    ("prerequisite", {}, (), "CHEF", F),  # a health certificate first
    ("prerequisite", {}, ("HEALTH",), "CHEF", P),
    ("prerequisite", {"credentials_complete": False}, (), "CHEF", U),
    ("language", {"education_level": 4}, (), "TEACHER", F),
    ("language", {"education_level": 4}, ("PUTONGHUA",), "TEACHER", P),
    ("distance", {"commute_limit_km": 20}, (), "CNC", P),
    ("distance", {"commute_limit_km": None}, (), "CNC", U),
    ("distance", {"district_code": "220183", "commute_limit_km": 5}, (), "CNC", F),
]


def verdict(found: Any, name: str, facts: TraineeFacts | None = None) -> str:
    bit = next(one.bit for one in load_conditions() if one.name == name)
    failed, unknown = judge_courses(
        seeker_records(found.market.seekers), facts or TraineeFacts.nothing_known(1), found.catalogue.offers,
        found.catalogue.places,
    )  # fmt: skip
    return F if failed[0, 0] >> bit & 1 else U if unknown[0, 0] >> bit & 1 else P


@pytest.mark.parametrize(("name", "person", "held", "certificate", "expected"), CASES)
def test_condition(name: str, person: dict[str, Any], held: tuple[str, ...], certificate: str, expected: str) -> None:
    assert verdict(course_market([course(credential_code=certificate)], held=held, **person), name) == expected


@pytest.mark.parametrize(
    ("fit", "certificate", "expected"),
    [
        (Answer.UNKNOWN, "OP-HEIGHT", U), (Answer.YES, "OP-HEIGHT", P), (Answer.NO, "OP-HEIGHT", F),
        (Answer.NO, "CNC", P),
    ],
)  # fmt: skip
def test_health(fit: Answer, certificate: str, expected: str) -> None:
    facts = TraineeFacts(np.zeros(1, np.int32), np.array([fit], np.int8), np.zeros(1, np.int32))
    assert verdict(course_market([course(credential_code=certificate)]), "health", facts) == expected


@pytest.mark.parametrize(("free_from", "expected"), [(30, P), (31, F)])
def test_timetable(free_from: int, expected: str) -> None:
    facts = TraineeFacts(np.array([free_from], np.int32), np.ones(1, np.int8), np.zeros(1, np.int32))
    assert verdict(course_market([course()], [run(starts_on="2026-07-01")]), "timetable", facts) == expected


def test_hazardous_work_is_taught_from_18_on_whatever_the_certificate() -> None:
    under = course_market(
        [course(title="高空作业培训", credential_code=None, occupation_code="6-29-03-02")], **BORN[17]
    )
    assert verdict(under, "minimum_age") == F
