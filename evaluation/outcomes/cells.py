"""The cells of a report, group × district × month with all their margins, and how one follows from others.

Groups overlap, so a group and everyone determine the people outside it. Such remainders are cells too, though
never shown: disclosure control must know what a reader can subtract.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from data.records import SeekerGroup
from evaluation.groups import EVERYONE, members_by_group

ALL = "all"
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """Every cell, in the order group, district, month; `ALL` is the first district and the first month.

    Attributes
    ----------
    labels
        group, district_code, month, one row a cell.
    shown
        bool (cells,): false for remainders.
    relations
        (relations, cells): each row says that a whole (+1) equals the sum of its parts (−1).
    """

    labels: pd.DataFrame
    shown: npt.NDArray[np.bool_]
    relations: csr_array
    members: npt.NDArray[np.bool_]
    district: Ints
    month: Ints
    shape: tuple[int, int, int]

    def count(self, who: npt.NDArray[np.bool_]) -> Ints:
        """How many of the people `who` (bool, (people,)) are in each cell, int64 (cells,)."""
        groups, districts, months = self.shape
        cube = np.zeros(self.shape, dtype=np.int64)
        place = self.district * months + self.month
        for group in range(groups):
            chosen = place[self.members[group] & who]
            cube[group] = np.bincount(chosen, minlength=districts * months).reshape(districts, months)
        cube[:, :, 0] = cube.sum(axis=2)
        cube[:, 0, :] = cube.sum(axis=1)
        return cube.ravel()

    def people(self, who: npt.NDArray[np.bool_]) -> Iterator[tuple[int, Ints]]:
        """Each shown cell that has someone of `who`, with their rows."""
        _, districts, months = self.shape
        n_shown = int(self.shown.sum()) // (districts * months)
        for group in range(n_shown):
            rows = np.flatnonzero(self.members[group] & who)
            if not len(rows):
                continue
            first = group * districts * months
            for place in (
                np.zeros(len(rows), dtype=np.int64),
                self.month[rows],
                self.district[rows] * months,
                self.district[rows] * months + self.month[rows],
            ):
                order = np.argsort(place, kind="stable")
                cell, begin = np.unique(place[order], return_index=True)
                for one, part in zip(cell, np.split(rows[order], begin[1:]), strict=True):
                    yield first + int(one), part


def cells_of(people: pd.DataFrame) -> Cells:
    """Cells of a cohort's `people` (`COHORT`): everyone, then each `SeekerGroup`, by district and month found."""
    member = members_by_group(people["group_mask"].to_numpy())
    splits = _remainders(member)
    district_codes, district = np.unique(people["district_code"].to_numpy(str), return_inverse=True)
    month_names, month = np.unique(people["month"].to_numpy(str), return_inverse=True)
    axes = (list(member), [ALL, *map(str, district_codes)], [ALL, *map(str, month_names)])
    shape = (len(axes[0]), len(axes[1]), len(axes[2]))
    labels = pd.MultiIndex.from_product(axes, names=["group", "district_code", "month"]).to_frame(index=False)
    n_shown = 1 + len(SeekerGroup)
    return Cells(
        labels=labels,
        shown=np.repeat(np.arange(shape[0]) < n_shown, shape[1] * shape[2]),
        relations=_relations(shape, splits),
        members=np.array(list(member.values())),
        district=district.astype(np.int64) + 1,
        month=month.astype(np.int64) + 1,
        shape=shape,
    )


def _remainders(member: dict[str, npt.NDArray[np.bool_]]) -> list[tuple[int, int, int]]:
    """Adds whoever is outside each group, and outside a group that lies within another; (whole, part, rest)."""
    names, splits = list(member), []
    for whole in names:
        for part in names:
            within = part != whole and member[part].any() and not (member[part] & ~member[whole]).any()
            if (whole == EVERYONE and part != whole) or within:
                rest = f"{whole} without {part}"
                member[rest] = member[whole] & ~member[part]
                splits.append((names.index(whole), names.index(part), len(member) - 1))
    return splits


def _relations(shape: tuple[int, int, int], splits: list[tuple[int, int, int]]) -> csr_array:
    index = np.arange(np.prod(shape)).reshape(shape)
    blocks: list[tuple[Any, Any]] = [
        (index[:, 0, :].ravel(), np.moveaxis(index[:, 1:, :], 1, 2).reshape(shape[0] * shape[2], shape[1] - 1)),
        (index[:, :, 0].ravel(), index[:, :, 1:].reshape(shape[0] * shape[1], shape[2] - 1)),
    ]
    blocks += [
        (index[whole].ravel(), np.column_stack([index[part].ravel(), index[rest].ravel()]))
        for whole, part, rest in splits
    ]
    row, column, sign, first = [], [], [], 0
    for wholes, parts in blocks:
        rows = np.arange(first, first + len(wholes))
        row += [rows, np.repeat(rows, parts.shape[1])]
        column += [wholes, parts.ravel()]
        sign += [np.ones(len(wholes)), -np.ones(parts.size)]
        first += len(wholes)
    entries = (np.concatenate(sign), (np.concatenate(row), np.concatenate(column)))
    return csr_array(entries, shape=(first, index.size))
