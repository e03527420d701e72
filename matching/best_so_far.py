"""The best candidates of a block of seekers, while their similarities come in tile by tile."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from matching import rules
from matching.allowed_vacancies import Bits
from matching.eligibility import Records
from matching.prepared_vacancies import PreparedVacancies, Vectors


class BestSoFar:
    """For each seeker of a block, what may be among his best `k`; `least` is what another vacancy must reach.

    `margin`: how far an offered similarity may be from the exact one. After `settle`, `vacancy` int32, `similarity`
    float32 and `unknown` uint16, all (n, k), hold the first `count` int64 (n,) in their order.
    """

    def __init__(
        self, prepared: PreparedVacancies, seekers: Records, vectors: Vectors, allowed: Bits, *, k: int, margin: float
    ) -> None:
        n, room = len(seekers), max(512, 4 * k)
        self.k = k
        self.count = np.zeros(n, dtype=np.int64)
        self.least = np.full(n, -np.inf, dtype=np.float32)
        self.unknown = np.zeros((n, k), dtype=np.uint16)
        self._value = np.empty((n, room), dtype=np.float32)
        self._vacancy = np.empty((n, room), dtype=np.int32)
        self._sides = (seekers, prepared.records, allowed, vectors, prepared.vectors)
        self._state = (k, np.float32(margin), self._value, self._vacancy, self.count, self.least)

    @property
    def vacancy(self) -> npt.NDArray[np.int32]:
        """Rows of the market's vacancies."""
        return self._vacancy[:, : self.k]

    @property
    def similarity(self) -> npt.NDArray[np.float32]:
        """Cosines."""
        return self._value[:, : self.k]

    def offer_tile(self, tile: npt.NDArray[Any], vacancies: npt.NDArray[np.int32]) -> None:
        """Similarities of all seekers with `vacancies`, as the bits of float32 (int32) or bfloat16 (int16)."""
        rules.offer_tile(*self._sides, tile, vacancies, *self._state)

    def offer_pairs(
        self, seeker: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32], similarity: npt.NDArray[np.float32]
    ) -> None:
        """Similarities of pairs: row of the block and row of the market's vacancies."""
        rules.offer_pairs(*self._sides, seeker, vacancy, similarity, *self._state)

    def settle(self) -> None:
        """Score what is left exactly, keep the best `k`, and note their unknown rules."""
        seekers, vacancies, _, vectors, vacancy_vectors = self._sides
        rules.settle(seekers, vacancies, vectors, vacancy_vectors, *self._state[:-1], self.unknown)
