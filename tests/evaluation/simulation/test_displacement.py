"""Displacement in markets whose answer is known without simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evaluation.refusal import Refusal
from evaluation.simulation.displacement import Displacement, displacement, displacement_table
from evaluation.simulation.policies import REFERENCE
from evaluation.simulation.seed_means import MeanInterval
from evaluation.simulation.simulated_city import SimulatedCity
from evaluation.simulation.units import UNIT_VALUES
from evaluation.simulation.year import Arm, simulate_year
from evaluation.simulation.year_measures import is_of_one_half, year_measures
from tests.evaluation.simulation.toy_market import ByLot, SameForAll, everything_allowed, toy_city

MORE, LESS = ByLot(REFERENCE.name, 3), ByLot("less", 1)


def found(city: SimulatedCity, more: ByLot = MORE, seeds: int = 6) -> Displacement:
    """Displacement of `more` against one referral by lot."""
    parts = []
    for seed in range(seeds):
        half = is_of_one_half(city, seed)
        everyone = half | ~half
        for arms, against in (
            ([Arm(more, everyone)], None), ([Arm(LESS, everyone)], None), ([Arm(more, half), Arm(LESS, ~half)], "less"),
        ):  # fmt: skip
            outcome = simulate_year(city, lambda month: everything_allowed(city, month), arms, seed=seed)
            facts = {"seed": seed, "policy": arms[0].policy.name, "against": against}
            parts.append(year_measures(city, outcome, seed=seed).assign(**facts))
    (one,) = displacement(UNIT_VALUES.check(pd.concat(parts)))
    return one


def test_where_all_openings_are_filled_anyway_the_whole_gain_is_displacement():
    one = found(toy_city(400, [1] * 40))
    assert one.whole.value == 0
    assert one.direct.low > 0
    assert one.untreated.high < 0
    assert isinstance(one.share, MeanInterval)
    assert (one.share.value, one.share.low, one.share.high) == pytest.approx((1, 1, 1))


def test_where_openings_abound_nothing_is_displaced():
    one = found(toy_city(400, [400] * 50, truth=SameForAll(accept=0.3)))
    assert one.untreated.value == 0
    assert one.direct.low > 0
    assert isinstance(one.share, MeanInterval)
    assert one.share.low < 0 < one.share.high
    assert one.share.value == pytest.approx(0, abs=0.1)
    # 1 − 0.7³ of three referrals against 0.3 of one
    assert one.whole.value == pytest.approx(1 - 0.7**3 - 0.3, abs=0.03)


def test_between_the_two_a_part_is_displaced():
    one = found(toy_city(400, [3] * 50, truth=SameForAll(accept=0.5)))
    assert isinstance(one.share, MeanInterval)
    assert 0.1 < one.share.low <= one.share.high < 0.9
    assert one.untreated.high < 0 < one.whole.low


def test_without_a_direct_gain_a_share_is_refused_in_both_languages():
    one = found(toy_city(400, [1] * 40), more=ByLot(REFERENCE.name, 1))
    assert one.direct.value == 0
    assert isinstance(one.share, Refusal)
    table = displacement_table([one])
    assert table["share"].isna().all()
    assert table["refusal_zh"].str.contains("没有意义").all()
    assert table["refusal_en"].str.contains("no meaning").all()


def test_one_city_alone_gives_no_share():
    one = found(toy_city(400, [1] * 40), seeds=1)
    assert isinstance(one.share, Refusal)
    assert np.isnan(one.direct.low)
