"""`zhuye evaluate --compare`: two real runs of a small market beside each other."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from api.bootstrap import Services
from api.jobs.evaluation.compare_runs import compare_runs
from api.jobs.overnight.rematch import rematch
from api.jobs.stages import Stages
from data.errors import DataError, NotFoundError
from tests.data.records_for_tests import AS_OF

UNTIL = AS_OF - timedelta(days=1)


def stages() -> Stages:
    return Stages(Console(file=io.StringIO()))


@pytest.fixture
def runs(services: Services) -> list[dict[str, Any]]:
    """Summaries of two runs: up to three referrals each, and one each."""
    found = []
    for most in (3, 1):
        changed = Services(services.settings.model_copy(update={"referrals_per_seeker": most}), services.engine)
        found.append(rematch(changed, stages(), today=AS_OF, seed=1))
    return found


def test_two_runs_beside_each_other(services: Services, runs: list[dict[str, Any]], tmp_path: Path) -> None:
    page = compare_runs(
        services, stages(), *(run["run_id"] for run in runs), observed_until=UNTIL, output=tmp_path / "comparison"
    )
    content = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    expected, happened, facts = content["sections"]
    (table,) = expected["tables"]
    allocated = {row[2]: row[4] for row in table["rows"] if row[0].startswith("统筹分配") and row[1] == "全体 everyone"}
    assert allocated == {
        run["run_id"]: next(p["placements"] for p in run["policies"] if p["policy"] == "allocation") for run in runs
    }
    assert [remark["kind"] for remark in happened["remarks"]] == ["refusal"]
    limits = next(row for row in facts["tables"][0]["rows"] if row[0].startswith("每人至多推荐"))
    assert limits[1:] == ["3", "1"]


def test_what_cannot_be_compared_is_said(services: Services, runs: list[dict[str, Any]]) -> None:
    with pytest.raises(NotFoundError, match="no published run nothing"):
        compare_runs(services, stages(), runs[0]["run_id"], "nothing", observed_until=UNTIL)
    with pytest.raises(DataError, match="twice"):
        compare_runs(services, stages(), *[runs[0]["run_id"]] * 2, observed_until=UNTIL)
