"""Exits that are no placement, in the real database."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine

from data.records import ImportOutcome
from data.reported import Appended
from data.storage.exit_repository import append_exits
from data.storage.identity_repository import erase_seeker
from data.storage.record_repository import close_seeker, current_revision, load_records, store_records
from tests.data.records_for_tests import records, seeker
from tests.data.reports_for_tests import reported_exits

TODAY = date(2026, 9, 1)


@pytest.fixture
def city(engine: Engine) -> Engine:
    people = [seeker(seeker_id=f"S-{n}", registered_on=pd.Timestamp("2026-03-01")) for n in (1, 2, 3)]
    with engine.begin() as connection:
        store_records(connection, records(seekers=people))
        close_seeker(connection, "S-2")
        close_seeker(connection, "S-3", date(2026, 6, 1))
    return engine


def report(engine: Engine, *rows: tuple[str, str, str]) -> Appended:
    with engine.begin() as connection:
        return append_exits(connection, reported_exits(*rows), today=TODAY)


def test_an_exit_is_stored_and_closes_the_registration_on_its_day(city: Engine) -> None:
    with city.connect() as connection:
        seen = current_revision(connection)
    report(city, *((f"S-{n}", "further_study", "2026-08-20") for n in (1, 2, 3)))
    with city.connect() as connection:
        loaded = load_records(connection, with_history=True)
        assert current_revision(connection) > seen  # whoever keeps the market in memory learns of it
    assert loaded.seeker_exits["exit"].tolist() == ["further_study"] * 3
    assert loaded.seekers["status"].tolist() == ["closed"] * 3
    # S-2 was closed on a day not recorded; S-3 on one that stands.
    assert loaded.seekers["closed_on"].dt.strftime("%m-%d").tolist() == ["08-20", "08-20", "06-01"]


def test_of_two_exits_the_earlier_or_the_stored_one_stands(city: Engine) -> None:
    rows = (("S-1", "moved_away", "2026-08-01"), ("S-1", "died", "2026-07-01"), ("S-1", "died", "2026-07-01"))
    first, again = report(city, *rows), report(city, *rows[::-1])
    assert first.outcomes["outcome"].tolist() == ["rejected", "stored", "duplicate"]
    assert again.outcomes["outcome"].tolist() == ["duplicate", "duplicate", "rejected"]
    assert "死亡（2026-07-01）" in first.refused[0].zh


@pytest.mark.parametrize(
    ("row", "field"),
    [(("S-9", "retired", "2026-08-01"), "seeker_id"), (("S-1", "retired", "2026-09-02"), "left_on"),
     (("S-1", "retired", "2026-02-28"), "left_on")],
)  # fmt: skip
def test_what_cannot_be_is_refused(city: Engine, row: tuple[str, str, str], field: str) -> None:
    done = report(city, row)
    assert (done.count(ImportOutcome.REJECTED), [reason.field for reason in done.refused]) == (1, [field])
    with city.connect() as connection:
        assert load_records(connection, with_history=True).seeker_exits.empty


def test_an_erased_person_leaves_no_exit(city: Engine) -> None:
    report(city, ("S-1", "retired", "2026-08-01"))
    with city.begin() as connection:
        erase_seeker(connection, "S-1")
    with city.connect() as connection:
        assert load_records(connection, with_history=True).seeker_exits.empty
