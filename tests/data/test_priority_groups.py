"""Weights of priority groups: checked as they are read."""

from __future__ import annotations

from datetime import date

import pytest

from data.errors import DataError
from data.reference.priority_groups import load_priority_groups, priority_group

ROW = {
    "group": "veteran", "weight": "1.5", "article": "某条", "valid_from": "2026-01-01", "valid_until": "2026-12-31"
}  # fmt: skip


def test_a_weight_is_in_force_from_its_first_day_to_its_last() -> None:
    group = priority_group(ROW)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [group.in_force(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("column", "found", "says"),
    [
        ("group", "friends", "friends"),
        ("weight", "0.5", "weight 0.5"),
        ("weight", "11", "weight 11"),
        ("weight", "nan", "nan"),
    ],
)
def test_an_impossible_row_is_refused(column: str, found: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        priority_group({**ROW, column: found})


def test_each_group_of_the_table_is_there_once_with_its_article() -> None:
    groups = load_priority_groups()
    assert len({group.group for group in groups}) == len(groups)
    assert all("法 第" in group.article for group in groups)
