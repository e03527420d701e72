"""Identity and telephone numbers never stay in text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.facts.identifiers import mask_identifiers


@pytest.mark.parametrize(
    "number",
    [
        "13912345678", "139 1234 5678", "139-1234-5678", "+8613912345678", "+86 13912345678", "１３９１２３４５６７８",
        "11010519491231002X", "110105 19491231 002x", "110105194912310021", "110105491231002",
    ],
)  # fmt: skip
def test_numbers_are_masked_and_positions_stay(number: str) -> None:
    assert mask_identifiers(f"电话{number}，找活") == f"电话{'*' * len(number)}，找活"


@pytest.mark.parametrize("text", ["工号123456", "月薪5000-6000", "2020年12月到2023年5月", "0431-88888888"])
def test_other_numbers_stay(text: str) -> None:
    assert mask_identifiers(text) == text


@given(st.text(alphabet="1392０１- x+，电", max_size=60))
def test_masking_keeps_length_and_is_done_once(text: str) -> None:
    masked = mask_identifiers(text)
    assert len(masked) == len(text)
    assert mask_identifiers(masked) == masked
