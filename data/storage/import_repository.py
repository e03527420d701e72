"""What was imported, and what was rejected and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, insert, select

from data.storage import tables
from data.storage.bulk import copy_frame


@dataclass(frozen=True)
class ImportRecord:
    """One import: `rows` = `stored` + `duplicate` + `rejected`."""

    import_id: int
    file_name: str
    kind: str
    file_format: str
    rows: int
    stored: int
    duplicate: int
    rejected: int
    imported_at: datetime


def record_import(
    connection: Connection, *, file_name: str, file_sha256: str, kind: str, file_format: str, rows: int,
    stored: int, duplicate: int, rejects: pd.DataFrame, rejected: int,
) -> int:  # fmt: skip
    """Record an import and its rejects (columns file_row, file_column, found, expected); returns its number."""
    import_id = int(
        connection.execute(
            insert(tables.imports)
            .values(
                file_name=file_name,
                file_sha256=file_sha256,
                kind=kind,
                file_format=file_format,
                rows=rows,
                stored=stored,
                duplicate=duplicate,
                rejected=rejected,
            )
            .returning(tables.imports.c.import_id)
        ).scalar_one()
    )
    if len(rejects):
        copy_frame(connection, "rejects", rejects.assign(import_id=import_id))
    return import_id


def rejects_of(connection: Connection, import_id: int) -> pd.DataFrame:
    """Rejects of one import in the order of the file: file_row, file_column, found, expected."""
    table = tables.rejects
    names = ["file_row", "file_column", "found", "expected"]
    rows = connection.execute(
        select(*(table.c[name] for name in names)).where(table.c.import_id == import_id).order_by(table.c.row_id)
    ).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=names)


def list_imports(connection: Connection, *, limit: int = 10) -> list[ImportRecord]:
    """The newest imports first."""
    table = tables.imports
    names = ImportRecord.__dataclass_fields__
    rows = connection.execute(
        select(*(table.c[name] for name in names)).order_by(table.c.import_id.desc()).limit(limit)
    ).all()
    return [ImportRecord(**row._mapping) for row in rows]
