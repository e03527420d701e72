"""What one run publishes, as partitions of its own: loaded and indexed beside what readers read, then put in."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from psycopg import sql
from sqlalchemy import Connection, TextClause, text

from data.columns import Table
from data.errors import DataError
from data.storage.bulk import copy_frame
from data.storage.tables import metadata

_OWNER = {"seeker_id": "seekers", "vacancy_id": "vacancies"}


def load_partition(connection: Connection, layout: Table, frames: Iterable[pd.DataFrame], run_id: str) -> None:
    """Fill a new partition for the run; readers do not see it before `attach_partition`.

    Raises
    ------
    DataError
        A frame is not laid out as `layout`.
    """
    partition = partition_name(layout.name, run_id)
    connection.execute(_statement("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS)", partition, layout.name))
    default = sql.SQL("ALTER TABLE {} ALTER run_id SET DEFAULT {}").format(
        sql.Identifier(partition), sql.Literal(run_id)
    )
    connection.execute(text(default.as_string()))
    for frame in frames:
        copy_frame(connection, partition, layout.check(frame))


def leave_out_the_erased(connection: Connection, layout: Table, run_id: str) -> None:
    """Delete rows of people erased since the run began, and keep others from being erased until it is published."""
    if "seeker_id" not in layout.columns:
        return
    # Whoever erases notes it first and waits here; after the commit he finds the run's rows and erases them himself.
    connection.execute(text("LOCK TABLE erasures IN SHARE MODE"))
    connection.execute(
        _statement(
            "DELETE FROM {} WHERE seeker_id IN (SELECT seeker_id FROM erasures EXCEPT SELECT seeker_id FROM seekers)",
            partition_name(layout.name, run_id),
        )
    )


def index_partition(connection: Connection, layout: Table, run_id: str) -> None:
    """Give the filled partition its key and indexes, faster than row by row."""
    partition = partition_name(layout.name, run_id)
    key = metadata.tables[layout.name].primary_key
    connection.execute(
        _statement("ALTER TABLE {} ADD PRIMARY KEY ({})", partition, [column.name for column in key.columns])
    )
    for index in metadata.tables[layout.name].indexes:
        connection.execute(_statement("CREATE INDEX ON {} ({})", partition, [column.name for column in index.columns]))


def attach_partition(connection: Connection, layout: Table, run_id: str) -> None:
    """Make the partition part of its table, in the transaction of `connection`.

    Raises
    ------
    DataError
        A row names a seeker or vacancy that is not stored.
    """
    partition = partition_name(layout.name, run_id)
    for column in set(_OWNER) & set(layout.columns):
        _check_owners(connection, layout, partition, column)
    # The constraint tells PostgreSQL what it would else read the whole partition for.
    only = sql.SQL("ALTER TABLE {} ADD CONSTRAINT of_one_run CHECK (run_id = {})")
    attach = sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES IN ({})")
    name, run = sql.Identifier(partition), sql.Literal(run_id)
    connection.execute(text(only.format(name, run).as_string()))
    connection.execute(text(attach.format(sql.Identifier(layout.name), name, run).as_string()))


def drop_partition(connection: Connection, layout: Table, run_id: str) -> None:
    """Delete what the run published of this table."""
    connection.execute(_statement("DROP TABLE IF EXISTS {}", partition_name(layout.name, run_id)))


def has_partition(connection: Connection, layout: Table, run_id: str) -> bool:
    """Whether what the run published of this table is there still."""
    name = sql.Identifier(partition_name(layout.name, run_id)).as_string()
    return connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar() is not None


def partition_name(table: str, run_id: str) -> str:
    """Name of the run's partition; PostgreSQL's names have at most 63 characters."""
    return f"{table}_{run_id}"


def _check_owners(connection: Connection, layout: Table, partition: str, column: str) -> None:
    stored = _statement(
        "SELECT DISTINCT {2} FROM {0} EXCEPT SELECT {2} FROM {1} LIMIT 1", partition, _OWNER[column], column
    )
    unknown = connection.execute(stored).scalar()
    if unknown is not None:
        raise DataError(
            f"table {layout.name} refers to a {column} that is not stored: {unknown}",
            remedy="the run is of another database, or the record was deleted meanwhile: start a new run",
        )


def _statement(form: str, *names: str | list[str]) -> TextClause:
    """The statement with its names quoted, lists of them with commas between."""
    quoted = [sql.SQL(", ").join(map(sql.Identifier, [name] if isinstance(name, str) else name)) for name in names]
    return text(sql.SQL(form).format(*quoted).as_string())
