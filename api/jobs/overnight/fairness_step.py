"""Whether the night's run worsens a protected group against the run in use: its figures, the verdict, the refusal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from api.jobs.overnight.night import Night
from api.jobs.overnight.run_files import received_path
from api.jobs.protected_people import people_of_market
from api.jobs.stages import Report
from data.column_file import read_columns
from data.errors import WithheldError
from data.reference.fairness_limits import load_fairness_limits
from data.storage.run_repository import published_run
from evaluation.fairness.gate import NOTHING_TO_COMPARE, GateVerdict, judge
from evaluation.fairness.gate_words import finding_words
from evaluation.fairness.run_fairness import (
    RunFairness,
    fairness_from_json,
    figure_from_json,
    group_figures,
    run_changes_by_group,
    run_measures,
)


def fairness(night: Night) -> None:
    """The run's figures by group, sex, age band and district: sums only, nothing of a person stays."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        received = read_columns(received_path(night.run))
        measures = run_measures(received["referrals"], np.asarray(received["placed_share"]))
        people = people_of_market(night.services, night.market)
        return [], {"figures": [asdict(figure) for figure in group_figures(people, measures)]}

    night.step("fairness", work)


def judged(night: Night) -> RunFairness:
    """The run's figures, and the gate's verdict on them against the run that is published now."""
    figures = tuple(figure_from_json(figure) for figure in night.folder.found("fairness")["figures"])
    with night.services.engine.connect() as connection:
        in_use = published_run(connection)
    if in_use is None or "fairness" not in in_use.summary:
        return RunFairness(figures, NOTHING_TO_COMPARE)
    before = fairness_from_json(in_use.summary["fairness"])
    verdict = judge(
        run_changes_by_group(before.figures, figures), load_fairness_limits(), night.folder.plan.as_of,
        compared_with=in_use.run_id, despite=night.despite_fairness,
    )  # fmt: skip
    return RunFairness(figures, verdict)


def refuse_if_withheld(verdict: GateVerdict, report: Path) -> None:
    """Nothing where the gate opens.

    Raises
    ------
    WithheldError
        It does not; names every broken limit, the report, and the way on.
    """
    if verdict.opens:
        return
    words = [finding_words(finding) for finding in verdict.broken]
    raise WithheldError(
        f"匹配结果未发布，{verdict.compared_with} 仍在用：{'；'.join(zh for zh, _ in words)}\n"
        f"the run is not published and {verdict.compared_with} stays in use: {'; '.join(en for _, en in words)}",
        remedy=f"先看报告 / read the report: {report}\n"
        "  → 原因在市场（如某行业岗位到期）而不在办法，或主管部门同意时：zhuye rematch --despite-fairness 理由\n"
        "  → if the market is the cause (posts that closed) and not the policy, or the authority agrees: "
        "zhuye rematch --despite-fairness REASON",
    )
