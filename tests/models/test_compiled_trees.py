"""The compiled trees say what scikit-learn says, and refuse what they cannot read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from data.errors import ConfigurationError
from models.calibration import calibrate
from models.compiled_trees import MOST_LEAVES, compile_trees

CASES, FEATURES = 3000, 6


def cases(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of few and of many values, a sixth unknown, one of which says much by being unknown; labels."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(CASES, FEATURES)).astype(np.float32)
    features[:, 1] = np.round(features[:, 1])
    features[rng.random(features.shape) < 1 / 6] = np.nan
    score = np.nan_to_num(features[:, 0] * features[:, 1], nan=1.0) + 2 * np.isnan(features[:, 2])
    return features, rng.random(CASES) < 1 / (1 + np.exp(-score))


def boosting(**settings: Any) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(early_stopping=False, random_state=0, **settings)


@pytest.mark.parametrize("leaves", [2, 3, 6, MOST_LEAVES])
def test_probabilities_are_those_of_scikit_learn_bit_for_bit(leaves: int) -> None:
    model = calibrate(boosting(max_iter=30, max_leaf_nodes=leaves), *cases(0))
    compiled = compile_trees(model)
    features, _ = cases(1)
    # Values at the thresholds themselves, and just above, are where a split turns.
    at = np.arange(min(CASES, len(compiled.feature)))
    features[at, compiled.feature[at]] = compiled.threshold[at]
    above = features.copy()
    above[at, compiled.feature[at]] = np.nextafter(compiled.threshold[at], np.float32(np.inf))
    for asked in (features, above, np.full((1, FEATURES), np.nan, np.float32), features[:0]):
        expected = model.predict_proba(asked)[:, 1] if len(asked) else np.empty(0)
        assert np.array_equal(compiled.probability(asked), expected)
        assert np.array_equal(compiled.probability(np.asfortranarray(asked)), expected)
    inside = model.calibrated_classifiers_[0].estimator
    assert np.array_equal(compiled.log_odds(features), inside.decision_function(features))


def test_trees_of_one_leaf_say_the_same_of_everybody() -> None:
    """Constant features: there is nothing to split on."""
    features, labels = np.zeros((CASES, 2), np.float32), cases(0)[1]
    model = calibrate(boosting(max_iter=3), features, labels)
    assert np.array_equal(compile_trees(model).probability(features), model.predict_proba(features)[:, 1])


def test_what_cannot_be_read_is_refused() -> None:
    features, labels = cases(0)
    with pytest.raises(ConfigurationError, match="LogisticRegression"):
        compile_trees(calibrate(LogisticRegression(), np.nan_to_num(features), labels))
    with pytest.raises(ConfigurationError, match="leaves"):
        compile_trees(calibrate(boosting(max_iter=2, max_leaf_nodes=MOST_LEAVES + 1), features, labels))
    with pytest.raises(ConfigurationError, match="categories"):
        compile_trees(calibrate(boosting(max_iter=2, categorical_features=[1]), np.abs(features), labels))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        compile_trees(boosting(max_iter=2).fit(features, labels))


class OtherSum(HistGradientBoostingClassifier):
    """As a later scikit-learn might: the same trees, added up otherwise."""

    def _raw_predict(self, X: Any, n_threads: int | None = None) -> Any:  # noqa: N803
        return 1.001 * super()._raw_predict(X, n_threads)


def test_a_library_that_reads_its_trees_otherwise_is_noticed() -> None:
    with pytest.raises(ConfigurationError, match="differ from scikit-learn"):
        compile_trees(calibrate(OtherSum(max_iter=5, early_stopping=False), *cases(0)))
