"""The frame of every import of a file: one transaction, its record, the rejects file, and where the rows went."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Engine

from api.jobs.rejects_file import write_rejects
from api.jobs.stages import Report
from data.storage.import_repository import record_import


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


@dataclass(frozen=True)
class FileRows:
    """Rows of a file, counted; what was neither stored nor rejected was known. `rejects` laid out as REJECTS."""

    rows: int
    stored: int
    rejected: int
    rejects: pd.DataFrame


class WholeImport:
    """One file on its way into the database, from the moment this is made: whole or not at all."""

    def __init__(self, path: Path, kind: str, *, steps: int, report: Report | None) -> None:
        """`steps`: of the reading, and two after it; `report` is told of each."""
        self._path, self._kind = path, kind
        self._start = time.perf_counter()
        self._steps, self._done, self._report = steps, 0, report

    def step_done(self) -> None:
        """Tell of one step more."""
        self._done += 1
        if self._report is not None:
            self._report(self._done, self._steps)

    def finish(
        self, engine: Engine, store: Callable[[Connection], FileRows], *, file_format: str, rejects_folder: Path,
        uncoded: int | None = None,
    ) -> ImportSummary:  # fmt: skip
        """`store` the rows and record the import in one transaction, then write the rejects file."""
        path, kind = self._path, self._kind
        with path.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()
        with engine.begin() as connection:
            found = store(connection)
            duplicates = found.rows - found.stored - found.rejected
            import_id = record_import(
                connection, file_name=path.name, file_sha256=digest, kind=kind, file_format=file_format,
                rows=found.rows, stored=found.stored, duplicate=duplicates, rejected=found.rejected,
                rejects=found.rejects,
            )  # fmt: skip
        self.step_done()
        rejects_path = write_rejects(rejects_folder, import_id, path, found.rejects)
        self.step_done()
        return ImportSummary(
            import_id, path.name, kind, file_format, found.rows, found.stored, duplicates, found.rejected, uncoded,
            rejects_path, time.perf_counter() - self._start,
        )  # fmt: skip
