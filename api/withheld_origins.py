"""Where a project's people would come from, for files that leave the bureau: small cells are withheld."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from data.columns import Column, Table
from evaluation.outcomes.disclosure import is_small, withheld
from training_recs.project_assessment.assessment_tables import ORIGINS

SHOWN_ORIGINS = Table(
    "shown_origins",
    {
        **ORIGINS.columns,
        "people": Column("Int64", "people referred to the project; null: withheld", nullable=True, low=0),
        "expected": Column("Float64", "expected placements; null: withheld", nullable=True, low=0),
    },
)


def withheld_origins(origins: pd.DataFrame, referred: int) -> pd.DataFrame:
    """An ORIGINS table as SHOWN_ORIGINS: cells of 1 to 9 people are empty, and what they follow from.

    Districts add up to the people `referred` in all, which is shown. Groups overlap: a group is also withheld where
    but a few of those referred are not in it; only where groups add up do they follow from each other.
    """
    hidden = np.zeros(len(origins), dtype=bool)
    for dimension in ("district", "group"):
        rows = np.flatnonzero(origins["dimension"] == dimension)
        hidden[rows] = _hidden(origins["people"].to_numpy()[rows], referred)
    shown = origins.astype({"people": "Int64", "expected": "Float64"})
    return SHOWN_ORIGINS.check(
        shown.assign(people=shown["people"].mask(hidden), expected=shown["expected"].mask(hidden))
    )


def _hidden(people: npt.NDArray[np.int64], whole: int) -> npt.NDArray[np.bool_]:
    counts = np.concatenate([[whole], people]).astype(np.int64)
    adds_up = int(people.sum()) == whole
    relations = csr_array(np.concatenate([[1], -np.ones(len(people))])[None] if adds_up else np.zeros((0, len(counts))))
    sensitive = is_small(counts) | (is_small(whole - counts) if not adds_up else False)
    return withheld(counts, relations, sensitive)[1:]
