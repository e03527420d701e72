"""The re-match of everybody, alone: what the queue runs (`python -m api.jobs.rematch_process 2026-11-24`)."""

from __future__ import annotations

import os
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from api.jobs.own_process import answer_worker
from data.storage.run_lock import RunInProgressError, only_one_run

if TYPE_CHECKING:
    from api.bootstrap import Services
    from api.jobs.stages import Stages

_SEED = 1


def rematch_alone(services: Services, stages: Stages, *, today: date) -> dict[str, Any]:
    """Match everybody against everything as of `today`, and publish; returns the run's summary.

    Raises
    ------
    RunInProgressError
        Another run is in progress, whoever started it.
    """
    from api.jobs.match_everybody import match_everybody

    with only_one_run(services.engine):
        return match_everybody(services, stages, today=today, seed=_SEED)


def _work() -> None:
    from api.bootstrap import open_services
    from api.jobs.stages import Stages
    from api.service_settings import read_settings

    rematch_alone(open_services(read_settings()), Stages(), today=date.fromisoformat(sys.argv[1]))


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as in api.cli: idle threads sleep
    answer_worker(_work, busy=RunInProgressError)
