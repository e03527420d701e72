"""What a course is worth within so many days: placements with it less those without, less what it costs.

Two numbers say what one list of referrals brings; a list stands for a round of `round_days` days of search. The *rate*
Λ is the sum of the list's scores, the *utility* u the sum of scores less prices: what the city gains, since at a
crowded vacancy somebody else would have been placed.

Lists of later rounds are others: posts are filled and new ones come. Of what tells today's list from the usual one of
the city (Λ̄, ū: means over everybody) the share ω lasts, and of what today's vacancies promise a person as trained
(Λ₁ − Λ₀ of the re-match) the share κ: regression towards the mean (Galton 1886) on either side::

    Λ₀' = Λ̄ + ω (Λ₀ − Λ̄)        Λ₁' = Λ₀' + κ (Λ₁ − Λ₀)        and u likewise

Of the rate the share ρ is realised: who searches d days is placed with probability 1 − exp(−ρ Λ d ÷ round). While he
searches, placements of his own accrue at the rate ρ Λ and the city's at ρ u, so that d days bring the city
v(d) = u ÷ Λ · (1 − exp(−ρ Λ d ÷ round)). With a course he searches until it begins, not (or a little) while in class,
and afterwards with the better prospects if he completes it::

    V(H) = v₀(s) + exp(−ρ Λ₀' s ÷ round) · [p v₁(r) + (1 − p) v₀(r)]

s = w + σ c days of search before; w days before and between classes, c in class (each as far as they lie within H), σ
the share of the search that goes on in class, r = H − w − c afterwards. V(H) − v₀(H) is the city's gain, by which
courses are valued; with u = Λ it is the person's own, which he is told. So a course loses at first and gains later
(lock-in), as training is found to do: Card, Kluve & Weber 2018, "What Works? A Meta Analysis of Recent Active Labor
Market Program Evaluations", JEEA 16(3), 894–931. Whoever drops out is counted as searching again when the class ends:
cautious. ρ, ω and κ are measured in docs/decisions/0033.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from data.reference.training_policy import TrainingPolicy
from matching.rules import distance_km
from models.kernels import kernel

HORIZONS_DAYS = (90, 180, 360)

FOUND = np.dtype(
    [
        ("offer", "i4"), ("unknown", "u2"), ("padding", "u2"), ("value", "f8"), ("cost", "f8"),
        ("utility", "f8"), ("rate", "f8"), ("gain", "f8", len(HORIZONS_DAYS)),
    ]
)  # fmt: skip


class Prospects(NamedTuple):
    """What one list of referrals brings: the city (`utility`) and the person (`rate`), expected placements."""

    utility: float
    rate: float


class ValueTerms(NamedTuple):
    """What compiled code reads of the policy and of the city's usual prospects."""

    usual: Prospects
    ranked_days: float
    round_days: float
    subsidised_a_year: int
    realised: float
    prospects_persistence: float
    uplift_persistence: float
    search_in_class: float
    worth_cny: float
    travel_cny_km: float


def terms_of(policy: TrainingPolicy, usual: Prospects) -> ValueTerms:
    """The terms of a policy in a city of these usual prospects."""
    return ValueTerms(
        usual, float(policy.ranked_horizon_days), policy.round_days, policy.subsidised_courses_a_year,
        policy.realised_share, policy.prospects_persistence, policy.uplift_persistence, policy.search_in_class,
        policy.placement_worth_cny, policy.travel_cny_km,
    )  # fmt: skip


@kernel
def _lasting(today, terms):  # type: ignore[no-untyped-def]
    """What a person's list is to be expected to bring in later rounds."""
    usual, share = terms.usual, terms.prospects_persistence
    return Prospects(
        usual.utility + share * (today.utility - usual.utility), usual.rate + share * (today.rate - usual.rate)
    )


@kernel
def _trained(today, after, terms):  # type: ignore[no-untyped-def]
    """The same as trained; whatever the shares, not below 0, and the city gains no more than the person is placed."""
    lasting, share = _lasting(today, terms), terms.uplift_persistence
    rate = max(0.0, lasting.rate + share * (after.rate - today.rate))
    return Prospects(min(rate, max(0.0, lasting.utility + share * (after.utility - today.utility))), rate)


@kernel
def _searched(prospects, days, terms):  # type: ignore[no-untyped-def]
    """What the city gains by `days` of search, in placements; 0 where the list is empty."""
    if prospects.rate <= 0.0:
        return 0.0
    placed = 1.0 - math.exp(-terms.realised * prospects.rate * days / terms.round_days)
    return prospects.utility / prospects.rate * placed


@kernel
def _gain(lasting, trained, completion, waits, class_days, horizon, terms):  # type: ignore[no-untyped-def]
    before = min(waits, horizon)
    inside = min(class_days, horizon - before)
    rest = horizon - before - inside
    search = before + terms.search_in_class * inside
    still_there = math.exp(-terms.realised * lasting.rate * search / terms.round_days)
    later = completion * _searched(trained, rest, terms) + (1 - completion) * _searched(lasting, rest, terms)
    return _searched(lasting, search, terms) + still_there * later - _searched(lasting, horizon, terms)


@kernel
def own_chance_within(today, days, terms):  # type: ignore[no-untyped-def]
    """Probability that the person is placed within `days` without any course."""
    rate = _lasting(today, terms).rate
    return _searched(Prospects(rate, rate), days, terms)


@kernel
def gain_within(today, after, completion, waits, class_days, horizon, terms):  # type: ignore[no-untyped-def]
    """The city's placements within `horizon` days with the course less those without, −1 to 1.

    `today`, `after`: Prospects; `completion`: probability; days otherwise.
    """
    lasting, trained = _lasting(today, terms), _trained(today, after, terms)
    return _gain(lasting, trained, completion, waits, class_days, horizon, terms)


@kernel
def own_gain_within(today, after, completion, waits, class_days, horizon, terms):  # type: ignore[no-untyped-def]
    """The same of the person alone: probability of being placed with the course less that without."""
    lasting, trained = _lasting(today, terms).rate, _trained(today, after, terms).rate
    return _gain(
        Prospects(lasting, lasting), Prospects(trained, trained), completion, waits, class_days, horizon, terms
    )


@kernel
def gains_of_offers(today_utility, today_rate, utility, rate, offers, days, terms):  # type: ignore[no-untyped-def]
    """Gains of offers[k] within days[k], float64 (n, 2): the city's, the person's; prospects float64 (n,)."""
    found = np.empty((len(days), 2))
    for k in range(len(days)):
        today, after = Prospects(today_utility[k], today_rate[k]), Prospects(utility[k], rate[k])
        waits, inside = float(offers[k].starts_in + offers[k].waits), float(offers[k].class_days)
        completion = float(offers[k].completion)
        found[k, 0] = gain_within(today, after, completion, waits, inside, days[k], terms)
        found[k, 1] = own_gain_within(today, after, completion, waits, inside, days[k], terms)
    return found


@kernel
def out_of_pocket(fee, subsidy, first_subsidy, next_year, allowed, a_year):  # type: ignore[no-untyped-def]
    """Fee after subsidy, CNY, where `allowed` more courses may be subsidised in this calendar year.

    `first_subsidy`: of the first of two courses, else 0; `next_year`: how many of them, the last one first, begin in a
    later calendar year, whose allowance of `a_year` is still whole.
    """
    if next_year == 2:
        allowed = a_year
    elif next_year == 1:
        return fee - subsidy - (first_subsidy if allowed > 0 else 0.0)
    if allowed <= 0:
        return fee
    return fee - (max(subsidy, first_subsidy) if allowed == 1 else subsidy + first_subsidy)


@kernel
def _travel_km(s, offer, places):  # type: ignore[no-untyped-def]
    """There and back on every teaching day, km; 0 where a place is not known."""
    km = distance_km(s, places[offer.run])
    total = 0.0 if np.isnan(km) else 2 * km * offer.teaching_days
    if offer.first_run >= 0:
        km = distance_km(s, places[offer.first_run])
        total += 0.0 if np.isnan(km) else 2 * km * offer.first_teaching
    return total


@kernel
def _value(today, after, s, offer, subsidised_left, places, terms):  # type: ignore[no-untyped-def]
    """The city's gain at the ranked horizon less the cost as placements, and the cost in CNY.

    −∞ where the person's own chance falls: nobody is sent to a course for the good of others.
    """
    waits, inside = float(offer.starts_in + offer.waits), float(offer.class_days)
    gain = gain_within(today, after, offer.completion, waits, inside, terms.ranked_days, terms)
    if own_gain_within(today, after, offer.completion, waits, inside, terms.ranked_days, terms) <= 0.0:
        gain = -np.inf
    fee = out_of_pocket(
        offer.fee, offer.subsidy, offer.first_subsidy, offer.next_year, subsidised_left, terms.subsidised_a_year
    )
    cost = fee + terms.travel_cny_km * _travel_km(s, offer, places)
    # Only who is still searching when it begins pays for it.
    pays = np.exp(-terms.realised * _lasting(today, terms).rate * offer.starts_in / terms.round_days)
    return gain - pays * cost / terms.worth_cny, cost


@kernel
def choose_offers(  # type: ignore[no-untyped-def]
    seeker, effect, today_utility, today_rate, utility, rate, seekers, failed, unknown, subsidised_left, offers,
    first_offer, places, terms, found
):  # fmt: skip
    """Fill `found` (FOUND) with the offer of most value of each (seeker, effect); of equal ones the first.

    `today_utility`, `today_rate` float64 (seekers,), `utility`, `rate` float64 (rows,); `failed`, `unknown` (seekers,
    offers): see `course_conditions`. Offer −1 where each fails a condition.
    """
    for row in range(len(seeker)):
        i = seeker[row]
        s, today, after = seekers[i], Prospects(today_utility[i], today_rate[i]), Prospects(utility[row], rate[row])
        one = found[row]
        one.offer, one.value = -1, -np.inf
        for j in range(first_offer[effect[row]], first_offer[effect[row] + 1]):
            if failed[i, j] != 0:
                continue
            value, cost = _value(today, after, s, offers[j], subsidised_left[i], places, terms)
            if one.offer < 0 or value > one.value:
                one.offer, one.unknown, one.value, one.cost = j, unknown[i, j], value, cost
        if one.offer >= 0:
            offer = offers[one.offer]
            one.utility, one.rate = after.utility, after.rate
            waits, inside, p = float(offer.starts_in + offer.waits), float(offer.class_days), offer.completion
            for place in range(len(HORIZONS_DAYS)):
                days = float(HORIZONS_DAYS[place])
                one.gain[place] = own_gain_within(today, after, p, waits, inside, days, terms)


@kernel
def value_pairs(  # type: ignore[no-untyped-def]
    seeker, offer, today_utility, today_rate, utility, rate, seekers, subsidised_left, offers, places, terms, value
):  # fmt: skip
    """Fill `value` (n,): of offer[k] to seeker[k], whose prospects are those of place k."""
    for k in range(len(seeker)):
        i = seeker[k]
        today, after = Prospects(today_utility[k], today_rate[k]), Prospects(utility[k], rate[k])
        value[k], _ = _value(today, after, seekers[i], offers[offer[k]], subsidised_left[i], places, terms)
