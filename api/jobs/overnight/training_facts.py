"""What the night knows of people in training and of seats that are gone, beside the market; frozen with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data.column_file import read_columns, write_columns
from data.columns import COURSE_RUNS, TEXT
from data.market import Market
from training_recs.course_conditions import TraineeFacts


@dataclass(frozen=True)
class TrainingFacts:
    """`trainees` row for row with the market's seekers; places that are gone, by programme this year and by run."""

    trainees: TraineeFacts
    used_by_programme: Mapping[str, int] = field(default_factory=dict)
    taken_by_run: Mapping[str, int] = field(default_factory=dict)


ReadTrainingFacts = Callable[[Connection, Market], TrainingFacts]


def nothing_known(_: Connection, market: Market) -> TrainingFacts:
    """Where no enrolments are recorded."""
    return TrainingFacts(TraineeFacts.nothing_known(len(market.seekers)))


def write_training(run: Path, course_runs: pd.DataFrame, facts: TrainingFacts) -> list[Path]:
    """Freeze a COURSE_RUNS table, its seats less those that are gone, and what is known of the trainees."""
    files = [_runs_path(run), _trainees_path(run)]
    taken = course_runs["course_run_id"].map(facts.taken_by_run).fillna(0).astype("Int32")
    left = course_runs.assign(seats=(course_runs["seats"] - taken).clip(lower=0))
    # Nulls of texts and numbers have no place in columns of numbers: NaN and None stand for them.
    texts = {
        name: np.array([one if isinstance(one, str) else None for one in left[name]], dtype=object)
        for name, column in COURSE_RUNS.columns.items()
        if column.dtype == TEXT
    }
    numbers = {name: left[name].to_numpy("float64", na_value=np.nan) for name in ("seats", "longitude", "latitude")}
    dates = {name: left[name].to_numpy("datetime64[s]") for name in ("starts_on", "ends_on")}
    write_columns(files[0], {**texts, **numbers, **dates})
    write_columns(
        files[1], {name: getattr(facts.trainees, name) for name in TraineeFacts.__dataclass_fields__}
    )  # fmt: skip
    return files


def frozen_runs(run: Path) -> pd.DataFrame:
    """The COURSE_RUNS table, with the seats that are left."""
    frame = pd.DataFrame(read_columns(_runs_path(run)))
    return COURSE_RUNS.check(frame[list(COURSE_RUNS.columns)])


def frozen_trainees(run: Path, seekers: range) -> TraineeFacts:
    """What is known of these seekers of the market."""
    columns = read_columns(_trainees_path(run))
    return TraineeFacts(**{name: column[seekers.start : seekers.stop] for name, column in columns.items()})


def _runs_path(run: Path) -> Path:
    return run / "training" / "course_runs.arrow"


def _trainees_path(run: Path) -> Path:
    return run / "training" / "trainees.arrow"
