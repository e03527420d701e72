"""Courses as they could be opened again: for which occupation, where, in classes of what size, at what cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.columns import Records
from training_recs.demand_forecast.demand_history import occupation_groups
from training_recs.seat_plan.planning_tables import LEFT_OUT, LIMITS, OFFERS, LimitKind

TEACHING_DAYS_A_MONTH = 21
"""Five days a week; holidays make it fewer."""
_WHY = {
    "occupation": (
        "不知道对应哪个职业",
        "which occupation it is for is not known",
    ),
    "runs": ("没有开过班，不知道地点和班额", "it has no run: neither place nor size of a class is known"),
    "seats": ("没有名额：各班次名额都是 0", "it has no seats: every run has 0"),
}


@dataclass(frozen=True)
class CourseOffers:
    """`offers` (`OFFERS`, one row a course and district) and the courses that cannot be planned with (`LEFT_OUT`)."""

    offers: pd.DataFrame
    left_out: pd.DataFrame


def course_offers(records: Records, *, level: str = "minor") -> CourseOffers:
    """What the courses and course runs on record offer, past runs included.

    A course can be opened in each district where it has been, in classes as large as its largest there.
    """
    courses = records.courses.sort_values("course_id", ignore_index=True)
    runs = records.course_runs.dropna(subset=["district_code"])
    whole = occupation_groups(courses["occupation_code"], level)
    seats = runs.groupby("course_id")["seats"].max().reindex(courses["course_id"])
    why = np.select(
        [whole.isna(), seats.isna().to_numpy(bool), (seats == 0).fillna(False).to_numpy(bool)],
        ["occupation", "runs", "seats"],
        "",
    )
    out = courses[why != ""]
    left_out = pd.DataFrame(
        {
            "course_id": out["course_id"],
            "title": out["title"],
            "reason_zh": [_WHY[key][0] for key in why[why != ""]],
            "reason_en": [_WHY[key][1] for key in why[why != ""]],
        }
    )
    kept = courses.assign(occupation=whole)[why == ""]
    sizes = runs[runs["seats"] > 0].groupby(["course_id", "district_code"], as_index=False)["seats"].max()
    table = kept.merge(sizes, on="course_id").sort_values(["course_id", "district_code"])
    offers = pd.DataFrame(
        {
            **{name: table[name] for name in ("course_id", "title", "provider", "occupation", "district_code")},
            "class_seats": table["seats"],
            "months": np.ceil(table["duration_days"].to_numpy(np.float64) / TEACHING_DAYS_A_MONTH),
            "fee_cny": table["fee_cny"],
            "subsidy_cny": table["subsidy_cny"],
        }
    )
    return CourseOffers(OFFERS.check(offers), LEFT_OUT.check(left_out))


def limits_of_the_past(records: Records, *, level: str = "minor") -> pd.DataFrame:
    """`LIMITS` where nobody has stated any: no more classes at a time than there have been.

    Teachers: classes of an institution for an occupation that overlapped in time; rooms: those of an institution in a
    district. There is no limit of budget.
    """
    courses = records.courses.set_index("course_id")
    runs = records.course_runs
    runs = runs[(runs["seats"] > 0) & runs["district_code"].notna()]
    groups = occupation_groups(courses["occupation_code"], level)
    runs = runs.assign(
        provider=courses["provider"].reindex(runs["course_id"]).to_numpy(),
        occupation=groups.reindex(runs["course_id"]).to_numpy(),
    )
    rows = []
    for kind, place in ((LimitKind.TEACHERS, "occupation"), (LimitKind.ROOMS, "district_code")):
        for (provider, where), some in runs.dropna(subset=[place]).groupby(["provider", place]):
            rows.append({"kind": str(kind), "provider": provider, place: where, "value": _most_at_a_time(some)})
    return LIMITS.check(pd.DataFrame(rows, columns=list(LIMITS.columns)))


def _most_at_a_time(runs: pd.DataFrame) -> int:
    """Largest number of runs going on in one month, first and last month included, as the plan counts them."""
    first = runs["starts_on"].to_numpy("datetime64[M]").astype(np.int64)
    last = runs["ends_on"].to_numpy("datetime64[M]").astype(np.int64)
    change = np.zeros(last.max() - first.min() + 2, dtype=np.int64)
    np.add.at(change, first - first.min(), 1)
    np.add.at(change, last - first.min() + 1, -1)
    return int(change.cumsum().max())
