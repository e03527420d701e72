"""How far up a title stands: 0 learning, 1 doing, 2 leading a team, 3 heading a department, 4 leading the firm."""

from __future__ import annotations

import re
from functools import lru_cache

LEARNING, DOING, LEADING, HEADING, DIRECTING = range(5)

_HELPS = re.compile(r"助教|秘书|文员|顾问|司机|前台|保姆|阿姨")  # 总经理秘书 is no 总经理
_LEARNS = re.compile(r"学徒|实习|见习|储备|管培|培训生|徒工|应届|校招|校园招聘|助理")
_NO_RANK = re.compile(  # titles of plain work that hold a word of rank
    r"班主任|(?:客户|产品|大堂|理财|投资|银行|信贷|渠道|业务|拓展|商务|大客户|招商)经理|经理人|主任护师|审计经理人"
    r"|(?:[不非]|无需)[^,，]{0,3}(?:经理|主管)"
)
_RANKS = (
    (DIRECTING, re.compile(r"总监|总裁|总经理|副总(?!工)|首席|董事|合伙人|(?<![a-z])c[etfo]o(?![a-z])", re.I)),
    (HEADING, re.compile(r"经理|主任|厂长|园长|校长|院长|处长|部长|总工|负责人|行长|所长(?!助理)")),
    (
        LEADING,
        re.compile(r"主管|组长|班长|领班|队长|店长|柜长|护士长|厨师长|站长|督导|线长|工长|课长|主厨|高级|资深|专家"),
    ),
)


@lru_cache(10_000)
def title_seniority(title: str) -> int:
    """Rank of a title, 0 to 4; the lowest of alternatives ("工程师/主管" takes both)."""
    parts = [part for part in re.split(r"[/\\、|或]", title) if part.strip()]
    return min((_rank(part) for part in parts), default=DOING)


def _rank(title: str) -> int:
    if _LEARNS.search(title):
        return LEARNING
    bare = _NO_RANK.sub("", title.replace("长春", ""))  # 编辑部长春站 has no 部长
    if _HELPS.search(bare):
        return DOING
    return next((rank for rank, words in _RANKS if words.search(bare)), DOING)
