"""Where one clause ends and the next begins."""

from __future__ import annotations

import pytest

from data.facts.clauses import find_clauses


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("会开车，有C1；想找活", ["会开车", "有C1", "想找活"]),
        (
            "应届本科 计算机专业 会java 想找开发 住净月 8k",
            ["应届本科", "计算机专业", "会java 想找开发", "住净月", "8k"],
        ),
        ("会 Java 开发，干了 3 年", ["会 Java 开发", "干了 3 年"]),
        ("住农安 5千到6千", ["住农安", "5千到6千"]),
        ("", []),
    ],
)
def test_clauses(text: str, clauses: list[str]) -> None:
    assert [clause.group() for clause in find_clauses(text)] == clauses
