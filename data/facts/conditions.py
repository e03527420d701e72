"""Working conditions that an advertisement states: board, lodging, nights, shifts, veterans' preference."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOARD = re.compile(
    r"包吃|包食|管吃|管饭|包餐|供餐|食宿|工作餐|免费(?:午|三|早|晚|两)?餐|提供.{0,2}餐|餐饮?补|餐费|饭补|食堂"
)
_LODGING = re.compile(
    r"包住|包食宿|包吃住|管住|管吃住|食宿|(?<!不)提供.{0,4}(?:宿|住)|宿舍|员工公寓|免费住宿|住房(?!公积金|补贴)"
)
_NO_LODGING = re.compile(r"不(?:提供|包|管)(?:食宿|吃住|住宿?|宿舍)")
_NO_BOARD = re.compile(r"不(?:提供|包|管)(?:食宿|吃住|吃|餐|饭)")
_NIGHT = re.compile(r"夜班|上夜|通宵|晚班|大夜|24小时(?:值班|轮)")
_NO_NIGHT = re.compile(r"(?:无|没有?|不(?:用|需要?)?上?|免)(?:夜班|晚班|大夜)|长白班|常白班|只?上?白班(?!.{0,3}夜)")
_SHIFT = re.compile(r"倒班|[两二三四]班(?:[两二三]?倒|制|运转)|轮班|翻班|轮休制|上[一二\d]+休[一二\d]+")
_NO_SHIFT = re.compile(r"(?:无|没有?|不(?:用|需要?)?)(?:倒班|轮班)|长白班|常白班|做五休二|双休")
_VETERANS = re.compile(r"(?:退[役伍](?:军人|士兵)?|复员军人|转业军人).{0,4}(?:优先|优待)")


BENEFITS_MARK = "福利："
"""Begins the description of an advertisement of which nothing but its benefits is known."""


@dataclass(frozen=True)
class Conditions:
    """What the text says: True, False, or None where it is silent."""

    board_offered: bool | None
    lodging_offered: bool | None
    night_work: bool | None
    shift_work: bool | None
    veterans_preferred: bool


def find_conditions(text: str) -> Conditions:
    """Read an advertisement's title, benefits and description."""
    return Conditions(
        board_offered=_answer(text, _BOARD, _NO_BOARD),
        lodging_offered=_answer(text, _LODGING, _NO_LODGING),
        night_work=_answer(text, _NIGHT, _NO_NIGHT),
        shift_work=_answer(text, _SHIFT, _NO_SHIFT),
        veterans_preferred=bool(_VETERANS.search(text)),
    )


def _answer(text: str, says_yes: re.Pattern[str], says_no: re.Pattern[str]) -> bool | None:
    if says_no.search(text):
        return False
    return True if says_yes.search(text) else None
