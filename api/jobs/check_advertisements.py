"""Checks every open advertisement on record for unlawful conditions and missing particulars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from api.bootstrap import Services
from data.storage.record_repository import load_records
from matching.vacancy_compliance import check_vacancies


@dataclass(frozen=True)
class AdvertisementCheck:
    """`findings` laid out as `matching.vacancy_compliance.COMPLIANCE_FINDINGS`; `path` is their CSV file."""

    vacancies: int
    findings: pd.DataFrame
    path: Path


def check_advertisements(services: Services, today: date) -> AdvertisementCheck:
    """Check all that is open today and write the findings under the reports' folder."""
    with services.engine.connect() as connection:
        records = load_records(connection)
    vacancies = records.vacancies
    day = pd.Timestamp(today)
    is_open = (vacancies["status"] == "open") & (vacancies["published_on"] <= day) & (vacancies["valid_through"] >= day)
    vacancies = vacancies[is_open].reset_index(drop=True)
    findings = check_vacancies(vacancies, records.employers, as_of=today)
    folder = services.settings.reports_path
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"compliance-{today}.csv"
    titles = vacancies["title"].iloc[findings["vacancy_row"].to_numpy("int64")].reset_index(drop=True)
    # With a BOM spreadsheet programs read Chinese text in the right encoding.
    findings.drop(columns="vacancy_row").assign(title=titles).to_csv(path, index=False, encoding="utf-8-sig")
    return AdvertisementCheck(len(vacancies), findings, path)
