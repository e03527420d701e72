"""Synthetic orders have lives that the record of enrolments would accept, and change nothing else."""

from __future__ import annotations

from itertools import combinations

import pytest

from data.enrolment_history import EnrolmentEvent, enrolment_contradiction
from data.plain_rows import plain_rows
from data.records import EnrolmentStep
from data.synthetic_city.city import City, build_city
from data.synthetic_city.settings import CitySettings

SETTINGS = CitySettings(seekers=1500, vacancies=3000, courses=150)


@pytest.fixture(scope="module")
def city() -> City:
    return build_city(SETTINGS)


def test_orders_refer_to_posts_with_room_and_to_classes_with_seats(city: City) -> None:
    records = city.records
    orders = records.training_orders.merge(records.vacancies, on="vacancy_id")
    assert len(orders) == 7
    assert (orders["people_wanted"] <= orders["headcount"]).all()
    assert (orders["ordered_on"] < orders["ready_by"]).all()
    gone = records.enrolment_events.query("event == 'dropped_out'")["enrolment_id"]
    held = records.enrolments[~records.enrolments["enrolment_id"].isin(gone)].groupby("course_run_id").size()
    assert (held <= records.course_runs.set_index("course_run_id")["seats"].reindex(held.index)).all()
    assert records.enrolments["seeker_id"].is_unique


def test_their_lives_are_possible_and_past(city: City) -> None:
    records = city.records
    today = SETTINGS.as_of
    lives = {
        one["enrolment_id"]: [EnrolmentEvent(EnrolmentStep.ENROLLED, one["enrolled_on"])]
        for one in plain_rows(records.enrolments)
    }
    for event in plain_rows(records.enrolment_events):
        assert event["occurred_on"] < today
        lives[event["enrolment_id"]].append(EnrolmentEvent(EnrolmentStep(event["event"]), event["occurred_on"]))
    assert all(
        enrolment_contradiction(one, [other]) is None for life in lives.values() for one, other in combinations(life, 2)
    )
    assert {event.kind for life in lives.values() for event in life} >= {
        EnrolmentStep.CERTIFIED, EnrolmentStep.DROPPED_OUT, EnrolmentStep.HIRED,
    }  # fmt: skip
    # An open seeker with a new certificate would be another person to the matching.
    certified = records.enrolment_events.query("event == 'certified'")["enrolment_id"]
    people = records.enrolments[records.enrolments["enrolment_id"].isin(certified)]["seeker_id"]
    status = records.seekers.set_index("seeker_id")["status"]
    assert (status.reindex(people) == "closed").all()


def test_a_city_of_no_past_and_few_posts_may_have_no_orders() -> None:
    small = build_city(CitySettings(seekers=20, vacancies=5, courses=2, history_months=0)).records
    assert len(small.enrolment_events) == 0
