"""Where a project's or an order's people come from, as it is shown: small cells are withheld, from every reader.

API keys are all alike and answers are passed on, to employers and institutions too: nobody is told apart here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from data.columns import Column, Table
from evaluation.outcomes.disclosure import is_small, withheld
from training_recs.project_assessment.assessment_tables import ORIGINS
from training_recs.training_orders.order_people import ORDER_ORIGINS

WITHHELD = "隐去 withheld"
"""In the place of a number. Not <10: some are withheld so that another does not follow."""

SHOWN_ORIGINS = Table(
    "shown_origins",
    {
        **ORIGINS.columns,
        "people": Column("Int64", "people referred to the project; null: withheld", nullable=True, low=0),
        "expected": Column("Float64", "expected placements; null: withheld", nullable=True, low=0),
    },
)
SHOWN_ORDER_ORIGINS = Table(
    "shown_order_origins",
    {
        **ORDER_ORIGINS.columns,
        "ready": Column("Int64", "people who meet the posts already; null: withheld", nullable=True, low=0),
        "could": Column("Int64", "people who would with a course; null: withheld", nullable=True, low=0),
    },
)


def withheld_origins(origins: pd.DataFrame, referred: int) -> pd.DataFrame:
    """An ORIGINS table as SHOWN_ORIGINS: cells of 1 to 9 people are empty, and what they follow from.

    Districts add up to the people `referred` in all, which is shown. Groups overlap: a group is also withheld where
    but a few of those referred are not in it; only where groups add up do they follow from each other. Of so few
    `referred` there is no row at all: that a district has one would tell of them.
    """
    return SHOWN_ORIGINS.check(_shown(origins, "dimension", {"people": referred}, {"expected": "people"}))


def withheld_order_origins(origins: pd.DataFrame, *, ready: int, could: int) -> pd.DataFrame:
    """An ORDER_ORIGINS table as SHOWN_ORDER_ORIGINS, as `withheld_origins`; `ready` and `could` in all are shown."""
    return SHOWN_ORDER_ORIGINS.check(_shown(origins, "by", {"ready": ready, "could": could}, {}))


def _shown(table: pd.DataFrame, by: str, wholes: dict[str, int], follow: dict[str, str]) -> pd.DataFrame:
    """`table` with small cells of the columns of `wholes` null, and those that `follow` them; counted by `by`."""
    hidden = {name: np.zeros(len(table), dtype=bool) for name in wholes}
    listed = np.zeros(len(table), dtype=bool)
    for name, whole in wholes.items():
        few = bool(is_small(np.array([whole]))[0])
        for dimension in table[by].unique():
            rows = np.flatnonzero(table[by] == dimension)
            hidden[name][rows] = few or _hidden(table[name].to_numpy()[rows], whole)
        if not few:
            listed |= (table[name] > 0).to_numpy(bool)
    hidden |= {name: hidden[of] for name, of in follow.items()}
    shown = table.astype({name: "Float64" if name in follow else "Int64" for name in hidden})
    masked = {name: shown[name].mask(mask) for name, mask in hidden.items()}
    return shown.assign(**masked)[listed].reset_index(drop=True)


def _hidden(people: npt.NDArray[np.int64], whole: int) -> npt.NDArray[np.bool_]:
    counts = np.concatenate([[whole], people]).astype(np.int64)
    adds_up = int(people.sum()) == whole
    relations = csr_array(np.concatenate([[1], -np.ones(len(people))])[None] if adds_up else np.zeros((0, len(counts))))
    sensitive = is_small(counts) | (is_small(whole - counts) if not adds_up else False)
    return withheld(counts, relations, sensitive)[1:]
