"""Training courses and their runs in our own table template: a row is one run of a course."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from data.columns import COURSE_RUNS, COURSES, SEEKER_IDENTITIES, Records
from data.ingest.parsed_file import ParsedFile, content_identifier
from data.ingest.rejects import Reject, rejects_table
from data.ingest.table_file import Row, read_table
from data.ingest.template import COURSE_FIELDS


def read_courses(path: Path, file_format: str) -> ParsedFile:
    """Read a CSV or XLSX file with the columns of `COURSE_FIELDS`. Raises DataError as `read_table`.

    Rows of the same course (identifier, or provider and title) become its runs; the first one describes it. What
    counts is the runs, and the courses that have none: a row without a run adds nothing to a course that has some.
    """
    table = read_table(path, file_format, COURSE_FIELDS)
    rejects = list(table.rejects)
    courses: dict[str, dict[str, object]] = {}
    runs: dict[str, dict[str, object]] = {}
    accepted = 0
    for number, row in table.rows:
        try:
            _one_credential(row)
            course_id, run = _course_id(row), _run(row)
        except Reject as reason:
            rejects.append((number, reason))
            continue
        accepted += 1
        courses.setdefault(course_id, _course(course_id, row))
        if run:
            run_id = content_identifier("R", course_id, *run.values())
            runs.setdefault(run_id, {"course_run_id": run_id, "course_id": course_id, **run})
    without_runs = len(courses.keys() - {run["course_id"] for run in runs.values()})
    return ParsedFile(
        records=Records.of(
            courses=pd.DataFrame(list(courses.values()), columns=list(COURSES.columns)),
            course_runs=pd.DataFrame(list(runs.values()), columns=list(COURSE_RUNS.columns)),
        ),
        identities=SEEKER_IDENTITIES.empty(),
        rejects=rejects_table(rejects),
        rows=table.count,
        repeated=accepted - len(runs) - without_runs,
    )


def _course_id(row: Row) -> str:
    return str(row["course_id"] or content_identifier("C", row["provider"], row["title"]))


def _one_credential(row: Row) -> None:
    codes = {code for code, _ in row["credential"] or []}
    if len(codes) > 1:
        raise Reject("取得证书", "、".join(sorted(codes)), "one credential")


def _course(course_id: str, row: Row) -> dict[str, object]:
    leads_to = row["credential"]
    return {
        "course_id": course_id,
        "provider": row["provider"],
        "title": row["title"],
        "description": row["description"] or "",
        "occupation_code": None,
        "credential_code": leads_to[0][0] if leads_to else None,
        "skills": row["skills"],
        "education_min": row["education"],
        "duration_days": row["duration_days"],
        "fee_cny": row["fee"] or 0,
        "subsidy_cny": row["subsidy"] or 0,
        "is_synthetic": False,
    }


def _run(row: Row) -> dict[str, object]:
    """The run that a row states; empty if it states none."""
    stated = [row["starts_on"], row["ends_on"], row["seats"]]
    if all(value is None for value in stated):
        return {}
    if any(value is None for value in stated):
        raise Reject("开班日期", str(row["starts_on"] or ""), "first day, last day and seats, or none of them")
    if row["ends_on"] < row["starts_on"]:
        raise Reject("结业日期", str(row["ends_on"]), f"not before the first day, {row['starts_on']}")
    return {
        "starts_on": pd.Timestamp(row["starts_on"]),
        "ends_on": pd.Timestamp(row["ends_on"]),
        "seats": row["seats"],
        "district_code": row["district"],
        "longitude": None,
        "latitude": None,
    }
