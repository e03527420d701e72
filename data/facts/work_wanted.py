"""The work that a person wants, and what he will not do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data.facts.clauses import Told, find_clauses

_TRADE = (
    r"(?:工|匠|师|司机|员|客服|保洁|保姆|月嫂|家教|文职|会计|出纳|护士|保安|销售|导购|搬运|装卸|分拣"
    r"|打更|更夫|包装|理货|质检|库房|看库|看门|门卫|前台|助理|编辑|收银|洗碗|刷碗|库管|做饭|厨子|打杂)"
)
_CUE = re.compile(
    r"(?<!不)(?:求职意向|应聘|期望岗位|(?:期望|希望|想|意向)[^,，。;；]{0,6}从事|求职(?!意向|登记|信|者)|想当|想干|想做|想学(?!校)|想(?=[看打守开做干当卖跑送带教][个点份])"
    r"|想(?:在|到|去|进)[^,，。;；]{1,8}?(?:做|当|干)(?!住家)|想(?=[跑带送教])|想?(?:转|改)(?:行)?做|想进(?=[^,，。;；]{1,8}(?:学徒|当|做|干))|(?:想|求)(?:找|个)?(?=[^,，。;；]{2,12}岗)|想(?=开)|想找个?|找个?|(?:安排|安置)(?=[^,，。;；]{2,16}$)个?|有没有|有啥)"
    r"(?![了过着到]|的$|点?啥|什么|工作?$)\s*(?:岗位|职位)?[:：是]?\s*(?P<value>[^,，。;；!！?？\n(（]{1,60})"
)
# 客服、录入员、接线员都行: trades, and any of them will do.
_ANY_WILL_DO = re.compile(
    rf"^(?:干|做|当|找)?(?P<value>(?=[^,，。;；]{{0,12}}{_TRADE}|[^,，。;；、]{{2,6}}、)[^,，。;；的也会]{{2,30}}?)"
    r"(?:啥的|什么的|之类的?|这些)?我?(?:[都也]|全)(?:行|可以|中|成|可)$"
)
_ABOUT_HIMSELF = re.compile(r"我|俺|本人|\d|[男女]$")
# 保安行不行, 公交车司机我能干不
_ASKED_ABOUT = re.compile(
    rf"^(?P<value>[^,，。;；的]{{0,6}}{_TRADE})(?:我)?(?:行不行|行吗|能干[不吗]|可以[不吗]|招[不吗]|有吗|有没有|要人[不吗]|缺人[不吗])"
)
_NOT_TRADES = re.compile(r"班|[天月年]|区|县|城|[吃住]|证|外地|大小|周|菜|以前|原来|年轻")
_NO_TITLE = re.compile(
    r"包吃不?包?住|包住|包吃|管吃管?住|管住|管饭|食宿|有宿舍|离家近点?|工资\S*|能?双休|稳定|不?上?夜班"
    r"|的?(?:(?<!干)活儿?|工作|(?<!公益)岗位?|厂子|地方|事儿?)(?:干|做)?$|^(?:个|份|点|一份|一个|想[做干当找]?|能)|什么的|都?可以考虑"
    r"|(?:都|也)(?:行|可以|成|中)$|方面$|相关$|类$|[的类]$|^[给帮]?[他她]?找个?"
)
# 想进一汽那边 names a place, 坐着干的活 a posture, 活八千五 a wage; the work, if any, follows in the next clause.
_PLACE_ONLY = re.compile(
    r"^想?(?:进|去|到|在)[^干做当]+$|^[坐站]着|^换个|^适合|^夫妻|^兼职$|^(?:冬天|白天|晚上|周末|长期|短期|临时|轻[快巧省松]|合适)|.*(?:学生|在读)|^活.*[\d千百万]"
)

_REFUSED_BEFORE = re.compile(
    r"(?:(?:^|(?<=[、班差但]))(?:要求|但是?|就是|坚决|绝对|也|我|最好)?"
    r"(?:不[干去跑倒做当搞外上加出]|不要(?!求|紧)|别(?!的|人|管|看)|干不了|不能|不想|不愿|不接受|拒绝|不考虑)"
    r"|不想|不愿意?|不上(?!班)|不接受|拒绝|不考虑|没法|受不了|(?<=[小大病娃孩])不能)"
    r"(?!.{0,2}低于|没|[了过]|再读|.{0,3}太)[^ 、].*?(?=、|不[加出外]|$)"
)
_REFUSED_AFTER = re.compile(
    r"^(?P<what>(?!.*不会)[^没有,，。;；]{1,12}?)(?:我|就|都|也|可|是|真|实在|所以|的|这些){0,3}"
    r"(?:不行|不中|不[干做上跑值倒](?!了)|干不了|干不动|做不了|不想干|不想做|不接受|不考虑|不去|上不了|受不了|免谈|不要|不碰)了?(?:太.)?$"
)
_NOT_REFUSED = re.compile(r"[低少]于|[低少]了|以下|[\d千百]块|哪.*不行|非.*不|身体|眼睛|腿|腰|行不行|记性|学习")


def find_work_wanted(text: str) -> Told | None:
    """The work asked for, bare of place and conditions; None if only those are named."""
    clauses = list(find_clauses(text))
    for clause, following in zip(clauses, [*clauses[1:], None], strict=False):
        for said in _CUE.finditer(clause.group()):
            title, start, end = _bare(said.group("value")), said.start("value"), said.end("value")
            offset = clause.start()
            if _PLACE_ONLY.match(said.group("value")):
                if following is None or text[clause.end() : clause.end() + 1] not in ",，":
                    continue
                title, offset = _bare(following.group()), following.start()
                start, end = 0, len(following.group())
            if len(title) >= 2 and not _PLACE_ONLY.match(title) and not _ABOUT_HIMSELF.match(title):
                return Told(title, offset + start, offset + end)
    for clause in clauses:
        said_any = _ANY_WILL_DO.match(clause.group()) or _ASKED_ABOUT.match(clause.group())
        if said_any is not None and not _NOT_TRADES.search(said_any.group("value")):
            start = clause.start() + said_any.start("value")
            return Told(said_any.group("value"), start, clause.start() + said_any.end("value"))
    return None


def find_refusals(text: str) -> Iterator[Told]:
    """What the person will not do, in his words: 不想跑长途, 夜班干不了."""
    for clause in find_clauses(text):
        words = clause.group()
        if _NOT_REFUSED.search(words):
            continue
        for said in [*_REFUSED_BEFORE.finditer(words)] or filter(None, [_REFUSED_AFTER.match(words)]):
            yield Told(said.group(), clause.start() + said.start(), clause.start() + said.end())


def _bare(words: str) -> str:
    title = words.strip()
    while (shorter := _NO_TITLE.sub("", title).strip(" 的、")) != title:
        title = shorter
    return title
