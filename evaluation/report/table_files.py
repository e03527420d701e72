"""The tables behind a report as CSV and as one workbook, the numbers as they were computed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from evaluation.report.blocks import DataTable, Kind, Report, Words

_NUMBER_FORMATS = {
    Kind.COUNT: "#,##0", Kind.SHARE: "0.0%", Kind.POINTS: "+0.0%;-0.0%", Kind.DAYS: "0", Kind.MONEY: "#,##0",
    Kind.P_VALUE: "0.000", Kind.NUMBER: "General",
}  # fmt: skip
_NO_DAY = datetime(1980, 1, 1)
"""Stands where a workbook keeps the time of its making, so that the same report is the same file."""


def csv_text(table: DataTable) -> str:
    """The whole table as CSV; the header names each column in both languages."""
    frame = table.rows[[column.name for column in table.columns]]
    return frame.set_axis([_both(column.words) for column in table.columns], axis=1).to_csv(
        index=False, lineterminator="\n"
    )


def write_tables(report: Report, folder: Path) -> None:
    """Write `tables/<key>.csv` (UTF-8 with a mark: Excel opens it) and `tables.xlsx` into `folder`."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for _, table in report.tables():
        (folder / "tables" / f"{table.key}.csv").write_text(csv_text(table), encoding="utf-8-sig")
    _write_workbook(report, folder / "tables.xlsx")


def _write_workbook(report: Report, path: Path) -> None:
    book = xlsxwriter.Workbook(path, {"nan_inf_to_errors": True})
    book.set_properties({"title": _both(report.title), "created": _NO_DAY})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": form}) for kind, form in _NUMBER_FORMATS.items()}
    contents = book.add_worksheet("目录 contents")
    contents.write_row(0, 0, ["表 sheet", "内容 title", "定义 definition", "章节 section"], bold)
    contents.set_column(0, 0, 26)
    contents.set_column(1, 3, 60)
    for number, (section, table) in enumerate(report.tables(), start=1):
        contents.write_url(number, 0, f"internal:'{table.key}'!A1", string=table.key)
        contents.write_row(number, 1, [_both(table.title), _both(table.definition), _both(section.title)])
        sheet = book.add_worksheet(table.key)
        sheet.write_row(0, 0, [_both(column.words) for column in table.columns], bold)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, 24 if column.kind == Kind.TEXT else 16, formats.get(column.kind))
            sheet.write_column(1, place, [_cell(value) for value in table.rows[column.name]])
    book.close()


def _cell(value: Any) -> Any:
    """What a sheet can hold: a number, a text, or nothing."""
    if pd.isna(value):
        return ""
    return value.item() if hasattr(value, "item") else value if isinstance(value, int | float) else str(value)


def _both(words: Words) -> str:
    return f"{words.zh} / {words.en}"
