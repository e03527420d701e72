"""A fingerprint of records: equal records have the same, on any machine."""

from __future__ import annotations

import hashlib

import pandas as pd

from data.columns import RECORD_TABLES, Records


def records_digest(records: Records) -> str:
    """SHA-256 (hex) over every value of every table, rows in their order."""
    digest = hashlib.sha256()
    for layout in RECORD_TABLES:
        frame: pd.DataFrame = getattr(records, layout.name)
        digest.update(f"{layout.name} {len(frame)}\n".encode())
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().astype("<u8").tobytes())
    return digest.hexdigest()
