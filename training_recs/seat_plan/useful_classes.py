"""Which classes a plan has to consider: those over in time for a need, and none that another replaces at no loss."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from training_recs.seat_plan.planning_tables import LimitKind
from training_recs.seat_plan.seat_problem import SeatProblem

Ints = npt.NDArray[np.int64]


def useful_classes(problem: SeatProblem, site: Ints, served: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Offers and months in which a class may start and be of use: offer, start, ready, site.

    Parameters
    ----------
    site
        int64 (offers,): offers of one number reach the same cells; −1: none.
    served
        bool (sites, months): whether somebody is needed whom a class of the site, ready in the month, can train.

    Notes
    -----
    Class b replaces class a where both train for the same needs and count for the same limits, b costs as little or
    less in fee, subsidy and months, and takes as many people or more without needing more to be opened: every plan with
    a is as good or better with b. Whoever is left is not replaced, so the best plan is worth the same.
    """
    lasts = problem.offers["months"].to_numpy(np.int64)
    offer, start = np.nonzero(np.arange(problem.months) + lasts[:, None] < problem.months)
    table = pd.DataFrame({"offer": offer, "start": start, "ready": start + lasts[offer], "site": site[offer]})
    table = table[table["site"] >= 0]
    table = table[served[table["site"], table["ready"]]].reset_index(drop=True)
    return table[~_replaced(problem, table)].reset_index(drop=True)


def _replaced(problem: SeatProblem, classes: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether another class replaces this one, bool (classes,); of equals the first stays."""
    offers, budgets = problem.offers, (problem.limits["kind"] == LimitKind.BUDGET).to_numpy(bool)
    seats = offers["class_seats"].to_numpy(np.int64)
    subsidy = offers["subsidy_cny"].to_numpy(np.float64) if budgets.any() else np.zeros(len(offers))
    traits = pd.DataFrame(
        {
            "fee": offers["fee_cny"].to_numpy(np.float64),
            "subsidy": subsidy,
            "months": offers["months"].to_numpy(np.int64),
            "least": np.minimum(seats, problem.least_class_seats),
            "fewer": -seats,
        }
    ).iloc[classes["offer"]]
    counted = pd.factorize(np.array([column.tobytes() for column in problem.counted.T], dtype=object))[0]
    alike = classes[["site", "ready"]].assign(counted=counted[classes["offer"]])
    if (budgets & (problem.limit_month >= 0)).any():  # a budget of a month counts the classes that start in it
        alike["start"] = classes["start"]
    group = alike.groupby(list(alike.columns)).ngroup().to_numpy()
    # In this order whoever replaces a class comes before it.
    order = np.lexsort([*traits.to_numpy().T[::-1], group])
    values, replaced = traits.to_numpy(), np.zeros(len(classes), dtype=bool)
    kept: list[npt.NDArray[np.float64]] = []
    last = -1
    for row in order.tolist():
        if group[row] != last:
            kept, last = [], group[row]
        if any((other <= values[row]).all() for other in kept):
            replaced[row] = True
        else:
            kept.append(values[row])
    return replaced
