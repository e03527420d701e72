"""The 15 county-level units of Changchun with their centres, and the names people use for them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd

CITY_NAME = "长春"


@cache
def load_districts() -> pd.DataFrame:
    """Rows in table order: code, name_zh, name_en, longitude, latitude (float, WGS-84), radius_km (float), kind,
    aliases, source.

    radius_km is the mean distance of a place in the district from its centre.
    """
    with files("data.reference").joinpath("districts.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype={"code": "string", "aliases": "string"}, keep_default_na=False)


@cache
def _names() -> list[tuple[str, str]]:
    table = load_districts()
    names = [
        (name, str(code))
        for code, name_zh, aliases in zip(table["code"], table["name_zh"], table["aliases"], strict=True)
        for name in (str(name_zh), *str(aliases).split("|"))
    ]
    return sorted(names, key=lambda pair: -len(pair[0]))


def find_district(text: str) -> str | None:
    """Code of the district that `text` names, by the longest name found; None where it names none."""
    return next((code for name, code in _names() if name in text), None)


@cache
def district_rows() -> dict[str, int]:
    """Division code → row of `load_districts`, as market tables store it."""
    return {str(code): row for row, code in enumerate(load_districts()["code"])}
