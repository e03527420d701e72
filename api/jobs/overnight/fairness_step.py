"""Whether the night's run worsens a protected group against the run in use: its figures, the verdict."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from api.jobs.overnight.night import Night
from api.jobs.overnight.run_files import seeker_outcomes_path
from api.jobs.protected_people import people_of_market
from api.jobs.stages import Report
from data.column_file import read_columns
from data.reference.fairness_limits import load_fairness_limits
from data.storage.run_repository import published_run
from evaluation.fairness.gate import NOTHING_TO_COMPARE, judge
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
        received = read_columns(seeker_outcomes_path(night.run))
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
