"""What the command line prints of the job queue. Chinese first, English second."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.table import Table

from api.bootstrap import Services
from api.jobs.job_queue import Pace, day_of_run, next_night
from data.records import JobFailure
from data.storage.job_repository import QueuedJob, count_live_workers, list_jobs


def show_jobs(services: Services, pace: Pace, limit: int) -> None:
    """The newest jobs, whether a worker lives, and when the next night's re-match is due."""
    now = datetime.now().astimezone()
    with services.engine.connect() as connection:
        jobs = list_jobs(connection, silent_after=pace.silent_after, limit=limit)
        workers = count_live_workers(connection, silent_after=pace.silent_after)
    console = Console()
    table = Table(title="任务 / jobs", title_justify="left")
    for heading in (
        "编号 / no.",
        "任务 / job",
        "计划 / due",
        "状态 / status",
        "次数 / tries",
        "开始 / started",
        "用时 / took",
    ):
        table.add_column(heading)
    table.add_column("最近一次未成的原因 / why the last one failed", overflow="fold")
    for job in jobs:
        started = job.started_at
        took = (job.ended_at or now) - started if started and (job.ended_at or job.status == "doing") else None
        table.add_row(
            str(job.job_id),
            f"全体匹配 / re-match {day_of_run(job.arguments['timestamp'], (started or now).astimezone())}",
            f"{(job.due_at or job.asked_at).astimezone():%m-%d %H:%M:%S}",
            _job_status(job),
            str(job.attempts + (job.status == "doing")),
            f"{started.astimezone():%m-%d %H:%M:%S}" if started else "",
            f"{took.total_seconds():,.1f} s" if took else "",
            (job.message or "").partition("\n")[0],
        )
    if jobs:
        console.print(table)
    else:
        console.print("还没有任务 / no jobs yet: zhuye jobs --run-now")
    if services.settings.nightly_at is None:
        console.print("不定时匹配 / no nightly re-match (ZHUYE_NIGHTLY_AT)")
    else:
        night = next_night(services.settings.nightly_at, now)
        console.print(f"下次夜间匹配 / the next nightly re-match: {night:%Y-%m-%d %H:%M}", highlight=False)
    if workers:
        console.print(f"工作进程 / workers: {workers}", highlight=False)
    else:
        console.print("[yellow]没有工作进程在运行 / no worker is running: zhuye work[/]")


def _job_status(job: QueuedJob) -> str:
    if job.status == "doing":
        return "进行中 / running" if job.worker_lives else "[yellow]中断 / interrupted[/]"
    if job.status == "todo" and job.failure is not None:
        interrupted = job.failure in (JobFailure.DIED, JobFailure.STOPPED)
        return "[yellow]中断，待重试 / interrupted, to retry[/]" if interrupted else "等待重试 / waits to retry"
    return {
        "todo": "等待 / waiting",
        "succeeded": "[green]完成 / done[/]",
        "failed": "[red]失败 / failed[/]",
    }.get(job.status, "取消 / cancelled")
