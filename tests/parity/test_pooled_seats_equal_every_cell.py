"""The programme over pools and undominated classes finds what the one over every class, cell and month finds.

The other one is written out here: a whole number for each class, and one for the people whom it trains for each cell
and month that it reaches, without any pool, and no class left out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.training_recs.seat_plan.planning_for_tests import (
    MONTHS,
    budget,
    limit,
    limits,
    needs,
    offer,
    offers,
    orders,
    settings,
)
from training_recs.seat_plan.newsvendor import expected_filled, need_segments
from training_recs.seat_plan.plan_seats import seat_problem
from training_recs.seat_plan.planning_tables import LimitKind
from training_recs.seat_plan.seat_problem import SeatProblem, SeatSolution
from training_recs.seat_plan.seat_programme import SeatProgramme

VALUE = 6000.0
WELDING, COOKING = "6-18-02", "4-03-02"
SCHOOLS = ("（虚构）甲校", "（虚构）乙校")
DISTRICTS = ("220102", "220103", "220105", "220182", "220122")
"""Three of the city, and two that nobody travels to from there."""


def made_up(seed: int) -> SeatProblem:
    """Ten courses, some of them replaceable, for needs of two occupations in five districts over four months."""
    rng = np.random.default_rng(seed)
    cells = [(trade, district) for trade in (WELDING, COOKING) for district in DISTRICTS]
    scenarios = np.sort(rng.integers(0, 14, (len(cells), 4, 3)), axis=2).astype(float)
    scenarios[rng.random((len(cells), 4)) < 0.3] = 0
    fees = rng.choice([400.0, 900.0, 1500.0, 2600.0], 10)
    table = offers(
        *(
            offer(
                course_id=f"C-{row}", occupation=str(rng.choice([WELDING, COOKING])), provider=str(rng.choice(SCHOOLS)),
                district_code=str(rng.choice(DISTRICTS)), class_seats=int(rng.integers(3, 13)),
                months=int(rng.integers(1, 3)), fee_cny=fees[row], subsidy_cny=fees[row] * rng.choice([0.0, 0.8]),
            )
            for row in range(10)
        )
    )  # fmt: skip
    month = {"month": MONTHS[1]} if seed % 2 else {}
    stated = limits(
        budget(float(rng.integers(8_000, 60_000)), **month),
        limit("rooms", provider=SCHOOLS[0], value=int(rng.integers(1, 4))),
        limit("rooms", district_code=DISTRICTS[0], value=1),
        limit("teachers", occupation="6-18", value=int(rng.integers(1, 4))),
    )
    ordered = {0: 4, 3: 60}.get(seed % 6)  # sixty are more than the classes can take
    order = orders((WELDING, DISTRICTS[1], MONTHS[2], ordered)) if ordered else orders()
    return seat_problem(needs(cells, scenarios), table, stated, order, settings(VALUE, least_class_seats=5))


def worth_of_every_cell(problem: SeatProblem) -> float | None:
    """The best plan's worth, CNY; None: none trains everybody who is ordered."""
    reach, lasts = problem.reach.toarray(), problem.offers["months"].to_numpy(int)
    fee, subsidy = (problem.offers[name].to_numpy(float) for name in ("fee_cny", "subsidy_cny"))
    size = problem.offers["class_seats"].to_numpy(int)
    least = np.minimum(size, problem.least_class_seats)
    classes = [(o, s) for o in range(len(lasts)) for s in range(problem.months) if s + lasts[o] < problem.months]
    people = [
        (number, cell, month)
        for number, (o, s) in enumerate(classes)
        for cell in np.flatnonzero(reach[o])
        for month in range(s + lasts[o], min(s + lasts[o] + problem.wait_months + 1, problem.months))
    ]
    filled = [
        (cell, month, seats, chance, bool(problem.ordered[cell, month]) and part == 0)
        for cell in range(len(problem.scenarios))
        for month in range(problem.months)
        for part, (seats, chance) in enumerate(
            [*need_segments(problem.scenarios[cell, month], int(problem.ordered[cell, month])), (10_000, 0.0)]
        )
    ]
    n, x = len(classes), len(people)
    rows: list[npt.NDArray[np.float64]] = []
    low: list[float] = []
    high: list[float] = []

    def add(row: npt.NDArray[np.float64], least_value: float, most: float) -> None:
        rows.append(row)
        low.append(least_value)
        high.append(most)

    width = n + x + len(filled)
    of_class, of_cell = np.array([p[0] for p in people]), np.array([p[1:] for p in people])
    segment = np.array([f[:2] for f in filled])
    for number, (o, _) in enumerate(classes):
        seated = np.r_[np.zeros(n), (of_class == number).astype(float), np.zeros(len(filled))]
        add(seated - size[o] * np.eye(width)[number], -np.inf, 0)
        add(seated - least[o] * np.eye(width)[number], 0, np.inf)
    for cell in range(len(problem.scenarios)):
        for month in range(problem.months):
            here = (of_cell == (cell, month)).all(axis=1), (segment == (cell, month)).all(axis=1)
            add(np.r_[np.zeros(n), here[0].astype(float), -here[1].astype(float)], 0, 0)
    for number, (kind, value) in enumerate(zip(problem.limits["kind"], problem.limits["value"], strict=True)):
        only = int(problem.limit_month[number])
        counted = np.array([problem.counted[number][o] for o, _ in classes])
        if kind == LimitKind.BUDGET:
            paid = [subsidy[classes[c][0]] * (counted[c] and only in (-1, classes[c][1])) for c in of_class]
            add(np.r_[np.zeros(n), paid, np.zeros(len(filled))], -np.inf, value)
        else:
            for month in range(problem.months):
                on = [c and s <= month < s + lasts[o] for c, (o, s) in zip(counted, classes, strict=True)]
                add(np.r_[np.array(on, dtype=float), np.zeros(width - n)], -np.inf, value)
    found = milp(
        np.r_[np.zeros(n), [fee[classes[c][0]] for c in of_class], [-VALUE * f[3] for f in filled]],
        integrality=np.ones(width),
        bounds=Bounds(
            np.r_[np.zeros(n + x), [f[2] if f[4] else 0 for f in filled]],
            np.r_[np.full(n + x, np.inf), [f[2] for f in filled]],
        ),
        constraints=LinearConstraint(np.array(rows), low, high),
        options={"mip_rel_gap": 1e-7},
    )
    return None if found.x is None else -float(found.fun)


def worth(problem: SeatProblem, found: SeatSolution) -> float:
    """Worth of the seats by cell, counted anew from the plan; and that the plan keeps to what binds it."""
    lasts, fee = problem.offers["months"].to_numpy(int), problem.offers["fee_cny"].to_numpy(float)
    size, flows = problem.offers["class_seats"].to_numpy(int), found.flows
    assert problem.reach.toarray()[flows["offer"], flows["cell"]].all()
    wait = flows["month"] - flows["start"] - lasts[flows["offer"]]
    assert wait.between(0, problem.wait_months).all()
    seated = np.zeros_like(found.classes)
    np.add.at(seated, (flows["offer"], flows["start"]), flows["seats"])
    least = np.minimum(size, problem.least_class_seats)
    assert (seated <= found.classes * size[:, None]).all()
    assert (seated >= found.classes * least[:, None]).all()
    placed = np.zeros_like(problem.ordered)
    np.add.at(placed, (flows["cell"], flows["month"]), flows["seats"])
    assert (placed >= problem.ordered).all()
    filled = sum(
        expected_filled(placed[place], problem.scenarios[place], ordered=int(problem.ordered[place]))
        for place in np.ndindex(*placed.shape)
    )
    return float(VALUE * filled - (flows["seats"] * fee[flows["offer"]]).sum())


@pytest.mark.parametrize("seed", range(12))
def test_pools_lose_nothing(seed: int) -> None:
    problem = made_up(seed)
    best, found = worth_of_every_cell(problem), SeatProgramme(problem).solve()
    assert (best is None) == (seed == 3)
    if found is None or best is None:
        assert found is best
        return
    assert found.in_time
    assert found.gap <= 1e-6
    assert worth(problem, found) == pytest.approx(best, abs=1.0)


@pytest.mark.parametrize("seed", [0, 5, 8])
def test_in_two_steps_the_plan_is_as_near_as_it_says(seed: int) -> None:
    problem = made_up(seed)
    best, found = worth_of_every_cell(problem), SeatProgramme(problem, at_once=0).solve()
    assert best is not None
    assert found is not None
    assert found.in_time
    assert best * (1 - found.gap) - 1 <= worth(problem, found) <= best + 1
