"""Was the draw fair and was it obeyed: facts from before by saturation, compliance and attrition by arm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from evaluation.experiments.cluster_robust import cluster_effect
from evaluation.experiments.contrasts import FEWEST_MARKETS
from evaluation.experiments.design import ARM_NAMES, ExperimentDesign
from evaluation.experiments.experiment_people import BASELINE
from evaluation.groups import EVERYONE, SMALLEST_CELL, members_by_group

BALANCE = Table(
    "experiment_balance",
    {
        "fact": Column(TEXT, "what was known before: a column of EXPERIMENT_PEOPLE, or a SeekerGroup's share"),
        "saturation": Column(TEXT, "of the markets compared with those of saturation 0"),
        "mean": Column("Float64", "over their people; null: withheld or unknown", nullable=True),
        "control_mean": Column("Float64", "over the people of saturation 0", nullable=True),
        "standardised_difference": Column("Float64", "difference ÷ standard deviation of both together", nullable=True),
        "p_value": Column("Float64", "clustered by market; null: too few markets", nullable=True, low=0, high=1),
    },
)

CONDUCT = Table(
    "experiment_conduct",
    {
        "saturation": Column(TEXT, "share of the market to be treated"),
        "arm": Column(TEXT, "control or treatment", codes=frozenset(ARM_NAMES)),
        "people": Column("Int32", "who entered; null: withheld", nullable=True),
        "referrals": Column("Int32", "of theirs in the ledger during the experiment; null: withheld", nullable=True),
        "obeying_share": Column("Float64", "of these, from runs that obeyed; null: none, or withheld", nullable=True),
        "observed_share": Column("Float64", "of the people, followed for the whole horizon", nullable=True),
        "left_share": Column("Float64", "of those, left the register unplaced within the horizon", nullable=True),
    },
)


def balance_table(design: ExperimentDesign, people: pd.DataFrame) -> pd.DataFrame:
    """`BALANCE` of `people` (`EXPERIMENT_PEOPLE`)."""
    saturation = design.saturation_of[people["market"].to_numpy()]
    market = people["market"].to_numpy()
    rows = [
        {"fact": fact, "saturation": str(design.saturations[s]), **_compare(values, market, saturation, s)}
        for fact, values in _facts(people)
        for s in range(1, len(design.saturations))
    ]
    return BALANCE.check(pd.DataFrame(rows))


def conduct_table(design: ExperimentDesign, people: pd.DataFrame) -> pd.DataFrame:
    """`CONDUCT` of `people` (`EXPERIMENT_PEOPLE`)."""
    saturation = design.saturation_of[people["market"].to_numpy()]
    rows = []
    for s, share in enumerate(design.saturations):
        for treated in (False, True):
            part = people[(saturation == s) & (people["treated"].to_numpy() == treated)]
            if part.empty and share in (0, 1):
                continue
            rows.append({"saturation": str(share), "arm": ARM_NAMES[treated], **_conduct(part)})
    return CONDUCT.check(pd.DataFrame(rows))


def _facts(people: pd.DataFrame) -> Iterator[tuple[str, npt.NDArray[np.float64]]]:
    for name in BASELINE:
        yield name, people[name].to_numpy(np.float64)
    for group, inside in members_by_group(people["group_mask"].to_numpy()).items():
        if group != EVERYONE:
            yield group, inside.astype(np.float64)


def _compare(
    values: npt.NDArray[np.float64], market: npt.NDArray[np.int32], saturation: npt.NDArray[np.int64], s: int
) -> dict[str, float | None]:
    known = ~np.isnan(values)
    here, pure = known & (saturation == s), known & (saturation == 0)
    is_share = np.isin(values[known], (0.0, 1.0)).all()
    sizes = [int(side.sum()) for side in (here, pure)]
    if is_share:  # of a group, those in it are few sooner than those who are counted
        sizes += [int(values[side].sum()) for side in (here, pure)]
        sizes += [int((1 - values[side]).sum()) for side in (here, pure)]
    if min(sizes) < SMALLEST_CELL:
        return dict.fromkeys(("mean", "control_mean", "standardised_difference", "p_value"))
    both = here | pure
    spread = float(values[both].std())
    cells, which = np.unique(market[both], return_inverse=True)
    total = np.bincount(which, weights=values[both]).astype(np.float64)
    people = np.bincount(which).astype(np.float64)
    is_here = np.isin(cells, np.unique(market[here]))
    mean, control = float(values[here].mean()), float(values[pure].mean())
    enough = min(int(is_here.sum()), int((~is_here).sum())) >= FEWEST_MARKETS
    return {
        "mean": mean,
        "control_mean": control,
        "standardised_difference": (mean - control) / spread if spread > 0 else 0.0,
        "p_value": cluster_effect(total, people, is_here, cells).p_value if enough else None,
    }


def _conduct(part: pd.DataFrame) -> dict[str, float | None]:
    if len(part) < SMALLEST_CELL:
        return dict.fromkeys(("people", "referrals", "obeying_share", "observed_share", "left_share"))
    referrals, observed = int(part["referrals"].sum()), part[part["is_observed"]]
    return {
        "people": len(part),
        "referrals": referrals,
        "obeying_share": float(part["obeying"].sum()) / referrals if referrals else None,
        "observed_share": len(observed) / len(part),
        "left_share": float(observed["left"].mean()) if len(observed) >= SMALLEST_CELL else None,
    }
