"""An order's life, place by place: what was reported, how far it has come, and what it means for the order.

The order: two people by 31 July 2026, class from 1 to 20 July, asked on the day given. Days without a month: July.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from data.columns import ENROLMENT_EVENTS, ENROLMENTS, REFERRAL_EVENTS, REFERRALS, TRAINING_ORDERS
from tests.data.training_reports_for_tests import ORDER
from training_recs.training_orders.enrolment_standing import enrolment_standing
from training_recs.training_orders.order_life import order_life, order_stages

RUN_DAYS = pd.DataFrame(
    {"starts_on": pd.to_datetime(["2026-07-01"]), "ends_on": pd.to_datetime(["2026-07-20"])},
    index=pd.Index(["CR-1"], name="course_run_id"),
)
Life = dict[str, str]


def standing_of(
    lives: list[Life], as_of: str, ledger: list[tuple[str, str]] | None = None, **order: Any
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Standing, stages and life of an order whose people S-0, S-1 … had these events (kind → day)."""
    orders = pd.DataFrame([ORDER | {"course_run_id": "CR-1", "source": "test", "is_synthetic": True} | order])
    places = [
        {
            "enrolment_id": f"EN-{n}", "seeker_id": f"S-{n}", "course_run_id": "CR-1", "order_id": "TO-1",
            "programme": None, "replaces": life.get("replaces"), "enrolled_on": "2026-06-15", "source": "test",
            "is_synthetic": True,
        }
        for n, life in enumerate(lives)
    ]  # fmt: skip
    events = [
        {"enrolment_id": f"EN-{n}", "event": kind, "occurred_on": day, "reason": None, "reported_by": "agency"}
        for n, life in enumerate(lives) for kind, day in life.items() if kind != "replaces"
    ]  # fmt: skip
    referral = {
        "referral_id": "R-1", "seeker_id": "S-0", "vacancy_id": "V-1", "run_id": None, "referred_on": "2026-07-21",
        "position": None, "propensity": None, "source": "test",
    }  # fmt: skip
    happened = [
        {"referral_id": "R-1", "event": kind, "occurred_on": day, "evidence_tier": 2 if kind == "started" else None,
         "wage_cny_month": None}
        for kind, day in ledger or []
    ]  # fmt: skip

    def table(layout: Any, rows: list[dict[str, Any]]) -> pd.DataFrame:
        frame = pd.DataFrame(rows, columns=list(layout.columns))
        dates = {name: pd.to_datetime(frame[name]) for name, c in layout.columns.items() if c.dtype.startswith("date")}
        checked: pd.DataFrame = layout.check(frame.assign(**dates))
        return checked

    day = date.fromisoformat(as_of)
    checked = table(TRAINING_ORDERS, orders.to_dict("records"))
    standing = enrolment_standing(
        checked, table(ENROLMENTS, places), table(ENROLMENT_EVENTS, events),
        table(REFERRALS, [referral] if ledger else []), table(REFERRAL_EVENTS, happened), RUN_DAYS, day,
    )  # fmt: skip
    stages = order_stages(checked, standing, RUN_DAYS, day)
    return standing, stages, order_life(checked, standing, stages, RUN_DAYS, day)


PLACES = [
    # what was reported                                      on              stage         standing
    ({}, "2026-07-08", "enrolled", "on_the_way"),
    ({}, "2026-07-09", "enrolled", "late"),  # a week after the first day nobody has seen him
    ({"attending": "2026-07-01"}, "2026-08-19", "attending", "on_the_way"),
    ({"attending": "2026-07-01"}, "2026-08-20", "attending", "late"),
    ({"dropped_out": "2026-06-20"}, "2026-07-01", "enrolled", "lost"),
    ({"attending": "2026-07-01", "dropped_out": "2026-07-05"}, "2026-07-06", "attending", "lost"),
    ({"failed": "2026-07-20"}, "2026-07-21", "attending", "lost"),
    ({"failed": "2026-07-20", "certified": "2026-08-01"}, "2026-08-02", "certified", "on_the_way"),
    ({"certified": "2026-07-20"}, "2026-08-20", "certified", "late"),
    ({"hired": "2026-07-25"}, "2026-07-26", "hired", "on_the_way"),  # the certificate was not reported
    ({"hired": "2026-07-25", "retained": "2026-10-25"}, "2026-11-01", "retained", "done"),
    ({"hired": "2026-07-25"}, "2026-11-23", "hired", "late"),  # 90 days and a month later nobody has told
]


@pytest.mark.parametrize(("life", "as_of", "stage", "standing"), PLACES)
def test_how_far_a_place_has_come(life: Life, as_of: str, stage: str, standing: str) -> None:
    (found,) = standing_of([life], as_of)[0].to_dict("records")
    assert (found["stage"], found["standing"]) == (stage, standing)


LEDGER = [
    # what the ledger holds of the person and the posts       on            stage       standing
    ([("hired", "2026-07-22")], "2026-07-30", "hired", "on_the_way"),
    ([("started", "2026-07-25")], "2026-10-22", "hired", "on_the_way"),
    ([("started", "2026-07-25")], "2026-10-23", "retained", "done"),
    ([("started", "2026-07-25"), ("left", "2026-08-25")], "2026-10-23", "hired", "lost"),
    ([("started", "2026-07-25"), ("left", "2026-12-01")], "2026-12-02", "retained", "done"),
    ([("started", "2026-05-01")], "2026-10-23", "certified", "late"),  # before he enrolled: another placement
    ([("started", "2026-07-25")], "2026-07-24", "certified", "on_the_way"),  # not known yet
]


@pytest.mark.parametrize(("ledger", "as_of", "stage", "standing"), LEDGER)
def test_the_ledger_tells_hirings_and_who_stayed(
    ledger: list[tuple[str, str]], as_of: str, stage: str, standing: str
) -> None:
    (found,) = standing_of([{"certified": "2026-07-20"}], as_of, ledger)[0].to_dict("records")
    assert (found["stage"], found["standing"]) == (stage, standing)


WORKING: Life = {"attending": "2026-07-01", "certified": "2026-07-20", "hired": "2026-07-25"}
GONE: Life = {"attending": "2026-07-01", "dropped_out": "2026-07-05"}
ORDERS = [
    # people                                            on            state           breaks after  by
    ([], "2026-06-20", "needs_people", None, 0),
    ([], "2026-07-01", "cannot_reach", "ordered", 2),  # its class has begun
    ([{}, {}], "2026-07-01", "on_track", None, 0),
    ([{}, {}], "2026-07-09", "late", "enrolled", 2),
    ([WORKING, GONE], "2026-07-26", "cannot_reach", "attending", 1),
    ([{}, {"dropped_out": "2026-06-20"}], "2026-06-21", "needs_people", "enrolled", 1),
    ([{}, {"dropped_out": "2026-06-20"}, {"replaces": "EN-1"}], "2026-06-22", "on_track", "enrolled", 1),
    ([WORKING, WORKING], "2026-07-26", "fulfilled", None, 0),
    ([WORKING, WORKING, GONE], "2026-07-26", "fulfilled", "attending", 1),
]


@pytest.mark.parametrize(("lives", "as_of", "state", "breaks_at", "broken"), ORDERS)
def test_how_an_order_stands_and_where_its_chain_breaks(
    lives: list[Life], as_of: str, state: str, breaks_at: str | None, broken: int
) -> None:
    _, stages, life = standing_of(lives, as_of)
    (found,) = life.to_dict("records")
    assert (found["state"], found["broken"]) == (state, broken)
    assert found["breaks_at"] == breaks_at if breaks_at else pd.isna(found["breaks_at"])
    reached = stages["reached"].tolist()[1:]
    assert reached == sorted(reached, reverse=True)  # whoever is hired was enrolled
    lost = stages["lost"].sum()
    assert found["reachable"] == len(lives) - lost


def test_a_cancelled_order_is_cancelled_and_replacements_are_counted() -> None:
    lives: list[Life] = [GONE, {"replaces": "EN-0"}]
    _, _, life = standing_of(lives, "2026-07-06", cancelled_on="2026-07-05")
    (found,) = life.to_dict("records")
    assert (found["state"], found["dropped_out"], found["replacements"]) == ("cancelled", 1, 1)
