"""Walks through the identifiers of a record table in order, a page at a time."""

from __future__ import annotations

from sqlalchemy import Connection, select

from data.records import RecordStatus
from data.storage import tables


def identifiers_after(
    connection: Connection,
    kind: str,
    after: str,
    limit: int,
    status: RecordStatus | None = None,
) -> list[str]:
    """The next `limit` identifiers of a record table that are greater than `after` ('' for the first page), ascending.

    By key and not by offset, so that records which appear or close between two pages move none.
    """
    table = tables.metadata.tables[kind]
    key = next(iter(table.primary_key))
    query = select(key).where(key > after).order_by(key).limit(limit)
    if status is not None:
        query = query.where(table.c.status == str(status))
    return list(connection.execute(query).scalars())
