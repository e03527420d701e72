"""Nights of synthetic cities with their own machinery: estimates against the known truth. The benchmark, smaller."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from benchmarks.bench_off_policy import UNTRIED, one_seed

SEEDS = 20
LOG = {"ε = 0.1, 4 nights": (0.1, 4)}
SUPPORTED = ("own best by the ranker", "greedy")


@cache
def found() -> pd.DataFrame:
    return pd.DataFrame([row for seed in range(300, 300 + SEEDS) for row in one_seed(seed, LOG | UNTRIED)])


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ["IPS", "self-normalised IPS", "doubly robust"])
def test_values_are_centred_on_the_truth_and_intervals_cover_it(estimator: str) -> None:
    rows = found()
    rows = rows[(rows["estimator"] == estimator) & rows["policy"].isin(SUPPORTED)].dropna(subset=["value"])
    error = (rows["value"] - rows["truth"]).to_numpy()
    # What has no support, at most 5 % of the value, is left out by inverse propensities.
    assert abs(error.mean()) < 3 * error.std(ddof=1) / np.sqrt(len(error)) + 0.05 * rows["truth"].mean()
    covers = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
    assert covers.mean() > 0.95 - 3 * np.sqrt(0.95 * 0.05 / len(rows))


@pytest.mark.slow
def test_without_support_no_city_gives_a_figure() -> None:
    rows = found()
    untried = rows["case"].isin(UNTRIED) | (rows["policy"] == "the least likely first")
    assert rows.loc[untried, "value"].isna().all()
    assert rows.loc[~untried & (rows["policy"] == "greedy"), "value"].notna().all()
