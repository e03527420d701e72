"""`zhuye evaluate` on a small city: figures can be counted again from their rows, and come out the same each time."""

from __future__ import annotations

import io
import json
import stat
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from api.bootstrap import Services
from api.jobs.evaluation.evaluate import evaluate, last_day
from api.jobs.stages import Stages
from data.errors import DataError
from tests.api.evaluation.conftest import TODAY

AS_OF, UNTIL = TODAY - timedelta(days=181), TODAY - timedelta(days=1)


def stages() -> Stages:
    return Stages(Console(file=io.StringIO()))


def content(page: Path) -> dict[str, Any]:
    return json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))


def table(page: Path, key: str) -> pd.DataFrame:
    (found,) = (t for section in content(page)["sections"] for t in section["tables"] if t["key"] == key)
    return pd.DataFrame(found["rows"], columns=[column["name"] for column in found["columns"]])


def test_the_same_database_gives_the_same_bytes_and_every_count_can_be_made_again(
    city_services: Services, tmp_path: Path
) -> None:
    one, two = (
        evaluate(
            city_services, stages(), observed_until=UNTIL, as_of=AS_OF, output=tmp_path / name, with_rows=True
        ).parent
        for name in ("one", "two")
    )
    names = sorted(path.relative_to(one) for path in one.rglob("*.*"))
    assert len(names) > 10
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    assert_counts_follow_from_rows(one / "report.html", tmp_path / "one-rows")
    assert_people_are_apart(one, tmp_path / "one-rows")


def assert_counts_follow_from_rows(page: Path, folder: Path) -> None:
    rows = pd.read_csv(folder / "stock.csv", encoding="utf-8-sig")
    figures = table(page, "outcomes-stock")
    whole = (figures["district_words"] == "全市 whole city") & (figures["month"] == "all")
    shares = figures[whole & (figures["method_words"] == "占比 share")]
    checked = 0
    for group, column in (("全体 everyone", None), ("应届高校毕业生 graduate", "graduate")):
        people = rows if column is None else rows[rows[column]]
        for proof, tier in (("任何证据 any evidence", 4), ("合同或更强 contract or stronger", 2)):
            chosen = shares[(shares["group_words"] == group) & (shares["proof_words"] == proof)]
            proved = people["evidence_tier"] <= tier
            for days in (30, 90, 180):
                placed = chosen[
                    (chosen["horizon_days"] == days) & chosen["measure_words"].str.contains("placement rate")
                ]
                assert placed["denominator"].item() == len(people)
                assert placed["numerator"].item() == (proved & (people["placed_days"] <= days)).sum()
                kept = chosen[(chosen["horizon_days"] == days) & chosen["measure_words"].str.contains("retention")]
                if not pd.isna(kept["denominator"].item()):
                    followed = people[proved & (people["employed_observed_days"] >= days)]
                    stayed = (followed["employed_days"] > days) | ~followed["left"].astype(bool)
                    assert (kept["numerator"].item(), kept["denominator"].item()) == (stayed.sum(), len(followed))
                    checked += 1
    assert checked >= 4


def assert_people_are_apart(report: Path, folder: Path) -> None:
    """The people behind the figures are for this user only, and not in the report."""
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    name = pd.read_csv(folder / "stock.csv")["seeker_id"].iloc[0]
    for path in report.rglob("*.*"):
        assert name.encode() not in path.read_bytes(), path


def test_an_empty_database_is_told_in_words_and_the_cohort_is_180_days_old(services: Services) -> None:
    page = evaluate(services, stages(), observed_until=UNTIL)
    assert page.parent.name == f"evaluation-{UNTIL - timedelta(days=180)}-{UNTIL}"
    assert content(page)["is_synthetic"]
    refusals = [
        remark["en"] for s in content(page)["sections"] for remark in s["remarks"] if remark["kind"] == "refusal"
    ]
    assert any("no match run is published" in refusal for refusal in refusals)
    assert any("nothing has been simulated" in refusal for refusal in refusals)
    assert any("holds no enrolments" in refusal for refusal in refusals)


@pytest.mark.parametrize("wanted", [TODAY, TODAY + timedelta(days=1)])
def test_a_day_that_has_not_ended_is_refused(wanted: date) -> None:
    assert last_day(TODAY, None) == UNTIL
    with pytest.raises(DataError, match="has not ended"):
        last_day(TODAY, wanted)


def test_a_cohort_after_the_last_day_is_refused(city_services: Services) -> None:
    with pytest.raises(DataError, match="known only until"):
        evaluate(city_services, stages(), observed_until=UNTIL, as_of=TODAY)
