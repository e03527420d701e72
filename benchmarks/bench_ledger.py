"""Rows a second of importing what happened: a file of 100,000 events into a city's ledger, again, and in part."""

from __future__ import annotations

import csv
import os
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from api.jobs.import_reported import import_reported
from api.jobs.whole_import import ImportSummary
from benchmarks.results import write_section
from data.storage.database import migrate, open_database
from data.storage.personal_data import open_key
from data.storage.record_repository import store_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings

PAIRS = 20_000
STEPS = ("推荐", "接受", "面试", "录用", "上岗")
Row = tuple[str, str, str, str, str]


def event_rows(settings: CitySettings) -> tuple[list[Row], list[Row]]:
    """Five events of each pair in any order, and a departure of each."""
    rng = np.random.default_rng(settings.seed)
    seekers = [f"S-{n:07d}" for n in rng.permutation(settings.seekers) + 1]
    days = np.sort(rng.integers(0, 60, (PAIRS, len(STEPS))), axis=1)
    first = settings.as_of - timedelta(days=120)
    rows, left = [], []
    for pair in range(PAIRS):
        who, where = seekers[pair % len(seekers)], f"V-{1 + (pair * 7) % settings.vacancies:06d}"
        for step, day in zip(STEPS, days[pair].tolist(), strict=True):
            rows.append((who, where, step, str(first + timedelta(days=day)), "合同" if step == "上岗" else ""))
        left.append((who, where, "离职", str(first + timedelta(days=90)), ""))
    return [rows[i] for i in rng.permutation(len(rows))], left


def timed(engine: Engine, home: Path, rows: list[Row], today: date) -> tuple[ImportSummary, float, float]:
    path = home / "events.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([("求职者编号", "岗位编号", "事件", "日期", "证据"), *rows])
    wall, cpu = time.perf_counter(), time.process_time()
    done = import_reported(
        engine, path, kind="events", file_format="csv", today=today, key=open_key(home, None),
        rejects_folder=home / "rejects",
    )  # fmt: skip
    return done, time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    settings = CitySettings(as_of=date(2026, 6, 1), courses=10)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        engine = open_database(home)
        migrate(engine)
        with engine.begin() as connection:
            store_records(connection, build_city(settings).records)
        events, departures = event_rows(settings)
        found = {
            "events of new pairs": timed(engine, home, events, settings.as_of),
            "the same file again": timed(engine, home, events, settings.as_of),
            "departures of these": timed(engine, home, departures, settings.as_of),
        }
        engine.dispose()
    table = pd.DataFrame(
        [
            {
                "file": name, "rows": f"{done.rows:,}", "stored": f"{done.stored:,}",
                "duplicates": f"{done.duplicates:,}", "rejected": f"{done.rejected:,}", "s": f"{wall:.1f}",
                "CPU s of the import": f"{cpu:.1f}", "rows/s": f"{done.rows / wall:,.0f}",
            }
            for name, (done, wall, cpu) in found.items()
        ]
    )  # fmt: skip
    notes = [
        "CSV in GB18030, rows in any order, 20,000 pairs; what is not CPU of the import is the database's and waiting.",
        f"Load average during the run: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
    ]
    write_section("ledger", "Import of 100,000 events", "python -m benchmarks.bench_ledger", table, notes)


if __name__ == "__main__":
    main()
