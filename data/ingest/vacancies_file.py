"""Vacancies in our own table template."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from data.columns import SEEKER_IDENTITIES
from data.facts.pay import Pay
from data.ingest.parsed_file import ParsedFile
from data.ingest.rejects import rejects_table
from data.ingest.table_file import Row, read_table
from data.ingest.template import VACANCY_FIELDS
from data.ingest.vacancy_rows import VacancyRow, assemble


def read_vacancies(path: Path, file_format: str, *, published_on: date, today: date | None = None) -> ParsedFile:
    """Read a CSV or XLSX file with the columns of `VACANCY_FIELDS`. As `assemble`; raises DataError as `read_table`."""
    table = read_table(path, file_format, VACANCY_FIELDS)
    assembled = assemble(
        [(number, _row(row)) for number, row in table.rows], source=file_format, published_on=published_on, today=today
    )
    return ParsedFile(
        records=assembled.records,
        identities=SEEKER_IDENTITIES.empty(),
        rejects=rejects_table(table.rejects + assembled.rejects),
        rows=table.count,
        repeated=assembled.repeated,
        lines=assembled.lines,
    )


def advertised(row: Row) -> dict[str, Any]:
    """Fields of a `VacancyRow` that any advertisement states: all but who, what, where it is from and when."""
    return {
        "description": row["description"] or "",
        "headcount": row["headcount"],
        "education_min": row["education"],
        "experience_min_years": row["experience"],
        "pay": row["pay"] or Pay(None, None),
        "night_work": row["night_work"],
        "shift_work": row["shift_work"],
        "board_offered": row["board"],
        "lodging_offered": row["lodging"],
        "district_code": row["district"],
        "longitude": row["longitude"],
        "latitude": row["latitude"],
        "credentials": tuple(code for code, _ in row["credentials"] or []),
        "veterans_preferred": row["veterans"],
        "minimum_age_years": row["minimum_age"],
    }


def _row(row: Row) -> VacancyRow:
    return VacancyRow(
        **advertised(row),
        employer=row["employer"],
        title=row["title"],
        vacancy_id=row["vacancy_id"],
        published_on=row["published_on"],
        valid_through=row["valid_through"],
        closed_on=row["closed_on"],
        employer_type=row["employer_type"],
        industry=row["industry"],
        size_band=row["size_band"],
        credit_code=row["credit_code"],
    )
