"""The files of a report read back: whole, the same each time, and needing nothing else."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.errors import DataError
from evaluation.report.page import render_page
from evaluation.report.write_report import refuse_foreign_folder, write_report
from tests.evaluation.report.report_for_tests import REPORT, TABLE


def test_the_page_needs_nothing_from_elsewhere_and_runs_no_script() -> None:
    page = render_page(REPORT)
    assert not re.search(r"https?://|<script|<link|@import|url\(", page)
    assert re.findall(r'href="(?!#)(.{0,14})', page) == ["data:text/csv;"]


def test_the_page_shows_every_block_and_escapes_what_stands_in_it() -> None:
    page = render_page(REPORT)
    for text in (
        "合成数据",
        "说明",
        "留意",
        "没有推断的依据",
        "1,234",
        "25.0 %",
        "n = 40",
        "隐去 withheld",
        "12.3 %",
        "abc",
    ):
        assert text in page
    assert "退役军人 &lt;b&gt;" in page
    assert page.count('class="dot s0"') == 2  # the legend's and that of the only estimate of the first series
    assert "合成数据" not in render_page(replace(REPORT, is_synthetic=False))


def test_a_small_table_can_be_saved_from_the_page() -> None:
    (content,) = re.findall(r"base64,([\w+/=]+)", render_page(REPORT))
    lines = base64.b64decode(content).decode("utf-8-sig").splitlines()
    assert lines == ["人群 / group,人数 / people,占比 / share", "全体,1234.0,0.123456789012", "退役军人 <b>,,"]


def test_a_large_table_lies_beside_the_page_and_only_its_head_in_it() -> None:
    rows = pd.DataFrame({"group": [f"第{n}行" for n in range(9000)], "n": 1, "share": 0.5})
    section = replace(REPORT.sections[0], blocks=(replace(TABLE, rows=rows),))
    page = render_page(replace(REPORT, sections=(section,)))
    assert "base64" not in page
    assert "tables/placed.csv" in page
    assert "第59行" in page
    assert "第60行" not in page


def test_files_hold_the_numbers_as_computed(tmp_path: Path) -> None:
    page = write_report(REPORT, tmp_path / "report")
    assert page.read_text(encoding="utf-8") == render_page(REPORT)
    saved = pd.read_csv(tmp_path / "report" / "tables" / "placed.csv", encoding="utf-8-sig")
    assert saved["占比 / share"].iloc[0] == TABLE.rows["share"].iloc[0]
    book = openpyxl.load_workbook(tmp_path / "report" / "tables.xlsx")
    assert book.sheetnames == ["目录 contents", "placed"]
    assert [[cell.value for cell in row] for row in book["placed"].iter_rows(min_row=2)] == [
        ["全体", 1234, TABLE.rows["share"].iloc[0]],
        ["退役军人 <b>", None, None],
    ]
    assert book["目录 contents"]["C2"].value == "上岗 ÷ 求职者 / placed ÷ seekers"


def test_json_for_machines(tmp_path: Path) -> None:
    write_report(REPORT, tmp_path / "report")
    content = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    (section,) = content["sections"]
    assert [remark["kind"] for remark in section["remarks"]] == ["note", "caution", "refusal", "headlines"]
    (table,) = section["tables"]
    assert table["rows"] == [["全体", 1234, 0.123456789012], ["退役军人 <b>", None, None]]
    assert [column["name"] for column in table["columns"]] == ["group", "n", "share"]


def test_the_same_report_is_the_same_bytes_and_replaces_the_one_before(tmp_path: Path) -> None:
    write_report(REPORT, tmp_path / "one")
    write_report(REPORT, tmp_path / "two")
    (tmp_path / "two" / "stale.csv").touch()
    write_report(REPORT, tmp_path / "two")
    files = [
        sorted(path.relative_to(folder) for path in folder.rglob("*"))
        for folder in (tmp_path / "one", tmp_path / "two")
    ]
    assert files[0] == files[1]
    for name in files[0]:
        if (tmp_path / "one" / name).is_file():
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_a_report_replaces_nothing_but_a_report(tmp_path: Path) -> None:
    own = tmp_path / "Documents"
    own.mkdir()
    refuse_foreign_folder(own)  # empty
    refuse_foreign_folder(tmp_path / "new")
    (own / "thesis.txt").touch()
    with pytest.raises(DataError, match="holds other files"):
        refuse_foreign_folder(own)
    with pytest.raises(DataError, match="holds other files"):
        refuse_foreign_folder(own / "thesis.txt")
    write_report(REPORT, tmp_path / "report")
    refuse_foreign_folder(tmp_path / "report")
