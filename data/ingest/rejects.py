"""Rows that were not stored, and why."""

from __future__ import annotations

import pandas as pd

from data.columns import Column, Table
from data.facts.identifiers import mask_identifiers

REJECTS = Table(
    "rejects",
    {
        "file_row": Column("Int32", "line of the file, or row of the sheet, from 1", low=1),
        "file_column": Column("string", "column, as the file names it"),
        "found": Column("string", "what stands there (shortened)"),
        "expected": Column("string", "what should"),
    },
)

_LONGEST_SHOWN = 80


class Reject(Exception):  # noqa: N818 - an outcome of a row, not an error of the program
    """One reason why a row is not stored; raised by the readers of single fields."""

    def __init__(self, column: str, found: str, expected: str) -> None:
        super().__init__(column, found, expected)
        self.column, self.found, self.expected = column, found, expected


def rejects_table(rejects: list[tuple[int, Reject]]) -> pd.DataFrame:
    """The rejects file, from (row, reason) pairs, without identity numbers and telephones. Laid out as `REJECTS`."""
    rows = [(row, why.column, _shorten(mask_identifiers(why.found)), why.expected) for row, why in rejects]
    return REJECTS.check(pd.DataFrame(rows, columns=list(REJECTS.columns)))


def _shorten(text: str) -> str:
    visible = text.replace("\x00", "␀")
    return visible if len(visible) <= _LONGEST_SHOWN else f"{visible[:_LONGEST_SHOWN]}… ({len(visible)} characters)"
