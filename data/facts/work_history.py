"""Work that a person tells of having done: 干过3年架子工, 在物流园开叉车4年, 塔吊开了七年, 做过网管."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from data.facts.clauses import find_clauses
from data.facts.experience import find_experience_years

_LONGEST_YEARS = 60.0
_NUMERAL = r"(?:好几|大半|小|[\d一二两三四五六七八九十百多几来半])[\d一二两三四五六七八九十多几来半]{0,7}"
_YEARS = rf"(?:{_NUMERAL})(?:年半?|个月)多?"
_WORD = r"[^\d,，。;；、]"
_VERB = r"(?:打扫|打理|伺候|照顾|[炒送管养看跑卖教蹬修开拉搬洗理])"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # 干瓦工干了十五六年
        rf"(?:干|做|当|开)(?P<title>{_WORD}{{2,6}}?)(?:干|做|当|开)了(?P<years>{_YEARS})",
        # 干过3年架子工, 做过8年人事, 当了5年汽车兵
        rf"(?:干|做|当|从事)[过了]?(?P<years>{_YEARS})的?(?P<title>{_WORD}{{2,10}})",
        # 蹬过8年缝纫机, 送过一年半外卖, 管过5年仓库
        rf"(?P<verb>{_VERB})[过了](?P<years>{_YEARS})(?P<title>{_WORD}{{1,8}})",
        # 保洁干了8年, 塔吊开了七年
        rf"^(?:我|本人)?(?P<title>[^\d在给我了过,，。;；、]{{2,8}}?)(?:干|做|开|当)[了过](?P<years>{_YEARS})",
        # 干焊工十来年, 当保安3年, 开大货十五年, 在物流园开叉车4年
        rf"(?P<title>(?:干|做|当|从事|{_VERB}|带)[过了]?[^\d一二两三四五六七八九十,，。;；、]{{1,8}}?)了?(?P<years>{_YEARS})",
        # 3年电工经验
        rf"(?P<years>{_YEARS})(?P<title>{_WORD}{{2,8}})(?:经验|工龄)",
        # 做过网管, 当过服务员和洗碗工
        rf"(?:干|做|当)过(?P<title>{_WORD}{{2,10}})",
        # 拉过货, 打扫过卫生; 理过货收过银 is two things
        rf"(?P<verb>(?!跑){_VERB})过(?:一阵|一段时间?|点)?(?P<title>[^\d,，。;；、过]{{1,6}}?)(?=$|.过)",
        # 以前是国营商场营业员, 原来厂里的司炉工, 原来在饭店当服务员
        rf"(?:以前|原来|原先|之前|过去)(?:是|(?:在{_WORD}{{1,8}}?)?[当做干]|厂里的|单位的)(?P<title>{_WORD}{{2,12}})",
    )
)
# 干了20来年 alone belongs to the work told just before.
_ONLY_YEARS = re.compile(
    rf"^(?:(?:我|也|又|都)?(?:干|做)[了过]?|一共|总共|拢共|加起来|前前后后|前后)+(?P<years>{_YEARS})了?$"
)
# 焊工 as a clause of its own, before any wish, is what the person is.
_TRADE = re.compile(
    r"^(?P<title>[^\d,，。;；、想]{0,4}(?:(?<![职民打员做开])工|厨师|会计|护士|保安|保洁|保姆|月嫂|司机|师傅"
    r"|(?:服务|收银|理货|导购|销售|保育|快递|营业)员))$"
)
_IN_ALL = re.compile(
    rf"(?<!没)(?<!没有)(?:工龄|打工|务工|工作|上班|社会经验|工作经验)(?:了|有|已经|快)*(?P<years>{_YEARS})"
)
_DENIED = re.compile(r"没(?:有)?(?:上班|工作)|待业|在家|(?:没|没有|从未|未)(?:干|做|当|开|从事)过")
_WANTED = re.compile(r"想[找干做当开进学换]|求职意向|应聘|期望岗位")
_EDGES = re.compile(r"^(?:干|做|当|从事)[过了]?|^[一几](?:年|个|回)|(?:的)?(?:工作|活儿?|行业)$|[的了]$")
_NO_TITLE = re.compile(
    r"(?:后来|之前|以前|断断续续|一共|总共|前后|已经|毕业后|打工|工作|上班|零工|一直|农闲|部队|啥|什么)+(?:时|都)?"
)


@dataclass(frozen=True)
class JobMention:
    """Work told of: `text[start:end]` are the words. `years` None: not said."""

    title: str
    years: float | None
    start: int
    end: int


def find_jobs(text: str) -> list[JobMention]:
    """Work done before, in the order told; at most one a clause. What is wanted, or denied, is not work done."""
    jobs: list[JobMention] = []
    patterns = (*_PATTERNS, _TRADE)
    for clause in find_clauses(text):
        words = clause.group()
        if _WANTED.search(words):
            patterns = _PATTERNS
            continue
        if _DENIED.search(words):
            continue
        alone = _ONLY_YEARS.match(words)
        if alone and jobs and jobs[-1].years is None:
            years = find_experience_years(alone.group("years"))
            jobs[-1] = replace(jobs[-1], years=years, end=clause.end())
            continue
        job = next((job for pattern in patterns if (job := _job(pattern.search(words), clause.start()))), None)
        if job is not None:
            jobs.append(job)
    return jobs


def find_total_years(text: str, jobs: list[JobMention]) -> tuple[float, int, int] | None:
    """Years of work in all and where they are told: a total that is said, or the sum over `jobs` if that is more."""
    told = [job for job in jobs if job.years]
    best = (sum(job.years or 0.0 for job in told), told[0].start, told[-1].end) if told else None
    for pattern in (_IN_ALL, _ONLY_YEARS):
        for clause in find_clauses(text):
            said = pattern.search(clause.group())
            years = find_experience_years(said.group("years")) if said else None
            if said and years and (best is None or years > best[0]):
                best = years, clause.start() + said.start(), clause.start() + said.end()
    return (min(best[0], _LONGEST_YEARS), best[1], best[2]) if best else None


def _job(said: re.Match[str] | None, offset: int) -> JobMention | None:
    if said is None:
        return None
    groups = said.groupdict()
    title = (groups.get("verb") or "") + groups["title"].strip()
    while (shorter := _EDGES.sub("", title).strip()) != title and len(shorter) >= 2:
        title = shorter
    if len(title) < 2 or _NO_TITLE.fullmatch(title):
        return None
    years = find_experience_years(groups.get("years") or "")
    return JobMention(title, years, offset + said.start(), offset + said.end())
