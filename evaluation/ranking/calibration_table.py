"""How honest the probabilities are, by side and by group: one row each, with a reason where there is no figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd
from statsmodels.stats.multitest import multipletests

from data.columns import TEXT, Column, Table
from data.records import SeekerGroup
from evaluation.groups import EVERYONE
from evaluation.ranking.calibration_test import BINS_TESTED, CalibrationTest, calibration_test
from evaluation.ranking.forecasts import Forecasts
from evaluation.ranking.recalibration import Estimate, recalibration
from evaluation.ranking.reliability import (
    RELIABILITY,
    BrierScore,
    CalibrationError,
    brier_score,
    calibration_error,
    reliability_table,
)
from evaluation.refusal import Caution, Refusal

FEWEST_OF_EACH = 20
"""Cases that happened, and that did not: ten a coefficient of the recalibration (Peduzzi et al. 1996, J. Clin.
Epidemiology 49). Below that nothing is said."""
ENOUGH_OF_EACH = 100
"""What a validation should have (Collins, Ogundimu & Altman 2016, Statistics in Medicine 35); below it, a caution."""
LEVEL = 0.05
TOLERABLE, TOLERABLE_SHARE = 0.02, 0.1
"""Calibration error that misleads nobody: two in a hundred, and a tenth of the rarer outcome's rate. With many cases
tests find less than that."""


class Side(StrEnum):
    """Which probability of a referral."""

    ACCEPT = "accept"  # the seeker accepts
    HIRE = "hire"  # the employer hires, of those accepted
    PLACEMENT = "placement"  # both: the score


class Verdict(StrEnum):
    """What the tests say. That nothing was found is no proof that nothing is there: see the detectable gaps."""

    REFUSED = "refused"
    MISCALIBRATED = "miscalibrated"
    SLIGHTLY_MISCALIBRATED = "slightly_miscalibrated"  # rejected, and the error is surely tolerable
    NOTHING_FOUND = "nothing_found"


@dataclass(frozen=True)
class Calibration:
    """Everything that is said of one set of forecasts."""

    cases: int
    events: int
    mean_prediction: float
    observed: float
    error: CalibrationError
    brier: BrierScore
    slope: Estimate
    intercept: Estimate
    test: CalibrationTest
    caution: Caution | None


def calibration(forecasts: Forecasts, *, seed: int) -> Calibration | Refusal:
    """Error, Brier score, recalibration and test; refused below `FEWEST_OF_EACH` of either outcome."""
    fewer = min(forecasts.events, len(forecasts) - forecasts.events)
    if fewer < FEWEST_OF_EACH:
        return Refusal(
            f"两种结果中较少的一种只有 {fewer} 例（至少 {FEWEST_OF_EACH} 例），无法判断概率是否可信",
            f"only {fewer} cases of the rarer outcome (at least {FEWEST_OF_EACH}): nothing can be said of calibration",
        )
    slope, intercept = recalibration(forecasts)
    test = calibration_test(forecasts)
    return Calibration(
        len(forecasts), forecasts.events, float(forecasts.prediction.mean()), float(forecasts.happened.mean()),
        calibration_error(forecasts, seed=seed), brier_score(forecasts), slope, intercept, test,
        None if fewer >= ENOUGH_OF_EACH else Caution(
            f"较少的结果只有 {fewer} 例：总体偏差小于 {test.detectable_gap:.1%}、单段（共 {BINS_TESTED} 段）偏差小于 "
            f"{test.detectable_gap_bin:.1%} 的，五次里会漏掉一次以上",
            f"only {fewer} cases of the rarer outcome: an overall gap below {test.detectable_gap:.1%}, or one below "
            f"{test.detectable_gap_bin:.1%} in one of {BINS_TESTED} bins, is missed more often than once in five",
        ),
    )  # fmt: skip


_GROUP = Column(TEXT, "everyone or SeekerGroup", codes=frozenset([EVERYONE, *SeekerGroup]))
_SIDE = Column(TEXT, "Side", codes=frozenset(Side))


def _number(meaning: str) -> Column:
    return Column("Float64", f"{meaning}; null: refused", nullable=True)


RELIABILITY_BY_GROUP = Table("reliability_by_group", {"side": _SIDE, "group": _GROUP, **RELIABILITY.columns})
CALIBRATION = Table(
    "calibration",
    {
        "side": _SIDE,
        "group": _GROUP,
        "cases": Column("Int64", "referrals with a known answer", low=0),
        "events": Column("Int64", "of these, accepted or hired; null: refused", nullable=True, low=0),
        "mean_prediction": _number("mean probability that was said"),
        "observed": _number("events ÷ cases"),
        "ece": _number("expected calibration error"),
        "ece_low": _number("end of its 95 % interval"),
        "ece_high": _number("end of its 95 % interval"),
        "ece_by_chance": _number("what an exactly honest forecast would show"),
        "brier": _number("Brier score = reliability − resolution + uncertainty + within bins"),
        "brier_reliability": _number("its part of dishonesty"),
        "brier_resolution": _number("its part of telling cases apart"),
        "brier_uncertainty": _number("score of who always says the overall rate"),
        "brier_within_bins": _number("what the bins hide"),
        "slope": _number("calibration slope; 1 is right, below it too far from the middle"),
        "slope_low": _number("end of its 95 % interval"),
        "slope_high": _number("end of its 95 % interval"),
        "intercept": _number("log-odds by which too little was said, slope 1; 0 is right"),
        "intercept_low": _number("end of its 95 % interval"),
        "intercept_high": _number("end of its 95 % interval"),
        "p_recalibration": _number("p-value of intercept 0 and slope 1"),
        "p_bins": _number("p-value of every bin's mean residual being 0"),
        "p_holm": _number("of both tests together, corrected for all rows of this table (Holm 1979)"),
        "verdict": Column(TEXT, "Verdict, by p_holm at 0.05", codes=frozenset(Verdict)),
        "detectable_gap": _number("smallest overall gap found four times in five"),
        "detectable_gap_bin": _number("the same in one bin of five"),
        "zh": Column(TEXT, "why refused, or what to know; may be empty"),
        "en": Column(TEXT, "the same in English"),
    },
)


def calibration_table(
    forecasts: Mapping[tuple[Side, str], Forecasts], *, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`CALIBRATION` and, of what is not refused, `RELIABILITY_BY_GROUP`; `forecasts` by side and group."""
    found = {key: calibration(one, seed=seed) for key, one in forecasts.items()}
    told = [key for key, one in found.items() if isinstance(one, Calibration)]
    together = [_together(one.test) for key in told if isinstance(one := found[key], Calibration)]
    corrected = dict(zip(told, multipletests(together, method="holm")[1], strict=True)) if told else {}
    rows = [
        {"side": side, "group": group}
        | (
            {"cases": len(forecasts[side, group]), "verdict": Verdict.REFUSED, "zh": one.zh, "en": one.en}
            if isinstance(one, Refusal)
            else _figures(one, float(corrected[side, group]))
        )
        for (side, group), one in found.items()
    ]
    curves = [reliability_table(forecasts[side, group]).assign(side=str(side), group=group) for side, group in told]
    table = pd.DataFrame(rows).reindex(columns=list(CALIBRATION.columns))
    return (
        CALIBRATION.check(table),
        RELIABILITY_BY_GROUP.check(pd.concat(curves)) if curves else RELIABILITY_BY_GROUP.empty(),
    )


def _together(test: CalibrationTest) -> float:
    return min(1.0, 2 * min(test.p_recalibration, test.p_bins))


def _verdict(one: Calibration, p_holm: float) -> Verdict:
    if p_holm >= LEVEL:
        return Verdict.NOTHING_FOUND
    tolerable = min(TOLERABLE, TOLERABLE_SHARE * min(one.observed, 1 - one.observed))
    return Verdict.SLIGHTLY_MISCALIBRATED if one.error.high < tolerable else Verdict.MISCALIBRATED


def _figures(one: Calibration, p_holm: float) -> dict[str, object]:
    return {
        "cases": one.cases, "events": one.events, "mean_prediction": one.mean_prediction, "observed": one.observed,
        "ece": one.error.value, "ece_low": one.error.low, "ece_high": one.error.high,
        "ece_by_chance": one.error.by_chance,
        "brier": one.brier.score, "brier_reliability": one.brier.reliability, "brier_resolution": one.brier.resolution,
        "brier_uncertainty": one.brier.uncertainty, "brier_within_bins": one.brier.within_bins,
        "slope": one.slope.value, "slope_low": one.slope.low, "slope_high": one.slope.high,
        "intercept": one.intercept.value, "intercept_low": one.intercept.low, "intercept_high": one.intercept.high,
        "p_recalibration": one.test.p_recalibration, "p_bins": one.test.p_bins, "p_holm": p_holm,
        "verdict": _verdict(one, p_holm),
        "detectable_gap": one.test.detectable_gap, "detectable_gap_bin": one.test.detectable_gap_bin,
        "zh": one.caution.zh if one.caution else "", "en": one.caution.en if one.caution else "",
    }  # fmt: skip
