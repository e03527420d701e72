"""Seats on small cases against a mixed-integer programme (HiGHS): never above the optimum, and near it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from data.records import SeekerGroup
from data.reference.training_programmes import TrainingProgramme
from tests.data.records_for_tests import seeker
from tests.training_recs.course_market_for_tests import course, course_market, run
from training_recs.seat_allocation import allocate_seats

PEOPLE, RUNS = 12, 4
RURAL = TrainingProgramme("rural", "农村", "rural", 0, "", SeekerGroup.RURAL_TRANSFERRED)
OTHER = TrainingProgramme("employment", "就业", "employment", 0, "", None)


@pytest.mark.parametrize("seed", range(12))
def test_between_the_certificate_and_the_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = [f"S-{n:02d}" for n in range(PEOPLE)]
    rural = rng.random(PEOPLE) < 0.5
    market = course_market(
        [course()],
        [run(course_run_id=f"R-{n}", seats=int(rng.integers(1, 4))) for n in range(RUNS)],
        seekers=[seeker(seeker_id=name) for name in names],
        groups=tuple((name, "rural_transferred") for name, inside in zip(names, rural, strict=True) if inside),
    )
    worth = np.where(rng.random((PEOPLE, RUNS)) < 0.8, rng.random((PEOPLE, RUNS)), 0.0)
    quotas = rng.integers(1, 5, 2)
    who, where = np.nonzero(worth)
    found = allocate_seats(
        market.market,
        pd.DataFrame({"seeker": who, "offer": where, "value": worth[who, where]}),
        market.catalogue,
        programmes=(replace(RURAL, seats_a_year=int(quotas[0])), replace(OTHER, seats_a_year=int(quotas[1]))),
        priority=np.ones(PEOPLE),
    )
    seats = market.catalogue.runs["seats"].to_numpy()
    best = _optimum(worth, seats, rural, quotas)
    assert found.objective <= best + 1e-9
    assert found.bound >= best - 1e-9
    assert found.objective >= 0.9 * best
    given = found.seated
    assert (np.bincount(given["run"], minlength=RUNS) <= seats).all()
    assert (given["programme"] == "rural").sum() <= quotas[0]
    assert (given["programme"] == "employment").sum() <= quotas[1]


def _optimum(worth: np.ndarray, seats: np.ndarray, rural: np.ndarray, quotas: np.ndarray) -> float:  # type: ignore[type-arg]
    people, runs = worth.shape
    variables = np.arange(people * runs).reshape(people, runs)
    rows, limits = [], []
    for some, most in (
        *((variables[person], 1) for person in range(people)),
        *((variables[:, one], seats[one]) for one in range(runs)),
        (variables[rural].ravel(), quotas[0]),
        (variables[~rural].ravel(), quotas[1]),
    ):
        row = np.zeros(people * runs)
        row[some] = 1
        rows.append(row)
        limits.append(most)
    solved = milp(
        -worth.ravel(), constraints=LinearConstraint(np.array(rows), -np.inf, np.array(limits, dtype=float)),
        integrality=np.ones(people * runs), bounds=Bounds(0, 1),
    )  # fmt: skip
    return float(-solved.fun)
