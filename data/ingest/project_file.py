"""A planned project from our own table template: its posts as advertisements that nobody has published yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from data.columns import SEEKER_IDENTITIES
from data.ingest import fields as f
from data.ingest.fields import Field
from data.ingest.parsed_file import ParsedFile
from data.ingest.read_file import detect_format
from data.ingest.rejects import Reject, rejects_table
from data.ingest.table_file import Row, read_table
from data.ingest.template import VACANCY_FIELDS
from data.ingest.vacancies_file import advertised
from data.ingest.vacancy_rows import VacancyRow, assemble
from data.reference.minimum_wage import minimum_wage_cny_month, minimum_wage_words
from data.reference.occupations import load_occupations, occupation_rows, without_mark

PROJECT_SOURCE = "project"
_ADVERTISED = (
    "pay", "education", "experience", "credentials", "night_work", "shift_work", "board", "lodging", "longitude",
    "latitude", "minimum_age", "veterans", "description",
)  # fmt: skip


def occupation(value: str) -> str:
    """Four-part code of the 2022 classification, given as the code or as the occupation's full name."""
    if value in occupation_rows():
        return value
    table = load_occupations()
    named = table.loc[table["name"] == without_mark(value), "code"]
    if named.empty:
        raise ValueError(value)
    return str(named.iloc[0])


PROJECT_FIELDS: dict[str, Field] = {
    "project": Field(
        ("项目名称", "project", "项目"), f.text, "项目名称，各行相同 / its name, the same in every row", required=True
    ),
    "title": Field(
        ("岗位名称", "title", "职位", "岗位"), f.text, "文字；填了职业时可空 / text; may be empty where 职业 is given"
    ),
    "occupation": Field(
        ("职业", "occupation", "职业代码", "occupation_code"),
        occupation,
        "2022 年版大典的职业代码，如 6-18-02-04，或其名称；空则按岗位名称编码 / "
        "a code of the 2022 classification, such as 6-18-02-04, or its name; empty: coded from the title",
    ),
    "headcount": Field(
        ("招聘人数", "headcount", "人数"),
        f.whole_number(1, 100_000),
        "1 至 100,000 的人数 / a number of people from 1 to 100,000",
        required=True,
    ),
    "starts_on": Field(
        ("到岗日期", "starts_on", "用工日期"),
        f.day,
        "需要用工的日期，如 2026-09-01 / a date such as 2026-09-01, from which people are needed",
        required=True,
    ),
    "district": replace(VACANCY_FIELDS["district"], required=True),
    **{name: VACANCY_FIELDS[name] for name in _ADVERTISED},
}

EXAMPLE_ROWS = (
    ("（示例）新区汽车零部件厂", "焊工", "6-18-02-04", "40", "2027-03-01", "绿园区", "6000-8000元/月", "初中", "1年",
     "焊接与热切割作业证", "否", "是", "是", "是", "", "", "", "否", ""),
    ("（示例）新区汽车零部件厂", "叉车司机", "", "12", "2027-03-01", "绿园区", "5500-7000元/月", "初中", "",
     "叉车证", "否", "是", "是", "是", "", "", "", "否", ""),
    ("（示例）新区汽车零部件厂", "质检员", "", "20", "2027-06-01", "绿园区", "5000-6500元/月", "高中", "",
     "", "否", "否", "是", "否", "", "", "", "否", "零部件检验，会用卡尺"),
)  # fmt: skip
"""What `zhuye project template` shows under the header."""


@dataclass(frozen=True)
class PlannedPost:
    """Openings of one kind from one day on. `advertised.employer` is the project."""

    advertised: VacancyRow
    starts_on: date
    occupation_code: str | None = None


@dataclass(frozen=True)
class PlannedProject:
    """A project's posts as records that never enter the database, with what was rejected.

    `parsed.records` has one vacancy a post, in the order of the rows; `starts_on`: vacancy → day.
    """

    name: str
    parsed: ParsedFile
    starts_on: dict[str, date]


def read_project(path: Path, *, today: date) -> PlannedProject:
    """Read a CSV or XLSX file with the columns of `PROJECT_FIELDS`.

    Raises
    ------
    NotFoundError, DataError
        The file is missing, empty, not what it claims, or a column is unknown, doubled or missing.
    """
    table = read_table(path, "xlsx" if detect_format(path) == "xlsx" else "csv", PROJECT_FIELDS)
    name = str(table.rows[0][1]["project"]) if table.rows else ""
    posts, rejects = [], list(table.rejects)
    for number, row in table.rows:
        if row["project"] != name:
            rejects.append((number, Reject("项目名称", str(row["project"]), f"{name}: one file is one project")))
        else:
            posts.append((number, _post(row)))
    return planned_project(name, posts, today=today, rejects=rejects, rows=table.count)


def planned_project(
    name: str, posts: Sequence[tuple[int, PlannedPost]], *, today: date, rejects: Sequence[tuple[int, Reject]] = (),
    rows: int | None = None,
) -> PlannedProject:  # fmt: skip
    """Posts as any door states them, each with the number of its row, as records open on `today`.

    A post before `today`, below the minimum wage, or that no advertisement could state is rejected; `rejects` are
    those that the door refused itself, `rows` counts them all (default: `posts`).
    """
    stated: list[tuple[int, VacancyRow]] = []
    refused = list(rejects)
    for number, post in posts:
        reason = _impossible(post, today)
        if reason is not None:
            refused.append((number, reason))
            continue
        # Rising, after the identifiers of most registers, and one for each row: equal posts are further posts.
        stated.append((number, replace(post.advertised, vacancy_id=f"项目岗位-{number:06d}")))
    made = assemble(stated, source=PROJECT_SOURCE, published_on=today, today=today)
    post_of = {f"项目岗位-{number:06d}": post for number, post in posts}
    vacancies = made.records.vacancies
    codes = pd.Series([post_of[one].occupation_code for one in vacancies["vacancy_id"]], dtype="string")
    coded = vacancies.assign(occupation_code=codes)
    return PlannedProject(
        name=name,
        parsed=ParsedFile(
            records=replace(made.records, vacancies=coded),
            identities=SEEKER_IDENTITIES.empty(),
            rejects=rejects_table(sorted([*refused, *made.rejects], key=lambda pair: pair[0])),
            rows=len(posts) if rows is None else rows,
            repeated=0,
            lines=made.lines,
        ),
        starts_on={vacancy_id: post_of[vacancy_id].starts_on for vacancy_id in vacancies["vacancy_id"]},
    )


def _impossible(post: PlannedPost, today: date) -> Reject | None:
    if post.starts_on < today:
        return Reject("到岗日期", str(post.starts_on), f"不早于今天的日期 / a day not before today, {today}")
    if not post.advertised.title.strip():
        return Reject("岗位名称", "", "填岗位名称或职业代码 / a title, or a code in 职业")
    pay = post.advertised.pay
    lowest = pay.min_cny_month if pay.min_cny_month is not None else pay.max_cny_month
    if lowest is not None and lowest < minimum_wage_cny_month():
        return Reject("薪资", f"{lowest:g} 元/月", " / ".join(minimum_wage_words()))
    return None


def _post(row: Row) -> PlannedPost:
    code = row["occupation"]
    names = load_occupations()["name"]
    return PlannedPost(
        advertised=VacancyRow(
            employer=row["project"],
            title=row["title"] or (str(names.iloc[occupation_rows()[code]]) if code else ""),
            **advertised(row),
        ),
        starts_on=row["starts_on"],
        occupation_code=code,
    )
