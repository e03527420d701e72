"""Opens the database: the embedded PostgreSQL in the run-time folder, or a server by URL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from data.errors import ConfigurationError, UnavailableError
from data.storage.embedded_server import start_embedded

DATABASE_NAME = "zhuye"
_CONNECT_TIMEOUT_SECONDS = 10
_RECOVERY_TIMEOUT_SECONDS = 60

_REMEDIES = {
    "password": "correct user and password in ZHUYE_DATABASE_URL",
    "does not exist": "create it (createdb, createuser), or correct ZHUYE_DATABASE_URL",
    "translate host name": "correct the host in ZHUYE_DATABASE_URL",
    "resolve host": "correct the host in ZHUYE_DATABASE_URL",
    "refused": "start the server, or correct host and port in ZHUYE_DATABASE_URL",
    "timeout": "check that the host of ZHUYE_DATABASE_URL can be reached from here and its port is open",
    "pg_hba": "allow this machine in the server's pg_hba.conf",
    "too many": "raise max_connections of the server, or close other users of it",
}
"""By what the server or the driver says when a connection fails."""


def open_database(home: Path, url: str | None = None) -> Engine:
    """Engine on the database of this installation; where needed the server is started and the database created.

    The embedded server (`url` None) keeps its files in `home/postgres`, listens on a Unix socket only, is
    shared by all processes that open it, and stops with the last of them.

    Raises
    ------
    ConfigurationError
        `url` is not a PostgreSQL URL, or `home` is a path that PostgreSQL cannot take.
    UnavailableError
        The server cannot be started or reached; says why and what to do.
    """
    if url is None:
        server = make_url(start_embedded(home / "postgres")).set(drivername="postgresql+psycopg")
        _create_database(server)
        server = server.set(database=DATABASE_NAME)
    else:
        server = _parse(url)
    engine = create_engine(server, connect_args={"connect_timeout": _CONNECT_TIMEOUT_SECONDS}, pool_pre_ping=True)
    _connect(engine).close()
    return engine


@contextmanager
def consistent_reading(engine: Engine) -> Iterator[Connection]:
    """A connection whose queries all see the database as it stood at the first of them, and that cannot write.

    Whoever reads several tables that must agree (records and their revision, a run and its matches) reads here.
    """
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to `revision` ('head' is the newest, 'base' an empty database).

    Raises
    ------
    UnavailableError
        The database was made by a newer release of Zhuye.
    """
    config = Config()
    # ConfigParser, in which alembic keeps options, reads % as the start of a reference.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with engine.begin() as connection:
        # One process migrates at a time; the others wait here and then find nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('zhuye migrate'))"))
        config.attributes["connection"] = connection
        try:
            (command.downgrade if revision == "base" else command.upgrade)(config, revision)
        except CommandError as error:
            raise UnavailableError(
                f"the schema of the database is not known to this release: {error}",
                remedy="a newer release of Zhuye made it: use that one, or another database",
            ) from error


def describe_database(engine: Engine) -> str:
    """One line for a person: server version, where it is, how large the database is."""
    with engine.connect() as connection:
        version, size = connection.execute(
            text("SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
        ).one()
    return f"PostgreSQL {version}, {engine.url.render_as_string(hide_password=True)}, {size}"


def _parse(url: str) -> URL:
    remedy = "write postgresql://user:password@host:5432/database"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigurationError("ZHUYE_DATABASE_URL is not a database URL", remedy=remedy) from error
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise ConfigurationError(f"ZHUYE_DATABASE_URL names {parsed.get_backend_name()}, not PostgreSQL", remedy=remedy)
    return parsed.set(drivername="postgresql+psycopg")


def _create_database(server: URL) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with _connect(engine) as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('zhuye create'))"))
        exists = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": DATABASE_NAME}).first()
        if exists is None:
            connection.execute(text(f"CREATE DATABASE {DATABASE_NAME} ENCODING 'UTF8' TEMPLATE template0"))
        connection.execute(text("SELECT pg_advisory_unlock(hashtext('zhuye create'))"))
    engine.dispose()


def _connect(engine: Engine) -> Connection:
    """A connection; while the server still recovers from a crash, wait for it."""
    give_up = time.monotonic() + _RECOVERY_TIMEOUT_SECONDS
    while True:
        try:
            return engine.connect()
        except OperationalError as error:
            said = str(error.orig)
            if "starting up" not in said or time.monotonic() > give_up:
                remedy = next((remedy for words, remedy in _REMEDIES.items() if words in said), "check that it runs")
                raise UnavailableError(
                    f"the database {engine.url.render_as_string(hide_password=True)} does not answer: {said}",
                    remedy=f"{remedy}; or unset ZHUYE_DATABASE_URL to use the embedded one",
                ) from error
            time.sleep(0.5)
