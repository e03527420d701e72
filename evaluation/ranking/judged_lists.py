"""What is judged: queries with items, a grade for each, and the score by which each ranker orders them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.errors import DataError

UNJUDGED = -1
HIGHEST_GRADE = 10
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class JudgedLists:
    """Pairs of a query and an item, and what each ranker makes of them; all arrays have shape (pairs,).

    Attributes
    ----------
    query, item
        int64: who asks, and what is ranked for him. A pair occurs once.
    grade
        int64: 0 not relevant, up to 10; `UNJUDGED`, −1, where nobody has looked: that is not 0.
    scores
        By ranker, float64: higher stands above; NaN where the ranker does not list the item.

    Raises
    ------
    DataError
        Shapes differ, a grade is out of range, or a pair occurs twice.
    """

    query: Ints
    item: Ints
    grade: Ints
    scores: dict[str, Floats]

    def __post_init__(self) -> None:
        shapes = {name: np.shape(values) for name, values in self._arrays().items()}
        if len(set(shapes.values())) > 1 or len(shapes["query"]) != 1:
            raise DataError(f"judged lists of shapes {shapes}", remedy="one value a pair everywhere")
        if len(self.grade) and not UNJUDGED <= self.grade.min() <= self.grade.max() <= HIGHEST_GRADE:
            raise DataError(
                f"grades from {self.grade.min()} to {self.grade.max()}", remedy=f"{UNJUDGED} to {HIGHEST_GRADE}"
            )
        order = np.lexsort((self.item, self.query))
        twice = (np.diff(self.query[order]) == 0) & (np.diff(self.item[order]) == 0)
        if twice.any():
            first = order[np.flatnonzero(twice)[0]]
            raise DataError(
                f"{twice.sum()} pairs occur twice; the first: query {self.query[first]}, item {self.item[first]}",
                remedy="one row a pair",
            )

    def _arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        return {"query": self.query, "item": self.item, "grade": self.grade, **self.scores}

    @classmethod
    def of_matrix(cls, grade: npt.NDArray[np.integer], scores: dict[str, npt.NDArray[np.floating]]) -> JudgedLists:
        """Every query against every item: arrays of shape (queries, items)."""
        query, item = (axis.ravel() for axis in np.indices(grade.shape))
        return cls(
            query, item, grade.astype(np.int64).ravel(),
            {name: score.astype(np.float64).ravel() for name, score in scores.items()},
        )  # fmt: skip

    def of_items(self, kept: npt.NDArray[np.bool_]) -> JudgedLists:
        """Only the pairs `kept`, bool (pairs,)."""
        return JudgedLists(
            self.query[kept], self.item[kept], self.grade[kept],
            {name: score[kept] for name, score in self.scores.items()},
        )  # fmt: skip
