"""Advertisements with unlawful conditions go to the rejects, with the article of law and a lawful wording."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from data.ingest.parsed_file import ParsedFile
from data.ingest.rejects import Reject, rejects_table
from data.reference.unlawful_conditions import Severity
from matching.vacancy_compliance import check_vacancies

_PART_ZH = {"title": "岗位名称", "description": "岗位描述"}


def refuse_unlawful(parsed: ParsedFile) -> ParsedFile:
    """`parsed` without the vacancies that state an unlawful condition, their reasons among the rejects.

    By the law as it stands today, whatever day the file is of.

    A doubtful condition (an age limit, say) refuses nothing: `zhuye compliance` lists it.
    """
    found = check_vacancies(parsed.records.vacancies)
    unlawful = found[found["severity"] == Severity.UNLAWFUL]
    if unlawful.empty:
        return parsed
    refused = [
        (
            parsed.lines[row["vacancy_id"]],
            Reject(
                _PART_ZH[row["part"]],
                row["words"],
                f"合法的条件 / a lawful condition: {row['article_zh']} → {row['advice_zh']}",
            ),
        )
        for row in unlawful.to_dict("records")
    ]
    records = parsed.records
    kept = ~records.vacancies["vacancy_id"].isin(unlawful["vacancy_id"])
    asked = ~records.vacancy_credentials["vacancy_id"].isin(unlawful["vacancy_id"])
    return replace(
        parsed,
        records=replace(
            records,
            vacancies=records.vacancies[kept].reset_index(drop=True),
            vacancy_credentials=records.vacancy_credentials[asked].reset_index(drop=True),
        ),
        rejects=pd.concat([parsed.rejects, rejects_table(refused)], ignore_index=True).sort_values(
            "file_row", kind="stable", ignore_index=True
        ),
    )
