"""Vacancies as any format states them → employers, vacancies and required credentials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from data.columns import EMPLOYERS, VACANCIES, VACANCY_CREDENTIALS, Records
from data.errors import DataError
from data.facts.conditions import find_conditions
from data.facts.languages import languages_of_title
from data.facts.pay import Pay
from data.facts.statutory_age import statutory_age
from data.ingest import fields
from data.ingest.parsed_file import content_identifier
from data.ingest.rejects import Reject
from data.records import RecordStatus

OPEN_DAYS = 180
"""How long an advertisement is taken to be open where it names no last day."""

_TEXTS = {
    "vacancy_id": ("岗位编号", fields.identifier),
    "employer": ("单位名称", fields.text),
    "title": ("岗位名称", fields.text),
    "description": ("岗位描述", fields.text),
    "employer_type": ("单位性质", fields.text),
    "industry": ("行业", fields.text),
    "size_band": ("单位规模", fields.text),
}


@dataclass(frozen=True)
class VacancyRow:
    """One advertisement, as stated. None: not stated."""

    employer: str
    title: str
    vacancy_id: str | None = None
    description: str = ""
    headcount: int | None = None
    education_min: int | None = None
    experience_min_years: float | None = None
    pay: Pay = field(default_factory=lambda: Pay(None, None))
    night_work: bool | None = None
    shift_work: bool | None = None
    board_offered: bool | None = None
    lodging_offered: bool | None = None
    district_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    credentials: tuple[str, ...] = ()
    veterans_preferred: bool | None = None
    minimum_age_years: int | None = None
    published_on: date | None = None
    valid_through: date | None = None
    closed_on: date | None = None
    employer_type: str | None = None
    industry: str | None = None
    size_band: str | None = None
    credit_code: str | None = None


@dataclass(frozen=True)
class Advertisements:
    """Assembled records; `repeated` counts advertisements equal to an earlier one; `lines`: vacancy → its row."""

    records: Records
    rejects: list[tuple[int, Reject]]
    repeated: int
    lines: dict[str, int]


def assemble(
    rows: Sequence[tuple[int, VacancyRow]], *, source: str, published_on: date, today: date | None = None
) -> Advertisements:
    """Records of advertisements. Where one names no first day, `published_on` is taken; none was closed after `today`.

    An advertisement without an identifier of its own gets one from its content (dates apart), so that the same
    one is recognised when it comes again. One whose own identifier stands for other content already is rejected.
    """
    employers: dict[str, dict[str, object]] = {}
    vacancies: dict[str, dict[str, object]] = {}
    credentials: list[tuple[str, str]] = []
    contents: dict[str, tuple[int, tuple[object, ...]]] = {}
    rejects: list[tuple[int, Reject]] = []
    for number, row in rows:
        reason = _unstorable(row)
        if reason is not None:
            rejects.append((number, reason))
            continue
        first = row.published_on or published_on
        last = row.valid_through or first + timedelta(days=OPEN_DAYS)
        if last < first:
            rejects.append((number, Reject("截止日期", str(last), f"not before the first day, {first}")))
            continue
        if row.closed_on is not None and not first <= row.closed_on <= (today or row.closed_on):
            expected = f"not before the first day, {first}, and not after today"
            rejects.append((number, Reject("关闭日期", str(row.closed_on), expected)))
            continue
        if (row.longitude is None) != (row.latitude is None):
            rejects.append((number, Reject("经度", f"{row.longitude}, {row.latitude}", "both coordinates or none")))
            continue
        employer_id = content_identifier("E", row.credit_code or "".join(row.employer.split()))
        text = f"{row.title} {row.description}"
        stated = find_conditions(text)
        facts = (
            employer_id, row.title, row.description, row.headcount, row.education_min, row.experience_min_years,
            row.pay, row.district_code, row.employer_type, row.industry, row.size_band, row.credentials,
            row.night_work, row.shift_work, row.board_offered, row.lodging_offered, row.veterans_preferred,
            row.minimum_age_years, row.longitude, row.latitude,
        )  # fmt: skip
        vacancy_id = row.vacancy_id or content_identifier("V", *facts)
        line, known = contents.setdefault(vacancy_id, (number, facts))
        if known != facts:
            expected = f"an identifier of its own: in row {line} it stands for another vacancy"
            rejects.append((number, Reject("岗位编号", vacancy_id, expected)))
            continue
        closing = _closing(row.closed_on)
        if vacancy_id in vacancies:
            if vacancies[vacancy_id]["closed_on"] is None:
                vacancies[vacancy_id] |= closing
            continue
        required = dict.fromkeys((*row.credentials, *languages_of_title(row.title)))
        employers.setdefault(employer_id, _employer(employer_id, row))
        vacancies[vacancy_id] = {
            "vacancy_id": vacancy_id,
            "employer_id": employer_id,
            "title": row.title,
            "description": row.description,
            "occupation_code": None,
            "occupation_confidence": None,
            "headcount": row.headcount,
            "education_min": row.education_min,
            "experience_min_years": row.experience_min_years,
            "wage_min_cny_month": row.pay.min_cny_month,
            "wage_max_cny_month": row.pay.max_cny_month,
            "wage_negotiable": row.pay.negotiable,
            "night_work": _first_known(row.night_work, stated.night_work),
            "shift_work": _first_known(row.shift_work, stated.shift_work),
            "board_offered": _first_known(row.board_offered, stated.board_offered),
            "lodging_offered": _first_known(row.lodging_offered, stated.lodging_offered),
            "district_code": row.district_code,
            "longitude": row.longitude,
            "latitude": row.latitude,
            "minimum_age_years": max(row.minimum_age_years or 0, statutory_age(text)),
            "veterans_preferred": bool(_first_known(row.veterans_preferred, stated.veterans_preferred)),
            "published_on": pd.Timestamp(first),
            "valid_through": pd.Timestamp(last),
            **closing,
            "source": source,
            "is_synthetic": False,
        }
        credentials += [(vacancy_id, code) for code in required]
    records = Records.of(
        employers=pd.DataFrame(list(employers.values()), columns=list(EMPLOYERS.columns)),
        vacancies=pd.DataFrame(list(vacancies.values()), columns=list(VACANCIES.columns)),
        vacancy_credentials=pd.DataFrame(credentials, columns=list(VACANCY_CREDENTIALS.columns)),
    )
    lines = {vacancy_id: contents[vacancy_id][0] for vacancy_id in vacancies}
    return Advertisements(records, rejects, len(rows) - len(rejects) - len(vacancies), lines)


def _unstorable(row: VacancyRow) -> Reject | None:
    """Why a row could not be stored, whatever the format it came in."""
    for name, (column, read) in _TEXTS.items():
        value = getattr(row, name)
        if value is None:
            continue
        try:
            read(value)
        except DataError as error:
            shown = value.encode(errors="replace").decode()
            return Reject(column, shown, f"text ({error.problem})")
    if row.headcount is not None and not 1 <= row.headcount <= 100_000:
        return Reject("招聘人数", str(row.headcount), "a number of people from 1 to 100,000")
    if row.experience_min_years is not None and not 0 <= row.experience_min_years <= 50:
        return Reject("经验要求", f"{row.experience_min_years:g}", "years from 0 to 50")
    return None


def _employer(employer_id: str, row: VacancyRow) -> dict[str, object]:
    return {
        "employer_id": employer_id,
        "name": row.employer,
        "employer_type": row.employer_type,
        "industry": row.industry,
        "size_band": row.size_band,
        "credit_code": row.credit_code,
        "is_synthetic": False,
    }


def _closing(closed_on: date | None) -> dict[str, object]:
    if closed_on is None:
        return {"status": str(RecordStatus.OPEN), "closed_on": None}
    return {"status": str(RecordStatus.CLOSED), "closed_on": pd.Timestamp(closed_on)}


def _first_known(*answers: bool | None) -> bool | None:
    return next((answer for answer in answers if answer is not None), None)
