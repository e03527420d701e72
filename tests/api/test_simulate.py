"""`zhuye simulate` as it is used: the same bytes whether it ran through or was killed, and what it prints."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
ZHUYE = [sys.executable, "-c", "from api.cli import main; main()"]
SMALL = ["--seekers", "200", "--vacancies", "40", "--months", "3", "--seeds", "2"]
SOME = [*SMALL, "--policy", "random", "--policy", "similarity", "--policy", "ranker_with_prices"]
YEARS = 2 * (3 + 2)


def environment(home: Path, embedder: Path) -> dict[str, str]:
    return {**os.environ, "ZHUYE_HOME": str(home), "ZHUYE_EMBEDDER": str(embedder), "OMP_NUM_THREADS": "1"}


def simulate(home: Path, embedder: Path, *words: str) -> str:
    done = subprocess.run(
        [*ZHUYE, "simulate", *words], cwd=ROOT, env=environment(home, embedder), capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def results(home: Path) -> dict[str, bytes]:
    """The files of a simulation, without what it cost and what a killed writer left beside its place."""
    (folder,) = (home / "simulations").iterdir()
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "costs.jsonl" and not path.name.startswith(".")
    }


def end_after(home: Path, embedder: Path, how: signal.Signals, units: int) -> int:
    """Start, and end the command and all that it started once so many years are done; its exit status."""
    process = subprocess.Popen(
        [*ZHUYE, "simulate", *SOME], cwd=ROOT, env=environment(home, embedder), stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    limit = time.monotonic() + 240
    while len(list(home.glob("simulations/*/units/*.json"))) < units:
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < limit
        time.sleep(0.02)
    os.killpg(process.pid, how)
    said = process.communicate(timeout=60)[1].decode()
    if how == signal.SIGINT:
        assert "interrupted: the same command goes on from here" in " ".join(said.split())
    return process.returncode


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_simulation_that_was_broken_off_ends_as_if_nothing_had_happened(
    how: signal.Signals, embedder_folder: Path, tmp_path: Path
) -> None:
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    status = end_after(broken, embedder_folder, how, units=3)
    assert status == (130 if how == signal.SIGINT else -signal.SIGKILL)
    (folder,) = (broken / "simulations").iterdir()
    done = {path: path.stat().st_mtime_ns for path in (folder / "units").glob("*.json")}
    assert 3 <= len(done) < YEARS
    simulate(broken, embedder_folder, *SOME)
    assert all(path.stat().st_mtime_ns == when for path, when in done.items()), "what was done is not done again"
    simulate(whole, embedder_folder, *SOME)
    assert results(broken) == results(whole)


@pytest.mark.slow
def test_what_is_printed_and_written(embedder_folder: Path, tmp_path: Path) -> None:
    said = simulate(tmp_path, embedder_folder, *SOME)
    for words in ("合成数据", "synthetic data", "统筹分配", "抽签", "挤出比例", f"{YEARS}/{YEARS}"):
        assert words in said
    files = results(tmp_path)
    assert sorted(name for name in files if "/" not in name) == [
        "displacement.csv", "gains.csv", "policies.csv", "simulation.json"
    ]  # fmt: skip
    content = json.loads(files["simulation.json"])
    assert content["is_synthetic"] is True
    assert {row["policy"] for row in content["policies"]} == {"random", "similarity", "ranker_with_prices"}
    (folder,) = (tmp_path / "simulations").iterdir()
    for name in ("policies", "gains", "displacement"):
        assert pd.read_csv(folder / f"{name}.csv")["is_synthetic"].all()
    assert not (folder / "cities").exists(), "what can be made again is not kept"
    again = simulate(tmp_path, embedder_folder, *SOME)
    assert f"0/{YEARS}" in again
    assert results(tmp_path) == files


def test_a_policy_that_does_not_exist_is_told_in_words(embedder_folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [*ZHUYE, "simulate", "--policy", "by_magic"], cwd=ROOT, env=environment(tmp_path, embedder_folder),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 78
    assert "no policy by_magic" in done.stderr
