"""Events appended to the ledger of the real database."""

from __future__ import annotations

import threading
import time
from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from data.records import ImportOutcome
from data.reported import Appended
from data.storage.identity_repository import erase_seeker
from data.storage.ledger_repository import append_events, seeker_referrals
from data.storage.record_repository import load_records, store_records
from data.storage.run_repository import begin_run, drop_superseded_lists, publish_run
from tests.data.records_for_tests import records, seeker, vacancy
from tests.data.reports_for_tests import reported, told

TODAY = date(2026, 9, 1)


@pytest.fixture
def city(engine: Engine) -> Engine:
    with engine.begin() as connection:
        store_records(
            connection,
            records(
                seekers=[seeker(), seeker(seeker_id="S-2")], vacancies=[vacancy(), vacancy(vacancy_id="V-2")],
                referrals=[
                    {
                        "referral_id": "R-7", "seeker_id": "S-2", "vacancy_id": "V-2", "run_id": "night-0",
                        "referred_on": "2026-05-01", "position": 2, "propensity": 0.9, "source": "test",
                    }
                ],
            ),
        )  # fmt: skip
    return engine


def report(engine: Engine, *rows: dict[str, Any], source: str = "csv") -> Appended:
    with engine.begin() as connection:
        return append_events(connection, reported(*rows), today=TODAY, source=source)


def reasons(appended: Appended) -> list[tuple[int, str, str]]:
    return [(refused.row, refused.field, refused.found) for refused in appended.refused]


def ledger(engine: Engine) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        loaded = load_records(connection, with_history=True)
    referrals, events = (
        table.astype(object).where(table.notna(), None) for table in (loaded.referrals, loaded.referral_events)
    )
    return referrals.to_dict("records"), [tuple(row) for row in events.itertuples(index=False)]


def test_a_pair_that_is_not_in_the_ledger_becomes_a_referral_on_the_day_of_its_first_event(city: Engine) -> None:
    done = report(city, told("started", "2026-06-20", wage_cny_month=5200), told("interviewed", "2026-06-10"))
    assert done.outcomes["outcome"].tolist() == ["stored", "stored"]
    (made,) = [row for row in ledger(city)[0] if row["referral_id"] != "R-7"]
    assert made["referral_id"] == done.outcomes["referral_id"].iloc[0]
    assert (made["seeker_id"], made["vacancy_id"], made["referred_on"]) == ("S-1", "V-1", pd.Timestamp("2026-06-10"))
    assert (made["run_id"], made["position"], made["source"]) == (None, None, "csv")
    assert [(event, tier, wage) for _, event, _, tier, wage in ledger(city)[1]] == [
        ("interviewed", None, None), ("started", 2, 5200.0),
    ]  # fmt: skip


def test_an_earlier_event_that_comes_later_moves_a_day_that_was_inferred_and_none_that_was_told(city: Engine) -> None:
    report(city, told("started", "2026-06-20"))
    report(city, told("referred", "2026-06-01"))
    assert [row["referred_on"] for row in ledger(city)[0] if row["source"] == "csv"] == [pd.Timestamp("2026-06-01")]
    late = report(city, told("seeker_accepted", "2026-05-20"), told("interviewed", "2026-04-20", referral_id="R-7",
                  seeker_id=None, vacancy_id=None))  # fmt: skip
    assert reasons(late) == [(1, "occurred_on", "2026-05-20"), (2, "occurred_on", "2026-04-20")]


def test_events_are_added_to_a_referral_that_was_stored_before(city: Engine) -> None:
    by_name = told("seeker_accepted", "2026-05-02", referral_id="R-7", seeker_id=None, vacancy_id=None)
    by_pair = told("hired", "2026-05-09", seeker_id="S-2", vacancy_id="V-2")
    done = report(city, by_name, by_pair)
    assert done.outcomes["referral_id"].tolist() == ["R-7", "R-7"]
    (referral,) = ledger(city)[0]
    assert (referral["run_id"], referral["propensity"], referral["source"]) == ("night-0", 0.9, "test")


def test_the_same_report_again_is_a_duplicate_and_more_about_an_event_is_not(city: Engine) -> None:
    rows = (told("referred", "2026-06-01"), told("started", "2026-06-20"), told("started", "2026-06-20"))
    first, again = report(city, *rows), report(city, *rows)
    assert first.outcomes["outcome"].tolist() == ["stored", "stored", "duplicate"]
    assert again.count(ImportOutcome.DUPLICATE) == 3
    more = report(city, told("started", "2026-06-20", wage_cny_month=5000), told("started", "2026-07-01",
                  evidence_tier=1))  # fmt: skip
    assert more.count(ImportOutcome.STORED) == 2


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (told("hired", "2026-06-01", seeker_id="S-9"), "seeker_id"),
        (told("hired", "2026-06-01", vacancy_id="V-9"), "vacancy_id"),
        (told("hired", "2026-06-01", vacancy_id=None), "vacancy_id"),
        (told("hired", "2026-06-01", referral_id="R-9", seeker_id=None), "referral_id"),
        (told("hired", "2026-06-01", referral_id="R-7"), "seeker_id"),
        (told("hired", "2026-06-01", referral_id="R-7", seeker_id=None), "vacancy_id"),
        (told("hired", "2026-09-02"), "occurred_on"),
        (told("started", "2026-06-01", evidence_tier=None), "evidence_tier"),
        (told("left", "2026-06-01", evidence_tier=1), "evidence_tier"),
        (told("interviewed", "2026-06-01", wage_cny_month=5000), "wage_cny_month"),
        (told("hired", "2026-04-30", seeker_id="S-2", vacancy_id="V-2"), "occurred_on"),  # before the referral
    ],
)
def test_what_cannot_be_is_refused_with_its_field_and_the_rest_is_stored(
    city: Engine, row: dict[str, Any], field: str
) -> None:
    done = report(city, row, told("referred", "2026-06-01"))
    assert [reason.field for reason in done.refused] == [field]
    assert done.outcomes["outcome"].tolist() == ["rejected", "stored"]
    assert all(reason.zh and reason.en for reason in done.refused)


def test_of_contradictions_in_one_report_the_earlier_step_stands_and_what_was_stored_stands_always(
    city: Engine,
) -> None:
    rows = [told("left", "2026-06-10"), told("started", "2026-06-20"), told("rejected", "2026-06-05")]
    for ordered in (rows, rows[::-1]):
        done = report(city, *ordered)
        refused = {ordered[reason.row - 1]["event"] for reason in done.refused}
        assert refused == {"left", "started"}
    assert [event for _, event, *_ in ledger(city)[1]] == ["rejected"]


def test_a_pair_with_several_referrals_asks_which_is_meant(city: Engine) -> None:
    report(city, told("referred", "2026-06-01", referral_id="A-1"), told("referred", "2026-07-01", referral_id="A-2"))
    done = report(city, told("hired", "2026-07-05"), told("hired", "2026-07-05", referral_id="A-2"))
    assert reasons(done) == [(1, "referral_id", "")]
    assert "2" in done.refused[0].zh


def test_a_pair_alone_means_the_one_referral_that_is_named_elsewhere(city: Engine) -> None:
    named, alone = told("referred", "2026-06-01", referral_id="A-1"), told("hired", "2026-06-05")
    for rows in ((alone, named), (named, alone)):  # in one file the order of rows does not matter
        assert set(report(city, *rows).outcomes["referral_id"]) == {"A-1"}
    # The other way round, in two files, they are two.
    first = report(city, told("hired", "2026-06-05", vacancy_id="V-2"))
    second = report(city, told("hired", "2026-06-05", vacancy_id="V-2", referral_id="A-2"))
    assert first.outcomes["referral_id"].tolist() != second.outcomes["referral_id"].tolist()


def night(engine: Engine, run_id: str, as_of: date, position: int, *, is_referral: bool = True) -> None:
    begin_run(engine, run_id=run_id, as_of=as_of, seed=1, code_version="test", settings={}, models={})
    listed = pd.DataFrame(
        [
            {"seeker_id": "S-1", "vacancy_id": "V-1", "position": position, "is_referral": is_referral,
             "propensity": 0.25 * position, "similarity": 0.5, "p_accept": 0.5, "p_hire": 0.5, "score": 0.25,
             "unknown_rules": 0}
        ]
    )  # fmt: skip
    publish_run(
        engine, run_id, matches=[listed],
        prices=pd.DataFrame({"vacancy_id": ["V-1"], "capacity": 1, "referrals": 1, "price": 0.0}),
        utilities=pd.DataFrame({"seeker_id": ["S-1"], "utility": [0.0]}), summary={},
    )  # fmt: skip


def test_a_reported_pair_is_linked_to_the_newest_run_not_after_it_that_lists_it(city: Engine) -> None:
    for run_id, day, position in (("night-1", 1, 1), ("night-2", 10, 2), ("night-3", 20, 3)):
        night(city, run_id, date(2026, 6, day), position)
    report(city, told("hired", "2026-06-12"), told("hired", "2026-06-30", vacancy_id="V-2"))

    def linked() -> dict[str, tuple[Any, Any]]:
        return {
            row["vacancy_id"]: (row["run_id"], row["position"]) for row in ledger(city)[0] if row["source"] == "csv"
        }

    assert linked() == {"V-1": ("night-2", 2), "V-2": (None, None)}
    report(city, told("referred", "2026-06-02"))  # it was sent before that run
    assert linked()["V-1"] == ("night-1", 1)
    report(city, told("referred", "2026-05-02", seeker_id="S-2"))
    assert {row["run_id"] for row in ledger(city)[0] if row["seeker_id"] == "S-2"} == {"night-0", None}


def test_a_pair_is_linked_to_its_first_run_when_that_runs_lists_are_gone(city: Engine) -> None:
    for number in range(1, 7):
        night(city, f"night-{number}", date(2026, 6, number), position=1 + number % 3)
        drop_superseded_lists(city, keep=1)
    report(city, told("hired", "2026-06-03"))
    (made,) = [row for row in ledger(city)[0] if row["source"] == "csv"]
    assert (made["run_id"], made["position"], made["propensity"]) == ("night-1", 2, 0.5)


def test_two_reports_of_one_pair_at_once_make_one_referral(city: Engine) -> None:
    failures: list[BaseException] = []

    def second() -> None:
        try:
            report(city, told("interviewed", "2026-06-05"))
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    with city.begin() as connection:
        append_events(connection, reported(told("started", "2026-06-20")), today=TODAY, source="api")
        other = threading.Thread(target=second)
        other.start()
        wait_until_somebody_waits(city)
    other.join(timeout=20)
    assert failures == []
    (made,) = [row for row in ledger(city)[0] if row["seeker_id"] == "S-1"]
    assert (made["referred_on"], made["source"]) == (pd.Timestamp("2026-06-05"), "api")


def test_who_is_erased_meanwhile_takes_what_was_reported_along(city: Engine) -> None:
    def erase() -> None:
        with city.begin() as connection:
            erase_seeker(connection, "S-1")

    with city.begin() as connection:
        append_events(connection, reported(told("started", "2026-06-20")), today=TODAY, source="api")
        other = threading.Thread(target=erase)
        other.start()
        wait_until_somebody_waits(city)
    other.join(timeout=20)
    assert [row["seeker_id"] for row in ledger(city)[0]] == ["S-2"]
    assert reasons(report(city, told("started", "2026-06-20"))) == [(1, "seeker_id", "S-1")]


def wait_until_somebody_waits(engine: Engine) -> None:
    deadline = time.monotonic() + 20
    with engine.connect() as connection:
        while not connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
            connection.rollback()
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_the_referrals_of_a_person_are_read_latest_first_a_page_at_a_time(city: Engine) -> None:
    report(
        city, told("referred", "2026-06-01"), told("started", "2026-06-20"),
        told("referred", "2026-07-01", vacancy_id="V-2"),
    )  # fmt: skip
    with city.connect() as connection:
        first, no_events_of_it = seeker_referrals(connection, "S-1", after=None, limit=1)
        after = (date(2026, 7, 1), first["referral_id"].iloc[0])
        second, events = seeker_referrals(connection, "S-1", after=after, limit=5)
    assert (first["vacancy_id"].tolist(), second["vacancy_id"].tolist()) == (["V-2"], ["V-1"])
    assert no_events_of_it["event"].tolist() == ["referred"]
    assert events["event"].tolist() == ["referred", "started"]
