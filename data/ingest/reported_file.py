"""Files of what happened: events of referrals, exits that are no placement, training orders, places in classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.columns import DATE, Table
from data.errors import DataError
from data.ingest.rejects import Reject
from data.ingest.table_file import Row, read_table
from data.ingest.template import DESTINATION_FIELDS, ENROLMENT_FIELDS, EVENT_FIELDS, ORDER_FIELDS
from data.reported import REPORTED_EVENTS, REPORTED_EXITS
from data.reported_training import REPORTED_ENROLMENTS, REPORTED_ORDERS


@dataclass(frozen=True)
class ReportedFile:
    """The rows that can be read, laid out as the `REPORTED_` table of their kind; the others; and how many in all."""

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


def read_orders(path: Path, file_format: str, *, pseudonym: Callable[[str], str]) -> ReportedFile:
    """Read a CSV or XLSX file with the columns of `ORDER_FIELDS`. As `read_events`."""
    table = read_table(path, file_format, ORDER_FIELDS)
    return ReportedFile(_laid_out(REPORTED_ORDERS, table.rows, pseudonym), table.rejects, table.count)


def read_enrolments(path: Path, file_format: str, *, pseudonym: Callable[[str], str]) -> ReportedFile:
    """Read a CSV or XLSX file with the columns of `ENROLMENT_FIELDS`. As `read_events`."""
    table = read_table(path, file_format, ENROLMENT_FIELDS)
    return ReportedFile(_laid_out(REPORTED_ENROLMENTS, table.rows, pseudonym), table.rejects, table.count)


def _laid_out(layout: Table, rows: list[tuple[int, Row]], pseudonym: Callable[[str], str]) -> pd.DataFrame:
    columns: dict[str, list[object]] = {name: [] for name in layout.columns}
    for number, row in rows:
        number_of_identity = row.get("identity_number")
        known_by = row.get("seeker_id") or (pseudonym(number_of_identity) if number_of_identity else None)
        for name, values in columns.items():
            values.append({"row": number, "seeker_id": known_by}.get(name, row.get(name)))
    for name, column in layout.columns.items():
        if column.dtype == DATE:
            columns[name] = list(pd.to_datetime(pd.Series(columns[name], dtype=object)))
    return layout.check(pd.DataFrame(columns))


READERS = {
    "events": read_events,
    "destinations": read_destinations,
    "orders": read_orders,
    "enrolments": read_enrolments,
}


def table_format(file_format: str, kind: str) -> str:
    """`file_format` where it is a table's.

    Raises
    ------
    DataError
        It holds advertisements.
    """
    if file_format not in ("csv", "xlsx"):
        raise DataError(
            f"格式 {file_format} 装的是岗位 / the format {file_format} holds vacancies, not {kind}",
            remedy="请给出 CSV 或 XLSX 文件 / give a CSV or XLSX file",
        )
    return file_format
