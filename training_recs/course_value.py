"""What a course is worth within so many days: placements with it less those without, less what it costs.

A utility u is what one list of referrals brings, in expected placements; a list stands for a round of `round_days` days
of search. Searching on, somebody is placed within H days with probability 1 − exp(−u H ÷ round). With a course he
searches until it begins, not (or a little) while in class, and afterwards with the better utility if he completes it::

    P(H) = 1 − exp(−u₀ (w + σ c) ÷ round) · [p exp(−u₁ r ÷ round) + (1 − p) exp(−u₀ r ÷ round)]

w days of search before and between classes, c in class (each as far as they lie within H), r = H − w − c afterwards, σ
the share of the search that goes on in class. So a course loses at first and gains later (lock-in), as training is
found to do: Card, Kluve & Weber 2018, "What Works? A Meta Analysis of Recent Active Labor Market Program
Evaluations", JEEA 16(3), 894–931. Whoever drops out is counted as searching again when the class ends: cautious.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from data.reference.training_policy import TrainingPolicy
from matching.rules import distance_km

HORIZONS_DAYS = (90, 180, 360)

FOUND = np.dtype(
    [
        ("offer", "i4"), ("unknown", "u2"), ("padding", "u2"), ("value", "f8"), ("cost", "f8"), ("after", "f8"),
        ("gain", "f8", len(HORIZONS_DAYS)),
    ]
)  # fmt: skip


class Terms(NamedTuple):
    """What compiled code reads of the policy."""

    ranked_days: float
    round_days: float
    search_in_class: float
    worth_cny: float
    travel_cny_km: float


def terms_of(policy: TrainingPolicy) -> Terms:
    """The terms of a policy."""
    return Terms(
        float(policy.ranked_horizon_days), policy.round_days, policy.search_in_class, policy.placement_worth_cny,
        policy.travel_cny_km,
    )  # fmt: skip


@numba.njit(cache=True)
def gain_within(today, after, completion, waits, class_days, horizon, round_days, search_in_class):  # type: ignore[no-untyped-def]
    """Placements within `horizon` days with the course less those without, −1 to 1.

    `today`, `after`: utilities, expected placements a round; `completion`: probability; days otherwise.
    """
    before = min(waits, horizon)
    inside = min(class_days, horizon - before)
    rest = horizon - before - inside
    searching = math.exp(-today * (before + search_in_class * inside) / round_days)
    later = completion * math.exp(-after * rest / round_days) + (1 - completion) * math.exp(-today * rest / round_days)
    return math.exp(-today * horizon / round_days) - searching * later


@numba.njit(cache=True)
def out_of_pocket(fee, subsidy, first_subsidy, next_year, allowed):  # type: ignore[no-untyped-def]
    """Fee after subsidy, CNY, where `allowed` more courses may be subsidised in this calendar year.

    `first_subsidy`: of the first of two courses, else 0; `next_year`: the last one begins in a later calendar year,
    whose allowance is still whole.
    """
    if next_year:
        return fee - subsidy - (first_subsidy if allowed > 0 else 0.0)
    if allowed <= 0:
        return fee
    return fee - (max(subsidy, first_subsidy) if allowed == 1 else subsidy + first_subsidy)


def gains(
    today: float, after: float, completion: float, waits: float, class_days: float, *, round_days: float,
    search_in_class: float,
) -> npt.NDArray[np.float64]:  # fmt: skip
    """`gain_within` for each of `HORIZONS_DAYS`."""
    return np.array(
        [
            gain_within(today, after, completion, waits, class_days, float(days), round_days, search_in_class)
            for days in HORIZONS_DAYS
        ]
    )


@numba.njit(cache=True)
def _travel_km(s, offer, places):  # type: ignore[no-untyped-def]
    """There and back on every teaching day, km; 0 where a place is not known."""
    km = distance_km(s, places[offer.run])
    total = 0.0 if np.isnan(km) else 2 * km * offer.teaching_days
    if offer.first_run >= 0:
        km = distance_km(s, places[offer.first_run])
        total += 0.0 if np.isnan(km) else 2 * km * offer.first_teaching
    return total


@numba.njit(cache=True)
def _value(now, after, s, offer, subsidised_left, places, terms):  # type: ignore[no-untyped-def]
    """Gain at the ranked horizon less the cost as placements, and the cost in CNY."""
    waits = float(offer.starts_in + offer.waits)
    gain = gain_within(
        now, after, offer.completion, waits, float(offer.class_days), terms.ranked_days, terms.round_days,
        terms.search_in_class,
    )  # fmt: skip
    fee = out_of_pocket(offer.fee, offer.subsidy, offer.first_subsidy, offer.next_year, subsidised_left)
    cost = fee + terms.travel_cny_km * _travel_km(s, offer, places)
    # Only who is still searching when it begins pays for it.
    return gain - np.exp(-now * offer.starts_in / terms.round_days) * cost / terms.worth_cny, cost


@numba.njit(cache=True, nogil=True)
def choose_offers(  # type: ignore[no-untyped-def]
    seeker, effect, today, after, seekers, failed, unknown, subsidised_left, offers, first_offer, places, terms, found
):  # fmt: skip
    """Fill `found` (FOUND) with the offer of most value of each (seeker, effect); of equal ones the first.

    `failed`, `unknown` (seekers, offers): see `course_conditions`. Offer −1 where each fails a condition.
    """
    for row in range(len(seeker)):
        i = seeker[row]
        s, now = seekers[i], today[i]
        found[row].offer, found[row].value = -1, -np.inf
        for j in range(first_offer[effect[row]], first_offer[effect[row] + 1]):
            if failed[i, j] != 0:
                continue
            value, cost = _value(now, after[row], s, offers[j], subsidised_left[i], places, terms)
            if value > found[row].value:
                found[row].offer, found[row].unknown = j, unknown[i, j]
                found[row].value, found[row].cost, found[row].after = value, cost, after[row]
        if found[row].offer >= 0:
            offer = offers[found[row].offer]
            waits, inside, p = float(offer.starts_in + offer.waits), float(offer.class_days), offer.completion
            for place in range(len(HORIZONS_DAYS)):
                found[row].gain[place] = gain_within(
                    now,
                    after[row],
                    p,
                    waits,
                    inside,
                    float(HORIZONS_DAYS[place]),
                    terms.round_days,
                    terms.search_in_class,
                )


@numba.njit(cache=True, nogil=True)
def value_pairs(  # type: ignore[no-untyped-def]
    seeker, offer, today, after, seekers, subsidised_left, offers, places, terms, value
):  # fmt: skip
    """Fill `value` (n,): of offer[k] to seeker[k], whose utilities are today[k] and after[k]."""
    for k in range(len(seeker)):
        i = seeker[k]
        value[k], _ = _value(today[k], after[k], seekers[i], offers[offer[k]], subsidised_left[i], places, terms)
