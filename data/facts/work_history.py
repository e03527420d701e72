"""Work that a person tells of having done: 干过3年架子工, 在物流园开叉车4年, 塔吊开了七年, 做过网管."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from data.facts.clauses import find_clauses
from data.facts.experience import find_experience_years

_LONGEST_YEARS = 60.0
_NUMERAL = r"(?:好几|大半|小|[\d一二两三四五六七八九十百多几来半])[\d一二两三四五六七八九十多几来半]{0,7}"
_YEARS = rf"(?:{_NUMERAL})(?:年半?|个月)多?"
_WHOLE_YEARS = rf"(?!\d{{4}})(?:{_NUMERAL})年半?多?"
_WORD = r"[^\d,，。;；、]"
_VERB = r"(?:打扫|打理|伺候|照顾|[炒送管养看跑卖教带蹬修开拉搬洗理摆收刷焊砌贴种烧站喂缝摘装])"
_PLACE = (
    r"(?:厂|公司|店|工地|超市|商场|医院|园|食堂|学校|队|小区|银行|物业|宾馆|集团|车间|单位|部队|机构|中心|家里?|里)"
)
# In these a duration is none of work: 考了三年, 离退休还有三年, 驾龄12年, 毕业三年, 带娃五年.
_NOT_WORKED = re.compile(
    r"考|退休|离异|还有|驾龄|待业|(?:退伍|退役|结婚|离婚|失业)(?:了|有|都)?[\d一二两三四五六七八九十半几多]|[闲歇]了|学了|念了|读了|生病|住院|闺女|合同|其中|毕业.{0,2}年(?:$|了)|再过|实习|持证|生完|生孩|得了|养病"
)
_DONE_WORDS = rf"(?P<verb>(?!跑|带){_VERB})过(?:一阵|一段时间?|点)?(?P<title>[^\d,，。;；、过]{{1,6}}?)(?=$|.过)"
_DONE = re.compile(_DONE_WORDS)
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # 站柜台站了三年半, 修车修了十年: the verb again
        rf"(?:^|[^\d在,，]{{0,12}}?)(?P<title>(?P<again>[站修开卖管看做教跑当带搞弄送养种打]){_WORD}{{1,6}}?)(?P=again)了(?P<years>{_YEARS})(?=$|[了有后现家因去])",
        # 干瓦工干了十五六年
        rf"(?:干|做|当|开)(?P<title>{_WORD}{{2,6}}?)(?:干|做|当|开)了(?P<years>{_YEARS})",
        # 干过3年架子工, 做过8年人事, 当了5年汽车兵
        rf"(?:干|做|当|从事)[过了]?(?P<years>{_YEARS})的?(?P<title>{_WORD}{{2,10}})",
        # 蹬过8年缝纫机, 送过一年半外卖, 管过5年仓库
        rf"(?P<verb>{_VERB})[过了](?P<years>{_YEARS})(?P<title>{_WORD}{{1,8}})",
        # 保洁干了8年, 塔吊开了七年
        rf"^(?:我|本人|以前|原来|之前|是)*(?P<title>[^\d在给我了过,，。;；、]{{2,8}}?)(?:干|做|开|当)[了过](?P<years>{_YEARS})",
        # 干焊工十来年, 当保安3年, 开大货十五年, 在物流园开叉车4年
        rf"(?P<title>(?:干|做|当|从事|{_VERB}|带)[过了]?[^\d一二两三四五六七八九十,，。;；、]{{1,8}}?)了?(?P<years>{_YEARS})",
        # 3年电工经验
        rf"(?P<years>{_YEARS})(?P<title>{_WORD}{{2,8}})(?:经验|工龄)",
        # 出纳5年, 8年制造业财务
        rf"^(?:有|我|本人)?(?P<title>(?!干|做|当|带|一共|总共|前后|加起来)[^\d一二两三四五六七八九十了过有,，。;；、]{{2,8}}?)(?P<years>{_WHOLE_YEARS})(?:经验|了|工龄)?$",
        rf"^(?:有)?(?P<years>{_WHOLE_YEARS})(?:的)?(?P<title>(?!经验|工龄|管理|没|到|了|以上|驾){_WORD}{{2,8}})$",
        # 做过网管, 当过服务员和洗碗工
        rf"(?:干|做|当)过(?P<title>{_WORD}{{2,10}})",
        # 瓦匠木匠都干
        rf"^(?:年轻时候?|以前|原来)?(?P<title>{_WORD}{{0,8}}(?:工|匠|焊))(?:啥的|这些)?都(?:能|会)?(?:干|做|会)过?$",
        r"^(?:以前|原来|后来)?(?P<title>[^\d,，。;；都]{2,16}?)、?(?:啥|啥的|这些)?都(?:干|做)过$",
        # 在食堂掌勺十六年
        rf"{_PLACE}(?P<title>{_WORD}{{2,4}}?)(?P<years>{_WHOLE_YEARS})$",
        # 做了二十六年账
        rf"(?P<verb>[做干])[过了](?P<years>{_YEARS})(?P<title>{_WORD})$",
        r"(?P<title>跑过?(?:滴滴|外卖|网约车|出租|货运|运输|长途|业务|销售|快递))",
        # 拉过货, 打扫过卫生; 理过货收过银 is two things
        _DONE_WORDS,
        # 以前是国营商场营业员, 原来厂里的司炉工, 原来在饭店当服务员
        rf"(?:以前|原来|原先|之前|过去)(?:是|(?:在{_WORD}{{1,8}}?)?[当做干]|厂里的|单位的)(?P<title>{_WORD}{{2,12}})",
        # 电梯公司干安装, 后在医院当护工, 疫情后改做计调
        rf"(?:{_PLACE}里?(?:干|做|当)|改[做干当行])(?P<title>{_WORD}{{2,8}})$",
    )
)
# 干了20来年 alone, or 在物流园干了8年, belongs to the work told just before.
_ONLY_YEARS = re.compile(
    rf"^(?:(?:我|也|又|都|有)?(?:干|做|跑|开|当)?[了过满]?|算[下起]来有?|入行|(?:干|做)到{_WORD}{{1,8}}?整|一共|总共|拢共|加起来|前前后后|前后|从业|[干做]这行)*(?P<years>{_YEARS})(?:多)?(?:了|到期了?|(?:的)?(?:工作)?(?:经验|工龄))?$"
)
_AT_A_PLACE = re.compile(
    rf"^(?:我|俺|本人|以前|之前|原来|后来|[他她]|就|一直|也)*在?(?P<title>[^\d在,，。;；、]{{1,10}}?{_PLACE}|一汽[^\d,，。;；、]{{0,4}}?|(?<=在)[^\d在干做当,，。;；、]{{2,10}}?)(?:里|那)?(?:干|做|待|呆|跟|混|上班)[过了]?(?P<years>{_YEARS})(?:了|左右|吧)*$"
)
# 2年前台1年教务: work after work in one breath.
_AND_ALSO = re.compile(rf"[、和]?(?P<years>{_YEARS})的?(?P<title>[^\d一二两三四五六七八九十,，。;；、]{{2,6}})")
# 焊工 as a clause of its own, before any wish, is what the person is.
_TRADE = re.compile(
    r"^(?:我|俺|本人|原来|以前)?是?(?:个|名)?(?:干|搞|做)?(?P<title>[^\d,，。;；、想女男老没找有在会爱过了打]{0,8}?"
    r"(?:(?<![职民打员做开妻务])工|匠|大?厨师?|厨子|会计|护士|保安|保洁|保姆|月嫂|司机|师傅|导游|保育|护师|店长|出纳|裁缝"
    r"|(?<![党团人成队动演学官])员|经理|主管|教练|技师|设计师?|工程师))(?:的|出身|转岗|转行)?$"
    r"|^(?:我|俺|本人|家里|在家)?是?(?:搞|干|做|开|学)?(?P<does>(?:种[地菜田]|理发|美发|开(?:大|货|出租|叉)?车|做饭|装修"
    r"|修(?:车|鞋|表)|养[猪鸡牛羊]|卖(?:菜|货|衣服|水果)|蹬三轮|[收跑打送][^\d,，。;；、过了是年些点]{1,3}(?=的)|看(?:车库|大门|门)|跑(?:滴滴|外卖|出租|快递)))的?$"
)
_IN_ALL = re.compile(
    rf"(?<!没)(?<!没有)(?:[工焊教护]龄|打工|务工|工作|上班|服役|当兵|社会经验|工作经验)(?:了|有|已经|快)*(?P<years>{_YEARS})"
    rf"|(?:跑|走|混|漂|闯)了(?P<years_out>{_YEARS})"
)
_DENIED = re.compile(r"没(?:有)?(?:上班|工作)|待业|在家(?!种)|(?:没|没有|从未|未)(?:干|做|当|开|从事)过")
_WILL_DO = re.compile(r"[也都](?:行|可以|成|中)$")
_WANTED = re.compile(r"想[找干做当开进学换在去到转跑]|求职意向|应聘|期望岗位")
_EDGES = re.compile(
    r"^(?:干|做|当|从事)[过了]?|^跑过(?=滴|外|网|出|货|运|长|业|销|快)|^[一几](?:年|个|回)|(?:的)?(?:工作|活儿?|行业)$|[的了]$"
)
_NO_TITLE = re.compile(
    r"(?:干过|做过|干了|服役|[高中初]级工|技工|(?:干|做|当|带|跑|开)[过了]?|[焊教护工]龄|小区|厂子|厂里|公司|后来|之前|以前|断断续续|一共|总共|前后|已经|毕业后|打工|工作|上班|零工|一直|农闲|部队|啥|什么)+(?:时|都)?"
)


@dataclass(frozen=True)
class JobMention:
    """Work told of: `text[start:end]` are the words. `years` None: not said."""

    title: str
    years: float | None
    start: int
    end: int


def find_jobs(text: str) -> list[JobMention]:
    """Work done before, in the order told. What is wanted, or denied, is not work done."""
    jobs: list[JobMention] = []
    patterns = (*_PATTERNS, _TRADE)
    for clause in find_clauses(text):
        words = clause.group()
        if _WANTED.search(words):
            patterns = _PATTERNS
            continue
        if _DENIED.search(words) or _NOT_WORKED.search(words) or _WILL_DO.search(words):
            continue
        place = _AT_A_PLACE.match(words)
        alone = _ONLY_YEARS.match(words) or place
        if alone is not None and jobs and jobs[-1].years is None:
            jobs[-1] = replace(jobs[-1], years=find_experience_years(alone.group("years")), end=clause.end())
        elif alone is None or place is not None:
            jobs += _jobs_of(clause, (_AT_A_PLACE, *patterns) if place else patterns)
    return [job for job in jobs if not _told_again(job, jobs)]


def _jobs_of(clause: re.Match[str], patterns: tuple[re.Pattern[str], ...]) -> Iterator[JobMention]:
    """The first work that a pattern finds in the clause, and what is told after it in the same breath."""
    words = clause.group()
    for pattern in patterns:
        said = pattern.search(words)
        job = _job(said, clause.start()) if said else None
        while said is not None and job is not None:
            yield job
            said = _AND_ALSO.match(words, said.end()) or _DONE.match(words, said.end())
            job = _job(said, clause.start()) if said else None
            if job is None:
                return


def find_total_years(text: str, jobs: list[JobMention]) -> tuple[float, int, int] | None:
    """Years of work in all and where they are told: a total that is said, or the sum over `jobs` if that is more."""
    told = [job for job in jobs if job.years]
    best = (sum(job.years or 0.0 for job in told), told[0].start, told[-1].end) if told else None
    for pattern in (_IN_ALL, _ONLY_YEARS, _AT_A_PLACE):
        for clause in find_clauses(text):
            said = None if _NOT_WORKED.search(clause.group()) else pattern.search(clause.group())
            years = _years(said) if said else None
            if said and years and (best is None or years > best[0]):
                best = years, clause.start() + said.start(), clause.start() + said.end()
    return (min(best[0], _LONGEST_YEARS), best[1], best[2]) if best else None


def _years(said: re.Match[str]) -> float | None:
    groups = said.groupdict()
    return find_experience_years(groups["years"] or groups.get("years_out") or "")


def _told_again(job: JobMention, jobs: list[JobMention]) -> bool:
    """Whether 电工 is told again with more: 维修电工 15 年."""
    return job.years is None and any(other is not job and job.title in other.title for other in jobs)


def _job(said: re.Match[str], offset: int) -> JobMention | None:
    groups = said.groupdict()
    title = (groups.get("verb") or "") + (groups["title"] or groups.get("does") or "").strip()
    while (shorter := _EDGES.sub("", title).strip()) != title and len(shorter) >= 2:
        title = shorter
    if len(title) < 2 or _ONLY_YEARS.match(title) or _NO_TITLE.fullmatch(title):
        return None
    years = find_experience_years(groups.get("years") or "")
    if years is None and re.search(r"\d{2}", groups.get("years") or ""):
        return None  # 92年的老兵 names a calendar year
    return JobMention(title, years, offset + said.start(), offset + said.end())
