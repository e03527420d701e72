"""Which vacancies no rule but commuting forbids, as bits, for seekers by the block.

A rule reads one or two values of a seeker, and only where they lie among the few that vacancies require: a city of a
million knows some hundred combinations a family of rules. Each is judged against every vacancy once, by the rules
themselves; a seeker's bits are those of his four combinations, joined 64 vacancies at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from matching import rules
from matching.eligibility import Records

Bits = npt.NDArray[np.uint64]
_FEW = 64


class AllowedVacancies:
    """Made for seekers and vacancies (records); `of` answers for rows of these seekers."""

    def __init__(self, seekers: Records, vacancies: Records) -> None:
        self._vacancies = len(vacancies)
        self._bits: list[Bits] = []
        combination = np.empty((len(seekers), len(rules.FAMILIES)), dtype=np.int32)
        for family in rules.FAMILIES:
            values = pd.DataFrame(dict(enumerate(_values_read(family, seekers, vacancies))))
            numbers = values.groupby(list(values), dropna=False).ngroup().to_numpy()
            _, first = np.unique(numbers, return_index=True)
            self._bits.append(rules.allowed_bits(family, seekers[first], vacancies))
            combination[:, family] = numbers
        self._combination = combination

    def of(self, rows: npt.NDArray[np.int64]) -> tuple[Bits, npt.NDArray[np.int64]]:
        """uint64 (n, words) as `rules.allowed_bits`, and ascending the vacancies that one of these seekers may have."""
        words = self._bits[0].shape[1]
        bits, union = np.empty((len(rows), words), dtype=np.uint64), np.empty(words, dtype=np.uint64)
        rules.all_families(*self._bits, self._combination[rows], bits, union)
        every = np.unpackbits(union.view(np.uint8), bitorder="little", count=self._vacancies)
        return bits, np.flatnonzero(every)


def _values_read(family: int, s: Records, v: Records) -> list[npt.NDArray[Any]]:
    """What the rules of a family tell seekers apart by: seekers alike in all of these get the same verdicts."""
    if family == rules.SCHOOLING:
        age, experience = _reached(s["age"], v["minimum_age"]), _reached(s["experience"], v["experience_min"])
        return [age, s["education"], experience]
    if family == rules.CREDENTIALS:
        return [s["credentials"], s["complete"]]
    if family == rules.PAY:
        offers = np.concatenate([v["wage_min"], v["wage_max"]])
        return [np.where(s["wage_min"] > 0, _reached(s["wage_min"], offers, exactly=False), -1)]
    return [s["accepts_night"], s["accepts_shift"], s["needs_board"], s["needs_lodging"]]


def _reached(values: npt.NDArray[Any], required: npt.NDArray[Any], *, exactly: bool = True) -> npt.NDArray[Any]:
    """How many of the different requirements each value reaches, or exceeds; −1 where it is unknown.

    Of a few seekers the values themselves, which tell them apart as well: sorting the requirements takes longer.
    """
    if len(values) <= _FEW:
        return values
    levels = np.unique(required[~np.isnan(required)])
    return np.where(np.isnan(values), -1, np.searchsorted(levels, values, side="right" if exactly else "left"))
