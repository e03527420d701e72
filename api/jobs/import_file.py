"""Imports a file: read, code occupations, store in one transaction, write the rejects file."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import Connection, Engine

from api.jobs.code_records import code_records
from api.jobs.refuse_unlawful import refuse_unlawful
from api.jobs.rejects_file import write_rejects
from api.jobs.stages import Report
from data.columns import COURSE_RUNS, Records
from data.ingest.read_file import Format, Kind, detect_format, read_file
from data.storage.identity_repository import store_identities
from data.storage.import_repository import record_import
from data.storage.personal_data import PersonalDataKey
from data.storage.record_repository import close_stored, store_records
from models.occupation_coder import OccupationCoder


@dataclass(frozen=True)
class ImportSummary:
    """Where the rows of a file went: `rows` = `stored` + `duplicates` + `rejected`.

    `uncoded` counts records of the file whose title names no occupation that the coder knows, None where there are no
    titles; `rejects_path` is the rejects file, None where nothing was rejected.
    """

    import_id: int
    file_name: str
    kind: str
    file_format: str
    rows: int
    stored: int
    duplicates: int
    rejected: int
    uncoded: int | None
    rejects_path: Path | None
    seconds: float


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
    start = time.perf_counter()
    steps = iter(range(1, 5))

    def done() -> None:
        if report is not None:
            report(next(steps), 4)

    chosen: Format = detect_format(path) if file_format == "auto" else file_format
    parsed = read_file(
        path, kind=kind, file_format=chosen, default_date=default_date, pseudonym=key.pseudonym, today=today
    )
    if kind == "vacancies":
        parsed = refuse_unlawful(parsed)
    done()
    records = code_records(parsed.records, coder)
    done()
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    table = getattr(records, kind)
    with engine.begin() as connection:
        stored = _store(connection, records, kind)
        store_identities(connection, parsed.identities, key)
        import_id = record_import(
            connection,
            file_name=path.name,
            file_sha256=digest,
            kind=kind,
            file_format=chosen,
            rows=parsed.rows,
            stored=stored,
            duplicate=parsed.rows - parsed.rejected - stored,
            rejected=parsed.rejected,
            rejects=parsed.rejects,
        )
    done()
    rejects_path = write_rejects(rejects_folder, import_id, path, parsed.rejects)
    done()
    return ImportSummary(
        import_id=import_id,
        file_name=path.name,
        kind=kind,
        file_format=chosen,
        rows=parsed.rows,
        stored=stored,
        duplicates=parsed.rows - parsed.rejected - stored,
        rejected=parsed.rejected,
        uncoded=int(table[_TITLES[kind]].isna().sum()),
        rejects_path=rejects_path,
        seconds=time.perf_counter() - start,
    )


def _store(connection: Connection, records: Records, kind: Kind) -> int:
    """Rows stored: new records, and closings of known ones. One of courses is a run, or a course that has none here."""
    if kind != "courses":
        return store_records(connection, records).new[kind] + close_stored(connection, records, kind)
    with_runs = records.courses["course_id"].isin(records.course_runs["course_id"])
    alone = replace(records, courses=records.courses[~with_runs], course_runs=COURSE_RUNS.empty())
    courses = store_records(connection, alone).new["courses"]
    return courses + store_records(connection, replace(records, courses=records.courses[with_runs])).new["course_runs"]
