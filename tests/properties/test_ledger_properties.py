"""Whatever is reported to the ledger, in whatever order of rows and files, on the real database.

A history without contradictions gives the same ledger however it is cut into files and in whatever order they come.
One with contradictions gives the same ledger and the same rejects whatever the order of its rows in a file, and a
ledger without contradictions however it is cut.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, text

from data.records import ReferralEventKind as Kind
from data.referral_history import Event, contradiction
from data.reported import Appended
from data.storage.ledger_repository import append_events
from data.storage.record_repository import load_records, store_records
from tests.data.records_for_tests import records, seeker, vacancy
from tests.data.reports_for_tests import reported, told

Row = dict[str, Any]
TODAY = date(2026, 9, 1)
PAIRS = (("S-1", "V-1"), ("S-1", "V-2"), ("S-2", "V-1"))


@pytest.fixture(scope="module")
def city(server: Engine) -> Iterator[Engine]:
    """A database of this module's own; every example is rolled back."""
    admin = create_engine(server.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE ledger_properties TEMPLATE {server.url.database}"))
    admin.dispose()
    engine = create_engine(server.url.set(database="ledger_properties"))
    with engine.begin() as connection:
        people, posts = ([kind(**{key: name}) for name in names] for kind, key, names in (
            (seeker, "seeker_id", ("S-1", "S-2")), (vacancy, "vacancy_id", ("V-1", "V-2"))
        ))  # fmt: skip
        store_records(connection, records(seekers=people, vacancies=posts))
    yield engine
    engine.dispose()


@st.composite
def events(draw: st.DrawFn) -> Row:
    kind = draw(st.sampled_from(list(Kind)))
    seeker_id, vacancy_id = draw(st.sampled_from(PAIRS))
    return told(
        kind.value, f"2026-06-{draw(st.integers(1, 12)):02d}", seeker_id=seeker_id, vacancy_id=vacancy_id,
        evidence_tier=draw(st.sampled_from((1, 2, 4))) if kind == Kind.STARTED else None,
        wage_cny_month=draw(st.sampled_from((None, 5000.0, 6000.0))) if kind in (Kind.STARTED, Kind.HIRED) else None,
    )  # fmt: skip


def as_event(row: Row) -> Event:
    return Event(Kind(row["event"]), row["occurred_on"].date(), row["evidence_tier"], row["wage_cny_month"])


def without_contradictions(rows: list[Row]) -> list[Row]:
    kept: list[Row] = []
    for row in rows:
        beside = [as_event(other) for other in kept if pair_of(other) == pair_of(row)]
        if contradiction(as_event(row), beside) is None:
            kept.append(row)
    return kept


def pair_of(row: Row) -> tuple[str, str]:
    return row["seeker_id"], row["vacancy_id"]


def contents(connection: Connection) -> tuple[set[Any], set[Any]]:
    loaded = load_records(connection, with_history=True)
    events = loaded.referral_events.astype(object).where(loaded.referral_events.notna(), None)
    rows = [tuple(row) for row in events.itertuples(index=False)]
    assert len(rows) == len(set(rows))  # nothing is stored twice
    return {tuple(row) for row in loaded.referrals.astype(str).itertuples(index=False)}, set(rows)


def imported(city: Engine, files: list[list[Row]]) -> tuple[tuple[set[Any], set[Any]], list[list[Row]]]:
    """The ledger after these files, and the rows of each that were rejected."""
    rejected = []
    with city.connect() as connection:
        for rows in files:
            done = append_events(connection, reported(*rows), today=TODAY, source="csv")
            assert done.outcomes["row"].tolist() == list(range(1, len(rows) + 1))
            rejected.append(rows_rejected(done, rows))
        ledger = contents(connection)
        connection.rollback()
    return ledger, rejected


def rows_rejected(done: Appended, rows: list[Row]) -> list[Row]:
    assert {reason.row for reason in done.refused} == set(
        done.outcomes.loc[done.outcomes["outcome"] == "rejected", "row"]
    )
    return [rows[reason.row - 1] for reason in done.refused]


def cut(rows: list[Row], chance: random.Random) -> list[list[Row]]:
    """The rows in any order, some of them twice, in up to three files."""
    shuffled = chance.sample(rows, len(rows)) + chance.sample(rows, len(rows) // 2)
    chance.shuffle(shuffled)
    files: list[list[Row]] = [[], [], []]
    for row in shuffled:
        files[chance.randrange(3)].append(row)
    return [file for file in files if file]


FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(st.lists(events(), min_size=1, max_size=14), st.randoms(use_true_random=False))
def test_a_history_gives_the_same_ledger_in_whatever_files_it_comes(
    city: Engine, told_rows: list[Row], chance: random.Random
) -> None:
    rows = without_contradictions(told_rows)
    at_once, nothing = imported(city, [rows])
    in_parts, rejected = imported(city, cut(rows, chance))
    assert nothing == [[]]
    assert not any(rejected)
    assert in_parts == at_once
    first = {pair: min(row["occurred_on"] for row in rows if pair_of(row) == pair) for pair in map(pair_of, rows)}
    assert {(row[1], row[2]): pd.Timestamp(row[4]) for row in at_once[0]} == first


@FEW
@given(st.lists(events(), min_size=2, max_size=14), st.randoms(use_true_random=False))
def test_contradictions_give_the_same_ledger_and_rejects_whatever_the_order_of_rows(
    city: Engine, rows: list[Row], chance: random.Random
) -> None:
    ledger, (rejected,) = imported(city, [rows])
    again, (also_rejected,) = imported(city, [chance.sample(rows, len(rows))])
    assert again == ledger
    assert sorted(map(repr, also_rejected)) == sorted(map(repr, rejected))


@FEW
@given(st.lists(events(), min_size=2, max_size=14), st.randoms(use_true_random=False))
def test_the_ledger_never_holds_a_contradiction_and_every_row_is_stored_or_rejected(
    city: Engine, rows: list[Row], chance: random.Random
) -> None:
    (referrals, stored), rejected = imported(city, cut(rows, chance))
    pair = {row[0]: (row[1], row[2]) for row in referrals}
    histories: dict[Any, list[Event]] = {}
    for referral_id, kind, on, tier, wage in stored:
        histories.setdefault(pair[referral_id], []).append(Event(Kind(kind), on.date(), tier, wage))
    for history in histories.values():
        assert all(contradiction(event, history[:place]) is None for place, event in enumerate(history))
    refused = [row for rows in rejected for row in rows]
    for row in rows:
        assert (as_event(row) in histories.get(pair_of(row), [])) != (row in refused)
