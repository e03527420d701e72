"""A small synthetic city with its year, prepared as a simulation prepares it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from data.reference.occupations import load_occupations
from data.synthetic_city.settings import CitySettings
from data.synthetic_city.year import YearSettings
from evaluation.simulation.prepared_city import CityFolder, prepare_base, prepare_month
from models.embedder import load_embedder
from models.train_embedder import EmbedderSettings, train_embedder

SETTINGS = YearSettings(CitySettings(seed=5, seekers=300, vacancies=60, courses=1), months=4)
WITH_COURSES = YearSettings(
    CitySettings(seed=5, seekers=600, vacancies=120, courses=40, as_of=date(2026, 11, 2)), months=4
)
"""Two months of one calendar year, two of the next."""


@pytest.fixture(scope="session")
def embedder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small embedder of the default kind, trained on some occupations."""
    occupations = load_occupations().head(300)
    pairs = list(zip(occupations["name"], occupations["definition"], strict=True))
    folder = tmp_path_factory.mktemp("embedder")
    settings = EmbedderSettings(members=1, member_dimension=32, dimension=32, epochs=1)
    train_embedder(lambda _: pairs, seed=1, settings=settings).save(str(folder))
    return folder


@pytest.fixture(scope="session")
def prepared(embedder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., CityFolder]:
    """Prepares a city into a folder of its own."""

    def prepare(name: str, settings: YearSettings = SETTINGS) -> CityFolder:
        folder = CityFolder(tmp_path_factory.mktemp(name), settings)
        with threadpool_limits(1):  # as the processes of a simulation do
            prepare_base(folder, load_embedder(str(embedder_folder)))
            for month in range(settings.months):
                prepare_month(folder, month)
        return folder

    return prepare


@pytest.fixture(scope="session")
def city_folder(prepared: Callable[..., CityFolder]) -> CityFolder:
    """The prepared city."""
    return prepared("city")


@pytest.fixture(scope="session")
def course_city(prepared: Callable[..., CityFolder]) -> CityFolder:
    """A larger one with courses."""
    return prepared("city_with_courses", WITH_COURSES)
