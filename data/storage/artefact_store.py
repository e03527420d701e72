"""Which model files were made, from what: the newest of a kind is the one in use."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from data.errors import UnavailableError
from data.storage import tables


@dataclass(frozen=True)
class Artefact:
    """A registered model: `path` is a file or folder whose contents have this SHA-256."""

    kind: str
    path: Path
    sha256: str
    manifest: dict[str, Any]


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


def active_artefact(engine: Engine, kind: str, home: Path) -> Artefact | None:
    """The newest model of this kind, its files checked; None before the first.

    Raises
    ------
    UnavailableError
        Its files are missing or are no longer what was registered.
    """
    table = tables.model_artefacts
    with engine.connect() as connection:
        row = connection.execute(
            select(table.c.path, table.c.sha256, table.c.manifest)
            .where(table.c.kind == kind)
            .order_by(table.c.artefact_id.desc())
            .limit(1)
        ).one_or_none()
    if row is None:
        return None
    path = home / row.path
    if not path.exists() or fingerprint(path) != row.sha256:
        state = "was changed" if path.exists() else "is missing"
        raise UnavailableError(
            f"the {kind} in {path} {state} since it was registered", remedy="train again: zhuye train"
        )
    return Artefact(kind, path, row.sha256, row.manifest)


def newest_artefacts(engine: Engine) -> dict[str, str]:
    """SHA-256 of the newest model of each kind, as registered."""
    table = tables.model_artefacts
    with engine.connect() as connection:
        rows = connection.execute(
            select(table.c.kind, table.c.sha256)
            .ext(distinct_on(table.c.kind))
            .order_by(table.c.kind, table.c.artefact_id.desc())
        ).all()
    return {row.kind: row.sha256 for row in rows}


def fingerprint(path: Path) -> str:
    """SHA-256 over the names and contents of all files in `path`."""
    digest = sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(file.relative_to(path if path.is_dir() else path.parent).as_posix().encode())
            with file.open("rb") as content:
                digest.update(file_digest(content, "sha256").digest())
    return digest.hexdigest()
