"""A small city with a history, on its day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.bootstrap import Services
from api.service_settings import Settings
from data.storage.record_repository import store_records
from data.synthetic_city.city import City, build_city
from data.synthetic_city.settings import CitySettings

TODAY = date(2026, 6, 1)


@pytest.fixture(scope="session")
def city() -> City:
    return build_city(CitySettings(seed=5, seekers=1_500, vacancies=300, courses=20, as_of=TODAY))


@pytest.fixture
def city_services(engine: Engine, city: City, embedder_folder: Path, tmp_path: Path) -> Services:
    with engine.begin() as connection:
        store_records(connection, city.records)
    return Services(settings=Settings(home=tmp_path / "home", embedder=str(embedder_folder)), engine=engine)
