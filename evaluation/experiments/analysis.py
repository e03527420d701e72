"""The analysis of an experiment as its design says: effects by intention to treat, with what qualifies them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.multitest import multipletests

from data.columns import TEXT, Column, Table
from data.errors import ConflictError
from data.records import SeekerGroup
from evaluation.experiments.balance import balance_table, conduct_table
from evaluation.experiments.contrasts import (
    Contrast,
    MarketCounts,
    Sides,
    contrast_effect,
    contrasts_of,
    market_counts,
    sides_of,
)
from evaluation.experiments.design import ExperimentDesign
from evaluation.experiments.randomisation_test import REDRAWS, randomisation_p_value
from evaluation.groups import EVERYONE, SMALLEST_CELL, members_by_group
from evaluation.refusal import Caution, Refusal

MUCH_LEAKAGE = 0.1
"""Share of referrals across markets above which every result says so, whatever limit the design accepts."""
MOST_ATTRITION_GAP = 0.05
"""Difference between arms in the share who left the register, above which attrition may explain an effect."""

EFFECTS = Table(
    "experiment_effects",
    {
        "contrast": Column(TEXT, "Contrast", codes=frozenset(Contrast)),
        "saturation": Column(TEXT, "share of the markets' people treated, such as 1/2"),
        "group": Column(TEXT, "everyone or SeekerGroup", codes=frozenset([EVERYONE, *SeekerGroup])),
        "is_primary": Column("bool", "the one comparison that the design names primary"),
        "markets": Column("Int32", "on the treated side; null: withheld", nullable=True),
        "control_markets": Column("Int32", "on the other side; null: withheld", nullable=True),
        "people": Column("Int32", "on the treated side; null: withheld", nullable=True),
        "control_people": Column("Int32", "on the other side; null: withheld", nullable=True),
        "rate": Column("Float64", "share placed on the treated side, 0 to 1; null: withheld", nullable=True),
        "control_rate": Column("Float64", "share placed on the other side; null: withheld", nullable=True),
        "effect": Column("Float64", "difference of shares, adjusted for past rates; null: see reason", nullable=True),
        "low": Column("Float64", "end of the 95 % interval", nullable=True),
        "high": Column("Float64", "end of the 95 % interval", nullable=True),
        "standard_error": Column("Float64", "CR2", nullable=True, low=0),
        "freedom": Column("Float64", "degrees of freedom, Satterthwaite", nullable=True, low=0),
        "p_value": Column("Float64", "of t, two-sided", nullable=True, low=0, high=1),
        "p_adjusted": Column("Float64", "Holm over groups; everyone as p_value", nullable=True, low=0, high=1),
        "p_randomisation": Column("Float64", "of the redrawn design; null for 'within'", nullable=True, low=0, high=1),
        "reason_zh": Column(TEXT, "why there is no effect; empty where there is one"),
        "reason_en": Column(TEXT, "the same in English"),
    },
)


@dataclass(frozen=True)
class ExperimentAnalysis:
    """What came of an experiment.

    Attributes
    ----------
    design
        As it was written before the start.
    observed_until
        Last day known.
    is_interim
        Before everybody was followed for the horizon: concludes nothing.
    people, of
        People in the analysis, of how many who entered.
    effects
        `EFFECTS`, the primary one first.
    balance
        `balance.BALANCE`: facts from before, each saturation against the pure control.
    conduct
        `balance.CONDUCT`: compliance and attrition by saturation and arm.
    cautions
        What limits the reading.
    """

    design: ExperimentDesign
    observed_until: date
    is_interim: bool
    people: int
    of: int
    effects: pd.DataFrame
    balance: pd.DataFrame
    conduct: pd.DataFrame
    cautions: tuple[Caution, ...]


def analyse(
    design: ExperimentDesign, people: pd.DataFrame, observed_until: date, *, interim: bool = False,
    redraws: int = REDRAWS,
) -> ExperimentAnalysis | Refusal:  # fmt: skip
    """Analyse `people` (`EXPERIMENT_PEOPLE`) as the design says; equal input gives equal output.

    Raises
    ------
    ConflictError
        The horizon has not passed for everybody, and no interim analysis was asked for.
    """
    is_interim = observed_until < design.known_on
    if is_interim and not interim:
        raise ConflictError(
            f"experiment {design.name}: the last who enter are followed until {design.known_on}, the ledger is known "
            f"until {observed_until}",
            remedy="wait until then, or ask for an interim analysis, which concludes nothing (--interim)",
        )
    observed = people[people["is_observed"]]
    market, treated = observed["market"].to_numpy(), observed["treated"].to_numpy(bool)
    placed, mask = observed["placed"].to_numpy(bool), observed["group_mask"].to_numpy()
    inside = members_by_group(mask)
    counts = {
        group: market_counts(market[who], treated[who], placed[who], len(design.markets))
        for group, who in inside.items()
    }
    effects = _effects(design, counts, redraws)
    primary = effects.iloc[0]
    if primary["reason_en"]:
        return Refusal(zh=str(primary["reason_zh"]), en=str(primary["reason_en"]))
    conduct = conduct_table(design, people)
    return ExperimentAnalysis(
        design=design, observed_until=observed_until, is_interim=is_interim, people=len(observed), of=len(people),
        effects=effects, balance=balance_table(design, people), conduct=conduct,
        cautions=tuple(_cautions(design, conduct, is_interim)),
    )  # fmt: skip


def past_rates(design: ExperimentDesign) -> npt.NDArray[np.float64] | None:
    """Past placement rate of each market, float64 (markets,); the mean where one has no past, None where none has."""
    people = np.array([market.past_people for market in design.markets])
    if not people.any():
        return None
    placed = np.array([market.past_placed for market in design.markets])
    mean = placed.sum() / people.sum()
    return np.asarray(np.where(people > 0, placed / np.maximum(people, 1), mean), dtype=np.float64)


def _effects(design: ExperimentDesign, counts: dict[str, MarketCounts], redraws: int) -> pd.DataFrame:
    past, saturation_of = past_rates(design), design.saturation_of
    rows: list[dict[str, object]] = []
    for number, (contrast, saturation) in enumerate(contrasts_of(design.saturations)):
        first = len(rows)
        for group, counted in counts.items():
            sides = sides_of(contrast, saturation, counted, saturation_of)
            row: dict[str, object] = {
                "contrast": str(contrast), "saturation": str(design.saturations[saturation]), "group": group,
                "is_primary": number == 0 and group == EVERYONE,
            }  # fmt: skip
            rows.append(row)
            if _is_sensitive(contrast, saturation, counted, counts[EVERYONE], saturation_of, design.saturations):
                row |= _NO_FIGURES | {"reason_zh": "人数太少，不公布", "reason_en": "withheld: too few people"}
                continue
            row |= _NO_FIGURES | _counts_of(sides)
            effect = contrast_effect(sides, None if contrast is Contrast.WITHIN else past)
            if isinstance(effect, Refusal):
                row |= {"reason_zh": effect.zh, "reason_en": effect.en}
                continue
            row |= {
                "effect": effect.value, "low": effect.low, "high": effect.high, "p_value": effect.p_value,
                "standard_error": effect.standard_error, "freedom": effect.freedom, "p_adjusted": effect.p_value,
            }  # fmt: skip
            if contrast is not Contrast.WITHIN:
                row["p_randomisation"] = randomisation_p_value(
                    contrast, saturation, counted, saturation_of, stratum=design.stratum,
                    saturations=design.saturations, past_rate=past, seed=design.seed + 1 + number, redraws=redraws,
                )  # fmt: skip
        _adjust([row for row in rows[first:] if row["group"] != EVERYONE and row["effect"] is not None])
    return EFFECTS.check(pd.DataFrame(rows))


_NO_FIGURES: dict[str, object] = dict.fromkeys(
    (
        "markets", "control_markets", "people", "control_people", "rate", "control_rate", "effect", "low", "high",
        "standard_error", "freedom", "p_value", "p_adjusted", "p_randomisation",
    )
) | {"reason_zh": "", "reason_en": ""}  # fmt: skip


def _counts_of(sides: Sides) -> dict[str, object]:
    (markets, people, placed), (control_markets, control_people, control_placed) = sides.of(True), sides.of(False)
    return {
        "markets": markets, "control_markets": control_markets, "people": people, "control_people": control_people,
        "rate": placed / people if people else None,
        "control_rate": control_placed / control_people if control_people else None,
    }  # fmt: skip


def _is_sensitive(
    contrast: Contrast, saturation: int, group: MarketCounts, everyone: MarketCounts,
    saturation_of: npt.NDArray[np.int64], saturations: tuple[Fraction, ...],
) -> bool:  # fmt: skip
    """Whether figures would tell of few people, of the group or of those outside it, directly or by subtraction.

    Where one arm of a market's people is small, neither arm is shown: the other follows from it and the total.
    """
    kinds = [Contrast.TOTAL]
    if contrast is not Contrast.TOTAL and saturations[saturation] < 1:
        kinds += [Contrast.ON_TREATED, Contrast.ON_UNTREATED]
    for kind in kinds:
        mine, all_ = (sides_of(kind, saturation, counts, saturation_of) for counts in (group, everyone))
        for side in (True, False):
            inside, whole = mine.of(side)[1], all_.of(side)[1]
            if inside < SMALLEST_CELL or 0 < whole - inside < SMALLEST_CELL:
                return True
    return False


def _adjust(rows: list[dict[str, object]]) -> None:
    """Holm's step-down p values over the groups of one contrast (Holm 1979)."""
    if rows:
        adjusted = multipletests([row["p_value"] for row in rows], method="holm")[1]
        for row, value in zip(rows, adjusted, strict=True):
            row["p_adjusted"] = float(value)


def _cautions(design: ExperimentDesign, conduct: pd.DataFrame, is_interim: bool) -> list[Caution]:
    found = []
    if is_interim:
        found.append(
            Caution(
                zh=f"中期分析：{design.known_on} 前不作结论。",
                en=f"An interim analysis: nothing is concluded before {design.known_on}.",
            )
        )
    if design.leakage > MUCH_LEAKAGE:
        found.append(
            Caution(
                zh=f"{design.leakage:.0%} 的推荐跨市场：处理市场的人占去对照市场的岗位，效应估计会偏大。",
                en=f"{design.leakage:.0%} of referrals cross markets: people of treated markets take posts in control "
                "markets, and effects look too large.",
            )
        )
    left = conduct["left_share"].dropna()
    if len(left) > 1 and left.max() - left.min() > MOST_ATTRITION_GAP:
        found.append(
            Caution(
                zh=f"各臂退出登记的比例相差 {left.max() - left.min():.1%}：退出者按未就业计，可能影响结果。",
                en=f"The shares who left the register differ by {left.max() - left.min():.1%} between arms: they count "
                "as not placed, which may explain an effect.",
            )
        )
    return found
