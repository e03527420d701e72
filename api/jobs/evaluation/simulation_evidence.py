"""The newest simulation of this installation."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from evaluation.report.sections.simulation import SimulationTables
from evaluation.simulation.displacement import DISPLACEMENT
from evaluation.simulation.policy_comparison import POLICY_GAINS, POLICY_MEASURES


def newest_simulation(simulations: Path) -> SimulationTables | None:
    """Tables of the simulation finished last in the folder of all; None where there is none."""
    finished = sorted(simulations.glob("*/simulation.json"), key=lambda path: (path.stat().st_mtime_ns, path))
    if not finished:
        return None
    content = json.loads(finished[-1].read_text(encoding="utf-8"))
    of, digest = content["settings"], finished[-1].parent.name
    tables = (
        layout.check(pd.DataFrame(content[name], columns=list(layout.columns)).convert_dtypes())
        for name, layout in (("policies", POLICY_MEASURES), ("gains", POLICY_GAINS), ("displacement", DISPLACEMENT))
    )
    return SimulationTables(
        f"合成城市：求职者 {of['seekers']:,}，岗位 {of['vacancies']:,}，"
        f"{of['months']} 个月，{of['seeds']} 个随机种子（{digest}）。",
        f"Synthetic city of {of['seekers']:,} seekers and {of['vacancies']:,} vacancies through {of['months']} months, "
        f"{of['seeds']} seeds ({digest}).",
        *tables,
    )
