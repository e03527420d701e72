"""With a project and without it: nothing appears from nowhere, and every pair obeys the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.columns import Records
from data.market import Market, market_from_records
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import load_training_policy
from data.reference.training_prerequisites import load_prerequisites
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from matching.allocation_policy import ReferralPolicy
from matching.eligibility import judge
from models.ranker import prior_ranker
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy
from tests.training_recs.course_market_for_tests import course, course_market, same_vectors
from training_recs.course_catalogue import Catalogue, build_catalogue
from training_recs.project_assessment.assess_project import AssessmentSettings, ProjectAssessment, assess_project
from training_recs.project_assessment.planned_market import PlannedMarket, with_posts
from training_recs.project_assessment.post_statements import post_statements

DAY = date(2026, 3, 2)
SETTINGS = AssessmentSettings(ReferralPolicy(per_seeker=3, per_opening=4), candidates=20, threads=1)


def vectors(table: pd.DataFrame, column: str) -> np.ndarray:
    """Like occupations are alike: a direction for each, and a little of the row's own."""
    directions = np.random.default_rng(1).standard_normal((2000, 16))
    own = np.random.default_rng(2).standard_normal((len(table), 16))
    mixed = directions[table[column].to_numpy()] + 0.3 * own
    return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)


@cache
def small_city() -> tuple[Market, Catalogue]:
    city = build_city(CitySettings(seed=8, seekers=400, vacancies=90, courses=40, history_months=0, as_of=DAY))
    market = market_from_records(city.records, DAY)
    catalogue = build_catalogue(
        market, vectors(market.courses, "occupation"), city.records.course_runs, policy=load_training_policy(DAY),
        prerequisites=load_prerequisites(DAY), completion=load_completion_prior(),
    )  # fmt: skip
    return market, catalogue


def city_project(rows: list[int], days: int = 120) -> PlannedMarket:
    """Some vacancies of the city once more, as a project's posts."""
    market, _ = small_city()
    posts = market.vacancies.iloc[rows].reset_index(drop=True)
    posts = posts.assign(employer_id="project", vacancy_id=[f"項-{n:03d}" for n in range(len(rows))])
    return with_posts(
        market, posts, starts_on=np.full(len(rows), np.datetime64(DAY) + days),
        seeker_vectors=vectors(market.seekers, "desired_occupation"),
        vacancy_vectors=vectors(market.vacancies, "occupation"), post_vectors=vectors(posts, "occupation"),
    )  # fmt: skip


def assessed(planned: PlannedMarket, catalogue: Catalogue | None = None) -> ProjectAssessment:
    return assess_project(
        planned, prior_ranker(), catalogue or small_city()[1], load_training_policy(planned.market.as_of),
        priority=np.ones(len(planned.market.seekers)), settings=SETTINGS,
    )  # fmt: skip


def test_a_project_without_posts_changes_nothing() -> None:
    found = assessed(city_project([]))
    assert (found.totals.openings, found.totals.net, found.totals.displaced) == (0, 0.0, 0.0)
    assert found.both.with_posts is found.both.without
    assert (found.employers["change"] == 0).all()
    assert found.posts.empty


@pytest.mark.parametrize("rows", [[0], [3, 4, 5, 40], list(range(30)), [7] * 6])
def test_sums_agree_and_limits_hold(rows: list[int]) -> None:
    planned = city_project(rows)
    found = assessed(planned)
    totals, posts = found.totals, found.posts
    assert totals.net == pytest.approx(totals.after - totals.before)
    assert totals.net == pytest.approx(totals.direct - totals.displaced)
    for table in (found.occupations, found.employers):
        change = table["placements_after"] - table["placements_before"]
        np.testing.assert_allclose(table["placements_before"] + table["change"], table["placements_after"])
        assert change.sum() == pytest.approx(-totals.displaced)
        assert (table[["placements_before", "placements_after"]].max(axis=1) <= table["openings"] + 1e-9).all()
    assert (posts["expected"] <= posts["headcount"] + 1e-9).all()
    np.testing.assert_allclose(posts["expected"] + posts["by_training"] + posts["left"], posts["headcount"])
    assert (posts["had_other_work"] <= posts["expected"] + 1e-9).all()
    by_home = found.origins[found.origins["dimension"] == "district"]
    assert by_home["people"].sum() == totals.referred
    assert by_home["expected"].sum() == pytest.approx(totals.direct)
    for one, most in ((found.both.without, planned.first_post), (found.both.with_posts, len(planned.headcount))):
        assert not judge(planned.market, one.seeker, one.vacancy).failed.any()
        assert (one.vacancy < most).all()
        assert np.bincount(one.seeker).max() <= 3
        assert (np.bincount(one.vacancy, minlength=len(planned.headcount)) <= 4 * planned.headcount).all()


def test_the_same_project_has_the_same_answer() -> None:
    one, two = assessed(city_project([3, 9])), assessed(city_project([3, 9]))
    assert one.totals == two.totals
    pd.testing.assert_frame_equal(one.training, two.training)


def test_training_ends_in_time_within_its_seats() -> None:
    planned, catalogue = city_project(list(range(40)), days=90), small_city()[1]
    training = assessed(planned).training
    assert len(training)
    assert (training["ends_on"] < pd.Timestamp(DAY) + pd.Timedelta(days=90)).all()
    of_run = training.groupby(["course_id", "begins_on"]).agg({"trainees": "sum", "seats": "first"})
    assert (of_run["trainees"] <= of_run["seats"]).all()
    assert assessed(replace(planned, starts_on=planned.starts_on - 85)).training.empty
    assert len(catalogue.runs)


def one_post(people: list[dict[str, Any]], held: tuple[str, ...] = (), *, days: int = 92, **post: Any) -> PlannedMarket:
    """A single post beside an office job, before some people who all look alike."""
    posts: Records = records(
        vacancies=[vacancy(vacancy_id="P-1", employer_id="E-1", **post)], seekers=[],
        vacancy_credentials=[{"vacancy_id": "P-1", "credential_code": code} for code in held],
    ) if held else records(vacancies=[vacancy(vacancy_id="P-1", **post)], seekers=[])  # fmt: skip
    market = course_market([course()], seekers=people).market
    planned = market_from_records(posts, AS_OF).vacancies
    return with_posts(
        market, planned, starts_on=np.array([np.datetime64(AS_OF) + days]),
        seeker_vectors=same_vectors(len(market.seekers)), vacancy_vectors=same_vectors(len(market.vacancies)),
        post_vectors=same_vectors(1),
    )  # fmt: skip


PEOPLE = [seeker(seeker_id=f"S-{n}") for n in range(1, 6)]
CATALOGUE = course_market([course()]).catalogue


def said(found: ProjectAssessment) -> str:
    return "；".join(words.zh for words in post_statements(found, 0))


def test_a_post_that_pays_too_little_says_what_people_ask() -> None:
    planned = one_post([seeker(seeker_id=f"S-{n}", wage_min_cny_month=8000) for n in range(1, 6)])
    found = assessed(planned, CATALOGUE)
    assert (found.posts["fitting"][0], found.posts["expected"][0]) == (0, 0.0)
    assert "没有一名求职者符合全部硬性条件" in said(found)
    assert "5 人只差工资：他们的最低要求中位数为 8,000 元/月" in said(found)


def test_work_that_nobody_wants_says_so() -> None:
    found = assessed(one_post(PEOPLE, occupation_code="2-05-01-01", education_min=7), CATALOGUE)
    assert "没有人想做或做过这一小类的工作" in said(found)


@pytest.mark.parametrize(("days", "course_word", "trainees"), [(92, "in_time", True), (35, "too_late", False)])
def test_a_certificate_is_closed_by_a_course_that_ends_in_time(days: int, course_word: str, trainees: bool) -> None:
    found = assessed(one_post(PEOPLE, ("SE-FORKLIFT",), days=days, title="叉车司机"), CATALOGUE)
    assert found.lacks[["lacks_zh", "people", "course"]].to_numpy().tolist() == [["叉车证", 5, course_word]]
    assert bool(len(found.training)) is trainees
    assert ("不能结业" in said(found)) is not trainees


def test_a_certificate_that_no_course_gives() -> None:
    found = assessed(one_post(PEOPLE, ("OP-WELD",), title="焊工"), CATALOGUE)
    assert found.lacks["course"].tolist() == ["no_course"]
    assert "请与培训机构开设新班" in said(found)
