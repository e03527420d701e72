"""Cells by hand: who is where, that wholes are the sums of their parts, and what a reader sees."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluation.fairness.people import PEOPLE, category_names
from evaluation.fairness.protected_cells import protected_cells
from tests.evaluation.fairness.people_for_tests import drawn_people

FOUR = PEOPLE.check(
    pd.DataFrame(
        {
            "seeker_id": ["S-1", "S-2", "S-3", "S-4"],
            "group_mask": np.array([0b00001, 0b10010, 0, 0b00010], dtype=np.uint16),
            "sex": [2, 1, None, 2],
            "age_years": [24.9, 35.0, None, 15.0],
            "district_code": ["220102", "220102", None, "220103"],
        }
    )
)


def counts(people: pd.DataFrame) -> pd.Series:
    cells = protected_cells(people)
    sums = cells.sums(np.ones((len(people), 1)))[:, 0].astype(int)
    shown = cells.labels[cells.shown].assign(people=sums[cells.shown])
    return shown[shown["people"] > 0].set_index(["dimension", "category"])["people"]


def test_who_is_where() -> None:
    one_way = {key: n for key, n in counts(FOUR).items() if "×" not in key[0]}
    assert one_way == {
        ("everyone", "everyone"): 4,
        ("group", "graduate"): 1, ("group", "rural_transferred"): 2, ("group", "veteran"): 1,
        ("sex", "female"): 2, ("sex", "male"): 1, ("sex", "unknown"): 1,
        ("age", "16-24"): 1, ("age", "35-44"): 1, ("age", "unknown"): 2,
        ("district", "220102"): 2, ("district", "220103"): 1, ("district", "unknown"): 1,
    }  # fmt: skip


def test_two_dimensions_together() -> None:
    found = counts(FOUR)
    assert found["group × sex", "rural_transferred × female"] == 1
    assert found["sex × age", "female × 16-24"] == 1
    assert found["group × group", "rural_transferred × veteran"] == 1
    assert found["sex × district", "male × 220102"] == 1
    assert not any("outside" in category or "unknown ×" in category for _, category in found.index)


def test_every_whole_is_the_sum_of_its_parts() -> None:
    people = drawn_people(500)
    cells = protected_cells(people)
    assert not (cells.relations @ cells.sums(np.ones((500, 1)))).any()
    assert cells.relations.shape[0] > 100


def test_names_of_categories() -> None:
    assert category_names("sex", "female") == ("女", "female")
    assert category_names("group × age", "veteran × 16-24") == ("退役军人 × 16–24岁", "veteran × 16 to 24")
    assert category_names("district", "220102")[0] == "南关区"
    assert category_names("district", "999999") == ("999999", "999999")
