"""A person's own words → typed fields, each with the words it came from, so that a desk can check and correct it.

Deterministic rules (`data.facts`), and the occupation coder for titles. What the text does not say stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.columns import SEEKERS, Records
from data.facts.clauses import Told, find_clauses
from data.facts.credentials import find_credentials
from data.facts.home import find_home
from data.facts.identifiers import mask_identifiers
from data.facts.person import asks_for_another, begins_with_another, find_age, find_birth_year, tells_of_another
from data.facts.schooling import find_completed_level, find_major
from data.facts.slips import mend_slips
from data.facts.startup_wish import find_startup_wish
from data.facts.wage_wanted import find_wage_floor
from data.facts.wishes import find_wishes
from data.facts.work_history import find_jobs, find_total_years
from data.market import DAYS_PER_YEAR
from data.records import RecordStatus, SeekerGroup

if TYPE_CHECKING:
    from models.occupation_coder import OccupationCoder

__all__ = ["FoundField", "Job", "ProfileReading", "mask_identifiers", "read_profile"]

ACTIVE_DAYS = 180

# A place of work names no occupation: better no code than a wrong one.
_PLACE_OF_WORK = re.compile(r"工地|工厂|厂里?|车间|公司|饭店|超市|商场|医院|学校|物业")

_SKILLS = re.compile(
    r"(?:特长[:：]|(?:(?<=[。,，;；])|^)我?会(?!计))(?P<value>[^。;；]{2,60}?)(?=[。;；]|[,，](?:有|没有|证书|想找)|$)"
)
_GROUPS = {
    SeekerGroup.GRADUATE: re.compile(r"应届|今年(?:刚)?毕业|刚毕业|20\d\d届[^,，。;；]{0,6}毕业生"),
    SeekerGroup.RURAL_TRANSFERRED: re.compile(
        r"农村转移劳动力|农民工|进城务工|农村务工|农村(?:户口|户籍)|(?<!非)农业户口"
    ),
    SeekerGroup.URBAN_HARDSHIP: re.compile(r"就业困难|4050人员|^4050$"),
    SeekerGroup.ZERO_EMPLOYMENT_FAMILY: re.compile(r"零就业(?:家庭)?"),
    SeekerGroup.VETERAN: re.compile(r"退[役伍]|转业|复员|当过?\d*年?兵|当过兵|部队(?:士官|干了)|入伍|汽车兵"),
}
_NOT_IN_GROUP = re.compile(r"(?:不是|并非|没有?|未曾?|从未|算不上)[^,，。;；]{0,4}$")


@dataclass(frozen=True)
class FoundField:
    """One thing that the text says: `text[start:end]` are its words. `value` is text, number, bool, code or `Job`.

    `corrected`: the person gave the value, and the words are those that were misread.
    """

    field: str
    value: Any
    start: int
    end: int
    corrected: bool = False


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
        row: dict[str, Any] = dict.fromkeys(SEEKERS.columns)
        row |= {name: self.value(name) for name in SEEKERS.columns if self.value(name) is not None}
        row |= {
            "seeker_id": seeker_id,
            "profile_text": self.text,
            "birth_date": self._birth_date(as_of),
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

    def _birth_date(self, as_of: date) -> date | None:
        """Middle of the year of birth told, or of the year in which one of the age told may have been born."""
        year, age = self.value("birth_year"), self.value("age")
        if year is not None:
            return date(year, 7, 1)
        return None if age is None else as_of - timedelta(days=(age + 0.5) * DAYS_PER_YEAR)


def read_profile(text: str, coder: OccupationCoder | None) -> ProfileReading:
    """Read a profile. Titles are coded where a coder is given. Any text is taken; nothing is raised."""
    masked = mask_identifiers(text)
    text = mend_slips(masked)
    wishes = [FoundField(wish.field, wish.value, wish.start, wish.end) for wish in find_wishes(text)]
    found = [
        *_one("age", find_age(text)),
        *_one("birth_year", find_birth_year(text)),
        *_one("education_level", find_completed_level(text)),
        *_one("major", find_major(text)),
        *_jobs(text, coder),
        *_skills(text),
        *_own_credentials(text),
        *(field for field in wishes if field.field == "desired_title"),
        *_desired_code(wishes, coder),
        *_one("wage_min_cny_month", find_wage_floor(text)),
        *(field for field in wishes if field.field not in ("desired_title", "refuses")),
        *_one("district_code", find_home(text)),
        *_groups(text),
        *(field for field in wishes if field.field == "refuses"),
        *(FoundField(name, *told) for name, told in find_startup_wish(text).items()),
    ]
    return ProfileReading(masked, tuple(found))


def _one(name: str, told: Told | None) -> list[FoundField]:
    return [] if told is None else [FoundField(name, *told)]


def _said(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Clauses in which the pattern is found, with what was found."""
    for clause in find_clauses(text):
        found = pattern.search(clause.group())
        if found:
            yield clause, found


def _group_at(name: str, value: Any, clause: re.Match[str], found: re.Match[str], group: str | int = 0) -> FoundField:
    return FoundField(name, value, clause.start() + found.start(group), clause.start() + found.end(group))


def _jobs(text: str, coder: OccupationCoder | None) -> list[FoundField]:
    jobs = find_jobs(text)
    found = [FoundField("experience", Job(j.title, j.years, code_title(j.title, coder)), j.start, j.end) for j in jobs]
    total = find_total_years(text, jobs)
    return found if total is None else [*found, FoundField("experience_years", *total)]


def _skills(text: str) -> list[FoundField]:
    said = _SKILLS.search(text)
    return [FoundField("skills", said.group("value").strip(), said.start("value"), said.end("value"))] if said else []


def _own_credentials(text: str) -> list[FoundField]:
    """Credentials but those of a relative or friend: 我朋友有A2证."""
    clauses = [] if asks_for_another(text) else [c for c in find_clauses(text) if begins_with_another(c.group())]
    return [
        FoundField("credential", found.code, found.start, found.end)
        for found in find_credentials(text)
        if not any(clause.start() <= found.start < clause.end() for clause in clauses)
    ]


def _desired_code(wishes: list[FoundField], coder: OccupationCoder | None) -> list[FoundField]:
    for wish in wishes:
        if wish.field == "desired_title":
            code = code_title(re.split(r"或者?|、|和|都", str(wish.value))[0], coder) or code_title(
                str(wish.value), coder
            )
            return [FoundField("desired_occupation_code", code, wish.start, wish.end)] if code else []
    return []


def _groups(text: str) -> list[FoundField]:
    found = []
    for group, pattern in _GROUPS.items():
        for clause, said in _said(text, pattern):
            of_another = (
                group is SeekerGroup.GRADUATE
                and not asks_for_another(text)
                and tells_of_another(clause.group()[: said.start()])
            )
            if not of_another and not _NOT_IN_GROUP.search(clause.group()[: said.start()]):
                found.append(_group_at("group", str(group), clause, said))
                break
    return found


def code_title(title: str, coder: OccupationCoder | None) -> str | None:
    """Occupation code of a title; None without a coder, where it is not sure, and for a mere place of work."""
    if coder is None or not title or _PLACE_OF_WORK.fullmatch(title):
        return None
    from models.occupation_coder import code_titles

    code = code_titles(coder, [title])["occupation_code"].iloc[0]
    return None if pd.isna(code) else str(code)
