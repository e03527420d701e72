"""Marks lie where their numbers say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.report.chart_layout import axis_of, band_path, curve_axes, interval_axis, line_path
from tests.evaluation.report.report_for_tests import CURVES, INTERVALS

numbers = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)


@given(st.lists(numbers, max_size=20))
def test_an_axis_holds_zero_and_every_value_with_few_round_marks(values: list[float]) -> None:
    axis = axis_of(values)
    slack = 1e-9 * (axis.high - axis.low)
    assert axis.low <= 0 <= axis.high
    assert all(axis.low - slack <= value <= axis.high + slack for value in values)
    assert 2 <= len(axis.ticks) <= 8
    steps = {round((b - a) / (axis.high - axis.low), 6) for a, b in zip(axis.ticks, axis.ticks[1:], strict=False)}
    assert len(steps) == 1


def test_what_is_not_a_number_has_no_say_in_the_axis() -> None:
    assert axis_of([math.nan, 0.5, math.inf]) == axis_of([0.5])
    assert axis_of([]).high == 1


def test_shares_never_reach_beyond_one_hundred_per_cent() -> None:
    assert axis_of([0.97], whole=1.0).high == 1.0
    assert axis_of([0.97]).high == 1.0
    assert axis_of([0.93, 0.99], whole=1.0, most_ticks=3).high <= 1.0


def test_places_in_per_cent() -> None:
    axis = interval_axis(INTERVALS)
    assert (axis.low, axis.high) == (0.0, 0.5)
    assert axis.percent(0.25) == 50.0
    assert axis.percent(9) == 100.0


def test_lines_and_bands_are_drawn_upside_down_as_svg_counts() -> None:
    across, up = curve_axes(CURVES)
    (curve,) = CURVES.curves
    assert (across.high, up.high) == (60, 0.4)
    assert line_path(curve, across, up) == "M0,100 L50,75 L100,50"
    assert band_path(curve, across, up) == "M0,100 L50,50 L100,0 L100,75 L50,87.5 L0,100 Z"


@pytest.mark.parametrize("most", [3, 5, 7])
def test_no_more_steps_than_asked_for(most: int) -> None:
    for top in (0.013, 0.3, 0.99, 4, 17, 61, 12345):
        assert len(axis_of([top], most_ticks=most).ticks) <= most + 1
