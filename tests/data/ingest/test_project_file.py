"""A project's file: what is read, what is rejected and why, and that the document describes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data.errors import DataError
from data.ingest.project_file import EXAMPLE_ROWS, PROJECT_FIELDS, PlannedProject, read_project

TODAY = date(2026, 11, 24)
HEADER = [field.names[0] for field in PROJECT_FIELDS.values()]
ROW = dict(zip(PROJECT_FIELDS, EXAMPLE_ROWS[0], strict=True))
DOCUMENT = Path(__file__).parents[3] / "docs" / "file-formats.md"


def project(folder: Path, *rows: dict[str, Any]) -> PlannedProject:
    """A file of the example's first row, changed."""
    path = folder / "project.csv"
    lines = [HEADER, *([str(value) for value in {**ROW, **row}.values()] for row in rows)]
    path.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    return read_project(path, today=TODAY)


def test_the_example_rows_are_a_project(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEADER, *EXAMPLE_ROWS):
        book.active.append(row)
    book.save(tmp_path / "project.xlsx")
    found = read_project(tmp_path / "project.xlsx", today=TODAY)
    assert (found.name, found.parsed.rows, len(found.parsed.rejects)) == ("（示例）新区汽车零部件厂", 3, 0)
    posts = found.parsed.records.vacancies
    assert posts["title"].tolist() == ["焊工", "叉车司机", "质检员"]
    assert posts["headcount"].tolist() == [40, 12, 20]
    assert posts["occupation_code"].fillna("").tolist() == ["6-18-02-04", "", ""]
    assert list(found.starts_on.values()) == [date(2027, 3, 1), date(2027, 3, 1), date(2027, 6, 1)]
    assert found.parsed.records.vacancy_credentials["credential_code"].tolist() == ["OP-WELD", "SE-FORKLIFT"]


@pytest.mark.parametrize(
    ("change", "column", "expected"),
    [
        ({"starts_on": "2026-11-01"}, "到岗日期", "不早于今天"),
        ({"pay": "1800元/月"}, "薪资", "2120 元/月（《中华人民共和国劳动法》第四十八条）"),
        ({"occupation": "9-99-99-99"}, "职业", "a code of the 2022 classification"),
        ({"headcount": "若干"}, "招聘人数", "from 1 to 100,000"),
        ({"district": ""}, "区县", "not empty"),
        ({"title": "", "occupation": ""}, "岗位名称", "填岗位名称或职业代码"),
        ({"longitude": "125.3"}, "经度", "both coordinates or none"),
        ({"project": "别的项目"}, "项目名称", "one file is one project"),
    ],
)
def test_a_row_that_cannot_be_is_rejected_with_its_reason(
    tmp_path: Path, change: dict[str, str], column: str, expected: str
) -> None:
    found = project(tmp_path, {}, change)
    [reject] = found.parsed.rejects.to_dict("records")
    assert (reject["file_row"], reject["file_column"]) == (3, column)
    assert expected in reject["expected"]
    assert len(found.parsed.records.vacancies) == 1


def test_equal_rows_are_further_posts_and_a_code_alone_names_one(tmp_path: Path) -> None:
    found = project(tmp_path, {"title": "", "occupation": "电工"}, {"title": "", "occupation": "6-31-01-03"})
    assert found.parsed.records.vacancies["title"].tolist() == ["电工", "电工"]


def test_a_name_is_known_with_and_without_its_mark_in_the_classification(tmp_path: Path) -> None:
    found = project(tmp_path, *({"title": "", "occupation": name} for name in ("护林员", "护林员L")))
    assert found.parsed.records.vacancies["title"].tolist() == ["护林员", "护林员"]


@pytest.mark.parametrize(
    ("text", "problem"), [("", "is empty"), (",".join(HEADER), "no rows"), ("项目,工种", "unknown")]
)
def test_a_file_that_is_none(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "project.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=problem):
        read_project(path, today=TODAY)


def test_the_document_describes_every_column() -> None:
    section = DOCUMENT.read_text(encoding="utf-8").split("## 项目 projects")[1].split("\n## ")[0]
    for field in PROJECT_FIELDS.values():
        first, *others = field.names
        name = f"**{first}**" if field.required else first
        assert f"| {name} | {', '.join(f'`{other}`' for other in others)} | {field.expected} |" in section
