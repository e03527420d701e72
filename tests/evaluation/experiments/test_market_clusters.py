"""Cells merged into markets: small ones, those that exchange most, and what cannot be helped."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import DataError
from evaluation.experiments.market_cells import CellGrid
from evaluation.experiments.market_clusters import leakage, market_clusters

GRID = CellGrid(1)


def cells(*names: str) -> np.ndarray:
    return np.array([GRID.names.index(name) for name in names], dtype=np.int32)


def town(
    sizes: dict[str, int], crossing: dict[tuple[str, str], int]
) -> tuple[np.ndarray, np.ndarray, tuple, np.ndarray]:
    """Seekers of each cell, one vacancy a cell, pairs within each cell but for those that cross."""
    names = list(sizes)
    at = np.repeat(cells(*names), list(sizes.values()))
    first = dict(zip(names, np.cumsum([0, *sizes.values()]), strict=False))
    seeker = np.arange(len(at))
    vacancy = np.repeat(np.arange(len(names)), list(sizes.values()))
    for (one, other), pairs in crossing.items():
        seeker = np.r_[seeker, np.full(pairs, first[one])]
        vacancy = np.r_[vacancy, np.full(pairs, names.index(other))]
    return at, cells(*names), (seeker, vacancy), np.ones(len(seeker))


def merge(town_: tuple, **limits: float) -> dict[str, int]:
    found = market_clusters(GRID, *town_, **{"least_seekers": 1, "leakage_limit": 1.0, "fewest": 1, **limits})
    return {name: int(found.of_cell[n]) for n, name in enumerate(GRID.names)}


def test_what_is_large_enough_and_leaks_little_stays_as_it_is() -> None:
    found = merge(town({"1/220102": 20, "4/220102": 20, "6/220184": 20}, {}))
    assert len({found["1/220102"], found["4/220102"], found["6/220184"]}) == 3


def test_a_small_cell_joins_the_one_it_exchanges_most_with() -> None:
    small = town({"1/220102": 20, "4/220102": 3, "6/220184": 20}, {("4/220102", "6/220184"): 2})
    found = merge(small, least_seekers=10)
    assert found["4/220102"] == found["6/220184"] != found["1/220102"]


def test_a_small_cell_that_exchanges_nothing_joins_the_nearest() -> None:
    small = town({"1/220102": 20, "4/220102": 20, "4/220184": 3}, {})
    found = merge(small, least_seekers=10)
    assert found["4/220184"] == found["4/220102"]


def test_clusters_that_exchange_most_merge_until_little_leaks() -> None:
    open_ = town(
        {"1/220102": 40, "4/220102": 40, "6/220102": 40, "2/220102": 40},
        {("1/220102", "4/220102"): 30, ("6/220102", "2/220102"): 6},
    )
    found = market_clusters(GRID, *open_, least_seekers=1, leakage_limit=0.05, fewest=2)
    assert found.leakage_of_cells == pytest.approx(36 / 196)
    assert found.leakage == pytest.approx(6 / 196)
    assert (found.count, found.caution) == (3, None)


def test_where_too_few_markets_would_be_left_it_says_so() -> None:
    open_ = town(
        {"1/220102": 40, "4/220102": 40, "6/220102": 40},
        {("1/220102", "4/220102"): 60, ("6/220102", "4/220102"): 60, ("1/220102", "6/220102"): 60},
    )
    found = market_clusters(GRID, *open_, least_seekers=1, leakage_limit=0.05, fewest=3)
    assert found.count == 3
    assert found.caution is not None
    assert "60%" in found.caution.en


def test_every_cell_has_a_market_whoever_comes_tomorrow() -> None:
    found = market_clusters(
        GRID, *town({"1/220102": 20, "4/220184": 20}, {}), least_seekers=1, leakage_limit=1.0, fewest=1
    )
    assert len(found.of_cell) == len(GRID)
    assert set(found.of_cell) == {0, 1}
    assert found.of_cell[GRID.names.index("5/220184")] == found.of_cell[GRID.names.index("4/220184")]


def test_nobody_is_no_market() -> None:
    with pytest.raises(DataError, match="0 seekers"):
        market_clusters(
            GRID, cells(), cells(), (np.empty(0, int), np.empty(0, int)), np.empty(0),
            least_seekers=1, leakage_limit=1.0, fewest=1,
        )  # fmt: skip


def test_leakage_is_the_share_of_weight_that_crosses() -> None:
    assert leakage(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0]), np.array([3.0, 1.0, 5.0, 1.0])) == 0.2
    assert leakage(np.empty(0, int), np.empty(0, int), np.empty(0)) == 0.0
