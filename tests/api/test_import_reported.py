"""Files of what happened, imported into the real database as a bureau does it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from sqlalchemy import Engine, text

from api.jobs.import_reported import ReportedKind, import_reported
from api.jobs.whole_import import ImportSummary
from data.errors import DataError
from data.storage.import_repository import list_imports, rejects_of
from data.storage.personal_data import PersonalDataKey, open_key
from data.storage.record_repository import load_records, store_records
from tests.data.records_for_tests import records, seeker, vacancy

TODAY = date(2026, 9, 1)
IDENTITY = "11010519491231002X"


@pytest.fixture
def key(tmp_path: Path) -> PersonalDataKey:
    return open_key(tmp_path, None)


@pytest.fixture
def city(engine: Engine, key: PersonalDataKey) -> Engine:
    people = [seeker(), seeker(seeker_id="S-2"), seeker(seeker_id=key.pseudonym(IDENTITY))]
    with engine.begin() as connection:
        store_records(connection, records(seekers=people, vacancies=[vacancy(), vacancy(vacancy_id="V-2")]))
    return engine


def run_import(engine: Engine, path: Path, key: PersonalDataKey, kind: ReportedKind = "events") -> ImportSummary:
    return import_reported(
        engine, path, kind=kind, file_format="auto", today=TODAY, key=key, rejects_folder=path.parent / "rejects"
    )


EVENTS = """求职者编号,身份证号,岗位编号,事件,日期,证据,月薪
S-1,,V-1,推荐,2026年6月1日,,
S-1,,V-1,上岗,2026-06-20,劳动合同,"5,200元"
S-1,,V-1,上岗,2026-06-20,劳动合同,"5,200元"
,11010519491231002X,V-2,入职,2026/6/20,1,
S-2,,V-9,录用,2026-06-20,,
S-2,,V-1,升天,2026-06-20,,
S-2,,V-1,离职,2026-06-31,,
,110105194912310021,V-1,录用,2026-06-20,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "xlsx"])
def test_a_file_of_events_is_stored_or_rejected_row_by_row(
    city: Engine, tmp_path: Path, key: PersonalDataKey, encoding: str
) -> None:
    path = tmp_path / ("结果.xlsx" if encoding == "xlsx" else "结果.csv")
    if encoding == "xlsx":
        book = openpyxl.Workbook()
        for line in EVENTS.replace('"5,200元"', "5200").splitlines():
            book.active.append(line.split(","))
        book.save(path)
    else:
        path.write_text(EVENTS, encoding=encoding)
    done = run_import(city, path, key)
    assert (done.rows, done.stored, done.duplicates, done.rejected, done.uncoded) == (8, 3, 1, 4, None)
    with city.connect() as connection:
        loaded = load_records(connection, with_history=True)
        rejects = rejects_of(connection, done.import_id)
        assert [(r.kind, r.rows) for r in list_imports(connection)] == [("events", 8)]
    assert loaded.referral_events["wage_cny_month"].dropna().tolist() == [5200]
    assert sorted(loaded.referral_events["evidence_tier"].dropna()) == [1, 2]
    assert set(loaded.referrals["seeker_id"]) == {"S-1", key.pseudonym(IDENTITY)}
    assert list(zip(rejects["file_row"], rejects["file_column"], rejects["found"], strict=True)) == [
        (6, "岗位编号", "V-9"), (7, "事件", "升天"), (8, "日期", "2026-06-31"),
        (9, "身份证号", "18 个字，属个人信息，不列出 / 18 characters, personal: not shown"),
    ]  # fmt: skip
    assert done.rejects_path is not None
    assert "已登记的岗位 / a registered vacancy" in done.rejects_path.read_text(encoding="utf-8-sig")
    again = run_import(city, path, key)
    assert (again.stored, again.duplicates, again.rejected) == (0, 4, 4)


def test_destinations_close_the_registration(city: Engine, tmp_path: Path, key: PersonalDataKey) -> None:
    path = tmp_path / "去向.csv"
    path.write_text(
        f"求职者编号,身份证号,去向,日期\nS-1,,升学,2026-08-20\n,{IDENTITY},参军,2026-08-01\n,,退休,2026-08-01\n"
        "S-2,,升学,2027-01-01\n",
        encoding="gb18030",
    )
    done = run_import(city, path, key, "destinations")
    assert (done.rows, done.stored, done.rejected) == (4, 2, 2)
    with city.connect() as connection:
        loaded = load_records(connection, with_history=True)
    assert dict(zip(loaded.seeker_exits["seeker_id"], loaded.seeker_exits["exit"], strict=True)) == {
        "S-1": "further_study", key.pseudonym(IDENTITY): "military_service",
    }  # fmt: skip
    closed = loaded.seekers.set_index("seeker_id")["closed_on"]
    assert closed["S-1"] == pd.Timestamp("2026-08-20")
    assert pd.isna(closed["S-2"])
    path.write_text("求职者编号,去向,日期\nS-1,退休,2026-08-20\n", encoding="utf-8")
    contradicts = run_import(city, path, key, "destinations")
    with city.connect() as connection:
        (reject,) = rejects_of(connection, contradicts.import_id).to_dict("records")
    assert (reject["file_column"], reject["found"]) == ("去向", "退休")
    assert reject["expected"].startswith("此人已报升学（2026-08-20）")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("岗位编号,事件\nV-1,推荐\n", "日期"),
        ("求职者编号,岗位编号,事件,日期,备注\nS-1,V-1,推荐,2026-06-01,x\n", "unknown name '备注'"),
        ('[{"@type": "JobPosting"}]', "holds vacancies, not events"),
        ("", "is empty"),
    ],
)
def test_a_wrong_file_is_told_in_words_and_leaves_no_trace(
    city: Engine, tmp_path: Path, key: PersonalDataKey, content: str, says: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        run_import(city, path, key)
    with city.connect() as connection:
        assert list_imports(connection) == []


# Where the tests themselves run in the background, a shell makes them and all they start deaf to SIGINT.
_MAIN = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from api.cli import main; main()"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_import_that_is_broken_off_leaves_nothing_half_stored(
    city: Engine, tmp_path: Path, how: signal.Signals
) -> None:
    path = tmp_path / "events.csv"
    rows = "".join(f"S-1,V-1,面试,2026-0{1 + n // 28}-{1 + n % 28:02d}\n" for n in range(200))
    path.write_text("求职者编号,岗位编号,事件,日期\n" + rows, encoding="utf-8")
    with city.connect() as blocker:
        blocker.execute(text("LOCK TABLE imports IN ACCESS EXCLUSIVE MODE"))
        url = city.url.render_as_string(hide_password=False)
        process = subprocess.Popen(
            [sys.executable, "-c", _MAIN, "import", "events", str(path)],
            env=os.environ | {"ZHUYE_HOME": str(tmp_path / "home"), "ZHUYE_DATABASE_URL": url},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        waiting = text(
            "SELECT count(*) FROM pg_locks JOIN pg_class ON oid = relation WHERE relname = 'imports' AND NOT granted"
        )
        with city.connect() as watcher:
            deadline = time.monotonic() + 60
            while watcher.execute(waiting).scalar_one() == 0:
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.05)
        process.send_signal(how)
        _, said = process.communicate(timeout=60)
        blocker.rollback()
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert "已中断" in said
        assert "Traceback" not in said
    with city.connect() as connection:
        assert load_records(connection, with_history=True).referrals.empty
        assert list_imports(connection) == []
