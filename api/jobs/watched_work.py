"""Long work in compiled code, which says nothing until it is done: its seconds are shown, and an interrupt is heard."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from api.jobs.stages import Report

T = TypeVar("T")
_EVERY_SECONDS = 0.2


def watched(work: Callable[[], T], report: Report, *, seconds: float) -> T:
    """What `work` returns or raises; it runs in a thread of its own and is meant to take at most about `seconds`.

    Whole seconds of `seconds` are reported meanwhile. An interrupt leaves the thread behind: it ends with the process.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  raised again below, where it is waited for
            errors.append(error)

    thread, start = threading.Thread(target=run, daemon=True), time.monotonic()
    thread.start()
    while thread.is_alive():
        thread.join(_EVERY_SECONDS)
        report(min(int(time.monotonic() - start), int(seconds)), int(seconds))
    if errors:
        raise errors[0]
    return results[0]
