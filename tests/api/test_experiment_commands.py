"""The commands about experiments: what they say, in words, and what they leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data.storage.record_repository import store_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings

TODAY = date.today()
# A run may pass midnight: the first day that may be chosen is tomorrow, and by then tomorrow may be today.
DATES = ("--start", str(TODAY + timedelta(days=2)), "--end", str(TODAY + timedelta(days=30)))
WORDS = ("--hypothesis-zh", "统筹分配使更多人就业", "--hypothesis-en", "allocation places more people")
SMALL = ("--level", "1", "--least", "5", "--markets", "10", "--saturations", "0,1/2", "--horizon", "30")


@pytest.fixture
def environment(engine: Engine, database_url: str, embedder_folder: Path, tmp_path: Path) -> dict[str, str]:
    """A small synthetic city in a database of its own."""
    city = build_city(CitySettings(seed=5, seekers=260, vacancies=60, history_months=6, as_of=TODAY))
    with engine.begin() as connection:
        store_records(connection, city.records)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("ZHUYE_")},
        "ZHUYE_HOME": str(tmp_path), "ZHUYE_DATABASE_URL": database_url, "ZHUYE_EMBEDDER": str(embedder_folder),
        "NO_COLOR": "1", "COLUMNS": "180",
    }  # fmt: skip


def zhuye(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", *words], env=environment, capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.mark.slow
def test_from_a_design_to_its_start(environment: dict[str, str], tmp_path: Path) -> None:
    early = zhuye(environment, "experiment", "design", "spring", *WORDS, *DATES, *SMALL)
    assert early.returncode == 66
    assert "zhuye rematch" in early.stderr
    assert zhuye(environment, "rematch").returncode == 0
    leaky = zhuye(environment, "experiment", "design", "leaky", *WORDS, *DATES, *SMALL)
    assert leaky.returncode == 0, leaky.stderr
    assert "最小可检出效应" in leaky.stdout
    assert "跨市场的推荐" in leaky.stdout
    file = tmp_path / "experiments" / "leaky.json"
    refused = zhuye(environment, "experiment", "start", str(file))
    assert refused.returncode == 75
    assert "of referrals cross between its markets" in refused.stderr
    made = zhuye(environment, "experiment", "design", "spring", *WORDS, *DATES, *SMALL, "--leakage", "1")
    assert made.returncode == 0, made.stderr
    file = file.with_name("spring.json")
    assert json.loads(file.read_text(encoding="utf-8"))["hypothesis"]["zh"] == "统筹分配使更多人就业"
    rehearsed = zhuye(environment, "experiment", "rehearse", str(file), "--rehearsals", "2")
    assert "平均估计" in rehearsed.stdout, rehearsed.stderr
    started = zhuye(environment, "experiment", "start", str(file))
    assert started.returncode == 0, started.stderr
    assert f"ZHUYE_EXPERIMENT={file}" in started.stdout
    assert "没有设定试验" in zhuye(environment, "experiment", "status").stdout
    standing = zhuye({**environment, "ZHUYE_EXPERIMENT": str(file)}, "experiment", "status")
    assert "0 / 0" in standing.stdout, standing.stderr
    early = zhuye(environment, "experiment", "analyse", str(file))
    assert early.returncode == 1
    assert "不能分析" in early.stdout
    file.write_text(file.read_text(encoding="utf-8").replace('"seed": 1', '"seed": 2'), encoding="utf-8")
    changed = zhuye({**environment, "ZHUYE_EXPERIMENT": str(file)}, "rematch", "--fresh")
    assert changed.returncode == 65
    assert "was changed after it was written" in changed.stderr
    assert "Traceback" not in changed.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((*DATES, "--saturations", "1/2,1"), "with 0 (markets in which nobody is treated)"),
        ((*DATES, "--control", "prices"), "let the arms differ"),
        (("--start", str(TODAY), "--end", str(TODAY)), "a design comes first"),
    ],
)
def test_what_cannot_be_designed_is_said_at_once(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    done = zhuye({**os.environ, "ZHUYE_HOME": str(tmp_path)}, "experiment", "design", "wrong", *WORDS, *words)
    assert done.returncode == 78, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
