"""Imports a file: read, code occupations, store in one transaction, write the rejects file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, Engine

from api.jobs.code_records import code_records
from api.jobs.refuse_unlawful import refuse_unlawful
from api.jobs.stages import Report
from api.jobs.whole_import import FileRows, ImportSummary, WholeImport
from data.columns import COURSE_RUNS, Records
from data.ingest.read_file import Format, Kind, detect_format, read_file
from data.storage.identity_repository import store_identities
from data.storage.personal_data import PersonalDataKey
from data.storage.record_repository import close_stored, store_records
from models.occupation_coder import OccupationCoder

_TITLES = {"vacancies": "occupation_code", "seekers": "desired_occupation_code", "courses": "occupation_code"}


def import_file(
    engine: Engine, path: Path, *, kind: Kind, file_format: Format, default_date: date, key: PersonalDataKey,
    coder: OccupationCoder, rejects_folder: Path, report: Report | None = None, today: date | None = None,
) -> ImportSummary:  # fmt: skip
    """Import `path`. The file is stored whole or not at all: rejects apart, a killed import leaves nothing.

    What is known is left as it is, but for being closed. A closing after `today` is rejected.

    Raises
    ------
    NotFoundError, DataError
        The file as a whole cannot be read; nothing was stored.
    """
    whole = WholeImport(path, kind, steps=4, report=report)
    chosen: Format = detect_format(path) if file_format == "auto" else file_format
    parsed = read_file(
        path, kind=kind, file_format=chosen, default_date=default_date, pseudonym=key.pseudonym, today=today
    )
    if kind == "vacancies":
        parsed = refuse_unlawful(parsed)
    whole.step_done()
    records = code_records(parsed.records, coder)
    whole.step_done()

    def store(connection: Connection) -> FileRows:
        stored = _store(connection, records, kind)
        store_identities(connection, parsed.identities, key)
        return FileRows(parsed.rows, stored, parsed.rejected, parsed.rejects)

    uncoded = int(getattr(records, kind)[_TITLES[kind]].isna().sum())
    return whole.finish(engine, store, file_format=chosen, rejects_folder=rejects_folder, uncoded=uncoded)


def _store(connection: Connection, records: Records, kind: Kind) -> int:
    """Rows stored: new records, and closings of known ones. One of courses is a run, or a course that has none here."""
    if kind != "courses":
        return store_records(connection, records).new[kind] + close_stored(connection, records, kind)
    with_runs = records.courses["course_id"].isin(records.course_runs["course_id"])
    alone = replace(records, courses=records.courses[~with_runs], course_runs=COURSE_RUNS.empty())
    courses = store_records(connection, alone).new["courses"]
    return courses + store_records(connection, replace(records, courses=records.courses[with_runs])).new["course_runs"]
