"""Placements as the ledger knows them on one day: one row a start of work."""

from __future__ import annotations

from datetime import date

import pandas as pd

from data.columns import DATE, TEXT, Column, Records, Table
from data.errors import DataError
from data.records import EvidenceTier, ReferralEventKind

PROVED = EvidenceTier.CONTRACT
"""Weakest evidence that proves a placement: a document of a third party (social insurance) or of both sides."""

PLACEMENTS = Table(
    "placements",
    {
        "referral_id": Column(TEXT, "referrals.referral_id"),
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "vacancy_id": Column(TEXT, "vacancies.vacancy_id"),
        "started_on": Column(DATE, "day of the start"),
        "left_on": Column(DATE, "first day no longer employed; null: no departure is recorded", nullable=True),
        "evidence_tier": Column("Int8", "EvidenceTier, the strongest recorded", low=1, high=4),
        "wage_cny_month": Column("Float64", "agreed at the start, CNY/month; null: not known", nullable=True, low=0),
    },
)


def placements_known(records: Records, observed_until: date) -> pd.DataFrame:
    """Placements (`PLACEMENTS`) by start, then identifier, from events up to and including `observed_until`.

    Several records of one start are one placement: its first day, its strongest evidence, the first wage known, of
    one day that of the strongest evidence. A start without evidence is no placement (GLOSSARY).

    Raises
    ------
    DataError
        A departure lies before its start, or a start belongs to no referral.
    """
    events = records.referral_events
    events = events[events["occurred_on"] <= pd.Timestamp(observed_until)]
    starts = events[(events["event"] == ReferralEventKind.STARTED) & events["evidence_tier"].notna()]
    found = (
        starts.sort_values(["occurred_on", "evidence_tier"], kind="stable")
        .groupby("referral_id")
        .agg(
            started_on=("occurred_on", "min"), evidence_tier=("evidence_tier", "min"),
            wage_cny_month=("wage_cny_month", "first"),
        )
    )  # fmt: skip
    departures = events[events["event"] == ReferralEventKind.LEFT].groupby("referral_id")["occurred_on"].min()
    pairs = records.referrals.set_index("referral_id")[["seeker_id", "vacancy_id"]].reindex(found.index)
    table = found.join(pairs).assign(left_on=departures.reindex(found.index)).reset_index()
    _refuse(table, table["seeker_id"].isna(), "its start belongs to no referral")
    _refuse(table, (table["left_on"] < table["started_on"]).fillna(False), "its departure lies before its start")
    return PLACEMENTS.check(table.sort_values(["started_on", "referral_id"])[list(PLACEMENTS.columns)])


def _refuse(table: pd.DataFrame, wrong: pd.Series[bool], problem: str) -> None:
    if wrong.any():
        raise DataError(
            f"ledger, referral {table.loc[wrong, 'referral_id'].iloc[0]}: {problem}",
            remedy="correct the events of this referral",
        )
