"""Whether a new ranker judges a group worse than the one in use, on the same referrals of people it had not seen.

Two measures a side: the calibration gap |mean predicted − observed|, which says whether a group is systematically
under- or overrated, and the mean squared error (Brier 1950), which also falls where people of a group are told apart
less well. Both rankers are asked about the same referrals, so a change is the mean of paired differences, and its
standard error is small; the people, not their referrals, are the independent units.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluation.fairness.gate import GATE_CHANGES
from evaluation.fairness.held_out import SidePredictions
from evaluation.fairness.person_ratios import B, N, person_values, ratio, ratio_variance
from evaluation.fairness.protected_cells import ProtectedCells, protected_cells
from evaluation.groups import EVERYONE

Floats = npt.NDArray[np.float64]


def ranker_changes_by_group(people: pd.DataFrame, sides: dict[str, SidePredictions]) -> pd.DataFrame:
    """`GATE_CHANGES` from the ranker in use to a new one.

    Parameters
    ----------
    people
        `PEOPLE`, row for row with the market whose rows `sides` name.
    sides
        Side → predictions of the two rankers, the one in use first.
    """
    cells = protected_cells(people)
    rows = [row for side, asked in sides.items() for row in _rows(cells, side, asked, len(people))]
    return GATE_CHANGES.check(pd.DataFrame(rows)) if rows else GATE_CHANGES.empty()


def _rows(cells: ProtectedCells, side: str, asked: SidePredictions, people: int) -> list[dict[str, object]]:
    happened = asked.happened.astype(np.float64)
    referrals = np.bincount(asked.seeker, minlength=people).astype(np.float64)

    def of_person(values: Floats) -> Floats:
        return np.bincount(asked.seeker, weights=values, minlength=people).astype(np.float64)

    def of_cells(values: Floats) -> Floats:
        return cells.sums(person_values(of_person(values), referrals))

    old, new = (probability - happened for probability in asked.probability)
    error_old, error_new = ratio(of_cells(old)), ratio(of_cells(new))
    # Of two errors of one sign the gaps differ by the difference, of two signs by the sum, but for the sign.
    difference, total = of_cells(new - old), of_cells(new + old)
    gap_sums = np.where((np.sign(error_old) == np.sign(error_new))[:, None], difference, total)
    squared = of_cells(new**2 - old**2)
    before, after = ratio(of_cells(old**2)), ratio(of_cells(new**2))
    wanted = cells.one_way & cells.shown & (squared[:, B] > 0) & (cells.labels["dimension"] != EVERYONE).to_numpy(bool)
    return [
        {
            "measure": f"{side}_{name}", "dimension": cells.labels["dimension"].iloc[cell],
            "category": cells.labels["category"].iloc[cell], "people": int(squared[cell, N]), "before": was[cell],
            "after": is_[cell], "own_worsening": is_[cell] - was[cell], "worsening": is_[cell] - was[cell],
            "standard_error": float(np.nan_to_num(np.sqrt(ratio_variance(sums[[cell]])[0]))),
        }
        for name, was, is_, sums in (
            ("calibration_gap", np.abs(error_old), np.abs(error_new), gap_sums),
            ("squared_error", before, after, squared),
        )
        for cell in np.flatnonzero(wanted)
    ]  # fmt: skip
