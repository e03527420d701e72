"""Layouts: the only door into storage and computation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.columns import RECORD_TABLES, SEEKERS, VACANCIES, Records
from data.errors import DataError
from tests.data.records_for_tests import SEEKER, VACANCY


def test_a_checked_table_has_the_order_and_the_types_of_its_layout() -> None:
    shuffled = pd.DataFrame([VACANCY])[sorted(VACANCY)]
    checked = VACANCIES.check(shuffled)
    assert list(checked.columns) == list(VACANCIES.columns)
    assert {name: str(dtype) for name, dtype in checked.dtypes.items()} == {
        name: column.dtype for name, column in VACANCIES.columns.items()
    }
    pd.testing.assert_frame_equal(VACANCIES.check(checked), checked)


def test_the_table_that_was_handed_in_is_not_changed() -> None:
    frame = pd.DataFrame([SEEKER], index=[7])
    before = frame.copy(deep=True)
    SEEKERS.check(frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("wage_min_cny_month", -1, "≥ 0"),
        ("wage_min_cny_month", 2_000_000, "≤ 1e+06"),
        ("education_min", 8, "≤ 7"),
        ("headcount", 0, "≥ 1"),
        ("status", "paused", "one of closed, open"),
        ("title", None, "not null"),
        ("minimum_age_years", 15, "≥ 16"),
        ("latitude", 91, "≤ 90"),
    ],
)
def test_a_value_out_of_range_is_named_with_what_was_expected(column: str, value: Any, expected: str) -> None:
    rows = pd.DataFrame([VACANCY, {**VACANCY, column: value}])
    with pytest.raises(DataError, match=f"table vacancies, column {column}, row 1") as failure:
        VACANCIES.check(rows)
    assert expected in failure.value.remedy


def test_further_wrong_rows_are_counted() -> None:
    rows = pd.DataFrame([VACANCY, *[{**VACANCY, "headcount": 0}] * 3])
    with pytest.raises(DataError, match=r"row 1: found .*\b0\b.* and 2 more"):
        VACANCIES.check(rows)


@pytest.mark.parametrize(
    ("column", "value"), [("headcount", "two"), ("published_on", "2026-02-30"), ("headcount", 1.5)]
)
def test_a_value_of_another_type_is_refused(column: str, value: Any) -> None:
    with pytest.raises(DataError, match=f"table vacancies, column {column}"):
        VACANCIES.check(pd.DataFrame([{**VACANCY, column: value}]))


def test_missing_and_unknown_columns_are_named() -> None:
    frame = pd.DataFrame([SEEKER]).drop(columns="skills").assign(sex="女")
    with pytest.raises(DataError, match=r"missing columns \['skills'\], unknown columns \['sex'\]"):
        SEEKERS.check(frame)


def test_a_nullable_column_may_be_null_throughout() -> None:
    checked = SEEKERS.check(pd.DataFrame([{**SEEKER, "wage_min_cny_month": None, "needs_board": np.nan}]))
    assert checked.loc[0, ["wage_min_cny_month", "needs_board"]].isna().all()


@pytest.mark.parametrize("layout", RECORD_TABLES, ids=lambda layout: layout.name)
def test_an_empty_table_passes_its_own_check(layout: Any) -> None:
    pd.testing.assert_frame_equal(layout.check(layout.empty()), layout.empty())


def test_records_of_nothing_are_empty() -> None:
    nothing = Records.of()
    assert all(len(getattr(nothing, layout.name)) == 0 for layout in RECORD_TABLES)
