"""Policies beside each other: means over seeds, and what the reference gains over each in the same seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.columns import TEXT, Column, Table
from evaluation.simulation.policies import REFERENCE
from evaluation.simulation.seed_means import MeanInterval, mean_over_seeds
from evaluation.simulation.year_measures import MEASURES, ONE_HALF, OTHER_HALF

_MEASURE = Column(TEXT, "name in MEASURES", codes=frozenset(m.name for m in MEASURES))
_FIGURES = {
    "group": Column(TEXT, "everyone or SeekerGroup"),
    "measure": _MEASURE,
    "seeds": Column("int64", "that the mean is over", low=1),
    "estimate": Column("Float64", "mean over seeds; null where one seed has none", nullable=True),
    "low": Column("Float64", "end of the 95 % interval; null with one seed", nullable=True),
    "high": Column("Float64", "end of the 95 % interval; null with one seed", nullable=True),
}
POLICY_MEASURES = Table("policy_measures", {"policy": Column(TEXT, "name of a policy of the comparison"), **_FIGURES})
POLICY_GAINS = Table(
    "policy_gains", {"compared": Column(TEXT, "the policy that the reference is compared with"), **_FIGURES}
)


def policy_measures(values: pd.DataFrame) -> pd.DataFrame:
    """`POLICY_MEASURES` of `UNIT_VALUES`: every policy where it refers everyone."""
    alone = _of_whole_markets(values)
    rows = [
        {"policy": policy, "group": group, "measure": measure, **_figures(part["value"])}
        for (policy, group, measure), part in alone.groupby(["policy", "group", "measure"], sort=False)
    ]
    return POLICY_MEASURES.check(pd.DataFrame(rows, columns=list(POLICY_MEASURES.columns)))


def policy_gains(values: pd.DataFrame, reference: str = REFERENCE.name) -> pd.DataFrame:
    """`POLICY_GAINS` of `UNIT_VALUES`: the reference minus each other policy, seed by seed; empty without both."""
    alone = _of_whole_markets(values)
    key = ["seed", "group", "measure"]
    ours = alone[alone["policy"] == reference].set_index(key)["value"]
    rows = []
    for policy, part in alone[alone["policy"] != reference].groupby("policy", sort=False):
        paired = part.set_index(key)["value"].to_frame("other").join(ours.rename("ours"), how="inner")
        gains = (paired["ours"] - paired["other"]).rename("value").reset_index()
        rows += [
            {"compared": policy, "group": group, "measure": measure, **_figures(same["value"])}
            for (group, measure), same in gains.groupby(["group", "measure"], sort=False)
        ]
    return POLICY_GAINS.check(pd.DataFrame(rows, columns=list(POLICY_GAINS.columns)))


def figure_of(table: pd.DataFrame, policy: str, group: str, measure: str) -> MeanInterval | None:
    """A figure of `POLICY_MEASURES` or, of a compared policy, of `POLICY_GAINS`; None where there is none."""
    found = table[(table.iloc[:, 0] == policy) & (table["group"] == group) & (table["measure"] == measure)]
    if found.empty:
        return None
    return MeanInterval(*(float(np.asarray(found[end], dtype=np.float64)[0]) for end in ("estimate", "low", "high")))


def _of_whole_markets(values: pd.DataFrame) -> pd.DataFrame:
    return values[values["against"].isna() & ~values["group"].isin([ONE_HALF, OTHER_HALF])]


def _figures(values: pd.Series[float]) -> dict[str, object]:
    found = mean_over_seeds(np.asarray(values, dtype=np.float64))
    return {"seeds": len(values), "estimate": found.value, "low": found.low, "high": found.high}
