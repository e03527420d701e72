"""The cells that fairness is measured in: every group, sex, age band and district, and each two of them together.

Groups overlap, so each is an axis of its own: in it, or outside. Whoever is outside is a cell too, though never
shown: disclosure control must know what a reader can subtract.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from data.records import SeekerGroup
from data.reference.age_bands import load_age_bands
from evaluation.fairness.people import OUTSIDE, SEXES, UNKNOWN
from evaluation.groups import EVERYONE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """A partition of the people: `cell` is int64 (people,), the place of each in `categories`."""

    dimension: str
    categories: tuple[str, ...]
    cell: Ints

    def shown(self, category: str, *, alone: bool) -> bool:
        """Whether a reader sees the category: those of unknown age or sex only by themselves."""
        return category != OUTSIDE and (alone or category != UNKNOWN)


@dataclass(frozen=True)
class ProtectedCells:
    """The cells of some people: everyone first, then each axis, then each two axes.

    Attributes
    ----------
    labels
        dimension ("everyone", "sex", "sex × age"), category ("female × 25-34"), one row a cell.
    shown
        bool (cells,).
    relations
        (relations, cells): each row says that a whole (+1) equals the sum of its parts (−1).
    """

    labels: pd.DataFrame
    shown: npt.NDArray[np.bool_]
    relations: csr_array
    axes: tuple[Axis, ...]

    @property
    def one_way(self) -> npt.NDArray[np.bool_]:
        """Cells of a single dimension, everyone included, bool (cells,)."""
        return ~self.labels["dimension"].str.contains("×").to_numpy(bool)

    @property
    def relations_one_way(self) -> csr_array:
        """(axes, single-dimension cells): those of `relations` that say how everyone divides along each axis."""
        return self.relations[: len(self.axes), np.flatnonzero(self.one_way)]

    def sums(self, values: Floats) -> Floats:
        """Sum of `values` (people, m) over the people of each cell, float64 (cells, m)."""
        parts = [values.sum(axis=0, keepdims=True)]
        parts += [_sums(axis.cell, len(axis.categories), values) for axis in self.axes]
        for a, b in combinations(self.axes, 2):
            width = len(b.categories)
            parts.append(_sums(a.cell * width + b.cell, len(a.categories) * width, values))
        return np.concatenate(parts)


def protected_cells(people: pd.DataFrame) -> ProtectedCells:
    """Cells of `people` (`PEOPLE`): the districts found, and all groups, sexes and age bands."""
    axes = _axes(people)
    labels: list[tuple[str, str]] = [(EVERYONE, EVERYONE)]
    shown = [True]
    for axis in axes:
        labels += [(axis.dimension, category) for category in axis.categories]
        shown += [axis.shown(category, alone=True) for category in axis.categories]
    for a, b in combinations(axes, 2):
        for first in a.categories:
            for second in b.categories:
                labels.append((f"{a.dimension} × {b.dimension}", f"{first} × {second}"))
                shown.append(a.shown(first, alone=False) and b.shown(second, alone=False))
    return ProtectedCells(
        labels=pd.DataFrame(labels, columns=["dimension", "category"]),
        shown=np.array(shown),
        relations=_relations(axes),
        axes=axes,
    )


def _axes(people: pd.DataFrame) -> tuple[Axis, ...]:
    masks = people["group_mask"].to_numpy(np.int64)
    groups = [
        Axis("group", (str(group), OUTSIDE), np.where((masks >> bit) & 1, 0, 1))
        for bit, group in enumerate(SeekerGroup)
    ]
    sex = people["sex"].map({code: place for place, code in enumerate(SEXES.values())})
    bands = load_age_bands()
    age = people["age_years"].to_numpy("float64", na_value=np.nan)
    edges = np.append(bands["from_years"].to_numpy(np.float64), bands["to_years"].iloc[-1])
    band = np.searchsorted(edges, age, side="right") - 1  # NaN sorts behind everything
    band = np.where((band < 0) | (band >= len(bands)), len(bands), band).astype(np.int64)
    codes, district = np.unique(people["district_code"].fillna(UNKNOWN).to_numpy(str), return_inverse=True)
    return (
        *groups,
        Axis("sex", (*SEXES, UNKNOWN), np.asarray(sex.fillna(len(SEXES)), dtype=np.int64)),
        Axis("age", (*map(str, bands["band"]), UNKNOWN), band),
        Axis("district", tuple(map(str, codes)), district.astype(np.int64)),
    )


def _sums(cell: Ints, cells: int, values: Floats) -> Floats:
    return np.stack([np.bincount(cell, weights=column, minlength=cells) for column in values.T], axis=1)


def _relations(axes: tuple[Axis, ...]) -> csr_array:
    """Everyone is the sum of each axis; a category the sum of what another axis makes of it."""
    first, place = [], 1
    for axis in axes:
        first.append(np.arange(place, place + len(axis.categories)))
        place += len(axis.categories)
    wholes: list[int] = [0] * len(axes)
    parts: list[Ints] = list(first)
    for i, j in combinations(range(len(axes)), 2):
        pair = place + np.arange(len(first[i]) * len(first[j])).reshape(len(first[i]), len(first[j]))
        place += pair.size
        wholes += [*map(int, first[i]), *map(int, first[j])]
        parts += [*pair, *pair.T]
    row = np.concatenate([np.arange(len(wholes)), np.repeat(np.arange(len(parts)), [len(part) for part in parts])])
    column = np.concatenate([np.array(wholes), *parts])
    sign = np.concatenate([np.ones(len(wholes)), -np.ones(len(column) - len(wholes))])
    return csr_array((sign, (row, column)), shape=(len(wholes), place))
