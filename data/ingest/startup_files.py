"""Files of incubators, mentors and wishes to start a business: a row is one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pandas as pd

from data.columns import Table
from data.facts.identifiers import mask_identifiers
from data.ingest.parsed_file import content_identifier
from data.ingest.rejects import Reject
from data.ingest.reported_file import ReportedFile
from data.ingest.startup_template import INCUBATOR_FIELDS, MENTOR_FIELDS, STARTUP_FIELDS
from data.ingest.table_file import Row, read_table
from data.records import STAGE_NAMES_ZH, RecordStatus, StartupStage
from data.startup_columns import STARTUP_TABLES, rows_of

_FIELDS = {"incubators": INCUBATOR_FIELDS, "mentors": MENTOR_FIELDS, "startups": STARTUP_FIELDS}


def read_startup_file(
    path: Path, file_format: str, kind: str, *, pseudonym: Callable[[str], str], today: date
) -> ReportedFile:
    """Read a CSV or XLSX file of `kind`: incubators, mentors or startups.

    `reported` is laid out as the kind's table in `STARTUP_TABLES`, behind a column `row` of the file's lines. Of rows
    with the same identifier the last stands, as it would if they came in files one after another.

    Parameters
    ----------
    pseudonym
        Seeker identifier of an identity number, where a wish has no identifier.
    today
        Day of a wish told; no business was registered and nothing closed after it, and no incubator or mentor has
        ended before it unless the row says that it is closed.

    Raises
    ------
    DataError
        As `read_table`.
    """
    table = read_table(path, file_format, _FIELDS[kind])
    rejects, kept = list(table.rejects), []
    makers: dict[str, Callable[[Row], Row]] = {
        "incubators": _incubator, "mentors": _mentor, "startups": lambda row: _wish(row, pseudonym, today),
    }  # fmt: skip
    for number, row in table.rows:
        try:
            _not_after(today, "关闭日期", row.get("closed_on"))
            _not_ended(today, row)
            kept.append({"row": number, **makers[kind](row)})
        except Reject as reason:
            rejects.append((number, reason))
    return ReportedFile(_laid_out(STARTUP_TABLES[kind], kept, file_format), rejects, table.count)


def _laid_out(layout: Table, rows: Iterable[Row], source: str) -> pd.DataFrame:
    rows = [{"source": source, "is_synthetic": False, **row} for row in rows]
    checked = rows_of(layout, rows)
    checked.insert(0, "row", pd.Series([row["row"] for row in rows], dtype="Int32"))
    return checked


def _incubator(row: Row) -> Row:
    _no_more("空余工位", row["workstations_free"], row["workstations"])
    known_by = row["incubator_id"] or content_identifier("I", row["name"])
    return {**row, "incubator_id": known_by, "status": _status(row)}


def _mentor(row: Row) -> Row:
    _no_more("空余名额", row["places_free"], row["places"])
    plain = {name: mask_identifiers(row[name]) for name in ("field", "experience") if row[name]}
    return {**row, **plain, "online": bool(row["online"]), "status": _status(row)}


def _wish(row: Row, pseudonym: Callable[[str], str], today: date) -> Row:
    known_by = row["seeker_id"] or (pseudonym(row["identity_number"]) if row["identity_number"] else None)
    if known_by is None:
        raise Reject("求职者编号", "", "求职者编号或身份证号 / a seeker or an identity number")
    _not_after(today, "登记注册日期", row["registered_on"])
    if row["registered_on"] and row["stage"] in (StartupStage.IDEA, StartupStage.PLANNING):
        raise Reject(
            "阶段",
            STAGE_NAMES_ZH[StartupStage(row["stage"])],
            "已登记或已经营：有登记注册日期 / registered or trading: it has a day",
        )
    complete = {"standings_complete": bool(row["standings_complete"]), "recorded_on": today}
    trade = mask_identifiers(row["trade"]) if row["trade"] else None
    return {**row, "seeker_id": known_by, "trade": trade, **complete}


def _status(row: Row) -> str:
    return str(RecordStatus.CLOSED if row["closed_on"] else RecordStatus.OPEN)


def _no_more(column: str, free: int, places: int) -> None:
    if free > places:
        raise Reject(column, str(free), f"不多于总数 {places} / no more than there are, {places}")


def _not_ended(today: date, row: Row) -> None:
    last = row.get("valid_through")
    if last is not None and last < today and row["closed_on"] is None:
        raise Reject(
            "截止日期",
            str(last),
            f"不早于今天（{today}）；已结束的请填关闭日期 / {today} or later; of what has ended, 关闭日期 too",
        )


def _not_after(today: date, column: str, day: date | None) -> None:
    if day is not None and day > today:
        raise Reject(column, str(day), f"不晚于今天（{today}）/ no later than today, {today}")
