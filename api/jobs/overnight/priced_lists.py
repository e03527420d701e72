"""Whose lists are ranked by score − price, and whose by score alone: the arm of an experiment may know no prices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from api.jobs.overnight.run_files import arms_path
from data.column_file import read_columns

Rows = slice | npt.NDArray[np.bool_]


def priced_parts(
    run: Path, seekers: range, seeker: npt.NDArray[np.int32], price: npt.NDArray[np.float64]
) -> Iterator[tuple[Rows, npt.NDArray[np.float64]]]:
    """Which candidates of a shard are listed by which prices: all by the night's, or some arm's without any.

    Parameters
    ----------
    seekers
        The shard's rows in the market.
    seeker
        int32 (candidates,): rows in the shard.
    price
        float64 (vacancies,): the night's.
    """
    everybody = slice(None)
    if not arms_path(run).exists():
        yield everybody, price
        return
    priced = read_columns(arms_path(run), "priced")["priced"][seekers.start : seekers.stop][seeker]
    if priced.all():
        yield everybody, price
    elif not priced.any():
        yield everybody, np.zeros_like(price)
    else:
        yield priced, price
        yield ~priced, np.zeros_like(price)
