"""What an offer's classes count for: the cells whose need they train for, and the limits that they use."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from data.reference.districts import load_districts

Floats = npt.NDArray[np.float64]
KM_PER_DEGREE = 111.195


def cells_reached(offers: pd.DataFrame, cells: pd.DataFrame, reach_km: float) -> sparse.csr_matrix:
    """Whether those trained in an offer can work in a cell, sparse bool (offers, cells): the occupation is theirs, and
    the districts are the same or their centres at most `reach_km` apart."""
    here, there = (pd.Series(table["district_code"].unique(), dtype="string") for table in (offers, cells))
    near = _distance_km(here, there) <= reach_km
    near |= here.to_numpy(str)[:, None] == there.to_numpy(str)[None]
    pairs = pd.DataFrame(np.argwhere(near), columns=["here", "there"])
    pairs = pd.DataFrame({"here": here.to_numpy()[pairs["here"]], "there": there.to_numpy()[pairs["there"]]})
    one = offers[["occupation", "district_code"]].assign(offer=np.arange(len(offers)))
    other = cells[["occupation", "district_code"]].assign(cell=np.arange(len(cells)))
    found = one.merge(pairs, left_on="district_code", right_on="here").merge(
        other, left_on=["occupation", "there"], right_on=["occupation", "district_code"]
    )
    return sparse.csr_matrix(
        (np.ones(len(found), dtype=bool), (found["offer"], found["cell"])), shape=(len(offers), len(cells))
    )


def _distance_km(one: pd.Series[str], other: pd.Series[str]) -> Floats:
    """Straight line between districts' centres, float64 (one, other); infinite where a district is not in the table."""
    centres = load_districts().set_index("code")[["longitude", "latitude"]]
    a, b = (centres.reindex(codes).to_numpy(np.float64) for codes in (one, other))
    north = (a[:, None, 1] - b[None, :, 1]) * KM_PER_DEGREE
    east = (a[:, None, 0] - b[None, :, 0]) * KM_PER_DEGREE * np.cos(np.radians((a[:, None, 1] + b[None, :, 1]) / 2))
    return np.asarray(np.nan_to_num(np.hypot(north, east), nan=np.inf), dtype=np.float64)


def offers_counted(limits: pd.DataFrame, offers: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether a limit counts an offer's classes, bool (limits, offers): every stated cell of it agrees.

    A wider occupation group takes in its parts.
    """
    counted = np.ones((len(limits), len(offers)), dtype=bool)
    for column in ("provider", "district_code", "occupation"):
        place, values = pd.factorize(offers[column])
        for stated, rows in limits.groupby(column).indices.items():
            same = values == stated
            if column == "occupation":
                same = (pd.Series(values, dtype="string") + "-").str.startswith(f"{stated}-").to_numpy(bool)
            counted[rows] &= np.asarray(same, dtype=bool)[place]
    return counted
