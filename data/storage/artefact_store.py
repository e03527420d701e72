"""Which model files were made, from what: the newest of a kind is the one in use."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select

from data.storage import tables


def register_artefact(engine: Engine, *, kind: str, home: Path, path: Path, manifest: dict[str, Any]) -> str:
    """Record the model in `path` (a file or a folder under `home`); returns the SHA-256 of its contents."""
    digest = fingerprint(path)
    with engine.begin() as connection:
        connection.execute(
            insert(tables.model_artefacts).values(
                kind=kind, path=str(path.relative_to(home)), sha256=digest, manifest=manifest
            )
        )
    return digest


def newest_artefacts(engine: Engine) -> dict[str, str]:
    """SHA-256 of the newest model of each kind."""
    table = tables.model_artefacts
    with engine.connect() as connection:
        rows = connection.execute(
            select(table.c.kind, table.c.sha256)
            .distinct(table.c.kind)
            .order_by(table.c.kind, table.c.artefact_id.desc())
        ).all()
    return {row.kind: row.sha256 for row in rows}


def fingerprint(path: Path) -> str:
    """SHA-256 over the names and contents of all files in `path`."""
    digest = sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(file.relative_to(path if path.is_dir() else path.parent).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
