"""Tables to and from the database by COPY, which is some ten times faster than row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pandas as pd
import psycopg
import pyarrow as pa
from psycopg import sql
from pyarrow import csv as arrow_csv
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from data.columns import DATE, TEXT, Table
from data.errors import DataError, UnavailableError

_ARROW: dict[str, Any] = {
    TEXT: pa.string(),
    DATE: pa.timestamp("s"),
    "boolean": pa.bool_(),
    "bool": pa.bool_(),
    "Int8": pa.int8(),
    "Int32": pa.int32(),
    "Float32": pa.float32(),
    "Float64": pa.float64(),
}
_NULLABLE: dict[Any, Any] = {
    pa.string(): pd.StringDtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.int8(): pd.Int8Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.float32(): pd.Float32Dtype(),
    pa.float64(): pd.Float64Dtype(),
}
_BLOCK_BYTES = 1 << 26
"""Read at a time; longer than any row can be, because a row must lie within one block."""

_CSV = "(FORMAT csv, NULL '')"
"""Null is an empty field, an empty text is `""`: Arrow quotes every text and so does PostgreSQL an empty one."""


def copy_frame(connection: Connection, table: str, frame: pd.DataFrame) -> None:
    """COPY all rows of `frame` into `table`, whose columns of the same names take them. Dates are days.

    Raises
    ------
    DataError
        A text holds what a database cannot (a NUL character, half a surrogate pair), or a row refers to
        something that is not stored.
    UnavailableError
        The disk of the database is full.
    """
    if not len(frame):
        return
    try:
        rows = pa.Table.from_pandas(frame, preserve_index=False)
    except UnicodeEncodeError as error:
        raise DataError(f"table {table}: a text is not Unicode: {error}", remedy="remove that character") from error
    for position, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type):
            rows = rows.set_column(position, field.name, rows.column(position).cast(pa.date32()))
    buffer = BytesIO()
    arrow_csv.write_csv(rows, buffer, arrow_csv.WriteOptions(include_header=False))
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH " + _CSV).format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(str(name)) for name in frame.columns)
    )
    with explained_failures(), _driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(buffer.getbuffer())


def read_frame(connection: Connection, layout: Table, query: str) -> pd.DataFrame:
    """The rows of `query`, whose columns are those of `layout`, in nullable dtypes (unchecked)."""
    buffer = BytesIO()
    with _driver(connection).cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT WITH {_CSV}") as copy:
        for block in copy:
            buffer.write(block)
    if not buffer.tell():
        return layout.empty()
    buffer.seek(0)
    table = arrow_csv.read_csv(
        buffer,
        read_options=arrow_csv.ReadOptions(column_names=list(layout.columns), block_size=_BLOCK_BYTES),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: _ARROW[column.dtype] for name, column in layout.columns.items()},
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    frame: pd.DataFrame = table.to_pandas(types_mapper=_NULLABLE.get, date_as_object=False)
    return frame


@contextmanager
def explained_failures() -> Iterator[None]:
    """Turn what the database refuses into an error that says what to do; the rest passes through."""
    try:
        yield
    except (psycopg.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        said = str(cause).replace("\n", " ")
        if isinstance(cause, psycopg.errors.DiskFull):
            raise UnavailableError(
                f"the disk of the database is full: {said}", remedy="free space; nothing of this was stored"
            ) from error
        if isinstance(cause, psycopg.errors.ForeignKeyViolation):
            raise DataError(
                f"a record refers to one that is not stored: {said}",
                remedy="store what it refers to first, or together with it",
            ) from error
        if isinstance(cause, psycopg.DataError | psycopg.errors.IntegrityError):
            raise DataError(f"the database refuses a value: {said}", remedy="correct that value") from error
        raise


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
