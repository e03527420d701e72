"""Rows of a checked table as Python values, for what handles them one by one."""

from __future__ import annotations

from typing import Any

import pandas as pd


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a record table with Python values: None for null, `date` for a day."""
    columns = {}
    for name, column in table.items():
        values = column.dt.date if pd.api.types.is_datetime64_any_dtype(column.dtype) else column
        columns[str(name)] = [None if pd.isna(value) else value for value in values.tolist()]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
