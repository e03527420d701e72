"""What is embedded for a seeker, a vacancy and a course. Texts come from market tables, row for row."""

from __future__ import annotations

from functools import cache

import pandas as pd

from data.facts.conditions import BENEFITS_MARK
from data.facts.protected_words import without_protected_words
from data.reference.credentials import codes_of, load_credentials
from data.reference.occupations import load_occupations

_MOST_CHARACTERS = 400
"""Of a long description only the beginning is read: duties come first, benefits and the firm's praise after."""


def seeker_texts(seekers: pd.DataFrame, experience: pd.DataFrame) -> list[str]:
    """Work wanted (twice: it says most), work done, skills.

    Of a person who names no work he wants, also his credentials and his own text: a driving licence then says
    where to look. Words of sex, age, ethnicity and the like are taken
    out of all of it.
    """
    done = experience.groupby("seeker")["title"].agg(" ".join).reindex(range(len(seekers)), fill_value="")
    texts = []
    for wanted, coded, jobs, skills, credentials, profile in zip(
        seekers["desired_title"],
        _names(seekers["desired_occupation"]),
        done,
        seekers["skills"],
        seekers["credential_mask"],
        seekers["profile_text"],
        strict=True,
    ):
        if wanted or coded:
            text = _join(wanted, wanted, coded, jobs, skills)
        else:
            text = _join(jobs, jobs, skills, _credential_names(int(credentials)), profile[:_MOST_CHARACTERS])
        texts.append(without_protected_words(text))
    return texts


@cache
def _credential_names(mask: int) -> str:
    names = load_credentials().set_index("code")["name_zh"]
    return " ".join(str(names[code]) for code in codes_of(mask))


def vacancy_texts(vacancies: pd.DataFrame) -> list[str]:
    """Title (twice), occupation, industry, description."""
    return [
        _join(title, title, occupation, industry, duties(description))
        for title, occupation, industry, description in zip(
            vacancies["title"],
            _names(vacancies["occupation"]),
            vacancies["industry"],
            vacancies["description"],
            strict=True,
        )
    ]


def duties(description: str) -> str:
    """The beginning of a description that is about the work; empty where only benefits are described."""
    return "" if description.startswith(BENEFITS_MARK) else description[:_MOST_CHARACTERS]


def course_texts(courses: pd.DataFrame) -> list[str]:
    """Title, occupation, skills, description."""
    return [
        _join(title, occupation, skills, str(description)[:_MOST_CHARACTERS])
        for title, occupation, skills, description in zip(
            courses["title"], _names(courses["occupation"]), courses["skills"], courses["description"], strict=True
        )
    ]


def occupation_texts() -> list[str]:
    """Name, definition and tasks of every occupation, row for row with `load_occupations`."""
    table = load_occupations()
    return (table["name"] + " " + table["definition"] + " " + table["tasks"]).tolist()


def _names(rows: pd.Series[int]) -> list[str]:
    names = [*load_occupations()["name"].tolist(), ""]  # row −1, unknown, is the empty name at the end
    return [names[row] for row in rows]


def _join(*parts: str) -> str:
    return " ".join(str(part) for part in parts if part)
