"""A person's own words → typed fields, each with the words it came from, so that a desk can check and correct it.

Deterministic rules (`data.facts`), and the occupation coder for titles. What the text does not say stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.columns import SEEKERS, Records
from data.errors import DataError
from data.facts.clauses import find_clauses
from data.facts.credentials import find_credentials
from data.facts.education import find_education
from data.facts.identifiers import mask_identifiers
from data.facts.numerals import with_digits
from data.facts.pay import parse_pay
from data.facts.wishes import find_wishes
from data.facts.work_history import find_jobs, find_total_years
from data.market import DAYS_PER_YEAR
from data.records import EducationLevel, RecordStatus, SeekerGroup
from data.reference.districts import find_district, load_districts

if TYPE_CHECKING:
    from models.occupation_coder import OccupationCoder

__all__ = ["FoundField", "Job", "ProfileReading", "mask_identifiers", "read_profile"]

ACTIVE_DAYS = 180

_LEVEL = r"(?:博士|硕士|研究生|本科|大专|专科|中专|中技|技校|职高|高中|初中|小学)"
_EDUCATION = re.compile(
    rf"(?P<near>{_LEVEL})(?=文化|学历|毕业|读的|念的|学的|[^,，。;；]{{0,14}}专业|没毕业|没念完|没读完|肄业|辍学|念完|刚毕业)"
    rf"|^(?:[^教上去接考想]{{0,8}}|.{{0,4}}(?:念到|读到|上到))(?P<alone>{_LEVEL})$"
)
_UNFINISHED = re.compile(r"没毕业|没念完|没读完|肄业|辍学")
_MAJOR = re.compile(
    rf"{_LEVEL}(?P<after_level>[^,，。;；]{{2,16}})专业"
    r"|^(?:我|本人)?学(?:的是|的)(?P<studied>[^,，。;；]{2,14}?)(?:专业|的)?$"
    r"|^(?:我|本人)?学(?P<learnt>[^的,，。;；]{2,10})的$"
    rf"|^(?P<named>[^,，。;；不限本]{{2,12}})专业(?:{_LEVEL}(?:毕业)?)?$"
    r"|^(?!应届|大学|统招|自考|全日制|函授|成人|学历|我|本人)(?P<before_level>[^,，。;；教上去接考想]{2,8})(?:硕士|本科|大专|中专)$"
)
_TENS = r"\d{2}|[二三四五六七]?十[一二三四五六七八九]?|[二三四五六七]十"
_AGE = re.compile(
    rf"(?P<years>{_TENS})周?岁(?!以|的?孩)|(?:今年|年龄|岁数)(?:是|都|快|有)?(?P<this_year>{_TENS})(?![\d个月年])"
    rf"|^[男女]?(?P<bare>\d{{2}}|[二三四五六]十[一二三四五六七八九])了?$"
)
_OTHERS = re.compile(r"孩子|儿子|女儿|闺女|老人|父母|爸|妈|老婆|老公|媳妇|对象")
_WORKING_AGES = range(14, 81)

# A clause that is nothing but a sum: 3k-4k, 五千到六千, 两千五就行, 5500起, 7000; not a year.
_SUM = r"(?:[\d一二两三四五六七八九十点.]{0,9}[kK千万][\d一二两三四五六七八九多]{0,4}|\d{1,2}\d00)"
_ONLY_A_SUM = (
    rf"^(?:期望|想要|要|最少|最低|至少)?(?:{_SUM}|[\d.]{{1,9}}(?=[-—~至到]))(?:[-—~至到]{_SUM})?(?:元|块钱?)?"
    r"(?:左右|就行|就成|就够|就可以|都行|起步?|打底|往上|以上|\+)*$(?<!^19\d\d)(?<!^20\d\d)"
)
_WAGE_WORDS = re.compile(
    r"月薪|工资|薪资|薪水|底薪|月收?入|年薪|日薪|时薪|[一每1](?:个?月|天|小时)|块钱?|元|往上|以上|打底|" + _ONLY_A_SUM
)
_NO_WAGE = re.compile(r"公里|字|(?:平|万)米|人以上|[岁]|年以上")
_WAGE_RANGE = (500.0, 100_000.0)

_HOME = re.compile(
    r"(?:在|^|(?<=[,，。;；]))[^,，。;；]{2,10}(?:附近|这边)?住(?![宿家厂])|离[^,，。;；]{2,8}近|(?:家住|住在|家在|住|现居|人在|想在|在(?=[^,，。;；]{2,16}(?:附近|这边|找|上班)))[^,，。;；]{2,18}"
)
_WORKPLACE_NAMES = frozenset({"一汽", "汽车厂"})  # a name for a district and for an employer

# A place of work names no occupation: better no code than a wrong one.
_PLACE_OF_WORK = re.compile(r"工地|工厂|厂里?|车间|公司|饭店|超市|商场|医院|学校|物业")

_SKILLS = re.compile(
    r"(?:特长[:：]|(?:(?<=[。,，;；])|^)我?会(?!计))(?P<value>[^。;；]{2,60}?)(?=[。;；]|[,，](?:有|没有|证书|想找)|$)"
)
_GROUPS = {
    SeekerGroup.GRADUATE: re.compile(r"应届|今年(?:刚)?毕业|刚毕业"),
    SeekerGroup.RURAL_TRANSFERRED: re.compile(
        r"农村转移劳动力|农民工|进城务工|农村务工|农村(?:户口|户籍)|(?<!非)农业户口"
    ),
    SeekerGroup.URBAN_HARDSHIP: re.compile(r"就业困难|4050人员"),
    SeekerGroup.ZERO_EMPLOYMENT_FAMILY: re.compile(r"零就业(?:家庭)?"),
    SeekerGroup.VETERAN: re.compile(r"退[役伍]|转业|复员|当过?\d*年?兵|当过兵|部队(?:士官|干了)|入伍|汽车兵"),
}
_NOT_IN_GROUP = re.compile(r"(?:不是|并非|没有?|未曾?|从未|算不上)[^,，。;；]{0,4}$")


@dataclass(frozen=True)
class FoundField:
    """One thing that the text says: `text[start:end]` are its words. `value` is text, number, bool or code."""

    field: str
    value: Any
    start: int
    end: int


@dataclass(frozen=True)
class Job:
    """Work done before, as told. `years` None: not said."""

    title: str
    years: float | None
    occupation_code: str | None

    def __str__(self) -> str:
        return self.title if self.years is None else f"{self.title} {self.years:g} 年"


@dataclass(frozen=True)
class ProfileReading:
    """All that was read from `text`, which has its identifiers masked.

    A field that holds many (experience, credential, group, refuses) occurs many times.
    """

    text: str
    fields: tuple[FoundField, ...]

    def value(self, name: str) -> Any:
        """Value of a field; None if the text does not say it."""
        return next((found.value for found in self.fields if found.field == name), None)

    def values(self, name: str) -> list[Any]:
        """All values of a field."""
        return [found.value for found in self.fields if found.field == name]

    def records(self, seeker_id: str, as_of: date) -> Records:
        """Records of one seeker who is active from `as_of` for 180 days, without identity numbers and telephones."""
        age = self.value("age")
        row: dict[str, Any] = dict.fromkeys(SEEKERS.columns)
        row |= {name: self.value(name) for name in SEEKERS.columns if self.value(name) is not None}
        row |= {
            "seeker_id": seeker_id,
            "profile_text": self.text,
            # Told as an age in whole years: the middle of the year in which he may have been born.
            "birth_date": None if age is None else as_of - timedelta(days=(age + 0.5) * DAYS_PER_YEAR),
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
                for job in self.values("experience")
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


def read_profile(text: str, coder: OccupationCoder | None) -> ProfileReading:
    """Read a profile. Titles are coded where a coder is given. Any text is taken; nothing is raised."""
    text = mask_identifiers(text)
    wishes = [FoundField(wish.field, wish.value, wish.start, wish.end) for wish in find_wishes(text)]
    found = [
        *_age(text),
        *_education(text),
        *_jobs(text, coder),
        *_skills(text),
        *(FoundField("credential", m.code, m.start, m.end) for m in find_credentials(text)),
        *(field for field in wishes if field.field == "desired_title"),
        *_desired_code(wishes, coder),
        *_wage(text),
        *(field for field in wishes if field.field not in ("desired_title", "refuses")),
        *_place(text),
        *_groups(text),
        *(field for field in wishes if field.field == "refuses"),
    ]
    return ProfileReading(text, tuple(found))


def _said(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Clauses in which the pattern is found, with what was found."""
    for clause in find_clauses(text):
        found = pattern.search(clause.group())
        if found:
            yield clause, found


def _group_at(name: str, value: Any, clause: re.Match[str], found: re.Match[str], group: str | int = 0) -> FoundField:
    return FoundField(name, value, clause.start() + found.start(group), clause.start() + found.end(group))


def _age(text: str) -> list[FoundField]:
    for clause, said in _said(text, _AGE):
        written = with_digits(next(value for value in said.groups() if value))
        if written.isdecimal() and int(written) in _WORKING_AGES and not _OTHERS.search(clause.group()):
            return [_group_at("age", int(written), clause, said)]
    return []


def _education(text: str) -> list[FoundField]:
    found: list[FoundField] = []
    for clause, said in _said(text, _EDUCATION):
        level = find_education(said.group("near") or said.group("alone"))
        if level and not _OTHERS.search(clause.group()):
            unfinished = _UNFINISHED.match(clause.group(), said.end())
            completed = EducationLevel(max(level - bool(unfinished), EducationLevel.PRIMARY))
            found.append(_group_at("education_level", int(completed), clause, said))
            break
    for clause, said in _said(text, _MAJOR):
        group = next(name for name, value in said.groupdict().items() if value)
        found.append(_group_at("major", said.group(group).strip(), clause, said, group))
        break
    return found


def _jobs(text: str, coder: OccupationCoder | None) -> list[FoundField]:
    jobs = find_jobs(text)
    found = [FoundField("experience", Job(j.title, j.years, _code(j.title, coder)), j.start, j.end) for j in jobs]
    total = find_total_years(text, jobs)
    return found if total is None else [*found, FoundField("experience_years", *total)]


def _skills(text: str) -> list[FoundField]:
    said = _SKILLS.search(text)
    return [FoundField("skills", said.group("value").strip(), said.start("value"), said.end("value"))] if said else []


def _desired_code(wishes: list[FoundField], coder: OccupationCoder | None) -> list[FoundField]:
    for wish in wishes:
        if wish.field == "desired_title":
            code = _code(re.split(r"或者?|、|和|都", str(wish.value))[0], coder) or _code(str(wish.value), coder)
            return [FoundField("desired_occupation_code", code, wish.start, wish.end)] if code else []
    return []


def _wage(text: str) -> list[FoundField]:
    for clause, _ in _said(text, _WAGE_WORDS):
        if _NO_WAGE.search(clause.group()):
            continue
        try:
            pay = parse_pay(clause.group())
        except DataError:
            continue
        floor = pay.min_cny_month if pay.min_cny_month is not None else pay.max_cny_month
        if floor is not None and _WAGE_RANGE[0] <= floor <= _WAGE_RANGE[1]:
            return [FoundField("wage_min_cny_month", floor, clause.start(), clause.end())]
    return []


@cache
def _named_district() -> re.Pattern[str]:
    """A clause that is nothing but a district: 农安的, 老家榆树, 南关或者朝阳都行."""
    table = load_districts()
    names = {
        name for row in zip(table["name_zh"], table["aliases"], strict=True) for cell in row for name in cell.split("|")
    }
    alternatives = "|".join(sorted(map(re.escape, names - _WORKPLACE_NAMES - {""}), key=len, reverse=True))
    return re.compile(
        rf"^(?:我|本人|家|就|人)?(?:是|住|在|老家|家住|家在|现居)*(?P<district>{alternatives})(?:区|市|县)?"
        r"(?:的|人|这边|这块儿?|附近|那边|本地人?|农村的?|村里的?|或者?.{1,4}都行)?"
        r"(?:最好|更好|优先|就行|都行|[\d一二三四五六七八九十]+公里.{0,4})?$"
    )


def _place(text: str) -> list[FoundField]:
    for said in _HOME.finditer(text):
        district = find_district(said.group())
        if district is not None:
            return [FoundField("district_code", district, said.start(), said.end())]
    for clause, named in _said(text, _named_district()):
        return [_group_at("district_code", find_district(named.group("district")), clause, named)]
    return []


def _groups(text: str) -> list[FoundField]:
    found = []
    for group, pattern in _GROUPS.items():
        for clause, said in _said(text, pattern):
            of_another = group is SeekerGroup.GRADUATE and _OTHERS.search(clause.group()[: said.start()])
            if not of_another and not _NOT_IN_GROUP.search(clause.group()[: said.start()]):
                found.append(_group_at("group", str(group), clause, said))
                break
    return found


def _code(title: str, coder: OccupationCoder | None) -> str | None:
    if coder is None or not title or _PLACE_OF_WORK.fullmatch(title):
        return None
    from models.occupation_coder import code_titles

    code = code_titles(coder, [title])["occupation_code"].iloc[0]
    return None if pd.isna(code) else str(code)
