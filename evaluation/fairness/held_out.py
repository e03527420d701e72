"""Predictions on referrals that the ranker asked has not learnt from: the latest ones."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from data.market import Market
from models.pair_features import pair_features
from models.ranker import Ranker, RankerSettings
from models.training_table import TrainingPairs

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SidePredictions:
    """Predictions of one side for referrals whose outcome is known, one entry a referral.

    `seeker`: int64, row of the market; `probability`: float64, 0 to 1, one array a ranker; `happened`: bool.
    """

    seeker: npt.NDArray[np.int64]
    probability: tuple[Floats, ...]
    happened: Bools


def latest(pairs: TrainingPairs, *, share: float = RankerSettings.test_share) -> Bools:
    """Which pairs are held out, bool (pairs,): the last `share`, and whatever was referred on the day they begin."""
    days = pairs.referred_on
    return np.asarray(days >= days[min(int(len(days) * (1 - share)), len(days) - 1)])


def chosen_pairs(pairs: TrainingPairs, which: Bools) -> TrainingPairs:
    """The pairs where `which` is true."""
    return TrainingPairs(**{field.name: getattr(pairs, field.name)[which] for field in fields(pairs)})


def side_predictions(
    rankers: tuple[Ranker, ...], market: Market, pairs: TrainingPairs, similarity: npt.NDArray[np.float32]
) -> dict[str, SidePredictions]:
    """What each ranker says of `pairs`, by side ("accept", "hire"); the features are those of the day of referral."""
    days_ago = (np.datetime64(market.as_of) - pairs.referred_on).astype("timedelta64[D]").astype(np.int64)
    features = pair_features(market, pairs.seeker, pairs.vacancy, similarity, days_ago=days_ago)
    asked = [ranker.predict(features) for ranker in rankers]
    everyone = np.ones(len(pairs), dtype=bool)
    return {
        side: SidePredictions(
            pairs.seeker[known].astype(np.int64), tuple(found[place][known] for found in asked), happened[known]
        )
        for place, (side, known, happened) in enumerate(
            (("accept", everyone, pairs.accepted), ("hire", pairs.hire_known, pairs.hired))
        )
    }
