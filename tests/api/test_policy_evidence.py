"""From nights with a share by lot, and a ledger, to what other policies would have achieved: the whole way."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from sqlalchemy import Engine

from api.bootstrap import Services
from api.jobs.evaluation.policy_evidence import policy_evidence
from api.jobs.overnight.rematch import rematch
from api.jobs.stages import Stages
from api.service_settings import Settings
from data.columns import Records
from data.storage.record_repository import store_records
from data.synthetic_city.city import City, build_city
from data.synthetic_city.settings import CitySettings
from tests.data.records_for_tests import AS_OF

LATER = AS_OF + timedelta(days=100)


@pytest.fixture
def city() -> City:
    return build_city(CitySettings(seed=6, seekers=150, vacancies=40, courses=1, history_months=0, as_of=AS_OF))


@pytest.fixture
def services(engine: Engine, embedder_folder: Path, tmp_path: Path, city: City) -> Services:
    with engine.begin() as connection:
        store_records(connection, city.records)
    return Services(settings=Settings(home=tmp_path, embedder=str(embedder_folder)), engine=engine)


@pytest.fixture
def nights(services: Services) -> Callable[..., list[str]]:
    """Runs nights with a share by lot; returns their names."""

    def nights(number: int, *, share: float = 0.3) -> list[str]:
        changed = Services(services.settings.model_copy(update={"exploration_share": share}), services.engine)
        stages = Stages(Console(file=io.StringIO()))
        return [
            rematch(changed, stages, today=AS_OF + timedelta(days=day), seed=1, fresh=True)["run_id"]
            for day in range(number)
        ]

    return nights


def record(services: Services, city: City, run_ids: list[str], *, share: float = 1.0) -> int:
    """Store the runs' referrals in the ledger, with what the city's truth makes of each; how many were stored."""
    rng = np.random.default_rng(3)
    with services.engine.connect() as connection:
        query = (
            "SELECT run_id, seeker_id, vacancy_id, position, propensity FROM matches WHERE is_referral ORDER BY 1,2,3"
        )
        sent = pd.read_sql(query, connection)
    sent = sent[sent["run_id"].isin(run_ids)]
    sent = sent[rng.random(len(sent)) < share].reset_index(drop=True)
    sent = sent.assign(
        referral_id=[f"R-{row:05d}" for row in range(len(sent))], referred_on=pd.Timestamp(AS_OF), source="test"
    )
    rows = city.truth.rows_of(sent["seeker_id"], sent["vacancy_id"])
    placed = rng.random(len(sent)) < city.truth.p_accept(*rows) * city.truth.p_hire(*rows)
    events = pd.DataFrame(
        {
            "referral_id": sent.loc[placed, "referral_id"], "event": "started",
            "occurred_on": pd.Timestamp(AS_OF + timedelta(days=20)), "evidence_tier": 1, "wage_cny_month": None,
        }
    )  # fmt: skip
    with services.engine.begin() as connection:
        store_records(connection, Records.of(referrals=sent, referral_events=events))
    return len(sent)


def test_nights_and_ledger_give_values_with_intervals(
    services: Services, city: City, nights: Callable[..., list[str]]
) -> None:
    run_ids = nights(3)
    stored = record(services, city, run_ids)
    found = policy_evidence(services, LATER)
    assert found.refusal is None
    assert found.run_ids == tuple(run_ids)
    assert (found.referrals, found.recorded_share) == (stored, 1.0)
    assert (found.lists, found.seekers) == (450, 150)
    assert (found.first_night, found.last_night) == (AS_OF, AS_OF + timedelta(days=2))
    values = found.values.set_index(["policy", "estimator"])
    published = values.loc[("published", "ips")]
    with services.engine.connect() as connection:
        placed = len(pd.read_sql("SELECT * FROM referral_events WHERE event = 'started'", connection))
    assert published["value"] == pytest.approx(placed / 450)
    assert published["low"] < published["value"] < published["high"]
    assert any("simulation or an experiment" in caution.en for caution in found.cautions)


def test_ripe_nights_only(services: Services, city: City, nights: Callable[..., list[str]]) -> None:
    run_ids = nights(2)
    record(services, city, run_ids)
    found = policy_evidence(services, AS_OF + timedelta(days=90))
    assert found.run_ids == tuple(run_ids[:1])


def test_nothing_is_told_where_most_referrals_are_not_recorded(
    services: Services, city: City, nights: Callable[..., list[str]]
) -> None:
    record(services, city, nights(1), share=0.3)
    found = policy_evidence(services, LATER)
    assert found.values.empty
    assert found.refusal is not None
    assert "of the referrals are in the ledger" in found.refusal.en


def test_part_of_the_referrals_recorded_is_said(
    services: Services, city: City, nights: Callable[..., list[str]]
) -> None:
    run_ids = nights(2)
    record(services, city, run_ids[:1], share=0.7)
    found = policy_evidence(services, LATER)
    assert found.run_ids == tuple(run_ids[:1])
    assert found.recorded_share is not None
    assert found.recorded_share < 0.8
    told = " ".join(caution.en for caution in found.cautions)
    assert "of the referrals are in the ledger" in told
    assert "1 nights are left out" in told


def refused(services: Services, today: date) -> str:
    found = policy_evidence(services, today)
    assert found.refusal is not None
    assert found.values.empty
    assert any("一" <= letter <= "鿿" for letter in found.refusal.zh)
    return found.refusal.en


def test_what_is_missing_is_said(services: Services, nights: Callable[..., list[str]]) -> None:
    assert "no night's log is kept" in refused(services, LATER)
    nights(1, share=0.0)
    assert "no night had a share by lot" in refused(services, LATER)
    nights(1)
    assert "its 90 days end on 2026-08-30" in refused(services, AS_OF + timedelta(days=89))
    assert "the ledger has no referral of these 1 nights" in refused(services, LATER)
