"""The level that a person completed: 1 primary, 2 junior middle, 3 senior middle, 4 junior college, 5 bachelor …"""

from __future__ import annotations

import pytest

from data.facts.schooling import find_completed_level, find_major


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("本科吉大软件学院", 5),
        ("女 35 大专 会计", 4),
        ("初中毕业当的兵，后来部队里拿的中专文凭", 3),  # the highest
        ("大专学历后来专升本", 5),
        ("二本", 5),
        ("2025年毕业的硕士研究生", 6),
        ("高中没念完就出来打工了", 2),
        ("初二就下来了", 1),
        ("小学三年级", 1),
        ("大姐我不识字", 1),
        ("本科在读", None),  # not completed
        ("孩子上高中", None),
        ("教小学初中英语", None),
        ("在本科室干过", None),
        ("专科护士", None),
    ],
)
def test_completed_level(text: str, level: int | None) -> None:
    told = find_completed_level(text)
    assert (told.value if told else None) == level


@pytest.mark.parametrize(("text", "major"), [("本科英语专业", "英语"), ("学会计的", "会计"), ("不限专业", None)])
def test_major(text: str, major: str | None) -> None:
    told = find_major(text)
    assert (told.value if told else None) == major
