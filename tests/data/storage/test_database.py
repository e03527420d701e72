"""Opening and migrating the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from data.errors import ConfigurationError, UnavailableError
from data.storage.database import describe_database, migrate, open_database
from data.storage.tables import metadata


def test_migrations_go_down_to_nothing_and_up_again(engine: Engine) -> None:
    migrate(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())


def test_migrated_schema_is_the_one_that_tables_declare(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_description_names_the_server(engine: Engine) -> None:
    assert describe_database(engine).startswith("PostgreSQL 18")


@pytest.mark.parametrize("url", ["mysql://localhost/zhuye", "not a url"])
def test_a_url_that_is_not_postgresql_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="ZHUYE_DATABASE_URL"):
        open_database(tmp_path, url)


def test_a_server_that_does_not_answer_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="unset ZHUYE_DATABASE_URL to use the embedded one"):
        open_database(tmp_path, "postgresql://nobody@127.0.0.1:9/none")


def test_an_embedded_server_that_cannot_start_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("a file where the folder of the database should be", encoding="utf-8")
    with pytest.raises(UnavailableError, match="ZHUYE_HOME"):
        open_database(tmp_path)
