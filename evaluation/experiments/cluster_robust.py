"""A difference between two sides of few clusters, with an interval that holds for few clusters.

Least squares over the means of cells (cluster × side), weighted by their people: the estimates and the clustered
variance of a regression over the people themselves. The variance is CR2, "bias-reduced linearisation", and its degrees
of freedom are Satterthwaite's (Bell & McCaffrey 2002, Survey Methodology 28; Pustejovsky & Tipton 2018, J. Business &
Economic Statistics 36, with people as independent in the working model). The usual sandwich with a normal interval
covers far too rarely below some forty clusters (Cameron, Gelbach & Miller 2008).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t

from data.errors import DataError

Floats = npt.NDArray[np.float64]
_NO_CHANGE = 1e-9


@dataclass(frozen=True)
class ClusterEffect:
    """A difference of shares: `value` with standard error, degrees of freedom, and two-sided p value.

    `low` and `high` are the ends of the 95 % interval, value ± t × standard error.
    """

    value: float
    standard_error: float
    freedom: float
    low: float
    high: float
    p_value: float


def cluster_effect(
    placed: Floats, people: Floats, is_treated: npt.NDArray[np.bool_], cluster: npt.NDArray[np.integer],
    covariate: Floats | None = None, *, level: float = 0.95,
) -> ClusterEffect:  # fmt: skip
    """Share placed among the people of treated cells less that of the others.

    Parameters
    ----------
    placed, people
        float64 (cells,): number placed, of how many; people > 0.
    is_treated, cluster
        (cells,): side and cluster of each cell.
    covariate
        float64 (cells,): a fact of the cluster from before the experiment, adjusted for linearly; None: for nothing.

    Raises
    ------
    DataError
        A side is empty, or no degree of freedom is left.
    """
    columns = [np.ones(len(people)), is_treated.astype(np.float64)]
    if covariate is not None and np.ptp(covariate) > 0:
        columns.append(covariate - np.average(covariate, weights=people))
    root = np.sqrt(people)
    x, y = np.column_stack(columns) * root[:, None], placed / root
    clusters = np.unique(cluster)
    if is_treated.all() or not is_treated.any() or len(clusters) <= x.shape[1]:
        raise DataError(
            f"{int(is_treated.sum())} treated cells of {len(people)} in {len(clusters)} clusters",
            remedy="compare two sides of several clusters each",
        )
    inverse = np.linalg.inv(x.T @ x)
    residual = y - x @ (inverse @ (x.T @ y))
    hat = x @ inverse @ x.T
    which = np.zeros(x.shape[1])
    which[1] = 1.0
    scores, shapes = [], []
    for one in clusters:
        rows = np.flatnonzero(cluster == one)
        adjusted = _inverse_root(np.eye(len(rows)) - hat[np.ix_(rows, rows)]) @ (x[rows] @ (inverse @ which))
        scores.append(float(adjusted @ residual[rows]))
        # What the score is of independent errors: (I − H) carries each cluster's errors into all residuals.
        shape = -hat[:, rows] @ adjusted
        shape[rows] += adjusted
        shapes.append(shape)
    variance = float(np.square(scores).sum())
    products = np.array(shapes) @ np.array(shapes).T
    freedom = float(np.trace(products) ** 2 / np.square(products).sum())
    value = float((inverse @ (x.T @ y))[1])
    error = float(np.sqrt(variance))
    half = float(t.ppf(0.5 + level / 2, freedom)) * error
    p_value = float(2 * t.sf(abs(value) / error, freedom)) if error > 0 else float(value == 0.0)
    return ClusterEffect(value, error, freedom, value - half, value + half, p_value)


def _inverse_root(matrix: Floats) -> Floats:
    """Symmetric pseudo-inverse square root: directions that the fit takes up wholly are left out."""
    values, vectors = np.linalg.eigh(matrix)
    turned = np.where(values > _NO_CHANGE, 1 / np.sqrt(np.maximum(values, _NO_CHANGE)), 0.0)
    return np.asarray(vectors * turned @ vectors.T)
