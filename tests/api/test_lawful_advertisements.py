"""An unlawful condition is refused with its article of law, whichever door it comes to."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.bootstrap import Services
from api.console import show_compliance
from api.jobs.check_advertisements import check_advertisements
from api.jobs.import_file import import_file
from data.storage.personal_data import open_key
from data.storage.record_repository import load_records
from models.occupation_coder import OccupationCoder
from tests.api.conftest import new_vacancy
from tests.data.records_for_tests import AS_OF


def test_publishing_it_is_refused_in_words(client: TestClient) -> None:
    answer = client.post("/v1/vacancies", json=new_vacancy(description="限男性，已婚已育优先，押金500元"))
    assert answer.status_code == 422
    told = answer.json()["errors"][0]["detail"]
    for words in ("限男性", "就业促进法", "押金", "劳动合同法"):
        assert words in told
    assert client.post("/v1/vacancies", json=new_vacancy(description="男女不限，无需押金")).status_code == 201


def test_a_check_stores_nothing_and_says_what_to_mend(client: TestClient) -> None:
    before = client.get("/v1/vacancies", params={"limit": 200}).json()["items"]
    answer = client.post("/v1/vacancies/check", json=new_vacancy(description="限男性，35岁以下")).json()
    assert answer["lawful"] is False
    severities = {finding["code"]: finding["severity"] for finding in answer["findings"]}
    assert severities["sex"] == "unlawful"
    assert severities["age"] == "doubtful"
    assert severities["headcount"] == "missing"
    sex = next(finding for finding in answer["findings"] if finding["code"] == "sex")
    assert sex["words"] == "限男性，35岁以下"[sex["start"] : sex["end"]]
    assert sex["article_zh"]
    assert sex["advice_en"]
    assert client.get("/v1/vacancies", params={"limit": 200}).json()["items"] == before
    assert client.post("/v1/vacancies/check", json=new_vacancy()).json()["lawful"] is True


def test_an_import_puts_it_among_the_rejects(engine: Engine, tmp_path: Path, coder: OccupationCoder) -> None:
    path = tmp_path / "v.csv"
    path.write_text(
        "单位名称,岗位名称,岗位描述\n（虚构）某厂,电工,限男性\n（虚构）某厂,焊工,男女不限\n", encoding="utf-8"
    )
    done = import_file(
        engine, path, kind="vacancies", file_format="csv", default_date=AS_OF, key=open_key(tmp_path, None),
        coder=coder, rejects_folder=tmp_path / "rejects",
    )  # fmt: skip
    assert (done.rows, done.stored, done.duplicates, done.rejected) == (2, 1, 0, 1)
    assert done.rejects_path is not None
    (row,) = pd.read_csv(done.rejects_path).to_dict("records")
    assert (row["file_row"], row["file_column"], row["found"]) == (2, "岗位描述", "限男性")
    assert "就业促进法" in row["expected"]
    with engine.connect() as connection:
        assert load_records(connection).vacancies["title"].tolist() == ["焊工"]


def test_all_that_is_open_is_checked_and_listed(
    services: Services, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    client.post("/v1/vacancies", json=new_vacancy(vacancy_id="V-OLD", description="35岁以下"))
    done = check_advertisements(services, AS_OF)
    assert done.vacancies == 17
    listed = pd.read_csv(done.path)
    assert listed.loc[listed["severity"] == "doubtful", "vacancy_id"].tolist() == ["V-OLD"]
    assert set(listed["severity"]) == {"doubtful", "missing"}
    show_compliance(done, "zh")
    shown = capsys.readouterr().out
    assert "35岁以下" in shown
    assert "缺项" in shown


def test_the_rules_are_listed_with_their_sources(client: TestClient) -> None:
    rules = client.get("/v1/rules").json()
    assert len(rules) == 15
    assert all(rule["zh"] and rule["en"] and rule["source"] for rule in rules)
