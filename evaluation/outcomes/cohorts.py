"""Whose outcomes are measured: those active on a day (stock), or those who registered in a period (inflow)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy.typing as npt
import pandas as pd

from data.columns import DATE, TEXT, Column, Records, Table
from data.errors import DataError
from data.records import RecordStatus, SeekerGroup
from evaluation.outcomes.placements import placements_known

UNKNOWN_DISTRICT = "unknown"

COHORT = Table(
    "cohort",
    {
        "seeker_id": Column(TEXT, "seekers.seeker_id; the table is sorted by it"),
        "entry_on": Column(DATE, "day 0 of the person's follow-up"),
        "month": Column(TEXT, "month of registration, 2026-03"),
        "district_code": Column(TEXT, "six-digit division code; 'unknown'"),
        "group_mask": Column("uint16", "groups on entry_on; bit = order in SeekerGroup"),
    },
)


@dataclass(frozen=True)
class Cohort:
    """The denominator: `people` laid out as `COHORT`, followed from their `entry_on` to `observed_until`.

    `observed_until` is the last day of which the ledger is taken to know everything; what was recorded later is
    not read. `definition` and `definition_zh` say in words who is in.
    """

    definition: str
    definition_zh: str
    observed_until: date
    people: pd.DataFrame


def stock_cohort(records: Records, as_of: date, *, observed_until: date) -> Cohort:
    """Seekers active on `as_of`: the denominator of the placement rate (GLOSSARY). Day 0 is `as_of` for all.

    Active is who is registered (both ends of the validity included), not closed by then, and not in a placement of
    any evidence. Who was closed on a day that is not recorded counts as active until his registration would have
    ended, except where `as_of` is `observed_until`; `follow_up` says how many these are.

    Raises
    ------
    DataError
        `as_of` lies after `observed_until`.
    """
    _refuse_unless_ordered(as_of, observed_until)
    day, seekers = pd.Timestamp(as_of), records.seekers
    placed = placements_known(records, observed_until)
    at_work = placed[(placed["started_on"] <= day) & ~(placed["left_on"] <= day).fillna(False)]
    active = (seekers["registered_on"] <= day) & (seekers["valid_through"] >= day)
    active &= ~seekers["seeker_id"].isin(at_work["seeker_id"])
    active &= ~(seekers["closed_on"] <= day)
    if as_of == observed_until:
        active &= (seekers["status"] == RecordStatus.OPEN) | seekers["closed_on"].notna()
    return Cohort(
        definition=f"seekers active on {as_of}, not in a placement; observed until {observed_until}",
        definition_zh=f"{as_of} 在册且未就业的求职者，观察至 {observed_until}",
        observed_until=observed_until,
        people=_people(records, seekers[active.to_numpy(bool)].assign(entry_on=day)),
    )


def inflow_cohort(records: Records, first: date, until: date, *, observed_until: date) -> Cohort:
    """Seekers who registered on or after `first` and before `until` (exclusive). Day 0 is the registration.

    Raises
    ------
    DataError
        `until` lies more than a day after `observed_until`: nothing is known of those who would come then.
    """
    _refuse_unless_ordered((pd.Timestamp(until) - pd.Timedelta(days=1)).date(), observed_until)
    seekers = records.seekers
    within = (seekers["registered_on"] >= pd.Timestamp(first)) & (seekers["registered_on"] < pd.Timestamp(until))
    chosen = seekers[within.to_numpy(bool)]
    return Cohort(
        definition=f"seekers registered from {first} to before {until}; observed until {observed_until}",
        definition_zh=f"{first} 起、{until} 前登记的求职者，观察至 {observed_until}",
        observed_until=observed_until,
        people=_people(records, chosen.assign(entry_on=chosen["registered_on"])),
    )


def _people(records: Records, seekers: pd.DataFrame) -> pd.DataFrame:
    seekers = seekers.sort_values("seeker_id", ignore_index=True)
    return COHORT.check(
        pd.DataFrame(
            {
                "seeker_id": seekers["seeker_id"],
                "entry_on": seekers["entry_on"],
                "month": seekers["registered_on"].dt.strftime("%Y-%m"),
                "district_code": seekers["district_code"].fillna(UNKNOWN_DISTRICT),
                "group_mask": group_masks(records.seeker_groups, seekers),
            }
        )
    )


def group_masks(groups: pd.DataFrame, seekers: pd.DataFrame) -> npt.NDArray[Any]:
    """Groups of each of `seekers` (seeker_id, entry_on) on his own entry_on, uint16 (people,); bit as in SeekerGroup.

    `groups` is laid out as `SEEKER_GROUPS`: `valid_from` included, `valid_until` excluded.
    """
    dated = groups.merge(seekers[["seeker_id", "entry_on"]], on="seeker_id")
    holds = (dated["valid_from"] <= dated["entry_on"]) & ~(dated["valid_until"] <= dated["entry_on"]).fillna(False)
    dated = dated[holds.to_numpy(bool)].drop_duplicates(["seeker_id", "group_code"])
    bits = dated["group_code"].map({str(g): 1 << bit for bit, g in enumerate(SeekerGroup)}).astype("int64")
    masks = bits.groupby(dated["seeker_id"]).sum()
    return masks.reindex(seekers["seeker_id"], fill_value=0).to_numpy("uint16")


def _refuse_unless_ordered(day: date, observed_until: date) -> None:
    if day > observed_until:
        raise DataError(
            f"cohort of {day}, but the ledger is known only until {observed_until}",
            remedy="choose an earlier day, or wait for the ledger",
        )
