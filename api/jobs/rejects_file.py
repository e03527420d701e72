"""The file that tells people which rows were not stored, and why."""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def write_rejects(folder: Path, import_id: int, path: Path, rejects: pd.DataFrame) -> Path | None:
    """Write `rejects` (laid out as `data.ingest.rejects.REJECTS`) of the file `path`; None where there are none."""
    if not len(rejects):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / f"{import_id:06d}-{path.stem}.csv"
    named = rejects.assign(file=path.name)[["file", *rejects.columns]]
    # With a BOM spreadsheet programs read Chinese text in the right encoding.
    named.to_csv(written, index=False, encoding="utf-8-sig")
    return written
