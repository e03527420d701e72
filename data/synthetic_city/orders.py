"""Training orders with the life of their classes: some of the past with people of the past, some still to fill.

Drawn from a stream of their own, after everything else, so that no other record depends on them. Whoever completed a
past class is on the register no more: no open seeker's certificates are changed by an order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from data.columns import COURSE_RUNS, ENROLMENT_EVENTS, ENROLMENTS, TRAINING_ORDERS
from data.records import DropoutReason
from data.synthetic_city.settings import CitySettings

PAST, COMING = 4, 3
STREAM = 28
"""Key of the stream among the seed's: no number of streams that others spawn reaches it."""
_DAY = np.timedelta64(1, "D")
_ATTEND, _COMPLETE, _FAIL, _HIRE, _STAY = 0.93, 0.85, 0.05, 0.85, 0.85
"""Shares that go on from one stage to the next; `_FAIL` of those who did not leave."""
Day = Any


def make_orders(
    settings: CitySettings, seekers: pd.DataFrame, vacancies: pd.DataFrame, vacancy_credentials: pd.DataFrame,
    courses: pd.DataFrame, course_runs: pd.DataFrame,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """`training_orders`, `enrolments` and `enrolment_events`; fewer orders, or none, where the city is small.

    The tables are those of the city: posts that require a certificate are ordered for, in runs of courses to it.
    """
    rng = np.random.default_rng(np.random.SeedSequence(settings.seed, spawn_key=(STREAM,)))
    today = np.datetime64(settings.as_of, "D")
    pairs = _posts_and_runs(vacancies, vacancy_credentials, courses, course_runs, today)
    people = {
        status: rng.permutation(seekers.loc[seekers["status"] == status, "seeker_id"].to_numpy(str)).tolist()
        for status in ("closed", "open")
    }
    orders: list[dict[str, Any]] = []
    enrolled: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    used: set[str] = set()
    for is_past, most in ((True, PAST), (False, COMING)):
        some = pairs[(pairs["starts_on"].to_numpy("datetime64[D]") < today) == is_past]
        some = some[(some["status"] == ("closed" if is_past else "open")).to_numpy(bool)]
        for one in some.iloc[rng.permutation(len(some))].to_dict("records"):
            names = {one["vacancy_id"], one["course_run_id"]}
            pool = people["closed" if is_past else "open"]
            wanted = int(min(rng.integers(4, 16), one["headcount"], one["seats"] * 3 // 4))
            if most == 0 or names & used or wanted < 2 or len(pool) < 2 * wanted:
                continue
            most -= 1
            used |= names
            order = _order(f"TO-{len(orders) + 1:04d}", one, wanted, rng, today)
            # Of those to come one has no class yet, and one too few people.
            count = -(-wanted * 6 // 5) if is_past else (0, wanted // 2, wanted)[most]
            if count == 0:
                order["course_run_id"] = None
            orders.append(order)
            _fill(order, one, [pool.pop() for _ in range(count + count // 3)], count, rng, today, enrolled, events)
    return {
        "training_orders": _dated(TRAINING_ORDERS.columns, orders),
        "enrolments": _dated(ENROLMENTS.columns, enrolled),
        "enrolment_events": _dated(ENROLMENT_EVENTS.columns, events),
    }


def _posts_and_runs(
    vacancies: pd.DataFrame, vacancy_credentials: pd.DataFrame, courses: pd.DataFrame, course_runs: pd.DataFrame,
    today: Day,
) -> pd.DataFrame:  # fmt: skip
    """Every (vacancy, run) whose course gives the vacancy's only certificate, with room for an order."""
    needed = vacancy_credentials.drop_duplicates("vacancy_id", keep=False)
    posts = vacancies.merge(needed, on="vacancy_id")
    posts = posts[(posts["headcount"].fillna(0) >= 4).to_numpy(bool)]
    runs = course_runs[list(COURSE_RUNS.columns)].merge(courses[["course_id", "credential_code"]], on="course_id")
    far = np.abs((runs["starts_on"].to_numpy("datetime64[D]") - today) / _DAY) >= 10
    columns = ["vacancy_id", "headcount", "occupation_code", "status", "credential_code", "wage_max_cny_month"]
    return posts[columns].merge(
        runs.loc[far, ["course_run_id", "credential_code", "starts_on", "ends_on", "seats"]], on="credential_code"
    )


def _order(name: str, one: dict[str, Any], wanted: int, rng: np.random.Generator, today: Day) -> dict[str, Any]:
    starts_on, ends_on = (np.datetime64(one[day], "D") for day in ("starts_on", "ends_on"))
    return {
        "order_id": name, "vacancy_id": one["vacancy_id"], "occupation_code": one["occupation_code"],
        "people_wanted": wanted, "ordered_on": min(starts_on, today) - int(rng.integers(14, 40)) * _DAY,
        "ready_by": ends_on + int(rng.integers(0, 21)) * _DAY, "course_run_id": one["course_run_id"],
        "wage_cny_month": one["wage_max_cny_month"], "cancelled_on": None, "source": "synthetic_city",
        "is_synthetic": True,
    }  # fmt: skip


def _fill(
    order: dict[str, Any], one: dict[str, Any], people: list[str], count: int, rng: np.random.Generator, today: Day,
    enrolled: list[dict[str, Any]], events: list[dict[str, Any]],
) -> None:  # fmt: skip
    """Enrol `count` people; a replacement of the rest for whoever leaves before the class begins."""
    starts_on, ends_on = (np.datetime64(one[day], "D") for day in ("starts_on", "ends_on"))
    spare = iter(people[count:])

    def enrol(seeker: str, on: Day, replaces: str | None) -> str:
        name = f"EN-{len(enrolled) + 1:05d}"
        enrolled.append(
            {
                "enrolment_id": name, "seeker_id": seeker, "course_run_id": one["course_run_id"],
                "order_id": order["order_id"], "programme": "employment", "replaces": replaces, "enrolled_on": on,
                "source": "synthetic_city", "is_synthetic": True,
            }
        )  # fmt: skip
        return name

    def tell(name: str, event: str, on: Day, by: str, reason: str | None = None) -> None:
        if on < today:
            row = {"enrolment_id": name, "event": event, "occurred_on": on, "reason": reason, "reported_by": by}
            events.append(row)

    for seeker in people[:count]:
        name = enrol(seeker, order["ordered_on"] + int(rng.integers(1, 10)) * _DAY, None)
        leaves, stays = rng.random(5), rng.integers(1, 20, 3)
        reason = str(rng.choice([str(one_of) for one_of in DropoutReason]))
        if leaves[0] > _ATTEND:
            tell(name, "dropped_out", starts_on - _DAY, "agency", reason)
            other = next(spare, None)
            if other is None or starts_on > today:
                continue
            name = enrol(other, starts_on - _DAY, name)
        tell(name, "attending", starts_on, "institution")
        middle = starts_on + int((ends_on - starts_on) / _DAY) // 2 * _DAY
        if leaves[1] > _COMPLETE:
            tell(name, "dropped_out", middle, "institution", reason)
            continue
        passed = leaves[2] > _FAIL
        tell(name, "certified" if passed else "failed", ends_on + int(stays[0]) % 3 * _DAY, "institution")
        if passed and leaves[3] < _HIRE:
            hired_on = ends_on + int(3 + stays[1]) * _DAY
            tell(name, "hired", hired_on, "employer")
            if leaves[4] < _STAY:
                tell(name, "retained", hired_on + 30 * _DAY, "employer")


def _dated(columns: dict[str, Any], rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(columns))
    days = [name for name, column in columns.items() if column.dtype.startswith("datetime")]
    return table.assign(**{name: pd.to_datetime(table[name]) for name in days})
