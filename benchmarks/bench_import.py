"""Rows a second of importing the real advertisements into a fresh embedded database, by step."""

from __future__ import annotations

import tempfile
import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd

from api.jobs.code_records import code_records
from api.jobs.refuse_unlawful import refuse_unlawful
from benchmarks.default_models import default_coder
from benchmarks.results import data_folder, write_section
from data.ingest.job51 import read_51job
from data.storage.database import migrate, open_database
from data.storage.record_repository import store_records


def run(path: Path) -> pd.DataFrame:
    coder = default_coder()  # an installation trains it once, at its first use
    with tempfile.TemporaryDirectory() as home:
        engine = open_database(Path(home))
        migrate(engine)
        times = [time.perf_counter()]
        parsed = read_51job(path, published_on=date(2020, 12, 15))
        times.append(time.perf_counter())
        parsed = refuse_unlawful(parsed)
        times.append(time.perf_counter())
        records = code_records(parsed.records, coder)
        times.append(time.perf_counter())
        with engine.begin() as connection:
            stored = store_records(connection, records).new["vacancies"]
        times.append(time.perf_counter())
        engine.dispose()
    assert stored + parsed.repeated + parsed.rejected == parsed.rows
    steps = ["read and check", "refuse what is unlawful", "code occupations", "store"]
    seconds = [later - earlier for earlier, later in pairwise(times)]
    rows = [*zip(steps, seconds, strict=True), ("whole", sum(seconds))]
    return pd.DataFrame(
        {
            "step": [step for step, _ in rows],
            "seconds": [f"{second:.2f}" for _, second in rows],
            "rows/s": [f"{parsed.rows / second:,.0f}" for _, second in rows],
        }
    ).assign(rows=f"{parsed.rows:,} ({stored:,} stored, {parsed.repeated} repeated, {parsed.rejected} rejected)")


def main() -> None:
    path, _ = data_folder(__doc__, "changchun_ads_2020/ads_raw.csv")
    write_section("import", "Import of 13,241 real advertisements", "python -m benchmarks.bench_import", run(path), [])


if __name__ == "__main__":
    main()
