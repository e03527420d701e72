"""Why a class is planned, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from training_recs.seat_plan.names import district_name, occupation_name
from training_recs.seat_plan.needs import TrainingNeeds
from training_recs.seat_plan.newsvendor import critical_ratio
from training_recs.seat_plan.seat_problem import SeatProblem

MOST_NEEDS = 3


def reason_of_class(
    offer: pd.Series[Any], flows: pd.DataFrame, problem: SeatProblem, needs: TrainingNeeds
) -> tuple[str, str]:
    """Chinese and English: for whose need the seats are, and how sure it is that they will be filled.

    Parameters
    ----------
    flows
        The seats of these classes by the need that they are for: cell, month, seats, ordered, expected.
    """
    zh, en = [], []
    largest = flows.sort_values(["seats", "month", "cell"], ascending=[False, True, True]).head(MOST_NEEDS)
    for cell, month, seats, ordered in largest[["cell", "month", "seats", "ordered"]].to_numpy(np.int64).tolist():
        district = district_name(str(needs.cells["district_code"].iloc[cell]))
        when, demand, supply = needs.months[month], needs.demand[cell, month], needs.supply[cell, month]
        low, high = np.quantile(problem.scenarios[cell, month], [0.1, 0.9], method="nearest")
        zh.append(
            f"{district[0]} {when} 用工约 {demand:.0f} 人、可用合格者约 {supply:.0f} 人，缺口 {low:.0f}–{high:.0f} 人，"
            f"安排 {seats} 个名额" + (f"（其中订单 {ordered} 个）" if ordered else "")
        )
        en.append(
            f"{district[1]} {when}: about {demand:.0f} openings and {supply:.0f} qualified people, "
            f"{low:.0f}–{high:.0f} missing, {seats} seats" + (f" ({ordered} of them ordered)" if ordered else "")
        )
    more = len(flows) - len(zh)
    planned, expected = int(flows["seats"].sum()), float(flows["expected"].sum())
    fee, value = float(offer["fee_cny"]), problem.value_cny
    ratio = critical_ratio(value, fee)
    occupation = occupation_name(str(offer["occupation"]))
    return (
        f"{occupation}：{'；'.join(zh)}{f'；另有 {more} 处' if more else ''}。预计 {expected:.0f}/{planned} 人用得上；"
        f"每席成本 {fee:,.0f} 元、就业价值 {value:,.0f} 元，按缺口分布的 {ratio:.0%} 分位开班",
        f"{occupation}: {'; '.join(en)}{f'; {more} more' if more else ''}. {expected:.0f} of {planned} are expected to "
        f"find such work; a seat costs {fee:,.0f} CNY, a filled one is worth {value:,.0f} CNY: seats up to the "
        f"{ratio:.0%} quantile of what is missing",
    )
