"""Training orders on the real database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from data.reference.minimum_wage import minimum_wage_cny_month
from data.reported import Appended
from data.storage.order_repository import append_orders, read_orders
from data.storage.record_repository import store_records
from tests.data.records_for_tests import records
from tests.data.storage.test_record_repository import FULL
from tests.data.training_reports_for_tests import reported_orders

TODAY = date(2026, 5, 20)


@pytest.fixture
def city(engine: Engine) -> Engine:
    with engine.begin() as connection:
        store_records(connection, records(courses=FULL["courses"], course_runs=FULL["course_runs"]))
    return engine


def append(engine: Engine, *changes: dict[str, Any]) -> Appended:
    with engine.begin() as connection:
        return append_orders(connection, reported_orders(*changes), today=TODAY, source="csv")


def test_an_order_is_stored_once_and_its_class_is_chosen_later_once(city: Engine) -> None:
    chosen = {"course_run_id": "CR-1"}
    assert list(append(city, {}, {}, chosen).outcomes["outcome"]) == ["stored", "duplicate", "stored"]
    assert list(append(city, {}, chosen, {"cancelled_on": "2026-05-19"}).outcomes["outcome"]) == [
        "duplicate", "duplicate", "stored",
    ]  # fmt: skip
    assert [one.field for one in append(city, {"people_wanted": 1}, {"cancelled_on": "2026-05-18"}).refused] == [
        "people_wanted", "cancelled_on",
    ]  # fmt: skip
    with city.connect() as connection:
        found = read_orders(connection)
        assert read_orders(connection, ["TO-9"]).orders.empty
    (order,) = found.orders.to_dict("records")
    assert (order["course_run_id"], order["people_wanted"], order["source"]) == ("CR-1", 2, "csv")
    assert tuple(found.about.loc["TO-1"]) == ("电工", "（虚构）长春某厂")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"vacancy_id": "V-9"}, "vacancy_id"),
        ({"people_wanted": 3}, "people_wanted"),  # the vacancy has two openings
        ({"ready_by": "2026-05-01"}, "ready_by"),
        ({"ordered_on": "2026-05-21"}, "ordered_on"),
        ({"course_run_id": "CR-9"}, "course_run_id"),
        ({"course_run_id": "CR-1", "ready_by": "2026-07-09"}, "course_run_id"),  # it ends a day too late
        ({"cancelled_on": "2026-05-21"}, "cancelled_on"),
        ({"cancelled_on": "2026-04-30"}, "cancelled_on"),  # before it was ordered
        ({"wage_cny_month": minimum_wage_cny_month() - 1}, "wage_cny_month"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(city: Engine, changes: dict[str, Any], field: str) -> None:
    assert [one.field for one in append(city, changes).refused] == [field]


def test_todays_minimum_wage_binds_no_order_of_the_past(city: Engine) -> None:
    least = minimum_wage_cny_month()
    over = {"wage_cny_month": least - 1, "ordered_on": "2026-02-01", "ready_by": "2026-05-19"}
    lawful = {"order_id": "TO-2", "wage_cny_month": least}
    assert list(append(city, over, lawful).outcomes["outcome"]) == ["stored", "stored"]


def test_an_order_without_identifier_gets_the_same_one_each_time(city: Engine) -> None:
    found = append(city, {"order_id": None}, {"order_id": None})
    assert list(found.outcomes["outcome"]) == ["stored", "duplicate"]
    assert found.outcomes["record_id"].nunique() == 1


def test_posts_are_reserved_once(city: Engine) -> None:
    found = append(city, {"people_wanted": 1}, {"order_id": "TO-2"})
    assert [(one.row, one.field, one.en) for one in found.refused] == [
        (2, "people_wanted", "no more than 1: other orders reserve the rest")
    ]
    assert append(city, {"order_id": "TO-2"}).refused[0].field == "people_wanted"  # nor beside one stored before
    assert not append(city, {"people_wanted": 1, "cancelled_on": "2026-05-19"}, {"order_id": "TO-2"}).refused


def test_an_order_is_cancelled_whatever_became_of_its_vacancy(city: Engine) -> None:
    append(city, {})
    with city.begin() as connection:
        connection.execute(text("UPDATE vacancies SET headcount = 1, status = 'closed', closed_on = '2026-05-10'"))
    assert list(append(city, {"cancelled_on": "2026-05-19"}).outcomes["outcome"]) == ["stored"]
    assert [one.field for one in append(city, {"order_id": "TO-2", "people_wanted": 1}).refused] == ["vacancy_id"]


def test_an_identifier_with_a_colon_is_an_identifier(city: Engine) -> None:
    append(city, {"order_id": "x-:7"})
    with city.connect() as connection:
        assert list(read_orders(connection, ["x-:7"]).orders["order_id"]) == ["x-:7"]
        assert read_orders(connection, ["x-:8"]).orders.empty
