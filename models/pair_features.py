"""What a ranker may know of a pair: one function for training and serving.

Sex, ethnicity, household registration, age, district names and group membership are no features and no
source of one (a test holds the list). The one exception is the lawful preference for veterans
(退役军人保障法), where the advertisement states it.

Pairs bring the facts they need with them, so no call costs more the larger the market is. The kernel and what it
calls share this module because numba's cache on disk sees changes of one file only.
"""

from __future__ import annotations

import math
from collections import namedtuple
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Table
from data.market import Market
from data.market_columns import MARKET_SEEKERS, MARKET_VACANCIES
from data.records import SeekerGroup
from data.reference.occupations import load_occupations
from models.kernels import kernel

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
AT: Any = namedtuple("AT", FEATURE_NAMES)(*range(len(FEATURE_NAMES)))
"""Column of each feature, by its name."""
VETERAN_BIT = list(SeekerGroup).index(SeekerGroup.VETERAN)
EARTH_RADIUS_KM = 6371.0088
UNKNOWN = np.float32(np.nan)
Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int32]


def _facts(table: Table, names: str) -> np.dtype[Any]:
    return np.dtype([(name, table.columns[name].dtype) for name in names.split()], align=True)


_SEEKER_FACTS = _facts(
    MARKET_SEEKERS,
    "education_level experience_years desired_occupation credential_mask credentials_complete wage_min "
    "accepts_night_work accepts_shift_work needs_board needs_lodging will_relocate longitude latitude "
    "commute_limit_km seniority group_mask",
)
_VACANCY_FACTS = _facts(
    MARKET_VACANCIES,
    "occupation headcount education_min experience_min_years credential_mask wage_min wage_max night_work shift_work "
    "board_offered lodging_offered longitude latitude veterans_preferred seniority days_open",
)


def pair_features(
    market: Market,
    seeker_rows: Rows,
    vacancy_rows: Rows,
    similarity: Floats,
    *,
    days_ago: npt.NDArray[np.integer] | None = None,
) -> Floats:
    """Features of the pairs (seeker_rows[i], vacancy_rows[i]); pairs of one seeker side by side are fastest.

    Parameters
    ----------
    days_ago
        Shape (n,): days from the day a pair is looked at to the market's `as_of`; none: 0, today. Past
        referrals were made to fresh advertisements, however long ago that was.

    Returns
    -------
    float32 (n, len(FEATURE_NAMES)) in column order; NaN where a fact is not known. Units are beside `FEATURE_NAMES`.
    """
    found = np.empty((len(FEATURE_NAMES), len(seeker_rows)), dtype=np.float32)
    # A run of pairs of one seeker reads his facts once.
    changes = np.flatnonzero(seeker_rows[1:] != seeker_rows[:-1]) + 1
    run = np.concatenate([[0], changes, [len(seeker_rows)]]) if len(seeker_rows) else np.zeros(1, dtype=np.int64)
    seekers = seeker_rows[run[:-1]].astype(np.int32, copy=False)
    vacancies = _gather(market.vacancies, vacancy_rows, _VACANCY_FACTS)
    if days_ago is not None:
        vacancies["days_open"] = np.maximum(vacancies["days_open"] - days_ago, 0)
    _fill(
        _gather(market.seekers, seekers, _SEEKER_FACTS), run, vacancies, *_jobs(market.experience, seekers), _groups(),
        found,
    )  # fmt: skip
    found[AT.similarity] = similarity
    return found.T


def _gather(table: pd.DataFrame, rows: Rows, facts: np.dtype[Any]) -> npt.NDArray[Any]:
    """Records of these rows: one place in memory a pair, and one type for the kernel whatever the table's layout."""
    found, places = np.empty(len(rows), dtype=facts), rows.astype(np.intp)
    for name in facts.names or ():
        found[name] = table[name].to_numpy().take(places)
    return found


def _jobs(
    experience: pd.DataFrame, seekers: Rows
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int16], npt.NDArray[np.float32]]:
    """Where the jobs of each of `seekers` begin (and the last one's end), their occupations and years."""
    owner = experience["seeker"].to_numpy()
    first, end = (np.searchsorted(owner, seekers, side=side) for side in ("left", "right"))
    begins = np.concatenate([[0], np.cumsum(end - first)])
    rows = np.arange(begins[-1]) + np.repeat(first - begins[:-1], end - first)
    return begins, experience["occupation"].to_numpy()[rows], experience["years"].to_numpy()[rows]


@kernel
def _fill(seekers, run, vacancies, job, job_occupation, job_years, groups, found):  # type: ignore[no-untyped-def]
    """Every feature but the similarity of the pairs run[i] to run[i + 1] of seekers[i], into `found` (F, pairs)."""
    for i in range(len(seekers)):
        s = seekers[i]
        for pair in range(run[i], run[i + 1]):
            v = vacancies[pair]
            offer = _middle(v.wage_min, v.wage_max)
            km = _haversine_km(s.longitude, s.latitude, v.longitude, v.latitude)
            share = _within(km / _within(s.commute_limit_km, 0.01, np.inf), 0, 5)
            would_live_there = s.will_relocate == 1 or (s.will_relocate < 0 and s.needs_lodging == 1)
            lives_there = v.lodging_offered == 1 and would_live_there
            missing = v.credential_mask & ~s.credential_mask
            closest, related = UNKNOWN, np.float32(0)
            for j in range(job[i], job[i + 1]):
                near = _near(groups, job_occupation[j], v.occupation)
                if near > closest or math.isnan(closest):
                    closest = near
                if near >= 3 and not math.isnan(job_years[j]):
                    related += job_years[j]

            found[AT.desired_relation, pair] = _near(groups, s.desired_occupation, v.occupation)
            found[AT.experience_relation, pair] = closest
            found[AT.related_years, pair] = related
            required_years = np.float32(0) if math.isnan(v.experience_min_years) else v.experience_min_years
            found[AT.experience_surplus_years, pair] = _within(s.experience_years - required_years, -10, 30)
            known = s.education_level >= 0 and v.education_min >= 0
            found[AT.education_surplus, pair] = s.education_level - max(v.education_min, 1) if known else UNKNOWN
            found[AT.education_unproved, pair] = max(v.education_min, 0) if s.education_level < 0 else 0
            found[AT.wage_surplus, pair] = (
                _within(offer / s.wage_min - np.float32(1), -1, 3) if s.wage_min > 0 else UNKNOWN
            )
            found[AT.wage_offer_log, pair] = UNKNOWN if math.isnan(offer) else math.log(max(offer, np.float32(1)))
            found[AT.distance_km, pair] = km
            found[AT.distance_share, pair] = share
            found[AT.journey_share, pair] = 0 if lives_there else share
            found[AT.lives_there, pair] = lives_there
            found[AT.board_match, pair] = _offer_match(s.needs_board, v.board_offered)
            found[AT.lodging_match, pair] = _offer_match(s.needs_lodging, v.lodging_offered)
            found[AT.shift_demand, pair] = _either(v.night_work, v.shift_work)
            found[AT.night_doubt, pair] = _doubt(v.night_work, s.accepts_night_work)
            found[AT.shift_doubt, pair] = _doubt(v.shift_work, s.accepts_shift_work)
            found[AT.credentials_required, pair] = _count(v.credential_mask)
            found[AT.credentials_missing, pair] = _count(missing)
            found[AT.headcount_log, pair] = math.log1p(v.headcount)
            found[AT.days_open, pair] = v.days_open
            found[AT.facts_unstated, pair] = (
                (v.education_min < 0)
                + (s.education_level < 0)
                + math.isnan(v.experience_min_years)
                + math.isnan(s.experience_years)
                + math.isnan(offer)
                + math.isnan(km)
                + math.isnan(s.commute_limit_km)
                + (s.needs_board == 1 and v.board_offered < 0)
                + (s.needs_lodging == 1 and v.lodging_offered < 0)
                + (missing != 0 and not s.credentials_complete)
            )
            found[AT.rank_above, pair] = max(v.seniority - s.seniority, 0)
            found[AT.rank_below, pair] = max(s.seniority - v.seniority, 0)
            found[AT.veteran_preferred, pair] = v.veterans_preferred and (s.group_mask >> VETERAN_BIT) & 1 == 1


@kernel
def _near(groups, occupation, other):  # type: ignore[no-untyped-def]
    """How near two occupations are in the classification tree: see `relation`."""
    if occupation < 0 or other < 0:
        return UNKNOWN
    shared = 0
    for depth in range(groups.shape[1]):
        shared += groups[occupation, depth] == groups[other, depth]
    return np.float32(shared)


@kernel
def _haversine_km(longitude, latitude, other_longitude, other_latitude):  # type: ignore[no-untyped-def]
    radian = np.pi / 180
    x, y = longitude * radian, latitude * radian
    other_x, other_y = other_longitude * radian, other_latitude * radian
    half = math.sin((other_y - y) / 2) ** 2 + math.cos(y) * math.cos(other_y) * math.sin((other_x - x) / 2) ** 2
    return math.nan if math.isnan(half) else 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(half, 1.0)))


@kernel
def _middle(low, high):  # type: ignore[no-untyped-def]
    """Middle of a range of float32, or its only end; NaN where neither is stated."""
    low = high if math.isnan(low) else low
    high = low if math.isnan(high) else high
    return np.float32(low + high) / np.float32(2)


@kernel
def _within(value, low, high):  # type: ignore[no-untyped-def]
    """The nearest number to `value` in [low, high]; NaN stays NaN."""
    return np.float32(low) if value < low else np.float32(high) if value > high else np.float32(value)


@kernel
def _count(mask):  # type: ignore[no-untyped-def]
    """Bits set."""
    bits = 0
    while mask != 0:
        mask &= mask - np.uint64(1)
        bits += 1
    return bits


@kernel
def _offer_match(needs, offered):  # type: ignore[no-untyped-def]
    return 1 if offered == 1 else -1 if needs == 1 and offered == 0 else 0


@kernel
def _either(night_work, shift_work):  # type: ignore[no-untyped-def]
    """1 where one of them is, 0 where one is denied and the other is not, NaN where nothing is said."""
    if night_work == 1 or shift_work == 1:
        return np.float32(1)
    return UNKNOWN if night_work < 0 and shift_work < 0 else np.float32(0)


@kernel
def _doubt(demanded, accepted):  # type: ignore[no-untyped-def]
    """How likely the hours break the pair, in order; −1 in either is unstated."""
    if demanded == 0 or accepted == 1:
        return 0
    if demanded == 1 and accepted == 0:
        return 3
    return 1 if demanded < 0 and accepted < 0 else 2


def distance_km(
    longitude: npt.NDArray[np.floating], latitude: npt.NDArray[np.floating],
    other_longitude: npt.NDArray[np.floating], other_latitude: npt.NDArray[np.floating],
) -> npt.NDArray[np.float64]:  # fmt: skip
    """Great-circle distance, km, by the haversine formula; degrees (n,) in, NaN where any is NaN."""
    degrees = (longitude, latitude, other_longitude, other_latitude)
    return np.array([_haversine_km(*place) for place in np.column_stack(degrees).astype(np.float64)])


def relation(occupation: npt.NDArray[np.integer], other: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
    """How near two occupations (rows of the reference table) are in the classification tree, float32 (n,).

    4 the same, 3 the same minor group, 2 sub-major, 1 major, 0 none of these; NaN where one is unknown.
    """
    found = np.empty(len(occupation), dtype=np.float32)
    _relations(_groups(), occupation.astype(np.int16), other.astype(np.int16), found)
    return found


@kernel
def _relations(groups, occupation, other, found):  # type: ignore[no-untyped-def]
    for i in range(len(found)):
        found[i] = _near(groups, occupation[i], other[i])


@cache
def _groups() -> npt.NDArray[np.int32]:
    """int32 (occupations, 4): major, sub-major, minor group and occupation as numbers."""
    parts = load_occupations()["code"].str.split("-")
    prefixes = [parts.str[:depth].str.join("-") for depth in (1, 2, 3, 4)]
    return np.column_stack([pd.factorize(prefix)[0] for prefix in prefixes]).astype(np.int32)
