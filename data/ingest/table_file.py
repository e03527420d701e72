"""Reads a table file in one of our templates: header names to fields, each row to values or rejects."""

from __future__ import annotations

import difflib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from data.errors import DataError
from data.ingest.fields import Field
from data.ingest.rejects import Reject
from data.ingest.text_file import kind_of, read_csv_rows

Row = dict[str, Any]

_DAMAGED = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError, EOFError, KeyError, ValueError, IndexError,
)  # fmt: skip
"""What openpyxl raises, depending on where an XLSX file is damaged."""


@dataclass(frozen=True)
class TableRows:
    """Rows read (row number, values by field), and rows rejected (row number, reason)."""

    rows: list[tuple[int, Row]]
    rejects: list[tuple[int, Reject]]
    count: int


def read_table(path: Path, file_format: str, fields: dict[str, Field]) -> TableRows:
    """Read all rows of a CSV or XLSX file.

    Raises
    ------
    DataError
        The file is not what it claims; it has no rows; a column is unknown, doubled, or missing.
    """
    lines = read_xlsx_rows(path) if file_format == "xlsx" else read_csv_rows(path)
    first = next(lines, None)
    if first is None:
        raise DataError(
            f"{path.name} 是空的 / {path.name} is empty",
            remedy="请给出有表头和数据行的文件 / give a file with a header and rows",
        )
    columns = _match_header(path, _without_empty_end(first[1]), fields)
    rows: list[tuple[int, Row]] = []
    rejects: list[tuple[int, Reject]] = []
    count = 0
    for number, cells in lines:
        count += 1
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            rejects.append(
                (
                    number,
                    Reject(
                        "(row)",
                        f"{len(cells)} 列 / {len(cells)} fields",
                        f"与表头一样 {len(columns)} 列 / {len(columns)} fields, as the header",
                    ),
                )
            )
            continue
        row, reasons = _read_row(cells, columns, fields)
        if reasons:
            rejects += [(number, reason) for reason in reasons]
        else:
            rows.append((number, row))
    if not count:
        raise DataError(
            f"{path.name} 只有表头 / {path.name} has a header and no rows",
            remedy="请至少填一行 / give at least one row",
        )
    return TableRows(rows, rejects, count)


def read_xlsx_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells as text) of the first sheet of an XLSX file; empty rows are passed over."""
    if kind_of(path) != "an XLSX (or ZIP) file":
        raise DataError(
            f"{path.name} 不是 XLSX 文件 / {path.name} is not an XLSX file",
            remedy="请给出 XLSX 文件，或选 / give the XLSX itself, or choose --format csv",
        )
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            texts = [_cell_text(cell) for cell in cells]
            if any(text.strip() for text in texts):
                yield number, texts
        book.close()
    except _DAMAGED as error:
        raise DataError(
            f"{path.name} 无法作为 XLSX 读取 / {path.name} cannot be read as XLSX: {error}",
            remedy="请打开后重新保存 / open it and save it anew",
        ) from error


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _without_empty_end(header: list[str]) -> list[str]:
    """Spreadsheet programs write columns that were once used as empty ones at the end."""
    filled = [position for position, column in enumerate(header, start=1) if column.strip()]
    return header[: max(filled, default=0)]


def _match_header(path: Path, header: list[str], fields: dict[str, Field]) -> list[str]:
    """Field of each column."""
    field_of = {name.lower(): field for field, spec in fields.items() for name in spec.names}
    matched: list[str] = []
    for position, column in enumerate(header, start=1):
        field = field_of.get(column.strip().lower())
        if field is None:
            near = difflib.get_close_matches(column.strip().lower(), field_of, n=1, cutoff=0.5)
            known = "、".join(spec.names[0] for spec in fields.values())
            raise DataError(
                f"{path.name} 第 {position} 列：没有这个列名 / column {position}: unknown name {column.strip()[:40]!r}",
                remedy=(f"是否为 / did you mean {near[0]}? " if near else "") + f"列名有 / known columns: {known}",
            )
        if field in matched:
            raise DataError(
                f"{path.name}：列重复 / column {column.strip()!r} stands twice", remedy="请只留一列 / keep one of them"
            )
        matched.append(field)
    missing = [spec.names[0] for field, spec in fields.items() if spec.required and field not in matched]
    if missing:
        raise DataError(
            f"{path.name}：缺少必需的列 / required columns are missing: {'、'.join(missing)}",
            remedy="请补上 / add them",
        )
    return matched


def _read_row(cells: list[str], columns: list[str], fields: dict[str, Field]) -> tuple[Row, list[Reject]]:
    raw = dict(zip(columns, cells, strict=False))
    row: Row = {}
    reasons: list[Reject] = []
    for name, field in fields.items():
        try:
            row[name] = field.value(raw.get(name))
        except Reject as reason:
            reasons.append(reason)
    return row, reasons
