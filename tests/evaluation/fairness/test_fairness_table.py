"""The table of fairness against known truth: a disadvantage that was put in is found, none is made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from evaluation.fairness.fairness_measures import FairnessMeasure
from evaluation.fairness.fairness_table import fairness_table
from evaluation.fairness.people import PEOPLE
from evaluation.fairness.protected_cells import protected_cells
from tests.evaluation.fairness.people_for_tests import drawn_people, is_rural

SHARE = FairnessMeasure.REFERRED_SHARE


def of(table: pd.DataFrame, dimension: str, category: str) -> dict:
    (row,) = table[(table["dimension"] == dimension) & (table["category"] == category)].to_dict("records")
    return row


def test_a_disadvantage_that_was_put_in_is_found_with_its_size() -> None:
    people, rng = drawn_people(6_000), np.random.default_rng(11)
    referred = (rng.random(6_000) < np.where(is_rural(people), 0.5, 0.6)).astype(float)
    table = fairness_table(protected_cells(people), {SHARE: (referred, np.ones(6_000))})
    rural = of(table, "group", "rural_transferred")
    assert rural["differs"]
    assert rural["difference_low"] < -0.1 < rural["difference_high"]
    assert rural["others"] == pytest.approx(referred[~is_rural(people)].mean())
    assert not of(table, "sex", "female")["differs"]


def test_a_disadvantage_of_an_intersection_alone_is_found() -> None:
    people, rng = drawn_people(6_000), np.random.default_rng(12)
    rural_women = is_rural(people) & (people["sex"] == 2).to_numpy(bool)
    each = rng.poisson(np.where(rural_women, 1.0, 2.0)).astype(float)
    table = fairness_table(protected_cells(people), {FairnessMeasure.REFERRALS_EACH: (each, np.ones(6_000))})
    row = of(table, "group × sex", "rural_transferred × female")
    assert row["differs"]
    assert row["difference_low"] < -1 < row["difference_high"]


def test_where_nothing_differs_nothing_is_flagged_more_often_than_stated() -> None:
    """Benjamini–Hochberg: with no difference anywhere, some flag in a family occurs in about a twentieth of tables."""
    flagged = 0
    for seed in range(60):
        people, rng = drawn_people(1_500, seed=seed), np.random.default_rng(1_000 + seed)
        referred = (rng.random(1_500) < 0.4).astype(float)
        table = fairness_table(protected_cells(people), {SHARE: (referred, np.ones(1_500))})
        flagged += table.loc[~table["dimension"].str.contains("×"), "differs"].any()
    assert flagged / 60 <= 0.13  # 0.05 and three standard errors


def test_small_cells_and_what_would_reveal_them_are_withheld() -> None:
    people = drawn_people(300)
    people.loc[people.index[:4], "district_code"] = "220105"
    people = PEOPLE.check(people)
    table = fairness_table(protected_cells(people), {SHARE: (np.ones(300), np.ones(300))})
    small = of(table, "district", "220105")
    assert small["suppressed"]
    assert all(pd.isna(small[name]) for name in ("people", "numerator", "denominator", "estimate", "others"))
    districts = table[table["dimension"] == "district"]
    assert districts["suppressed"].sum() >= 2  # one alone would follow from the total
    shown = table[~table["suppressed"]]
    assert (shown["people"] >= 10).all()


def test_everyone_has_nobody_to_be_compared_with() -> None:
    people = drawn_people(200)
    everyone = of(
        fairness_table(protected_cells(people), {SHARE: (np.ones(200), np.ones(200))}), "everyone", "everyone"
    )
    assert everyone["estimate"] == 1
    assert pd.isna(everyone["difference"])
    assert not everyone["differs"]


def test_a_share_counts_people_not_events() -> None:
    people = drawn_people(50)
    with pytest.raises(DataError, match="not 0 or 1"):
        fairness_table(protected_cells(people), {SHARE: (np.full(50, 2.0), np.ones(50))})
