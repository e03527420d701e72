"""A queued job runs in a process of its own: both ends of it, the worker's and the job's.

A process can be ended at any moment, gives its memory back, and where memory runs short it is the one that is
killed; the worker stays, and goes on showing signs of life. A thread of the worker could do none of this.

The job's standard input is a pipe that closes when the worker is gone, however it went; its standard output
carries one message for people, written when it fails; the exit status says what kind of failure.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

from data.errors import ConfigurationError, WithheldError, ZhuyeError
from data.records import JobFailure

_GRACE_SECONDS = 10
"""What a job gets between being asked to end and being killed."""
_BUSY = 75
_ENDED = 143
"""As the shell reports a process ended by SIGTERM."""


class AttemptFailed(Exception):  # noqa: N818  an outcome that the queue acts on, not an error of this program
    """A job's process ended without success.

    `hopeless`: no later attempt can succeed. `failures`: how often the job has failed, this attempt included,
    as far as failures count; set by who records them.
    """

    def __init__(self, kind: JobFailure, message: str, *, hopeless: bool = False) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hopeless = hopeless
        self.failures = 0


async def run_in_own_process(command: Sequence[str]) -> None:
    """Run to its end; cancelled, end the process and all that it started first.

    Raises
    ------
    AttemptFailed
        It did not end with success.
    """
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    try:
        status = await process.wait()
    finally:
        if process.returncode is None:
            await _end(process)
    if status == 0:
        return
    assert process.stdout is not None
    said = b""
    with suppress(TimeoutError):  # a process that outlived the job may keep the pipe open
        said = await asyncio.wait_for(process.stdout.read(), timeout=1)
    raise AttemptFailed(
        JobFailure.BUSY if status == _BUSY else JobFailure.ERROR,
        said.decode(errors="replace").strip() or _unspoken(status),
        hopeless=status in (ConfigurationError.exit_code, WithheldError.exit_code),
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), _GRACE_SECONDS)
    except TimeoutError:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _unspoken(status: int) -> str:
    if status == -signal.SIGKILL:
        return "the process of the job was killed: the machine may have been short of memory"
    if status < 0:
        return f"the process of the job was ended by {signal.Signals(-status).name}"
    return f"the process of the job ended with status {status}"


def answer_worker(work: Callable[[], None], *, busy: type[ZhuyeError]) -> None:
    """Be the process of a job: do the work, tell the worker how it ended, end with the worker.

    `busy` is the failure that only says that the job cannot run just now.
    """
    channel = os.dup(1)
    os.dup2(2, 1)  # what libraries print goes to the log
    signal.signal(signal.SIGTERM, _end_orderly)
    threading.Thread(target=_end_with_worker, daemon=True).start()
    try:
        work()
    except busy as error:
        status, message = _BUSY, str(error)
    except ZhuyeError as error:
        status, message = (1 if error.exit_code == _BUSY else error.exit_code), str(error)
    except Exception as error:  # noqa: BLE001  the last resort: the queue must know
        traceback.print_exc()
        status, message = 1, _where(error)
    else:
        return
    os.write(channel, message.encode())
    sys.exit(status)


def _end_orderly(_: int, __: FrameType | None) -> None:
    sys.exit(_ENDED)


def _end_with_worker() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _where(error: Exception) -> str:
    """Kind and place. The text of an unforeseen failure stays in the log: it may quote personal data."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.filename}, line {frame.lineno} ({frame.name}); the log says more"
