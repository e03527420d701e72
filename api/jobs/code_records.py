"""Gives records the occupation codes of their titles."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from data.columns import Records
from data.reference.startup_support import is_ladder_course
from models.occupation_coder import OccupationCoder, code_titles


def code_records(records: Records, coder: OccupationCoder) -> Records:
    """`records` with codes for the titles of vacancies, courses, work wanted and work done that have none.

    A title that the coder does not know stays without a code, and so do GYB, SYB and the like, which lead to no
    occupation.
    """
    vacancies = _coded(records.vacancies, "title", "occupation_code", coder)
    uncoded = records.vacancies["occupation_code"].isna()
    confidence = code_titles(coder, records.vacancies.loc[uncoded, "title"].tolist())["confidence"]
    vacancies.loc[uncoded, "occupation_confidence"] = confidence.array
    return replace(
        records,
        vacancies=vacancies,
        courses=_without_startup_courses(_coded(records.courses, "title", "occupation_code", coder)),
        seekers=_coded(records.seekers, "desired_title", "desired_occupation_code", coder),
        seeker_experience=_coded(records.seeker_experience, "title", "occupation_code", coder),
    )


def _without_startup_courses(courses: pd.DataFrame) -> pd.DataFrame:
    is_startup = [is_ladder_course(title) for title in courses["title"]]
    return courses.assign(occupation_code=courses["occupation_code"].mask(pd.Series(is_startup, courses.index, bool)))


def _coded(table: pd.DataFrame, title: str, code: str, coder: OccupationCoder) -> pd.DataFrame:
    coded = table.copy()
    uncoded = table[code].isna() & table[title].notna()
    coded.loc[uncoded, code] = code_titles(coder, table.loc[uncoded, title].tolist())["occupation_code"].array
    return coded
