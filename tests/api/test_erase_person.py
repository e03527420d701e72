"""Erasing a person on the command line, and reading what is published there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine

from api.jobs.erase_person import erase_person
from data.errors import NotFoundError
from data.storage.record_repository import load_records, store_records
from data.storage.run_repository import begin_run, publish_run
from tests.api.test_cli import zhuye
from tests.api.test_published_list import pair
from tests.data.records_for_tests import records, seeker, vacancy


@pytest.fixture
def city(engine: Engine) -> Engine:
    with engine.begin() as connection:
        store_records(connection, records(seekers=[seeker(), seeker(seeker_id="S-2")], vacancies=[vacancy()]))
    return engine


def people(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return load_records(connection).seekers["seeker_id"].tolist()


def test_a_person_is_erased_only_when_it_is_confirmed(city: Engine, database_url: str, home: Path) -> None:
    asked = zhuye("erase", "S-1", home=home, ZHUYE_DATABASE_URL=database_url)
    assert asked.returncode == 1
    assert "不可恢复" in asked.stdout
    assert people(city) == ["S-1", "S-2"]
    done = zhuye("erase", "S-1", "--yes", home=home, ZHUYE_DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    assert "登记 / registration" in done.stdout
    assert "推荐 / referrals" not in done.stdout  # there were none
    assert people(city) == ["S-2"]
    with pytest.raises(NotFoundError, match="S-1，或已删除"):
        erase_person(city, "S-1")


def test_published_lists_are_read_on_the_command_line(city: Engine, database_url: str, home: Path) -> None:
    begin_run(city, run_id="night-1", as_of=date.today(), seed=1, code_version="test", settings={}, models={})
    publish_run(
        city, "night-1", matches=[pd.DataFrame([pair("S-1", "V-1", 1, 0.4), pair("S-2", "V-1", 1, 0.3)])],
        prices=pd.DataFrame({"vacancy_id": ["V-1"], "capacity": 1, "referrals": 1, "price": 0.25}),
        utilities=pd.DataFrame({"seeker_id": ["S-1"], "utility": [0.0]}),
        summary={"ranker": {"accept": "boosting", "hire": "boosting"}},
    )  # fmt: skip
    shown = zhuye("published", "--vacancy", "V-1", home=home, ZHUYE_DATABASE_URL=database_url)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.index("S-1") < shown.stdout.index("S-2")
    assert "40.0%" in shown.stdout
    assert zhuye("published", home=home, ZHUYE_DATABASE_URL=database_url).returncode == 65
