"""The folder of a run: what is done, what must be made anew, and what a release is told apart by."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from api.jobs.overnight import run_folder
from api.jobs.overnight.run_folder import PACKAGES, RunFolder, RunPlan, code_fingerprint, list_runs, open_run

PLAN = RunPlan("R-1", date(2026, 6, 1), 1, "code", {"ranker": "prior"}, {"candidates": 50, "shard_seekers": 9}, None)


def test_a_release_is_told_apart_by_its_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code_fingerprint.cache_clear()
    real = code_fingerprint()
    for package in PACKAGES:
        (tmp_path / package).mkdir()
    module = tmp_path / "api" / "jobs" / "overnight" / "run_folder.py"
    module.parent.mkdir(parents=True)
    module.write_text("changed = 1", encoding="utf-8")
    monkeypatch.setattr(run_folder, "__file__", str(module))
    found = []
    for content in ("changed = 1", "changed = 2"):
        module.write_text(content, encoding="utf-8")
        code_fingerprint.cache_clear()
        found.append(code_fingerprint())
    code_fingerprint.cache_clear()
    assert len({real, *found}) == 3


def test_a_step_is_done_while_its_files_are_what_they_were(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, PLAN)
    file = run.path / "edges"
    file.write_bytes(b"edges")
    run.finish("match", [file], seconds=1.0, peak_mib=2.0, found={"pairs": 3})
    (found,) = list_runs(tmp_path)
    assert found.plan == PLAN
    assert found.found("match") == {"pairs": 3}
    file.write_bytes(b"other")
    again = open_run(run.path)
    assert again is not None
    assert again.note_of("match") is None


def test_what_follows_a_step_made_anew_is_forgotten_with_its_shards(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, PLAN)
    for step in ("freeze", "match-00001", "match"):
        run.finish(step, seconds=1.0, peak_mib=2.0, found={})
    run.forget("match")
    assert run.note_of("freeze") is not None
    assert run.note_of("match") is None
    assert run.note_of("match-00001") is None


def test_a_step_whose_files_are_dropped_still_says_what_it_found(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, PLAN)
    files = [run.path / folder / "rows" for folder in ("market", "seats")]
    for file in files:
        file.parent.mkdir()
        file.write_bytes(b"people")
    run.finish("freeze", files, seconds=1.0, peak_mib=2.0, found={"revision": 7})
    for _ in range(2):  # as after a kill in between
        run.drop(["seats", "training"])
    again = open_run(run.path)
    assert again is not None
    assert again.found("freeze") == {"revision": 7}
    assert [file.exists() for file in files] == [True, False]
    files[0].write_bytes(b"other")
    assert RunFolder(run.path, PLAN).note_of("freeze") is None


def test_how_seekers_are_divided_decides_nothing() -> None:
    divided = RunPlan(**{**PLAN.__dict__, "settings": {"candidates": 50, "shard_seekers": 5}})
    assert not PLAN.decides(divided)
    assert PLAN.differs_from(divided) == ["settings"]
    assert PLAN.decides(RunPlan(**{**PLAN.__dict__, "settings": {"candidates": 40, "shard_seekers": 9}}))
