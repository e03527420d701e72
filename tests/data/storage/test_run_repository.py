"""Match runs: whole or not at all."""

from __future__ import annotations

import threading
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from data.errors import ConflictError, DataError, NotFoundError
from data.records import RunStatus
from data.storage.identity_repository import erase_seeker
from data.storage.record_repository import close_seeker, store_records
from data.storage.run_repository import (
    begin_run,
    drop_superseded_lists,
    fail_run,
    finished_run,
    publish_run,
    published_run,
    resume_run,
    run_prices,
    run_status,
    run_utilities,
    seeker_matches,
    vacancy_candidates,
)
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy


@pytest.fixture
def city(engine: Engine) -> Engine:
    with engine.begin() as connection:
        store_records(
            connection,
            records(
                seekers=[seeker(), seeker(seeker_id="S-2")],
                vacancies=[vacancy(), vacancy(vacancy_id="V-2")],
            ),
        )
    return engine


def begin(engine: Engine, run_id: str) -> None:
    begin_run(engine, run_id=run_id, as_of=AS_OF, seed=1, code_version="test", settings={"k": 50}, models={})


def match(seeker_id: str, vacancy_id: str, position: int, score: float) -> dict[str, Any]:
    return {
        "seeker_id": seeker_id, "vacancy_id": vacancy_id, "position": position, "is_referral": position == 1,
        "propensity": 0.98 if position == 1 else None,
        "similarity": 0.5, "p_accept": 0.5, "p_hire": 2 * score, "score": score, "unknown_rules": 3,
    }  # fmt: skip


def publish(engine: Engine, run_id: str, price: float = 0.1, **changes: Any) -> None:
    contents: dict[str, Any] = {
        "matches": [
            pd.DataFrame([match("S-1", "V-2", 2, 0.2), match("S-1", "V-1", 1, 0.3)]),
            pd.DataFrame([match("S-2", "V-1", 1, 0.4)]),
        ],
        "prices": pd.DataFrame({"vacancy_id": ["V-1", "V-2"], "capacity": 3, "referrals": [2, 1], "price": [price, 0]}),
        "utilities": pd.DataFrame({"seeker_id": ["S-1", "S-2"], "utility": [0.4, 0.3]}),
        "summary": {"expected_placements": 0.7},
    }
    publish_run(engine, run_id, **{**contents, **changes})


def test_a_published_run_is_read_back(city: Engine) -> None:
    begin(city, "run-1")
    publish(city, "run-1")
    with city.connect() as connection:
        run = published_run(connection)
        assert run is not None
        assert (run.run_id, run.as_of, run.summary) == ("run-1", AS_OF, {"expected_placements": 0.7})
        listed = seeker_matches(connection, "run-1", "S-1")
        assert list(listed["vacancy_id"]) == ["V-1", "V-2"]
        assert list(listed["is_referral"]) == [True, False]
        assert list(vacancy_candidates(connection, "run-1", "V-1")["seeker_id"]) == ["S-2", "S-1"]
        assert run_prices(connection, "run-1").to_dict() == {"V-1": 0.1, "V-2": 0.0}
        assert run_utilities(connection, "run-1").to_dict() == {"S-1": 0.4, "S-2": 0.3}
        assert seeker_matches(connection, "run-1", "S-9").empty
        assert run_prices(connection, "run-9").empty


def test_a_running_or_failed_run_is_never_seen(city: Engine) -> None:
    begin(city, "run-1")
    with city.connect() as connection:
        assert published_run(connection) is None
    fail_run(city, "run-1")
    with city.connect() as connection:
        assert published_run(connection) is None
    with pytest.raises(ConflictError, match="run-1 is not running"):
        publish(city, "run-1")


def test_a_run_that_cannot_be_stored_whole_changes_nothing(city: Engine) -> None:
    begin(city, "run-1")
    publish(city, "run-1")
    begin(city, "run-2")
    with pytest.raises(DataError, match="refers to a vacancy_id that is not stored: V-9"):
        publish(city, "run-2", prices=pd.DataFrame({"vacancy_id": ["V-9"], "capacity": 1, "referrals": 0, "price": 0}))
    with pytest.raises(DataError, match="score"):
        publish(city, "run-2", matches=[pd.DataFrame([match("S-1", "V-1", 1, 0.3) | {"score": 1.5}])])
    with city.connect() as connection:
        run = published_run(connection)
        assert run is not None
        assert run.run_id == "run-1"
        assert seeker_matches(connection, "run-2", "S-1").empty


def test_readers_see_the_old_run_until_the_new_one_is_whole(city: Engine) -> None:
    begin(city, "run-1")
    publish(city, "run-1")
    begin(city, "run-2")
    with city.connect() as outside:
        # Hold the row of the published run: publishing stops at its last step, all rows written.
        outside.execute(text("SELECT 1 FROM match_runs WHERE run_id = 'run-1' FOR UPDATE"))
        impatient = create_engine(city.url, connect_args={"options": "-c lock_timeout=200ms"})
        with pytest.raises(OperationalError, match="lock timeout"):
            publish(impatient, "run-2", price=0.9)
        impatient.dispose()
    with city.connect() as connection:
        run = published_run(connection)
        assert run is not None
        assert run_prices(connection, run.run_id).to_dict() == {"V-1": 0.1, "V-2": 0.0}
    publish(city, "run-2", price=0.9)
    with city.connect() as connection:
        run = published_run(connection)
        assert run is not None
        assert run_prices(connection, run.run_id)["V-1"] == 0.9


def test_someone_erased_meanwhile_is_left_out(city: Engine) -> None:
    begin(city, "run-1")
    with city.begin() as connection:
        erase_seeker(connection, "S-2")
    publish(city, "run-1")
    with city.connect() as connection:
        assert list(vacancy_candidates(connection, "run-1", "V-1")["seeker_id"]) == ["S-1"]
        assert list(run_utilities(connection, "run-1").index) == ["S-1"]


def test_a_seeker_can_be_closed_but_not_erased_while_a_run_is_being_published(city: Engine) -> None:
    begin(city, "run-1")
    publish(city, "run-1")
    begin(city, "run-2")
    with city.connect() as outside:
        outside.execute(text("SELECT 1 FROM match_runs WHERE run_id = 'run-1' FOR UPDATE"))
        publishing = threading.Thread(target=publish, args=(city, "run-2"))
        publishing.start()
        while not outside.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).first():
            pass
        with city.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            close_seeker(connection, "S-1")
        erasing = threading.Thread(target=erase, args=(city, "S-2"))
        erasing.start()
        erasing.join(timeout=0.2)
        assert erasing.is_alive()
    publishing.join()
    erasing.join()
    with city.connect() as connection:
        assert list(seeker_matches(connection, "run-2", "S-1")["vacancy_id"]) == ["V-1", "V-2"]
        assert seeker_matches(connection, "run-2", "S-2").empty
        assert list(run_utilities(connection, "run-1").index) == ["S-1"]


def erase(engine: Engine, seeker_id: str) -> None:
    with engine.begin() as connection:
        erase_seeker(connection, seeker_id)


def test_a_failed_run_can_go_on_and_a_published_one_cannot(city: Engine) -> None:
    begin(city, "run-1")
    fail_run(city, "run-1")
    resume_run(city, "run-1")
    publish(city, "run-1")
    with city.connect() as connection:
        assert run_status(connection, "run-1") == RunStatus.PUBLISHED
        assert run_status(connection, "run-9") is None
    for run_id in ("run-1", "run-9"):
        with pytest.raises(ConflictError, match="cannot go on"):
            resume_run(city, run_id)


def test_lists_of_superseded_runs_go_and_their_summaries_stay(city: Engine) -> None:
    for number in range(4):
        begin(city, f"run-{number}")
        publish(city, f"run-{number}")
    assert set(drop_superseded_lists(city, keep=1)) == {"run-0", "run-1"}
    with city.connect() as connection:
        left = connection.execute(text("SELECT run_id, status FROM match_runs ORDER BY run_id")).all()
        counted = connection.execute(text("SELECT count(*) FROM matches")).scalar_one()
        assert finished_run(connection, "run-0").run_id == "run-0"
        with pytest.raises(NotFoundError, match="no published run run-9"):
            finished_run(connection, "run-9")
    assert [tuple(row) for row in left] == [*((f"run-{n}", "superseded") for n in range(3)), ("run-3", "published")]
    assert drop_superseded_lists(city, keep=1) == []
    assert counted == 6
