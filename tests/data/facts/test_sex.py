"""What an identity number tells of the sex; the numbers are invented."""

from __future__ import annotations

import pytest

from data.facts.sex import sex_of_identity_number


@pytest.mark.parametrize(
    ("number", "sex"),
    [
        ("220102199005050018", 1),
        ("220102199005050026", 2),
        (" 22010219900505002X ", 2),
        ("22010219900505013x", 1),
        ("220102900505001", 1),
        ("220102900505002", 2),
        ("22010219900505", None),
        ("E12345678", None),
        ("", None),
    ],
)
def test_the_last_digit_of_the_sequence_is_odd_for_men(number: str, sex: int | None) -> None:
    assert sex_of_identity_number(number) == sex
