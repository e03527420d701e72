"""Gains by hand: search lost in class, completion, and what is paid."""

from __future__ import annotations

import math

import pytest

from training_recs.course_value import (
    Prospects,
    ValueTerms,
    gain_within,
    out_of_pocket,
    own_gain_within,
)

TERMS = ValueTerms(
    usual=Prospects(0.05, 0.2),
    ranked_days=180.0,
    round_days=30.0,
    subsidised_a_year=1,
    realised=1.0,
    prospects_persistence=1.0,
    uplift_persistence=1.0,
    search_in_class=0.0,
    worth_cny=10_000.0,
    travel_cny_km=0.0,
)
HALF_REALISED = TERMS._replace(realised=0.5)


def gain(today: float, after: float, *, completion: float = 1.0, waits: float, inside: float, days: float) -> float:
    return float(own_gain_within(Prospects(0.0, today), Prospects(0.0, after), completion, waits, inside, days, TERMS))


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
    short, middle, long = (gain(0.02, 0.1, completion=0.9, waits=10, inside=70, days=days) for days in (90, 180, 360))
    assert short < 0 < middle < long


def test_half_of_the_scores_realised_is_search_at_half_the_rate() -> None:
    whole = own_gain_within(Prospects(0, 0.1), Prospects(0, 0.4), 0.9, 10.0, 20.0, 90.0, TERMS)
    half = own_gain_within(Prospects(0, 0.2), Prospects(0, 0.8), 0.9, 10.0, 20.0, 90.0, HALF_REALISED)
    assert half == pytest.approx(whole)


def test_what_does_not_persist_is_not_counted() -> None:
    half = own_gain_within(
        Prospects(0, 0.1), Prospects(0, 0.5), 0.9, 10.0, 20.0, 90.0, TERMS._replace(uplift_persistence=0.5)
    )
    assert half == pytest.approx(gain(0.1, 0.3, completion=0.9, waits=10, inside=20, days=90))


def test_a_list_is_on_the_way_to_the_usual_one() -> None:
    # Nothing today, 0.2 is usual: half of the way there is 0.1, and half of what the course promises is 0.2 more.
    half = TERMS._replace(prospects_persistence=0.5, uplift_persistence=0.5)
    found = own_gain_within(Prospects(0, 0), Prospects(0, 0.4), 0.9, 10.0, 20.0, 90.0, half)
    assert found == pytest.approx(gain(0.1, 0.3, completion=0.9, waits=10, inside=20, days=90))


def test_the_usual_list_stays_as_it_is() -> None:
    for share in (0.0, 0.4, 1.0):
        same = TERMS._replace(prospects_persistence=share)
        assert own_gain_within(Prospects(0, 0.2), Prospects(0, 0.5), 1.0, 0.0, 30.0, 90.0, same) == pytest.approx(
            gain(0.2, 0.5, waits=0, inside=30, days=90)
        )


def test_the_city_never_gains_more_than_the_person_is_placed() -> None:
    # An order's posts, for which nothing fades: the rate falls though the utility rises, and both stay what they are.
    reserved = TERMS._replace(usual=Prospects(0.1, 0.19), prospects_persistence=0.7)
    today, after = Prospects(0.0, 0.6), Prospects(0.5, 0.5)
    own, city = (function(today, after, 1.0, 0.0, 1.0, 180.0, reserved) for function in (own_gain_within, gain_within))
    assert own < 0 < city


def test_where_nothing_is_crowded_the_citys_gain_is_the_persons() -> None:
    today, after = Prospects(0.1, 0.1), Prospects(0.4, 0.4)
    assert gain_within(today, after, 0.9, 10.0, 20.0, 90.0, TERMS) == pytest.approx(
        own_gain_within(today, after, 0.9, 10.0, 20.0, 90.0, TERMS)
    )


def test_where_he_is_found_work_at_the_expense_of_others_only_he_gains() -> None:
    # Twice the chance, all of it at posts that others would fill: prices take up what the scores rise by.
    today, after = Prospects(0.1, 0.1), Prospects(0.1, 0.5)
    assert own_gain_within(today, after, 1.0, 0.0, 1.0, 180.0, TERMS) > 0.2
    assert gain_within(today, after, 1.0, 0.0, 1.0, 180.0, TERMS) < 0


def test_who_goes_from_a_full_trade_to_a_wanted_one_gains_little_and_the_city_much() -> None:
    today, after = Prospects(0.02, 0.4), Prospects(0.4, 0.45)
    own, city = (function(today, after, 1.0, 5.0, 10.0, 180.0, TERMS) for function in (own_gain_within, gain_within))
    assert own < 0.05 < 0.5 < city


def test_of_whom_nothing_is_known_nothing_is_expected() -> None:
    nothing = Prospects(0.0, 0.0)
    assert gain_within(nothing, nothing, 0.9, 10.0, 20.0, 180.0, TERMS) == 0


@pytest.mark.parametrize(
    ("fee", "subsidy", "first", "next_year", "allowed", "paid"),
    [
        (900, 600, 0, 0, 1, 300),
        (900, 600, 0, 0, 0, 900),  # had one this year already
        (900, 600, 0, 1, 0, 300),  # the class begins next year
        (1500, 600, 500, 0, 1, 900),  # two courses: the larger of the subsidies
        (1500, 600, 500, 0, 2, 400),
        (1500, 600, 500, 1, 1, 400),  # one this year, one next year
        (1500, 600, 500, 1, 0, 900),
        (1500, 600, 500, 2, 0, 900),  # both next year, which allows one
        (1500, 600, 500, 2, 1, 900),
    ],
)
def test_one_subsidised_course_a_year(
    fee: float, subsidy: float, first: float, next_year: int, allowed: int, paid: float
) -> None:
    assert out_of_pocket(fee, subsidy, first, next_year, allowed, 1) == pytest.approx(paid)
