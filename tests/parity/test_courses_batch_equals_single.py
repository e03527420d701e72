"""Everybody's courses at once and each person's alone are the same, bit for bit; and so is the order of blocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from data.market import Market, market_from_records
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import load_training_policy
from data.reference.training_prerequisites import load_prerequisites
from data.reference.training_programmes import load_programmes
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from matching.eligibility import judge, judge_records, seeker_records, vacancy_records
from matching.ranking import score_candidates
from matching.retrieval import retrieve
from models.ranker import prior_ranker
from training_recs.course_advice import advise
from training_recs.course_catalogue import Catalogue, build_catalogue
from training_recs.course_conditions import TraineeFacts, judge_courses
from training_recs.course_effects import TouchedVacancies, minor_groups, touched_vacancies
from training_recs.course_value import terms_of
from training_recs.recommend_courses import Recommendations, offer_values, recommend_courses
from training_recs.seat_allocation import Seats, allocate_seats
from training_recs.todays_options import TodaysOptions, todays_options
from training_recs.uplift import CourseRematch, UpliftSettings

AS_OF = date(2026, 6, 1)
POLICY = replace(load_training_policy(AS_OF), realised_share=1.0, prospects_persistence=1.0, uplift_persistence=1.0)
Vectors = npt.NDArray[np.float32]


class City:
    """A small synthetic city with random vectors, some seats scarce, and its recommendations."""

    def __init__(self) -> None:
        records = build_city(
            CitySettings(seed=3, seekers=300, vacancies=240, courses=80, history_months=0, as_of=AS_OF)
        ).records
        self.market: Market = market_from_records(records, AS_OF)
        rng = np.random.default_rng(1)
        self.seekers, self.vacancies, courses = (
            _unit(rng, len(table)) for table in (self.market.seekers, self.market.vacancies, self.market.courses)
        )
        self.prices = rng.uniform(0, 0.05, len(self.market.vacancies))
        self.catalogue: Catalogue = build_catalogue(
            self.market, courses, records.course_runs.assign(seats=records.course_runs["seats"] % 3), policy=POLICY,
            prerequisites=load_prerequisites(AS_OF), completion=load_completion_prior(),
        )  # fmt: skip
        self.facts = TraineeFacts(
            rng.integers(0, 40, 300).astype(np.int32), rng.integers(-1, 2, 300).astype(np.int8),
            rng.integers(0, 2, 300).astype(np.int32),
        )  # fmt: skip
        everybody = self.today(slice(0, 300)).mean_prospects(UpliftSettings().referrals, self.prices)
        self.terms = terms_of(POLICY, everybody)
        self.whole = self.recommended(slice(0, 300))
        values = offer_values(self.market, self.whole.courses, self.catalogue, self.terms, self.facts)
        self.wishes: pd.DataFrame = values
        self.seats: Seats = allocate_seats(
            self.market, values, self.catalogue, programmes=load_programmes(AS_OF), priority=np.ones(300),
            used={"employment": 19_990},
        )  # fmt: skip

    def only(self, rows: slice) -> Market:
        experience = self.market.experience
        inside = (experience["seeker"] >= rows.start) & (experience["seeker"] < rows.stop)
        return replace(
            self.market,
            seekers=self.market.seekers.iloc[rows].reset_index(drop=True),
            experience=experience[inside].assign(seeker=lambda one: one["seeker"] - np.int32(rows.start)),
        )

    def facts_of(self, rows: slice) -> TraineeFacts:
        return TraineeFacts(
            self.facts.free_from_days[rows], self.facts.fit[rows], self.facts.subsidised_this_year[rows]
        )

    def today(self, rows: slice) -> TodaysOptions:
        market = self.only(rows)
        found = retrieve(market, self.seekers[rows], self.vacancies, k=20)
        return todays_options(
            found, score_candidates(market, found, prior_ranker()), self.prices, rows.stop - rows.start
        )

    def recommended(self, rows: slice, threads: int = 2, touched: TouchedVacancies | None = None) -> Recommendations:
        return recommend_courses(
            self.only(rows), self.seekers[rows], self.vacancies, prior_ranker(), self.prices, self.today(rows),
            self.catalogue, self.terms, limit=4, facts=self.facts_of(rows), threads=threads, touched=touched,
        )  # fmt: skip


def _unit(rng: np.random.Generator, rows: int) -> Vectors:
    raw = rng.standard_normal((rows, 8)).astype(np.float32)
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def city() -> City:
    return City()


def test_there_is_something_to_compare(city: City) -> None:
    assert city.whole.courses["seeker"].nunique() > 30
    assert (city.catalogue.offers["first_course"][city.whole.courses["offer"]] >= 0).any()


@pytest.mark.parametrize("row", range(0, 300, 23))
def test_batch_equals_single(city: City, row: int) -> None:
    alone = city.recommended(slice(row, row + 1))
    together = city.whole.courses[city.whole.courses["seeker"] == row].assign(seeker=np.int32(0))
    pd.testing.assert_frame_equal(alone.courses, together.reset_index(drop=True))
    assert alone.utility_today[0] == city.whole.utility_today[row]


def test_the_number_of_threads_changes_nothing(city: City) -> None:
    pd.testing.assert_frame_equal(city.recommended(slice(0, 300), threads=1).courses, city.whole.courses)


def test_nobody_is_recommended_a_course_that_he_may_not_take(city: City) -> None:
    failed, unknown = judge_courses(
        seeker_records(city.market.seekers), city.facts, city.catalogue.offers, city.catalogue.places
    )
    for table in (city.whole.courses, city.wishes, city.seats.seated, city.seats.waiting):
        pairs = table["seeker"].to_numpy(), table["offer"].to_numpy()
        assert not failed[pairs].any()
    listed = city.whole.courses["seeker"].to_numpy(), city.whole.courses["offer"].to_numpy()
    np.testing.assert_array_equal(unknown[listed], city.whole.courses["unknown"].to_numpy())


def test_an_uplift_is_never_negative_and_every_recommendation_is_worth_its_cost(city: City) -> None:
    found = city.whole.courses
    assert (found["utility_after"] >= found["utility_today"]).all()
    assert (found["value"] > 0).all()
    assert (found["gain_180"] > 0).all()  # nobody is sent to a course for the good of others
    assert (found["rate_today"] >= found["utility_today"] - 1e-12).all()  # prices are not negative


def test_seats_and_quotas_hold_and_nobody_sits_twice(city: City) -> None:
    seated = city.seats.seated
    assert seated["seeker"].is_unique
    per_run = np.bincount(seated["run"], minlength=len(city.catalogue.runs))
    assert (per_run <= city.catalogue.runs["seats"].to_numpy()).all()
    assert (seated["programme"] == "employment").sum() == 10  # the quota is scarce and used up
    assert city.seats.objective <= city.seats.bound + 1e-9
    assert city.seats.certificate > 0.99


def test_what_a_course_is_said_to_open_is_closed_today_and_open_to_the_person_as_trained(city: City) -> None:
    checked = 0
    for row in city.whole.courses["seeker"].unique()[:25]:
        rows = slice(int(row), int(row) + 1)
        market = city.only(rows)
        found = advise(
            market, city.seekers[rows], city.vacancies, prior_ranker(), city.prices, city.today(rows), city.catalogue,
            city.terms, load_prerequisites(AS_OF), limit=4, facts=city.facts_of(rows),
        )  # fmt: skip
        for course in found.courses:
            if not course.opened:
                continue
            given = market.courses["credential_mask"].to_numpy(np.uint64)[
                [one for one in (course.course, course.first_course) if one is not None]
            ]
            held = np.uint64(market.seekers["credential_mask"].iloc[0]) | np.bitwise_or.reduce(given)
            years = np.float32(market.seekers["experience_years"].iloc[0] + POLICY.replaced_experience_years)
            trained = replace(market, seekers=market.seekers.assign(credential_mask=held, experience_years=years))
            vacancies = np.array(course.opened, dtype=np.int32)
            same = np.zeros(len(vacancies), dtype=np.int32)
            assert not judge(market, same, vacancies).candidate.any()
            assert judge(trained, same, vacancies).candidate.all()
            checked += len(vacancies)
    assert checked > 20


def test_effects_that_mean_the_same_are_scored_once_and_score_the_same(city: City) -> None:
    touched = touched_vacancies(city.catalogue.effects, city.market.vacancies)
    assert (touched.same_as != touched.effect).mean() > 0.2
    each_alone = replace(touched, same_as=touched.effect)
    pd.testing.assert_frame_equal(city.recommended(slice(0, 300), touched=each_alone).courses, city.whole.courses)


def test_what_is_scored_is_what_trying_every_vacancy_finds(city: City) -> None:
    """The best by similarity less the charge of those that no rule forbids the person as trained."""
    settings, effects, market = UpliftSettings(), city.catalogue.effects, city.market
    rematch = CourseRematch(
        market, city.seekers, city.vacancies, prior_ranker(), city.prices, effects, city.today(slice(0, 300)), settings
    )
    found = rematch.of(slice(0, 16), np.ones((16, len(effects)), dtype=bool))
    people, posts = seeker_records(market.seekers), vacancy_records(market.vacancies)
    every, group = np.arange(len(posts), dtype=np.int32), np.append(minor_groups(), -2)
    in_group = group[market.vacancies["occupation"].to_numpy()]
    required = market.vacancies["credential_mask"].to_numpy(np.uint64)
    key = city.seekers[:16] @ city.vacancies.T - settings.price_weight * city.prices
    checked = 0
    for seeker in range(16):
        for effect in range(len(effects)):
            occupation = effects.occupation[effect]
            same_group = in_group == (group[occupation] if occupation >= 0 else -1)
            bears = same_group | (required & effects.credentials[effect] > 0)
            trained = np.repeat(people[seeker : seeker + 1], 2)
            trained["credentials"] |= effects.credentials[effect]
            trained["experience"][1] += effects.replaced_years[effect]
            open_then = judge_records(trained, posts, same_group.astype(np.int32), every).candidate & bears
            rows = np.flatnonzero(open_then)
            expected = rows[np.lexsort((rows, -key[seeker, rows]))][: settings.scored]
            row = np.flatnonzero((found.seeker == seeker) & (found.effect == effect))
            scored = found.vacancy[found.first[row[0]] : found.first[row[0] + 1]] if len(row) else np.empty(0)
            assert scored.tolist() == expected.tolist()
            checked += len(expected)
    assert checked > 1000
