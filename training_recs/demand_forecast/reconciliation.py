"""Forecasts that add up: the cells' sum to each occupation, each district and the city, exactly.

Bottom up takes the cells' forecasts and sums them. MinT (Wickramasuriya, Athanasopoulos & Hyndman 2019, Optimal
forecast reconciliation, J. Am. Stat. Assoc. 114) moves all nodes as little as their past errors' variances suggest,
without negative values (Wickramasuriya, Turlach & Hyndman 2020). Which of the two is used, the backtest decides.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from training_recs.demand_forecast.hierarchy import Hierarchy, Level

Floats = npt.NDArray[np.float64]
LEAST_VARIANCE = 0.1
"""Squared openings; a series that was forecast without error is not therefore certain."""


class Reconciliation(StrEnum):
    """How nodes are made to agree."""

    BOTTOM_UP = "bottom_up"
    MINT = "mint"


RECONCILIATION_NAMES = {
    Reconciliation.BOTTOM_UP: ("由下而上汇总", "bottom up"),
    Reconciliation.MINT: ("最小迹协调 (MinT)", "minimum trace (MinT)"),
}


def reconcile(how: Reconciliation, base: Floats, hierarchy: Hierarchy, variances: Floats) -> Floats:
    """Coherent forecasts ≥ 0, float64 (nodes, horizon), from those of each node by itself.

    Parameters
    ----------
    variances
        float64 (nodes,): mean squared error of each node's past forecasts; read by MinT only.
    """
    cells = base[hierarchy.rows(Level.CELL)]
    if how is Reconciliation.MINT:
        # The library takes seconds to import and has no types.
        from hierarchicalforecast.methods import MinTraceSparse

        # The library takes variances as residuals: the two values 0 and √(2v) have the variance v.
        residuals = np.zeros((len(base), 2))
        residuals[:, 1] = np.sqrt(2 * np.maximum(variances, LEAST_VARIANCE))
        solved = MinTraceSparse("wls_var", nonnegative=True).fit_predict(
            S=hierarchy.sums, y_hat=base, y_insample=residuals, y_hat_insample=np.zeros_like(residuals)
        )
        cells = np.maximum(solved["mean"][hierarchy.rows(Level.CELL)], 0.0)
    return hierarchy.aggregate(cells)
