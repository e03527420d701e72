"""Outcomes of a city and the report of them: time and size as the city grows.

`python -m benchmarks.bench_evaluation`

Synthetic cities with a ledger of 18 months; cohorts and tables of `zhuye evaluate`, from records in memory to files.
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pandas as pd

from api.jobs.evaluation.outcome_evidence import outcome_evidence
from benchmarks.results import write_section
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from evaluation.report.blocks import Report, Words
from evaluation.report.sections.outcomes import outcome_sections
from evaluation.report.write_report import write_report

SIZES = ((20_000, 4_000), (100_000, 20_000), (300_000, 60_000))


def main() -> None:
    rows = []
    for seekers, vacancies in SIZES:
        settings = CitySettings(seekers=seekers, vacancies=vacancies)
        records = build_city(settings).records
        last = settings.as_of - timedelta(days=1)
        begin = time.perf_counter()
        found = outcome_evidence(records, last - timedelta(days=180), last)
        measured = time.perf_counter()
        sections = outcome_sections(found.stock, found.inflow)
        report = Report(Words("", ""), Words("", ""), True, {}, sections)
        with tempfile.TemporaryDirectory() as folder:
            page = write_report(report, Path(folder) / "report")
            written = time.perf_counter()
            sizes = {path.suffix: path.stat().st_size / 2**20 for path in page.parent.iterdir() if path.is_file()}
        figures = sum(len(cohort.outcomes) for cohort in (found.stock, found.inflow))
        rows.append(
            {
                "open seekers": f"{seekers:,}",
                "in the cohorts": f"{len(found.stock.cohort.people) + len(found.inflow.cohort.people):,}",
                "figures": f"{figures:,}",
                "measure, s": f"{measured - begin:.1f}",
                "write, s": f"{written - measured:.1f}",
                "page, MiB": f"{sizes['.html']:.2f}",
                "workbook, MiB": f"{sizes['.xlsx']:.1f}",
                "JSON, MiB": f"{sizes['.json']:.1f}",
            }
        )
    write_section(
        "evaluation",
        "Outcomes of a city and their report (synthetic)",
        "python -m benchmarks.bench_evaluation",
        pd.DataFrame(rows),
        ["Stock of 180 days ago, inflow of a year; each measure by group × district × month; small cells withheld."],
    )


if __name__ == "__main__":
    main()
