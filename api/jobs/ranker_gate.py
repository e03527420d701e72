"""Holds a new ranker against the one in use, by protected group, on the latest referrals.

The new one is judged by a ranker of the earlier referrals, for the one to be used learns from all. The one in use may
have learnt from the referrals it is asked about; that speaks for it, so a ranker that is kept aside by little may be
the better one: the decision is a person's.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.bootstrap import Services
from api.jobs.protected_people import known_sexes
from data.columns import Records
from data.errors import ConfigurationError, DataError
from data.market import Market
from data.reference.districts import load_districts
from data.reference.fairness_limits import load_fairness_limits
from evaluation.fairness.gate import NOTHING_TO_COMPARE, GateVerdict, judge
from evaluation.fairness.held_out import chosen_pairs, latest, side_predictions
from evaluation.fairness.people import people
from evaluation.fairness.ranker_fairness import ranker_changes_by_group
from evaluation.outcomes.cohorts import group_masks
from models.ranker import Ranker, load_ranker, prior_ranker, train_ranker
from models.training_table import TrainingPairs


def ranker_in_use(folder: Path) -> Ranker | None:
    """The ranker in `folder`, the prior where there is none; None where it is of a release that cannot be asked."""
    try:
        return load_ranker(folder) if folder.exists() else prior_ranker()
    except (DataError, ConfigurationError):
        return None


def judge_ranker(
    services: Services, records: Records, history: Market, pairs: TrainingPairs, similarity: npt.NDArray[np.float32], *,
    seed: int, today: date, despite: str | None,
) -> GateVerdict:  # fmt: skip
    """Whether rankers learnt from these referrals judge no group worse than the one in use.

    Parameters
    ----------
    history, pairs, similarity
        What the ranker is trained on (`train_ranker`).
    """
    in_use = ranker_in_use(services.settings.ranker_path)
    if in_use is None or not len(pairs):
        return NOTHING_TO_COMPARE
    late = latest(pairs)
    new = train_ranker(history, chosen_pairs(pairs, ~late), similarity[~late], seed=seed)
    sides = side_predictions((in_use, new), history, chosen_pairs(pairs, late), similarity[late])
    compared_with = "在用模型 / the ranker in use" if in_use.calibrated else "先验评分 / the documented prior"
    return judge(
        ranker_changes_by_group(people_at_referral(services, records, history, pairs), sides), load_fairness_limits(),
        today, compared_with=compared_with, despite=despite,
    )  # fmt: skip


def people_at_referral(services: Services, records: Records, history: Market, pairs: TrainingPairs) -> pd.DataFrame:
    """`PEOPLE`, row for row with `history.seekers`, each on the day of his last referral of `pairs`."""
    last = pd.Series(pairs.referred_on).groupby(pairs.seeker).max().reindex(range(len(history.seekers)))
    day = last.fillna(pd.Timestamp(history.as_of)).astype("datetime64[s]")
    entered = pd.DataFrame({"seeker_id": history.seekers["seeker_id"], "entry_on": day.to_numpy()})
    codes = np.array([*load_districts()["code"], None], dtype=object)
    age = history.seekers["age_years"].to_numpy() - (pd.Timestamp(history.as_of) - day).dt.days.to_numpy() / 365.2425
    return people(
        history.seekers["seeker_id"],
        group_mask=group_masks(records.seeker_groups, entered),
        age_years=age,
        district_code=codes[history.seekers["district"].to_numpy()],
        sexes=known_sexes(services),
    )
