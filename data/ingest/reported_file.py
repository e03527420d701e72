"""Files of what happened: events of referrals, and exits that are no placement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.columns import Table
from data.errors import DataError
from data.ingest.rejects import Reject
from data.ingest.table_file import Row, read_table
from data.ingest.template import DESTINATION_FIELDS, EVENT_FIELDS
from data.reported import REPORTED_EVENTS, REPORTED_EXITS


@dataclass(frozen=True)
class ReportedFile:
    """The rows that can be read, laid out as `REPORTED_EVENTS` or `REPORTED_EXITS`; the others; and how many in all."""

    reported: pd.DataFrame
    rejects: list[tuple[int, Reject]]
    rows: int


def read_events(path: Path, file_format: str, *, pseudonym: Callable[[str], str]) -> ReportedFile:
    """Read a CSV or XLSX file with the columns of `EVENT_FIELDS`.

    Parameters
    ----------
    pseudonym
        Seeker identifier of an identity number, where the row has no identifier.

    Raises
    ------
    DataError
        As `read_table`.
    """
    table = read_table(path, file_format, EVENT_FIELDS)
    return ReportedFile(_laid_out(REPORTED_EVENTS, table.rows, pseudonym), table.rejects, table.count)


def read_destinations(path: Path, file_format: str, *, pseudonym: Callable[[str], str]) -> ReportedFile:
    """Read a CSV or XLSX file with the columns of `DESTINATION_FIELDS`. As `read_events`."""
    table = read_table(path, file_format, DESTINATION_FIELDS)
    rejects, rows = list(table.rejects), []
    for number, row in table.rows:
        if row["seeker_id"] or row["identity_number"]:
            rows.append((number, row))
        else:
            rejects.append((number, Reject("求职者编号", "", "求职者编号或身份证号 / a seeker or an identity number")))
    return ReportedFile(_laid_out(REPORTED_EXITS, rows, pseudonym), rejects, table.count)


def _laid_out(layout: Table, rows: list[tuple[int, Row]], pseudonym: Callable[[str], str]) -> pd.DataFrame:
    columns: dict[str, list[object]] = {name: [] for name in layout.columns}
    for number, row in rows:
        known_by = row["seeker_id"] or (pseudonym(row["identity_number"]) if row["identity_number"] else None)
        for name, values in columns.items():
            values.append({"row": number, "seeker_id": known_by}.get(name, row.get(name)))
    for day in ("occurred_on", "left_on"):
        if day in columns:
            columns[day] = list(pd.to_datetime(pd.Series(columns[day], dtype=object)))
    return layout.check(pd.DataFrame(columns))


READERS = {"events": read_events, "destinations": read_destinations}


def table_format(file_format: str, kind: str) -> str:
    """`file_format` where it is a table's.

    Raises
    ------
    DataError
        It holds advertisements.
    """
    if file_format not in ("csv", "xlsx"):
        raise DataError(f"the format {file_format} holds vacancies, not {kind}", remedy="give a CSV or XLSX file")
    return file_format
