"""A small synthetic city with its year, prepared as a simulation prepares it."""

from __future__ import annotations

from collections.abc import Callable
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
def prepared(embedder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], CityFolder]:
    """Prepares the city into a folder of its own."""

    def prepare(name: str) -> CityFolder:
        folder = CityFolder(tmp_path_factory.mktemp(name), SETTINGS)
        with threadpool_limits(1):  # as the processes of a simulation do
            prepare_base(folder, load_embedder(str(embedder_folder)))
            for month in range(SETTINGS.months):
                prepare_month(folder, month)
        return folder

    return prepare


@pytest.fixture(scope="session")
def city_folder(prepared: Callable[[str], CityFolder]) -> CityFolder:
    """The prepared city."""
    return prepared("city")
