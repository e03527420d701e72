"""Columns of numbers as one file: what the shards of a run leave behind. Read memory-mapped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.errors import DataError
from data.whole_file import whole_file

Columns = dict[str, npt.NDArray[Any]]


def write_columns(path: Path, columns: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write one-dimensional arrays of one length as an Arrow file. Raises UnavailableError as `whole_file`."""
    table = pa.table({name: pa.array(np.ascontiguousarray(values)) for name, values in columns.items()})
    with whole_file(path) as fresh, pa.OSFile(str(fresh), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def read_columns(path: Path, *names: str) -> Columns:
    """The arrays that `write_columns` wrote, or those named: memory-mapped and read-only.

    Raises
    ------
    DataError
        The file is missing, damaged, or lacks a column.
    """
    try:
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
            table = reader.read_all()
        wanted = names or table.column_names
        # Only bits of booleans are copied.
        return {name: table.column(name).combine_chunks().to_numpy(zero_copy_only=False) for name in wanted}
    except (OSError, pa.ArrowException, KeyError) as error:
        raise DataError(f"{path} is missing or damaged: {error}", remedy="delete it; it is made again") from error
