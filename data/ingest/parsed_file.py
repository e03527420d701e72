"""What reading a file gives."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pandas as pd

from data.columns import Records


@dataclass(frozen=True)
class ParsedFile:
    """Every row of a file: in `records` once, or repeated within the file, or rejected.

    Attributes
    ----------
    records
        New employers, vacancies, seekers … as the file states them; occupations are not coded yet.
    identities
        Personal identifiers, laid out as `SEEKER_IDENTITIES`; they go to storage apart.
    rejects
        Laid out as `REJECTS`: a row may have several reasons.
    rows
        Rows in the file without its header.
    repeated
        Rows that state nothing beyond an earlier row of the same file.
    lines
        Identifier of each vacancy → the row of the file that states it; empty for other kinds of files.
    """

    records: Records
    identities: pd.DataFrame
    rejects: pd.DataFrame
    rows: int
    repeated: int
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def rejected(self) -> int:
        """Rows rejected."""
        return int(self.rejects["file_row"].nunique())


def content_identifier(prefix: str, *parts: object) -> str:
    """The same identifier for the same content each time it is imported."""
    digest = hashlib.sha256("\x1f".join("" if part is None else str(part) for part in parts).encode()).hexdigest()
    return f"{prefix}-{digest[:16]}"
