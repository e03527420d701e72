"""Crawls of 51job: rows without a header, rows cleaned by their crawler, and rows with the advertisement's text.

The dirt is known: pay in units of 10,000 CNY a year, education that holds experience, places outside the city or
not stated, lists written as Python text, exact duplicates.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path

from data.columns import SEEKER_IDENTITIES
from data.errors import DataError
from data.facts.conditions import BENEFITS_MARK, find_conditions
from data.facts.credentials import find_credentials
from data.facts.education import find_education
from data.facts.experience import find_experience_years
from data.facts.headcount import find_headcount
from data.facts.pay import Pay, PayUnit, parse_pay
from data.ingest import fields
from data.ingest.parsed_file import ParsedFile
from data.ingest.rejects import Reject, rejects_table
from data.ingest.text_file import read_csv_rows
from data.ingest.vacancy_rows import VacancyRow, assemble
from data.reference.districts import CITY_NAME, find_district

CLEANED_HEADER = [
    "岗位",
    "公司",
    "薪资",
    "位置",
    "公司性质",
    "规模",
    "工作领域",
    "福利",
    "学历",
    "最低薪资",
    "最高薪资",
    "平均薪资",
]
TEXT_HEADER = ["职位", "薪资", "公司", "公司信息", "公司地址", "地区", "工作经验", "学历", "人数", "时间", "岗位信息"]
_RAW_COLUMNS = 9


def read_51job(path: Path, *, published_on: date) -> ParsedFile:
    """Read a crawl.

    Raises
    ------
    DataError
        It is not text, has no rows, or its first row is none of the three layouts.
    """
    lines = list(read_csv_rows(path))
    if not lines:
        raise DataError(f"{path.name} is empty", remedy="give a crawl of 51job")
    header = [cell.strip() for cell in lines[0][1]]
    read_row: Callable[[list[str]], VacancyRow]
    if header == CLEANED_HEADER:
        width, read_row, lines = len(CLEANED_HEADER), _cleaned, lines[1:]
    elif header == TEXT_HEADER:
        width, read_row, lines = len(TEXT_HEADER), _with_text, lines[1:]
    elif len(header) == _RAW_COLUMNS:
        width, read_row = _RAW_COLUMNS, _raw
    else:
        raise DataError(
            f"{path.name} is no crawl of 51job: its first row has {len(header)} fields",
            remedy=f"{_RAW_COLUMNS} fields without a header (title, employer, pay, place, employer type, size, "
            "industry, benefits, education) or a known header are expected; for other tables choose --format csv",
        )
    rows: list[tuple[int, VacancyRow]] = []
    rejects: list[tuple[int, Reject]] = []
    for number, cells in lines:
        try:
            if len(cells) != width:
                raise Reject("(row)", f"{len(cells)} fields", f"{width} fields")
            rows.append((number, read_row([cell.strip() for cell in cells])))
        except Reject as reason:
            rejects.append((number, reason))
    assembled = assemble(rows, source="51job", published_on=published_on)
    return ParsedFile(
        records=assembled.records,
        identities=SEEKER_IDENTITIES.empty(),
        rejects=rejects_table(rejects + assembled.rejects),
        rows=len(lines),
        repeated=assembled.repeated,
        lines=assembled.lines,
    )


def _raw(cells: list[str]) -> VacancyRow:
    title, employer, pay, place, employer_type, size, industry, benefits, education = cells
    return _row(title, employer, _pay(pay, "万/年"), place, employer_type, size, industry, benefits, education)


def _cleaned(cells: list[str]) -> VacancyRow:
    title, employer, _, place, employer_type, size, industry, benefits, education, least, most, _ = cells
    return _row(
        title, employer, _pay(f"{_plain(least)}-{_plain(most)}", "万/年"), place, employer_type, size, industry,
        benefits, education,
    )  # fmt: skip


def _with_text(cells: list[str]) -> VacancyRow:
    title, pay, employer, about, _, place, experience, education, people, published, text = (
        _list_text(cell) for cell in cells
    )
    kind, size, *industry = [part.strip() for part in f"{about}||".split("|")]
    return _row(
        title, employer, _pay(pay, "元/月"), place, kind, size, " ".join(industry).strip(), "", education,
        description=text, experience=experience, headcount=find_headcount(people) or None, published=published,
    )  # fmt: skip


def _row(
    title: str, employer: str, pay: Pay, place: str, employer_type: str, size: str, industry: str, benefits: str,
    education: str, *, description: str = "", experience: str = "", headcount: int | None = None, published: str = "",
) -> VacancyRow:  # fmt: skip
    if not title:
        raise Reject("title", title, "a title")
    if not employer:
        raise Reject("employer", employer, "an employer")
    level = _list_text(education).strip('"')
    perks = _list_text(benefits)
    stated = find_conditions(f"{title} {perks} {description}")
    return VacancyRow(
        employer=employer,
        title=title,
        description=description or (f"{BENEFITS_MARK}{perks}" if perks else ""),
        headcount=headcount,
        education_min=find_education(level),
        # The crawler put experience where it found no education.
        experience_min_years=find_experience_years(experience or level),
        pay=pay,
        night_work=stated.night_work,
        shift_work=stated.shift_work,
        board_offered=stated.board_offered,
        lodging_offered=stated.lodging_offered,
        veterans_preferred=stated.veterans_preferred,
        district_code=_district(place),
        credentials=tuple(mention.code for mention in find_credentials(f"{title} {description}")),
        employer_type=employer_type or None,
        industry=_list_text(industry).replace("\\", "/").replace("、", "/") or None,
        size_band=size or None,
        published_on=_day(published) if len(published) == 10 else None,
    )


def _day(text: str) -> date:
    try:
        return fields.day(text)
    except ValueError as error:
        raise Reject("时间", text, "a date such as 2019-09-13") from error


def _pay(text: str, unit: PayUnit) -> Pay:
    if not text.strip("-"):
        return Pay(None, None)
    try:
        return parse_pay(text, unit)
    except DataError as error:
        raise Reject("pay", text, error.remedy) from error


def _district(place: str) -> str | None:
    """District of this city; None for a place elsewhere, and where only the city or nothing is stated."""
    city, _, rest = _list_text(place).partition("-")
    return find_district(rest) if city == CITY_NAME and rest else None


def _plain(number: str) -> str:
    """Pay bounds come as 5.0."""
    return number.removesuffix(".0")


def _list_text(cell: str) -> str:
    """The items of a list written as Python text (['a', 'b']), with '、' between; other text as it is."""
    if not (cell.startswith("[") and cell.endswith("]")):
        return cell
    try:
        items = ast.literal_eval(cell)
    except (ValueError, SyntaxError):
        return cell
    return "、".join(str(item).strip() for item in items if str(item).strip())
