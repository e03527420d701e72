"""Names of districts and occupations, for people to read."""

from __future__ import annotations

from functools import cache

from data.reference.districts import load_districts
from data.reference.occupations import group_names, load_occupations


@cache
def district_name(code: str) -> tuple[str, str]:
    """Name of a district in Chinese and English; its code where it is not in the table."""
    table = load_districts()
    found = table[table["code"] == code]
    return (str(found["name_zh"].iloc[0]), str(found["name_en"].iloc[0])) if len(found) else (code, code)


@cache
def occupation_name(code: str) -> str:
    """Code and Chinese name of an occupation or group."""
    names = group_names()
    if code in names:
        return f"{code} {names[code]}"
    found = load_occupations().loc[load_occupations()["code"] == code, "name"]
    return f"{code} {found.iloc[0]}" if len(found) else code
