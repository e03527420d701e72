"""The variance for few clusters: against a regression over people, and where it has a closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import inv, sqrtm
from scipy.stats import t

from data.errors import DataError
from evaluation.experiments.cluster_robust import cluster_effect


def people_of_clusters(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, side, cluster and the cluster's past rate of each person; one cluster has people on both sides."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, 12, 8)
    cluster = np.repeat(np.arange(8), sizes)
    side = (cluster < 4) ^ ((cluster == 3) & (rng.random(len(cluster)) < 0.5))
    past = rng.random(8)[cluster]
    return (rng.random(len(cluster)) < 0.3 + 0.2 * side).astype(float), side, cluster, past


@pytest.mark.parametrize("adjusted", [False, True])
def test_over_cells_it_is_the_regression_over_people(adjusted: bool) -> None:
    y, side, cluster, past = people_of_clusters(1)
    cells = np.unique(np.column_stack([cluster, side]), axis=0)
    of = [np.flatnonzero((cluster == c) & (side == s)) for c, s in cells]
    found = cluster_effect(
        np.array([y[rows].sum() for rows in of]), np.array([float(len(rows)) for rows in of]), cells[:, 1] == 1,
        cells[:, 0], np.array([past[rows[0]] for rows in of]) if adjusted else None,
    )  # fmt: skip
    x = np.column_stack([np.ones(len(y)), side, *([past] if adjusted else [])]).astype(float)
    bread = inv(x.T @ x)
    residual_maker = np.eye(len(y)) - x @ bread @ x.T
    residual = residual_maker @ y
    weights, score = [], np.zeros((x.shape[1], x.shape[1]))
    for c in range(8):
        rows = cluster == c
        adjustment = inv(sqrtm(residual_maker[np.ix_(rows, rows)]).real)
        part = x[rows].T @ adjustment @ residual[rows]
        score += np.outer(part, part)
        weights.append(residual_maker[:, rows] @ adjustment @ x[rows] @ bread[:, 1])
    products = np.array(weights) @ np.array(weights).T
    assert found.value == pytest.approx((bread @ x.T @ y)[1])
    assert found.standard_error == pytest.approx(np.sqrt((bread @ score @ bread)[1, 1]))
    assert found.freedom == pytest.approx(np.trace(products) ** 2 / (products**2).sum())


def test_of_clusters_of_one_size_it_is_the_comparison_of_their_means() -> None:
    placed, side = np.array([3.0, 5, 8, 6, 2, 4, 3, 1, 2]), np.arange(9) < 4
    found = cluster_effect(placed, np.full(9, 10.0), side, np.arange(9))
    rates = placed / 10
    variance = rates[side].var(ddof=1) / 4 + rates[~side].var(ddof=1) / 5
    freedom = (1 / 4 + 1 / 5) ** 2 / (1 / (16 * 3) + 1 / (25 * 4))
    assert found.value == pytest.approx(rates[side].mean() - rates[~side].mean())
    assert found.standard_error == pytest.approx(np.sqrt(variance))
    assert found.freedom == pytest.approx(freedom)
    assert found.high - found.value == pytest.approx(t.ppf(0.975, freedom) * np.sqrt(variance))


@pytest.mark.parametrize("side", [[True, True, True], [True, False, False]])
def test_one_side_or_too_few_clusters_is_refused(side: list[bool]) -> None:
    with pytest.raises(DataError, match="clusters"):
        cluster_effect(np.ones(3), np.full(3, 2.0), np.array(side), np.array([0, 1, 1]))
