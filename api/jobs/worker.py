"""The worker: runs queued jobs one at a time, queues the night's, and runs again what a dead worker left."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from datetime import date, time

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from psycopg_pool import AsyncConnectionPool
from rich.console import Console
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.jobs.job_queue import Pace, build_queue, connect_arguments
from api.jobs.own_process import AttemptFailed, run_in_own_process
from data.errors import UnavailableError
from data.records import JobFailure
from data.storage.job_repository import record_failure

REMATCH_COMMAND = (sys.executable, "-m", "api.jobs.rematch_process")
"""The day follows as its last argument."""
_ENDING = (signal.SIGINT, signal.SIGTERM)
_TOLD_IN_WORDS = {"job_error", "side_task_failed", "poll_jobs_to_abort_error"}
"""Actions that procrastinate logs with a traceback."""


def run_worker(
    engine: Engine, nightly_at: time | None, *, pace: Pace, command: Sequence[str] = REMATCH_COMMAND
) -> None:
    """Work until interrupted (SIGINT, SIGTERM); a job in progress is then ended and waits for the next worker.

    Raises
    ------
    UnavailableError
        The database has stopped answering.
    """
    _keep_quiet_what_is_told_in_words()
    try:
        asyncio.run(_work(engine, nightly_at, pace, command))
    except (ConnectorException, psycopg.Error, SQLAlchemyError) as error:
        raise UnavailableError(
            f"the database has stopped answering: {error.__cause__ or error}",
            remedy="see that it runs, then start zhuye work again; a job that was in progress is run again",
        ) from error


def _keep_quiet_what_is_told_in_words() -> None:
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    for name in ("procrastinate.worker", "procrastinate.worker.worker"):
        logging.getLogger(name).addFilter(lambda record: getattr(record, "action", "") not in _TOLD_IN_WORDS)


async def _work(engine: Engine, nightly_at: time | None, pace: Pace, command: Sequence[str]) -> None:
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

    async def perform(job_id: int, day: date) -> None:
        console.print(f"任务 {job_id} 开始 / job {job_id} starts: {day}")
        try:
            await run_in_own_process([*command, day.isoformat()])
        except asyncio.CancelledError:
            console.print(f"任务 {job_id} 已停止，将重新执行 / job {job_id} was stopped and will be run again")
            await asyncio.to_thread(record_failure, engine, job_id, JobFailure.STOPPED, "the worker was ended")
            raise
        except AttemptFailed as failure:
            failure.failures = await asyncio.to_thread(record_failure, engine, job_id, failure.kind, failure.message)
            console.print(f"任务 {job_id} 失败 / job {job_id} failed: {failure.message}", style="red")
            raise
        console.print(f"任务 {job_id} 完成 / job {job_id} is done")

    connector = PsycopgConnector(
        kwargs=connect_arguments(engine), min_size=1, max_size=4, timeout=pace.patience.total_seconds()
    )
    app = build_queue(connector, perform, pace, nightly_at)
    async with app.open_async():
        night = f"每天 {nightly_at:%H:%M} / nightly at {nightly_at:%H:%M}" if nightly_at else "不定时 / no nightly run"
        console.print(f"工作进程已启动 / the worker runs · {night} · Ctrl-C 停止 / stops")
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=1,
                install_signal_handlers=False,
                fetch_job_polling_interval=pace.poll.total_seconds(),
                shutdown_graceful_timeout=0,
                update_heartbeat_interval=pace.heartbeat.total_seconds(),
                stalled_worker_timeout=pace.silent_after.total_seconds(),
            )
        )
        watch = asyncio.create_task(_look_after_dead_workers(app, connector.pool, engine, pace))
        stopping = asyncio.Event()

        def stop() -> None:
            for name in _ENDING:  # a second Ctrl-C interrupts at once
                loop.remove_signal_handler(name)
            console.print("正在停止 / stopping…")
            stopping.set()
            worker.cancel()

        loop = asyncio.get_running_loop()
        for name in _ENDING:
            loop.add_signal_handler(name, stop)
        await asyncio.wait({worker, watch}, return_when=asyncio.FIRST_COMPLETED)
        # The watch ends when the database does not answer. procrastinate's own would not always end the worker:
        # without a nightly job its watch over heartbeats is over as soon as it has begun (3.10).
        if not stopping.is_set():
            worker.cancel()
        watch.cancel()
        ended, watched = await asyncio.gather(worker, watch, return_exceptions=True)
    if stopping.is_set():
        console.print("工作进程已停止 / the worker has stopped")
        return
    for failure in (watched, ended):
        if isinstance(failure, Exception):
            raise failure
    raise UnavailableError("the worker ended by itself", remedy="the log says why; start zhuye work again")


async def _look_after_dead_workers(app: App, pool: AsyncConnectionPool, engine: Engine, pace: Pace) -> None:
    """Each job of a worker that shows no sign of life waits again, at most as often as it may fail."""
    while True:
        # One worker looks at a time: of two, the second could take a job from the first, just as it begins.
        async with pool.connection() as connection:
            lock = await connection.execute("SELECT pg_try_advisory_xact_lock(hashtext('zhuye dead workers'))")
            if await lock.fetchone() == (True,):
                await _run_again(app, engine, pace)
        await asyncio.sleep(pace.heartbeat.total_seconds())


async def _run_again(app: App, engine: Engine, pace: Pace) -> None:
    silent = pace.silent_after.total_seconds()
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent):
        assert job.id is not None
        failures = await asyncio.to_thread(record_failure, engine, job.id, JobFailure.DIED, "the worker died")
        if failures <= len(pace.waits):
            await app.job_manager.retry_job(job)
        else:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
