"""Which courses can be begun, and why others cannot."""

from __future__ import annotations

from typing import Any

import pytest

from data.errors import DataError
from tests.training_recs.course_market_for_tests import course, course_market, run


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"seats": 0}, "no_seats"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-05-10"}, "past"),
        ({"starts_on": "2026-06-01", "ends_on": "2026-06-10"}, "past"),  # today: too late to enrol
        ({"starts_on": "2026-06-03", "ends_on": "2026-06-10"}, "past"),  # two days; three are needed
        ({"starts_on": "2026-06-04", "ends_on": "2026-06-10"}, None),
    ],
)
def test_a_run_without_seats_or_begun_is_no_offer(change: dict[str, Any], reason: str | None) -> None:
    found = course_market([course()], [run(**change)])
    assert found.catalogue.not_offered["reason"].tolist() == ([reason] if reason else [])
    assert len(found.catalogue.offers) == (0 if reason else 1)
    assert found.advise([0.0, 0.0, 0.0]).apply_now == bool(reason)


def test_a_course_without_any_run_is_no_offer() -> None:
    assert course_market([course()], []).catalogue.not_offered["reason"].tolist() == ["no_run"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"ends_on": "2026-06-30"}, "R-1 ends before it begins"),
        ({"course_id": "C-OTHER"}, "R-1 is of no course"),
    ],
)
def test_a_run_that_cannot_be_is_refused(change: dict[str, Any], what: str) -> None:
    with pytest.raises(DataError, match=what):
        course_market([course()], [run(**change)])


def test_courses_alike_in_what_they_add_share_an_effect() -> None:
    three = [
        course(course_id="C-1"),
        course(course_id="C-2", fee_cny=100),
        course(course_id="C-3", credential_code="CNC"),
    ]
    catalogue = course_market(three).catalogue
    assert len(catalogue.effects) == 2
    assert sorted((catalogue.first_offer[1:] - catalogue.first_offer[:-1]).tolist()) == [1, 2]


def test_a_market_without_courses_has_an_empty_catalogue_and_says_apply_now() -> None:
    found = course_market([])
    assert (len(found.catalogue.offers), len(found.catalogue.effects)) == (0, 0)
    assert found.advise([0.0, 0.0, 0.0]).apply_now
