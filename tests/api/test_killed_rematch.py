"""An overnight run killed with SIGKILL goes on where it was, and ends as if nothing had happened."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine

from data.storage.record_repository import store_records
from data.storage.run_repository import published_run
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings

ZHUYE = "from api.cli import main; main()"
ROOT = Path(__file__).parents[2]
EVERY_STEP = [
    ("before", "/manifest.json"), ("after", "/manifest.json"),
    ("before", "/market"), ("before", "/steps/freeze.json"), ("after", "/steps/freeze.json"),
    ("after", "/vectors/00000.npy"), ("before", "/edges/00001.arrow"), ("before", "/steps/match-00001.json"),
    ("after", "/steps/match-00001.json"), ("after", "/steps/match.json"),
    ("after", "/unnamed.arrow"), ("after", "/steps/seek-00001.json"), ("before", "/steps/seek.json"),
    ("before", "/market/seekers"), ("after", "/steps/index.json"),
    ("after", "/chosen/00001.arrow"), ("before", "/prices.arrow"), ("after", "/steps/allocate.json"),
    ("after", "/propensities/00001.arrow"), ("before", "/received.arrow"), ("after", "/steps/draw.json"),
    ("before", "/lists/00001.arrow"), ("after", "/steps/list-00001.json"), ("after", "/steps/list.json"),
    ("after", "/greedy/00001.arrow"), ("before", "/steps/compare.json"), ("after", "/steps/compare.json"),
    ("before", "/log"), ("before", "/steps/log.json"), ("after", "/steps/log.json"),
    ("before", "/steps/changes.json"),
    ("copy", "2"), ("copy", "5"),
]  # fmt: skip
"""In the order in which a run comes by: each kill is survived by the start that meets the next."""
SOME = [("before", "/edges/00001.arrow"), ("after", "/propensities/00001.arrow"), ("before", "/log"), ("copy", "2")]
PUBLISHED = ("before", "/steps/publish.json")


@pytest.fixture
def environment(engine: Engine, database_url: str, embedder_folder: Path, tmp_path: Path) -> dict[str, str]:
    """A synthetic city of three shards, and what `zhuye` reads."""
    city = build_city(CitySettings(seed=3, seekers=250, vacancies=60, history_months=0, as_of=date.today()))
    with engine.begin() as connection:
        store_records(connection, city.records)
    return {
        **os.environ,
        "ZHUYE_HOME": str(tmp_path),
        "ZHUYE_DATABASE_URL": database_url,
        "ZHUYE_EMBEDDER": str(embedder_folder),
        "ZHUYE_SHARD_SEEKERS": "100",
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    def start(*words: str, killed: tuple[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        command = ["-m", "tests.api.rematch_killed", *killed] if killed else ["-c", ZHUYE, *words]
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )

    return start


def published(engine: Engine) -> tuple[str, list[pd.DataFrame]]:
    """The published run and all that it published, but for the run's name."""
    with engine.connect() as connection:
        run = published_run(connection)
        assert run is not None
        tables = [
            pd.read_sql(f"SELECT * FROM {table} WHERE run_id = '{run.run_id}' ORDER BY 2, 3", connection)
            for table in ("matches", "vacancy_prices", "seeker_utilities")
        ]
    return run.run_id, [table.drop(columns="run_id") for table in tables]


@pytest.mark.parametrize("kills", [SOME, pytest.param(EVERY_STEP, marks=pytest.mark.slow)])
def test_a_killed_run_ends_as_an_unbroken_one(
    engine: Engine, start: Callable[..., subprocess.CompletedProcess[str]], kills: list[tuple[str, str]]
) -> None:
    for kill in kills:
        assert start(killed=kill).returncode == -9, kill
        with engine.connect() as connection:
            assert published_run(connection) is None
    ended = start("rematch")
    assert ended.returncode == 0, ended.stderr
    assert "going on with run" in ended.stderr
    broken, broken_tables = published(engine)
    assert start("rematch", "--fresh").returncode == 0
    unbroken, unbroken_tables = published(engine)
    assert broken != unbroken
    assert len(broken_tables[0]) > 1000
    assert (broken_tables[0]["propensity"] < 0.5).sum() > 5  # the draw did something
    for found, expected in zip(broken_tables, unbroken_tables, strict=True):
        pd.testing.assert_frame_equal(found, expected)


@pytest.mark.slow
def test_a_run_killed_when_it_was_published_is_published(
    engine: Engine, start: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    assert start(killed=PUBLISHED).returncode == -9
    run_id, _ = published(engine)
    again = start("rematch")
    assert again.returncode == 0
    assert "published today" in again.stderr
    assert published(engine)[0] == run_id
