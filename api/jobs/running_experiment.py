"""The experiment that nights obey: the design named by ZHUYE_EXPERIMENT, as it was when it was started."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from api.bootstrap import Services
from data.errors import ConfigurationError, DataError
from data.storage.experiment_repository import started_experiment
from evaluation.experiments.design import ExperimentDesign
from evaluation.experiments.design_file import read_design


def started_design(services: Services, path: Path) -> ExperimentDesign:
    """The design in a file, if it is the one that was started.

    Raises
    ------
    NotFoundError, DataError
        As `read_design`; or the design that was started under this name is another.
    ConfigurationError
        It was not started.
    """
    design = read_design(path)
    with services.engine.connect() as connection:
        started = started_experiment(connection, design.name)
    if started is None:
        raise ConfigurationError(
            f"experiment {design.name} is not started in this database", remedy=f"zhuye experiment start {path}"
        )
    if started.checksum != design.checksum:
        raise DataError(
            f"{path} is not the design that experiment {design.name} was started with on {started.started_at:%Y-%m-%d}",
            remedy="restore the file as it was then",
        )
    return design


def experiment_on(services: Services, day: date) -> ExperimentDesign | None:
    """The design that the night of `day` obeys; None where none is set, or where it has not begun or is over.

    Raises
    ------
    NotFoundError, DataError, ConfigurationError
        As `started_design`.
    """
    path = services.settings.experiment
    if path is None:
        return None
    design = started_design(services, path)
    return design if design.runs_on(day) else None
