"""The keeper of the live market, on the real database: what is committed is answered, whatever the base is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from api.bootstrap import Services
from api.course_desk import answer_courses
from api.embedded_market import EmbeddedMarket
from api.live_answers import answer_seeker, openings, registered, seekers_for_vacancy, vacancies_for_words
from api.live_market import LiveMarket
from api.live_state import LiveState
from api.prepared_market import prepare_market
from data.market import Market
from data.storage.identity_repository import erase_seeker
from data.storage.record_repository import close_seeker, close_vacancy, store_records
from tests.api.live_market_for_tests import assert_same
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

ERASED = "S-03"


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.day = AS_OF

    def __call__(self) -> date:
        return self.day


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live(services: Services, clock: Clock) -> Iterator[LiveMarket]:
    """Makes a new base from ten changed rows."""
    live = LiveMarket(services, clock, most_changed_rows=10)
    live.current()
    yield live
    live.wait_for_base()


def change_everything_a_little(services: Services) -> None:
    """Posts, closes, withdraws, changes and erases: nine changed rows of either kind."""
    fresh = records(
        vacancies=[vacancy(vacancy_id="V-02a", title="厨师", occupation_code=None)],
        seekers=[seeker(seeker_id="S-05a", desired_title="厨师", desired_occupation_code=None)],
    )
    with services.engine.begin() as connection:
        store_records(connection, fresh)
        close_vacancy(connection, "V-04")
        close_seeker(connection, "S-07")
        connection.execute(
            text("UPDATE seekers SET desired_title = '焊工', wage_min_cny_month = 5000 WHERE seeker_id = 'S-02'")
        )
        connection.execute(text("UPDATE vacancies SET wage_max_cny_month = 5500 WHERE vacancy_id = 'V-01'"))
        erase_seeker(connection, ERASED)


def anew(services: Services, day: date = AS_OF) -> LiveState:
    """The market of the database as it stands, frozen and embedded from scratch."""
    prepared = prepare_market(services.engine, services.embedder, day, fingerprint="")
    market = EmbeddedMarket(prepared.market, prepared.seekers.vectors, prepared.vacancies.vectors)
    return LiveState.of(market, prepared.revision)


def shown(market: Market, listed: pd.DataFrame) -> list[tuple[Any, ...]]:
    """A list with identifiers in the place of rows."""
    seekers = market.seekers["seeker_id"].to_numpy(object)
    vacancies = market.vacancies["vacancy_id"].to_numpy(object)
    named = listed.assign(vacancy=vacancies[listed["vacancy"]])
    if "seeker" in named:
        named["seeker"] = seekers[named["seeker"]]
    return list(named.itertuples(index=False, name=None))


def everything_answered(state: LiveState, services: Services) -> dict[str, Any]:
    """Every answer of every kind that the state gives."""
    answers: dict[str, Any] = {}
    whole = state.as_one()
    for identifier in whole.identifiers["seekers"]:
        person = registered(state, identifier)
        assert person is not None
        answer = answer_seeker(state, person, services, limit=50)
        answers[f"list {identifier}"] = shown(answer.market, answer.listed)
        answers[f"near {identifier}"] = answer.near and (
            shown(answer.market, answer.near.matches),
            answer.near.neighbours,
        )
        market, changes = openings(state, person, candidates=8)
        names = market.vacancies["vacancy_id"].to_numpy(object)
        answers[f"openings {identifier}"] = [replace(c, opened=tuple(names[[*c.opened]])) for c in changes]
        found = answer_courses(state, person, services, limit=5)
        ids = found.market.courses["course_id"]
        answers[f"courses {identifier}"] = [(ids[one.course], one.uplift) for one in found.advice.courses]
        answers[f"gaps {identifier}"] = [(gap.code, gap.openings, gap.worth) for gap in found.gaps]
    for identifier in whole.identifiers["vacancies"]:
        row = state.find("vacancies", identifier)
        assert row is not None
        market, listed = seekers_for_vacancy(state, row, services.ranker, services.engine, candidates=8, limit=8)
        answers[f"people {identifier}"] = shown(market, listed)
    market, listed = vacancies_for_words(state, "厨师", services, limit=20)
    answers["words"] = market.vacancies["vacancy_id"].to_numpy(object)[listed["vacancy"]].tolist()
    return answers


def test_every_answer_is_that_of_the_market_frozen_anew(services: Services, live: LiveMarket) -> None:
    change_everything_a_little(services)
    state = live.current()
    assert 0 < state.changed_rows < 10
    assert_same(state.as_one(), anew(services).base)
    assert everything_answered(state, services) == everything_answered(anew(services), services)


def test_the_vectors_of_the_base_are_mapped_and_aligned(services: Services, live: LiveMarket) -> None:
    base = live.current().base
    prepared = services.prepared_market(AS_OF)
    np.testing.assert_array_equal(base.vacancy_vectors, prepared.vacancies.vectors)
    np.testing.assert_array_equal(base.seeker_vectors, prepared.seekers.vectors)
    assert base.vacancy_vectors.flags.aligned
    assert not base.vacancy_vectors.flags.writeable
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    nameless = [line for line in maps if str(services.settings.home) in line and "(deleted)" in line]
    assert len(nameless) == 2


def test_a_large_delta_becomes_a_new_base_without_the_erased(services: Services, live: LiveMarket) -> None:
    change_everything_a_little(services)
    snapshot = services.settings.market_path / "snapshot" / "seekers.arrow"
    assert registered(live.current(), ERASED) is None
    assert ERASED.encode() in snapshot.read_bytes()
    with services.engine.begin() as connection:
        close_vacancy(connection, "V-06")
        store_records(connection, records(vacancies=[vacancy(vacancy_id="V-99")], seekers=[]))
    old = live.current()
    live.wait_for_base()
    state = live.current()
    assert old.changed_rows >= 10
    assert state.changed_rows == 0
    assert ERASED.encode() not in snapshot.read_bytes()
    assert_same(state.base, anew(services).base)


def test_a_new_day_is_answered_before_its_base_is_made_and_from_it_afterwards(
    services: Services, live: LiveMarket, clock: Clock
) -> None:
    tomorrow = AS_OF + timedelta(days=1)
    ends, begins = pd.Timestamp(AS_OF), pd.Timestamp(tomorrow)
    with services.engine.begin() as connection:
        store_records(
            connection,
            records(
                vacancies=[
                    vacancy(vacancy_id="V-ends", title="厨师", valid_through=ends),
                    vacancy(vacancy_id="V-begins", title="厨师", published_on=begins),
                ],
                seekers=[],
            ),
        )

    def listed(state: LiveState) -> list[str]:
        person = registered(state, "S-02")
        assert person is not None
        answer = answer_seeker(state, person, services, limit=50)
        return answer.market.vacancies["vacancy_id"].iloc[answer.listed["vacancy"]].tolist()

    assert "V-ends" in listed(live.current())
    clock.day = tomorrow
    first = live.current()
    assert (first.as_of, first.day) == (AS_OF, tomorrow)
    assert "V-ends" not in listed(first)
    posted = vacancy(vacancy_id="V-posted", title="厨师", published_on=begins)
    with services.engine.begin() as connection:
        store_records(connection, records(vacancies=[posted], seekers=[]))
    assert "V-posted" in listed(live.current())
    live.wait_for_base()
    state = live.current()
    assert (state.as_of, state.day) == (tomorrow, tomorrow)
    assert {"V-begins", "V-posted"} <= set(listed(state))
    assert_same(state.as_one(), anew(services, tomorrow).base)


def test_nothing_closed_is_answered_while_bases_are_made(services: Services, live: LiveMarket, clock: Clock) -> None:
    closed: set[str] = set()
    wrong: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            known = set(closed)
            state = live.current()
            wrong.extend(known & set(state.as_one().identifiers["vacancies"]))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    clock.day = AS_OF + timedelta(days=1)
    for n in range(16):
        with services.engine.begin() as connection:
            close_vacancy(connection, f"V-{n:02d}")
        closed.add(f"V-{n:02d}")
    done.set()
    for thread in threads:
        thread.join()
    live.wait_for_base()
    assert not wrong
    assert np.array_equal(live.current().as_one().identifiers["vacancies"], [])
    assert live.current().as_of == clock.day


def test_where_no_base_can_be_written_answers_go_on(services: Services, live: LiveMarket, clock: Clock) -> None:
    home = services.settings.home
    home.rename(home.with_name("moved"))
    home.write_text("")  # a file in the place of the folder
    clock.day = AS_OF + timedelta(days=1)
    live.current()
    live.wait_for_base()
    assert live.current().as_of == AS_OF
    with services.engine.begin() as connection:
        close_vacancy(connection, "V-00")
    assert live.current().find("vacancies", "V-00") is None
