"""Started experiments, who entered them in which arm, and the nights that obeyed. Nothing of it is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from psycopg import sql
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.dialects.postgresql import insert as insert_new

from data.columns import Table
from data.errors import ConflictError
from data.experiment_columns import EXPERIMENT_MEMBERS, EXPERIMENT_NIGHTS
from data.records import RunStatus
from data.storage import tables
from data.storage.bulk import copy_frame, explained_failures, read_frame


@dataclass(frozen=True)
class StartedExperiment:
    """A design as it was when the experiment was started."""

    name: str
    checksum: str
    started_at: datetime


def start_experiment(connection: Connection, name: str, checksum: str, design: dict[str, Any]) -> None:
    """Note that the experiment is started with this design.

    Raises
    ------
    ConflictError
        One of that name was started before.
    """
    if started_experiment(connection, name) is not None:
        raise ConflictError(
            f"experiment {name} was started before", remedy="a started experiment stays as it is; name a new one"
        )
    connection.execute(insert(tables.experiments).values(experiment=name, checksum=checksum, design=design))


def started_experiment(connection: Connection, name: str) -> StartedExperiment | None:
    """The started experiment of that name, or None."""
    table = tables.experiments
    row = connection.execute(
        select(table.c.experiment, table.c.checksum, table.c.started_at).where(table.c.experiment == name)
    ).one_or_none()
    return StartedExperiment(*row) if row else None


def store_members(connection: Connection, members: pd.DataFrame) -> int:
    """Store who entered (`EXPERIMENT_MEMBERS`); whoever is in already keeps market and arm. Returns how many are new.

    People erased meanwhile are left out.
    """
    members = EXPERIMENT_MEMBERS.check(members)
    names = ", ".join(EXPERIMENT_MEMBERS.columns)
    with explained_failures():
        connection.execute(
            text(f"CREATE TEMPORARY TABLE entering ON COMMIT DROP AS SELECT {names} FROM experiment_members LIMIT 0")
        )
        copy_frame(connection, "entering", members)
        stored = connection.execute(
            text(
                f"INSERT INTO experiment_members ({names}) SELECT {names} FROM entering "
                "WHERE seeker_id IN (SELECT seeker_id FROM seekers) ON CONFLICT DO NOTHING"
            )
        ).rowcount
        connection.execute(text("DROP TABLE entering"))
    return int(stored)


def store_night(connection: Connection, night: dict[str, Any]) -> None:
    """Note a run that obeyed (a row of `EXPERIMENT_NIGHTS`); noted once, however often it is told."""
    table = tables.experiment_nights
    with explained_failures():
        connection.execute(insert_new(table).values(**night).on_conflict_do_nothing())


def load_members(connection: Connection, name: str) -> pd.DataFrame:
    """`EXPERIMENT_MEMBERS` of the experiment, by identifier."""
    return _read(connection, EXPERIMENT_MEMBERS, name, "seeker_id")


def load_nights(connection: Connection, name: str) -> pd.DataFrame:
    """`EXPERIMENT_NIGHTS` of the experiment, by day and run; without runs that were never published."""
    unpublished = f"SELECT run_id FROM match_runs WHERE status IN ('{RunStatus.RUNNING}', '{RunStatus.FAILED}')"
    return _read(connection, EXPERIMENT_NIGHTS, name, "as_of, run_id", f"run_id NOT IN ({unpublished})")


def _read(connection: Connection, layout: Table, name: str, order: str, which: str = "true") -> pd.DataFrame:
    query = (
        f"SELECT {', '.join(layout.columns)} FROM {layout.name} "
        f"WHERE experiment = {sql.Literal(name).as_string()} AND {which} ORDER BY {order}"
    )
    return layout.check(read_frame(connection, layout, query))
