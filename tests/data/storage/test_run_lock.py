"""One match run at a time."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sqlalchemy import Engine, text

from data.errors import ConflictError
from data.storage.run_lock import only_one_run

HOLDER = """
import sys
from sqlalchemy import create_engine
from data.storage.run_lock import only_one_run
with only_one_run(create_engine(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_refused_and_told_who_runs(engine: Engine) -> None:
    with (
        only_one_run(engine),
        pytest.raises(ConflictError, match=f"process {os.getpid()} on") as refused,
        only_one_run(engine),
    ):
        pytest.fail("two runs at once")
    assert "zhuye jobs" in refused.value.remedy
    with only_one_run(engine):
        pass


def test_a_run_that_fails_lets_the_next_one_in_and_the_connection_keeps_nothing(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), only_one_run(engine):
        raise ZeroDivisionError
    with engine.connect() as connection:
        assert "zhuye run" not in connection.execute(text("SHOW application_name")).scalar_one()
    with only_one_run(engine):
        pass


def test_a_run_whose_connection_was_cut_ends_with_its_own_result(engine: Engine) -> None:
    with only_one_run(engine), engine.connect() as other:
        other.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        )
    with only_one_run(engine):
        pass


def test_a_killed_process_does_not_hold_on_to_it(engine: Engine, database_url: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(ConflictError, match=f"process {holder.pid} on"), only_one_run(engine):
        pytest.fail("two runs at once")
    holder.kill()
    holder.communicate(timeout=30)
    for _ in range(100):  # the server notices within milliseconds, but not at once
        try:
            with only_one_run(engine):
                return
        except ConflictError:
            continue
    pytest.fail("a dead process holds the lock")
