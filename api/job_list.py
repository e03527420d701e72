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
        "编号\nno.",
        "任务\njob",
        "计划\ndue",
        "状态\nstatus",
        "次数\ntries",
        "开始\nstarted",
        "用时\ntook",
    ):
        table.add_column(heading)
    for job in jobs:
        started = job.started_at
        took = (job.ended_at or now) - started if started and (job.ended_at or job.status == "doing") else None
        table.add_row(
            str(job.job_id),
            f"全体匹配\nre-match {day_of_run(job.arguments['timestamp'], (started or now).astimezone()):%m-%d}",
            f"{(job.due_at or job.asked_at).astimezone():%m-%d %H:%M}",
            _status(job),
            str(job.attempts + (job.status == "doing")),
            f"{started.astimezone():%m-%d %H:%M}" if started else "",
            f"{took.total_seconds():,.0f} s" if took else "",
        )
    if jobs:
        console.print(table)
        for job in jobs:
            if job.message:
                why = job.message.partition("\n")[0]
                console.print(
                    f"{job.job_id} 最近未成 / last failure: {why}", highlight=False, markup=False, style="dim"
                )
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


def _status(job: QueuedJob) -> str:
    if job.status == "doing":
        return "进行中\nrunning" if job.worker_lives else "[yellow]中断\ninterrupted[/]"
    if job.status == "todo" and job.failure is not None:
        interrupted = job.failure in (JobFailure.DIED, JobFailure.STOPPED)
        return "[yellow]中断，待重试\ninterrupted[/]" if interrupted else "等待重试\nto retry"
    return {
        "todo": "等待\nwaiting",
        "succeeded": "[green]完成\ndone[/]",
        "failed": "[red]失败\nfailed[/]",
    }.get(job.status, "取消\ncancelled")
