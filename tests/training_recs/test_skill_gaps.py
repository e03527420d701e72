"""Gaps are requirements of vacancies that nearly fit, and what each is worth at current prices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from data.market import Market
from models.ranker import prior_ranker
from tests.data.records_for_tests import vacancy
from tests.training_recs.course_market_for_tests import POLICY, THREE_VACANCIES, CourseMarket, course, course_market
from training_recs.skill_gaps import SkillGap, skill_gaps


def gaps(prices: list[float] | None = None, vacancies: Any = THREE_VACANCIES, **person: Any) -> list[SkillGap]:
    found: CourseMarket = course_market([course()], vacancies=vacancies, **person)
    market: Market = found.market
    of_vacancy = np.array(prices or [0.0] * len(market.vacancies))
    return skill_gaps(
        market, found.seeker_vectors, found.vacancy_vectors, prior_ranker(), of_vacancy, found.today(of_vacancy), POLICY
    )


def test_each_gap_names_the_vacancies_that_it_opens_and_their_openings() -> None:
    found = {gap.code: gap for gap in gaps()}
    assert {code: (gap.vacancies, gap.openings) for code, gap in found.items()} == {
        "SE-FORKLIFT": ((1,), 2), "OP-WELD": ((2,), 2),
    }  # fmt: skip
    assert all(gap.required and gap.worth > 0 for gap in found.values())


def test_a_gap_into_crowded_work_is_worth_nothing_and_comes_last() -> None:
    [weld, forklift] = gaps([0.0, 1.0, 0.0])
    assert (weld.code, forklift.code, forklift.worth) == ("OP-WELD", "SE-FORKLIFT", 0.0)
    assert forklift.vacancies == (1,)


def test_what_takes_two_certificates_is_counted_for_neither_alone() -> None:
    posts = ([vacancy(title="货车司机")], [("V-1", "DL-B2"), ("V-1", "TQ-GOODS")])
    assert [(gap.code, gap.vacancies, gap.also_needed, gap.worth) for gap in gaps(vacancies=posts)] == [
        ("DL-B2", (), 1, 0.0), ("TQ-GOODS", (), 1, 0.0),
    ]  # fmt: skip


@pytest.mark.parametrize(("required", "found"), [(4, ["experience"]), (5, [])])
def test_experience_is_a_gap_as_far_as_training_replaces_it(required: int, found: list[str]) -> None:
    posts = ([vacancy(experience_min_years=required)], [])
    assert [gap.kind for gap in gaps(vacancies=posts, experience_years=3)] == found


def test_what_was_not_asked_is_no_gap() -> None:
    assert gaps(credentials_complete=False) == []


def test_a_vacancy_that_fails_for_another_reason_is_no_gap() -> None:
    assert gaps(wage_min_cny_month=20_000) == []


def test_a_preference_is_shown_apart_from_what_is_required() -> None:
    wishes = (
        [vacancy(description="负责装卸，有叉车证者优先"), vacancy(vacancy_id="V-2", description="须有焊工证")],
        [],
    )
    [preferred] = gaps(vacancies=wishes)
    assert (preferred.code, preferred.required, preferred.vacancies) == ("SE-FORKLIFT", False, (0,))
    assert gaps(vacancies=wishes, held=("SE-FORKLIFT",)) == []
