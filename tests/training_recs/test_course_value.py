"""Gains by hand: search lost in class, completion, and what is paid."""

from __future__ import annotations

import math

import pytest

from training_recs.course_value import gain_within, gains, out_of_pocket


def gain(today: float, after: float, *, completion: float = 1.0, waits: float, inside: float, days: float) -> float:
    return float(gain_within(today, after, completion, waits, inside, days, 30.0, 0.0))


def test_a_course_within_the_horizon() -> None:
    # 10 days of search, 20 in class, 60 of search at the better rate; a round of 30 days.
    expected = math.exp(-0.1 * 3) - math.exp(-0.1 / 3) * math.exp(-0.4 * 2)
    assert gain(0.1, 0.4, waits=10, inside=20, days=90) == pytest.approx(expected)


def test_a_class_that_outlasts_the_horizon_only_costs_search() -> None:
    assert gain(0.1, 9.0, waits=10, inside=200, days=90) == pytest.approx(math.exp(-0.3) - math.exp(-0.1 / 3))


def test_a_course_that_begins_after_the_horizon_changes_nothing_within_it() -> None:
    assert gain(0.1, 9.0, waits=100, inside=20, days=90) == pytest.approx(0.0)


def test_who_drops_out_searches_as_before() -> None:
    certain, never = (gain(0.1, 0.4, completion=p, waits=10, inside=20, days=90) for p in (1.0, 0.0))
    assert gain(0.1, 0.4, completion=0.7, waits=10, inside=20, days=90) == pytest.approx(0.7 * certain + 0.3 * never)
    assert never < 0


def test_lock_in_first_and_gains_later() -> None:
    short, middle, long = gains(0.02, 0.1, 0.9, 10, 70, round_days=30, search_in_class=0)
    assert short < 0 < middle < long


@pytest.mark.parametrize(
    ("fee", "subsidy", "first", "next_year", "allowed", "paid"),
    [
        (900, 600, 0, False, 1, 300),
        (900, 600, 0, False, 0, 900),  # had one this year already
        (900, 600, 0, True, 0, 300),  # the class begins next year
        (1500, 600, 500, False, 1, 900),  # two courses: the larger of the subsidies
        (1500, 600, 500, False, 2, 400),
        (1500, 600, 500, True, 1, 400),  # one this year, one next year
        (1500, 600, 500, True, 0, 900),
    ],
)
def test_one_subsidised_course_a_year(
    fee: float, subsidy: float, first: float, next_year: bool, allowed: int, paid: float
) -> None:
    assert out_of_pocket(fee, subsidy, first, next_year, allowed) == pytest.approx(paid)
