"""`zhuye orders assess FILE`: what is wrong with the file is told before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.order_commands import app
from data.errors import DataError, ZhuyeError

HEADER = "岗位编号,人数,下单日期,最迟结业日期,月薪"


def refusal(*arguments: str) -> ZhuyeError:
    result = CliRunner().invoke(app, ["assess", *arguments])
    assert isinstance(result.exception, ZhuyeError), result.output
    return result.exception


@pytest.mark.parametrize(
    ("row", "found", "expected"),
    [
        ("V-1,5,2026-05-01,2099-07-31,1500", "第 2 行 row 2，月薪：'1500'", "不低于最低工资"),
        ("V-1,5,2026-05-01,2026-04-30,", "最迟结业日期：'2026-04-30'", "晚于下单日期 2026-05-01"),
        ("V-1,5,2099-05-01,2099-07-31,", "下单日期：'2099-05-01'", "不晚于"),
        ("V-1,许多人,2026-05-01,2099-07-31,", "人数：'许多人'", "from 1 to 100,000"),
        ("V-1,许多人,2026-05-01,,", "（另有 1 处 / and 1 more）", "from 1 to 100,000"),
    ],
)
def test_a_file_of_orders_that_cannot_be(tmp_path: Path, row: str, found: str, expected: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    error = refusal(str(path))
    assert found in error.problem
    assert expected in error.remedy


def test_neither_a_file_nor_an_order() -> None:
    error = refusal()
    assert isinstance(error, DataError)
    assert error.problem.startswith("FILE 与 --order")
