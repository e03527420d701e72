"""Work that says nothing itself is watched: its seconds are shown, its result and its errors come through."""

from __future__ import annotations

import threading
import time

import pytest

from api.jobs.watched_work import watched


def test_seconds_are_reported_up_to_the_limit_and_the_result_comes() -> None:
    told: list[tuple[int, int]] = []

    def work() -> str:
        time.sleep(1.1)
        return threading.current_thread().name

    name = watched(work, lambda done, whole: told.append((done, whole)), seconds=1.0)
    assert name != threading.current_thread().name
    assert told == sorted(told)
    assert told[-1] == (1, 1)


def test_an_error_is_raised_where_the_work_is_waited_for() -> None:
    with pytest.raises(ValueError, match="no"):
        watched(lambda: int("no"), lambda _done, _whole: None, seconds=1.0)
