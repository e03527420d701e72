"""What a person asks of work: yes, no, or not said."""

from __future__ import annotations

import pytest

from data.facts.wishes import find_wishes


def _value(text: str, field: str) -> object:
    return next((wish.value for wish in find_wishes(text) if wish.field == field), None)


@pytest.mark.parametrize(
    ("text", "board", "lodging", "relocates"),
    [
        ("想找包吃住的活", True, True, True),
        ("包住就行", None, True, True),
        ("吃住得管", True, True, True),
        ("管住更好", None, None, True),  # nice to have is no need, but he would live there
        ("不用包住", None, False, None),
        ("不用管饭,也不住宿", False, False, None),
        ("自己有房子", None, False, None),
        ("不去外地", None, None, False),
        ("离家近", None, None, False),
        ("去哪都行", None, None, True),
        ("包住就行,不去外地", None, True, True),  # who asks for lodging would live at the work place
        ("能吃苦", None, None, None),
        ("中午管一顿就行", True, None, None),
        ("吃饭自己解决，住宿得有", False, True, True),
        ("吃住工地管", True, True, True),
        ("给间房就行", None, True, True),
        ("有地方住，不用你管", None, False, None),
        ("没地方住", None, True, True),
        ("住家不住家都行", None, None, True),
        ("包住更好，不去外县", None, None, False),  # a plain no is stronger than a wish
        ("可驻外", None, None, True),
        ("不包住也行，但是得管饭", True, None, None),
        ("吃住甲方", True, True, True),
        ("全国都跑遍了", None, None, None),
    ],
)
def test_board_lodging_and_place(text: str, board: object, lodging: object, relocates: object) -> None:
    assert [_value(text, f) for f in ("needs_board", "needs_lodging", "will_relocate")] == [board, lodging, relocates]


@pytest.mark.parametrize(
    ("text", "nights", "shifts"),
    [
        ("不上夜班", False, None),
        ("不能上夜班", False, None),
        ("能上夜班", True, None),
        ("不接受夜班,可以接受倒班", False, True),
        ("倒班也行", None, True),
        ("三班倒能接受", None, True),
        ("不倒班", None, False),
        ("倒班夜班都能上", True, True),
        ("只上白班", False, False),
        ("不介意倒班", None, True),
        ("双休", None, None),
        ("夜班倒班都不行", False, False),
        ("晚上得给孩子做饭", False, None),
        ("白天干，晚上回家", False, None),
        ("晚上可以陪孩子", None, None),
        ("不想跑夜车", False, None),
        ("夜班我能干", True, None),
        ("可值夜班", True, None),
        ("夜班偶尔可以", True, None),
        ("夜班能不上就不上", None, None),
        ("两班倒行，三班倒不干", None, True),  # one rotation refused where another will do
        ("三班倒习惯了", None, True),
        ("服从倒班安排", None, True),
        ("白班夜班都行", True, None),
        ("黑天白天都行", True, None),
        ("夜班熬不动了", False, None),
    ],
)
def test_nights_and_shifts(text: str, nights: object, shifts: object) -> None:
    assert [_value(text, f) for f in ("accepts_night_work", "accepts_shift_work")] == [nights, shifts]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("求职意向:会计助理,双休", "会计助理"),
        ("想开货车", "开货车"),
        ("想当保安", "保安"),
        ("想找:会计、出纳都行", "会计、出纳"),
        ("想找:想进一汽那边,装调或者修车都行", "装调或者修车"),  # a place names no work; what follows does
        ("想找份门卫更夫的工作", "门卫更夫"),
        ("想找包吃住的活", None),
        ("想找个离家近的工作", None),
        ("有没有保洁的活", "保洁"),
        ("客服、录入员、接线员都行", "客服、录入员、接线员"),
        ("我想学月嫂", "月嫂"),
        ("想在食堂做大灶", "大灶"),
        ("能不能给他安排个后厨", "后厨"),
        ("保安行不行", "保安"),
        ("川菜东北菜都行", None),  # what he can do
        ("不想跑夜车", None),
        ("有没有适合大龄的，我58", None),
        ("没找着合适的", None),
    ],
)
def test_work_wanted(text: str, title: str | None) -> None:
    assert _value(text, "desired_title") == title


@pytest.mark.parametrize(
    ("text", "km"), [("12公里内", 12), ("十公里以内", 10), ("通勤别超过15公里", 15), ("安全行车6万公里", None)]
)
def test_commute(text: str, km: float | None) -> None:
    assert _value(text, "commute_limit_km") == km


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("不想跑长途", "不想跑长途"),
        ("要求不上夜班", "要求不上夜班"),
        ("不能低于3500", None),
        ("别的也行", None),
        ("夜班干不了", "夜班干不了"),
        ("三班倒不干", "三班倒不干"),
        ("要求双休、不外派", "不外派"),
        ("孩子小不能加班", "不能加班"),
        ("低于三百五不去", None),  # a wage
        ("厂子黄了不干了", None),  # what was, not what he refuses
        ("保安行不行", None),
    ],
)
def test_refusals(text: str, refused: str | None) -> None:
    assert _value(text, "refuses") == refused
