"""What an offer's classes count for: the cells whose need they train for, and the limits that they use."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.reference.districts import load_districts

Floats = npt.NDArray[np.float64]
KM_PER_DEGREE = 111.195


def cells_reached(offers: pd.DataFrame, cells: pd.DataFrame, reach_km: float) -> npt.NDArray[np.bool_]:
    """Whether those trained in an offer can work in a cell, bool (offers, cells): the occupation is theirs, and the
    districts are the same or their centres at most `reach_km` apart."""
    same = offers["district_code"].to_numpy(str)[:, None] == cells["district_code"].to_numpy(str)[None]
    near = _distance_km(offers["district_code"], cells["district_code"]) <= reach_km
    theirs = offers["occupation"].to_numpy(str)[:, None] == cells["occupation"].to_numpy(str)[None]
    return np.asarray(theirs & (same | near))


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
        for number, stated in enumerate(limits[column]):
            if not pd.isna(stated):
                same = offers[column] == stated
                inside = (offers[column] + "-").str.startswith(f"{stated}-")
                counted[number] &= (inside if column == "occupation" else same).to_numpy(bool)
    return counted
