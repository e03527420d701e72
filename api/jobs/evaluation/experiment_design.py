"""Makes and starts an experiment from what the database and the published run hold."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.bootstrap import Services
from api.jobs.overnight.run_folder import RunFolder, open_run
from data.column_file import read_columns
from data.columns import Records
from data.errors import ConflictError, NotFoundError
from data.market import Market, market_from_records
from data.snapshot import open_snapshot
from data.storage.database import consistent_reading
from data.storage.experiment_repository import start_experiment
from data.storage.record_repository import load_records
from data.storage.run_repository import published_run
from evaluation.experiments.design import ExperimentDesign
from evaluation.experiments.design_file import read_design, write_design
from evaluation.experiments.make_design import DesignRequest, MadeDesign, MarketPairs, PastCohort, make_design
from evaluation.experiments.market_cells import CellGrid, seeker_cells, vacancy_cells
from evaluation.outcomes.cohorts import stock_cohort
from evaluation.outcomes.follow_up import follow_up
from evaluation.outcomes.placements import placements_known


def design_experiment(services: Services, request: DesignRequest, path: Path, today: date) -> MadeDesign:
    """Make a design from the published run's market and lists, and from past outcomes; write its file.

    Raises
    ------
    NotFoundError
        There is no published run, or its folder is on another machine.
    DataError, ConfigurationError, ConflictError
        As `make_design` and `write_design`.
    """
    folder = published_folder(services)
    with consistent_reading(services.engine) as connection:
        records = load_records(connection, with_history=True)
    market = open_snapshot(folder.path / "market" / "snapshot")
    pairs = _pairs(folder.path, folder.plan.settings["referrals_per_seeker"])
    made = make_design(
        request, market, pairs, _past(records, request, today),
        market_of=f"run {folder.plan.run_id} of {folder.plan.as_of}",
    )  # fmt: skip
    return MadeDesign(write_design(made.design, path), made.leakage_of_cells, made.cautions)


def start(services: Services, path: Path, today: date) -> ExperimentDesign:
    """Start the experiment of a design file: from now on only this very design is obeyed and analysed.

    Raises
    ------
    NotFoundError, DataError
        As `read_design`.
    ConflictError
        Its first night is past, it was started before, or more leaks between its markets than its limit allows.
    """
    design = read_design(path)
    if today >= design.starts_on:
        raise ConflictError(
            f"experiment {design.name} should have begun on {design.starts_on}: today is {today}",
            remedy="an experiment is started before its first night; write a new design with a later start",
        )
    if design.leakage > design.leakage_limit:
        raise ConflictError(
            f"experiment {design.name}: {design.leakage:.0%} of referrals cross between its markets, its limit is "
            f"{design.leakage_limit:.0%}",
            remedy="cut the city otherwise (--level, --least, --markets), or accept more in a new design (--leakage); "
            "zhuye experiment rehearse FILE says what that does to its results",
        )
    with services.engine.begin() as connection:
        start_experiment(connection, design.name, design.checksum, json.loads(path.read_text(encoding="utf-8")))
    return design


def published_folder(services: Services) -> RunFolder:
    """The folder of the published run. Raises NotFoundError where there is none on this machine."""
    with services.engine.connect() as connection:
        run = published_run(connection)
    folder = open_run(services.settings.runs_path / run.run_id) if run else None
    if folder is None:
        raise NotFoundError(
            "no published run to design an experiment from",
            remedy="zhuye rematch first, on this machine or with its ZHUYE_RUNS",
        )
    return folder


def listed_pairs(run: Path, *names: str) -> dict[str, npt.NDArray[np.float64]]:
    """Columns of the run's lists, all shards together, float64 (pairs,) each."""
    parts = [read_columns(path, *names) for path in sorted(run.glob("lists/[0-9]*.arrow"))]
    return {name: np.concatenate([np.empty(0), *(part[name] for part in parts)]).astype(np.float64) for name in names}


def _pairs(run: Path, per_seeker: int) -> MarketPairs:
    """The pairs that the run listed; referred are those that it referred, and everyone's own best of them."""
    seeker, vacancy, score, is_referral = listed_pairs(run, "seeker", "vacancy", "score", "is_referral").values()
    order = np.lexsort((vacancy, -score, seeker))
    ordered = seeker[order]
    is_best = np.zeros(len(order))
    is_best[order] = np.arange(len(order)) - np.searchsorted(ordered, ordered) < per_seeker
    return MarketPairs(seeker.astype(np.int64), vacancy.astype(np.int64), score, is_referral + is_best)


def _past(records: Records, request: DesignRequest, today: date) -> PastCohort:
    """Who was active a horizon ago and was placed within it, and all past placements, by cells."""
    everyone: Market = market_from_records(records, today, include_closed=True)
    grid = CellGrid(request.level)
    of_seeker = pd.Series(seeker_cells(everyone, grid), index=everyone.seekers["seeker_id"])
    of_vacancy = pd.Series(vacancy_cells(everyone, grid), index=everyone.vacancies["vacancy_id"])
    cohort = stock_cohort(records, today - timedelta(days=request.horizon_days), observed_until=today)
    waits = follow_up(records, cohort, request.proof).waits
    placements = placements_known(records, today)
    return PastCohort(
        cell=of_seeker.loc[cohort.people["seeker_id"]].to_numpy(np.int32),
        placed=(waits["placed_days"] <= request.horizon_days).fillna(False).to_numpy(bool),
        from_cell=of_seeker.loc[placements["seeker_id"]].to_numpy(np.int32),
        to_cell=of_vacancy.loc[placements["vacancy_id"]].to_numpy(np.int32),
    )
