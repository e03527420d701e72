"""Where marks of a chart lie, in per cent of its width and height: the page scales, the marks stay true."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.report.blocks import Curve, CurveChart, IntervalChart, Kind

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """A linear scale from `low` to `high` with round marks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def percent(self, value: float) -> float:
        """Place of `value` between the ends, 0 to 100; what lies outside is at the end."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)


def axis_of(values: Iterable[float], *, most_ticks: int = 5, whole: float | None = None) -> Axis:
    """An axis that holds 0 and all values, with at most so many steps; `whole` is an end never passed (1 of shares)."""
    known = [value for value in values if math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if low == high:
        high = low + 1
    rough = (high - low) / most_ticks
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in _STEPS if power * factor >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    top = last * step if whole is None else max(high, min(last * step, whole))
    ticks = tuple(round(number * step, 10) for number in range(first, last + 1) if number * step <= top * (1 + 1e-9))
    return Axis(first * step, top, ticks)


def interval_axis(chart: IntervalChart) -> Axis:
    """The axis of estimates with their intervals."""
    values = [number for row in chart.intervals for number in (row.value, row.low, row.high)]
    reference = [] if chart.reference is None else [chart.reference]
    return axis_of([*values, *reference], whole=1.0 if chart.kind == Kind.SHARE else None)


def curve_axes(chart: CurveChart) -> tuple[Axis, Axis]:
    """The two axes of curves."""

    def axis(values: list[float], kind: Kind) -> Axis:
        return axis_of(values, whole=1.0 if kind == Kind.SHARE else None)

    across = [value for curve in chart.curves for value in curve.x]
    up = [value for curve in chart.curves for value in (*curve.y, *curve.low, *curve.high)]
    if chart.diagonal:
        both = axis([*across, *up], chart.y_kind)
        return both, both
    return axis(across, chart.x_kind), axis(up, chart.y_kind)


def line_path(curve: Curve, across: Axis, up: Axis) -> str:
    """SVG path of the line in a box of 100 × 100, upside down as SVG counts."""
    points = (f"{across.percent(x):g},{100 - up.percent(y):g}" for x, y in zip(curve.x, curve.y, strict=True))
    return "M" + " L".join(points)


def band_path(curve: Curve, across: Axis, up: Axis) -> str:
    """SVG path of the band between `low` and `high`; empty where there is none."""
    if not curve.low:
        return ""
    there = [f"{across.percent(x):g},{100 - up.percent(y):g}" for x, y in zip(curve.x, curve.high, strict=True)]
    back = [f"{across.percent(x):g},{100 - up.percent(y):g}" for x, y in zip(curve.x, curve.low, strict=True)]
    return "M" + " L".join([*there, *reversed(back)]) + " Z"
