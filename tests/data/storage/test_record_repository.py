"""Records in and out of the real PostgreSQL."""

from __future__ import annotations

import threading
import time
from dataclasses import fields

import pandas as pd
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from data.columns import RECORD_TABLES, Records
from data.errors import ConflictError, DataError, NotFoundError
from data.market import market_from_records
from data.records import RecordStatus
from data.storage.database import consistent_reading
from data.storage.record_repository import (
    close_seeker,
    close_vacancy,
    count_records,
    count_synthetic,
    current_revision,
    load_records,
    open_identifiers,
    record_status,
    store_records,
)
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy
from tests.training_recs.course_market_for_tests import course, run

FULL = {
    "vacancy_credentials": [{"vacancy_id": "V-1", "credential_code": "DL-C1"}],
    "seeker_experience": [
        {"seeker_id": "S-1", "title": "电工", "occupation_code": "6-29-03-02", "years": 2.5},
        {"seeker_id": "S-1", "title": "力工", "occupation_code": None, "years": None},
    ],
    "seeker_credentials": [
        {"seeker_id": "S-1", "credential_code": "DL-C1", "obtained_on": None, "expires_on": "2027-01-01"}
    ],
    "seeker_groups": [
        {"seeker_id": "S-1", "group_code": "veteran", "valid_from": "2025-01-01", "valid_until": None}
    ],
    "courses": [
        {
            "course_id": "C-1", "provider": "某校", "title": "电工班", "description": "", "occupation_code": None,
            "credential_code": None, "skills": None, "education_min": None, "duration_days": 10, "fee_cny": 900,
            "subsidy_cny": 0, "is_synthetic": True,
        }
    ],
    "course_runs": [
        {
            "course_run_id": "CR-1", "course_id": "C-1", "starts_on": "2026-07-01", "ends_on": "2026-07-10",
            "seats": 30, "district_code": None, "longitude": None, "latitude": None,
        }
    ],
    "referrals": [
        {
            "referral_id": "R-1", "seeker_id": "S-1", "vacancy_id": "V-1", "run_id": None,
            "referred_on": "2026-02-01", "position": 1, "propensity": 0.5, "source": "test",
        }
    ],
    "referral_events": [
        {
            "referral_id": "R-1", "event": event, "occurred_on": day, "evidence_tier": tier, "wage_cny_month": None,
        }
        for event, day, tier in (("referred", "2026-02-01", None), ("started", "2026-03-01", 1))
    ],
    "seeker_exits": [{"seeker_id": "S-1", "exit": "military_service", "left_on": "2026-05-01"}],
    "training_orders": [
        {
            "order_id": "TO-1", "vacancy_id": "V-1", "occupation_code": None, "people_wanted": 2,
            "ordered_on": "2026-05-01", "ready_by": "2026-07-31", "course_run_id": "CR-1", "wage_cny_month": 5000,
            "cancelled_on": None, "source": "test", "is_synthetic": True,
        }
    ],
    "enrolments": [
        {
            "enrolment_id": "EN-1", "seeker_id": "S-1", "course_run_id": "CR-1", "order_id": "TO-1",
            "programme": "employment", "replaces": None, "enrolled_on": "2026-05-20", "source": "test",
            "is_synthetic": True,
        }
    ],
    "enrolment_events": [
        {
            "enrolment_id": "EN-1", "event": "dropped_out", "occurred_on": "2026-05-25", "reason": "family",
            "reported_by": "agency",
        }
    ],
}  # fmt: skip


def store(engine: Engine, stored: Records) -> dict[str, int]:
    with engine.begin() as connection:
        return store_records(connection, stored).new


def test_what_is_stored_is_what_is_loaded(engine: Engine) -> None:
    stored = records(**FULL)
    new = store(engine, stored)
    with consistent_reading(engine) as connection:
        loaded = load_records(connection, with_history=True)
        counts = count_records(connection)
    for layout in RECORD_TABLES:
        pd.testing.assert_frame_equal(getattr(loaded, layout.name), getattr(stored, layout.name))
        assert counts[layout.name] == new[layout.name] == len(getattr(stored, layout.name)) > 0


@pytest.mark.parametrize(
    "words", ["", "\\N", "\\.", 'a "quoted", text', "two\nlines\r\n", "\\", "NULL", " x ", "助业🙂"]
)
def test_every_text_survives(engine: Engine, words: str) -> None:
    store(engine, records(seekers=[seeker(profile_text=words, skills=words, major=None)]))
    with engine.connect() as connection:
        found = load_records(connection).seekers.loc[0, ["profile_text", "skills", "major"]]
    assert list(found[:2]) == [words, words]
    assert found["major"] is pd.NA


def test_a_text_of_six_megabytes_survives(engine: Engine) -> None:
    words = "岗位职责" * 500_000
    store(engine, records(vacancies=[vacancy(description=words)]))
    with engine.connect() as connection:
        assert load_records(connection).vacancies.loc[0, "description"] == words


def test_a_known_record_is_left_as_it_is_and_its_parts_are_not_doubled(engine: Engine) -> None:
    store(engine, records(**FULL))
    changed = records(seekers=[seeker(profile_text="another text"), seeker(seeker_id="S-2")], **FULL)
    assert {name: rows for name, rows in store(engine, changed).items() if rows} == {"seekers": 1}
    with engine.connect() as connection:
        loaded = load_records(connection)
    assert list(loaded.seekers["profile_text"]) == ["干了三年电工"] * 2
    assert len(loaded.seeker_experience) == 2


def test_two_bulks_in_one_transaction(engine: Engine) -> None:
    with engine.begin() as connection:
        store_records(connection, records(**FULL))
        assert store_records(connection, records(seekers=[seeker(seeker_id="S-2")])).new["seekers"] == 1


def test_a_vacancy_of_an_unknown_employer_is_refused_and_nothing_is_stored(engine: Engine) -> None:
    with pytest.raises(DataError, match=r"refers to one that is not stored.*E-9"):
        store(engine, records(vacancies=[vacancy(employer_id="E-9")]))
    with engine.connect() as connection:
        assert sum(count_records(connection).values()) == 0


def test_a_character_that_no_database_holds_is_a_data_error(engine: Engine) -> None:
    with pytest.raises(DataError, match="0x00"):
        store(engine, records(seekers=[seeker(profile_text="a\x00b")]))
    with pytest.raises(DataError, match="not Unicode"):
        store(engine, records(seekers=[seeker(profile_text="half a pair \ud800")]))


def test_a_transaction_that_dies_midway_leaves_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        store_records(connection, records(**FULL))
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with engine.connect() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
        connection.invalidate()
    with engine.connect() as connection:
        assert sum(count_records(connection).values()) == 0
        assert current_revision(connection) == 0


def test_ranges_of_the_layouts_are_kept_by_the_database_too(engine: Engine) -> None:
    store(engine, records())
    with engine.connect() as connection, pytest.raises(IntegrityError, match="ck_seekers_education_level"):
        connection.execute(text("UPDATE seekers SET education_level = 8"))
    with engine.connect() as connection, pytest.raises(IntegrityError, match="ck_vacancies_wage_min_cny_month"):
        connection.execute(text("UPDATE vacancies SET wage_min_cny_month = -1"))


@pytest.mark.parametrize(
    "change", ["UPDATE referral_events SET event = 'hired'", "DELETE FROM referral_events",
               "TRUNCATE referral_events", "DELETE FROM vacancies"],
)  # fmt: skip
def test_the_outcome_ledger_only_grows(engine: Engine, change: str) -> None:
    store(engine, records(**FULL))
    with engine.connect() as connection, pytest.raises(IntegrityError, match="only grows"):
        connection.execute(text(change))


def test_a_closed_vacancy_leaves_the_market(engine: Engine) -> None:
    store(engine, records(vacancies=[vacancy(), vacancy(vacancy_id="V-2")]))
    with engine.begin() as connection:
        close_vacancy(connection, "V-1")
    with engine.connect() as connection:
        market = market_from_records(load_records(connection), AS_OF)
        assert record_status(connection, "vacancies", "V-1") == RecordStatus.CLOSED
        assert open_identifiers(connection, "vacancies", ["V-1", "V-2", "V-3"], AS_OF) == {"V-2"}
    assert list(market.vacancies["vacancy_id"]) == ["V-2"]


def test_closing_twice_and_closing_what_does_not_exist(engine: Engine) -> None:
    store(engine, records())
    with engine.begin() as connection:
        close_seeker(connection, "S-1")
        with pytest.raises(ConflictError, match="S-1 is closed already"):
            close_seeker(connection, "S-1")
        with pytest.raises(NotFoundError, match="no vacancy V-9"):
            close_vacancy(connection, "V-9")
        assert record_status(connection, "seekers", "S-9") is None


def test_loading_some(engine: Engine) -> None:
    store(engine, records(seekers=[seeker(), seeker(seeker_id="S-'2")], **FULL))
    with engine.connect() as connection:
        some = load_records(connection, seeker_ids=["S-'2"])
        assert {f.name: len(getattr(some, f.name)) for f in fields(some) if len(getattr(some, f.name))} == {
            "seekers": 1
        }
        assert len(load_records(connection, vacancy_ids=[]).vacancies) == 0
        assert list(load_records(connection, vacancy_ids=["V-1"]).employers["employer_id"]) == ["E-1"]


def test_loading_some_runs_of_courses(engine: Engine) -> None:
    courses = [course(), course(course_id="C-2")]
    runs = [run(), run(course_run_id="R-2"), run(course_run_id="R-3", course_id="C-2")]
    store(engine, records(courses=courses, course_runs=runs))
    with engine.connect() as connection:
        some = load_records(connection, seeker_ids=["S-1"], course_run_ids=["R-2"])
        assert (list(some.courses["course_id"]), list(some.course_runs["course_run_id"])) == (["C-1"], ["R-2"])
        assert (len(some.seekers), len(some.vacancies)) == (1, 0)
        assert len(load_records(connection, seeker_ids=["S-1"]).courses) == 0
        assert len(load_records(connection, course_run_ids=[]).seekers) == 0


def test_what_changed_since_a_revision(engine: Engine) -> None:
    store(engine, records())
    with engine.connect() as connection:
        seen = current_revision(connection)
    store(engine, records(vacancies=[], seekers=[seeker(seeker_id="S-2")]))
    with engine.begin() as connection:
        close_vacancy(connection, "V-1")
    with engine.connect() as connection:
        changed = load_records(connection, changed_since=seen)
        assert current_revision(connection) > seen
    assert list(changed.seekers["seeker_id"]) == ["S-2"]
    assert list(changed.vacancies["status"]) == ["closed"]


def test_revisions_of_two_writers_become_visible_in_their_order(engine: Engine) -> None:
    """The second writer waits for the first, so that no revision appears below one that was already read."""
    finished: list[str] = []

    def second() -> None:
        store(engine, records(vacancies=[], seekers=[seeker(seeker_id="S-2")]))
        finished.append("second")

    with engine.connect() as first:
        store_records(first, records())
        other = threading.Thread(target=second)
        other.start()
        wait_until_blocked(engine)
        finished.append("first")
        first.commit()
    other.join(timeout=20)
    assert finished == ["first", "second"]
    with engine.connect() as connection:
        in_order = connection.execute(text("SELECT seeker_id FROM seekers ORDER BY revision")).scalars().all()
    assert in_order == ["S-1", "S-2"]


def test_two_writers_never_wait_for_each_other(engine: Engine) -> None:
    """A writer that will close S-1 waits for its turn before it locks the row that the other closes first."""
    store(engine, records(seekers=[seeker(), seeker(seeker_id="S-2")]))
    failures: list[Exception] = []

    def second() -> None:
        try:
            with engine.begin() as connection:
                close_seeker(connection, "S-1")
        except ConflictError as error:
            failures.append(error)

    with engine.begin() as first:
        close_seeker(first, "S-2")
        other = threading.Thread(target=second)
        other.start()
        wait_until_blocked(engine)
        close_seeker(first, "S-1")
    other.join(timeout=20)
    assert [str(failure).partition("\n")[0] for failure in failures] == [
        "编号 S-1 此前已关闭 / seeker S-1 is closed already"
    ]


def wait_until_blocked(engine: Engine) -> None:
    with engine.connect() as connection:
        for _ in range(500):
            if connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                return
            connection.rollback()
            time.sleep(0.01)
    pytest.fail("no writer had to wait")


def test_consistent_reading_sees_one_moment_and_cannot_write(engine: Engine) -> None:
    store(engine, records())
    with consistent_reading(engine) as reader:
        before = count_records(reader)
        store(engine, records(seekers=[seeker(seeker_id="S-2")]))
        assert count_records(reader) == before
        assert count_synthetic(reader) == {"seekers": 1, "vacancies": 1}
        with pytest.raises(Exception, match="read-only transaction"):
            close_seeker(reader, "S-1")


def test_rows_come_in_one_order_however_the_database_reads_them(engine: Engine) -> None:
    """Parts of a record are sorted by their whole key: a report has the same bytes whatever plan is taken."""
    codes = ["SE-FORKLIFT", "OP-WELD", "DL-C1", "OP-ELEC-LOW"]
    held = [{"seeker_id": "S-1", "credential_code": code, "obtained_on": None, "expires_on": None} for code in codes]
    with engine.begin() as connection:
        store_records(connection, records(seekers=[seeker(seeker_id="S-1")], seeker_credentials=held))
    orders = []
    for plan in ("enable_indexscan", "enable_seqscan"):
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL {plan} = off"))
            connection.execute(text("SET LOCAL enable_bitmapscan = off"))
            orders.append(load_records(connection).seeker_credentials["credential_code"].tolist())
    assert orders[0] == orders[1] == sorted(codes)
