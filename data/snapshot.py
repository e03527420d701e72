"""A market as a folder of files: what computation reads, without a database, as often as it likes."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import feather

from data.errors import DataError, NotFoundError
from data.market import Market
from data.market_columns import MARKET_COURSES, MARKET_EXPERIENCE, MARKET_SEEKERS, MARKET_VACANCIES
from data.whole_folder import whole_folder

SCHEMA_VERSION = 3
"""Raised when the layout of the market tables changes; an older snapshot is then refused, not misread."""

_LAYOUTS = {
    "seekers": MARKET_SEEKERS,
    "experience": MARKET_EXPERIENCE,
    "vacancies": MARKET_VACANCIES,
    "courses": MARKET_COURSES,
}
_MANIFEST = "manifest.json"
_AGAIN = "delete the folder; the next match makes a new one"


def write_snapshot(market: Market, folder: Path) -> None:
    """Write `market` as Arrow files with a manifest of checksums; `folder` only ever holds a whole snapshot.

    Raises
    ------
    UnavailableError
        The disk is full or the folder cannot be written; what was in `folder` before is still there.
    """
    with whole_folder(folder) as fresh:
        _write_files(market, fresh)


def open_snapshot(folder: Path) -> Market:
    """Open what `write_snapshot` wrote. The files are read memory-mapped: pages are shared between processes.

    Raises
    ------
    NotFoundError
        There is no snapshot in `folder`.
    DataError
        It is damaged, incomplete, or of another schema version.
    """
    as_of, tables = _open_tables(folder)
    return Market(as_of=as_of, **{name: _checked(name, table) for name, table in tables.items()})


def open_without_seekers(folder: Path) -> Market:
    """The snapshot's vacancies and courses only, for `open_shard` to add seekers. Raises as `open_snapshot`."""
    as_of, tables = _open_tables(folder)
    tables |= {name: tables[name].slice(0, 0) for name in ("seekers", "experience")}
    return Market(as_of=as_of, **{name: _checked(name, table) for name, table in tables.items()})


def open_shard(folder: Path, market: Market, rows: range) -> Market:
    """`market`, one of `open_without_seekers`, with these seekers of the snapshot; their rows count from 0.

    Raises as `open_snapshot`.
    """
    _, tables = _open_tables(folder)
    owner = tables["experience"].column("seeker").combine_chunks().to_numpy()
    first, end = np.searchsorted(owner, [rows.start, rows.stop])
    experience = _checked("experience", tables["experience"].slice(first, end - first))
    return replace(
        market,
        seekers=_checked("seekers", tables["seekers"].slice(rows.start, len(rows))),
        experience=experience.assign(seeker=experience["seeker"].to_numpy() - np.int32(rows.start)),
    )


def _open_tables(folder: Path) -> tuple[date, dict[str, pa.Table]]:
    path = folder / _MANIFEST
    if not path.is_file():
        raise NotFoundError(f"no snapshot in {folder}", remedy="make one: zhuye rematch")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        version, as_of = manifest["schema_version"], date.fromisoformat(manifest["as_of"])
        expected = {name: (int(manifest[name]["rows"]), str(manifest[name]["sha256"])) for name in _LAYOUTS}
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is no manifest of a snapshot: {error!r}", remedy=_AGAIN) from error
    if version != SCHEMA_VERSION:
        raise DataError(f"{folder} has schema version {version}, expected {SCHEMA_VERSION}", remedy=_AGAIN)
    return as_of, {name: _open_table(folder, name, *expected[name]) for name in _LAYOUTS}


def _checked(name: str, table: pa.Table) -> pd.DataFrame:
    return _LAYOUTS[name].check(table.to_pandas())


def _write_files(market: Market, folder: Path) -> None:
    manifest: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "as_of": market.as_of.isoformat()}
    for name in _LAYOUTS:
        path = folder / f"{name}.arrow"
        table = pa.Table.from_pandas(getattr(market, name), preserve_index=False)
        feather.write_feather(table.replace_schema_metadata(None), path, compression="uncompressed")
        _flush(path)
        manifest[name] = {"rows": table.num_rows, "sha256": _digest(path)}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    _flush(folder / _MANIFEST)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _open_table(folder: Path, name: str, rows: int, digest: str) -> pa.Table:
    path = folder / f"{name}.arrow"
    if not path.is_file():
        raise DataError(f"{path} is missing", remedy=_AGAIN)
    if _digest_once(path, path.stat().st_mtime_ns) != digest:
        raise DataError(f"{path} is damaged: its checksum is not the one of the manifest", remedy=_AGAIN)
    table = feather.read_table(path, memory_map=True)
    if table.num_rows != rows:
        raise DataError(f"{path} has {table.num_rows} rows, the manifest says {rows}", remedy=_AGAIN)
    return table


@lru_cache(maxsize=16)
def _digest_once(path: Path, _modified_ns: int) -> str:
    """The digest, computed once a process: a worker opens a snapshot for shard after shard."""
    return _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
