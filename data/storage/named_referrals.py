"""Which referrals reported rows name: stored ones, or pairs that become one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection, text

from data.records import ReferralEventKind
from data.referral_history import Event, life_order
from data.reported import Refused
from data.storage.bulk import copy_frame


class ReportedEvent(NamedTuple):
    """One row of `REPORTED_EVENTS`: where it stands, whom it names, what happened."""

    row: int
    referral_id: str | None
    seeker_id: str | None
    vacancy_id: str | None
    event: Event


@dataclass(frozen=True)
class NamedReferral:
    """A referral that rows name. `referred_on` is None while it is not stored."""

    referral_id: str
    seeker_id: str
    vacancy_id: str
    referred_on: date | None
    source: str


@dataclass(frozen=True)
class Known:
    """What the database holds that the reported rows name."""

    seekers: set[str]
    vacancies: set[str]
    referrals: dict[str, NamedReferral]
    events: dict[str, list[Event]]


def event_rows(reported: pd.DataFrame) -> list[ReportedEvent]:
    """The rows of a table laid out as `REPORTED_EVENTS`."""
    columns = [
        [None if missing else value for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)]
        for column in (
            reported["row"], reported["referral_id"], reported["seeker_id"], reported["vacancy_id"], reported["event"],
            reported["occurred_on"].dt.date, reported["evidence_tier"], reported["wage_cny_month"],
        )
    ]  # fmt: skip
    return [
        ReportedEvent(row, referral_id, seeker_id, vacancy_id, Event(ReferralEventKind(kind), *rest))
        for row, referral_id, seeker_id, vacancy_id, kind, *rest in zip(*columns, strict=True)
    ]


def read_named(connection: Connection, rows: list[ReportedEvent]) -> Known:
    """What the database holds of the people, posts, pairs and referrals named; the people stay while this lasts."""
    named = pd.DataFrame(
        [(row.referral_id, row.seeker_id, row.vacancy_id) for row in rows],
        columns=["referral_id", "seeker_id", "vacancy_id"], dtype="string",
    ).drop_duplicates()  # fmt: skip
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE named ON COMMIT DROP AS SELECT referral_id, seeker_id, vacancy_id "
            "FROM referrals LIMIT 0; "
            "CREATE TEMPORARY TABLE named_referrals ON COMMIT DROP AS SELECT referral_id, seeker_id, vacancy_id, "
            "referred_on, source FROM referrals LIMIT 0"
        )
    )
    copy_frame(connection, "named", named)
    connection.execute(text("ANALYZE named"))
    connection.execute(
        text(
            "INSERT INTO named_referrals SELECT referral_id, seeker_id, vacancy_id, referred_on, source FROM referrals "
            "WHERE referral_id IN (SELECT referral_id FROM named) UNION "
            "SELECT r.referral_id, r.seeker_id, r.vacancy_id, r.referred_on, r.source FROM referrals r "
            "JOIN named n ON n.seeker_id = r.seeker_id AND n.vacancy_id = r.vacancy_id"
        )
    )
    connection.execute(text("ANALYZE named_referrals"))
    # Whoever erases a person meanwhile waits for this transaction, and then finds what it stored.
    seekers = connection.execute(
        text(
            "SELECT seeker_id FROM seekers WHERE seeker_id IN "
            "(SELECT seeker_id FROM named UNION SELECT seeker_id FROM named_referrals) FOR KEY SHARE"
        )
    ).scalars()
    seekers_known = set(seekers)
    vacancies = connection.execute(
        text("SELECT vacancy_id FROM vacancies WHERE vacancy_id IN (SELECT vacancy_id FROM named)")
    ).scalars()
    referrals = {
        row.referral_id: NamedReferral(*row)
        for row in connection.execute(text("SELECT * FROM named_referrals ORDER BY referral_id"))
        if row.seeker_id in seekers_known
    }
    events: dict[str, list[Event]] = defaultdict(list)
    stored = text(
        "SELECT referral_id, event, occurred_on, evidence_tier, wage_cny_month FROM referral_events "
        "WHERE referral_id IN (SELECT referral_id FROM named_referrals)"
    )
    for referral_id, kind, *rest in connection.execute(stored):
        events[referral_id].append(Event(ReferralEventKind(kind), *rest))
    known = Known(seekers_known, set(vacancies), referrals, events)
    connection.execute(text("DROP TABLE named, named_referrals"))
    return known


def rows_by_referral(
    rows: list[ReportedEvent], known: Known, source: str
) -> tuple[list[tuple[NamedReferral, list[ReportedEvent]]], list[Refused]]:
    """Each referral that rows name, with those rows in the order of life; referrals named by themselves first."""
    referrals = dict(known.referrals)
    of_pair: dict[tuple[str, str], list[str]] = defaultdict(list)
    for referral in referrals.values():
        of_pair[referral.seeker_id, referral.vacancy_id].append(referral.referral_id)
    found: dict[str, list[ReportedEvent]] = defaultdict(list)
    refused = []
    in_order = sorted(
        rows,
        key=lambda r: (r.referral_id is None, *life_order(r.event), r.seeker_id or "", r.vacancy_id or "", r.row),
    )
    for row in in_order:
        name = _referral_named(row, referrals, of_pair)
        if isinstance(name, Refused):
            refused.append(name)
            continue
        if name not in referrals:
            fault = _unknown(row, known)
            if fault is not None:
                refused.append(fault)
                continue
            assert row.seeker_id is not None
            assert row.vacancy_id is not None
            referrals[name] = NamedReferral(name, row.seeker_id, row.vacancy_id, None, source)
            of_pair[row.seeker_id, row.vacancy_id].append(name)
        found[name].append(row)
    return [(referrals[name], its_rows) for name, its_rows in found.items()], refused


def _referral_named(
    row: ReportedEvent, referrals: dict[str, NamedReferral], of_pair: dict[tuple[str, str], list[str]]
) -> str | Refused:
    """The referral that a row names, stored or not."""
    referral_id, seeker_id, vacancy_id = row.referral_id, row.seeker_id, row.vacancy_id
    if referral_id is not None:
        referral = referrals.get(referral_id)
        if referral is None and (seeker_id is None or vacancy_id is None):
            zh, en = "已有的推荐；新推荐须写明求职者和岗位", "a known referral; a new one with its seeker and vacancy"
            return Refused(row.row, "referral_id", referral_id, zh, en)
        if referral is not None and seeker_id not in (None, referral.seeker_id):
            zh, en = (
                f"推荐 {referral_id} 的求职者是 {referral.seeker_id}",
                f"{referral.seeker_id}, as the referral says",
            )
            return Refused(row.row, "seeker_id", str(seeker_id), zh, en)
        if referral is not None and vacancy_id not in (None, referral.vacancy_id):
            zh, en = (
                f"推荐 {referral_id} 的岗位是 {referral.vacancy_id}",
                f"{referral.vacancy_id}, as the referral says",
            )
            return Refused(row.row, "vacancy_id", str(vacancy_id), zh, en)
        return referral_id
    if seeker_id is None or vacancy_id is None:
        field = "seeker_id" if seeker_id is None else "vacancy_id"
        zh, en = "推荐编号，或求职者编号与岗位编号", "a referral, or both a seeker and a vacancy"
        return Refused(row.row, field, "", zh, en)
    derived, stored = derived_referral_id(seeker_id, vacancy_id), of_pair[seeker_id, vacancy_id]
    if derived in stored or not stored:
        return derived
    if len(stored) > 1:
        zh, en = (
            f"此人与此岗位有 {len(stored)} 次推荐，请写推荐编号",
            f"this pair has {len(stored)} referrals: name one",
        )
        return Refused(row.row, "referral_id", "", zh, en)
    return stored[0]


def _unknown(row: ReportedEvent, known: Known) -> Refused | None:
    if row.seeker_id not in known.seekers:
        return Refused(row.row, "seeker_id", str(row.seeker_id), "已登记的求职者", "a registered seeker")
    if row.vacancy_id not in known.vacancies:
        return Refused(row.row, "vacancy_id", str(row.vacancy_id), "已登记的岗位", "a registered vacancy")
    return None


def derived_referral_id(seeker_id: str, vacancy_id: str) -> str:
    """Identifier of the referral of a pair that was reported without one."""
    return "R-" + hashlib.sha256(f"{seeker_id}\x1f{vacancy_id}".encode()).hexdigest()[:16]
