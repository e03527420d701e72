"""A person's own words → typed fields, each with the words it came from, so that a desk can check and correct it.

Deterministic rules over clauses (text between punctuation marks), and the occupation coder for titles. What the
text does not say stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.columns import SEEKERS, Records
from data.errors import DataError
from data.facts.credentials import find_credentials
from data.facts.education import find_education
from data.facts.experience import find_experience_years
from data.facts.pay import parse_pay
from data.market import DAYS_PER_YEAR
from data.records import EducationLevel, RecordStatus, SeekerGroup
from data.reference.districts import find_district

if TYPE_CHECKING:
    from models.occupation_coder import OccupationCoder

ACTIVE_DAYS = 180

_CLAUSE = re.compile(r"[^,，。;；!！?？\n]+")
_NUMERAL = r"[\d一二两三四五六七八九十百多几来半]+"
_YEARS = rf"{_NUMERAL}(?:年半?|个月)多?"
_SOFT = re.compile(r"更好|最好|优先|也行|也可以|都行")

_WAGE_WORDS = re.compile(r"月薪|工资|薪资|薪水|底薪|月收入|[一每1]个?月|块钱?|元|往上|以上|打底")
_WAGE_RANGE = (500.0, 100_000.0)
_EDUCATION = re.compile(
    r"(博士|硕士|研究生|本科|大专|专科|中专|技校|职高|高中|初中|小学)"
    r"(?=文化|学历|毕业|[^,，。;；]{0,14}专业|没毕业|念完|刚毕业)"
)
_MAJOR = re.compile(r"(?:博士|硕士|本科|大专|专科|中专|技校)(?P<value>[^,，。;；]{2,16})专业")
_AGE = re.compile(r"(?P<value>\d{2})周?岁|今年(?P<this_year>\d{2})(?!\d)")
_COMMUTE = re.compile(r"(?P<value>\d+(?:\.\d+)?)\s*(?:公里|km|千米)(?=之?内|以内|左右|范围)", re.IGNORECASE)
_HOME = re.compile(
    r"(?:家住|住在|家在|住|现居|人在|想在|在(?=[^,，。;；]{2,16}(?:附近|这边|找|上班)))[^,，。;；]{2,18}"
)
_DESIRED = re.compile(
    r"(?:求职意向|应聘|期望岗位|想当|想干|想做|想开|想找个?|找个?)\s*[:：是]?\s*(?P<value>[^,，。;；]+)"
)
_NOT_A_TITLE = re.compile(
    r"包吃包?住|包住|包吃|管吃管?住|管住|管饭|食宿|有宿舍|离家近|工资\S*|能?双休|稳定|不?上?夜班"
    r"|的?(?:(?<!干)活儿?|工作|岗位|厂子|地方|事儿?)(?:干|做)?$|^(?:个|份|点|一份|一个)|的$"
)
_JOBS = tuple(
    re.compile(pattern)
    for pattern in (
        # 干过3年架子工, 做过8年人事, 当了5年汽车兵
        rf"(?:干|做|当)[过了]?(?P<years>{_YEARS})的?(?P<title>[^\d,，。;；、]{{2,10}})",
        # 蹬过8年缝纫机, 送过一年半外卖, 管过5年仓库
        rf"(?P<title_verb>[炒送管养看跑卖教蹬修开])[过了](?P<years>{_YEARS})(?P<title>[^\d,，。;；、]{{1,8}})",
        # 干焊工十来年, 当保安3年, 开大货十五年, 在物流园开叉车4年
        rf"(?P<title>(?:干|做|当|开|修|卖|炒|看|管|跑|送|带)[过了]?[^\d{'一二两三四五六七八九十'},，。;；、]{{1,8}}?)了?(?P<years>{_YEARS})",
        # 3年电工经验
        rf"(?P<years>{_YEARS})(?P<title>[^\d,，。;；、]{{2,8}})(?:经验|工龄)",
        # 做过网管, 当过服务员和洗碗工
        r"(?:干|做|当)过(?P<title>[^\d,，。;；、]{2,10})",
    )
)
_TITLE_EDGES = re.compile(r"^(?:干|做|当)[过了]?|^(?:一|几)(?:年|个|回)|(?:的)?(?:工作|活儿?|行业)$|的$")

_BOARD = re.compile(r"(?:包|管|供)(?:吃|饭|三餐|伙食)|食宿|(?:包|管)吃包?住")
_LODGING = re.compile(r"(?:包|管)住|(?:包|管)吃(?:包|管)?住|食宿|有宿舍|有住的地方|提供(?:住宿|宿舍)|要住宿|住宿舍")
_LIVES_IN = re.compile(r"住家|住厂|跟项目走|(?:去|到)外地|哪儿?都(?:行|能去|可以)|就去市里|能出远门")
_NIGHT_NO = re.compile(r"(?:不|别|没法|不能|不想|不愿)(?:上|值|倒|熬)?(?:大?夜班|夜)|夜班(?:不行|干不了|上不了)")
_NIGHT_YES = re.compile(r"夜班(?:可以|也行|能|没问题|都行|也能)|(?:能|可以|肯)(?:上|值)?夜班")
_SHIFT_NO = re.compile(r"(?:不|别|不能|不想)倒班|倒班(?:不行|干不了)|(?:只|就)?(?:上|要)?(?:长|常)白班")
_SHIFT_YES = re.compile(r"倒班(?:可以|也行|能|没问题|都行)|(?:能|可以|肯)倒班")
_REFUSES = re.compile(r"^(?:不想|不愿|不干|不要|不能|不上|别(?!的|人)|干不了)")
_SKILLS = re.compile(
    r"(?:特长[:：]|(?:(?<=[。,，;；])|^)会(?!计))(?P<value>[^。;；]{2,60}?)(?=[。;；]|[,，](?:有|没有|证书|想找)|$)"
)
_GROUPS = {
    SeekerGroup.GRADUATE: re.compile(r"应届|今年(?:刚)?毕业|刚毕业"),
    SeekerGroup.RURAL_TRANSFERRED: re.compile(r"农村转移劳动力|农民工"),
    SeekerGroup.URBAN_HARDSHIP: re.compile(r"就业困难人员"),
    SeekerGroup.ZERO_EMPLOYMENT_FAMILY: re.compile(r"零就业家庭"),
    SeekerGroup.VETERAN: re.compile(r"退[役伍]|转业|复员|当过兵|当兵|部队(?:士官|干了)|入伍|汽车兵"),
}
_IDENTIFIERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")


@dataclass(frozen=True)
class FoundField:
    """One thing that the text says: `text[start:end]` are its words. `value` is text, number, bool or code."""

    field: str
    value: Any
    start: int
    end: int


@dataclass(frozen=True)
class ProfileReading:
    """All that was read from `text`. A field that holds many (experience, credentials, groups) occurs many times."""

    text: str
    fields: tuple[FoundField, ...]

    def value(self, name: str) -> Any:
        """Value of a field; None if the text does not say it."""
        return next((found.value for found in self.fields if found.field == name), None)

    def values(self, name: str) -> list[Any]:
        """All values of a field."""
        return [found.value for found in self.fields if found.field == name]

    def records(self, seeker_id: str, as_of: date) -> Records:
        """Records of one seeker who is active from `as_of`. Identity numbers and phones in the text are masked."""
        age = self.value("age")
        row: dict[str, Any] = dict.fromkeys(SEEKERS.columns)
        row |= {name: self.value(name) for name in SEEKERS.columns if self.value(name) is not None}
        jobs = self.values("experience")
        row |= {
            "seeker_id": seeker_id,
            "profile_text": mask_identifiers(self.text),
            # Told as an age in whole years: the middle of the year in which he may have been born.
            "birth_date": None if age is None else as_of - timedelta(days=(age + 0.5) * DAYS_PER_YEAR),
            "experience_years": self.value("experience_years"),
            "credentials_complete": False,
            "registered_on": as_of,
            "valid_through": as_of + timedelta(days=ACTIVE_DAYS),
            "status": str(RecordStatus.OPEN),
            "source": "profile",
            "is_synthetic": False,
        }
        children: dict[str, list[dict[str, Any]]] = {
            "seeker_experience": [
                {"seeker_id": seeker_id, "title": job.title, "occupation_code": job.occupation_code, "years": job.years}
                for job in jobs
            ],
            "seeker_credentials": [
                {"seeker_id": seeker_id, "credential_code": code, "obtained_on": None, "expires_on": None}
                for code in self.values("credential")
            ],
            "seeker_groups": [
                {"seeker_id": seeker_id, "group_code": group, "valid_from": as_of, "valid_until": None}
                for group in self.values("group")
            ],
        }
        tables = {name: pd.DataFrame(rows) for name, rows in children.items() if rows}
        return Records.of(seekers=pd.DataFrame([row]), **tables)


@dataclass(frozen=True)
class Job:
    """Work done before, as told. `years` None: not said."""

    title: str
    years: float | None
    occupation_code: str | None

    def __str__(self) -> str:
        return self.title if self.years is None else f"{self.title} {self.years:g} 年"


def read_profile(text: str, coder: OccupationCoder | None) -> ProfileReading:
    """Read a profile. Titles are coded where a coder is given. Any text is taken; nothing is raised."""
    found = [
        *_age(text),
        *_education(text),
        *_jobs(text, coder),
        *_first(text, "skills", _SKILLS, str.strip),
        *(FoundField("credential", m.code, m.start, m.end) for m in find_credentials(text)),
        *_desired(text, coder),
        *_wage(text),
        *_needs(text),
        *_answers(text),
        *_place(text),
        *(
            FoundField("group", str(group), said.start(), said.end())
            for group, pattern in _GROUPS.items()
            if (said := pattern.search(text))
        ),
        *(FoundField("refuses", c.group(), c.start(), c.end()) for c in _clauses(text) if _REFUSES.match(c.group())),
    ]
    return ProfileReading(text, tuple(found))


def mask_identifiers(text: str) -> str:
    """`text` with identity numbers and mobile phone numbers replaced by asterisks of the same length."""
    return _IDENTIFIERS.sub(lambda match: "*" * len(match.group()), text)


def _clauses(text: str) -> Iterator[re.Match[str]]:
    return _CLAUSE.finditer(text)


def _first(text: str, name: str, pattern: re.Pattern[str], read: Any) -> list[FoundField]:
    said = pattern.search(text)
    return [FoundField(name, read(said.group("value")), said.start("value"), said.end("value"))] if said else []


def _age(text: str) -> list[FoundField]:
    said = _AGE.search(text)
    if said is None:
        return []
    age = int(said.group("value") or said.group("this_year"))
    return [FoundField("age", age, said.start(), said.end())] if 14 <= age <= 80 else []


def _education(text: str) -> list[FoundField]:
    said = _EDUCATION.search(text)
    if said is None:
        return _first(text, "major", _MAJOR, str.strip)
    level = find_education(said.group(1))
    known = [FoundField("education_level", int(EducationLevel(level)), said.start(), said.end())] if level else []
    return known + _first(text, "major", _MAJOR, str.strip)


def _jobs(text: str, coder: OccupationCoder | None) -> list[FoundField]:
    found: list[FoundField] = []
    total = 0.0
    for clause in _clauses(text):
        if _DESIRED.search(clause.group()):
            continue
        said = next((match for pattern in _JOBS if (match := pattern.search(clause.group()))), None)
        years = find_experience_years(said.groupdict().get("years") or "") if said else None
        if said is None:
            continue
        title = _TITLE_EDGES.sub("", (said.groupdict().get("title_verb") or "") + said.group("title")).strip()
        if len(title) < 2:
            continue
        total += years or 0.0
        job = Job(title, years, _code(title, coder))
        found.append(FoundField("experience", job, clause.start() + said.start(), clause.start() + said.end()))
    if total:
        found.append(FoundField("experience_years", min(total, 60.0), found[0].start, found[-1].end))
    return found


def _desired(text: str, coder: OccupationCoder | None) -> list[FoundField]:
    for said in _DESIRED.finditer(text):
        title = said.group("value").strip()
        while (shorter := _NOT_A_TITLE.sub("", title).strip(" 的")) != title:
            title = shorter
        if len(title) < 2:
            continue
        found = [FoundField("desired_title", title, said.start("value"), said.end("value"))]
        code = _code(re.split(r"或者?|、|和|都", title)[0], coder) or _code(title, coder)
        if code:
            found.append(FoundField("desired_occupation_code", code, said.start("value"), said.end("value")))
        return found
    return []


def _wage(text: str) -> list[FoundField]:
    for clause in _clauses(text):
        if not _WAGE_WORDS.search(clause.group()):
            continue
        try:
            pay = parse_pay(clause.group())
        except DataError:
            continue
        floor = pay.min_cny_month if pay.min_cny_month is not None else pay.max_cny_month
        if floor is not None and _WAGE_RANGE[0] <= floor <= _WAGE_RANGE[1]:
            return [FoundField("wage_min_cny_month", floor, clause.start(), clause.end())]
    return []


def _needs(text: str) -> list[FoundField]:
    found: list[FoundField] = []
    for clause in _clauses(text):
        # 管住更好 is a wish, not a condition.
        firm = not _SOFT.search(clause.group()) and "或者宿舍" not in clause.group()
        for name, pattern in (("needs_board", _BOARD), ("needs_lodging", _LODGING)):
            said = pattern.search(clause.group())
            if said and firm and all(other.field != name for other in found):
                found.append(FoundField(name, True, clause.start() + said.start(), clause.start() + said.end()))
        moves = _LIVES_IN.search(clause.group()) or _LODGING.search(clause.group())
        if moves and all(other.field != "will_relocate" for other in found):
            start, end = clause.start() + moves.start(), clause.start() + moves.end()
            found.append(FoundField("will_relocate", True, start, end))
    return found


def _answers(text: str) -> list[FoundField]:
    found = []
    for name, says_no, says_yes in (
        ("accepts_night_work", _NIGHT_NO, _NIGHT_YES),
        ("accepts_shift_work", _SHIFT_NO, _SHIFT_YES),
    ):
        refused, accepted = says_no.search(text), says_yes.search(text)
        said = refused or accepted
        if said:
            found.append(FoundField(name, refused is None, said.start(), said.end()))
    return found


def _place(text: str) -> list[FoundField]:
    found = _first(text, "commute_limit_km", _COMMUTE, float)
    for said in _HOME.finditer(text):
        district = find_district(said.group())
        if district is not None:
            return [FoundField("district_code", district, said.start(), said.end()), *found]
    return found


def _code(title: str, coder: OccupationCoder | None) -> str | None:
    if coder is None or not title:
        return None
    from models.occupation_coder import code_titles

    code = code_titles(coder, [title])["occupation_code"].iloc[0]
    return None if pd.isna(code) else str(code)
