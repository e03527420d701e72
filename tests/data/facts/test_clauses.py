"""Where one thought ends and the next begins."""

from __future__ import annotations

import pytest

from data.facts.clauses import find_clauses
from data.facts.slips import mend_slips


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("高中,想当更夫。", ["高中", "想当更夫"]),
        ("女 35 大专", ["女", "35", "大专"]),
        ("有 C1 驾照", ["有", "C1 驾照"]),
        ("月薪 3500 元", ["月薪 3500 元"]),
        ("会 Vue 3 和 Java Script", ["会", "Vue", "3", "和", "Java Script"]),
        ("消防证（中级）有", ["消防证", "中级", "有"]),
        ("学历：中专\n期望工资：5000", ["学历", "中专", "期望工资：5000"]),  # a sum keeps its label
        (
            "我想问一下我今年四十八了以前在商场干过保洁",
            ["我想问一下", "我今年四十八了", "以前在商场干过保洁"],
        ),  # dictated
        ("以前在饭店现在没活", ["以前在饭店现在没活"]),  # short: one thought
        ("", []),
    ],
)
def test_clauses(text: str, clauses: list[str]) -> None:
    assert [clause.group() for clause in find_clauses(text)] == clauses
    assert all(text[c.start() : c.end()] == c.group() for c in find_clauses(text))


def test_slips_keep_positions() -> None:
    assert mend_slips("住绿圆区，公资2800，高中必业") == "住绿园区，工资2800，高中毕业"
