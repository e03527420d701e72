"""Luck that belongs to a pair and a month, not to a policy: common random numbers.

Each number is a hash of its coordinates, so two policies that make the same referral in the same month meet the same
answer, whatever else they did; differences between policies are then those of their choices (Glasserman & Yao 1992,
"Some guidelines and guarantees for common random numbers").
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from models.kernels import kernel

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.integer[Any]]


class Stream(IntEnum):
    """What is drawn: each has numbers of its own."""

    ACCEPT = 1
    HIRE = 2
    MOMENT = 3
    START = 4
    TENURE = 5
    WAGE = 6
    LOT = 7
    HALF = 8
    SEAT = 9
    COMPLETE = 10
    HOLD_BACK = 11


def luck(seed: int, stream: Stream, month: int, seeker: Rows, vacancy: Rows) -> Floats:
    """Even numbers in [0, 1), float64 (n,), of the pairs (seeker[i], vacancy[i]) in a month."""
    return np.asarray(
        _lucks(
            np.uint64(seed), np.uint64(stream), np.uint64(month), seeker.astype(np.uint64), vacancy.astype(np.uint64)
        )
    )


@kernel
def chance(seed: np.uint64, stream: np.uint64, month: np.uint64, seeker: np.uint64, vacancy: np.uint64) -> float:
    """One number: SplitMix64 (Steele, Lea & Flood 2014) chained over the coordinates."""
    mixed = np.uint64(0)
    for coordinate in (seed, stream, month, seeker, vacancy):
        mixed = (mixed ^ coordinate) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return float(mixed >> np.uint64(11)) / 9007199254740992.0


@kernel
def _lucks(
    seed: np.uint64,
    stream: np.uint64,
    month: np.uint64,
    seeker: npt.NDArray[np.uint64],
    vacancy: npt.NDArray[np.uint64],
) -> Floats:
    found = np.empty(len(seeker))
    for i in range(len(seeker)):
        found[i] = chance(seed, stream, month, seeker[i], vacancy[i])
    return found
