"""Fairness of one match run: its figures by protected group, and the changes since the run that is in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluation.fairness.fairness_measures import DEFINITIONS, FairnessMeasure
from evaluation.fairness.gate import GATE_CHANGES, GateFinding, GateVerdict
from evaluation.fairness.person_ratios import B, N, compare_with_others, person_values, ratio, ratio_variance
from evaluation.fairness.protected_cells import protected_cells
from evaluation.groups import EVERYONE, SMALLEST_CELL
from evaluation.outcomes.disclosure import is_small, withheld

RUN_MEASURES = (
    FairnessMeasure.REFERRED_SHARE, FairnessMeasure.REFERRALS_EACH, FairnessMeasure.EXPECTED_PLACEMENT,
)  # fmt: skip
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class GroupFigure:
    """One measure of one group in one run, enough of it that a later run can be compared with it.

    `sums`: people, Σa, Σb, Σa², Σab, Σb² (`person_ratios`); `low`, `high`: 95 % interval of `estimate`.
    """

    measure: str
    dimension: str
    category: str
    people: int
    estimate: float
    low: float
    high: float
    sums: tuple[float, ...]


@dataclass(frozen=True)
class RunFairness:
    """Figures of a run by everyone, group, sex, age band and district; cells that would tell of few are left out."""

    figures: tuple[GroupFigure, ...]
    verdict: GateVerdict


def run_measures(
    referrals: npt.NDArray[np.integer], placed_share: npt.NDArray[np.floating]
) -> dict[FairnessMeasure, tuple[Floats, Floats]]:
    """Numerators and denominators of `RUN_MEASURES`, float64 (people,) each.

    Parameters
    ----------
    referrals
        Referrals of each person.
    placed_share
        Share of simulated draws in which each is placed (`expected_placements`), 0 to 1.
    """
    one = np.ones(len(referrals))
    return {
        FairnessMeasure.REFERRED_SHARE: ((referrals > 0).astype(np.float64), one),
        FairnessMeasure.REFERRALS_EACH: (referrals.astype(np.float64), one),
        FairnessMeasure.EXPECTED_PLACEMENT: (placed_share.astype(np.float64), one),
    }


def group_figures(people: pd.DataFrame, measures: dict[FairnessMeasure, tuple[Floats, Floats]]) -> list[GroupFigure]:
    """Figures of everyone and of each category of a single dimension. `people`: `evaluation.fairness.people.PEOPLE`."""
    cells = protected_cells(people)
    counts = cells.sums(np.ones((len(people), 1)))[:, 0].round().astype(np.int64)
    single = np.flatnonzero(cells.one_way)
    small = is_small(counts[single], threshold=SMALLEST_CELL)
    # Intersections are not shown: only the sums of single dimensions can give a cell away.
    hidden = withheld(counts[single], cells.relations_one_way, small, shown=cells.shown[single])
    show = single[cells.shown[single] & ~hidden & (counts[single] > 0)]
    labels, figures = cells.labels.iloc[show], []
    for measure, (numerator, denominator) in measures.items():
        sums = cells.sums(person_values(numerator, denominator))
        found = compare_with_others(sums[show], sums[0], is_share=DEFINITIONS[measure].is_share)
        figures += [
            GroupFigure(
                str(measure), str(dimension), str(category), int(row[N]), float(estimate), float(low), float(high),
                tuple(map(float, row)),
            )
            for dimension, category, row, estimate, low, high in zip(
                labels["dimension"], labels["category"], sums[show], found.estimate, found.low, found.high, strict=True
            )
        ]  # fmt: skip
    return figures


def run_changes_by_group(before: Sequence[GroupFigure], after: Sequence[GroupFigure]) -> pd.DataFrame:
    """`GATE_CHANGES` from the run in use to a new one: each group's loss beyond that of everyone else.

    Both runs are of other people in part, so groups are compared by their rates, as independent samples: those who
    are in both runs make the standard error too large, and the gate slower to stop, never quicker.

    What the market does to everybody may take as many points from all, or the same part of what each had. A group is
    held to have lost more only by as much as it did under either reading: the smaller of the two is its worsening.
    """
    old, new = _by_key(before), _by_key(after)
    rows = []
    for (measure, dimension, category), figure in new.items():
        everyone = (measure, EVERYONE, EVERYONE)
        if dimension == EVERYONE or (measure, dimension, category) not in old or everyone not in old:
            continue
        groups = np.array([old[measure, dimension, category].sums, figure.sums])
        rest = np.array([old[everyone].sums, new[everyone].sums]) - groups
        if (rest[:, B] <= 0).any():
            continue
        own = ratio(groups)
        worsening, error = _beyond_others(own, ratio(rest), ratio_variance(groups), ratio_variance(rest))
        rows.append(
            {
                "measure": measure, "dimension": dimension, "category": category,
                "people": int(min(groups[:, N])), "before": own[0], "after": own[1],
                "own_worsening": own[0] - own[1],
                "worsening": worsening, "standard_error": error,
            }
        )  # fmt: skip
    return GATE_CHANGES.check(pd.DataFrame(rows)) if rows else GATE_CHANGES.empty()


def _beyond_others(own: Floats, others: Floats, variance: Floats, variance_of_others: Floats) -> tuple[float, float]:
    """Worsening beyond everyone else and its standard error, of rates before and after (float64 (2,) each)."""
    variance, variance_of_others = np.nan_to_num(variance), np.nan_to_num(variance_of_others)
    in_points = (own[0] - own[1]) - (others[0] - others[1])
    error_in_points = np.sqrt(variance.sum() + variance_of_others.sum())
    if others[0] <= 0:
        return float(in_points), float(error_in_points)
    kept = others[1] / others[0]
    in_parts = own[0] * kept - own[1]
    if in_points <= in_parts:
        return float(in_points), float(error_in_points)
    # Delta method on own₀ · others₁ ÷ others₀ − own₁, four independent rates.
    spread = variance[0] * kept**2 + variance[1]
    spread += (own[0] / others[0]) ** 2 * (variance_of_others[1] + kept**2 * variance_of_others[0])
    return float(in_parts), float(np.sqrt(spread))


def _by_key(figures: Sequence[GroupFigure]) -> dict[tuple[str, str, str], GroupFigure]:
    return {(figure.measure, figure.dimension, figure.category): figure for figure in figures}


def figure_from_json(stored: dict[str, Any]) -> GroupFigure:
    """What `dataclasses.asdict` and JSON made of a `GroupFigure`, as it was."""
    return GroupFigure(**{**stored, "sums": tuple(stored["sums"])})


def fairness_from_json(stored: dict[str, Any]) -> RunFairness:
    """What `dataclasses.asdict` and JSON made of a `RunFairness`, as it was."""
    verdict = stored["verdict"]
    return RunFairness(
        figures=tuple(figure_from_json(figure) for figure in stored["figures"]),
        verdict=GateVerdict(
            compared_with=verdict["compared_with"],
            findings=tuple(GateFinding(**finding) for finding in verdict["findings"]),
            not_judged=tuple((dimension, category) for dimension, category in verdict["not_judged"]),
            despite=verdict["despite"],
        ),
    )
