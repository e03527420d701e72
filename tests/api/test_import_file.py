"""Importing a file into the real database: whole or not at all, and the same file twice changes nothing."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from api.jobs.import_file import import_file
from api.jobs.whole_import import ImportSummary
from data.errors import DataError
from data.storage.identity_repository import read_identity
from data.storage.import_repository import list_imports, rejects_of
from data.storage.personal_data import PersonalDataKey, open_key
from data.storage.record_repository import count_records, load_records
from models.occupation_coder import OccupationCoder

DAY = date(2026, 6, 1)


@pytest.fixture
def key(tmp_path: Path) -> PersonalDataKey:
    return open_key(tmp_path, None)


def run_import(engine: Engine, path: Path, kind: str, coder: OccupationCoder, key: PersonalDataKey) -> ImportSummary:
    return import_file(
        engine, path, kind=kind, file_format="auto", default_date=DAY, key=key, coder=coder,  # type: ignore[arg-type]
        rejects_folder=path.parent / "rejects", today=DAY,
    )  # fmt: skip


def test_vacancies_are_stored_coded_and_accounted_for(
    engine: Engine, tmp_path: Path, coder: OccupationCoder, key: PersonalDataKey
) -> None:
    path = tmp_path / "岗位.csv"
    path.write_text(
        "单位名称,岗位名称,薪资\n（虚构）某厂,架子工,6000\n（虚构）某厂,架子工,6000\n（虚构）某厂,电工,-5\n",
        encoding="gb18030",
    )
    done = run_import(engine, path, "vacancies", coder, key)
    assert (done.rows, done.stored, done.duplicates, done.rejected, done.uncoded) == (3, 1, 1, 1, 0)
    with engine.connect() as connection:
        (vacancy,) = load_records(connection).vacancies.to_dict("records")
        (record,) = list_imports(connection)
        rejects = rejects_of(connection, done.import_id)
    assert vacancy["occupation_code"] == "6-29-01-05"
    assert vacancy["occupation_confidence"] > 0.5
    assert (record.rows, record.stored, record.duplicate, record.rejected) == (3, 1, 1, 1)
    assert rejects["file_row"].tolist() == [4]
    assert done.rejects_path is not None
    with done.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["file"], row["file_row"], row["file_column"], row["found"]) == ("岗位.csv", "4", "薪资", "-5")


def test_the_same_file_again_changes_nothing(
    engine: Engine, tmp_path: Path, coder: OccupationCoder, key: PersonalDataKey
) -> None:
    path = tmp_path / "v.csv"
    path.write_text("单位名称,岗位名称\n（虚构）某厂,电工\n（虚构）某厂,焊工\n", encoding="utf-8")
    first, again = (run_import(engine, path, "vacancies", coder, key) for _ in range(2))
    assert (first.stored, first.duplicates) == (2, 0)
    assert (again.stored, again.duplicates) == (0, 2)
    with engine.connect() as connection:
        assert count_records(connection)["vacancies"] == 2


def test_a_closing_is_stored_with_its_day_and_closes_what_is_known(
    engine: Engine, tmp_path: Path, coder: OccupationCoder, key: PersonalDataKey
) -> None:
    path = tmp_path / "v.csv"
    head, first = "岗位编号,单位名称,岗位名称,发布日期,关闭日期", "V-1,（虚构）某厂,电工,2026-03-01,"
    path.write_text(f"{head}\n{first}\nV-2,（虚构）某厂,焊工,2026-03-01,2026-05-01\n", encoding="utf-8")
    run_import(engine, path, "vacancies", coder, key)
    path.write_text(
        f"{head}\n{first}2026-05-20\nV-3,（虚构）某厂,厨师,2026-03-01,2026-02-28\n"
        "V-4,（虚构）某厂,保洁,2026-03-01,2026-06-02\n", encoding="utf-8",
    )  # fmt: skip
    done, again = (run_import(engine, path, "vacancies", coder, key) for _ in range(2))
    assert (done.rows, done.stored, done.duplicates, done.rejected) == (3, 1, 0, 2)
    assert (again.stored, again.duplicates) == (0, 1)
    people = tmp_path / "s.csv"
    # Known by what is said of the person, with or without a closing.
    for closing in ("", "2026-05-20"):
        people.write_text(f"求职意向,登记日期,关闭日期\n门卫,2026-03-01,{closing}\n", encoding="utf-8")
        assert run_import(engine, people, "seekers", coder, key).stored == 1
    with engine.connect() as connection:
        loaded = load_records(connection)
    assert loaded.vacancies["closed_on"].dt.strftime("%m-%d").tolist() == ["05-20", "05-01"]
    assert loaded.vacancies["status"].tolist() == ["closed", "closed"]
    assert loaded.seekers["status"].tolist() == ["closed"]


def test_identities_go_in_encrypted(
    engine: Engine, tmp_path: Path, coder: OccupationCoder, key: PersonalDataKey
) -> None:
    path = tmp_path / "s.csv"
    path.write_text("姓名,身份证号,求职意向\n（虚构）甲,11010519491231002X,门卫\n", encoding="utf-8")
    run_import(engine, path, "seekers", coder, key)
    with engine.connect() as connection:
        (seeker_id,) = load_records(connection).seekers["seeker_id"]
        assert read_identity(connection, seeker_id, key).name == "（虚构）甲"
        (stored,) = connection.execute(text("SELECT seeker_identities::text FROM seeker_identities")).scalars()
    assert "11010519491231002X" not in stored
    assert "002X" not in seeker_id


def test_a_file_that_cannot_be_read_leaves_no_trace(
    engine: Engine, tmp_path: Path, coder: OccupationCoder, key: PersonalDataKey
) -> None:
    path = tmp_path / "v.csv"
    path.write_text("单位名称,岗位名称,未知栏\n（虚构）某厂,电工,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="unknown name"):
        run_import(engine, path, "vacancies", coder, key)
    with engine.connect() as connection:
        assert not any(count_records(connection).values())
        assert list_imports(connection) == []


def test_a_killed_import_leaves_nothing_half_stored(engine: Engine, tmp_path: Path, home: Path) -> None:
    path = tmp_path / "v.csv"
    rows = "".join(f"（虚构）第{number}厂,电工{number}\n" for number in range(3_000))
    path.write_text("单位名称,岗位名称\n" + rows, encoding="utf-8")
    # Another transaction holds the table, so that the import stands still in the middle of storing.
    with engine.connect() as blocker:
        blocker.execute(text("LOCK TABLE imports IN ACCESS EXCLUSIVE MODE"))
        url = engine.url.render_as_string(hide_password=False)
        process = subprocess.Popen(
            [sys.executable, "-c", "from api.cli import main; main()", "import", "vacancies", str(path)],
            env=os.environ | {"ZHUYE_HOME": str(home), "ZHUYE_DATABASE_URL": url},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        waiting = text(
            "SELECT count(*) FROM pg_locks JOIN pg_class ON oid = relation WHERE relname = 'imports' AND NOT granted"
        )
        with engine.connect() as watcher:
            deadline = time.monotonic() + 60
            while watcher.execute(waiting).scalar_one() == 0:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        blocker.rollback()
    with engine.connect() as connection:
        assert not any(count_records(connection).values())
        assert list_imports(connection) == []
