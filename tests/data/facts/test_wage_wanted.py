"""The least wage wanted, among the sums that people name."""

from __future__ import annotations

import pytest

from data.facts.wage_wanted import find_wage_floor


@pytest.mark.parametrize(
    ("text", "floor"),
    [
        ("上家给9000，黄了，现在找活八千五也行", 8_500),  # not what he earned
        ("之前15k，现在能接受12k以上", 12_000),
        ("目前在职，月薪6500，想跳槽到7500以上", 7_500),
        ("之前月薪八千", None),
        ("26天一万二，低于一万不接", 10_000),  # below which he would not come
        ("一天四百，低于三百五不去", 7_612),  # by the day, as the sum before it
        ("两个人一个月一万", 5_000),  # halved
        ("一天百八十的就行", 1_740),
        ("一天一百七八十就成", 3_698),
        ("两千六七", 2_600),
        ("税前8k左右", 8_000),
        ("200/天", 4_350),
        ("3500加提成", 3_500),
        ("2800上下", 2_800),
        ("房租一千二", None),  # what he pays
        ("退休金两千三，再挣个一千五就行", 1_500),
        ("2003年买断的", None),
        ("我老公月薪八千", None),  # what another earns
        ("媳妇病了，一个月得四千", 4_000),
        ("内退工资1900，一千五到两千", 1_500),
        ("要6500到手", 6_500),
        ("4050人员", None),
    ],
)
def test_wage_floor(text: str, floor: float | None) -> None:
    told = find_wage_floor(text)
    assert (told.value if told else None) == floor
