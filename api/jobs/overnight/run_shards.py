"""Shards one after another in this process, whose compiled parts use every core, or side by side on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from api.jobs.overnight.shard_work import ShardJob
from api.jobs.stages import Report
from data.errors import UnavailableError

LOST_WORKERS = 3
"""How often a shard may be lost with its worker before the run gives up: the shard may be what kills them."""


def run_shards(
    work: Callable[[ShardJob], None], jobs: Sequence[ShardJob], *, scheduler: str | None, report: Report
) -> None:
    """Do `work` for every job; what is done already is found done and costs nothing.

    Parameters
    ----------
    scheduler
        Address of a Dask scheduler (`tcp://host:8786`); None: here.

    Raises
    ------
    UnavailableError
        The scheduler does not answer, or a shard was lost with its worker again and again.
    """
    if scheduler is None:
        for done, job in enumerate(jobs):
            report(done, len(jobs))
            work(job)
        report(len(jobs), len(jobs))
        return
    _on_cluster(work, jobs, scheduler, report)


def _on_cluster(work: Callable[[ShardJob], None], jobs: Sequence[ShardJob], scheduler: str, report: Report) -> None:
    from distributed import Client, KilledWorker, as_completed

    try:
        client = Client(scheduler, timeout="20s")
    except (OSError, TimeoutError, ValueError) as error:
        raise UnavailableError(
            f"no Dask scheduler answers at {scheduler}: {error}",
            remedy="start one (dask scheduler) or correct ZHUYE_SCHEDULER; unset it to match on this machine",
        ) from error
    with client:
        futures = client.map(work, jobs, pure=False, retries=LOST_WORKERS, key=work.__name__)
        try:
            for done, future in enumerate(as_completed(futures)):
                future.result()
                report(done + 1, len(jobs))
        except KilledWorker as error:
            raise UnavailableError(
                f"a shard was lost with its worker {LOST_WORKERS + 1} times: {error}",
                remedy="give the workers more memory, or make shards smaller (ZHUYE_SHARD_SEEKERS); then start again",
            ) from error
        finally:
            client.cancel(futures)
