"""Two published runs beside each other, as a report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from api.bootstrap import Services
from api.jobs.stages import Stages
from data.errors import DataError
from data.records_digest import records_digest
from data.storage.record_repository import load_records
from data.storage.run_repository import finished_run
from evaluation.match_run.run_outcomes import run_outcomes
from evaluation.report.blocks import Report, Words
from evaluation.report.sections.run_comparison import comparison_sections
from evaluation.report.write_report import refuse_foreign_folder, write_report

HORIZON_DAYS = 90


def compare_runs(
    services: Services, stages: Stages, one: str, other: str, *, observed_until: date, output: Path | None = None
) -> Path:
    """Write the report that compares run `one` with run `other`; returns its page.

    Raises
    ------
    NotFoundError
        One of them was never published.
    DataError
        Both are the same run, or `output` holds other files.
    """
    if one == other:
        raise DataError(f"run {one} twice", remedy="name two runs")
    folder = output or services.settings.reports_path / f"comparison-{one}-{other}"
    refuse_foreign_folder(folder)
    with stages.stage("读取匹配与台账 / read the runs and the ledger"), services.engine.connect() as connection:
        summaries = [finished_run(connection, run_id).summary for run_id in (one, other)]
        records = load_records(connection, with_history=True)
    with stages.stage("写报告 / write the report"):
        found = run_outcomes(records, one, other, horizon_days=HORIZON_DAYS, observed_until=observed_until)
        report = Report(
            title=Words("两次匹配的比较", "Two match runs compared"),
            subtitle=Words(f"{one} 与 {other}", f"{one} and {other}, observed until {observed_until}"),
            is_synthetic=any(summary["is_synthetic"] for summary in summaries),
            inputs={
                "匹配 runs": f"{one}, {other}",
                "观察至 observed until": str(observed_until),
                "记录 records, SHA-256": records_digest(records),
            },
            sections=comparison_sections(summaries[0], summaries[1], found, horizon_days=HORIZON_DAYS),
        )
        return write_report(report, folder)
