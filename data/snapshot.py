"""A market as a folder of files: what computation reads, without a database, as often as it likes."""

from __future__ import annotations

import json
import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import feather

from data.columns import MARKET_COURSES, MARKET_EXPERIENCE, MARKET_SEEKERS, MARKET_VACANCIES
from data.errors import DataError, NotFoundError
from data.market import Market

SCHEMA_VERSION = 1
"""Raised when the layout of the market tables changes; an older snapshot is then refused, not misread."""

_LAYOUTS = {
    "seekers": MARKET_SEEKERS,
    "experience": MARKET_EXPERIENCE,
    "vacancies": MARKET_VACANCIES,
    "courses": MARKET_COURSES,
}
_MANIFEST = "manifest.json"


def write_snapshot(market: Market, folder: Path) -> None:
    """Write `market` as Arrow files with a manifest of checksums; `folder` appears only when it is whole."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    manifest: dict[str, object] = {"schema_version": SCHEMA_VERSION, "as_of": market.as_of.isoformat()}
    for name in _LAYOUTS:
        path = fresh / f"{name}.arrow"
        table = pa.Table.from_pandas(getattr(market, name), preserve_index=False)
        feather.write_feather(table.replace_schema_metadata(None), path, compression="uncompressed")
        manifest[name] = {"rows": table.num_rows, "sha256": sha256(path.read_bytes()).hexdigest()}
    (fresh / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def open_snapshot(folder: Path) -> Market:
    """Open what `write_snapshot` wrote.

    Raises
    ------
    NotFoundError
        There is no snapshot in `folder`.
    DataError
        It is damaged, incomplete, or of another schema version.
    """
    path = folder / _MANIFEST
    if not path.is_file():
        raise NotFoundError(f"no snapshot in {folder}", remedy="make one: zhuye match")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if manifest.get("schema_version") != SCHEMA_VERSION:
        raise DataError(
            f"the snapshot in {folder} has schema version {manifest.get('schema_version')}, not {SCHEMA_VERSION}",
            remedy="delete the folder; the next match makes a new one",
        )
    tables = {name: _read_table(folder, name, manifest[name]) for name in _LAYOUTS}
    return Market(as_of=date.fromisoformat(manifest["as_of"]), **tables)


def _read_table(folder: Path, name: str, expected: dict[str, object]) -> pd.DataFrame:
    path = folder / f"{name}.arrow"
    if not path.is_file() or sha256(path.read_bytes()).hexdigest() != expected["sha256"]:
        raise DataError(f"{path} is missing or damaged", remedy="delete the snapshot; the next match makes a new one")
    table = feather.read_table(path, memory_map=True)
    return _LAYOUTS[name].check(table.to_pandas())
