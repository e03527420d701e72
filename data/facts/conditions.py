"""Working conditions that an advertisement states: board, lodging, nights, shifts, bus, veterans' preference."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOT = r"(?:无|没有?|不(?:提供|包|管|含|供|用|需要?)?)"

_BOARD = re.compile(
    r"包吃|包食|管吃|管饭|包餐|供餐|供饭|食宿|工作餐|免费(?:午|三|早|晚|两)?餐|提供.{0,2}餐|餐饮?补|餐费|饭补"
    r"|食堂(?!厨|承包|采购|管理|主管|经理|打饭|帮)"
)
_NO_BOARD = re.compile(
    rf"{_NOT}(?:食宿|包?吃住?|餐|饭|工作餐|食堂)|(?:食宿|吃住|吃饭?|伙食|餐)自理|自理(?:食宿|吃住|伙食)"
)
# A caretaker of dormitories and a seller of homes are not thereby housed.
_LODGING = re.compile(
    r"包住|包食宿|包吃住|管住|管吃住|食宿|提供.{0,4}(?:宿|住)|宿舍(?!管|楼|区|长|维修|保洁|阿姨|主管)|员工公寓"
    r"|免费住宿|(?:提供|免费|分配?)住房|(?<!农)家属房"
)
_NO_LODGING = re.compile(rf"{_NOT}(?:食宿|吃住|住宿?|宿舍|包住)|(?:食宿|吃住|住宿?)自理|自理(?:食宿|吃住|住宿)")
_NIGHT = re.compile(r"夜班|上夜|通宵|晚班|大夜|24小时(?:值班|轮)")
_NO_NIGHT = re.compile(r"(?:无|没有?|不(?:用|需要?)?(?:上|值|熬)?|免)(?:夜班|晚班|大夜)")
_SHIFT = re.compile(r"倒班|[两二三四]班(?:[两二三]?倒|制|运转)|轮班|翻班|轮休制|上[一二\d]+休[一二\d]+")
_NO_SHIFT = re.compile(r"(?:无|没有?|不(?:用|需要?)?)(?:倒班|轮班)")
# Says that the work is by day, unless nights or shifts are named beside it.
_DAYS_ONLY = re.compile(r"长白班|常白班|只?上?白班")
_WEEKENDS_OFF = re.compile(r"长白班|常白班|做五休二|双休")
_VETERANS = re.compile(r"(?:退[役伍](?:军人|士兵|兵)?|复[转员](?:军人)?|转业军人).{0,4}(?:优先|优待)")


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
    """Read an advertisement's title, benefits and description. A plain denial wins over a mention."""
    return Conditions(
        board_offered=_answer(text, _BOARD, _NO_BOARD),
        lodging_offered=_answer(text, _LODGING, _NO_LODGING),
        night_work=_answer(text, _NIGHT, _NO_NIGHT, _DAYS_ONLY),
        shift_work=_answer(text, _SHIFT, _NO_SHIFT, _WEEKENDS_OFF),
        veterans_preferred=bool(_VETERANS.search(text)),
    )


def _answer(
    text: str, says_yes: re.Pattern[str], says_no: re.Pattern[str], suggests_no: re.Pattern[str] | None = None
) -> bool | None:
    if says_no.search(text):
        return False
    if says_yes.search(text):
        return True
    return False if suggests_no is not None and suggests_no.search(text) else None
