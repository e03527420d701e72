"""What the night knows of people in training and of seats that are left, beside the market; frozen with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from data.column_file import read_columns, write_columns
from data.columns import COURSE_RUNS, TEXT
from training_recs.course_conditions import TraineeFacts


def write_training(run: Path, left: pd.DataFrame, trainees: TraineeFacts) -> list[Path]:
    """Freeze a COURSE_RUNS table whose seats are those that are left, and what is known of the trainees."""
    files = [_runs_path(run), _trainees_path(run)]
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
        files[1], {name: getattr(trainees, name) for name in TraineeFacts.__dataclass_fields__}
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
