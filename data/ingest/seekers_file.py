"""Seekers in our own table template. Identifiers of persons are parted from what computation reads at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd

from data.columns import (
    SEEKER_CREDENTIALS,
    SEEKER_EXPERIENCE,
    SEEKER_GROUPS,
    SEEKER_IDENTITIES,
    SEEKERS,
    Records,
)
from data.facts.experience import find_experience_years
from data.ingest.parsed_file import ParsedFile
from data.ingest.rejects import Reject, rejects_table
from data.ingest.table_file import Row, read_table
from data.ingest.template import SEEKER_FIELDS
from data.records import EducationLevel, RecordStatus

ACTIVE_DAYS = 180
"""How long a registration is taken to be active where the file names no last day."""

_JOB = re.compile(r"^(?P<title>.*?)[\s(（:：]*(?P<years>[\d.一二两三四五六七八九十半]+\s*(?:个月|年).*)?$")


def read_seekers(
    path: Path, file_format: str, *, registered_on: date, pseudonym: Callable[[str], str], today: date | None = None
) -> ParsedFile:
    """Read a CSV or XLSX file with the columns of `SEEKER_FIELDS`.

    Parameters
    ----------
    registered_on
        First day active, where the file states none.
    pseudonym
        Seeker identifier of an identity number (where there is none, of all that the row says), for rows without
        an identifier of their own. It must be keyed: identity numbers and phones are few enough to be tried one
        by one.
    today
        Nobody was closed after this day.

    Raises
    ------
    DataError
        As `read_table`.
    """
    table = read_table(path, file_format, SEEKER_FIELDS)
    rejects = list(table.rejects)
    seen: dict[str, tuple[int, Row]] = {}
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in ("s", "x", "c", "g", "i")}
    repeated = 0
    for number, row in table.rows:
        try:
            seeker = _seeker(row, registered_on, pseudonym, today)
        except Reject as reason:
            rejects.append((number, reason))
            continue
        seeker_id = str(seeker["seeker_id"])
        line, known = seen.setdefault(seeker_id, (number, row))
        if known is not row:
            if known == row:
                repeated += 1
            else:
                expected = f"each person once: row {line} says something else of the same one"
                rejects.append((number, Reject("求职者编号", seeker_id, expected)))
            continue
        rows["s"].append(seeker)
        rows["x"] += [{"seeker_id": seeker_id, **job} for job in _jobs(row["experience"])]
        rows["c"] += [
            {"seeker_id": seeker_id, "credential_code": code, "obtained_on": None, "expires_on": _stamp(expiry)}
            for code, expiry in dict(row["credentials"] or []).items()
        ]
        rows["g"] += [
            {
                "seeker_id": seeker_id,
                "group_code": group,
                "valid_from": seeker["registered_on"],
                "valid_until": None,
            }
            for group in dict.fromkeys(row["groups"] or [])
        ]
        if any(row[name] for name in ("name", "identity_number", "phone")):
            rows["i"].append({"seeker_id": seeker_id, **{n: row[n] for n in ("name", "identity_number", "phone")}})
    return ParsedFile(
        records=Records.of(
            seekers=pd.DataFrame(rows["s"], columns=list(SEEKERS.columns)),
            seeker_experience=pd.DataFrame(rows["x"], columns=list(SEEKER_EXPERIENCE.columns)),
            seeker_credentials=pd.DataFrame(rows["c"], columns=list(SEEKER_CREDENTIALS.columns)),
            seeker_groups=pd.DataFrame(rows["g"], columns=list(SEEKER_GROUPS.columns)),
        ),
        identities=SEEKER_IDENTITIES.check(pd.DataFrame(rows["i"], columns=list(SEEKER_IDENTITIES.columns))),
        rejects=rejects_table(rejects),
        rows=table.count,
        repeated=repeated,
    )


def _seeker(row: Row, registered_on: date, pseudonym: Callable[[str], str], today: date | None) -> dict[str, object]:
    number = row["identity_number"]
    # GB 11643: characters 7 to 14 are the birth date.
    born = row["birth_date"] or (datetime.strptime(number[6:14], "%Y%m%d").date() if number else None)
    first = row["registered_on"] or registered_on
    last = row["valid_through"] or first + timedelta(days=ACTIVE_DAYS)
    if born is not None and born >= first:
        raise Reject("出生日期", str(born), f"before the registration, {first}")
    if last < first:
        raise Reject("有效期至", str(last), f"not before the registration, {first}")
    closed = row["closed_on"]
    if closed is not None and not first <= closed <= (today or closed):
        raise Reject("关闭日期", str(closed), f"not before the registration, {first}, and not after today")
    if not (row["desired_title"] or row["profile_text"] or row["experience"]):
        raise Reject("求职意向", "", "work wanted, work done or a text about the person")
    # Not by the closing: the person is the same before and after it.
    known_by = number or "\x1f".join(str(row[name]) for name in SEEKER_FIELDS if name != "closed_on")
    return {
        "seeker_id": row["seeker_id"] or pseudonym(known_by),
        "profile_text": row["profile_text"] or "",
        "desired_title": row["desired_title"],
        "desired_occupation_code": None,
        "birth_date": _stamp(born),
        # "No requirement" is an answer of a vacancy; of a person it tells nothing.
        "education_level": row["education"] if row["education"] in tuple(EducationLevel) else None,
        "major": row["major"],
        "skills": row["skills"],
        "experience_years": row["experience_years"],
        "wage_min_cny_month": row["wage_min"],
        "accepts_night_work": row["night_work"],
        "accepts_shift_work": row["shift_work"],
        "needs_board": row["board"],
        "needs_lodging": row["lodging"],
        "will_relocate": row["relocate"],
        "district_code": row["district"],
        "longitude": row["longitude"],
        "latitude": row["latitude"],
        "commute_limit_km": row["commute"],
        "credentials_complete": row["credentials"] is not None,
        "registered_on": _stamp(first),
        "valid_through": _stamp(last),
        "status": str(RecordStatus.OPEN if closed is None else RecordStatus.CLOSED),
        "closed_on": _stamp(closed),
        "source": "file",
        "is_synthetic": False,
    }


def _jobs(told: str | None) -> list[dict[str, object]]:
    """Jobs from words such as 架子工3年;保安1年."""
    jobs: list[dict[str, object]] = []
    for part in re.split(r"[;；\n]+", told or ""):
        found = _JOB.match(part.strip())
        if found and found.group("title"):
            years = find_experience_years(found.group("years") or "")
            jobs.append({"title": found.group("title"), "occupation_code": None, "years": years})
    return jobs


def _stamp(day: date | None) -> pd.Timestamp | None:
    return None if day is None else pd.Timestamp(day)
