"""The life of orders: how many people reached each stage, where the chain breaks, whether an order can be filled."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from data.columns import TEXT, Column, Table
from data.plain_rows import plain_rows
from data.records import ENROLMENT_NAMES_ZH
from data.records import EnrolmentStep as Step
from training_recs.training_orders.enrolment_standing import STAGES, Standing

ORDERED = "ordered"
STAGE_NAMES = {
    ORDERED: ("订单", "ordered"),
    **{str(stage): (ENROLMENT_NAMES_ZH[stage], str(stage)) for stage in STAGES},
}


class OrderState(StrEnum):
    """How an order stands."""

    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    ON_TRACK = "on_track"
    LATE = "late"
    NEEDS_PEOPLE = "needs_people"
    CANNOT_REACH = "cannot_reach"


STATE_NAMES = {
    OrderState.CANCELLED: ("已取消", "cancelled"),
    OrderState.FULFILLED: ("已完成", "fulfilled"),
    OrderState.ON_TRACK: ("正常", "on track"),
    OrderState.LATE: ("有逾期", "reports are late"),
    OrderState.NEEDS_PEOPLE: ("尚缺人", "needs people"),
    OrderState.CANNOT_REACH: ("已无法完成", "cannot be filled any more"),
}

_PEOPLE = "people who reached it or a later stage"
ORDER_LIFE = Table(
    "order_life",
    {
        "order_id": Column(TEXT, "training_orders.order_id; the table is sorted by it"),
        "state": Column(TEXT, "OrderState", codes=frozenset(OrderState)),
        "people_wanted": Column("int64", "ordered", low=1),
        **{str(stage): Column("int64", _PEOPLE, low=0) for stage in STAGES},
        "dropped_out": Column("int64", "people who left their class", low=0),
        "failed": Column("int64", "people who failed the examination", low=0),
        "replacements": Column("int64", "enrolments that took the place of another", low=0),
        "reachable": Column("int64", "people enrolled who are not lost: the most that can still be hired", low=0),
        "breaks_at": Column(TEXT, "stage after which most are lost or late; null: none is", nullable=True),
        "broken": Column("int64", "people lost or late there", low=0),
    },
)
ORDER_STAGES = Table(
    "order_stages",
    {
        "order_id": Column(TEXT, "training_orders.order_id"),
        "stage": Column(TEXT, "ordered, or EnrolmentStep", codes=frozenset(STAGE_NAMES)),
        "reached": Column("int64", f"{_PEOPLE}; of ordered: people wanted", low=0),
        "lost": Column("int64", "people who came no further and will not", low=0),
        "late": Column("int64", "people whose next stage is overdue; of ordered: places that nobody holds", low=0),
    },
)


def order_stages(orders: pd.DataFrame, standing: pd.DataFrame, run_days: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Every order at every stage of its life, laid out as `ORDER_STAGES`.

    Parameters
    ----------
    orders
        Laid out as `TRAINING_ORDERS`.
    standing
        Laid out as `ENROLMENT_STANDING`.
    run_days
        Index `course_run_id`; `starts_on` of the runs chosen, where known.
    """
    rows = []
    place = {str(stage): number for number, stage in enumerate(STAGES)}
    of_order = dict(list(standing.groupby("order_id")))
    for order in plain_rows(orders):
        mine = of_order.get(order["order_id"], standing.head(0))
        reached = mine["stage"].map(place).to_numpy(dtype="int64")
        held = mine["standing"].to_numpy(dtype=object)
        missing = max(0, order["people_wanted"] - int((held != Standing.LOST).sum()))
        waits = not may_enrol(order, run_days, as_of)
        # People lost later are told there; a place that was never taken is told here.
        unfilled = min(missing, max(0, order["people_wanted"] - len(mine)))
        rows.append((order["order_id"], ORDERED, order["people_wanted"], 0, unfilled if waits else 0))
        for stage, number in place.items():
            here = reached == number
            rows.append(
                (
                    order["order_id"], stage, int((reached >= number).sum()),
                    int((here & (held == Standing.LOST)).sum()), int((here & (held == Standing.LATE)).sum()),
                )
            )  # fmt: skip
    return ORDER_STAGES.check(pd.DataFrame(rows, columns=list(ORDER_STAGES.columns)))


def order_life(
    orders: pd.DataFrame, standing: pd.DataFrame, stages: pd.DataFrame, run_days: pd.DataFrame, as_of: date
) -> pd.DataFrame:
    """One row an order, laid out as `ORDER_LIFE`; `stages` are its `order_stages`, the rest as there."""
    rows = []
    of_order = dict(list(standing.groupby("order_id")))
    at_stage = dict(list(stages.groupby("order_id")))
    for order in sorted(plain_rows(orders), key=lambda one: str(one["order_id"])):
        mine, by_stage = of_order.get(order["order_id"], standing.head(0)), at_stage[order["order_id"]]
        broken = (by_stage["lost"] + by_stage["late"]).to_numpy("int64")
        worst = int(np.argmax(broken))
        reachable = int((mine["standing"] != Standing.LOST).sum())
        row: dict[str, Any] = {
            "order_id": order["order_id"], "people_wanted": order["people_wanted"],
            **dict(zip(by_stage["stage"].iloc[1:], by_stage["reached"].iloc[1:], strict=True)),
            "dropped_out": int(mine["dropped_out"].sum()), "failed": int(mine["failed"].sum()),
            "replacements": int(mine["replaces"].notna().sum()), "reachable": reachable,
            "breaks_at": by_stage["stage"].iloc[worst] if broken[worst] else None, "broken": int(broken[worst]),
        }  # fmt: skip
        in_work = mine["stage"].isin([Step.HIRED, Step.RETAINED]) & (mine["standing"] != Standing.LOST)
        is_late = bool(by_stage["late"].sum())
        row["state"] = _state(order, int(in_work.sum()), reachable, may_enrol(order, run_days, as_of), is_late).value
        rows.append(row)
    return ORDER_LIFE.check(pd.DataFrame(rows, columns=list(ORDER_LIFE.columns)))


def may_enrol(order: dict[str, Any], run_days: pd.DataFrame, as_of: date) -> bool:
    """Whether people can still be enrolled: its class has not begun; where none is chosen, training can still end."""
    starts_on = run_days["starts_on"].to_dict().get(order["course_run_id"])
    return bool(as_of < (order["ready_by"] if starts_on is None else starts_on.date()))


def _state(order: dict[str, Any], in_work: int, reachable: int, may_still: bool, is_late: bool) -> OrderState:
    if order["cancelled_on"] is not None:
        return OrderState.CANCELLED
    if in_work >= order["people_wanted"]:
        return OrderState.FULFILLED
    if reachable < order["people_wanted"]:
        return OrderState.NEEDS_PEOPLE if may_still else OrderState.CANNOT_REACH
    return OrderState.LATE if is_late else OrderState.ON_TRACK
