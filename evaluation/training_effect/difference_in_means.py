"""Difference of means: the effect if training was given by lot, and otherwise the effect plus who took it."""

from __future__ import annotations

import numpy as np

from evaluation.refusal import Refusal
from evaluation.training_effect.effect import Effect, Estimand
from evaluation.training_effect.overlap import raw_imbalance
from evaluation.training_effect.training_records import TrainingRecords, too_few


def difference_in_means(records: TrainingRecords) -> Effect | Refusal:
    """ȳ₁ − ȳ₀ with the standard error √(s₁²/n₁ + s₀²/n₀) of Neyman (1923): conservative in an experiment."""
    refusal = too_few(records, adjusted=False)
    if refusal is not None:
        return refusal
    trained, untrained = records.outcome[records.trained], records.outcome[~records.trained]
    variance = trained.var(ddof=1) / len(trained) + untrained.var(ddof=1) / len(untrained)
    return Effect(
        "difference in means", Estimand.ATT, float(trained.mean() - untrained.mean()), float(np.sqrt(variance)),
        "Neyman", len(trained), len(untrained), cautions=raw_imbalance(records),
    )  # fmt: skip
