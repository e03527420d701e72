"""Placebo test: training cannot change what was before it. An estimator that finds a change there is wrong.

Imbens & Wooldridge (2009, JEL 47, section 5.11): estimate the effect on an earlier outcome, with the other covariates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from evaluation.refusal import Refusal
from evaluation.training_effect.effect import Effect
from evaluation.training_effect.training_records import TrainingRecords


class PlaceboVerdict(StrEnum):
    """What the test says. An interval that is too wide to tell is no pass."""

    FAILS = "fails"
    PASSES = "passes"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class PlaceboTest:
    """Estimated effect on an outcome from before the training, and what follows; Chinese and English."""

    effect: Effect
    margin: float
    verdict: PlaceboVerdict
    zh: str
    en: str


def placebo_test(
    before: TrainingRecords, estimate: Callable[[TrainingRecords], Effect | Refusal], *, margin: float
) -> PlaceboTest | Refusal:
    """Fails if the interval excludes 0, passes if it lies within ± margin, and is undecided otherwise.

    Parameters
    ----------
    before
        Records whose outcome was measured before the training, and is not among their covariates.
    estimate
        The estimator that is put to the test.
    margin
        Largest bias that would not matter, in the outcome's unit, > 0.
    """
    effect = estimate(before)
    if isinstance(effect, Refusal):
        return effect
    span = f"{effect.value:,.4g}（{effect.low:,.4g} 至 {effect.high:,.4g}）"
    span_en = f"{effect.value:,.4g} ({effect.low:,.4g} to {effect.high:,.4g})"
    if effect.low > 0 or effect.high < 0:
        verdict = PlaceboVerdict.FAILS
        zh = f"未通过：参训前就有“效果”{span}，两组本不可比，不应采信该估计"
        en = f"fails: an “effect” of {span_en} before the training; the groups differ, do not believe this estimate"
    elif -margin <= effect.low and effect.high <= margin:
        verdict = PlaceboVerdict.PASSES
        zh, en = f"通过：参训前的“效果”为 {span}，在 ±{margin:,.4g} 以内", f"passes: {span_en}, within ±{margin:,.4g}"
    else:
        verdict = PlaceboVerdict.UNDECIDED
        zh = f"无法判定：参训前的“效果”为 {span}，区间超出 ±{margin:,.4g}"
        en = f"undecided: {span_en} reaches beyond ±{margin:,.4g}"
    return PlaceboTest(effect, margin, verdict, zh, en)
