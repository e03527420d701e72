"""What the job queue holds: jobs with their last failure, and whether a worker lives. The queue is procrastinate's.

Queries are text: the tables of the queue are not declared in `tables`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from data.records import JobFailure


@dataclass(frozen=True)
class QueuedJob:
    """One job of the queue.

    `status` is procrastinate's: todo, doing, succeeded, failed, cancelled, aborted. `due_at` is when it may
    start, None for at once; `started_at` and `ended_at` are of the last attempt, None where there was none or it
    has not ended. `worker_lives`: the worker that runs it has shown a sign of life. `failure` and `message` are of
    the last attempt that did not succeed.
    """

    job_id: int
    task: str
    arguments: dict[str, Any]
    status: str
    attempts: int
    asked_at: datetime
    due_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    worker_lives: bool
    failure: JobFailure | None
    message: str | None


def list_jobs(
    connection: Connection, *, silent_after: timedelta, limit: int = 20, unfinished_only: bool = False
) -> tuple[QueuedJob, ...]:
    """The newest jobs first. A worker that was not heard of for `silent_after` is held for dead."""
    rows = connection.execute(
        text(
            f"""
            SELECT job.id AS job_id, job.task_name AS task, job.args AS arguments, job.status::text AS status,
                   job.attempts, at.asked AS asked_at, job.scheduled_at AS due_at, at.started AS started_at,
                   CASE WHEN at.ended >= at.started THEN at.ended END AS ended_at,
                   coalesce(worker.last_heartbeat > now() - :silent_after, false) AS worker_lives,
                   failure.kind AS failure, failure.message
            FROM job_queue.procrastinate_jobs AS job
            LEFT JOIN job_queue.procrastinate_workers AS worker ON worker.id = job.worker_id
            LEFT JOIN LATERAL (
                SELECT min(event.at) FILTER (WHERE event.type = 'deferred') AS asked,
                       max(event.at) FILTER (WHERE event.type = 'started') AS started,
                       max(event.at) FILTER (WHERE event.type IN ('deferred_for_retry', 'succeeded', 'failed',
                                                                  'aborted', 'cancelled')) AS ended
                FROM job_queue.procrastinate_events AS event WHERE event.job_id = job.id
            ) AS at ON true
            LEFT JOIN LATERAL (
                SELECT kind, message FROM job_failures WHERE job_id = job.id ORDER BY row_id DESC LIMIT 1
            ) AS failure ON true
            {"WHERE job.status IN ('todo', 'doing')" if unfinished_only else ""}
            ORDER BY job.id DESC LIMIT :limit
            """
        ),
        {"silent_after": silent_after, "limit": limit},
    )
    return tuple(
        QueuedJob(**{**row, "failure": JobFailure(row["failure"]) if row["failure"] else None})
        for row in rows.mappings()
    )


def count_live_workers(connection: Connection, *, silent_after: timedelta) -> int:
    """Workers that were heard of within `silent_after`."""
    return int(
        connection.execute(
            text("SELECT count(*) FROM job_queue.procrastinate_workers WHERE last_heartbeat > now() - :silent_after"),
            {"silent_after": silent_after},
        ).scalar_one()
    )


def record_failure(engine: Engine, job_id: int, kind: JobFailure, message: str) -> int:
    """Note why an attempt ended; returns how often the job has failed so far (stopped and busy do not count)."""
    counted = [str(JobFailure.ERROR), str(JobFailure.DIED)]
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO job_failures (job_id, kind, message) VALUES (:job_id, :kind, :message)"),
            {"job_id": job_id, "kind": str(kind), "message": message},
        )
        return int(
            connection.execute(
                text("SELECT count(*) FROM job_failures WHERE job_id = :job_id AND kind = ANY(:counted)"),
                {"job_id": job_id, "counted": counted},
            ).scalar_one()
        )
