"""The gate: what worsens a protected group beyond a limit, and distinguishably from chance, is not published.

Both conditions must hold. The limit says what matters; the test says what is known: a large fall in a group of a
hundred can be chance, and a small one in a group of a hundred thousand is certain and need not matter. Tests are
one-sided and adjusted by Holm (1979) over all groups and measures judged together, so the chance that a change which
harms nobody is stopped is at most `LEVEL`. Where the comparison is with everyone else, the group must also have lost
in itself: that others gained more harms nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from data.columns import TEXT, Column, Table
from data.reference.fairness_limits import FairnessLimit
from evaluation.fairness.people import UNKNOWN

LEVEL = 0.05

GATE_CHANGES = Table(
    "gate_changes",
    {
        "measure": Column(TEXT, "of fairness_limits.csv"),
        "dimension": Column(TEXT, "group, sex, age, district"),
        "category": Column(TEXT, "which of the dimension"),
        "people": Column("int64", "people of the group in the smaller of the two comparisons", low=0),
        "before": Column("float64", "the group under what is in use, in units of the measure"),
        "after": Column("float64", "the group under what is new"),
        "own_worsening": Column("float64", "by how much it is worse than before; below 0: better"),
        "worsening": Column("float64", "as own_worsening, beyond that of everyone else where that is the comparison"),
        "standard_error": Column("float64", "of worsening", low=0),
    },
)
"""One row a measure and group, the direction of the measure taken into account: more worsening is worse."""


@dataclass(frozen=True)
class GateFinding:
    """One group judged by one measure: fields of `GATE_CHANGES`, limit and `Comparison`, whether it is broken."""

    measure: str
    dimension: str
    category: str
    people: int
    before: float
    after: float
    worsening: float
    limit: float
    compared_with: str
    p_adjusted: float
    broken: bool


@dataclass(frozen=True)
class GateVerdict:
    """What the gate says.

    Attributes
    ----------
    compared_with
        The run or model in use; None: there was nothing to compare with.
    findings
        Every group judged, broken limits first, then by how close to the limit.
    not_judged
        Groups too small to be judged, as dimension and category.
    despite
        Why it was published in spite of a broken limit; None: it was not, or none was broken.
    """

    compared_with: str | None
    findings: tuple[GateFinding, ...]
    not_judged: tuple[tuple[str, str], ...]
    despite: str | None = None

    @property
    def broken(self) -> tuple[GateFinding, ...]:
        """Limits that are broken."""
        return tuple(finding for finding in self.findings if finding.broken)

    @property
    def opens(self) -> bool:
        """Whether it may be published."""
        return not self.broken or self.despite is not None


NOTHING_TO_COMPARE = GateVerdict(None, (), ())


def judge(
    changes: pd.DataFrame, limits: Sequence[FairnessLimit], day: date, *, compared_with: str, despite: str | None = None
) -> GateVerdict:
    """Hold `changes` (`GATE_CHANGES`) against the limits in force on `day`.

    Parameters
    ----------
    despite
        Why somebody who may decide it wants it published whatever the gate says.

    Raises
    ------
    DataError
        `changes` is not laid out so.
    """
    changes = GATE_CHANGES.check(changes)
    in_force = {limit.measure: limit for limit in limits if limit.in_force(day)}
    covered = [
        measure in in_force and dimension in in_force[measure].holds_for and category != UNKNOWN
        for measure, dimension, category in zip(
            changes["measure"], changes["dimension"], changes["category"], strict=True
        )
    ]
    changes = changes[np.array(covered, dtype=bool)]
    large = changes["people"].to_numpy() >= changes["measure"].map(lambda m: in_force[m].smallest_group).to_numpy()
    left_out = changes[~large][["dimension", "category"]].drop_duplicates()
    judged = changes[large]
    worsening, error = judged["worsening"].to_numpy(), judged["standard_error"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = np.where(error > 0, norm.sf(worsening / error), np.where(worsening > 0, 0.0, 1.0))
    adjusted = multipletests(p_value, method="holm")[1] if len(p_value) else p_value
    limit = judged["measure"].map(lambda m: in_force[m].largest_worsening).to_numpy(np.float64)
    comparison = [str(in_force[measure].compared_with) for measure in judged["measure"]]
    broken = (worsening > limit) & (adjusted < LEVEL) & (judged["own_worsening"].to_numpy() > 0)
    columns = judged.drop(columns=["own_worsening", "standard_error"])
    rows = columns.assign(limit=limit, compared_with=comparison, p_adjusted=adjusted, broken=broken).to_dict("records")
    findings = [GateFinding(**{str(name): value for name, value in row.items()}) for row in rows]
    findings.sort(key=lambda found: (not found.broken, -found.worsening / found.limit))
    any_broken = any(found.broken for found in findings)
    return GateVerdict(
        compared_with=compared_with,
        findings=tuple(findings),
        not_judged=tuple((str(d), str(c)) for d, c in left_out.itertuples(index=False)),
        despite=despite if any_broken else None,
    )
