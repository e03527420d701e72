"""Who entered an experiment and what became of each: the table that its analysis reads."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from data.columns import Column, Records, Table
from data.experiment_columns import EXPERIMENT_MEMBERS
from data.market import DAYS_PER_YEAR
from evaluation.experiments.design import ExperimentDesign
from evaluation.outcomes.cohorts import COHORT, UNKNOWN_DISTRICT, Cohort
from evaluation.outcomes.follow_up import Cause, follow_up

EXPERIMENT_PEOPLE = Table(
    "experiment_people",
    {
        "market": Column("int32", "number of the market in the design", low=0),
        "treated": Column("bool", "in the treatment arm"),
        "group_mask": Column("uint16", "groups on the day of entering; bit = order in SeekerGroup"),
        "is_observed": Column("bool", "followed for the whole horizon"),
        "placed": Column("bool", "placed within the horizon, by the design's evidence"),
        "left": Column("bool", "left the register within the horizon without a placement"),
        "referrals": Column("int32", "referrals in the ledger from entering to the experiment's last night", low=0),
        "obeying": Column("int32", "of these, from runs that obeyed the design", low=0),
        "age_years": Column("float64", "on the day of entering; NaN unknown", nullable=True),
        "education_level": Column("float64", "EducationLevel; NaN unknown", nullable=True),
        "experience_years": Column("float64", "years of work; NaN unknown", nullable=True),
        "wage_min_cny_month": Column("float64", "lowest acceptable, CNY/month; NaN unknown", nullable=True),
    },
)
BASELINE = ("age_years", "education_level", "experience_years", "wage_min_cny_month")
"""Facts that the experiment cannot have changed: what balance is judged by."""


def experiment_people(
    design: ExperimentDesign, records: Records, members: pd.DataFrame, runs: list[str], observed_until: date
) -> pd.DataFrame:
    """One row a member (`EXPERIMENT_PEOPLE`), sorted by identifier.

    Parameters
    ----------
    records
        With history.
    members
        `EXPERIMENT_MEMBERS` of this experiment; whoever is no longer in the records was erased and is left out.
    runs
        Identifiers of the runs that obeyed the design.
    observed_until
        Last day of which the ledger is taken to know everything.
    """
    members = EXPERIMENT_MEMBERS.check(members)
    known = members["seeker_id"].isin(records.seekers["seeker_id"]) & (
        members["assigned_on"] <= pd.Timestamp(observed_until)
    )
    members = members[known].sort_values("seeker_id", ignore_index=True)
    seekers = records.seekers.set_index("seeker_id").loc[members["seeker_id"]].reset_index()
    cohort = Cohort(
        definition=f"entered experiment {design.name}; observed until {observed_until}",
        definition_zh=f"进入试验 {design.name} 的求职者，观察至 {observed_until}",
        observed_until=observed_until,
        people=COHORT.check(
            pd.DataFrame(
                {
                    "seeker_id": members["seeker_id"],
                    "entry_on": members["assigned_on"],
                    "month": members["assigned_on"].dt.strftime("%Y-%m"),
                    "district_code": seekers["district_code"].fillna(UNKNOWN_DISTRICT),
                    "group_mask": members["group_mask"].astype("uint16"),
                }
            )
        ),
    )
    waits = follow_up(records, cohort, design.proof).waits
    within = (waits["placed_days"] <= design.horizon_days).fillna(False).to_numpy(bool)
    gone = (waits["cause"] == Cause.LEFT_REGISTER) & (waits["days"] <= design.horizon_days)
    number = {market.name: n for n, market in enumerate(design.markets)}
    return EXPERIMENT_PEOPLE.check(
        pd.DataFrame(
            {
                "market": members["market"].map(number),
                "treated": members["treated"],
                "group_mask": members["group_mask"],
                "is_observed": waits["observed_days"] >= design.horizon_days,
                "placed": within,
                "left": gone & ~within,
                **_referrals(design, records, members, runs),
                "age_years": (members["assigned_on"] - seekers["birth_date"]).dt.days / DAYS_PER_YEAR,
                **{name: seekers[name] for name in BASELINE[1:]},
            }
        ).astype(dict.fromkeys(BASELINE, np.float64))
    )


def _referrals(
    design: ExperimentDesign, records: Records, members: pd.DataFrame, runs: list[str]
) -> dict[str, pd.Series[int]]:
    entered = members.set_index("seeker_id")["assigned_on"]
    ledger = records.referrals[["seeker_id", "run_id", "referred_on"]]
    ledger = ledger[ledger["seeker_id"].isin(entered.index)]
    during = (ledger["referred_on"] >= ledger["seeker_id"].map(entered)) & (
        ledger["referred_on"] <= pd.Timestamp(design.ends_on)
    )
    ledger = ledger[during]
    obeying = ledger[ledger["run_id"].isin(runs).fillna(False)]
    return {
        name: part.groupby("seeker_id").size().reindex(members["seeker_id"], fill_value=0).reset_index(drop=True)
        for name, part in (("referrals", ledger), ("obeying", obeying))
    }
