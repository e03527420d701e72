"""Sums that forecasts must keep: the city, each occupation, each district, and the cells of both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

Floats = npt.NDArray[np.float64]
ALL = "all"
"""In place of an occupation or a district: all of them."""


class Level(StrEnum):
    """Levels of the sums, from the whole to the cells."""

    CITY = "city"
    OCCUPATION = "occupation"
    DISTRICT = "district"
    CELL = "cell"


@dataclass(frozen=True)
class Hierarchy:
    """Nodes in the order of `Level`; the cells come last, in their own order.

    Attributes
    ----------
    nodes
        level, occupation, district_code: one row a node, `ALL` where a node sums over them.
    sums
        CSR of shape (nodes, cells): 1 where the cell is part of the node.
    """

    nodes: pd.DataFrame
    sums: Any

    def rows(self, level: Level) -> npt.NDArray[np.int64]:
        """Rows of the nodes of one level."""
        return np.flatnonzero((self.nodes["level"] == level).to_numpy(bool))

    def aggregate(self, cells: Floats) -> Floats:
        """Values of all nodes, float64 (nodes, …), from those of the cells; NaN where a part is NaN."""
        return np.asarray(self.sums @ cells, dtype=np.float64)


def build_hierarchy(cells: pd.DataFrame) -> Hierarchy:
    """The hierarchy over `cells` (`demand_history.CELLS`)."""
    count = len(cells)
    parts = [_level(Level.CITY, pd.DataFrame({"occupation": [ALL], "district_code": [ALL]}), np.zeros(count, int))]
    for level, column, other in (
        (Level.OCCUPATION, "occupation", "district_code"),
        (Level.DISTRICT, "district_code", "occupation"),
    ):
        names, place = np.unique(cells[column].to_numpy(str), return_inverse=True)
        parts.append(_level(level, pd.DataFrame({column: names, other: ALL}), place))
    parts.append(_level(Level.CELL, cells, np.arange(count)))
    nodes = pd.concat([nodes for nodes, _ in parts], ignore_index=True).astype("string")
    return Hierarchy(
        nodes[["level", "occupation", "district_code"]], sparse.vstack([s for _, s in parts], format="csr")
    )


def _level(level: Level, nodes: pd.DataFrame, place: npt.NDArray[Any]) -> tuple[pd.DataFrame, Any]:
    count = len(place)
    sums = sparse.csr_matrix((np.ones(count), (place, np.arange(count))), shape=(len(nodes), count))
    return nodes.assign(level=str(level)), sums
