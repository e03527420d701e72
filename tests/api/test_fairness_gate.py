"""The gate on a real night: a run in which older people lose their referrals is withheld, and published with a reason.

Older people here want more pay. On the second night the vacancies that pay it have closed, so they have no candidate.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from sqlalchemy import Engine

from api.bootstrap import Services
from api.jobs.overnight.rematch import rematch
from api.jobs.stages import Stages
from api.service_settings import Settings
from data.columns import EMPLOYERS as EMPLOYERS_TABLE
from data.errors import DataError, WithheldError
from data.storage.identity_repository import store_identities
from data.storage.record_repository import close_vacancy, store_records
from data.storage.run_repository import published_run, run_status
from evaluation.fairness.run_fairness import fairness_from_json
from models.occupation_coder import OccupationCoder
from tests.data.records_for_tests import AS_OF, EMPLOYER, records, seeker, vacancy

EACH, EMPLOYERS = 120, 10
Market = Callable[[int], Services]


@pytest.fixture
def market(engine: Engine, embedder_folder: Path, coder: OccupationCoder, tmp_path: Path) -> Market:
    """Young and older people by turns, men and women among both alike; older ones want at least so much pay."""

    def market(older_want_cny_month: int) -> Services:
        people = [
            seeker(
                seeker_id=f"S-{n:03d}",
                birth_date=pd.Timestamp("1996-05-05" if n % 2 else "1976-05-05"),
                wage_min_cny_month=4_000 if n % 2 else older_want_cny_month,
            )
            for n in range(2 * EACH)
        ]
        jobs = [
            vacancy(vacancy_id=f"V-{pays}-{n}", employer_id=f"E-{pays}-{n}", headcount=40, wage_max_cny_month=most)
            for n in range(EMPLOYERS)
            for pays, most in (("low", 6_000), ("high", 9_000))
        ]
        employers = pd.DataFrame([{**EMPLOYER, "employer_id": job["employer_id"]} for job in jobs])
        stored = records(seekers=people, vacancies=jobs)
        services = Services(settings=Settings(home=tmp_path, embedder=str(embedder_folder)), engine=engine)
        services.__dict__["coder"] = coder  # as if it had been opened before: opening it takes a second
        identities = pd.DataFrame(
            {
                "seeker_id": [one["seeker_id"] for one in people],
                "name": None,
                "identity_number": [f"22010219900505{n // 2:03d}X" for n in range(len(people))],
                "phone": None,
            }
        )
        with engine.begin() as connection:
            store_records(connection, replace(stored, employers=EMPLOYERS_TABLE.check(employers)))
            store_identities(connection, identities, services.personal_data_key)
        return services

    return market


def night(services: Services, **options: str | None) -> dict:
    return rematch(services, Stages(Console(file=io.StringIO())), today=AS_OF, seed=1, **options)


def close_what_older_people_may_take(services: Services) -> None:
    with services.engine.begin() as connection:
        for n in range(EMPLOYERS):
            close_vacancy(connection, f"V-high-{n}")


def test_a_run_that_takes_from_one_age_band_is_withheld_until_somebody_says_why(market: Market) -> None:
    services = market(8_000)
    first = night(services)
    figures = {(figure["measure"], figure["category"]): figure["estimate"] for figure in first["fairness"]["figures"]}
    assert first["fairness"]["verdict"]["compared_with"] is None
    assert figures["referred_share", "45-54"] == figures["referred_share", "25-34"] == 1
    assert {("referred_share", "female"), ("referred_share", "male")} <= set(figures)

    close_what_older_people_may_take(services)
    with pytest.raises(WithheldError) as refused:
        night(services)
    said = str(refused.value)
    assert "45–54岁（120 人）的获推荐的比例由 100.0 % 变为 0.0 %" in said
    assert "share with a referral of 45 to 54 (120 people) went from 100.0 % to 0.0 %" in said
    assert "--despite-fairness" in said
    with services.engine.connect() as connection:
        run = published_run(connection)
        assert run is not None
        assert run.run_id == first["run_id"]
    (report,) = [path for path in services.settings.reports_path.glob("*.html") if path.stem != first["run_id"]]
    assert "本次匹配未发布" in report.read_text(encoding="utf-8")
    with services.engine.connect() as connection:
        assert run_status(connection, report.stem) == "failed"

    with pytest.raises(DataError, match="reason"):
        night(services, despite_fairness=" ")
    reason = "岗位到期，非办法所致"
    second = night(services, despite_fairness=reason)
    assert second["run_id"] == report.stem  # the run that was withheld, not computed again
    verdict = fairness_from_json(second["fairness"]).verdict
    assert {(one.dimension, one.category) for one in verdict.broken} == {("age", "45-54")}
    assert verdict.despite == reason
    page = report.read_text(encoding="utf-8")
    assert reason in page
    assert "本次匹配未发布" not in page


def test_what_harms_all_alike_is_published(market: Market) -> None:
    services = market(4_000)
    night(services)
    with services.engine.begin() as connection:
        for n in range(1, EMPLOYERS):
            close_vacancy(connection, f"V-high-{n}")
            close_vacancy(connection, f"V-low-{n}")
    second = night(services)
    verdict = fairness_from_json(second["fairness"]).verdict
    assert verdict.findings
    assert verdict.broken == ()
    assert verdict.despite is None
    referrals = {(one["measure"], one["dimension"]): one["estimate"] for one in second["fairness"]["figures"]}
    assert referrals["referred_share", "everyone"] < 0.8
