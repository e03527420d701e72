"""The parts of a forecast, by small figures that can be reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training_recs.demand_forecast.simulated_demand import history
from training_recs.demand_forecast.accuracy import accuracy
from training_recs.demand_forecast.backtest import Backtest, backtest_origins
from training_recs.demand_forecast.conformal import conformal_scores, whole_openings
from training_recs.demand_forecast.gaps import fill_gaps
from training_recs.demand_forecast.hierarchy import Level, build_hierarchy
from training_recs.demand_forecast.reconciliation import Reconciliation, reconcile
from training_recs.demand_forecast.series_classes import classify
from training_recs.demand_forecast.smoothed_shares import smoothed_shares

NAN = np.nan


def test_errors_of_a_forecast() -> None:
    found = accuracy(np.array([1.0, 0.0, 4.0, 9.0]), np.array([3.0, 0.0, 0.0, NAN]))
    assert (found.mae, found.count) == (2.0, 3)
    assert found.rmse == pytest.approx(np.sqrt(20 / 3))
    assert found.smape == pytest.approx(100 * (2 / 4 + 0 + 1) / 3)
    assert found.overall == pytest.approx(np.sqrt(2 * np.sqrt(20 / 3)))
    assert accuracy(np.ones(1), np.array([NAN])).count == 0


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ([5, 6, 5, 6, 5, 6], "smooth"),
        ([1, 20, 1, 30, 1, 2], "erratic"),
        ([5, 0, 0, 5, 0, 5], "intermittent"),
        ([1, 0, 0, 30, 0, 1], "lumpy"),
        ([0, 0, 0, 0, 0, 0], "intermittent"),
        ([NAN, NAN, 5, 6, 5, 6], "smooth"),
    ],
)
def test_classes_of_series(series: list[float], expected: str) -> None:
    assert classify(np.array([series], dtype=float)).tolist() == [expected]


def test_gaps_are_filled_from_their_neighbours() -> None:
    values = np.array([[NAN, NAN, 3.0, 6.0, 9.0, NAN, 5.0, NAN], [NAN] * 8, [1.0] * 8])
    np.testing.assert_array_equal(fill_gaps(values), [[6, 6, 3, 6, 9, 7, 5, (6 + 9 + 5) / 3], [0] * 8, [1] * 8])


def test_what_decides_is_older_than_what_is_measured() -> None:
    origins, cut = backtest_origins(24, 6)
    assert (origins[0], origins[-1], cut) == (10, 23, 16)
    month = np.array(origins)[:, None] + np.arange(6)
    actual = np.where(month < 24, month, NAN)[:, None, :].astype(float)
    backtest = Backtest(origins, cut, {}, actual)
    assert np.nanmax(backtest.deciding) == cut - 1
    assert np.nanmin(backtest.measuring) == cut
    assert np.isfinite(backtest.measuring[:, 0, 5]).sum() == 3
    assert backtest_origins(12, 6) == ((6, 7, 8, 9, 10, 11), 8)


def test_sums_of_the_hierarchy() -> None:
    cells = history(np.zeros((7, 1))).cells  # five districts of one occupation, two of another
    hierarchy = build_hierarchy(cells)
    sums = hierarchy.aggregate(np.arange(7.0)[:, None])[:, 0]
    assert sums.tolist() == [21, 10, 11, 0 + 5, 1 + 6, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6]
    gap = hierarchy.aggregate(np.array([NAN, 1, 1, 1, 1, 1, 1])[:, None])[:, 0]
    assert np.isnan(gap[hierarchy.rows(Level.CITY)]).all()
    assert gap[2] == 2


def test_reconciliation_keeps_sums_moves_the_uncertain_and_stays_above_zero() -> None:
    hierarchy = build_hierarchy(history(np.zeros((5, 1))).cells)
    base = hierarchy.aggregate(np.array([10.0, 10.0, 0.2, 0.0, 5.0])[:, None])
    base[0] = 20.0  # the city is forecast at 20, its parts at 25.2
    sure_city = np.where(np.arange(len(base)) == 0, 0.1, 50.0)
    found = reconcile(Reconciliation.MINT, base, hierarchy, sure_city)
    assert found[0, 0] == pytest.approx(20, abs=0.6)
    np.testing.assert_allclose(found, hierarchy.aggregate(found[hierarchy.rows(Level.CELL)]), rtol=1e-12)
    assert found.min() >= 0
    up = reconcile(Reconciliation.BOTTOM_UP, base, hierarchy, sure_city)
    assert up[0, 0] == pytest.approx(25.2)


def test_conformal_quantiles_are_order_statistics() -> None:
    # Forecasts of 9 with the shift are 9.375; errors on twice the root scale run from −1 to 1 in 41 steps.
    scores = np.linspace(-1, 1, 41)
    actual = (np.sqrt(9.375) + scores / 2) ** 2 - 0.375
    found = conformal_scores(np.full((41, 1, 1), 9.0), actual.reshape(41, 1, 1), np.zeros(1, np.int64))
    low, middle, high = found.quantiles(np.array([[9.0]]), np.zeros(1, np.int64), np.array([0.1, 0.5, 0.9]))[0, 0]
    # ⌈0.9 · 42⌉ = 38th from below, and 38th from above.
    assert high == pytest.approx(actual[37])
    assert low == pytest.approx(actual[3])
    assert middle == pytest.approx(9.0)


def test_ends_of_intervals_as_whole_openings() -> None:
    low, high = whole_openings(np.array([-0.0, 1.2, 2.0, 0.3]), np.array([0.9, 3.7, 2.0, 0.6]))
    assert low.tolist() == [0, 2, 2, 0]
    assert high.tolist() == [0, 3, 2, 1]
    assert not np.signbit(low).any()


def test_shares_are_smoothed_and_the_total_is_held() -> None:
    """Two series with shares 1/2, 1/2, 3/4 and totals 8, 4, 4; weights 1 : 2 : 4 of the months."""
    made = smoothed_shares(np.array([[4.0, 2, 3], [4, 2, 1]]))
    share = (1 * 0.5 + 2 * 0.5 + 4 * 0.75) / 7
    assert made.tolist() == pytest.approx([share * 16 / 3, (1 - share) * 16 / 3])


def test_shares_do_not_follow_what_all_series_do_together() -> None:
    """Demand rose and fell for all alike, month by month: of that the next month knows nothing."""
    generator = np.random.default_rng(1)
    size, months = np.exp(generator.uniform(3, 6, 400)), np.exp(generator.normal(0, 0.5, 18))
    values = size[:, None] * months
    np.testing.assert_allclose(smoothed_shares(values), values[:, -3:].mean(axis=1))


def test_a_month_without_any_demand_has_no_shares() -> None:
    assert smoothed_shares(np.array([[3.0, 0, 3], [1, 0, 1]])).tolist() == pytest.approx([2.0, 2 / 3])
    assert smoothed_shares(np.zeros((2, 3))).tolist() == [0.0, 0.0]
