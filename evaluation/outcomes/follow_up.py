"""How long each person of a cohort was followed, and what ended it: work, another exit, or the end of knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd

from data.columns import DATE, TEXT, Column, Records, Table
from data.records import EvidenceTier, RecordStatus, ReferralEventKind, SeekerExit
from evaluation.outcomes.cohorts import Cohort
from evaluation.outcomes.placements import placements_known

SETTLING_DAYS = 45
"""Days after the end of a registration in which a referral sent before may still become a start of work."""


class Cause(IntEnum):
    """What ended the wait. Referrals and registrations tell PLACED, LEFT_REGISTER; `seeker_exits` the others."""

    CENSORED = 0  # nothing had happened by the last day known
    PLACED = 1
    LEFT_REGISTER = 2  # the registration ended without a placement
    FURTHER_STUDY = 3  # 升学
    OTHER = 4  # military service, retirement, moved away, died


FOLLOW_UP = Table(
    "follow_up",
    {
        "days": Column("int32", "days from entry to what ended the wait", low=0),
        "cause": Column("int8", "Cause", low=min(Cause), high=max(Cause)),
        "observed_days": Column("int32", "days from entry to the last day known, whatever happened", low=0),
        "placed_days": Column(
            "Int32", "days from entry to the first placement, also after an exit; null: none", nullable=True, low=0
        ),
    },
)

TENURE = Table(
    "tenure",
    {
        "person": Column("int32", "row of the cohort", low=0),
        "referral_id": Column(TEXT, "the first placement that counts"),
        "seeker_id": Column(TEXT, "whose it is"),
        "vacancy_id": Column(TEXT, "where"),
        "started_on": Column(DATE, "day of the start"),
        "evidence_tier": Column("Int8", "EvidenceTier, the strongest recorded", low=1, high=4),
        "wage_cny_month": Column("Float64", "at the start, CNY/month", nullable=True, low=0),
        "days": Column("int32", "days from the start to the departure, or to the last day known", low=0),
        "left": Column("bool", "a departure is recorded"),
        "observed_days": Column("int32", "days from the start to the last day known", low=0),
    },
)


@dataclass(frozen=True)
class FollowUp:
    """One cohort followed under one standard of evidence.

    Attributes
    ----------
    waits
        `FOLLOW_UP`, row i that of `cohort.people`.
    tenures
        `TENURE`: the first placement of each person placed by the last day known.
    undated_exits
        People who withdrew on a day that was not recorded: their wait ends the day after their last trace.
    placed_after_exit
        People placed after an exit: in the rate within H days by GLOSSARY, but not in the curves.
    """

    proof: EvidenceTier
    waits: pd.DataFrame
    tenures: pd.DataFrame
    undated_exits: int
    placed_after_exit: int


def follow_up(
    records: Records,
    cohort: Cohort,
    proof: EvidenceTier,
    *,
    settling_days: int = SETTLING_DAYS,
) -> FollowUp:
    """Follow `cohort`; a placement counts where its evidence is `proof` or stronger.

    The first of placement and exits ends the wait, the placement where both fall on one day. Whose registration ran
    out left `settling_days` after its last day; who was closed, on that day, and `settling_days` later if he had been
    hired within so many days before and may be about to start. Retention is that of the first placement.
    Where no exits are on record, further study and the like count as staying on the register or leaving it.
    """
    people, last = cohort.people, pd.Timestamp(cohort.observed_until)
    entry = people["entry_on"]
    observed = (last - entry).dt.days
    tenures = _first_placements(records, cohort, proof)
    placed = tenures.set_index("person")["started_on"].reindex(people.index)
    placed_days = (placed - entry).dt.days
    lapse, undated = _end_of_registration(records, cohort, settling_days)
    known = records.seeker_exits
    studies = known["exit"] == SeekerExit.FURTHER_STUDY
    ends = pd.DataFrame({Cause.PLACED: placed_days})
    for cause, which in ((Cause.FURTHER_STUDY, studies), (Cause.OTHER, ~studies)):
        first = known[which.to_numpy(bool)].groupby("seeker_id")["left_on"].min()
        on = pd.Series(first.reindex(people["seeker_id"]).to_numpy(), index=people.index)
        ends[cause] = (on - entry).dt.days.where(on >= entry)
    # Last: who is closed because of an exit left for that reason.
    ends[Cause.LEFT_REGISTER] = (lapse - entry).dt.days.clip(lower=0)
    days_of = ends.to_numpy(dtype=np.float64, na_value=np.nan)
    days_of[~(days_of <= observed.to_numpy()[:, None])] = np.inf
    soonest_cause = days_of.argmin(axis=1)
    soonest = days_of[np.arange(len(days_of)), soonest_cause]
    ended = np.isfinite(soonest)
    cause_of = np.where(ended, np.array(ends.columns, dtype=np.int8)[soonest_cause], Cause.CENSORED)
    waits = FOLLOW_UP.check(
        pd.DataFrame(
            {
                "days": np.where(ended, soonest, observed),
                "cause": cause_of,
                "observed_days": observed,
                "placed_days": placed_days.astype("Int32"),
            }
        )
    )
    return FollowUp(
        proof=proof,
        waits=waits,
        tenures=tenures,
        undated_exits=int((undated & (cause_of == Cause.LEFT_REGISTER)).sum()),
        placed_after_exit=int((placed_days.notna() & (cause_of != Cause.PLACED)).sum()),
    )


def _first_placements(records: Records, cohort: Cohort, proof: EvidenceTier) -> pd.DataFrame:
    last = pd.Timestamp(cohort.observed_until)
    who = cohort.people[["seeker_id", "entry_on"]].assign(person=np.arange(len(cohort.people)))
    found = placements_known(records, cohort.observed_until)
    found = found[(found["evidence_tier"] <= proof).to_numpy(bool)].merge(who, on="seeker_id")
    found = found[found["started_on"] >= found["entry_on"]].drop_duplicates("person").sort_values("person")
    observed = (last - found["started_on"]).dt.days
    tenure = (found["left_on"] - found["started_on"]).dt.days
    found = found.assign(days=tenure.fillna(observed), left=found["left_on"].notna(), observed_days=observed)
    return TENURE.check(found[list(TENURE.columns)])


def _end_of_registration(
    records: Records, cohort: Cohort, settling_days: int
) -> tuple[pd.Series[pd.Timestamp], np.ndarray]:
    """Day on which each left the register, and whether that day is only the day after his last trace."""
    people, last = cohort.people, pd.Timestamp(cohort.observed_until)
    seekers = records.seekers.set_index("seeker_id").loc[people["seeker_id"]]
    settling = pd.Timedelta(days=settling_days)
    lapse = pd.Series((seekers["valid_through"] + pd.Timedelta(days=1) + settling).to_numpy(), index=people.index)
    closed_on = pd.Series(seekers["closed_on"].to_numpy(), index=people.index)
    events = records.referral_events
    events = events[events["occurred_on"] <= last].merge(records.referrals[["referral_id", "seeker_id"]])
    hires = events.loc[events["event"] == ReferralEventKind.HIRED, ["seeker_id", "occurred_on"]]
    hires = hires.merge(people[["seeker_id"]].assign(closed_on=closed_on), on="seeker_id")
    just_hired = (hires["occurred_on"] <= hires["closed_on"]) & (hires["occurred_on"] > hires["closed_on"] - settling)
    may_start = people["seeker_id"].isin(hires.loc[just_hired.to_numpy(bool), "seeker_id"])
    withdrawn = closed_on.where(~may_start, closed_on + settling)
    lapse = lapse.where(~(withdrawn < lapse), withdrawn)
    undated = (seekers["status"] == RecordStatus.CLOSED) & seekers["closed_on"].isna()
    without_day = (undated & (seekers["valid_through"] > last)).to_numpy(bool)
    trace = pd.Series(
        events.groupby("seeker_id")["occurred_on"].max().reindex(people["seeker_id"]).to_numpy(), index=people.index
    )
    trace = trace.where(trace >= people["entry_on"], people["entry_on"])
    gone = (trace + pd.Timedelta(days=1)).where(trace < last, last)
    return lapse.where(~without_day, gone), without_day
