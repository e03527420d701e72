"""How well incubators and mentors suit the people who may have them: nearness of trade, distance, what must be asked.

    worth = likeness × ½^(km ÷ half distance) × factor^(questions) × free ÷ (free + 1)     (the last for incubators)

A convention for ordering (`startup_policy.csv`), no probability: there are no outcome data of start-ups to fit it to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.facts.protected_words import without_protected_words
from data.reference.startup_support import StartupPolicy
from data.startup_columns import codes_in
from matching.eligibility import seeker_records
from matching.rules import EARTH_RADIUS_KM
from training_recs.course_catalogue import coordinates, run_places
from training_recs.entrepreneurship.starters import Starters
from training_recs.entrepreneurship.support_terms import Masks, judge_terms, within

Matrix = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]

LEVELS = 4
"""Parts of an occupation's code."""


@dataclass(frozen=True)
class JudgedSupport:
    """Every pair of starters and places; `failed` and `unknown` as of `judge_terms`.

    `likeness` in 0–1, `km` NaN where unknown or online, `worth` ≥ 0 and 0 where a term fails: float64 (starters,
    places).
    """

    failed: Masks
    unknown: Masks
    likeness: Matrix
    km: Matrix
    worth: Matrix


def support_texts(places: pd.DataFrame) -> list[str]:
    """What is embedded of each incubator (sectors) or mentor (field and experience)."""
    columns = ["sectors"] if "sectors" in places else ["field", "experience"]
    return [without_protected_words(" ".join(filter(None, row))) for row in places[columns].fillna("").to_numpy()]


def judge_support(
    starters: Starters, places: pd.DataFrame, starter_vectors: Vectors, place_vectors: Vectors, policy: StartupPolicy
) -> JudgedSupport:
    """Judge every pair.

    Parameters
    ----------
    places
        An INCUBATORS or MENTORS table.
    starter_vectors, place_vectors
        float32 (n, d), rows L2-normalised or zero: `Starters.texts` and `support_texts` embedded.
    """
    failed, unknown = judge_terms(starters, places)
    likeness = _likeness(starters, places, starter_vectors, place_vectors, policy)
    km = _kilometres(starters, places)
    online = places["online"].to_numpy(bool) if "online" in places else np.zeros(len(places), bool)
    near = np.where(online, 1.0, 0.5 ** np.where(np.isnan(km), 1.0, km / policy.half_distance_km))
    asked = np.bitwise_count(unknown).astype(np.float64)
    free = places["workstations_free"].to_numpy(np.float64) if "workstations_free" in places else np.inf
    room = np.ones(len(places)) if np.isscalar(free) else free / (free + 1.0)
    worth = likeness * near * policy.unknown_factor**asked * room
    return JudgedSupport(failed, unknown, likeness, np.where(online, np.nan, km), np.where(failed == 0, worth, 0.0))


def _likeness(
    starters: Starters, places: pd.DataFrame, starter_vectors: Vectors, place_vectors: Vectors, policy: StartupPolicy
) -> Matrix:
    """The better of the cosine of texts and the share of the occupation's code that is in common."""
    cosine = np.array([place_vectors @ vector for vector in starter_vectors], dtype=np.float64)
    cosine = cosine.reshape(len(starters), len(places))
    shared = {code: np.zeros(len(places)) for code in set(starters.occupations)}
    for column, known in enumerate(places["occupations"]):
        for code, share in shared.items():
            share[column] = max((_shared_parts(code, one) for one in codes_in(known)), default=0) / LEVELS
    in_common = np.array([shared[code] for code in starters.occupations]).reshape(cosine.shape)
    return np.asarray(np.clip(np.maximum(cosine, in_common), policy.least_likeness, 1.0))


def _shared_parts(code: str, other: str) -> int:
    parts = other.split("-")
    return max(depth for depth in range(len(parts) + 1) if depth == 0 or within(code, "-".join(parts[:depth])))


def _kilometres(starters: Starters, places: pd.DataFrame) -> Matrix:
    """Great-circle distance from unit vectors, as `matching.rules.distance_km`."""
    there = run_places(pd.DataFrame(coordinates(_with_coordinates(places))))
    home = seeker_records(starters.seekers)
    chord2 = np.zeros((len(starters), len(places)))
    for axis in ("x", "y", "z"):
        chord2 += np.subtract.outer(home[axis], there[axis]) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord2) / 2)))


def _with_coordinates(places: pd.DataFrame) -> pd.DataFrame:
    return places if "longitude" in places else places.assign(longitude=math.nan, latitude=math.nan)
