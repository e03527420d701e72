"""Whose facts they are, and how old he is."""

from __future__ import annotations

import pytest

from data.facts.person import asks_for_another, find_age, find_birth_year


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("三十六岁", 36),
        ("我28，想找文员", 28),
        ("女 35 大专", 35),  # listed with spaces
        ("女的53", 53),
        ("27岁女生", 27),
        ("我妈今年62，想给她找个做饭的活", 62),  # he asks for her
        ("我妈62，身体不好，我想找个近的活", None),  # he asks for himself
        ("孩子8岁", None),
        ("4050人员", None),
        ("女48护工证有健康证有", 48),
        ("男178", None),  # his height
        ("你好我今年四十八了以前在商场干过六年保洁孩子上高中", 48),  # dictated
    ],
)
def test_age(text: str, age: int | None) -> None:
    told = find_age(text)
    assert (told.value if told else None) == age


@pytest.mark.parametrize(
    ("text", "year"),
    [("1985年出生", 1985), ("78年生人", 1978), ("我八五年的", 1985), ("02年的", 2002), ("92年的老兵", None)],
)
def test_birth_year(text: str, year: int | None) -> None:
    told = find_birth_year(text)
    assert (told.value if told else None) == year


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("给我爸问问有没有打更的活", True),
        ("我家孩子今年刚毕业，想进厂", True),
        ("孩子今年刚毕业", False),
        ("我孩子今年上小学，我想找个白班", False),
    ],
)
def test_who_is_meant(text: str, another: bool) -> None:
    assert asks_for_another(text) is another
