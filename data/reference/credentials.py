"""Licences, certificates and languages: codes, what each implies, how long each is valid.

A set of credentials is a 64-bit mask; bit *i* is row *i* of `credentials.csv`. Rows are only ever
appended, so that a stored mask keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import pandas as pd

from data.errors import DataError


@cache
def load_credentials() -> pd.DataFrame:
    """Rows in bit order: code, name_zh, name_en, kind, implies, valid_years, patterns, source (all text)."""
    with files("data.reference").joinpath("credentials.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="string", keep_default_na=False)
    if len(table) > 64:
        raise DataError(f"credentials.csv has {len(table)} rows", remedy="a mask holds 64: widen it first")
    return table


@cache
def _bits() -> dict[str, int]:
    return {str(code): 1 << row for row, code in enumerate(load_credentials()["code"])}


@cache
def _implied() -> dict[str, int]:
    bits = _bits()
    table = load_credentials()
    return {
        str(code): bits[str(code)] | sum(bits[other] for other in str(implies).split("|") if other)
        for code, implies in zip(table["code"], table["implies"], strict=True)
    }


def required_mask(codes: Iterable[str]) -> int:
    """Mask of exactly these codes: what a vacancy requires.

    Raises
    ------
    DataError
        A code is not in the table.
    """
    return _union(codes, _bits())


def held_mask(codes: Iterable[str]) -> int:
    """Mask of these codes and all they imply: a B2 driver may drive what C1 allows."""
    return _union(codes, _implied())


def codes_of(mask: int) -> list[str]:
    """Codes whose bits are set, in table order."""
    return [code for code, bit in _bits().items() if int(mask) & bit]


def _union(codes: Iterable[str], bits: dict[str, int]) -> int:
    mask = 0
    for code in codes:
        if code not in bits:
            raise DataError(f"unknown credential {code!r}", remedy="use a code of data/reference/credentials.csv")
        mask |= bits[code]
    return mask


@cache
def mask_of_kind(kind: str) -> int:
    """Mask of every credential of this kind (`language`, `driving` …)."""
    table = load_credentials()
    return required_mask([str(code) for code in table.loc[table["kind"] == kind, "code"]])
