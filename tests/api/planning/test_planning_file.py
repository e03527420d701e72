"""The file of budget, teachers, rooms and orders."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from api.jobs.planning_file import read_planning_file
from data.errors import DataError

HEADER = "项目,机构,区县,职业,月份,数值"


def written(folder: Path, *rows: str, encoding: str = "utf-8") -> Path:
    path = folder / "limits.csv"
    path.write_text("\n".join(rows), encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_limits_and_orders(tmp_path: Path, encoding: str) -> None:
    found = read_planning_file(
        written(
            tmp_path, HEADER, '预算,,,,,"500,000"', "教师,某校,,6-18,,3", "教室,某校,南关区,,2026-09,2",
            "订单,,220103,6-18-02-04,2026年10月,12", ",,,,,", encoding=encoding,
        )
    )  # fmt: skip
    limits, orders = found.limits, found.orders
    assert limits["kind"].tolist() == ["budget", "teachers", "rooms"]
    assert limits["value"].tolist() == [500_000, 3, 2]
    assert limits["district_code"].tolist()[2] == "220102"
    assert limits["month"].tolist()[2] == pd.Timestamp("2026-09-01")
    assert limits["month"].isna().tolist() == [True, True, False]
    assert orders.to_numpy().tolist() == [["6-18-02", "220103", pd.Timestamp("2026-10-01"), 12]]


def test_a_workbook_with_english_names(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Kind", "value"])
    book.active.append(["budget", 1000])
    book.save(tmp_path / "limits.xlsx")
    assert read_planning_file(tmp_path / "limits.xlsx").limits["value"].tolist() == [1000]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (["项目", "预算"], "no column 数值/value"),
        (["项目,数值,数值", "预算,1,1"], "stands twice"),
        (["项目,数值,数额", "预算,1,1"], "unknown column '数额'"),
        ([HEADER, "预标,,,,,1"], "row 2, column 项目/kind: '预标'"),
        ([HEADER, "预算,,,,,-1"], "row 2, column 数值/value: '-1'"),
        ([HEADER, "预算,,,,,很多"], "row 2, column 数值/value: '很多'"),
        ([HEADER, "教师,,,,,1.5"], "row 2, column 数值/value: '1.5'"),
        ([HEADER, "教师,,上海,,,1"], "row 2, column 区县/district: '上海'"),
        ([HEADER, "教师,,,6-99-02,,1"], "row 2, column 职业/occupation: '6-99-02'"),
        ([HEADER, "预算,,,,2026-13,1"], "row 2, column 月份/month: '2026-13'"),
        ([HEADER, "订单,,南关区,6-18-02,,1"], "row 2, column 月份/month: ''"),
        ([HEADER, "订单,,南关区,6-18-02,2026-09,0"], "row 2, column 数值/value: '0'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, rows: list[str], problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        read_planning_file(written(tmp_path, *rows))
