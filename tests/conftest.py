"""Fixtures shared by all tests: real databases on one embedded PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text

from data.storage.database import migrate, open_database


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The embedded PostgreSQL of this test session, with a migrated database to copy from."""
    engine = open_database(tmp_path_factory.mktemp("home"))
    migrate(engine)
    engine.dispose()
    return engine


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
