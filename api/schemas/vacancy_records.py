"""Between vacancies at the edge and record tables."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from api.schemas.fields import level_of, name_of_level
from api.schemas.seeker_records import plain_rows
from api.schemas.vacancies import Employer, Vacancy, VacancyFields
from data.columns import EMPLOYERS, VACANCIES, VACANCY_CREDENTIALS, Records
from data.facts.conditions import find_conditions
from data.facts.languages import languages_of_title
from data.facts.statutory_age import statutory_age
from data.records import RecordStatus
from models.occupation_coder import code_titles

if TYPE_CHECKING:
    from models.occupation_coder import OccupationCoder

_PLAIN = (
    "title", "description", "headcount", "experience_min_years", "wage_min_cny_month", "wage_max_cny_month",
    "wage_negotiable", "night_work", "shift_work", "board_offered", "lodging_offered", "district_code", "longitude",
    "latitude", "minimum_age_years", "veterans_preferred",
)  # fmt: skip
"""Fields that have the same name and value in a request and in a record."""
_SHOWN = (
    "vacancy_id", "occupation_code", "occupation_confidence", "published_on", "valid_through", "closed_on", "source",
    "is_synthetic",
)  # fmt: skip


def vacancy_records(
    vacancy: VacancyFields, *, vacancy_id: str, published_on: date, valid_through: date, coder: OccupationCoder | None
) -> Records:
    """Records of one vacancy and its employer.

    Its title is coded where no code was given; board, lodging, nights and shifts that were not given are read
    from title and description, as an import does.
    """
    code, confidence = vacancy.occupation_code, 1.0 if vacancy.occupation_code else None
    if code is None and coder is not None:
        coded = code_titles(coder, [vacancy.title]).iloc[0]
        if not pd.isna(coded["occupation_code"]):
            code, confidence = str(coded["occupation_code"]), float(coded["confidence"])
    employer_id = vacancy.employer.employer_id or _employer_id(vacancy.employer.name)
    required = dict.fromkeys((*vacancy.credentials, *languages_of_title(vacancy.title)))
    text = f"{vacancy.title} {vacancy.description}"
    row = {name: getattr(vacancy, name) for name in _PLAIN} | {
        "vacancy_id": vacancy_id,
        "employer_id": employer_id,
        "occupation_code": code,
        "occupation_confidence": confidence,
        "education_min": level_of(vacancy.education_min),
        "published_on": published_on,
        "valid_through": valid_through,
        "status": RecordStatus.OPEN,
        "closed_on": None,
        "source": "api",
        "is_synthetic": False,
        "minimum_age_years": max(vacancy.minimum_age_years, statutory_age(text)),
    }
    said = find_conditions(text)
    for name in ("board_offered", "lodging_offered", "night_work", "shift_work"):
        if row[name] is None:
            row[name] = getattr(said, name)
    credentials = [{"vacancy_id": vacancy_id, "credential_code": code} for code in required]
    employer = vacancy.employer.model_dump() | {"employer_id": employer_id, "is_synthetic": False}
    return Records.of(
        employers=EMPLOYERS.check(pd.DataFrame([employer])),
        vacancies=VACANCIES.check(pd.DataFrame([row])),
        vacancy_credentials=VACANCY_CREDENTIALS.check(pd.DataFrame(credentials))
        if credentials
        else VACANCY_CREDENTIALS.empty(),
    )


def vacancies_from_records(records: Records) -> list[Vacancy]:
    """The vacancies of `records` as they are shown, in their order."""
    employers = {row["employer_id"]: row for row in plain_rows(records.employers)}
    credentials = records.vacancy_credentials.groupby("vacancy_id")["credential_code"].agg(list).to_dict()
    # What is stored was checked when it came in; it is shown as it is, not judged again by the rules for requests.
    return [
        Vacancy.model_construct(
            **{name: row[name] for name in (*_PLAIN, *_SHOWN)},
            employer=Employer.model_construct(
                **{name: employers[row["employer_id"]][name] for name in Employer.model_fields}
            ),
            credentials=credentials.get(row["vacancy_id"], []),
            education_min=cast(Any, name_of_level(row["education_min"])),
            status=RecordStatus(row["status"]),
        )
        for row in plain_rows(records.vacancies)
    ]


def _employer_id(name: str) -> str:
    """One name, one employer, whatever its spacing."""
    return "E-" + hashlib.sha256("".join(name.split()).encode()).hexdigest()[:16]
