"""How long jobs last: the hidden hazard, and days drawn from it."""

from __future__ import annotations

import numpy as np
import pytest

from data.synthetic_city.city import build_city
from data.synthetic_city.hiring_truth import TRIAL_DAYS, TRIAL_FACTOR, CityTruth, tenure_days
from data.synthetic_city.settings import CitySettings

LUCK = (np.arange(20_000) + 0.5) / 20_000


@pytest.fixture(scope="module")
def truth() -> CityTruth:
    return build_city(CitySettings(seed=3, seekers=200, vacancies=50, courses=1, history_months=0)).truth


def hazard(truth: CityTruth, **vacancy: float) -> np.ndarray:
    """Of all seekers at the first vacancy, with these facts."""
    changed = CityTruth(truth.seekers, truth.vacancies.assign(**vacancy))
    rows = np.arange(len(truth.seekers))
    return changed.leaving_hazard(rows, np.zeros_like(rows))


def test_better_pay_holds_people(truth):
    low, high = hazard(truth, pay=3000.0, lodging=False), hazard(truth, pay=9000.0, lodging=False)
    assert (high <= low).all()
    assert (high < low).mean() > 0.9


def test_lodging_at_the_work_place_spares_the_way(truth):
    far, there = hazard(truth, lodging=False), hazard(truth, lodging=True)
    relocates = truth.seekers["relocate"].to_numpy(bool)
    assert (there[relocates] < far[relocates]).all()
    assert (there[~relocates] == far[~relocates]).all()


def test_the_trade_wanted_holds_people(truth):
    own = truth.seekers["trade"].iloc[0]
    other = (own + 300) % (truth.seekers["trade"].max() + 1)
    assert hazard(truth, trade=own)[0] < hazard(truth, trade=other)[0]


def test_hazards_are_positive(truth):
    rows = np.arange(200)
    assert (truth.leaving_hazard(rows, rows % 50) > 0).all()


@pytest.mark.parametrize("days", [30, 90, 180, 365])
def test_tenures_follow_the_hazard(days):
    a_month = 0.05
    weighted = TRIAL_FACTOR * min(days, TRIAL_DAYS) + max(days - TRIAL_DAYS, 0)
    stays = (tenure_days(np.full(len(LUCK), a_month), LUCK) >= days).mean()
    assert stays == pytest.approx(np.exp(-a_month * weighted / 30), abs=0.002)


def test_every_job_lasts_a_day():
    assert tenure_days(np.array([1e9, 0.05]), np.array([0.5, 0.0])).tolist() == [1, 1]
