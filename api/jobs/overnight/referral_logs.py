"""What is kept of each published night to judge other policies by, long after the run itself is deleted.

A log is a folder of Arrow files: about a kilobyte a seeker (25 bytes a candidate), so some 25 MB a night for the 20,000
seekers that are kept of a large city. Identifiers say nothing about a person; whoever is erased is taken out.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from api.jobs.overnight.run_folder import RunFolder
from data.column_file import read_columns, write_columns
from data.errors import DataError
from data.whole_folder import whole_folder
from evaluation.off_policy.run_log import LOGGED_CANDIDATES, RunLog

KEPT_DAYS = 270
"""The longest horizon of outcomes, 180 days, and three months of nights that have reached it."""
_MANIFEST, _CANDIDATES, _SEEKERS, _VACANCIES = "manifest.json", "candidates.arrow", "seekers.arrow", "vacancies.arrow"


def log_path(run: Path) -> Path:
    """Folder of the log among the files of its run."""
    return run / "log"


def log_files(folder: Path) -> list[Path]:
    """The files of a log."""
    return [folder / name for name in (_MANIFEST, _CANDIDATES, _SEEKERS, _VACANCIES)]


def write_log(log: RunLog, folder: Path) -> None:
    """Write the log's files into an existing folder."""
    write_columns(folder / _CANDIDATES, {name: log.candidates[name].to_numpy() for name in LOGGED_CANDIDATES.columns})
    write_columns(folder / _SEEKERS, {"seeker_id": log.seeker_ids})
    write_columns(folder / _VACANCIES, {"vacancy_id": log.vacancy_ids})
    manifest = {
        "run_id": log.run_id, "as_of": log.as_of.isoformat(), "share": log.share, "list_length": log.list_length,
    }  # fmt: skip
    (folder / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def read_log(folder: Path) -> RunLog:
    """The log that `write_log` wrote.

    Raises
    ------
    DataError
        A file is missing or damaged.
    """
    return RunLog(
        **_read_manifest(folder),
        seeker_ids=read_columns(folder / _SEEKERS)["seeker_id"].astype(object),
        vacancy_ids=read_columns(folder / _VACANCIES)["vacancy_id"].astype(object),
        candidates=LOGGED_CANDIDATES.check(pd.DataFrame(read_columns(folder / _CANDIDATES))),
    )


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return {**manifest, "as_of": date.fromisoformat(manifest["as_of"])}
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{folder} is no log of referrals: {error!r}", remedy="delete it") from error


def kept_logs(logs: Path) -> list[Path]:
    """Folders of the logs kept, oldest night first."""
    return sorted(path.parent for path in logs.glob(f"*/{_MANIFEST}") if not path.parent.name.startswith("."))


def keep_log(run: RunFolder, logs: Path) -> None:
    """Keep a second copy of the run's log where it outlives the run; nothing is done where there is one."""
    target = logs / run.plan.run_id
    if target.exists() or run.note_of("log") is None:
        return
    with whole_folder(target) as fresh:
        shutil.copytree(log_path(run.path), fresh, dirs_exist_ok=True)
    logs.chmod(0o700)  # who was likely to be referred where concerns nobody else on this machine


def tidy_logs(logs: Path, today: date, *, erased: Collection[str]) -> None:
    """Delete logs that have served their time, and take people who were erased out of the others."""
    gone = pd.Index(list(erased))
    for folder in kept_logs(logs):
        if _read_manifest(folder)["as_of"] < today - timedelta(days=KEPT_DAYS):
            shutil.rmtree(folder)
        elif np.isin(read_columns(folder / _SEEKERS)["seeker_id"], gone).any():
            without = _without(read_log(folder), gone)
            with whole_folder(folder) as fresh:
                write_log(without, fresh)


def _without(log: RunLog, erased: pd.Index[str]) -> RunLog:
    stays = ~pd.Index(log.seeker_ids).isin(erased)
    candidates = log.candidates[stays[log.candidates["seeker"]]]
    renumbered = (np.cumsum(stays) - 1).astype(np.int32)[candidates["seeker"]]
    table = LOGGED_CANDIDATES.check(candidates.assign(seeker=renumbered))
    return replace(log, seeker_ids=log.seeker_ids[stays], candidates=table)
