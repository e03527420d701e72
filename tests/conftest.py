"""Fixtures shared by all tests: real databases on one embedded PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text

from data.storage.database import migrate, open_database
from models.embedder import load_embedder
from models.occupation_coder import (
    OccupationCoder,
    build_occupation_coder,
    coder_fingerprint,
    train_coder_encoder,
)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The embedded PostgreSQL of this test session, with a migrated database to copy from."""
    engine = open_database(tmp_path_factory.mktemp("home"))
    migrate(engine)
    engine.dispose()
    return engine


@pytest.fixture(scope="session")
def coder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the occupation coder's encoder, as an installation trains it at its first use."""
    folder = tmp_path_factory.mktemp("coder")
    train_coder_encoder().save(str(folder), create_model_card=False)
    return folder


@pytest.fixture
def home(tmp_path: Path, coder_folder: Path) -> Path:
    """Folder of an installation that has used its coder before."""
    (tmp_path / "home" / "models" / "coder").mkdir(parents=True)
    (tmp_path / "home" / "models" / "coder" / coder_fingerprint()).symlink_to(coder_folder)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def coder(coder_folder: Path) -> OccupationCoder:
    """The occupation coder."""
    return build_occupation_coder(load_embedder(str(coder_folder)))


@pytest.fixture
def database_url(server: Engine) -> Iterator[str]:
    """URL of a fresh, migrated database; dropped afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    admin = create_engine(server.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {server.url.database}"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Engine on a fresh, migrated database."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()
