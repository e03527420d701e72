"""A market written to files and opened again."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest
from pyarrow import feather

from data.errors import DataError, NotFoundError, UnavailableError
from data.market import Market, market_from_records
from data.snapshot import open_shard, open_snapshot, open_without_seekers, write_snapshot
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

_TABLES = [field.name for field in fields(Market) if field.name != "as_of"]


@pytest.fixture
def market() -> Market:
    return market_from_records(
        records(
            seekers=[seeker(), seeker(seeker_id="S-2", birth_date=None, wage_min_cny_month=None, district_code=None)],
            vacancies=[vacancy(), vacancy(vacancy_id="V-2", title="焊工", wage_max_cny_month=None)],
            seeker_experience=[{"seeker_id": "S-2", "title": "力工", "occupation_code": None, "years": None}],
            seeker_credentials=[
                {"seeker_id": "S-1", "credential_code": "DL-A1", "obtained_on": None, "expires_on": None}
            ],
        ),
        AS_OF,
    )


def test_what_is_opened_equals_what_was_written(market: Market, tmp_path: Path) -> None:
    write_snapshot(market, tmp_path / "deep" / "snapshot")
    opened = open_snapshot(tmp_path / "deep" / "snapshot")
    assert opened.as_of == AS_OF
    for name in _TABLES:
        pd.testing.assert_frame_equal(getattr(opened, name), getattr(market, name))


def test_shards_hold_the_seekers_with_their_experience(market: Market, tmp_path: Path) -> None:
    write_snapshot(market, tmp_path)
    vacancies = open_without_seekers(tmp_path)
    pd.testing.assert_frame_equal(vacancies.vacancies, market.vacancies)
    assert vacancies.seekers.empty
    first, second = (open_shard(tmp_path, vacancies, range(row, row + 1)) for row in range(2))
    whole = pd.concat([first.seekers, second.seekers], ignore_index=True)
    pd.testing.assert_frame_equal(whole, market.seekers)
    assert first.experience.empty
    assert second.experience["seeker"].tolist() == [0]
    assert second.experience["title"].tolist() == market.experience["title"].tolist() == ["力工"]


def test_an_empty_market_can_be_written(tmp_path: Path) -> None:
    write_snapshot(market_from_records(records(seekers=[], vacancies=[]), AS_OF), tmp_path / "snapshot")
    assert all(getattr(open_snapshot(tmp_path / "snapshot"), name).empty for name in _TABLES)


def test_a_new_snapshot_takes_the_place_of_the_old_and_leaves_nothing_beside_it(market: Market, tmp_path: Path) -> None:
    write_snapshot(market, tmp_path / "snapshot")
    write_snapshot(market_from_records(records(seekers=[]), AS_OF), tmp_path / "snapshot")
    assert open_snapshot(tmp_path / "snapshot").seekers.empty
    assert [entry.name for entry in tmp_path.iterdir()] == ["snapshot"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema_version": 1, "as_of": "2026-13-01"}', "not json"])
def test_a_foreign_manifest_is_a_data_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match="is no manifest of a snapshot"):
        open_snapshot(tmp_path)


def test_no_snapshot_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="zhuye rematch"):
        open_snapshot(tmp_path)


@pytest.mark.parametrize("table", _TABLES)
def test_one_flipped_byte_is_noticed(market: Market, tmp_path: Path, table: str) -> None:
    write_snapshot(market, tmp_path / "snapshot")
    path = tmp_path / "snapshot" / f"{table}.arrow"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"{table}\.arrow is damaged"):
        open_snapshot(tmp_path / "snapshot")
    path.unlink()
    with pytest.raises(DataError, match=rf"{table}\.arrow is missing"):
        open_snapshot(tmp_path / "snapshot")


def test_another_schema_version_is_refused(market: Market, tmp_path: Path) -> None:
    write_snapshot(market, tmp_path / "snapshot")
    manifest = tmp_path / "snapshot" / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(content | {"schema_version": 99}), encoding="utf-8")
    with pytest.raises(DataError, match="schema version 99"):
        open_snapshot(tmp_path / "snapshot")


def test_a_full_disk_says_how_much_is_free_and_keeps_the_old_snapshot(
    market: Market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_snapshot(market, tmp_path / "snapshot")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(feather, "write_feather", full)
    with pytest.raises(UnavailableError, match=r"the disk is full: .* \d+ MiB are free"):
        write_snapshot(market, tmp_path / "snapshot")
    assert len(open_snapshot(tmp_path / "snapshot").seekers) == 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["snapshot"]


def test_a_folder_that_cannot_be_written_says_so(market: Market, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UnavailableError, match="cannot be written"):
        write_snapshot(market, tmp_path / "file" / "snapshot")
