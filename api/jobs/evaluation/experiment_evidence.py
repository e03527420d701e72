"""How the experiment stands and what it shows, from the ledger: for its status, its analysis and the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from api.bootstrap import Services
from api.jobs.running_experiment import started_design
from data.columns import TEXT, Column, Table
from data.storage.database import consistent_reading
from data.storage.experiment_repository import load_members, load_nights
from data.storage.record_repository import load_records
from evaluation.experiments.analysis import ExperimentAnalysis, analyse
from evaluation.experiments.design import ARM_NAMES, ExperimentDesign
from evaluation.experiments.experiment_people import experiment_people
from evaluation.groups import SMALLEST_CELL
from evaluation.refusal import Refusal

STANDING = Table(
    "experiment_standing",
    {
        "saturation": Column(TEXT, "share of the markets' people to be treated"),
        "arm": Column(TEXT, "control or treatment", codes=frozenset(ARM_NAMES)),
        "markets": Column("Int32", "markets of this saturation with people"),
        "people": Column("Int32", "who entered so far; null: fewer than are shown", nullable=True),
    },
)


@dataclass(frozen=True)
class ExperimentEvidence:
    """An experiment on one day.

    Attributes
    ----------
    design
        As it was started.
    as_of
        The day; the ledger is taken to be known until then.
    nights
        `EXPERIMENT_NIGHTS`: the published runs that obeyed.
    standing
        `STANDING`: who entered so far.
    analysis
        Its result; refused before the horizon (unless an interim analysis was asked for) or with too little to tell.
    """

    design: ExperimentDesign
    as_of: date
    nights: pd.DataFrame
    standing: pd.DataFrame
    analysis: ExperimentAnalysis | Refusal


def experiment_evidence(services: Services, today: date) -> ExperimentEvidence | None:
    """Evidence of the experiment that ZHUYE_EXPERIMENT names; None where it names none.

    Raises
    ------
    NotFoundError, DataError, ConfigurationError
        As `started_design`: a changed design is refused.
    """
    path = services.settings.experiment
    return gather_evidence(services, path, today) if path else None


def gather_evidence(services: Services, path: Path, today: date, *, interim: bool = False) -> ExperimentEvidence:
    """Evidence of the started experiment of a design file. Raises as `experiment_evidence`."""
    design = started_design(services, path)
    may_analyse = interim or today >= design.known_on
    with consistent_reading(services.engine) as connection:
        members, nights = load_members(connection, design.name), load_nights(connection, design.name)
        records = load_records(connection, with_history=True) if may_analyse else None
    if records is None:
        analysis: ExperimentAnalysis | Refusal = Refusal(
            zh=f"最后进入者到 {design.known_on} 才满 {design.horizon_days} 天，此前不作分析。",
            en=f"no analysis before {design.known_on}, when the last who enter are followed for "
            f"{design.horizon_days} days",
        )
    elif members.empty:
        analysis = Refusal(zh="还没有人进入试验。", en="nobody has entered the experiment yet")
    else:
        people = experiment_people(design, records, members, nights["run_id"].tolist(), today)
        analysis = analyse(design, people, today, interim=interim)
    return ExperimentEvidence(design, today, nights, _standing(design, members), analysis)


def _standing(design: ExperimentDesign, members: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for share in map(str, design.saturations):
        mine = members[members["saturation"] == share]
        for treated, arm in enumerate(ARM_NAMES):
            people = int((mine["treated"] == bool(treated)).sum())
            if share == str(1 - treated):
                continue  # nobody of a pure market is in the other arm
            rows.append(
                {
                    "saturation": share, "arm": arm, "markets": mine["market"].nunique(),
                    "people": people if people == 0 or people >= SMALLEST_CELL else None,
                }
            )  # fmt: skip
    return STANDING.check(pd.DataFrame(rows))
