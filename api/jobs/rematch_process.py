"""The re-match of everybody in a process of its own, as the queue runs it: `python -m api.jobs.rematch_process DAY`."""

from __future__ import annotations

import os
import sys
from datetime import date

from api.jobs.own_process import answer_worker
from data.storage.run_lock import RunInProgressError

_SEED = 1


def _work() -> None:
    from api.bootstrap import open_services
    from api.jobs.overnight.rematch import rematch
    from api.jobs.stages import Stages
    from api.service_settings import read_settings

    rematch(open_services(read_settings()), Stages(), today=date.fromisoformat(sys.argv[1]), seed=_SEED)


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as in api.cli: idle threads sleep
    answer_worker(_work, busy=RunInProgressError)
