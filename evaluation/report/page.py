"""The report as one HTML page: nothing is loaded from elsewhere, no script runs, and small tables can be saved."""

from __future__ import annotations

from base64 import b64encode
from itertools import groupby

from evaluation.html_templates import html_templates
from evaluation.report.blocks import DataTable, Interval, Report, Words
from evaluation.report.chart_layout import band_path, curve_axes, interval_axis, line_path
from evaluation.report.number_text import number_text
from evaluation.report.table_files import csv_text

_MOST_EMBEDDED = 60_000
"""Bytes of a table that the page carries as a file to save; larger ones lie beside it."""


def render_page(report: Report) -> str:
    """The report as HTML: Chinese first, English second."""
    environment = html_templates("evaluation.report")
    environment.filters["groupby_neighbours"] = _by_label
    return environment.get_template("evaluation.html").render(
        report=report, number_text=number_text, interval_axis=interval_axis, curve_axes=curve_axes,
        line_path=line_path, band_path=band_path, page_rows=_page_rows, csv_link=_csv_link,
        kind_of=lambda block: type(block).__name__,
    )  # fmt: skip


def _by_label(intervals: tuple[Interval, ...]) -> list[tuple[Words, list[Interval]]]:
    """Neighbours with the same label together."""
    return [(label, list(rows)) for label, rows in groupby(intervals, key=lambda interval: interval.label)]


def _page_rows(table: DataTable) -> list[list[str]]:
    head = table.rows.head(table.in_page)
    columns = [[number_text(value, column.kind) for value in head[column.name]] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _csv_link(table: DataTable) -> str:
    """The table as a data URI (RFC 2397); empty where it is too large for a page."""
    if len(table.rows) * len(table.columns) * 4 > _MOST_EMBEDDED:
        return ""
    content = csv_text(table).encode("utf-8-sig")
    return f"data:text/csv;base64,{b64encode(content).decode()}" if len(content) <= _MOST_EMBEDDED else ""
