"""The table of fairness: every measure in every cell beside everyone else, small cells withheld, multiplicity noted.

Several hundred comparisons find dozens of "significant" ones by chance. `p_adjusted` is Benjamini & Hochberg's (1995):
of the differences with p_adjusted < 0.05 at most about a twentieth are expected to be chance. It is made over one
measure's single dimensions and, apart, over its intersections. It suits a table that says where to look; the gate,
which stops a publication, keeps the chance of any false stop small instead (Holm, see `gate`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.multitest import multipletests

from data.columns import TEXT, Column, Table
from data.errors import DataError
from evaluation.fairness.fairness_measures import DEFINITIONS, FairnessMeasure
from evaluation.fairness.person_ratios import A, B, N, compare_with_others, person_values
from evaluation.fairness.protected_cells import ProtectedCells
from evaluation.groups import SMALLEST_CELL
from evaluation.outcomes.disclosure import small_in_sequence, withheld

Floats = npt.NDArray[np.float64]
SIGNIFICANT = 0.05
_NUMBER = Column("Float64", "null: withheld, or too few to tell", nullable=True)

FAIRNESS = Table(
    "fairness",
    {
        "measure": Column(TEXT, "FairnessMeasure", codes=frozenset(FairnessMeasure)),
        "dimension": Column(TEXT, "everyone, group, sex, age, district, or two of them (sex × age)"),
        "category": Column(TEXT, "which of the dimension (female, 25-34, a division code, unknown), or two"),
        "people": Column("Int64", "people counted; null: withheld", nullable=True, low=0),
        "numerator": _NUMBER,
        "denominator": Column("Float64", "null: withheld", nullable=True, low=0),
        "estimate": _NUMBER,
        "low": Column("Float64", "end of the 95 % interval of estimate", nullable=True),
        "high": Column("Float64", "end of the 95 % interval of estimate", nullable=True),
        "others": Column("Float64", "the estimate of everyone else, the reference", nullable=True),
        "difference": Column("Float64", "estimate − others", nullable=True),
        "difference_low": Column("Float64", "end of the 95 % interval of difference", nullable=True),
        "difference_high": Column("Float64", "end of the 95 % interval of difference", nullable=True),
        "p_adjusted": Column("Float64", "of no difference, Benjamini–Hochberg", nullable=True, low=0, high=1),
        "differs": Column("bool", f"p_adjusted < {SIGNIFICANT}"),
        "suppressed": Column("bool", "withheld to protect people"),
    },
)
"""Cells of nobody have no row. Where `suppressed`, every figure is null: what it is would tell of few."""


def fairness_table(
    cells: ProtectedCells,
    measures: dict[FairnessMeasure, tuple[Floats, Floats]],
    *,
    threshold: int = SMALLEST_CELL,
) -> pd.DataFrame:
    """`FAIRNESS` of measures over the people of `cells`.

    Parameters
    ----------
    measures
        Numerator and denominator of each person, float64 (people,) twice, the denominator ≥ 0: whoever has 0 is not
        counted. Of a measure that is a share: 0 or 1.

    Raises
    ------
    DataError
        A share has other values than 0 and 1.
    """
    everyone = cells.sums(np.ones((len(cells.axes[0].cell), 1)))[:, 0].round().astype(np.int64)
    patterns: dict[bytes, npt.NDArray[np.bool_]] = {}
    tables = []
    for measure, (numerator, denominator) in measures.items():
        is_share = DEFINITIONS[measure].is_share
        if is_share and not (np.isin(denominator, (0, 1)).all() and np.isin(numerator[denominator > 0], (0, 1)).all()):
            raise DataError(f"fairness: {measure} is not 0 or 1 for everybody", remedy="count people, not events")
        sums = cells.sums(person_values(numerator, denominator))
        counted = sums[:, N].round().astype(np.int64)
        if (key := counted.tobytes()) not in patterns:
            sensitive = small_in_sequence([everyone, counted], threshold=threshold)
            patterns[key] = withheld(counted, cells.relations, sensitive, shown=cells.shown, threshold=threshold)
        tables.append(_rows(cells, measure, sums, patterns[key]))
    return FAIRNESS.check(pd.concat(tables, ignore_index=True)) if tables else FAIRNESS.empty()


def _rows(cells: ProtectedCells, measure: FairnessMeasure, sums: Floats, hidden: npt.NDArray[np.bool_]) -> pd.DataFrame:
    show = cells.shown & (sums[:, N] > 0)
    found = compare_with_others(sums, sums[0], is_share=DEFINITIONS[measure].is_share)
    p_adjusted = np.full(len(sums), np.nan)
    tested = show & ~hidden & ~np.isnan(found.p_value)
    for family in (cells.one_way, ~cells.one_way):
        which = np.flatnonzero(tested & family)
        if len(which):
            p_adjusted[which] = multipletests(found.p_value[which], method="fdr_bh")[1]
    figures = {
        "numerator": sums[:, A], "denominator": sums[:, B], "estimate": found.estimate, "low": found.low,
        "high": found.high, "others": found.others, "difference": found.difference,
        "difference_low": found.difference_low, "difference_high": found.difference_high, "p_adjusted": p_adjusted,
    }  # fmt: skip
    table = cells.labels.assign(measure=str(measure), people=sums[:, N].round().astype(np.int64), **figures)
    table["differs"] = p_adjusted < SIGNIFICANT
    table["suppressed"] = hidden
    numbers = ["people", *figures]
    table[numbers] = table[numbers].astype("Float64").mask(pd.Series(hidden), pd.NA)
    table[numbers] = table[numbers].mask(table[numbers].isna())
    return table[show].assign(people=lambda t: t["people"].astype("Int64"))
