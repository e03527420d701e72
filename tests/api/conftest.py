"""The whole service on a small market: real database, a small embedder trained here, the prior ranker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.app import create_app
from api.bootstrap import Services
from api.service_settings import Settings
from data.reference.occupations import load_occupations
from data.storage.record_repository import store_records
from models.occupation_coder import OccupationCoder
from models.train_embedder import EmbedderSettings, train_embedder
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

TRADES = ("电工", "焊工", "厨师", "保洁员", "架子工", "收银员", "货车司机", "护理员")


@pytest.fixture(scope="session")
def embedder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small embedder of the default kind, trained on names and definitions of some occupations."""
    occupations = load_occupations().head(300)
    pairs = [*zip(occupations["name"], occupations["definition"], strict=True), *((t, f"招聘{t}") for t in TRADES)]
    folder = tmp_path_factory.mktemp("embedder")
    settings = EmbedderSettings(members=1, member_dimension=32, dimension=32, epochs=1)
    train_embedder(lambda _: pairs, seed=1, settings=settings).save(str(folder))
    return folder


@pytest.fixture
def services(engine: Engine, embedder_folder: Path, coder: OccupationCoder, tmp_path: Path) -> Services:
    """Opened services over 16 vacancies and 16 seekers, two of each trade."""
    stored = records(
        vacancies=[vacancy(vacancy_id=f"V-{n:02d}", title=TRADES[n % 8], occupation_code=None) for n in range(16)],
        seekers=[
            seeker(seeker_id=f"S-{n:02d}", desired_title=TRADES[n % 8], desired_occupation_code=None) for n in range(16)
        ],
    )
    with engine.begin() as connection:
        store_records(connection, stored)
    services = Services(settings=Settings(home=tmp_path, embedder=str(embedder_folder)), engine=engine)
    services.__dict__["coder"] = coder  # as if it had been opened before: opening it takes a second
    return services


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    """The API on these services, on the market's day."""
    with TestClient(create_app(services, today=today)) as client:
        yield client


def today() -> date:
    """The clock of the tests."""
    return AS_OF


def new_vacancy(**changes: Any) -> dict[str, Any]:
    """A vacancy to publish."""
    return {"title": "电工", "employer": {"name": "长春某厂"}, "wage_max_cny_month": 9000, **changes}
