"""Two rankers asked about the same referrals: what changes for whom, by hand and against known truth."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.reference.fairness_limits import load_fairness_limits
from evaluation.fairness.calibration_by_group import calibration_by_group
from evaluation.fairness.gate import GateVerdict, judge
from evaluation.fairness.held_out import SidePredictions, latest
from evaluation.fairness.ranker_fairness import ranker_changes_by_group
from models.training_table import TrainingPairs
from tests.evaluation.fairness.people_for_tests import drawn_people, is_rural


def asked(people: pd.DataFrame, old_error: np.ndarray, new_error: np.ndarray, seed: int = 21) -> SidePredictions:
    """Two referrals a person; the true chance is around 0.4, each ranker is wrong by so much."""
    rng = np.random.default_rng(seed)
    seeker = np.repeat(np.arange(len(people)), 2)
    truth = rng.uniform(0.2, 0.6, len(seeker))
    return SidePredictions(
        seeker, (truth + old_error[seeker], truth + new_error[seeker]), rng.random(len(seeker)) < truth
    )


def verdict(people: pd.DataFrame, side: SidePredictions) -> GateVerdict:
    changes = ranker_changes_by_group(people, {"accept": side})
    return judge(changes, load_fairness_limits(), date(2026, 6, 1), compared_with="x")


def test_a_change_by_hand() -> None:
    people = drawn_people(2).assign(sex=pd.array([2, 2], dtype="Int8"))
    side = SidePredictions(
        np.array([0, 0, 1]), (np.array([0.5, 0.5, 0.5]), np.array([0.9, 0.9, 0.6])), np.array([True, False, False])
    )
    changes = ranker_changes_by_group(people, {"hire": side}).set_index(["measure", "category"])
    gap = changes.loc[("hire_calibration_gap", "female")]
    assert (gap["people"], gap["before"]) == (2, pytest.approx(0.5 - 1 / 3))
    assert gap["after"] == pytest.approx(0.8 - 1 / 3)
    assert gap["worsening"] == pytest.approx(0.3)
    squared = changes.loc[("hire_squared_error", "female")]
    assert squared["before"] == pytest.approx(0.25)
    assert squared["after"] == pytest.approx((0.01 + 0.81 + 0.36) / 3)


def test_a_ranker_that_underrates_a_group_is_stopped_for_that_group() -> None:
    people = drawn_people(2_000)
    hardship = (people["group_mask"].to_numpy() & 4) > 0
    found = verdict(people, asked(people, np.zeros(2_000), np.where(hardship, -0.15, 0.0)))
    assert {(one.dimension, one.category) for one in found.broken if one.measure == "accept_calibration_gap"} == {
        ("group", "urban_hardship")
    }


def test_a_ranker_that_errs_as_much_the_other_way_is_no_worse() -> None:
    people = drawn_people(2_000)
    found = verdict(people, asked(people, np.full(2_000, 0.1), np.full(2_000, -0.1)))
    assert found.findings
    assert found.opens


def test_the_same_ranker_changes_nothing() -> None:
    people = drawn_people(500)
    changes = ranker_changes_by_group(people, {"accept": asked(people, np.zeros(500), np.zeros(500))})
    assert (changes["worsening"] == 0).all()
    assert (changes["standard_error"].notna()).all()


def test_the_latest_pairs_are_held_out_by_whole_days() -> None:
    days = np.array(["2026-01-01"] * 8 + ["2026-01-02"] * 2 + ["2026-01-03"] * 2, dtype="datetime64[s]")
    pairs = TrainingPairs(*(np.zeros(12, dtype=np.int32),) * 2, days, *(np.zeros(12, dtype=bool),) * 3)
    assert latest(pairs, share=0.25).sum() == 4  # the last three begin on the second: all of that day


def test_calibration_of_honest_and_of_dishonest_probabilities() -> None:
    people = drawn_people(3_000)
    side = asked(people, np.zeros(3_000), np.where(is_rural(people), -0.15, 0.0))
    table = calibration_by_group(people, "accept", side, seed=1).set_index(["dimension", "category"])
    rural, women = table.loc[("group", "rural_transferred")], table.loc[("sex", "female")]
    assert rural["p_value"] < 0.01
    assert rural["calibration_error"] == pytest.approx(0.15, abs=0.04)
    assert rural["observed"] - rural["predicted"] == pytest.approx(0.15, abs=0.03)
    assert table.loc[("everyone", "everyone"), "referrals"] == 6_000
    honest = calibration_by_group(people, "accept", asked(people, np.zeros(3_000), np.zeros(3_000)), seed=1)
    honest = honest.set_index(["dimension", "category"])
    assert honest.loc[("group", "rural_transferred"), "p_value"] > 0.05
    assert honest.loc[("group", "rural_transferred"), "calibration_error"] == pytest.approx(
        honest.loc[("group", "rural_transferred"), "by_chance"], rel=0.5
    )
    assert 0.5 < women["auc"] < 0.8


def test_calibration_of_few_is_withheld() -> None:
    people = drawn_people(60)
    table = calibration_by_group(people, "hire", asked(people, np.zeros(60), np.zeros(60)), seed=1)
    few = table[(table["category"] == "urban_hardship")].iloc[0]
    assert few["suppressed"]
    assert pd.isna(few["observed"])
