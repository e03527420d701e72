"""Experiments in the database: what was started stays as it was, and who entered stays where he is."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine

from data.errors import ConflictError, DataError
from data.storage.experiment_repository import (
    load_members,
    load_nights,
    start_experiment,
    started_experiment,
    store_members,
    store_night,
)
from data.storage.identity_repository import erase_seeker
from data.storage.record_repository import store_records
from data.storage.run_repository import begin_run, fail_run
from tests.data.records_for_tests import records, seeker

NIGHT = {
    "experiment": "spring", "as_of": date(2026, 6, 2), "entered": 2, "control_seekers": 1, "treated_seekers": 1,
    "control_referrals": 3, "treated_referrals": 2,
}  # fmt: skip


@pytest.fixture
def started(engine: Engine) -> Engine:
    """An experiment in a database with two seekers."""
    with engine.begin() as connection:
        store_records(connection, records(seekers=[seeker(seeker_id=f"S-{n}") for n in (1, 2)]))
        start_experiment(connection, "spring", "abc", {"name": "spring"})
    return engine


def members(*seeker_ids: str, **changes: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "experiment": "spring", "seeker_id": list(seeker_ids), "market": "M01", "saturation": "1/2",
            "treated": True, "assigned_on": pd.Timestamp("2026-06-02"), "group_mask": 5, "run_id": "R-1", **changes,
        }
    )  # fmt: skip


def test_a_started_experiment_stays_as_it_was(started: Engine) -> None:
    with pytest.raises(ConflictError, match="was started before"), started.begin() as connection:
        start_experiment(connection, "spring", "other", {})
    with started.connect() as connection:
        found = started_experiment(connection, "spring")
        assert found is not None
        assert found.checksum == "abc"
        assert started_experiment(connection, "autumn") is None


def test_who_entered_keeps_market_and_arm(started: Engine) -> None:
    with started.begin() as connection:
        assert store_members(connection, members("S-1")) == 1
        assert store_members(connection, members("S-1", "S-2", market="M02", treated=False)) == 1
        found = load_members(connection, "spring").set_index("seeker_id")
    assert found["market"].to_dict() == {"S-1": "M01", "S-2": "M02"}
    assert found["treated"].to_dict() == {"S-1": True, "S-2": False}
    assert found.loc["S-1", "assigned_on"] == pd.Timestamp("2026-06-02")


def test_the_erased_are_in_no_experiment_and_do_not_enter_again(started: Engine) -> None:
    with started.begin() as connection:
        store_members(connection, members("S-1", "S-2"))
        erase_seeker(connection, "S-1")
        assert store_members(connection, members("S-1")) == 0
        assert list(load_members(connection, "spring")["seeker_id"]) == ["S-2"]


def test_nobody_enters_what_was_not_started(started: Engine) -> None:
    with pytest.raises(DataError, match="refers to one that is not stored"), started.begin() as connection:
        store_members(connection, members("S-1", experiment="autumn"))


def test_nights_that_were_never_published_do_not_count(started: Engine) -> None:
    for run_id in ("R-1", "R-2"):
        begin_run(started, run_id=run_id, as_of=date(2026, 6, 2), seed=1, code_version="c", settings={}, models={})
        if run_id == "R-1":
            fail_run(started, run_id)
    with started.begin() as connection:
        for run_id in ("R-1", "R-2", "R-0", "R-0"):  # R-0 was published, and is forgotten since
            store_night(connection, {**NIGHT, "run_id": run_id})
        assert list(load_nights(connection, "spring")["run_id"]) == ["R-0"]
