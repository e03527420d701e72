"""From what age a post may be taken, by its words."""

from __future__ import annotations

import pytest

from data.facts.statutory_age import statutory_age

CASES = [
    ("服务员", 16),
    ("缝纫工 计件", 16),
    ("井下采煤工", 18),
    ("架子工 包吃住", 18),
    ("外墙清洗", 18),
    ("锅炉工", 18),
    ("接触有毒有害气体", 18),
    ("KTV服务员", 18),
]


@pytest.mark.parametrize(("text", "age"), CASES)
def test_age(text: str, age: int) -> None:
    assert statutory_age(text) == age
