"""How a vacancy's places are shared between the arms of an experiment: by candidates, largest remainders."""

from __future__ import annotations

import numpy as np
import pytest

from matching.arm_referrals import share_capacity


@pytest.mark.parametrize(
    ("places", "control", "treatment", "shares"),
    [
        # places, candidates of either arm: places of either arm
        (8, 10, 10, (4, 4)),
        (8, 30, 10, (6, 2)),
        (8, 20, 0, (8, 0)),  # nobody of the treatment is a candidate: the control has the vacancy to itself
        (8, 0, 0, (0, 0)),
        (3, 20, 10, (2, 1)),
        (3, 5, 3, (2, 1)),  # 1.875 and 1.125: the larger remainder has the odd place
        (1, 9, 1, (1, 0)),
        (0, 5, 5, (0, 0)),
    ],
)
def test_places_of_a_vacancy(places: int, control: int, treatment: int, shares: tuple[int, int]) -> None:
    shared = share_capacity(np.array([places]), np.array([[control], [treatment]]), seed=1)
    assert tuple(shared[:, 0]) == shares


def test_equal_remainders_go_by_lot_and_to_neither_arm_always() -> None:
    vacancies = 2000
    one_place = share_capacity(np.ones(vacancies, np.int64), np.full((2, vacancies), 5), seed=1)
    assert (one_place.sum(axis=0) == 1).all()
    assert one_place[0].mean() == pytest.approx(0.5, abs=0.05)
    again = share_capacity(np.ones(vacancies, np.int64), np.full((2, vacancies), 5), seed=1)
    assert (again == one_place).all()
