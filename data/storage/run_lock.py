"""One match run at a time in an installation, whoever starts it and on whichever machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from data.errors import ConflictError

_KEY = "hashtext('zhuye run')"
_LONGEST_NAME = 63
"""PostgreSQL cuts an application_name after that many bytes."""


class RunInProgressError(ConflictError):
    """Another match run is in progress."""


@contextmanager
def only_one_run(engine: Engine) -> Iterator[None]:
    """Hold the right to run: an advisory lock on a connection kept for it, gone with this process however it ends.

    Raises
    ------
    RunInProgressError
        Another run holds it; says which process of which machine, and since when.
    """
    # Autocommit: a transaction left open for hours would keep PostgreSQL from clearing up after others.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text(f"SELECT pg_try_advisory_lock({_KEY})")).scalar_one():
            raise RunInProgressError(
                f"another match run is in progress ({_holder(connection)})",
                remedy="wait until it has ended, or end it there; zhuye jobs shows what is queued",
            )
        name = f"zhuye run: process {os.getpid()} on {socket.gethostname()}"[:_LONGEST_NAME]
        connection.execute(text("SELECT set_config('application_name', :name, false)"), {"name": name})
        try:
            yield
        finally:
            # Where the connection was lost the server has released the lock, and the run's own failure says more.
            with suppress(DBAPIError):
                connection.execute(text(f"SELECT pg_advisory_unlock({_KEY})"))
                connection.execute(text("RESET application_name"))


def _holder(connection: Connection) -> str:
    found = connection.execute(
        text(
            f"""
            SELECT activity.application_name, activity.query_start
            FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
            WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
              AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND held.objid = ({_KEY}::bigint & 4294967295)::oid
            """
        )
    ).first()
    if found is None:
        return "it has just ended"
    name, since = found
    return f"{name.removeprefix('zhuye run: ')}, since {since.astimezone():%Y-%m-%d %H:%M}"
