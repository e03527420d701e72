"""Whether a person says that he wants to start a business, and which: 想开个小饭馆, 打算自己干, 准备回乡创业."""

from __future__ import annotations

import re

from data.facts.clauses import Told, find_clauses
from data.facts.person import begins_with_another

_CUE = (
    r"(?<![不没])(?:想(?!过|不)|打算|准备|计划|有意(?:向)?|希望|考虑|琢磨着?)(?:要|着)?"
    r"[^,，。;；不没去进找当给帮]{0,8}?"
)
_PLACE = (
    r"(?:店|馆|铺|厂|场|公司|工作室|餐厅|超市|农家乐|合作社|作坊|门市(?:部)?|诊所|民宿|驿站|洗车行|网吧"
    r"|早点摊|小吃摊|养老院|美容院|托管班|辅导班|小饭桌|修理部|农场|茶楼|酒吧)"
)
_OPEN = (
    r"(?:开|办|搞|弄|盘|整)(?:一|上)?(?:个|家|间|处)?"
    rf"(?P<trade>[^,，。;；、的]{{0,8}}?{_PLACE})"
    r"(?!的?(?:工作|活|岗|上班|干活|打工))"
)
_ALONE = (
    r"创业(?!公司|企业|园|板|者|团队|型|指导|导师|孵化|失败|过)"
    r"|自己干(?!净)|自己单干|单干|当(?:个|小)?老板"
    r"|(?:做|干|整)(?:点|个)?小?(?:买卖|生意)|摆(?:个|小)?摊"
)
_WISH = re.compile(rf"{_CUE}(?:{_OPEN}|{_ALONE}|自己当老板)")
_DENIED = re.compile(r"(?:不是|并不|并非|没|从没|不太?|暂不)$")


def find_startup_wish(text: str) -> dict[str, Told]:
    """`wants_to_start` (True) and `startup_trade` (his words), each with the words that say it; empty: not said.

    Wishes of a relative, past businesses (开过店) and what is denied are none.
    """
    for clause in find_clauses(text):
        said = _WISH.search(clause.group())
        if said is None or begins_with_another(clause.group()) or _DENIED.search(clause.group()[: said.start()]):
            continue
        found = {"wants_to_start": Told(True, clause.start() + said.start(), clause.start() + said.end())}
        if said.group("trade"):
            start, end = (clause.start() + place for place in said.span("trade"))
            found["startup_trade"] = Told(said.group("trade"), start, end)
        return found
    return {}
