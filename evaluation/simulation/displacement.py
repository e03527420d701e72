"""How much of what the reached gain is taken from others: displacement, found by mixing two policies in one market.

Crépon, Duflo, Gurgand, Rathelot & Zamora (2013, "Do labor market policies have displacement effects? Evidence from a
clustered randomized experiment", QJE 128(2)) vary the share of people treated between markets. A simulated city can
be run with everyone treated, nobody, and one half by lot:

- *direct gain*: treated minus untreated within the mixed market, what an experiment among individuals reports;
- *whole gain*: everyone treated minus nobody treated, what the city gets;
- *effect on the untreated*: the untreated half of the mixed market minus the same people where nobody is treated;
- *displacement share*: 1 − whole ÷ direct. 0: nothing is taken from others; 1: all of it is; above 1: the city loses.

The outcome is placement at least once in the year. The two halves of the mixed market are each compared with the same
people where nobody is treated, which takes the chance difference between the halves out of the direct gain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from evaluation.groups import EVERYONE
from evaluation.refusal import Refusal
from evaluation.simulation.policies import REFERENCE
from evaluation.simulation.seed_means import MeanInterval, mean_over_seeds, ratio_over_seeds
from evaluation.simulation.year_measures import ONE_HALF, OTHER_HALF

OUTCOME = "placed_share"
Floats = npt.NDArray[np.float64]

_EFFECT = Column("Float64", "share of people placed at least once; ends null with one seed", nullable=True)
_SHARE = Column("Float64", "1 − whole ÷ direct; null where refused", nullable=True)
_WHY = Column(TEXT, "why there is no displacement share; null where there is", nullable=True)
DISPLACEMENT = Table(
    "displacement",
    {
        "compared": Column(TEXT, "policy of those whom the reference does not reach"),
        "seeds": Column("int64", "that the means are over", low=1),
        **{f"{what}{end}": _EFFECT for what in ("direct", "whole", "untreated") for end in ("", "_low", "_high")},
        "share": _SHARE, "share_low": _SHARE, "share_high": _SHARE,
        "refusal_zh": _WHY, "refusal_en": _WHY,
    },
)  # fmt: skip


@dataclass(frozen=True)
class Displacement:
    """Gains of the reference over a compared policy, in shares of people placed, and what of them is displacement."""

    compared: str
    seeds: int
    direct: MeanInterval
    whole: MeanInterval
    untreated: MeanInterval
    share: MeanInterval | Refusal


def displacement(values: pd.DataFrame) -> list[Displacement]:
    """One for each policy that `UNIT_VALUES` have alone, mixed with the reference, and beside the reference alone."""
    chosen = values[values["measure"] == OUTCOME].assign(against=values["against"].fillna(""))
    table = chosen.set_index(["policy", "against", "group", "seed"])["value"].astype("float64").sort_index()
    others = dict.fromkeys(chosen.loc[chosen["against"] != "", "against"])
    return [_of_policy(table, other) for other in others]


def displacement_table(found: list[Displacement]) -> pd.DataFrame:
    """`DISPLACEMENT`: a row a compared policy."""
    rows = []
    for one in found:
        row: dict[str, object] = {"compared": one.compared, "seeds": one.seeds}
        for what, figure in (("direct", one.direct), ("whole", one.whole), ("untreated", one.untreated)):
            row |= {what: figure.value, f"{what}_low": figure.low, f"{what}_high": figure.high}
        if isinstance(one.share, Refusal):
            row |= {"refusal_zh": one.share.zh, "refusal_en": one.share.en}
        else:
            row |= {"share": one.share.value, "share_low": one.share.low, "share_high": one.share.high}
        rows.append(row)
    return DISPLACEMENT.check(pd.DataFrame(rows, columns=list(DISPLACEMENT.columns)))


def _of_policy(table: pd.Series[float], other: str) -> Displacement:
    def of(policy: str, against: str, group: str) -> pd.Series[float]:
        return cast("pd.Series[float]", table.loc[(policy, against, group)])

    treated = of(REFERENCE.name, other, ONE_HALF) - of(other, "", ONE_HALF)
    untreated = of(REFERENCE.name, other, OTHER_HALF) - of(other, "", OTHER_HALF)
    whole = of(REFERENCE.name, "", EVERYONE) - of(other, "", EVERYONE)
    paired = pd.DataFrame({"direct": treated - untreated, "whole": whole, "untreated": untreated}).dropna()
    direct_by_seed, whole_by_seed = (paired[name].to_numpy(np.float64) for name in ("direct", "whole"))
    return Displacement(
        other,
        len(paired),
        mean_over_seeds(direct_by_seed),
        mean_over_seeds(whole_by_seed),
        mean_over_seeds(paired["untreated"].to_numpy(np.float64)),
        _share(whole_by_seed, direct_by_seed),
    )


def _share(whole: Floats, direct: Floats) -> MeanInterval | Refusal:
    ratio = ratio_over_seeds(whole, direct)
    if ratio is None:
        return Refusal(
            "被推荐者的直接收益与零无法区分（或种子不足两个），挤出比例没有意义",
            "the direct gain cannot be told from 0 (or there are fewer than two seeds): a share of it has no meaning",
        )
    return MeanInterval(1 - ratio.value, 1 - ratio.high, 1 - ratio.low)
