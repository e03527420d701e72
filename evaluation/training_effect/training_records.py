"""The records that an effect is estimated from: outcome, training, and what was known before it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.errors import DataError
from evaluation.refusal import Refusal

Floats = npt.NDArray[np.float64]
LEAST_A_SIDE = 20
"""Fewest trained, and fewest untrained, for any estimate."""
AN_ADJUSTED_COVARIATE = 3
"""Besides, fewest of each side per covariate where covariates are adjusted for."""


@dataclass(frozen=True)
class TrainingRecords:
    """People, some of whom took a course.

    Attributes
    ----------
    outcome
        float64 of shape (people,): what is asked about, measured after the course (1 if employed after 180 days, or
        a wage in CNY/month); nobody's is missing.
    trained
        bool of shape (people,).
    covariates
        float64 of shape (people, covariates): known *before* the course. Earlier outcomes matter most.
    names
        One a covariate.

    Raises
    ------
    DataError
        Shapes differ, a value is missing or infinite.
    """

    outcome: Floats
    trained: npt.NDArray[np.bool_]
    covariates: Floats
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        n = len(self.outcome)
        if self.trained.shape != (n,) or self.covariates.shape != (n, len(self.names)):
            raise DataError(
                f"{n} outcomes, {len(self.trained)} of trained, covariates of shape {self.covariates.shape} with "
                f"{len(self.names)} names",
                remedy="give one row a person and one name a covariate",
            )
        if not (np.isfinite(self.outcome).all() and np.isfinite(self.covariates).all()):
            raise DataError(
                "an outcome or covariate is missing or infinite",
                remedy="leave out people whose outcome is not known yet, and say how many",
            )

    def __len__(self) -> int:
        return len(self.outcome)

    def subset(self, keep: npt.NDArray[np.bool_]) -> TrainingRecords:
        """The people of `keep`, bool of shape (people,)."""
        return replace(self, outcome=self.outcome[keep], trained=self.trained[keep], covariates=self.covariates[keep])

    def varying(self) -> TrainingRecords:
        """Without covariates that are the same for all."""
        moves = np.ptp(self.covariates, axis=0) > 0 if len(self) else np.zeros(len(self.names), dtype=bool)
        names = tuple(name for name, keep in zip(self.names, moves, strict=True) if keep)
        return replace(self, covariates=self.covariates[:, moves], names=names)


def too_few(records: TrainingRecords, *, adjusted: bool = True) -> Refusal | None:
    """Why there are too few people for an estimate; None where there are enough."""
    least = max(LEAST_A_SIDE, AN_ADJUSTED_COVARIATE * len(records.names) if adjusted else 0)
    trained, untrained = int(records.trained.sum()), int((~records.trained).sum())
    if min(trained, untrained) >= least:
        return None
    return Refusal(
        f"人数过少：参训 {trained} 人，未参训 {untrained} 人，各需至少 {least} 人",
        f"too few: {trained} trained and {untrained} untrained, at least {least} of each needed",
    )
