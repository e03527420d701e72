"""Holds a new ranker against the one in use, by protected group, on referrals that neither has learnt from.

What is put in use has learnt from all referrals and cannot be asked about any: on referrals that it knew, a ranker's
squared error looked 0.015 smaller than on those it did not. So each ranker is saved with a twin of the earlier
referrals only, and the twins are compared on the latest ones.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.bootstrap import Services
from api.jobs.protected_people import known_sexes
from data.columns import Records
from data.errors import ConfigurationError, DataError
from data.market import DAYS_PER_YEAR, Market
from data.reference.districts import load_districts
from data.reference.fairness_limits import load_fairness_limits
from evaluation.fairness.gate import NOTHING_TO_COMPARE, GateVerdict, judge
from evaluation.fairness.held_out import chosen_pairs, latest, side_predictions
from evaluation.fairness.people import people
from evaluation.fairness.ranker_fairness import ranker_changes_by_group
from evaluation.outcomes.cohorts import group_masks
from models.ranker import Ranker, load_ranker, prior_ranker, train_ranker
from models.training_table import TrainingPairs

TWIN = "twin"
"""Folder, within that of a ranker, of its twin."""
LEARNT_BEFORE = "learnt_before"
"""In a twin's manifest: the first day of whose referrals it knows nothing."""


def train_twin(history: Market, pairs: TrainingPairs, similarity: npt.NDArray[np.float32], *, seed: int) -> Ranker:
    """A ranker of all but the latest of `pairs`, with the day from which on it knows nothing in its manifest."""
    late = latest(pairs)
    twin = train_ranker(history, chosen_pairs(pairs, ~late), similarity[~late], seed=seed)
    return replace(twin, manifest={**twin.manifest, LEARNT_BEFORE: str(pairs.referred_on[late].min())[:10]})


def twin_in_use(folder: Path) -> Ranker | None:
    """The twin of the ranker in `folder`; the prior, which learnt nothing, where there is no ranker.

    None where the ranker is of a release that saved no twin, or whose rankers cannot be asked any more.
    """
    if not folder.exists():
        return prior_ranker()
    try:
        return load_ranker(folder / TWIN) if (folder / TWIN).exists() else None
    except (DataError, ConfigurationError):
        return None


def judge_ranker(
    services: Services, records: Records, history: Market, pairs: TrainingPairs, similarity: npt.NDArray[np.float32],
    twin: Ranker, *, today: date, despite: str | None,
) -> GateVerdict:  # fmt: skip
    """Whether the ranker whose twin this is judges no group worse than the one in use.

    Parameters
    ----------
    history, pairs, similarity
        What the twin was trained on (`train_twin`).
    """
    in_use = twin_in_use(services.settings.ranker_path)
    if in_use is None:
        return NOTHING_TO_COMPARE
    late = latest(pairs)
    sides = side_predictions((in_use, twin), history, chosen_pairs(pairs, late), similarity[late])
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
    since = (pd.Timestamp(history.as_of) - day).dt.days.to_numpy() / DAYS_PER_YEAR
    return people(
        history.seekers["seeker_id"],
        group_mask=group_masks(records.seeker_groups, entered),
        age_years=history.seekers["age_years"].to_numpy() - since,
        district_code=codes[history.seekers["district"].to_numpy()],
        sexes=known_sexes(services),
    )
