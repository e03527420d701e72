"""How people and job boards talk about work: everyday titles of occupations, words that go with them, synonyms.

Own lists, written from general knowledge of the language; no title of a judged collection was looked at for them.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd

from data.reference.trades import load_trades


@cache
def load_everyday_titles() -> pd.DataFrame:
    """Rows of titles that mean much the same work, by occupation; an occupation may have several rows.

    occupation_code; titles ('|' between); words ('、' between): tools, materials and tasks; source.
    """
    return _read("everyday_titles.csv")


@cache
def load_synonyms() -> tuple[tuple[str, ...], ...]:
    """Groups of words that may stand for each other within a title."""
    return tuple(tuple(words.split("|")) for words in _read("job_synonyms.csv")["words"])


@cache
def names_in_use() -> dict[str, list[str]]:
    """Occupation code → what people and job boards call the work."""
    trades, everyday = load_trades(), load_everyday_titles()
    names: dict[str, list[str]] = {}
    for codes, cells in (
        (trades["occupation_code"], trades["titles"] + "|" + trades["desired_words"]),
        (everyday["occupation_code"], everyday["titles"]),
    ):
        for code, cell in zip(codes, cells, strict=True):
            names.setdefault(str(code), []).extend(name for name in cell.split("|") if name)
    return {code: list(dict.fromkeys(known)) for code, known in names.items()}


def _read(name: str) -> pd.DataFrame:
    with files("data.reference").joinpath(name).open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype="string", keep_default_na=False)
