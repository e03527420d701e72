"""Places in classes on the real database: what is stored, what is refused and why, what is read back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from data.reported import Appended
from data.storage.class_places import people_in_training, programme_seats_used, with_free_seats
from data.storage.enrolment_repository import append_enrolments
from data.storage.order_repository import append_orders
from data.storage.record_repository import load_records, store_records
from tests.data.records_for_tests import records, seeker
from tests.data.storage.test_record_repository import FULL
from tests.data.training_reports_for_tests import reported_enrolments, reported_orders, told

TODAY = date(2026, 7, 20)
RUNS = [FULL["course_runs"][0] | {"course_run_id": run, "seats": 2} for run in ("CR-1", "CR-2")]


@pytest.fixture
def city(engine: Engine) -> Engine:
    people = [seeker(seeker_id=f"S-{n}") for n in (1, 2, 3)]
    with engine.begin() as connection:
        store_records(connection, records(seekers=people, courses=FULL["courses"], course_runs=RUNS))
        append_orders(connection, reported_orders({}), today=TODAY, source="csv")
    return engine


def append(engine: Engine, *rows: dict[str, Any]) -> Appended:
    with engine.begin() as connection:
        return append_enrolments(connection, reported_enrolments(*rows), today=TODAY, source="csv")


def ended(found: Appended) -> list[str]:
    return list(found.outcomes["outcome"])


def test_a_place_with_its_life_is_stored_in_whatever_order_it_is_told(city: Engine) -> None:
    life = [
        told("hired", "2026-07-15", reported_by="employer"), told("certified", "2026-07-10"),
        told("attending", "2026-07-01"), told("enrolled", "2026-06-01", order_id="TO-1", programme="employment"),
    ]  # fmt: skip
    assert ended(append(city, *life)) == ["stored"] * 4
    assert ended(append(city, *life)) == ["duplicate"] * 4
    with city.connect() as connection:
        loaded = load_records(connection, with_history=True)
    assert list(loaded.enrolments["programme"]) == ["employment"]
    assert list(loaded.enrolment_events["event"]) == ["attending", "certified", "hired"]


def test_a_place_that_was_given_up_is_taken_by_one_replacement(city: Engine) -> None:
    first = append(
        city, told("enrolled", "2026-06-01", order_id="TO-1"),
        told("enrolled", "2026-06-01", seeker_id="S-2", order_id="TO-1"),
    )  # fmt: skip
    gone = first.outcomes["record_id"][0]
    third = told("enrolled", "2026-06-03", seeker_id="S-3", order_id="TO-1", replaces=gone)
    full = append(city, third | {"replaces": None})
    assert [(one.field, one.en) for one in full.refused] == [
        ("course_run_id", "a run with a free seat: all 2 are taken")
    ]
    assert [one.field for one in append(city, third).refused] == ["replaces"]
    # On the day on which he leaves, in whatever order it is told.
    assert ended(append(city, third, told("dropped_out", "2026-06-03", reason="found_work"))) == ["stored"] * 2
    again = append(city, told("enrolled", "2026-06-04", course_run_id="CR-2", order_id="TO-1", replaces=gone))
    assert again.refused[0].en == "a place that nobody has taken yet"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seeker_id": "S-9"}, "seeker_id"),
        ({"seeker_id": None}, "seeker_id"),
        ({"course_run_id": "CR-9"}, "course_run_id"),
        ({"order_id": "TO-9"}, "order_id"),
        ({"order_id": "TO-1", "occurred_on": "2026-04-01"}, "occurred_on"),
        ({"programme": "moon"}, "programme"),
        ({"replaces": "EN-9"}, "replaces"),
        ({"replaces": "EN-9", "order_id": None}, "replaces"),
        ({"occurred_on": "2026-07-21"}, "occurred_on"),
        ({"occurred_on": "2026-07-11"}, "occurred_on"),  # after the last day of the class
        ({"event": "certified"}, "enrolment_id"),
        ({"reason": "family"}, "reason"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(city: Engine, changes: dict[str, Any], field: str) -> None:
    found = append(city, told("enrolled", "2026-06-01") | changes)
    assert ([one.field for one in found.refused], ended(found)) == ([field], ["rejected"])


def test_what_contradicts_the_record_is_refused_and_the_record_only_grows(city: Engine) -> None:
    append(city, told("enrolled", "2026-06-01"), told("certified", "2026-07-10"))
    found = append(
        city, told("dropped_out", "2026-07-02"), told("attending", "2026-07-12"),
        told("hired", "2026-07-12", order_id="TO-1"),
    )  # fmt: skip
    assert [one.field for one in found.refused] == ["event", "occurred_on", "order_id"]
    with pytest.raises(Exception, match="only grows"), city.begin() as connection:
        connection.execute(text("DELETE FROM enrolment_events"))


def test_nobody_is_in_class_before_it_begins(city: Engine) -> None:
    append(city, told("enrolled", "2026-06-01"))
    found = append(city, told("attending", "2026-06-30"), told("certified", "2026-06-30"))
    assert [(one.field, one.en) for one in found.refused] == [
        ("occurred_on", "no earlier than the first day of class, 2026-07-01")
    ] * 2


def test_an_order_whose_class_is_chosen_takes_people_into_that_class(city: Engine) -> None:
    with city.begin() as connection:
        append_orders(connection, reported_orders({"course_run_id": "CR-1"}), today=TODAY, source="csv")
    found = append(city, told("enrolled", "2026-06-01", order_id="TO-1", course_run_id="CR-2"))
    assert [(one.field, one.en) for one in found.refused] == [("course_run_id", "the class chosen for the order, CR-1")]


def test_who_leaves_after_the_first_day_has_used_his_seat_even_if_nobody_saw_him(city: Engine) -> None:
    append(city, told("enrolled", "2026-06-01", programme="rural"), told("dropped_out", "2026-07-01"))
    with city.connect() as connection:
        assert programme_seats_used(connection, 2026) == {"rural": 1}
        assert list(people_in_training(connection, date(2026, 7, 5))["subsidised_this_year"]) == [1]


def test_what_training_knows_of_people_and_seats(city: Engine) -> None:
    append(
        city,
        told("enrolled", "2026-06-01", programme="employment", course_run_id="CR-1"),
        told("enrolled", "2026-06-01", seeker_id="S-2", programme="rural"),
        told("dropped_out", "2026-06-02", seeker_id="S-2"),  # before the first day: no seat was used
        told("enrolled", "2026-06-03", seeker_id="S-3"),
        told("attending", "2026-07-01", seeker_id="S-3"), told("dropped_out", "2026-07-02", seeker_id="S-3"),
    )  # fmt: skip
    with city.connect() as connection:
        found = people_in_training(connection, date(2026, 7, 5))
        assert list(found["subsidised_this_year"]) == [1, 0, 0]
        assert found["in_class_until"]["S-1"] == pd.Timestamp("2026-07-10")
        assert found["in_class_until"].isna().tolist() == [False, True, True]
        assert list(people_in_training(connection, date(2027, 1, 5))["subsidised_this_year"]) == [0, 0, 0]
        assert list(people_in_training(connection, date(2026, 7, 5), ["S-2"]).index) == ["S-2"]
        assert programme_seats_used(connection, 2026) == {"employment": 1}
        assert programme_seats_used(connection, 2027) == {}
        runs = load_records(connection).course_runs
        assert dict(zip(runs["course_run_id"], with_free_seats(connection, runs)["seats"], strict=True)) == {
            "CR-1": 1, "CR-2": 2,
        }  # fmt: skip
