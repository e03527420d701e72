"""The estimators on a synthetic city with the real allocation, where markets are closed: the truth is found."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.market import market_from_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from evaluation.experiments.assignment import read_saturations
from evaluation.experiments.market_cells import CellGrid, seeker_cells, vacancy_cells
from evaluation.experiments.market_clusters import market_clusters
from evaluation.experiments.rehearsal import RehearsedCity, rehearse
from matching.allocation_policy import ReferralPolicy, referral_capacity
from matching.arm_referrals import ArmPolicy, ArmRule
from matching.candidate_edges import ordered_edges

RULES = (ArmRule(ArmPolicy.OWN_BEST), ArmRule(ArmPolicy.PRICES))
POLICY = ReferralPolicy()
CANDIDATES = 30


def closed_city(seed: int, seekers: int, vacancies: int) -> RehearsedCity:
    """A synthetic city in which everybody's candidates are the likeliest of his own market, by the hidden truth."""
    city = build_city(
        CitySettings(seed=seed, seekers=seekers, vacancies=vacancies, history_months=0, as_of=date(2026, 3, 2))
    )
    market = market_from_records(city.records, date(2026, 3, 2))
    grid = CellGrid(2)
    at, where = seeker_cells(market, grid), vacancy_cells(market, grid)
    rows = city.truth.rows_of(market.seekers["seeker_id"], market.vacancies["vacancy_id"])
    every = (np.repeat(np.arange(len(at)), len(where)), np.tile(np.arange(len(where)), len(at)))
    pairs = (rows[0][every[0]], rows[1][every[1]])
    accept, hire = city.truth.p_accept(*pairs), city.truth.p_hire(*pairs)
    clusters = market_clusters(grid, at, where, every, accept * hire, least_seekers=60, leakage_limit=0.0, fewest=18)
    own, other = clusters.of_cell[at], clusters.of_cell[where]
    chance = (accept * hire * (own[every[0]] == other[every[1]])).reshape(len(at), -1)
    best = np.argpartition(-chance, CANDIDATES, axis=1)[:, :CANDIDATES].ravel()
    seeker = np.repeat(np.arange(len(at)), CANDIDATES)
    kept = own[seeker] == other[best]
    number = seeker[kept] * len(where) + best[kept]
    edges, order = ordered_edges(
        seeker[kept].astype(np.int32), best[kept].astype(np.int32), (accept * hire)[number],
        n_seekers=len(at), n_vacancies=len(where),
    )  # fmt: skip
    headcount = market.vacancies["headcount"].to_numpy(np.int64)
    employer = pd.factorize(market.vacancies["employer_id"])[0]
    return RehearsedCity(
        edges, accept[number][order], hire[number][order], headcount,
        referral_capacity(headcount, employer, POLICY, len(at)), np.ones(len(at)), POLICY, own.astype(np.int64),
    )  # fmt: skip


@pytest.mark.slow
def test_in_closed_markets_of_a_synthetic_city_every_effect_is_found() -> None:
    found = rehearse(
        closed_city(3, 2400, 500), RULES, read_saturations(["0", "1/2", "1"]), rehearsals=120, seed=1
    ).set_index(["contrast", "saturation"])
    assert found.loc[("total", "1"), "truth"] > 0.02
    for kind, row in found.iterrows():
        noise = 4 * row["spread"] / np.sqrt(120) + 0.005
        assert row["mean"] == pytest.approx(row["truth"], abs=noise), kind
        assert row["coverage"] >= 0.9, kind


def test_a_rehearsal_is_the_same_each_time() -> None:
    city = closed_city(4, 1300, 260)
    one, same = (rehearse(city, RULES, read_saturations(["0", "1"]), rehearsals=3, seed=2) for _ in range(2))
    pd.testing.assert_frame_equal(one, same)
    assert list(one["contrast"]) == ["total"]
    assert one["truth"].item() > 0
