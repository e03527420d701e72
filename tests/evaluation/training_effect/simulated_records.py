"""Records of training of which the truth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from evaluation.training_effect.effect import Estimand
from evaluation.training_effect.training_records import TrainingRecords


@dataclass(frozen=True)
class World:
    """How training and outcomes come about.

    `selection`: how strongly covariates decide who is trained (0: by lot). `modifies`: how much the effect of 1 grows
    with the first covariate. `bent_outcome`, `bent_training`: their dependence on it is no straight line. `hidden`:
    strength of a confounder that is not recorded.
    """

    selection: float = 0.6
    modifies: float = 0.0
    bent_outcome: float = 0.0
    bent_training: float = 0.0
    hidden: float = 0.0

    def draw(self, seed: int, n: int = 800) -> TrainingRecords:
        return self._records(seed, n)[0]

    def truth(self, estimand: Estimand) -> float:
        """Mean effect, over a million people."""
        records, effect = self._records(10_000, 1_000_000)
        return float(effect.mean() if estimand is Estimand.ATE else effect[records.trained].mean())

    def _records(self, seed: int, n: int) -> tuple[TrainingRecords, np.ndarray]:
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(n, 3))
        u = rng.normal(size=n)
        bend = x[:, 0] ** 2 - 1
        log_odds = -0.4 + self.selection * (x[:, 0] - 0.5 * x[:, 1]) + self.bent_training * bend + self.hidden * u
        trained = rng.random(n) < expit(log_odds)
        effect = 1 + self.modifies * x[:, 0]
        untreated = 2 * x[:, 0] + x[:, 2] + self.bent_outcome * bend + self.hidden * u + rng.normal(size=n)
        return TrainingRecords(untreated + effect * trained, trained, x, ("before", "age", "education")), effect
