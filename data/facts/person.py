"""Who is meant, and how old: a profile tells of its writer, or of a relative for whom he asks."""

from __future__ import annotations

import re

from data.facts.clauses import Told, find_clauses
from data.facts.numerals import with_digits

_RELATIVE = (
    r"(?:孩子|儿子|女儿|闺女|姑娘|老人|父母|父亲|母亲|爸|妈|爹|老伴|老婆|老公|丈夫|妻子|媳妇|对象|爱人"
    r"|婆婆|公公|弟弟|妹妹|哥哥|姐姐|[我俺][弟妹哥姐]|侄[子女]|孙[子女]|娃)"
)
_ANOTHER = re.compile(_RELATIVE)
_ON_BEHALF = re.compile(rf"(?:给|帮|替|为)(?:[他她]|(?:我|俺)?家?{_RELATIVE})(?:们|俩)?(?:找|问|看|报|登记|咨询|安排)")
_TOPIC = re.compile(
    rf"^(?:你好|您好|老师|[,，。!！\s]|请问)*(?:我|俺)?们?家?(?:的)?{_RELATIVE}[^,，。;；]{{0,4}}(?:今年|刚|想|原来|以前|[,，]?\d\d).*?(?:找|想进|应聘|求职|想干|想做|想学)"
)
_MYSELF = re.compile(r"(?:我|俺|本人)(?:自己)?(?:想|今年|是|以前|之前|原来|\d|会|能|有|干|做|也|现在)")

_SUBJECT = re.compile(rf"(?:我|俺)?(?:们)?家?(?:的)?(?:{_RELATIVE}|朋友|同学|同事|邻居)(?!的?(?:上|接|小|大))")

_TENS = r"\d{2}|[二三四五六七]?十[一二三四五六七八九]?"
_AGE = re.compile(
    rf"(?P<years>{_TENS})周?岁(?!以|的?(?:孩|儿|女儿|闺))|(?:今年|年龄|岁数)(?:是|都|快|有|也|[:：])?(?P<this_year>{_TENS})(?![\d个月年]|届)"
    rf"|^(?:我是?|俺|家|本人|今年|现在|[男女]的?|性别|年龄|[:：]|{_RELATIVE})*(?P<bare>\d{{2}}|[二三四五六七]十[一二三四五六七八九]|[二三四五六七]十)(?:了|的人了|[男女])?$"
    # dictated: 女48护工证有, 大爷六十一了身体没毛病
    r"|^[男女](?P<sex_first>\d{2})(?![\d年月天个公元块级小.-])|(?:我|大[爷妈叔姨])(?P<dictated>[二三四五六七]十[一二三四五六七八九]?)了"
)
_BIRTH_YEAR = re.compile(
    r"(?P<told>(?:19|20)?\d{2}|[五六七八九零〇][一二三四五六七八九零〇])年(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:生人?|出生|生的)"
    r"|^(?:我|俺|本人)?是?(?P<of>(?:19)?[5-9]\d|200\d|0\d|[五六七八九零〇][一二三四五六七八九零〇])年的$"
)
_WORKING_AGES = range(14, 81)
_CHINESE_DIGITS = {ord(written): str(value) for value, written in enumerate("〇一二三四五六七八九")} | {ord("零"): "0"}


def asks_for_another(text: str) -> bool:
    """Whether a relative asks: 给我妈找个活, or 我家孩子今年刚毕业 with no word of the writer himself."""
    return bool(_ON_BEHALF.search(text) or (_TOPIC.match(text) and not _MYSELF.search(text)))


def tells_of_another(clause: str) -> bool:
    """Whether a clause names a relative: what it says may be his."""
    return _ANOTHER.search(clause) is not None


def begins_with_another(clause: str) -> bool:
    """Whether a relative or friend is the subject of a clause: 我老公月薪八千."""
    return _SUBJECT.match(clause) is not None


def find_age(text: str) -> Told | None:
    """Age in whole years: 36岁, 今年四十八, or a clause that is nothing but a number: 我28."""
    on_behalf = asks_for_another(text)
    for clause in find_clauses(text):
        said = _AGE.search(clause.group())
        if said is None or (not on_behalf and tells_of_another(clause.group()[: said.end()])):
            continue
        written = with_digits(next(value for value in said.groups() if value))
        if written.isdecimal() and int(written) in _WORKING_AGES:
            return Told(int(written), clause.start() + said.start(), clause.start() + said.end())
    return None


def find_birth_year(text: str) -> Told | None:
    """Calendar year of birth: 1985年出生, 78年生人, 八五年的."""
    on_behalf = asks_for_another(text)
    for clause in find_clauses(text):
        said = _BIRTH_YEAR.search(clause.group())
        if said is None or (not on_behalf and tells_of_another(clause.group()[: said.start()])):
            continue
        digits = (said.group("told") or said.group("of")).translate(_CHINESE_DIGITS)
        year = int(digits) if len(digits) == 4 else int(digits) + (1900 if int(digits) > 30 else 2000)
        return Told(year, clause.start() + said.start(), clause.start() + said.end())
    return None
