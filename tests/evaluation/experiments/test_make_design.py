"""A design from a market: what it takes over, draws, and cannot make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import numpy as np
import pytest

from data.errors import DataError
from data.market import Market, market_from_records
from data.records import EvidenceTier
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from evaluation.experiments.make_design import DesignRequest, MarketPairs, PastCohort, make_design
from evaluation.experiments.market_cells import CellGrid, seeker_cells, vacancy_cells
from evaluation.experiments.power import minimal_detectable_effect, past_outcomes
from matching.arm_referrals import ArmPolicy, ArmRule

DAY = date(2026, 3, 2)
REQUEST = DesignRequest(
    name="spring", hypothesis_zh="多", hypothesis_en="more", written_at=datetime(2026, 3, 2, tzinfo=UTC),
    starts_on=date(2026, 3, 3), ends_on=date(2026, 4, 3), horizon_days=60, proof=EvidenceTier.CONTRACT,
    arms=(ArmRule(ArmPolicy.OWN_BEST), ArmRule(ArmPolicy.PRICES)), saturations=(Fraction(0), Fraction(1)), seed=5,
    least_seekers=20, leakage_limit=0.3, fewest_markets=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def market() -> Market:
    city = build_city(CitySettings(seed=2, seekers=900, vacancies=200, history_months=0, as_of=DAY))
    return market_from_records(city.records, DAY)


def inputs(market: Market) -> tuple[MarketPairs, PastCohort]:
    """Everyone is referred within the same kind of work; a fifth of an earlier cohort was placed."""
    grid = CellGrid(REQUEST.level)
    at, where = seeker_cells(market, grid), vacancy_cells(market, grid)
    rng = np.random.default_rng(1)
    width = len(grid.districts)
    seeker, vacancy = [], []
    for row, cell in enumerate(at):
        alike = np.flatnonzero(where // width == cell // width)
        if len(alike):
            seeker += [row] * 3
            vacancy += rng.choice(alike, 3).tolist()
    pairs = MarketPairs(np.array(seeker), np.array(vacancy), rng.random(len(seeker)), np.ones(len(seeker)))
    placed = rng.random(len(at)) < 0.2
    return pairs, PastCohort(at, placed, at[placed], at[placed])


def test_a_design_divides_the_grid_and_says_its_power(market: Market) -> None:
    pairs, past = inputs(market)
    made = make_design(REQUEST, market, pairs, past, market_of="run R-1")
    design = made.design
    assert sum(one.seekers for one in design.markets) == len(market.seekers)
    assert sum(one.vacancies for one in design.markets) == len(market.vacancies)
    assert min(one.seekers for one in design.markets) >= 20
    assert len(design.markets) >= 12
    drawn = [one.saturation for one in design.markets]
    assert abs(drawn.count(Fraction(0)) - drawn.count(Fraction(1))) <= 1
    assert design.leakage < made.leakage_of_cells
    assert (design.leakage > 0.3) == any("cross between" in caution.en for caution in made.cautions)
    assert design.leakage_of_placements == 0
    people = np.array([one.past_people for one in design.markets])
    known = past_outcomes(np.array([one.past_placed for one in design.markets]), people)
    sizes = [np.array([one.seekers for one in design.markets if one.saturation == s], float) for s in (1, 0)]
    (row,) = design.power
    assert row.effect == pytest.approx(minimal_detectable_effect(known, *sizes))
    assert (row.markets, row.control_markets) == (len(sizes[0]), len(sizes[1]))


def test_equal_requests_make_equal_designs_and_another_seed_another_draw(market: Market) -> None:
    pairs, past = inputs(market)
    one, same, other = (
        make_design(request, market, pairs, past, market_of="run R-1").design
        for request in (REQUEST, REQUEST, replace(REQUEST, seed=6))
    )
    assert one == same
    assert [m.saturation for m in one.markets] != [m.saturation for m in other.markets]
    assert [m.cells for m in one.markets] == [m.cells for m in other.markets]


def test_without_a_past_a_design_is_made_and_says_that_its_power_is_not_known(market: Market) -> None:
    pairs, _ = inputs(market)
    nobody = np.empty(0, np.int32)
    made = make_design(
        REQUEST, market, pairs, PastCohort(nobody, np.empty(0, bool), nobody, nobody), market_of="run R-1"
    )
    assert {row.effect for row in made.design.power} == {None}
    assert (made.design.icc, made.design.leakage_of_placements) == (None, None)
    assert any("too few past outcomes" in caution.en for caution in made.cautions)


def test_too_few_markets_are_refused(market: Market) -> None:
    pairs, past = inputs(market)
    with pytest.raises(DataError, match="markets for 2 saturations"):
        make_design(replace(REQUEST, least_seekers=300), market, pairs, past, market_of="run R-1")
