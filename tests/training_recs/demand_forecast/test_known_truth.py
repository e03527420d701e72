"""Forecasts of simulated series: what is known to be there is found, and where nothing is, that is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.training_recs.demand_forecast.simulated_demand import SMALL, history, levels, poisson_around
from training_recs.demand_forecast.candidates import BASELINES
from training_recs.demand_forecast.forecast_demand import DemandForecast, NoForecast, forecast_demand
from training_recs.demand_forecast.hierarchy import ALL, Level


def forecast(values: np.ndarray, settings: object = SMALL) -> DemandForecast:
    found = forecast_demand(history(values), settings)  # type: ignore[arg-type]
    assert isinstance(found, DemandForecast)
    return found


def at(found: DemandForecast, level: Level, column: str = "forecast") -> np.ndarray:
    """Figures of one level, float64 (nodes, months)."""
    rows = found.table[found.table["level"] == level]
    return rows[column].to_numpy(np.float64).reshape(-1, len(found.months))


@pytest.fixture(scope="module")
def steady() -> tuple[np.ndarray, DemandForecast]:
    """Thirty months of chance around a level, and the forecast from the first twenty-four."""
    values = poisson_around(levels(1), 30, seed=2)
    return values, forecast(values[:, :24])


def test_intervals_cover_what_they_promise(steady: tuple[np.ndarray, DemandForecast]) -> None:
    values, found = steady
    there = values[:, 24:]
    covered = (there >= at(found, Level.CELL, "low")) & (there <= at(found, Level.CELL, "high"))
    # 120 months of 20 cells; whole openings cover a little more than asked for.
    assert 0.72 <= covered.mean() <= 0.92
    cells = found.coverage[found.coverage["level"] == Level.CELL]
    measured = (cells["covered"] * cells["forecasts"]).sum() / cells["forecasts"].sum()
    assert 0.7 <= measured <= 0.93
    assert (found.coverage["nominal"] == 0.8).all()


def test_quantiles_are_the_distribution(steady: tuple[np.ndarray, DemandForecast]) -> None:
    values, found = steady
    assert found.quantiles.shape == (20, 6, 19)
    assert (np.diff(found.quantiles, axis=2) >= 0).all()
    below = (values[:, 24:, None] <= found.quantiles).mean(axis=(0, 1))
    np.testing.assert_allclose(below, np.arange(1, 20) / 20, atol=0.12)


def test_a_level_is_found_among_chance(steady: tuple[np.ndarray, DemandForecast]) -> None:
    _, found = steady
    # The mean of three would err by 1/√3 of a standard deviation, √level, on average.
    error = np.abs(at(found, Level.CELL)[:, 0] - levels(1)) / np.sqrt(levels(1))
    assert error.mean() < 0.45


def test_sums_agree_exactly(steady: tuple[np.ndarray, DemandForecast]) -> None:
    _, found = steady
    table = found.table
    cells = table[table["level"] == Level.CELL]
    for level, key in ((Level.OCCUPATION, "occupation"), (Level.DISTRICT, "district_code")):
        sums = cells.groupby([key, "month"])["forecast"].sum()
        told = table[table["level"] == level].set_index([key, "month"])["forecast"]
        np.testing.assert_allclose(told.to_numpy(float), sums.reindex(told.index).to_numpy(float), rtol=1e-12)
    city = table[table["level"] == Level.CITY]
    assert (city[["occupation", "district_code"]] == ALL).to_numpy().all()
    np.testing.assert_allclose(
        city["forecast"].to_numpy(float), cells.groupby("month")["forecast"].sum().to_numpy(float), rtol=1e-12
    )
    assert (table["forecast"] >= 0).all()


def test_the_same_history_gives_the_same_forecast(steady: tuple[np.ndarray, DemandForecast]) -> None:
    values, found = steady
    again = forecast(values[:, :24])
    pd.testing.assert_frame_equal(again.table, found.table)
    pd.testing.assert_frame_equal(again.choices, found.choices)
    np.testing.assert_array_equal(again.quantiles, found.quantiles)


def test_where_nothing_can_be_foretold_the_simple_method_is_used_and_said() -> None:
    steps = np.random.default_rng(4).normal(0, 12, (20, 30)).cumsum(axis=1)
    found = forecast(np.round(400 + steps))
    choices = found.choices
    assert choices["fell_back"].all()
    assert set(choices["method"]) <= {str(method) for method in BASELINES}
    for words in choices["words_zh"]:
        assert "退回" in words or "没有方法优于" in words
    cells = choices[choices["level"] == Level.CELL]
    assert cells["method"].tolist() == ["naive"]


def test_seasons_are_found() -> None:
    months = np.arange(54)
    shape = 1 + 0.8 * np.sin(2 * np.pi * months / 12)
    values = np.random.default_rng(5).poisson(levels(6)[:, None] * shape).astype(float)
    found = forecast(values[:, :48])
    truth = levels(6)[:, None] * shape[48:]
    error = np.abs(at(found, Level.CELL) - truth).mean()
    naive = np.abs(values[:, 47:48] - truth).mean()
    assert error < 0.5 * naive
    city = found.choices[found.choices["level"] == Level.CITY]
    assert (city["mae"] < 0.5 * city["naive_mae"]).all()


def test_two_months_of_history_are_answered_in_words() -> None:
    found = forecast_demand(history(np.ones((20, 2))))
    assert found == NoForecast(
        "只有 2 个完整月份的记录，预测未来 6 个月至少需要 12 个月（6 个月用于学习，6 个月用于检验）："
        "请导入更早的岗位，或等记录积累",
        "only 2 whole months are on record; forecasting 6 months needs at least 12 (6 to learn from, 6 to test): "
        "import earlier vacancies, or wait",
    )
    nothing = forecast_demand(history(np.empty((0, 0))))
    assert isinstance(nothing, NoForecast)
    assert "没有完整月份" in nothing.zh
    assert isinstance(forecast_demand(history(np.ones((20, 2))), replace(SMALL, horizon=1)), NoForecast)


def test_the_shortest_history_gives_a_forecast() -> None:
    found = forecast(poisson_around(levels(7), 12, seed=8))
    assert len(found.months) == 6
    assert str(found.months[0]) == "2024-01"


def test_series_with_gaps_and_one_never_asked_for() -> None:
    values = poisson_around(levels(1), 24, seed=9)
    values[3] = 0
    values[5:10, 8:10] = np.nan
    values[11, :6] = np.nan
    found = forecast(values)
    assert np.isfinite(found.table["forecast"].to_numpy(float)).all()
    assert at(found, Level.CELL)[3].max() < 1
    # A gap is not a fall: the level is as if nothing were missing.
    assert at(found, Level.CELL)[5:10].mean() == pytest.approx(levels(1)[5:10].mean(), rel=0.25)
