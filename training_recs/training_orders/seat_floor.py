"""Stored orders as confirmed orders of the seat plan: the people for whom no class is held yet."""

from __future__ import annotations

from datetime import date

import pandas as pd

from data.columns import Records
from training_recs.demand_forecast.demand_history import occupation_groups
from training_recs.seat_plan.planning_tables import ORDERS
from training_recs.training_orders.enrolment_standing import Standing, enrolment_standing


def seats_ordered(records: Records, as_of: date, *, level: str = "minor") -> tuple[pd.DataFrame, int]:
    """Orders that stand, laid out as `ORDERS`, a row an order; and how many are left out for want of a place.

    An order counts with the people it lacks: those ordered less those enrolled who are not lost. An order that names a
    run needs no new class, and is left out. The month is that of `ready_by`, the
    district that of the posts.
    """
    orders = records.training_orders
    standing = enrolment_standing(
        orders, records.enrolments, records.enrolment_events, records.referrals, records.referral_events,
        records.course_runs.set_index("course_run_id")[["starts_on", "ends_on"]], as_of,
    )  # fmt: skip
    held = standing[standing["standing"] != Standing.LOST].groupby("order_id").size()
    posts = records.vacancies.set_index("vacancy_id").reindex(orders["vacancy_id"])
    table = pd.DataFrame(
        {
            "occupation": occupation_groups(
                orders["occupation_code"].fillna(posts["occupation_code"].reset_index(drop=True)), level
            ),
            "district_code": posts["district_code"].to_numpy(),
            "month": orders["ready_by"].dt.to_period("M").dt.to_timestamp(),
            "seats": orders["people_wanted"] - orders["order_id"].map(held).fillna(0).astype("int64"),
        }
    )
    stands = (
        orders["cancelled_on"].isna()
        & orders["course_run_id"].isna()
        & (orders["ready_by"] > pd.Timestamp(as_of))
        & (table["seats"] > 0)
    )
    known = (table["occupation"].notna() & table["district_code"].notna()).to_numpy(bool)
    chosen = stands.to_numpy(bool)
    return ORDERS.check(table[chosen & known]), int((chosen & ~known).sum())
