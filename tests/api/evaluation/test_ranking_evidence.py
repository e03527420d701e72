"""Ranking evidence from a real database: before anything happened, and of a small city after its night."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from sqlalchemy import Engine

from api.bootstrap import Services
from api.jobs.evaluation.ranking_evidence import NO_RUN, ranking_evidence
from api.jobs.overnight.rematch import rematch
from api.jobs.stages import Stages
from api.service_settings import Settings
from data.storage.record_repository import store_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from evaluation.ranking.filtered_recall import FilteredRecall
from evaluation.ranking.list_coverage import ListCoverage
from evaluation.ranking.ranking_quality import FEWEST_QUERIES
from evaluation.refusal import Refusal
from models.occupation_coder import OccupationCoder

TODAY = date(2026, 6, 1)


def test_without_a_ledger_and_without_a_run_there_are_reasons(services: Services) -> None:
    evidence = ranking_evidence(services, TODAY, seed=0)
    assert evidence.coverage == evidence.recall == NO_RUN
    assert isinstance(evidence.quality, Refusal)
    assert len(evidence.backtest) == 0
    assert "embedder" not in services.__dict__  # nothing was to be embedded


@pytest.mark.slow
def test_a_small_city_after_its_night(
    engine: Engine, embedder_folder: Path, coder: OccupationCoder, tmp_path: Path
) -> None:
    city = build_city(CitySettings(seed=7, seekers=600, vacancies=150, courses=5, as_of=TODAY))
    with engine.begin() as connection:
        store_records(connection, city.records)
    services = Services(settings=Settings(home=tmp_path, embedder=str(embedder_folder)), engine=engine)
    services.__dict__["coder"] = coder
    rematch(services, Stages(console=Console(file=io.StringIO())), today=TODAY, seed=1)
    evidence = ranking_evidence(services, TODAY, seed=0)
    assert evidence.is_synthetic
    assert isinstance(evidence.recall, FilteredRecall)
    assert (evidence.recall.recall, evidence.recall.forbidden) == (1, 0)
    assert isinstance(evidence.coverage, ListCoverage)
    assert 0.5 < evidence.coverage.seeker_share <= 1
    assert 0 < evidence.coverage.exposure_entropy < 1
    assert isinstance(evidence.quality, pd.DataFrame)
    assert evidence.quality["queries"].max() >= FEWEST_QUERIES
