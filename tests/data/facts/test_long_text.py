"""Long lines are read in time that grows with their length, not with its square."""

from __future__ import annotations

import pytest

from data.errors import DataError
from data.facts.pay import parse_pay
from models.profile_reader import read_profile


@pytest.mark.parametrize(
    "piece", ["5", "一", " ", "有C1、", "焊工证、", "干了3年", "不想", "1-", "三千，", "我妈有电工证，"]
)
def test_a_long_line_is_read_at_once(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    reading = read_profile(text, None)  # a fraction of a second; were it a square, the suite would stand still
    assert all(found.end <= len(text) for found in reading.fields)


def test_a_long_text_is_no_pay() -> None:
    with pytest.raises(DataError, match="characters long"):
        parse_pay("5" * 10_000)
