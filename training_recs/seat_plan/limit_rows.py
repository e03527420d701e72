"""Limits as rows of the programme: what each allows of the classes, and of the people in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from training_recs.seat_plan.planning_tables import LimitKind
from training_recs.seat_plan.seat_problem import SeatProblem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LimitRows:
    """One row a limit and month: matrix over classes and their people, what it may use, which limit, which month."""

    matrix: Any
    value: Floats
    limit: Ints
    month: Ints


def limit_rows(problem: SeatProblem, classes: pd.DataFrame) -> LimitRows:
    """What each limit allows of classes and their people. What no class uses has no row."""
    offer, first, ready = (classes[name].to_numpy(np.int64) for name in ("offer", "start", "ready"))
    subsidy = problem.offers["subsidy_cny"].to_numpy(np.float64)[offer]
    rows, values, limits, months = [], [], [], []
    for number, (kind, value) in enumerate(zip(problem.limits["kind"], problem.limits["value"], strict=True)):
        counted = problem.counted[number][offer]
        only = int(problem.limit_month[number])
        if kind == LimitKind.BUDGET:
            spent = np.where(counted & ((first == only) | (only < 0)), subsidy, 0.0)
            found = [(only, np.flatnonzero(spent) + len(classes), spent[spent != 0])]
        else:
            found = []
            for month in range(problem.months) if only < 0 else [only]:
                going_on = np.flatnonzero(counted & (first <= month) & (month < ready))
                found.append((month, going_on, np.ones(len(going_on))))
        for month, columns, used in found:
            if len(columns):
                rows.append((columns, used))
                values.append(float(value))
                limits.append(number)
                months.append(month)
    columns = np.concatenate([row[0] for row in rows]) if rows else np.empty(0, dtype=np.int64)
    used = np.concatenate([row[1] for row in rows]) if rows else np.empty(0)
    lengths = np.array([len(row[0]) for row in rows], dtype=np.int64)
    matrix = sparse.csr_matrix(
        (used, (np.repeat(np.arange(len(rows)), lengths), columns)), shape=(len(rows), 2 * len(classes))
    )
    return LimitRows(matrix, np.array(values), np.array(limits, dtype=np.int64), np.array(months, dtype=np.int64))
