"""The report of a match run: one HTML file that works offline, and the same figures as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from evaluation.fairness.gate_words import finding_words, measure_names
from evaluation.fairness.people import category_names
from evaluation.groups import group_name_zh
from evaluation.html_templates import html_templates
from evaluation.match_run.fairness_rows import fairness_rows, limits_of_runs
from evaluation.match_run.run_changes import REASONS
from evaluation.match_run.run_summary import RunSummary, reason_names


def render_report(summary: RunSummary) -> str:
    """The report as HTML: Chinese first, English second; nothing is loaded from elsewhere."""
    environment = html_templates("evaluation.match_run")
    environment.filters["percent"] = lambda share: f"{100 * share:.1f} %"
    environment.filters["count"] = lambda number: f"{number:,.0f}"
    most = max((policy.placements for policy in summary.policies), default=0.0) or 1.0
    return environment.get_template("match_run.html").render(
        run=summary, group_name_zh=group_name_zh, reason_names=reason_names, change_reasons=REASONS, most=most,
        fairness_rows=fairness_rows(summary.fairness), limits=limits_of_runs(summary.as_of),
        finding_words=finding_words, measure_names=measure_names, category_names=category_names,
    )  # fmt: skip


def write_report(summary: RunSummary, folder: Path) -> Path:
    """Write `<run>.html` and `<run>.json` into `folder`; returns the path of the HTML file."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{summary.run_id}.html"
    page.write_text(render_report(summary), encoding="utf-8")
    figures = json.dumps(asdict(summary), ensure_ascii=False, indent=2)
    page.with_suffix(".json").write_text(figures, encoding="utf-8")
    return page
