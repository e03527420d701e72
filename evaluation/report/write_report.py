"""Writes a report whole: page, figures for machines, tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from data.errors import DataError
from data.whole_folder import whole_folder
from evaluation.refusal import Caution, Refusal
from evaluation.report.blocks import Block, DataTable, Headlines, Note, Report, Words
from evaluation.report.page import render_page
from evaluation.report.table_files import write_tables

FORMAT = 1
"""Version of the JSON; raised where a reader would have to change."""


def refuse_foreign_folder(folder: Path) -> None:
    """Keep a report from replacing anything but an earlier report.

    Raises
    ------
    DataError
        The folder holds something else, or is no folder.
    """
    if not folder.exists() or (folder.is_dir() and ((folder / "report.json").is_file() or not any(folder.iterdir()))):
        return
    raise DataError(
        f"{folder} holds other files, and a report replaces its folder whole",
        remedy="name a folder that does not exist yet, or that of an earlier report",
    )


def write_report(report: Report, folder: Path) -> Path:
    """Write `report.html`, `report.json`, `tables.xlsx` and `tables/*.csv` into `folder`, replacing it whole.

    Returns the path of the page. The same report gives the same bytes.
    """
    with whole_folder(folder) as fresh:
        (fresh / "report.html").write_text(render_page(report), encoding="utf-8")
        (fresh / "report.json").write_text(report_json(report), encoding="utf-8")
        write_tables(report, fresh)
    return folder / "report.html"


def report_json(report: Report) -> str:
    """The figures for machines: every table with its definition, every remark, in the order of the page."""
    content = {
        "format": FORMAT,
        "title": _words(report.title),
        "subtitle": _words(report.subtitle),
        "is_synthetic": report.is_synthetic,
        "inputs": report.inputs,
        "sections": [
            {
                "key": section.key,
                "title": _words(section.title),
                "remarks": [remark for block in section.blocks if (remark := _remark(block))],
                "tables": [_table(block) for block in section.blocks if isinstance(block, DataTable)],
            }
            for section in report.sections
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _words(words: Words | Caution | Refusal) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _remark(block: Block) -> dict[str, Any] | None:
    match block:
        case Note():
            return {"kind": "note", **_words(block.words)}
        case Caution() | Refusal():
            return {"kind": type(block).__name__.lower(), **_words(block)}
        case Headlines():
            figures = [{"label": _words(f.label), "value": f.value, "small": f.small} for f in block.figures]
            return {"kind": "headlines", "figures": figures}
    return None


def _table(table: DataTable) -> dict[str, Any]:
    columns = [column.name for column in table.columns]
    # pandas writes missing values as null and numpy's numbers as JSON's.
    rows = json.loads(table.rows[columns].to_json(orient="values", force_ascii=False, double_precision=15))
    return {
        "key": table.key,
        "title": _words(table.title),
        "definition": _words(table.definition),
        "columns": [
            {"name": column.name, "kind": str(column.kind), **_words(column.words)} for column in table.columns
        ],
        "rows": rows,
    }
