"""Limits and orders in words: what stands against a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from training_recs.seat_plan.names import district_name, occupation_name
from training_recs.seat_plan.needs import TrainingNeeds
from training_recs.seat_plan.planning_tables import LIMIT_NAMES, LimitKind
from training_recs.seat_plan.seat_problem import Shortages

MOST_TOLD = 10


def name_of_limit(limit: pd.Series[Any]) -> tuple[str, str]:
    """A row of `LIMITS` in words: what it limits, of whom, where, for what."""
    zh, en = LIMIT_NAMES[LimitKind(limit["kind"])]
    of_zh, of_en = [], []
    if not pd.isna(limit["provider"]):
        of_zh.append(str(limit["provider"]))
        of_en.append(str(limit["provider"]))
    if not pd.isna(limit["district_code"]):
        names = district_name(str(limit["district_code"]))
        of_zh.append(names[0])
        of_en.append(names[1])
    if not pd.isna(limit["occupation"]):
        of_zh.append(occupation_name(str(limit["occupation"])))
        of_en.append(occupation_name(str(limit["occupation"])))
    return f"{'、'.join(of_zh) or '全部'}的{zh}", f"{en} of {', '.join(of_en) or 'all'}"


def words_of_shortages(
    shortages: Shortages, limits: pd.DataFrame, months: npt.NDArray[np.datetime64]
) -> tuple[str, str]:
    """Which limits the confirmed orders exceed, and by how much at least."""
    if not shortages.rows:
        return (
            "已确认的订单无法以整班、整人满足：总量够，但拆分到各班次、各机构后差不足一人或一班",
            "the confirmed orders cannot be met by whole classes and people: there is enough in all, but not as it is "
            "parted among classes and institutions",
        )
    zh, en = [], []
    for shortage in shortages.rows[:MOST_TOLD]:
        limit = limits.iloc[shortage.limit]
        name_zh, name_en = name_of_limit(limit)
        when_zh = f" {months[shortage.month]} " if shortage.month >= 0 else ""
        when_en = f" in {months[shortage.month]}" if shortage.month >= 0 else ""
        zh.append(f"{name_zh}{when_zh}还差 {shortage.missing:,.0f}（现有 {limit['value']:,.0f}）")
        en.append(f"{name_en}{when_en} lack {shortage.missing:,.0f} (there are {limit['value']:,.0f})")
    more = len(shortages.rows) - len(zh)
    late = () if shortages.in_time else ("；求解时限已到，实际可能差得更少", "; time was up: less may do")
    return (
        "已确认的订单超出限额：" + "；".join(zh) + (f"；另有 {more} 项" if more else "") + "".join(late[:1]),
        "the confirmed orders exceed what there is: "
        + "; ".join(en)
        + (f"; {more} more" if more else "")
        + "".join(late[1:]),
    )


def words_of_unreached(unreached: Sequence[tuple[int, int]], needs: TrainingNeeds) -> tuple[str, str]:
    """Orders that no class can train for in time."""
    zh, en = [], []
    for cell, month in unreached[:MOST_TOLD]:
        occupation = occupation_name(str(needs.cells["occupation"].iloc[cell]))
        district = district_name(str(needs.cells["district_code"].iloc[cell]))
        zh.append(f"{occupation}，{district[0]}，{needs.months[month]}")
        en.append(f"{occupation}, {district[1]}, {needs.months[month]}")
    more = len(unreached) - len(zh)
    return (
        "没有课程能为这些订单及时培训（没有对应职业的课程、地点太远，或来不及结业）："
        + "；".join(zh)
        + (f"；另有 {more} 项" if more else ""),
        "no course can train for these orders in time (none for the occupation, too far away, or not over by then): "
        + "; ".join(en)
        + (f"; {more} more" if more else ""),
    )
