"""What a ranker may know of a pair: one function for training and serving.

Sex, ethnicity, household registration, age, district names and group membership are no features and no
source of one (a test holds the list). The one exception is the lawful preference for veterans
(退役军人保障法), where the advertisement states it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.market import Market
from data.records import SeekerGroup
from data.reference.occupations import load_occupations

FEATURE_NAMES: tuple[str, ...] = (
    "similarity",  # cosine of the two texts
    "desired_relation",  # 0 none, 1 major, 2 sub-major, 3 minor group, 4 same occupation; NaN unknown
    "experience_relation",  # the same of the closest job held
    "related_years",  # years in jobs of the same minor group
    "experience_surplus_years",  # years of work less years required; required unstated: 0
    "education_surplus",  # levels above the requirement; NaN where either is unknown
    "education_unproved",  # level asked for where the seeker's is not known, else 0
    "wage_surplus",  # middle of the pay offered ÷ the seeker's floor − 1, within [−1, 3]; NaN unknown
    "wage_offer_log",  # log of the middle of the pay offered, CNY/month
    "distance_km",  # great circle; NaN unknown
    "distance_share",  # distance ÷ the seeker's limit, at most 5
    "journey_share",  # distance_share of the daily way: 0 where the seeker would live at the work place
    "lives_there",  # 1 lodging is offered, and the seeker relocates or needs lodging
    "board_match",  # 1 offered, −1 needed and not offered, 0 otherwise
    "lodging_match",  # as above
    "shift_demand",  # 1 works nights or shifts, 0 does not, NaN unstated
    "night_doubt",  # 0 no nights or accepted, 1 neither side has spoken, 2 one has, 3 demanded and not accepted
    "shift_doubt",  # the same of shifts
    "credentials_required",  # number
    "credentials_missing",  # number required that the seeker is not known to hold
    "headcount_log",  # log(1 + openings)
    "days_open",  # days from publication to the day the pair is looked at
    "facts_unstated",  # facts that a rule needs and nobody stated
    "rank_above",  # ranks that the title stands above all work wanted and done (facts.seniority)
    "rank_below",  # ranks that it stands below
    "veteran_preferred",  # 1 a veteran, and the advertisement prefers veterans
)
VETERAN_BIT = list(SeekerGroup).index(SeekerGroup.VETERAN)
EARTH_RADIUS_KM = 6371.0088
Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int32]


def pair_features(
    market: Market,
    seeker_rows: Rows,
    vacancy_rows: Rows,
    similarity: Floats,
    *,
    days_ago: npt.NDArray[np.integer] | None = None,
) -> Floats:
    """Features of the pairs (seeker_rows[i], vacancy_rows[i]).

    Parameters
    ----------
    days_ago
        Shape (n,): days from the day a pair is looked at to the market's `as_of`; none: 0, today. Past
        referrals were made to fresh advertisements, however long ago that was.

    Returns
    -------
    float32 (n, len(FEATURE_NAMES)); NaN where a fact is not known. Units are beside `FEATURE_NAMES`.
    """
    s = {name: market.seekers[name].to_numpy()[seeker_rows] for name in _SEEKER_COLUMNS}
    v = {name: market.vacancies[name].to_numpy()[vacancy_rows] for name in _VACANCY_COLUMNS}
    offer = np.where(np.isnan(v["wage_min"]), v["wage_max"], v["wage_min"])
    offer = (offer + np.where(np.isnan(v["wage_max"]), offer, v["wage_max"])) / 2
    distance = distance_km(s["longitude"], s["latitude"], v["longitude"], v["latitude"])
    distance_share = np.minimum(distance / np.maximum(s["commute_limit_km"], 0.01), 5)
    would_live_there = (s["will_relocate"] == 1) | ((s["will_relocate"] < 0) & (s["needs_lodging"] == 1))
    lives_there = (v["lodging_offered"] == 1) & would_live_there
    missing = v["credential_mask"] & ~s["credential_mask"]
    related, years = _experience(market.experience, seeker_rows, v["occupation"])
    unstated = [
        v["education_min"] < 0, s["education_level"] < 0, np.isnan(v["experience_min_years"]),
        np.isnan(s["experience_years"]), np.isnan(offer), np.isnan(distance), np.isnan(s["commute_limit_km"]),
        (s["needs_board"] == 1) & (v["board_offered"] < 0), (s["needs_lodging"] == 1) & (v["lodging_offered"] < 0),
        (missing != 0) & ~s["credentials_complete"],
    ]  # fmt: skip
    columns = {
        "similarity": similarity,
        "desired_relation": relation(s["desired_occupation"], v["occupation"]),
        "experience_relation": related,
        "related_years": years,
        "experience_surplus_years": np.clip(
            s["experience_years"] - np.nan_to_num(v["experience_min_years"], nan=0.0), -10, 30
        ),
        "education_surplus": np.where(
            (s["education_level"] < 0) | (v["education_min"] < 0), np.nan,
            s["education_level"].astype(float) - np.maximum(v["education_min"], 1),
        ),
        "education_unproved": np.where(s["education_level"] < 0, np.maximum(v["education_min"], 0), 0),
        "wage_surplus": np.clip(offer / np.where(s["wage_min"] > 0, s["wage_min"], np.nan) - 1, -1, 3),
        "wage_offer_log": np.log(np.maximum(offer, 1)),
        "distance_km": distance,
        "distance_share": distance_share,
        "journey_share": np.where(lives_there, 0, distance_share),
        "lives_there": lives_there,
        "board_match": _offer_match(s["needs_board"], v["board_offered"]),
        "lodging_match": _offer_match(s["needs_lodging"], v["lodging_offered"]),
        "shift_demand": np.where(
            (v["night_work"] == 1) | (v["shift_work"] == 1), 1,
            np.where((v["night_work"] < 0) & (v["shift_work"] < 0), np.nan, 0),
        ),
        "night_doubt": _doubt(v["night_work"], s["accepts_night_work"]),
        "shift_doubt": _doubt(v["shift_work"], s["accepts_shift_work"]),
        "credentials_required": np.bitwise_count(v["credential_mask"]),
        "credentials_missing": np.bitwise_count(missing),
        "headcount_log": np.log1p(v["headcount"]),
        "days_open": v["days_open"] if days_ago is None else np.maximum(v["days_open"] - days_ago, 0),
        "facts_unstated": np.sum(unstated, axis=0),
        "rank_above": np.maximum(v["seniority"] - s["seniority"], 0),
        "rank_below": np.maximum(s["seniority"] - v["seniority"], 0),
        "veteran_preferred": v["veterans_preferred"] & ((s["group_mask"] >> VETERAN_BIT) & 1).astype(bool),
    }  # fmt: skip
    return np.column_stack([np.asarray(columns[name], dtype=np.float32) for name in FEATURE_NAMES])


_SEEKER_COLUMNS = (
    "education_level", "experience_years", "desired_occupation", "credential_mask", "credentials_complete", "wage_min",
    "accepts_night_work", "accepts_shift_work", "needs_board", "needs_lodging", "will_relocate", "longitude",
    "latitude", "commute_limit_km", "seniority", "group_mask",
)  # fmt: skip
_VACANCY_COLUMNS = (
    "occupation", "headcount", "education_min", "experience_min_years", "credential_mask", "wage_min", "wage_max",
    "night_work", "shift_work", "board_offered", "lodging_offered", "longitude", "latitude", "veterans_preferred",
    "seniority", "days_open",
)  # fmt: skip


def distance_km(
    longitude: npt.NDArray[np.floating], latitude: npt.NDArray[np.floating],
    other_longitude: npt.NDArray[np.floating], other_latitude: npt.NDArray[np.floating],
) -> npt.NDArray[np.float64]:  # fmt: skip
    """Great-circle distance, km, by the haversine formula; degrees in, NaN where any is NaN."""
    x, y, other_x, other_y = (
        np.radians(degrees.astype(np.float64)) for degrees in (longitude, latitude, other_longitude, other_latitude)
    )
    half = np.sin((other_y - y) / 2) ** 2 + np.cos(y) * np.cos(other_y) * np.sin((other_x - x) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1))))


def relation(occupation: npt.NDArray[np.integer], other: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
    """How near two occupations (rows of the reference table) are in the classification tree.

    4 the same, 3 the same minor group, 2 sub-major, 1 major, 0 none of these; NaN where one is unknown.
    """
    groups = _groups()
    near = np.sum(groups[occupation] == groups[other], axis=-1).astype(np.float32)
    return np.where((occupation < 0) | (other < 0), np.float32(np.nan), near)


@cache
def _groups() -> npt.NDArray[np.int32]:
    """int32 (occupations, 4): major, sub-major, minor group and occupation as numbers."""
    parts = load_occupations()["code"].str.split("-")
    prefixes = [parts.str[:depth].str.join("-") for depth in (1, 2, 3, 4)]
    return np.column_stack([pd.factorize(prefix)[0] for prefix in prefixes]).astype(np.int32)


def _experience(
    experience: pd.DataFrame, seeker_rows: Rows, occupation: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Closest relation of the jobs held (NaN: none known) and years in the same minor group, a pair each."""
    owner = experience["seeker"].to_numpy()
    held = experience["occupation"].to_numpy()
    years = np.nan_to_num(experience["years"].to_numpy("float32"), nan=0.0)
    first, end = (np.searchsorted(owner, seeker_rows, side=side) for side in ("left", "right"))
    closest = np.full(len(seeker_rows), np.nan, dtype=np.float32)
    related = np.zeros(len(seeker_rows), dtype=np.float32)
    for step in range(int((end - first).max(initial=0))):
        pair = np.flatnonzero(first + step < end)
        job = first[pair] + step
        near = relation(held[job], occupation[pair])
        closest[pair] = np.fmax(closest[pair], near)
        related[pair] += np.where(near >= 3, years[job], 0)
    return closest, related


def _offer_match(needs: npt.NDArray[np.int8], offered: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    return np.where(offered == 1, 1, np.where((needs == 1) & (offered == 0), -1, 0))


def _doubt(demanded: npt.NDArray[np.int8], accepted: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """How likely the hours break the pair, in order; −1 in either is unstated."""
    settled, refused = (demanded == 0) | (accepted == 1), (demanded == 1) & (accepted == 0)
    return np.where(settled, 0, np.where(refused, 3, np.where((demanded < 0) & (accepted < 0), 1, 2)))
