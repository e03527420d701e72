"""A person's sex as an identity number tells it: read where fairness is measured, stored nowhere."""

from __future__ import annotations

import re

MALE, FEMALE = 1, 2
"""Codes of GB/T 2261.1."""
_NUMBER = re.compile(r"\d{17}[\dXx]|\d{15}")


def sex_of_identity_number(number: str) -> int | None:
    """`MALE` or `FEMALE`; None where `number` is no identity number.

    The last digit of the sequence code is odd for men (GB 11643-1999, 4.1.3; the 15-digit number ends with it). A
    mistyped check digit changes nothing in it.
    """
    number = number.strip()
    if not _NUMBER.fullmatch(number):
        return None
    return MALE if int(number[16 if len(number) == 18 else 14]) % 2 else FEMALE
