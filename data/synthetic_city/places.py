"""Where people live and work: district shares of the advertisements, coordinates scattered about a centre."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data.reference.advertised_distributions import advertised
from data.reference.districts import load_districts

KM_PER_DEGREE = 111.2
_RADIUS_KM = {"district": 5.0, "zone": 4.0, "county": 16.0, "city": 16.0}
_SMALLEST_SHARE = 0.012
"""Counties hardly advertise on a job board; their people and firms go to the desk. Each has at least this share."""

Rows = npt.NDArray[np.int64]


def workplace_shares() -> npt.NDArray[np.float64]:
    """Share of vacancies by district, in the order of the district table; sums to 1."""
    codes = load_districts()["code"]
    share = advertised("district")["share"].reindex(codes).fillna(0).to_numpy(float).clip(_SMALLEST_SHARE)
    return np.asarray(share / share.sum())


def is_rural() -> npt.NDArray[np.bool_]:
    """Counties and county-level cities: where rural seekers live."""
    return load_districts()["kind"].isin(["county", "city"]).to_numpy(bool)


def scatter(rng: np.random.Generator, district: Rows) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Longitude and latitude, degrees, normally scattered about each district's centre, at most 2 deviations."""
    table = load_districts()
    radius = table["kind"].map(_RADIUS_KM).to_numpy(float)[district] / KM_PER_DEGREE
    north, east = rng.standard_normal((2, len(district))).clip(-2, 2) * radius
    latitude = table["latitude"].to_numpy(float)[district] + north
    longitude = table["longitude"].to_numpy(float)[district] + east / np.cos(np.radians(latitude))
    return longitude.round(5), latitude.round(5)
