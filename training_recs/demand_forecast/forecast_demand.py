"""The forecast: series → methods → backtest → choice → sums that agree → intervals. Deterministic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from training_recs.demand_forecast.accuracy import accuracy
from training_recs.demand_forecast.backtest import Backtest, backtest_origins, months_needed, run_backtest
from training_recs.demand_forecast.candidates import Method, Panel, forecast_all
from training_recs.demand_forecast.choice import choose_methods
from training_recs.demand_forecast.conformal import conformal_scores, interval_tails, whole_openings
from training_recs.demand_forecast.coverage import measure_coverage
from training_recs.demand_forecast.demand_history import DemandHistory, Measure
from training_recs.demand_forecast.gaps import fill_gaps
from training_recs.demand_forecast.hierarchy import Hierarchy, Level, build_hierarchy
from training_recs.demand_forecast.reconciliation import Reconciliation, reconcile
from training_recs.demand_forecast.series_classes import classify

Floats = npt.NDArray[np.float64]
MONTH = "datetime64[s]"
PROBABILITIES = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""Of the quantiles that stand for the whole distribution: 0.05, 0.10 … 0.95."""

FORECASTS = Table(
    "demand_forecasts",
    {
        "measure": Column(TEXT, "Measure", codes=frozenset(Measure)),
        "level": Column(TEXT, "Level", codes=frozenset(Level)),
        "occupation": Column(TEXT, "group of the 2022 classification; all: every occupation"),
        "district_code": Column(TEXT, "division code; all: the whole city"),
        "month": Column(MONTH, "first day of the month"),
        "forecast": Column("Float64", "openings expected; sums agree over occupations and districts", low=0),
        "low": Column("Float64", "end of the prediction interval, whole openings; intervals do not add up", low=0),
        "high": Column("Float64", "end of the prediction interval, whole openings", low=0),
        "method": Column(TEXT, "Method of this series, before sums were made to agree", codes=frozenset(Method)),
    },
)


@dataclass(frozen=True)
class ForecastSettings:
    """What is forecast and how: `horizon` months ahead, intervals meant to cover `coverage` of what comes.

    Methods that take long are tried where a level and class has at most `most_costly` series.
    """

    horizon: int = 6
    coverage: float = 0.8
    most_costly: int = 20


@dataclass(frozen=True)
class NoForecast:
    """Nothing can be forecast from this history, and why; Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True)
class DemandForecast:
    """A forecast with what it rests on.

    Attributes
    ----------
    table
        `FORECASTS`.
    choices
        `choice.CHOICES`: method by level and class, with its errors beside the naive ones.
    coverage
        `coverage.COVERAGE`: share of what came that intervals covered, by level and months ahead.
    cells
        `demand_history.CELLS`.
    months
        datetime64[M] (horizon,).
    quantiles
        float64 (cells, horizon, len(PROBABILITIES)): the distribution of each cell's demand.
    """

    measure: Measure
    table: pd.DataFrame
    choices: pd.DataFrame
    coverage: pd.DataFrame
    reconciliation: Reconciliation
    cells: pd.DataFrame
    months: npt.NDArray[np.datetime64]
    quantiles: Floats
    months_of_history: int
    left_out: int


def forecast_demand(
    history: DemandHistory,
    settings: ForecastSettings | None = None,
    *,
    report: Callable[[int, int], None] = lambda _done, _whole: None,
) -> DemandForecast | NoForecast:
    """Forecast every cell, occupation, district and the city; or say why not.

    The same history and settings give the same forecast.
    """
    settings = settings or ForecastSettings()
    horizon, months = settings.horizon, len(history.months)
    if refused := _refused(history, horizon):
        return refused
    hierarchy = build_hierarchy(history.cells)
    filled = hierarchy.aggregate(fill_gaps(history.values))
    first = backtest_origins(months, horizon)[0][0]
    panel = _panel(hierarchy, filled, classes_until=first, most_costly=settings.most_costly)
    backtest = run_backtest(panel, hierarchy.aggregate(history.values), horizon, report=report)
    chosen = choose_methods(backtest, hierarchy, panel.classes)
    past, how = _reconciled_past(_select(backtest.forecasts, chosen.methods), backtest, hierarchy)
    base = _select(forecast_all(panel, horizon), chosen.methods)
    forecast = reconcile(how, base, hierarchy, _mean_square(past - backtest.actual))
    level = np.asarray(pd.Categorical(hierarchy.nodes["level"], categories=list(Level)).codes, dtype=np.int64)
    scores = conformal_scores(past, backtest.actual, level)
    ends = scores.quantiles(forecast, level, interval_tails(settings.coverage))
    cells = hierarchy.rows(Level.CELL)
    coming = history.months[-1] + 1 + np.arange(horizon)
    low, high = whole_openings(ends[..., 0], ends[..., 1])
    columns = {"forecast": forecast, "low": low, "high": high}
    return DemandForecast(
        measure=history.measure,
        table=_table(history.measure, hierarchy, coming, columns, chosen.methods),
        choices=chosen.table,
        coverage=measure_coverage(past, backtest, level, settings.coverage),
        reconciliation=how,
        cells=history.cells,
        months=coming,
        quantiles=scores.quantiles(forecast[cells], level[cells], np.array(PROBABILITIES)),
        months_of_history=months,
        left_out=history.left_out,
    )


def _refused(history: DemandHistory, horizon: int) -> NoForecast | None:
    needed = months_needed(horizon)
    seen = int(np.isfinite(history.values).any(axis=0).sum()) if len(history.cells) else 0
    if seen == 0 and history.left_out:
        return NoForecast(
            f"记录中的 {history.left_out:,} 个招聘名额都没有职业代码或区县，无法按职业和区县预测：请先补全",
            f"all {history.left_out:,} openings on record lack an occupation code or a district: complete them first",
        )
    if seen == 0:
        return NoForecast(
            "没有完整月份的岗位记录，无法预测：请先导入历史岗位",
            "no whole month of vacancies is on record: import the vacancies of past months first",
        )
    if seen < needed:
        return NoForecast(
            f"只有 {seen} 个完整月份的记录，预测未来 {horizon} 个月至少需要 {needed} 个月"
            f"（{needed - horizon} 个月用于学习，{horizon} 个月用于检验）：请导入更早的岗位，或等记录积累",
            f"only {seen} whole months are on record; forecasting {horizon} months needs at least {needed} "
            f"({needed - horizon} to learn from, {horizon} to test): import earlier vacancies, or wait",
        )
    return None


def _panel(hierarchy: Hierarchy, values: Floats, *, classes_until: int, most_costly: int) -> Panel:
    """All nodes as one panel.

    Classes are those of the months that the first origin of the backtest knows: the future sorts no series.
    """
    classes = classify(values[:, :classes_until])
    alike = pd.Series(classes).groupby([hierarchy.nodes["level"].to_numpy(str), classes]).transform("size")
    return Panel(values, classes, (alike <= most_costly).to_numpy(bool))


def _select(forecasts: dict[Method, Floats], methods: npt.NDArray[np.str_]) -> Floats:
    """Each node's forecasts by its method; nodes are the last axis but one."""
    chosen = np.empty_like(next(iter(forecasts.values())))
    for method in np.unique(methods):
        rows = np.flatnonzero(methods == method)
        chosen[..., rows, :] = forecasts[Method(method)][..., rows, :]
    return chosen


def _reconciled_past(past: Floats, backtest: Backtest, hierarchy: Hierarchy) -> tuple[Floats, Reconciliation]:
    """Past forecasts made coherent, and the way that was nearer to what came before the cut, over all levels."""
    variances = _mean_square(past - backtest.deciding)
    found = {how: np.stack([reconcile(how, one, hierarchy, variances) for one in past]) for how in Reconciliation}
    errors = {
        how: np.mean([np.log(max(_level_error(made, backtest, hierarchy, level), 1e-9)) for level in Level])
        for how, made in found.items()
    }
    how = min(Reconciliation, key=lambda one: errors[one])
    return found[how], how


def _level_error(made: Floats, backtest: Backtest, hierarchy: Hierarchy, level: Level) -> float:
    rows = hierarchy.rows(level)
    return accuracy(made[:, rows], backtest.deciding[:, rows]).overall


def _mean_square(errors: Floats) -> Floats:
    """Mean square of each node's errors, float64 (nodes,); 0 where none is known."""
    known = np.isfinite(errors)
    squares = np.where(known, errors, 0.0) ** 2
    return np.asarray(squares.sum(axis=(0, 2)) / np.maximum(known.sum(axis=(0, 2)), 1))


def _table(
    measure: Measure,
    hierarchy: Hierarchy,
    months: npt.NDArray[np.datetime64],
    columns: dict[str, Floats],
    methods: npt.NDArray[np.str_],
) -> pd.DataFrame:
    nodes = hierarchy.nodes.loc[hierarchy.nodes.index.repeat(len(months))].reset_index(drop=True)
    return FORECASTS.check(
        nodes.assign(
            measure=str(measure),
            month=np.tile(months.astype(MONTH), len(hierarchy.nodes)),
            method=np.repeat(methods, len(months)),
            **{name: values.ravel() for name, values in columns.items()},
        )
    )
