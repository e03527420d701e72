"""The newest simulation of this installation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from evaluation.report.sections.simulation import SimulationTables
from evaluation.simulation.displacement import DISPLACEMENT
from evaluation.simulation.policy_comparison import POLICY_GAINS, POLICY_MEASURES


def newest_simulation(simulations: Path, *, courses: bool) -> SimulationTables | None:
    """Tables of the simulation, of policies of courses or of referrals, finished last in the folder of all; or None."""
    finished = sorted(simulations.glob("*/simulation.json"), key=lambda path: (path.stat().st_mtime_ns, path))
    for path in reversed(finished):
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["settings"].get("courses", False) == courses:
            return _tables(content, path.parent.name)
    return None


def _tables(content: dict[str, Any], digest: str) -> SimulationTables:
    of = content["settings"]
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
