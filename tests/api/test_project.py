"""`zhuye project` and `POST /v1/projects/assess` on a small market: files, answers, and what is refused."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from rich.console import Console
from sqlalchemy import text

from api.bootstrap import Services
from api.jobs.assess_project import CityProject, assess_file
from api.jobs.stages import Stages
from api.project_commands import template, write_project
from api.project_console import show_project
from data.errors import DataError
from data.ingest.project_file import PROJECT_FIELDS
from tests.api.conftest import today

POST: dict[str, Any] = {
    "title": "电工", "headcount": 3, "starts_on": "2026-09-01", "district_code": "220102", "wage_min_cny_month": 5000,
    "wage_max_cny_month": 7000,
}  # fmt: skip


def assessed(services: Services, folder: Path, *rows: dict[str, str]) -> CityProject:
    """A file of these posts."""
    path = folder / "project.csv"
    given = [
        {"project": "（虚构）新厂", "headcount": "2", "starts_on": "2026-09-01", "district": "南关区", **row}
        for row in rows
    ]
    named = pd.DataFrame(given, columns=list(PROJECT_FIELDS)).fillna("")
    named.columns = [field.names[0] for field in PROJECT_FIELDS.values()]
    named.to_csv(path, index=False)
    return assess_file(services, Stages(Console(file=io.StringIO())), path, today=today())


def test_a_project_is_assessed_shown_and_written(
    services: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {"title": "电工", "pay": "5000-7000"}, {"title": "焊工", "pay": "4500-6000"}, {"title": "某岗", "pay": "100"}
    found = assessed(services, tmp_path, *rows)
    assert (found.rows, found.rejects["file_row"].tolist()) == (3, [4])
    assert found.rejects_path is not None
    assert "2120" in found.rejects_path.read_text(encoding="utf-8-sig")
    assert 0.3 < found.assessment.totals.direct < 4
    show_project(found, "zh")
    shown = capsys.readouterr().out
    assert "就业评估" in shown
    assert "合成数据" in shown
    assert "第 4 行" in shown
    for name in ("a.xlsx", "a.csv", "a.json"):
        write_project(found, tmp_path / name)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)
    assert book.sheetnames[:2] == ["结论 summary", "岗位 posts"]
    assert pd.read_csv(tmp_path / "a.csv", encoding="utf-8-sig")["岗位 post"].tolist() == ["电工", "焊工"]
    answer = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert answer["totals"]["net"] == pytest.approx(found.assessment.totals.net)
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM vacancies")).scalar_one() == 16


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"title": "电工", "description": "限男性"}, "就业促进法"),
        ({"title": "嗡嗡嘿"}, "职业不明"),
        ({"title": "电工", "starts_on": "2026-01-01"}, "不早于今天"),
    ],
)
def test_a_project_without_a_post_that_can_be_assessed(
    services: Services, tmp_path: Path, row: dict[str, str], problem: str
) -> None:
    with pytest.raises(DataError, match=problem):
        assessed(services, tmp_path, row)


def test_the_template_is_a_project(services: Services, tmp_path: Path) -> None:
    template(tmp_path / "t.csv")
    found = assess_file(services, Stages(Console(file=io.StringIO())), tmp_path / "t.csv", today=today())
    assert (found.rows, len(found.rejects)) == (3, 0)


def test_the_endpoint_answers_and_stores_nothing(client: TestClient) -> None:
    answer = client.post(
        "/v1/projects/assess", json={"name": "（虚构）新厂", "posts": [POST, {**POST, "title": "焊工"}]}
    )
    assert answer.status_code == 200
    body = answer.json()
    assert body["totals"]["openings"] == 6
    assert body["totals"]["net"] == pytest.approx(body["totals"]["after"] - body["totals"]["before"])
    assert [post["post_title"] for post in body["posts"]] == ["电工", "焊工"]
    assert body["posts"][0]["reasons"]
    assert all(origin["people"] is None or origin["people"] >= 10 for origin in body["origins"])
    assert len(client.get("/v1/vacancies").json()["items"]) == 16


@pytest.mark.parametrize(
    ("change", "pointer", "detail"),
    [
        ({"wage_min_cny_month": 1000}, "#/body/posts/0/wage_min_cny_month", "第四十八条"),
        ({"starts_on": "2025-01-01"}, "#/body/posts/0/starts_on", "不早于今天"),
        ({"description": "只招汉族"}, "#/body/posts/0/description", "就业促进法"),
        ({"title": "嗡嗡嘿"}, "#/body/posts/0/title", "职业不明"),
        ({"headcount": 0}, "#/body/posts/0/headcount", "≥ 1"),
    ],
)
def test_a_post_that_is_refused(client: TestClient, change: dict[str, Any], pointer: str, detail: str) -> None:
    answer = client.post("/v1/projects/assess", json={"name": "（虚构）新厂", "posts": [{**POST, **change}]})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert detail in error["detail"]


def test_a_project_without_posts_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/projects/assess", json={"name": "（虚构）新厂", "posts": []})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
