"""The overnight run on a real Dask scheduler with worker processes: the same result, also when a worker is killed."""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from distributed import LocalCluster
from rich.console import Console

from api.bootstrap import Services
from api.jobs.overnight.rematch import rematch
from api.jobs.stages import Stages
from data.errors import UnavailableError
from tests.api.test_overnight import matches_of
from tests.data.records_for_tests import AS_OF


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster


def night(services: Services, **settings: object) -> pd.DataFrame:
    changed = Services(services.settings.model_copy(update={"shard_seekers": 2, **settings}), services.engine)
    summary = rematch(changed, Stages(Console(file=io.StringIO())), today=AS_OF, seed=1, fresh=True)
    return matches_of(services, summary["run_id"])


def test_a_cluster_publishes_what_one_machine_does(services: Services, cluster: LocalCluster) -> None:
    here = night(services)
    there = night(services, scheduler=cluster.scheduler_address)
    assert len(here) > 16
    pd.testing.assert_frame_equal(there, here)


@pytest.mark.slow
def test_a_worker_killed_in_mid_run_changes_nothing(services: Services, cluster: LocalCluster) -> None:
    here = night(services)
    victim = next(iter(cluster.workers.values())).process.pid
    killed = threading.Event()

    def kill_when_it_works() -> None:
        runs: Path = services.settings.runs_path
        while not any(runs.glob("*/steps/match-00000.json")) or len(list(runs.iterdir())) < 2:
            pass
        os.kill(victim, signal.SIGKILL)
        killed.set()

    killer = threading.Thread(target=kill_when_it_works)
    killer.start()
    there = night(services, scheduler=cluster.scheduler_address)
    killer.join()
    assert killed.is_set()
    pd.testing.assert_frame_equal(there, here)


def test_a_scheduler_that_does_not_answer_says_what_to_do(services: Services) -> None:
    with pytest.raises(UnavailableError, match="no Dask scheduler answers at carrier-pigeon"):
        night(services, scheduler="carrier-pigeon://loft:8786")
