"""The queue with real worker processes, killed, interrupted and in each other's way; the job is a small one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from dateutil.tz import gettz
from sqlalchemy import Engine, create_engine, text

from api.bootstrap import Services
from api.job_list import show_jobs
from api.jobs.job_queue import Pace, day_of_run, next_night, queue_rematch
from api.service_settings import Settings, read_settings
from data.errors import ConfigurationError, ConflictError
from data.records import JobFailure
from data.storage.job_repository import QueuedJob, count_live_workers, list_jobs
from data.storage.run_repository import published_run
from tests.api.test_cli import zhuye

FAST = Pace(
    poll=timedelta(seconds=0.1),
    heartbeat=timedelta(seconds=0.2),
    silent_after=timedelta(seconds=3),
    waits=(timedelta(0),),
    busy_wait=timedelta(seconds=0.2),
)

# Takes as long as there is no file `go`, then ends as the other files say.
JOB = """
import os, signal, sys, time
from pathlib import Path
from api.jobs.own_process import answer_worker
from data.errors import ConfigurationError, ConflictError, UnavailableError, WithheldError

folder, day = Path(sys.argv[1]), sys.argv[2]
told = lambda name: (folder / name).exists()

def work():
    print("a library prints this")
    with (folder / "runs").open("a") as runs:
        runs.write(f"{os.getpid()} {day}\\n")
    while not told("go"):
        time.sleep(0.02)
    if told("busy"):
        raise ConflictError("another run is in progress")
    if told("misconfigured"):
        raise ConfigurationError("a setting is wrong", remedy="set it right")
    if told("withheld"):
        raise WithheldError("a group fares worse", remedy="read the report")
    if told("unavailable"):
        raise UnavailableError("no model", remedy="zhuye train")
    if told("unforeseen"):
        raise ValueError("张三 13800000000")
    if told("short of memory"):
        os.kill(os.getpid(), signal.SIGKILL)

answer_worker(work, busy=ConflictError)
"""

WORKER = """
import json, sys
from datetime import time, timedelta
from sqlalchemy import create_engine
from api.jobs.job_queue import Pace
from api.jobs.worker import run_worker

url, at, job, folder, pace = sys.argv[1:]
pace = {name: timedelta(seconds=seconds) for name, seconds in json.loads(pace).items()}
run_worker(
    create_engine(url),
    time.fromisoformat(at) if at else None,
    pace=Pace(waits=(pace.pop("wait"),), **pace),
    command=[sys.executable, "-c", job, folder],
)
"""


class Workshop:
    """A database with a queue, a folder that steers its jobs, and what is seen from outside."""

    def __init__(self, engine: Engine, url: str, folder: Path) -> None:
        self.engine, self.url, self.folder = engine, url, folder
        self.workers: list[subprocess.Popen[str]] = []

    def start_worker(self, nightly_at: str = "", patience: float = 10) -> subprocess.Popen[str]:
        pace = {"wait": FAST.waits[0], "poll": FAST.poll, "heartbeat": FAST.heartbeat, "busy_wait": FAST.busy_wait}
        seconds = {name: value.total_seconds() for name, value in pace.items()}
        seconds |= {"silent_after": FAST.silent_after.total_seconds(), "patience": patience}
        arguments = [self.url, nightly_at, JOB, str(self.folder), json.dumps(seconds)]
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, *arguments],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.workers.append(worker)
        return worker

    def say(self, *names: str) -> None:
        for name in names:
            (self.folder / name).touch()

    def unsay(self, name: str) -> None:
        (self.folder / name).unlink()

    def queue(self) -> int:
        return queue_rematch(self.engine, FAST, datetime.now().astimezone())

    def jobs(self) -> tuple[QueuedJob, ...]:
        """The oldest first."""
        with self.engine.connect() as connection:
            return list_jobs(connection, silent_after=FAST.silent_after)[::-1]

    def live_workers(self) -> int:
        with self.engine.connect() as connection:
            return count_live_workers(connection, silent_after=FAST.silent_after)

    def runs(self) -> list[int]:
        """Processes that began the job, in turn."""
        file = self.folder / "runs"
        return [int(line.split()[0]) for line in file.read_text().splitlines()] if file.exists() else []

    def until(self, happened: Callable[[], bool], seconds: float = 30) -> None:
        give_up = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < give_up, (self.jobs(), self.runs())
            time.sleep(0.02)

    def until_all_ended(self) -> None:
        self.until(lambda: all(job.status not in ("todo", "doing") for job in self.jobs()))


@pytest.fixture
def workshop(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Workshop]:
    """A workshop whose workers are gone afterwards."""
    workshop = Workshop(engine, database_url, tmp_path)
    yield workshop
    for worker in workshop.workers:
        worker.kill()
        worker.communicate(timeout=30)


def is_running(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    try:
        return "State:\tZ" not in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def end(worker: subprocess.Popen[str]) -> str:
    worker.send_signal(signal.SIGINT)
    _, told = worker.communicate(timeout=30)
    assert worker.returncode == 0, told
    return told


@contextmanager
def clock(monkeypatch: pytest.MonkeyPatch, zone: str) -> Iterator[None]:
    """The clock of this machine in another time zone."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", zone)
        time.tzset()
        yield
    time.tzset()


def test_a_worker_runs_what_is_queued_and_ends_when_asked(workshop: Workshop) -> None:
    workshop.queue()
    with pytest.raises(ConflictError, match="waits in the queue already"):
        workshop.queue()
    workshop.say("go")
    worker = workshop.start_worker()
    workshop.until_all_ended()
    (job,) = workshop.jobs()
    assert (job.status, job.attempts, job.failure) == ("succeeded", 1, None)
    assert job.started_at is not None
    assert job.ended_at is not None
    assert job.ended_at > job.started_at >= job.asked_at
    assert (workshop.folder / "runs").read_text().split()[1] == job.asked_at.astimezone().date().isoformat()
    told = end(worker)
    assert f"job {job.job_id} is done" in told
    assert workshop.live_workers() == 0


def test_the_job_of_a_killed_worker_is_run_again_by_the_next(workshop: Workshop) -> None:
    workshop.queue()
    killed = workshop.start_worker()
    workshop.until(lambda: len(workshop.runs()) == 1)
    killed.kill()
    workshop.until(lambda: not is_running(workshop.runs()[0]))  # the job does not outlive its worker
    workshop.say("go")
    workshop.start_worker()
    workshop.until(lambda: not workshop.jobs()[0].worker_lives)
    workshop.until_all_ended()
    (job,) = workshop.jobs()
    assert (job.status, job.attempts, job.failure) == ("succeeded", 2, JobFailure.DIED)
    assert len(workshop.runs()) == 2


def test_an_interrupted_worker_ends_its_job_and_leaves_it_to_the_next(workshop: Workshop) -> None:
    workshop.queue()
    worker = workshop.start_worker()
    workshop.until(lambda: len(workshop.runs()) == 1)
    told = end(worker)
    assert "was stopped and will be run again" in told
    assert "the worker has stopped" in told
    assert "Traceback" not in told
    assert not is_running(workshop.runs()[0])
    (job,) = workshop.jobs()
    assert (job.status, job.failure) == ("todo", JobFailure.STOPPED)
    workshop.say("go")
    workshop.start_worker()
    workshop.until_all_ended()
    assert workshop.jobs()[0].status == "succeeded"


def test_two_workers_never_run_two_at_once(workshop: Workshop) -> None:
    workshop.start_worker()
    workshop.start_worker()
    workshop.until(lambda: workshop.live_workers() == 2)
    workshop.queue()
    workshop.until(lambda: len(workshop.runs()) == 1)
    workshop.queue()
    time.sleep(5 * FAST.poll.total_seconds())  # the idle worker has looked for work several times
    assert [job.status for job in workshop.jobs()] == ["doing", "todo"]
    workshop.say("go")
    workshop.until_all_ended()
    assert [(job.status, job.failure) for job in workshop.jobs()] == [("succeeded", None)] * 2


def test_what_fails_is_tried_again_unless_it_is_hopeless(workshop: Workshop) -> None:
    workshop.say("go")
    worker = workshop.start_worker()
    for outcome, attempts, message in (
        ("unavailable", 2, "no model\n  → zhuye train"),
        ("misconfigured", 1, "a setting is wrong\n  → set it right"),
        ("withheld", 1, "a group fares worse\n  → read the report"),
        ("short of memory", 2, "the process of the job was killed: the machine may have been short of memory"),
        ("unforeseen", 2, "ValueError in <string>, line 25 (work); the log says more"),
    ):
        workshop.say(outcome)
        workshop.queue()
        workshop.until_all_ended()
        job = workshop.jobs()[-1]
        assert (job.status, job.attempts, job.failure) == ("failed", attempts, JobFailure.ERROR)
        assert job.message == message  # of what was not foreseen, nothing that may quote personal data
        workshop.unsay(outcome)
    told = end(worker)
    assert "ValueError: 张三" in told
    assert "a library prints this" in told
    assert "AttemptFailed" not in told


def test_a_database_that_is_lost_ends_the_worker_and_its_job(workshop: Workshop) -> None:
    workshop.queue()
    worker = workshop.start_worker(patience=0.5)
    workshop.until(lambda: len(workshop.runs()) == 1)
    name = workshop.engine.url.database
    workshop.engine.dispose()
    server = create_engine(workshop.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :n"), {"n": name}
        )
    server.dispose()
    _, told = worker.communicate(timeout=30)
    assert worker.returncode != 0
    assert "UnavailableError: the database has stopped answering" in told
    assert not is_running(workshop.runs()[0])


def test_another_run_is_waited_for_and_no_failure(workshop: Workshop) -> None:
    workshop.say("go", "busy")
    workshop.queue()
    workshop.start_worker()
    workshop.until(lambda: workshop.jobs()[0].attempts > len(FAST.waits) + 1)
    assert workshop.jobs()[0].failure is JobFailure.BUSY
    workshop.unsay("busy")
    workshop.until_all_ended()
    assert workshop.jobs()[0].status == "succeeded"


def test_a_night_is_queued_once_by_any_number_of_workers_and_made_up_for(workshop: Workshop) -> None:
    workshop.say("go")
    just_missed = f"{datetime.now() - timedelta(minutes=2):%H:%M}"
    workshop.start_worker(just_missed)
    workshop.start_worker(just_missed)
    workshop.until(lambda: workshop.live_workers() == 2 and len(workshop.jobs()) > 0)
    workshop.until_all_ended()
    time.sleep(5 * FAST.poll.total_seconds())
    (job,) = workshop.jobs()
    assert job.status == "succeeded"
    assert f"{datetime.fromtimestamp(job.arguments['timestamp']):%H:%M}" == just_missed


@pytest.mark.parametrize(
    ("asked", "now", "day"),
    [
        ("2026-11-24 02:00", "2026-11-24 02:00", "2026-11-24"),
        ("2026-11-24 23:50", "2026-11-25 00:10", "2026-11-24"),  # a retry resumes the evening's run
        ("2026-11-24 23:50", "2026-11-25 11:49", "2026-11-24"),
        ("2026-11-20 18:00", "2026-11-24 09:00", "2026-11-24"),  # waited for a worker all weekend
    ],
)
def test_the_day_that_a_job_is_for(asked: str, now: str, day: str) -> None:
    shanghai = gettz("Asia/Shanghai")
    timestamp = int(datetime.fromisoformat(asked).replace(tzinfo=shanghai).timestamp())
    assert day_of_run(timestamp, datetime.fromisoformat(now).replace(tzinfo=shanghai)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("Asia/Shanghai", "2026-11-24 01:59+08:00", "2026-11-24 02:00+08:00"),
        ("Asia/Shanghai", "2026-11-24 02:00+08:00", "2026-11-25 02:00+08:00"),
        ("Europe/Berlin", "2026-10-24 12:00+02:00", "2026-10-25 02:00+02:00"),
        ("Europe/Berlin", "2026-10-25 12:00+01:00", "2026-10-26 02:00+01:00"),  # summer time has ended
    ],
)
def test_the_next_night_is_by_the_clock_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, zone: str, now: str, due: str
) -> None:
    at = datetime.strptime("02:00", "%H:%M").time()
    with clock(monkeypatch, zone):
        assert next_night(at, datetime.fromisoformat(now)).timestamp() == datetime.fromisoformat(due).timestamp()


@pytest.mark.slow
def test_the_worker_of_the_command_line_re_matches_everybody(
    workshop: Workshop, services: Services, home: Path
) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ZHUYE_")}
    given = {
        "ZHUYE_HOME": str(home),
        "ZHUYE_DATABASE_URL": workshop.url,
        "ZHUYE_EMBEDDER": str(services.settings.embedder),
    }
    workshop.queue()
    command = [sys.executable, "-c", "from api.cli import main; main()", "work"]
    worker = subprocess.Popen(command, env={**inherited, **given}, stderr=subprocess.PIPE, text=True)
    workshop.workers.append(worker)
    workshop.until(lambda: worker.poll() is not None or workshop.jobs()[0].status != "todo")
    workshop.until(lambda: worker.poll() is not None or workshop.jobs()[0].status != "doing", seconds=120)
    assert "job 1 is done" in end(worker)
    with services.engine.connect() as connection:
        run = published_run(connection)
    assert run is not None
    assert run.as_of == workshop.jobs()[0].asked_at.astimezone().date()
    assert run.summary["seekers"] == 16


def test_the_command_line_queues_and_shows(workshop: Workshop, tmp_path: Path) -> None:
    url = {"ZHUYE_DATABASE_URL": workshop.url}
    shown = zhuye("jobs", "--run-now", home=tmp_path / "home", ZHUYE_NIGHTLY_AT="3:30", **url)
    assert shown.returncode == 0, shown.stderr
    assert "waiting" in shown.stdout
    assert "03:30" in shown.stdout
    assert "no worker is running: zhuye work" in shown.stdout


def test_the_jobs_as_they_are_shown(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    workshop.say("go", "unavailable")
    workshop.queue()
    workshop.start_worker()
    workshop.until_all_ended()
    workshop.queue()
    show_jobs(Services(Settings(nightly_at=None), workshop.engine), FAST, 20)
    shown = capsys.readouterr().out
    for words in ("失败", "1 最近未成 / last failure: no model", "no nightly re-match", "workers: 1"):
        assert words in shown


@pytest.mark.parametrize("written", ["25:00", "at night", "2:0"])
def test_a_time_that_is_none_is_told_in_words(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("ZHUYE_NIGHTLY_AT", written)
    with pytest.raises(ConfigurationError, match=f"ZHUYE_NIGHTLY_AT is '{written}': .*HH:MM"):
        read_settings()
