"""What is embedded for a seeker, a vacancy and a course. Texts come from market tables, row for row."""

from __future__ import annotations

import pandas as pd

from data.facts.conditions import BENEFITS_MARK
from data.reference.occupations import load_occupations

_MOST_CHARACTERS = 400
"""Of a long description only the beginning is read: duties come first, benefits and the firm's praise after."""


def seeker_texts(seekers: pd.DataFrame, experience: pd.DataFrame) -> list[str]:
    """Work wanted (twice: it says most), work done, skills; the person's own text where nothing else is known."""
    done = experience.groupby("seeker")["title"].agg(" ".join).reindex(range(len(seekers)), fill_value="")
    occupation = _names(seekers["desired_occupation"])
    texts = []
    for wanted, coded, jobs, skills, profile in zip(
        seekers["desired_title"], occupation, done, seekers["skills"], seekers["profile_text"], strict=True
    ):
        known = _join(wanted, wanted, coded, jobs, skills)
        texts.append(known or str(profile)[:_MOST_CHARACTERS])
    return texts


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


def _names(rows: pd.Series[int]) -> list[str]:
    names = [*load_occupations()["name"].tolist(), ""]  # row −1, unknown, is the empty name at the end
    return [names[row] for row in rows]


def _join(*parts: str) -> str:
    return " ".join(str(part) for part in parts if part)
