"""Which method is used for which series: the best in the backtest, or a simple one where none is ahead of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from training_recs.demand_forecast.accuracy import Accuracy, accuracy
from training_recs.demand_forecast.backtest import Backtest
from training_recs.demand_forecast.candidates import BASELINES, METHOD_NAMES, Method
from training_recs.demand_forecast.hierarchy import Hierarchy, Level
from training_recs.demand_forecast.series_classes import SeriesClass

Floats = npt.NDArray[np.float64]
LEAST_GAIN = 0.02
"""Share of the best simple method's error by which a method must be ahead to be used: less is chance."""

CHOICES = Table(
    "forecast_choices",
    {
        "level": Column(TEXT, "Level", codes=frozenset(Level)),
        "series_class": Column(TEXT, "SeriesClass", codes=frozenset(SeriesClass)),
        "series": Column("Int64", "series of this kind", low=1),
        "method": Column(TEXT, "Method that is used", codes=frozenset(Method)),
        "fell_back": Column("bool", "no method was ahead of the simple ones: the best of those is used"),
        "mae": Column("Float64", "of the method, openings, at origins that no choice has seen", nullable=True, low=0),
        "rmse": Column("Float64", "likewise", nullable=True, low=0),
        "smape": Column("Float64", "likewise, per cent", nullable=True, low=0, high=100),
        "naive_mae": Column("Float64", "of the last month's figure, at the same origins", nullable=True, low=0),
        "naive_rmse": Column("Float64", "likewise", nullable=True, low=0),
        "gain": Column("Float64", "1 − error ÷ error of the best simple method; error: √(MAE × RMSE)", nullable=True),
        "words_zh": Column(TEXT, "what was chosen and why"),
        "words_en": Column(TEXT, "what was chosen and why"),
    },
)


@dataclass(frozen=True)
class Chosen:
    """The method of each node, as `Method` texts (nodes,), and the table `CHOICES` that explains them."""

    methods: npt.NDArray[np.str_]
    table: pd.DataFrame


def choose_methods(backtest: Backtest, hierarchy: Hierarchy, classes: npt.NDArray[np.str_]) -> Chosen:
    """Choose level by level and class by class.

    A method is used if its error √(MAE × RMSE) before the cut is the least, at least `LEAST_GAIN` below that of the
    best baseline, and no larger than any baseline's after the cut. Otherwise the baseline that was best before the cut
    is used, and the words say so.

    Parameters
    ----------
    classes
        `SeriesClass` of each node.
    """
    methods = np.full(len(hierarchy.nodes), str(Method.NAIVE), dtype="U32")
    table = []
    for level in Level:
        of_level = hierarchy.rows(level)
        for name in SeriesClass:
            rows = of_level[classes[of_level] == name]
            if rows.size:
                method, row = _choose(backtest, rows)
                methods[rows] = method
                table.append({"level": level, "series_class": name, "series": rows.size, "method": method} | row)
    return Chosen(methods, CHOICES.check(pd.DataFrame(table, columns=list(CHOICES.columns))))


def _choose(backtest: Backtest, rows: npt.NDArray[np.int64]) -> tuple[Method, dict[str, object]]:
    before = _errors(backtest, rows, backtest.deciding)
    after = _errors(backtest, rows, backtest.measuring)
    simple = min((m for m in BASELINES if m in before), key=lambda m: (before[m].overall, m))
    best = min(before, key=lambda m: (before[m].overall, m))
    ahead = before[best].overall <= (1 - LEAST_GAIN) * before[simple].overall
    floor = min((after[m].overall for m in BASELINES if m in after), default=float("nan"))
    holds = best in after and not after[best].overall > floor
    method = best if best in BASELINES or (ahead and holds) else simple
    found = after.get(method, Accuracy(float("nan"), float("nan"), float("nan"), 0))
    gain = 1 - found.overall / floor if floor > 0 else float("nan")
    naive = after.get(Method.NAIVE, found)
    fell_back = method in BASELINES
    zh, en = _words(method, best, fell_back=fell_back, tried_ahead=bool(ahead), gain=gain)
    return method, {
        "fell_back": fell_back,
        "mae": found.mae, "rmse": found.rmse, "smape": found.smape,
        "naive_mae": naive.mae, "naive_rmse": naive.rmse,
        "gain": gain, "words_zh": zh, "words_en": en,
    }  # fmt: skip


def _errors(backtest: Backtest, rows: npt.NDArray[np.int64], actual: Floats) -> dict[Method, Accuracy]:
    """Errors of each method that forecast all that is asked of it."""
    wanted = actual[:, rows]
    errors = {}
    for method, forecasts in backtest.forecasts.items():
        given = forecasts[:, rows]
        if not np.isnan(given[np.isfinite(wanted)]).any() and np.isfinite(wanted).any():
            errors[method] = accuracy(given, wanted)
    return errors


def _words(method: Method, best: Method, *, fell_back: bool, tried_ahead: bool, gain: float) -> tuple[str, str]:
    (zh, en), (best_zh, best_en) = METHOD_NAMES[method], METHOD_NAMES[best]
    if not fell_back:
        known = np.isfinite(gain)
        return (
            f"采用{zh}" + (f"：回测误差比最好的简单方法低 {gain:.0%}" if known else ""),
            f"{en}" + (f": error {gain:.0%} below the best simple method in the backtest" if known else ""),
        )
    if best is method:
        return f"没有方法优于{zh}，故用之", f"no method was ahead of the {en}, which is used"
    why_zh = "后期回测未能保持领先" if tried_ahead else f"领先不足 {LEAST_GAIN:.0%}"
    why_en = "did not stay ahead in the later backtest" if tried_ahead else f"was ahead by less than {LEAST_GAIN:.0%}"
    return f"{best_zh}{why_zh}，退回{zh}", f"{best_en} {why_en}: back to the {en}"
