"""Ratios of sums over people: by hand, against fairlearn, and their intervals against repeated samples."""

from __future__ import annotations

import numpy as np
import pytest
from fairlearn.metrics import MetricFrame, mean_prediction

from evaluation.fairness.person_ratios import compare_with_others, person_values, ratio, ratio_variance
from evaluation.fairness.protected_cells import protected_cells
from tests.evaluation.fairness.people_for_tests import drawn_people


def test_a_ratio_by_hand() -> None:
    values = person_values(np.array([2.0, 0.0, 9.0, 1.0]), np.array([4.0, 1.0, 0.0, 1.0]))
    sums = values.sum(axis=0, keepdims=True)
    assert sums[0].tolist() == [3, 3, 6, 5, 9, 18]  # the third person is not counted: nothing was to be found for him
    assert ratio(sums)[0] == 0.5
    # Σ(a − R b)² = 0² + 0.5² + 0.5² = 0.5; ÷ 36 × 3 ÷ 2
    assert ratio_variance(sums)[0] == pytest.approx(0.5 / 36 * 1.5)


def test_one_person_has_no_variance_and_nobody_no_ratio() -> None:
    one = person_values(np.array([1.0]), np.array([1.0]))
    assert np.isnan(ratio_variance(one)[0])
    assert np.isnan(ratio(one * 0)[0])


def test_cells_agree_with_fairlearn() -> None:
    people, rng = drawn_people(800), np.random.default_rng(3)
    happened = rng.random(800)
    cells = protected_cells(people)
    found = ratio(cells.sums(person_values(happened, np.ones(800))))
    mine = dict(zip(cells.labels.itertuples(index=False, name=None), found, strict=True))
    sex = people["sex"].map({1: "male", 2: "female"})
    frame = MetricFrame(
        metrics=mean_prediction, y_true=happened, y_pred=happened,
        sensitive_features={"sex": sex, "district": people["district_code"]},
    )  # fmt: skip
    assert mine["everyone", "everyone"] == pytest.approx(frame.overall)
    for (sex_, district), value in frame.by_group.items():
        assert mine["sex × district", f"{sex_} × {district}"] == pytest.approx(value)


@pytest.mark.parametrize("kind", ["share", "clustered"])
def test_intervals_and_tests_hold_their_level(kind: str) -> None:
    """Known truth: no difference. The interval of the difference covers 0, and p < 0.05 occurs, at nominal rates."""
    rng, covered, small = np.random.default_rng(4), 0, 0
    runs, n, members = 600, 400, 120
    for _ in range(runs):
        if kind == "share":
            a, b = (rng.random(n) < 0.3).astype(float), np.ones(n)
        else:  # referrals of one person go well or badly together: 1 to 8 of them, one chance a person
            b = rng.integers(1, 9, n).astype(float)
            a = rng.binomial(b.astype(int), rng.beta(1, 2, n)).astype(float)
        values = person_values(a, b)
        found = compare_with_others(
            values[:members].sum(axis=0, keepdims=True), values.sum(axis=0), is_share=kind == "share"
        )
        covered += bool(found.difference_low[0] <= 0 <= found.difference_high[0])
        small += bool(found.p_value[0] < 0.05)
    assert 0.93 <= covered / runs <= 0.975  # ± 2.3 standard errors of 600 runs
    assert 0.025 <= small / runs <= 0.07
