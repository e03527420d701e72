"""What counts as stored where rows are runs of courses, on the real database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from api.jobs.import_file import import_file
from api.jobs.whole_import import ImportSummary
from data.storage.personal_data import open_key
from data.storage.record_repository import count_records
from models.occupation_coder import OccupationCoder

HEADER = "培训机构,课程名称,培训天数,开班日期,结业日期,名额"
ALONE = "（虚构）学校,面点培训,10,,,"
FIRST_RUN = "（虚构）学校,叉车培训,12,2026-07-01,2026-07-15,30"
SECOND_RUN = "（虚构）学校,叉车培训,12,2026-09-01,2026-09-15,30"
OTHER_COURSE = "（虚构）学校,保育培训,20,,,"


def test_new_runs_of_known_courses_and_new_courses_are_both_stored(
    engine: Engine, tmp_path: Path, coder: OccupationCoder
) -> None:
    key = open_key(tmp_path, None)

    def run_import(*rows: str) -> ImportSummary:
        path = tmp_path / "courses.csv"
        path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        return import_file(
            engine, path, kind="courses", file_format="csv", default_date=date(2026, 6, 1), key=key, coder=coder,
            rejects_folder=tmp_path / "rejects",
        )  # fmt: skip

    first = run_import(ALONE, FIRST_RUN, FIRST_RUN)
    assert (first.rows, first.stored, first.duplicates) == (3, 2, 1)
    second = run_import(ALONE, FIRST_RUN, SECOND_RUN, OTHER_COURSE)
    assert (second.rows, second.stored, second.duplicates) == (4, 2, 2)
    with engine.connect() as connection:
        counts = count_records(connection)
    assert (counts["courses"], counts["course_runs"]) == (3, 2)
