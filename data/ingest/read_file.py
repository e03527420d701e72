"""The one door for files: picks the reader by kind and format."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Literal

from data.errors import DataError
from data.ingest.courses_file import read_courses
from data.ingest.job51 import CLEANED_HEADER, TEXT_HEADER, read_51job
from data.ingest.job_posting import read_job_postings
from data.ingest.parsed_file import ParsedFile
from data.ingest.seekers_file import read_seekers
from data.ingest.text_file import kind_of, read_csv_rows
from data.ingest.vacancies_file import read_vacancies

Kind = Literal["vacancies", "seekers", "courses"]
Format = Literal["auto", "csv", "xlsx", "jobposting", "51job"]


def read_file(
    path: Path, *, kind: Kind, file_format: Format, default_date: date, pseudonym: Callable[[str], str],
    today: date | None = None,
) -> ParsedFile:  # fmt: skip
    """Read a file of records.

    Parameters
    ----------
    file_format
        'auto' looks into the file; a crawl without a header must be named '51job'.
    default_date
        First day of records that state none.
    pseudonym
        See `read_seekers`.
    today
        Nothing was closed after this day; None: any day will do.

    Raises
    ------
    NotFoundError, DataError
        The file is missing, not what it claims, or of a format that `kind` does not come in.
    """
    chosen = detect_format(path) if file_format == "auto" else file_format
    if chosen in ("jobposting", "51job"):
        if kind != "vacancies":
            raise DataError(
                f"格式 {chosen} 装的是岗位 / the format {chosen} holds vacancies, not {kind}",
                remedy="请选 csv 或 xlsx / choose csv or xlsx",
            )
        reader = read_job_postings if chosen == "jobposting" else read_51job
        return reader(path, published_on=default_date)
    if kind == "vacancies":
        return read_vacancies(path, chosen, published_on=default_date, today=today)
    if kind == "seekers":
        return read_seekers(path, chosen, registered_on=default_date, pseudonym=pseudonym, today=today)
    return read_courses(path, chosen)


def detect_format(path: Path) -> Format:
    """Format of a file by its content."""
    if kind_of(path) == "an XLSX (or ZIP) file":
        return "xlsx"
    with path.open("rb") as file:
        start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"[", b"<"):
        return "jobposting"
    _, first = next(read_csv_rows(path), (0, []))
    return "51job" if [cell.strip() for cell in first] in (CLEANED_HEADER, TEXT_HEADER) else "csv"
