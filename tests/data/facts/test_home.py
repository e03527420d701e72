"""The district of a home, or of the work wanted."""

from __future__ import annotations

import pytest

from data.facts.home import find_home


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("俺家是农安哈拉海的", "220122"),
        ("公主岭人，现在租房在经开", "220171"),  # where he lives now
        ("德惠朱城子的", "220183"),
        ("朝阳/南关/净月均可", "220104"),  # the first
        ("因为结婚搬到高新来了", "220173"),
        ("想在净月找", "220172"),
        ("坐标净月", "220172"),
        ("汽开", "220174"),
        ("汽车厂东风大街", "220174"),
        ("在一汽干了十年", None),  # an employer
        ("在双阳种过大棚", None),  # where he worked
        ("可外派德惠、榆树", None),
        ("高新技术企业", None),
        ("包住朝阳", None),
    ],
)
def test_home(text: str, code: str | None) -> None:
    told = find_home(text)
    assert (told.value if told else None) == code
