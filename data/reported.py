"""What is reported to the ledger, by a file or a request, and what is wrong with a report by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from data.columns import DATE, TEXT, Column, Table
from data.records import EvidenceTier, ImportOutcome, ReferralEventKind, SeekerExit
from data.referral_history import Event

_ROW = Column("Int32", "row of the file, or place in the request, from 1", low=1)

REPORTED_EVENTS = Table(
    "reported_events",
    {
        "row": _ROW,
        "referral_id": Column(TEXT, "referrals.referral_id; null: known by the pair", nullable=True),
        "seeker_id": Column(TEXT, "seekers.seeker_id; null: known by the referral", nullable=True),
        "vacancy_id": Column(TEXT, "vacancies.vacancy_id; null: known by the referral", nullable=True),
        "event": Column(TEXT, "ReferralEventKind", codes=frozenset(ReferralEventKind)),
        "occurred_on": Column(DATE, "day it happened"),
        "evidence_tier": Column(
            "Int8", "EvidenceTier of a start", nullable=True, low=min(EvidenceTier), high=max(EvidenceTier)
        ),
        "wage_cny_month": Column("Float64", "agreed, CNY/month", nullable=True, low=0, high=1_000_000),
    },
)
REPORTED_EXITS = Table(
    "reported_exits",
    {
        "row": _ROW,
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "exit": Column(TEXT, "SeekerExit", codes=frozenset(SeekerExit)),
        "left_on": Column(DATE, "first day no longer looking for work"),
    },
)
OUTCOMES = Table(
    "outcomes",
    {
        "row": _ROW,
        "outcome": Column(TEXT, "ImportOutcome", codes=frozenset(ImportOutcome)),
        "referral_id": Column(TEXT, "the referral it belongs to; null: none, or not known", nullable=True),
    },
)

FIELD_NAMES_ZH = {
    "referral_id": "推荐编号",
    "seeker_id": "求职者编号",
    "vacancy_id": "岗位编号",
    "event": "事件",
    "occurred_on": "日期",
    "evidence_tier": "证据",
    "wage_cny_month": "月薪",
    "exit": "去向",
    "left_on": "日期",
}
"""Columns of the files, by field."""

_PAID = (ReferralEventKind.HIRED, ReferralEventKind.STARTED)


@dataclass(frozen=True)
class Refused:
    """Why a row was not stored: the field at fault, what stands there, and what was expected, in both languages."""

    row: int
    field: str
    found: str
    zh: str
    en: str


@dataclass(frozen=True)
class Appended:
    """Where reported rows went: `outcomes` laid out as `OUTCOMES`, in order of rows; a reason for each rejected one."""

    outcomes: pd.DataFrame
    refused: tuple[Refused, ...]

    def count(self, outcome: ImportOutcome) -> int:
        """Rows that ended so."""
        return int((self.outcomes["outcome"] == outcome).sum())


def fault_of_event(row: int, event: Event, today: date) -> Refused | None:
    """What is wrong with a reported event, whatever the ledger holds."""
    started = event.kind == ReferralEventKind.STARTED
    if event.occurred_on > today:
        return _after_today(row, "occurred_on", event.occurred_on, today)
    if started and event.evidence_tier is None:
        return Refused(row, "evidence_tier", "", "上岗须有证据", "a start of work has its evidence")
    if not started and event.evidence_tier is not None:
        return Refused(
            row, "evidence_tier", str(event.evidence_tier), "空：只有上岗有证据", "empty: only a start has evidence"
        )
    if event.kind not in _PAID and event.wage_cny_month is not None:
        return Refused(
            row, "wage_cny_month", f"{event.wage_cny_month:g}", "空：月薪随录用或上岗填写",
            "empty: a wage belongs to a hiring or a start",
        )  # fmt: skip
    return None


def fault_of_exit(row: int, left_on: date, today: date) -> Refused | None:
    """What is wrong with a reported exit, whatever the ledger holds."""
    return _after_today(row, "left_on", left_on, today) if left_on > today else None


def _after_today(row: int, field: str, day: date, today: date) -> Refused:
    return Refused(row, field, str(day), f"不晚于今天（{today}）", f"no later than today, {today}")
