"""What a report is made of: sections of remarks, charts and tables. Nothing here knows HTML, CSV or XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from evaluation.refusal import Caution, Refusal


@dataclass(frozen=True)
class Words:
    """The same in Chinese and English."""

    zh: str
    en: str


class Kind(StrEnum):
    """How a value is shown to a person; files hold the number itself."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"  # 0 to 1, shown in per cent
    POINTS = "points"  # a difference of shares, shown in percentage points
    NUMBER = "number"
    DAYS = "days"
    MONEY = "money"  # CNY a month
    P_VALUE = "p_value"


@dataclass(frozen=True)
class Shown:
    """A column of a table as people see it; `name` is that of the frame."""

    name: str
    words: Words
    kind: Kind = Kind.TEXT


def columns(*described: tuple[str, str, str] | tuple[str, str, str, Kind]) -> tuple[Shown, ...]:
    """Columns from their name, Chinese and English heading, and kind (text unless said otherwise)."""
    return tuple(Shown(name, Words(zh, en), *kind) for name, zh, en, *kind in described)


@dataclass(frozen=True)
class DataTable:
    """Figures with their definition.

    Attributes
    ----------
    key
        Name of the file and of the sheet: letters, digits and hyphens, at most 31.
    definition
        Numerator, denominator, and from which rows.
    rows
        One figure or several a row; columns as `columns` names them, others are left out.
    in_page
        So many rows stand in the page; all are in the files.
    """

    key: str
    title: Words
    definition: Words
    columns: tuple[Shown, ...]
    rows: pd.DataFrame
    in_page: int = 60


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval; NaN ends: none. `of` says in a few characters of how many."""

    label: Words
    value: float
    low: float
    high: float
    of: str = ""
    series: int = 0


@dataclass(frozen=True)
class IntervalChart:
    """Estimates beside each other. Neighbours with the same label stand together, one a series."""

    title: Words
    kind: Kind
    intervals: tuple[Interval, ...]
    series: tuple[Words, ...] = ()
    reference: float | None = None


@dataclass(frozen=True)
class Curve:
    """A line through points, rising in x, with a band where `low` and `high` are given."""

    label: Words
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class CurveChart:
    """Curves over one pair of axes, both from 0. `diagonal`: the line on which both are equal is drawn."""

    title: Words
    x_title: Words
    y_title: Words
    x_kind: Kind
    y_kind: Kind
    curves: tuple[Curve, ...]
    diagonal: bool = False


@dataclass(frozen=True)
class Headline:
    """A figure that a reader should not miss, with its interval or its base in small print."""

    label: Words
    value: str
    small: str = ""


@dataclass(frozen=True)
class Headlines:
    """Headline figures in a row."""

    figures: tuple[Headline, ...]


@dataclass(frozen=True)
class Note:
    """A sentence of explanation."""

    words: Words


Block = Note | Caution | Refusal | Headlines | IntervalChart | CurveChart | DataTable


@dataclass(frozen=True)
class Section:
    """A part of the report; `key` is its anchor."""

    key: str
    title: Words
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """The whole.

    Attributes
    ----------
    inputs
        What it was computed from, name → value: the same inputs give the same bytes.
    """

    title: Words
    subtitle: Words
    is_synthetic: bool
    inputs: dict[str, str]
    sections: tuple[Section, ...]

    def tables(self) -> Iterator[tuple[Section, DataTable]]:
        """Every table, with the section that it stands in."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, DataTable):
                    yield section, block
