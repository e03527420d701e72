"""The overnight run on a small market: shards, what was broken off, what nobody's list names, what changed."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from api.bootstrap import Services
from api.jobs.overnight import rematch as night
from api.jobs.overnight.rematch import rematch
from api.jobs.stages import Stages
from api.service_settings import Settings
from data.storage.record_repository import close_vacancy, store_records
from data.storage.run_repository import published_run
from tests.data.records_for_tests import AS_OF, records, vacancy

Rematch = Callable[..., tuple[dict, pd.DataFrame, str]]


@pytest.fixture
def run(services: Services) -> Rematch:
    """Runs a night under changed settings; returns its summary, what it published, and what it said."""

    def run(*, fresh: bool = True, **settings: object) -> tuple[dict, pd.DataFrame, str]:
        said = io.StringIO()
        changed = Services(services.settings.model_copy(update=settings), services.engine)
        summary = rematch(changed, Stages(Console(file=said, width=200)), today=AS_OF, seed=1, fresh=fresh)
        return summary, matches_of(services, summary["run_id"]), said.getvalue()

    return run


def matches_of(services: Services, run_id: str) -> pd.DataFrame:
    query = f"SELECT * FROM matches WHERE run_id = '{run_id}' ORDER BY seeker_id, vacancy_id"
    with services.engine.connect() as connection:
        return pd.read_sql(query, connection).drop(columns="run_id")


@pytest.mark.parametrize("candidates", [1, 50])
def test_shards_make_no_difference(run: Rematch, candidates: int) -> None:
    _, whole, _ = run(candidates=candidates)
    _, in_shards, _ = run(candidates=candidates, shard_seekers=3)
    assert len(whole) > 16
    pd.testing.assert_frame_equal(in_shards, whole)


def test_a_vacancy_that_no_list_names_is_seen_all_the_same(run: Rematch) -> None:
    summary, matches, _ = run(candidates=1, shard_seekers=5)
    assert summary["vacancies_without_candidates"] == {"rows": 0, "reasons": {}}
    assert summary["vacancies_unseen"] == 0
    assert set(matches.loc[matches["is_referral"], "vacancy_id"]) == {f"V-{n:02d}" for n in range(16)}


def test_what_a_disk_lost_is_made_again(run: Rematch, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise OSError(5, "the disk failed")

    with monkeypatch.context() as broken:
        broken.setattr(night, "STEPS", (*night.STEPS[:5], fail))
        with pytest.raises(OSError, match="the disk failed"):
            run(shard_seekers=5)
    (folder,) = services.settings.runs_path.iterdir()
    (folder / "edges" / "00001.arrow").write_bytes(b"not what was written")
    (folder / "lists").mkdir()
    (folder / "lists" / ".00000.arrow.0123").write_bytes(b"killed while it was written")
    (folder / "vectors" / "00002.npy").unlink()
    _, found, said = run(fresh=False, shard_seekers=5)
    assert f"going on with run {folder.name}" in said
    _, expected, _ = run(shard_seekers=5)
    pd.testing.assert_frame_equal(found, expected)


def test_a_run_of_other_settings_is_left_and_a_new_one_begun(
    run: Rematch, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(night, "STEPS", (night.STEPS[0], lambda _: 1 / 0))
        with pytest.raises(ZeroDivisionError):
            run()
    (left,) = services.settings.runs_path.iterdir()
    summary, _, said = run(fresh=False, referrals_per_seeker=2)
    assert f"leaving run {left.name}" in said
    assert "settings" in said
    assert summary["run_id"] != left.name
    assert not left.exists()


def test_what_changed_since_the_run_before_is_told_with_its_reason(run: Rematch, services: Services) -> None:
    first, before, _ = run()
    assert first["changes"]["since"] is None
    closed = before.loc[before["is_referral"], "vacancy_id"].iloc[0]
    with services.engine.begin() as connection:
        close_vacancy(connection, closed)
        store_records(connection, records(seekers=[], vacancies=[vacancy(vacancy_id="V-99", title="电工")]))
    second, after, _ = run()
    assert second["changes"]["since"] == first["run_id"]
    table = pd.read_csv(second["changes"]["file"], encoding="utf-8-sig")
    gone = table[table["岗位 / vacancy_id"] == closed]
    assert set(gone["原因 / reason"]) == {"岗位已关闭 / the vacancy has closed"}
    assert len(gone) == (before["vacancy_id"] == closed).sum()
    came = table[table["岗位 / vacancy_id"] == "V-99"]
    assert set(came["原因 / reason"]) == {"岗位新发布 / the vacancy is new"}
    assert len(came) == (after["vacancy_id"] == "V-99").sum()
    counts = second["changes"]["counts"]
    assert counts["closed_vacancy"]["no_longer_listed"] == len(gone)
    assert counts["new_vacancy"]["newly_listed"] == len(came)
    assert "model" not in counts
    third, _, _ = run()
    assert third["changes"]["counts"] == {}


def test_only_the_published_run_and_the_one_before_keep_their_folders(run: Rematch, services: Services) -> None:
    names = [run()[0]["run_id"] for _ in range(3)]
    assert sorted(path.name for path in services.settings.runs_path.iterdir()) == names[1:]
    kept = {path.name for path in (services.settings.runs_path / names[2]).iterdir()}
    assert "edges" not in kept
    with services.engine.connect() as connection:
        run_ = published_run(connection)
    assert run_ is not None
    assert run_.run_id == names[2]
    assert isinstance(services.settings, Settings)
    assert Path(run_.summary["report"]).is_file()
