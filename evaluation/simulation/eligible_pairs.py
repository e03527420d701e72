"""All pairs of a month that no hard rule forbids, one bit each, and the first of them in some order of posts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from data.market import Market
from evaluation.simulation.luck import Stream, chance
from matching import rules
from matching.allowed_vacancies import AllowedVacancies
from matching.eligibility import seeker_records, vacancy_records
from models.kernels import kernel

Bits = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int32]
_LOT = np.uint64(Stream.LOT)


def eligible_bits(market: Market) -> Bits:
    """uint64 (seekers, words): bit v % 64 of word v // 64 is set where no rule forbids seeker and vacancy v."""
    seekers, vacancies = seeker_records(market.seekers), vacancy_records(market.vacancies)
    bits, _ = AllowedVacancies(seekers, vacancies).of(np.arange(len(seekers)))
    _clear_too_far(seekers, vacancies, bits)
    return bits


def are_eligible(bits: Bits, seeker: Ints, vacancy: Ints) -> npt.NDArray[np.bool_]:
    """Whether each pair is allowed, bool (n,)."""
    return np.asarray((bits[seeker, vacancy >> 6] >> (vacancy & 63).astype(np.uint64)) & np.uint64(1) == 1)


def first_eligible(
    bits: Bits,
    seekers: Ints,
    vacancies: Ints,
    *,
    rank: npt.NDArray[np.int64],
    seeker_ids: Ints,
    vacancy_ids: Ints,
    already: Ints,
    limit: int,
    seed: int,
    month: int,
) -> tuple[Ints, Ints]:
    """Of each seeker the `limit` allowed vacancies of lowest rank, equal ranks by lot.

    Parameters
    ----------
    bits
        Of all pairs of the month (`eligible_bits`).
    seekers, vacancies
        int32: rows of `bits` to choose for, columns to choose from.
    rank
        int64 (len(vacancies),): the lower is sent first.
    seeker_ids, vacancy_ids
        int32 of their shapes: what the lot is drawn by, and what `already` names vacancies by.
    already
        int32 (len(seekers), n): vacancies that each was sent to before; −1 none.

    Returns
    -------
    int32 (pairs,) twice: places in `seekers` and in `vacancies`.
    """
    found = _first(
        bits, seekers, vacancies, rank, seeker_ids, vacancy_ids, already, limit, np.uint64(seed), np.uint64(month)
    )
    place, order = np.nonzero(found >= 0)
    return place.astype(np.int32), found[place, order]


@kernel
def _clear_too_far(seekers: npt.NDArray[Any], vacancies: npt.NDArray[Any], bits: Bits) -> None:
    """The rule of commuting is the only one that reads too much of a seeker to be asked once for many."""
    for i in range(len(seekers)):
        for v in range(len(vacancies)):
            bit = np.uint64(1) << np.uint64(v & 63)
            if bits[i, v >> 6] & bit and rules.commute(seekers[i], vacancies[v]) == rules.FAIL:
                bits[i, v >> 6] &= ~bit


@kernel
def _first(
    bits: Bits,
    seekers: Ints,
    vacancies: Ints,
    rank: npt.NDArray[np.int64],
    seeker_ids: Ints,
    vacancy_ids: Ints,
    already: Ints,
    limit: int,
    seed: np.uint64,
    month: np.uint64,
) -> Ints:
    found = np.full((len(seekers), limit), -1, dtype=np.int32)
    order = np.argsort(rank, kind="mergesort")
    worth = np.empty(limit)
    for i in range(len(seekers)):
        filled = 0
        for j in order:
            # Ranks only rise from here on: a full list of lower ranks cannot change any more.
            if filled == limit and rank[j] > worth[limit - 1]:
                break
            v = vacancies[j]
            if not (bits[seekers[i], v >> 6] >> np.uint64(v & 63)) & np.uint64(1):
                continue
            # A rank and a lot below one: the sum orders by rank first.
            key = rank[j] + chance(seed, _LOT, month, np.uint64(seeker_ids[i]), np.uint64(vacancy_ids[j]))
            if (filled == limit and key >= worth[limit - 1]) or _contains(already[i], vacancy_ids[j]):
                continue
            at = filled if filled < limit else limit - 1
            while at > 0 and worth[at - 1] > key:
                worth[at], found[i, at] = worth[at - 1], found[i, at - 1]
                at -= 1
            worth[at], found[i, at] = key, j
            filled = min(filled + 1, limit)
    return found


@kernel
def _contains(values: Ints, value: int) -> bool:
    found = False
    for one in values:
        found |= one == value
    return found
