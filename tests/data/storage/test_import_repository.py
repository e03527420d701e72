"""The record of imports."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from data.storage.import_repository import list_imports, record_import, rejects_of

REJECTS = pd.DataFrame(
    [[3, "wage", "-5", "≥ 0"], [7, "wage", "", "a number"]], columns=["file_row", "file_column", "found", "expected"]
)


def record(engine: Engine, **changes: Any) -> int:
    facts: dict[str, Any] = {
        "file_name": "ads.csv", "file_sha256": "aa", "kind": "vacancies", "file_format": "csv",
        "rows": 10, "stored": 7, "duplicate": 1, "rejected": 2, "rejects": REJECTS,
    }  # fmt: skip
    with engine.begin() as connection:
        return record_import(connection, **{**facts, **changes})


def test_an_import_and_its_rejects_are_read_back(engine: Engine) -> None:
    first, second = record(engine), record(engine, rejects=REJECTS.head(0), rejected=0, stored=9)
    with engine.connect() as connection:
        pd.testing.assert_frame_equal(rejects_of(connection, first), REJECTS)
        assert rejects_of(connection, second).empty
        assert [entry.import_id for entry in list_imports(connection)] == [second, first]


def test_an_import_that_loses_a_row_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError, match="every_row_accounted_for"):
        record(engine, stored=6)
