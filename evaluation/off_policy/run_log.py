"""What a night leaves to judge other policies by: its candidates, how likely each was to be referred, and which were.

Joined with what the ledger says became of the referrals, and pooled over nights, it is the log that the estimators
read. A seeker's nights are one unit: his referrals of different nights share his luck, and intervals count him once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Column, Records, Table
from data.errors import DataError
from data.records import EvidenceTier
from evaluation.off_policy.logged_pairs import Floats, LoggedPairs
from evaluation.outcomes.placements import PROVED, placements_known

LOGGED_CANDIDATES = Table(
    "logged_candidates",
    {
        "seeker": Column("int32", "row of the log's seekers; the table is sorted by it, then by vacancy", low=0),
        "vacancy": Column("int32", "row of the log's vacancies", low=0),
        "propensity": Column("float32", "probability with which the night referred the pair", low=0, high=1),
        "referred": Column("bool", "the night referred it"),
        "greedy": Column("bool", "a greedy assignment of the same candidates would have referred it"),
        "p_accept": Column("float32", "P(seeker accepts), as the night's ranker had it", low=0, high=1),
        "p_hire": Column("float32", "P(employer hires | accepted), as the night's ranker had it", low=0, high=1),
        "similarity": Column("float32", "cosine of the two texts"),
    },
)


@dataclass(frozen=True)
class RunLog:
    """The log of one night, or of a random part of its seekers.

    Attributes
    ----------
    share, list_length
        ε and L of the night.
    seeker_ids, vacancy_ids
        Identifiers (object) by row of the candidates; every seeker of the log, those without a candidate included.
    candidates
        Laid out as `LOGGED_CANDIDATES`.
    """

    run_id: str
    as_of: date
    share: float
    list_length: int
    seeker_ids: npt.NDArray[Any]
    vacancy_ids: npt.NDArray[Any]
    candidates: pd.DataFrame


@dataclass(frozen=True)
class RunOutcomes:
    """What became of a night's referrals within a horizon.

    Attributes
    ----------
    placed
        float64 of shape (candidates,): 1 where the referral led to a placement, 0 where it did not; NaN where the
        pair was not referred.
    referrals, recorded
        Referrals of the log; how many of them the ledger knows. One that it does not know was not sent, or led to
        nothing: it counts as 0.
    contradicting
        Referrals that the ledger knows with another propensity than the night's.
    """

    placed: Floats
    referrals: int
    recorded: int
    contradicting: int


def run_outcomes(
    log: RunLog, records: Records, *, horizon_days: int, observed_until: date, proof: EvidenceTier = PROVED
) -> RunOutcomes:
    """Join a night's referrals with the ledger, by run, seeker and vacancy.

    A referral counts as placed if its own record has a start of work no later than `horizon_days` after the night,
    with evidence no weaker than `proof`.

    Parameters
    ----------
    records
        `referrals` and `referral_events` are read.
    observed_until
        Last day of which the ledger is taken to know everything.

    Raises
    ------
    DataError
        The horizon ends after `observed_until`, or the ledger has events that cannot be.
    """
    until = log.as_of + timedelta(days=horizon_days)
    if until > observed_until:
        raise DataError(
            f"run {log.run_id} of {log.as_of}: {horizon_days} days end on {until}, the ledger on {observed_until}",
            remedy="leave this run out until then",
        )
    sent = records.referrals
    sent = sent[(sent["run_id"] == log.run_id).fillna(False).to_numpy(bool)]
    started = placements_known(records, until)
    started = started[(started["evidence_tier"] <= proof).to_numpy(bool)]
    made = np.flatnonzero(log.candidates["referred"].to_numpy())
    edges = log.candidates.iloc[made]
    pairs = pd.MultiIndex.from_arrays(
        [log.seeker_ids[edges["seeker"].to_numpy()], log.vacancy_ids[edges["vacancy"].to_numpy()]]
    )
    row = pairs.get_indexer(pd.MultiIndex.from_frame(sent[["seeker_id", "vacancy_id"]]))
    known = row >= 0  # a log may hold a part of the night's seekers
    row, sent = row[known], sent[known]
    placed = np.full(len(log.candidates), np.nan)
    placed[made] = 0.0
    placed[made[row[sent["referral_id"].isin(started["referral_id"]).to_numpy(bool)]]] = 1.0
    noted = sent["propensity"].to_numpy("float64", na_value=np.nan)
    differs = np.abs(noted - edges["propensity"].to_numpy(np.float64)[row]) > 1e-6
    return RunOutcomes(placed, len(made), len(np.unique(row)), int(differs.sum()))


def logged_pairs(logs: Sequence[RunLog], outcomes: Sequence[RunOutcomes], targets: Sequence[Floats]) -> LoggedPairs:
    """The pairs of several nights as one log; values are per list, a seeker's nights are one unit.

    Parameters
    ----------
    targets
        One a night, float64 of shape (candidates,), 0 to 1: probability with which the other policy refers each
        candidate (0 or 1 for one without chance).

    Raises
    ------
    DataError
        There is not one of each a night, or as `LoggedPairs`.
    """
    if not len(logs) == len(outcomes) == len(targets):
        raise DataError(f"{len(logs)} logs, {len(outcomes)} outcomes, {len(targets)} targets", remedy="one of each")
    identifiers = np.concatenate([np.empty(0, object), *(log.seeker_ids for log in logs)])
    person, people = pd.factorize(identifiers)
    first = np.cumsum([0, *(len(log.seeker_ids) for log in logs)])

    def joined(columns: Sequence[npt.NDArray[Any]], dtype: Any) -> npt.NDArray[Any]:
        return np.concatenate([np.empty(0, dtype), *columns]).astype(dtype)

    return LoggedPairs(
        seeker=joined(
            [person[start + log.candidates["seeker"].to_numpy()] for log, start in zip(logs, first, strict=False)],
            np.int64,
        ),
        logging=joined([log.candidates["propensity"].to_numpy() for log in logs], np.float64),
        target=joined(targets, np.float64),
        referred=joined([log.candidates["referred"].to_numpy() for log in logs], bool),
        outcome=joined([outcome.placed for outcome in outcomes], np.float64),
        n_seekers=len(people),
        lists=np.bincount(person, minlength=len(people)).astype(np.int64),
    )
