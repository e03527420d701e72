"""For whom training works: the effect by group, from one set of doubly robust scores."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from data.errors import DataError
from evaluation.refusal import Refusal
from evaluation.training_effect.doubly_robust import Scores
from evaluation.training_effect.effect import Effect


def group_effects(
    scores: Scores, groups: Mapping[str, npt.NDArray[np.bool_]]
) -> dict[str, Effect | Refusal]:  # fmt: skip
    """The effect within each group, which may overlap (Semenova & Chernozhukov 2021, Econometrics Journal 24).

    Differences between groups need an interval of their own: two intervals that overlap may still differ.

    Parameters
    ----------
    groups
        Name → bool of shape (people,).

    Returns
    -------
    By name, in the order given; refused for a group with too few people on a side.
    """
    for name, members in groups.items():
        if members.shape != scores.numerator.shape:
            raise DataError(f"group {name} has {len(members)} rows", remedy=f"give {len(scores.numerator)}")
    return {name: scores.effect(members) for name, members in groups.items()}
