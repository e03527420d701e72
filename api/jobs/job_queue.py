"""The queue of jobs in the database, through procrastinate: the re-match, its night, its retries.

No two re-matches run at once: jobs share a lock in the queue, and a run holds `only_one_run`. They have no
queueing lock: it would forbid a failed job to wait for its retry while the next night's job waits too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from croniter import croniter
from dateutil.tz import tzlocal
from procrastinate import App, BaseConnector, BaseRetryStrategy, JobContext, RetryDecision, SyncPsycopgConnector
from procrastinate.jobs import Job
from procrastinate.periodic import PeriodicTask
from sqlalchemy import Engine

from api.jobs.own_process import AttemptFailed
from data.errors import ConflictError
from data.records import JobFailure
from data.storage.job_repository import list_jobs

REMATCH = "rematch"
MADE_UP_FOR = timedelta(hours=4)
"""How late a night that no worker saw is still made up for."""
_KEEPS_ITS_DAY = timedelta(hours=12)

Perform = Callable[[int, date], Awaitable[None]]
"""Does the work of a job: its number in the queue, and the day that it is for."""


@dataclass(frozen=True)
class Pace:
    """How often the worker looks and shows itself, and how long it waits."""

    poll: timedelta = timedelta(seconds=5)
    """A new job is told at once; one whose time has come is found by looking."""
    heartbeat: timedelta = timedelta(seconds=10)
    silent_after: timedelta = timedelta(seconds=60)
    """A worker that was not heard of for so long is held for dead, and its job is run again."""
    waits: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=25))
    """Before each retry of what failed."""
    busy_wait: timedelta = timedelta(minutes=5)
    """Before a job is tried again that found another run in progress."""
    patience: timedelta = timedelta(seconds=10)
    """For a database that does not answer."""


def connect_arguments(engine: Engine) -> dict[str, Any]:
    """What psycopg needs to connect to the queue: its tables live in a schema of their own."""
    _, arguments = engine.dialect.create_connect_args(engine.url)
    options = f"{arguments.get('options', '')} -c search_path=job_queue".strip()
    return {**arguments, "options": options, "connect_timeout": 10}


def build_queue(connector: BaseConnector, perform: Perform, pace: Pace, nightly_at: time | None) -> App:
    """The queue as a worker sees it: what to do, when a night's job is due, when a failed one is tried again."""
    app = App(connector=connector, periodic_defaults={"max_delay": MADE_UP_FOR.total_seconds()})

    @app.task(name=REMATCH, lock=REMATCH, retry=_GrowingWaits(pace), pass_context=True)
    async def rematch(context: JobContext, timestamp: int) -> None:
        assert context.job.id is not None
        await perform(context.job.id, day_of_run(timestamp, datetime.now().astimezone()))

    if nightly_at is not None:
        night = _LocalPeriodicTask(
            task=rematch, cron=_cron(nightly_at), periodic_id="nightly", configure_kwargs={"task_kwargs": {}}
        )
        app.periodic_registry.periodic_tasks[REMATCH, night.periodic_id] = night
    return app


def day_of_run(timestamp: int, now: datetime) -> date:
    """The day that a job asked for at `timestamp` (Unix seconds) is for, on the clock that `now` is of.

    A retry after midnight resumes the run of the evening; a job that waited long for a worker is for today.
    """
    asked = datetime.fromtimestamp(timestamp, now.tzinfo)
    return asked.date() if now - asked < _KEEPS_ITS_DAY else now.date()


def next_night(nightly_at: time, now: datetime) -> datetime:
    """When the next nightly re-match is due, on the clock of this machine."""
    found: datetime = croniter(_cron(nightly_at), now.astimezone(tzlocal())).get_next(datetime)
    return found


def queue_rematch(engine: Engine, pace: Pace, now: datetime) -> int:
    """Queue a re-match of everybody, to start as soon as a worker is free; returns the job's number.

    Raises
    ------
    ConflictError
        One is waiting already.
    """
    with engine.connect() as connection:
        unfinished = list_jobs(connection, silent_after=pace.silent_after, unfinished_only=True)
    for job in unfinished:
        if job.task == REMATCH and job.status == "todo":
            due = f", due {job.due_at.astimezone():%Y-%m-%d %H:%M}" if job.due_at else ""
            raise ConflictError(
                f"a re-match waits in the queue already (job {job.job_id}{due})",
                remedy="zhuye work runs what is queued; zhuye jobs shows it",
            )
    app = App(connector=SyncPsycopgConnector(kwargs=connect_arguments(engine), min_size=1, max_size=1))
    with app.open():
        return app.configure_task(REMATCH, lock=REMATCH).defer(timestamp=int(now.timestamp()))


def _cron(at: time) -> str:
    return f"{at.minute} {at.hour} * * *"


class _LocalPeriodicTask(PeriodicTask[Any, Any, Any]):
    """A periodic task on the clock of this machine; procrastinate's own is on UTC."""

    @cached_property
    def croniter(self) -> croniter:
        """The times of the task, summer time included."""
        return croniter(self.cron, datetime.now(tzlocal()))


@dataclass(frozen=True)
class _GrowingWaits(BaseRetryStrategy):
    """Waits longer from failure to failure; what was only interrupted or found another run does not count."""

    pace: Pace

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None for never."""
        now = datetime.now(UTC)
        if isinstance(exception, asyncio.CancelledError):  # the worker ends
            return RetryDecision(retry_at=now)
        failures = job.attempts + 1
        if isinstance(exception, AttemptFailed):
            if exception.hopeless:
                return None
            if exception.kind is JobFailure.BUSY:
                return RetryDecision(retry_at=now + self.pace.busy_wait)
            failures = exception.failures
        waits = self.pace.waits
        return RetryDecision(retry_at=now + waits[failures - 1]) if failures <= len(waits) else None
