"""Who says that he wants to start a business, and which."""

from __future__ import annotations

import pytest

from data.facts.startup_wish import find_startup_wish

SAID = [
    ("想开个小饭馆，手里有五万块", "想开个小饭馆", "小饭馆"),
    ("打算自己干", "打算自己干", None),
    ("退役军人，准备返乡创业", "准备返乡创业", None),
    ("在饭店干了三年，想自己开个面馆", "想自己开个面馆", "面馆"),
    ("想在净月开一家花店", "想在净月开一家花店", "花店"),
    ("计划办个家政公司", "计划办个家政公司", "家政公司"),
    ("想做点小买卖", "想做点小买卖", None),
    ("想学汽修以后自己干", "想学汽修以后自己干", None),
]


@pytest.mark.parametrize(("text", "words", "trade"), SAID)
def test_said(text: str, words: str, trade: str | None) -> None:
    found = find_startup_wish(text)
    wish = found["wants_to_start"]
    assert (wish.value, text[wish.start : wish.end]) == (True, words)
    assert ("startup_trade" in found) == (trade is not None)
    if trade is not None:
        told = found["startup_trade"]
        assert told.value == text[told.start : told.end] == trade


@pytest.mark.parametrize(
    "text",
    [
        "我不想创业，找个稳定活", "以前开过店，想找保安", "想进创业公司", "我老公想开店", "想开叉车", "想找个饭店的活",
        "没打算创业", "不打算自己单干", "想开店的工作", "想去超市上班", "想过创业但没钱", "想当店长", "想找开店的老板",
        "自己开店开了5年，疫情关了",
    ],
)  # fmt: skip
def test_not_said(text: str) -> None:
    assert find_startup_wish(text) == {}
