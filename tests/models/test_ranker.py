from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from data.errors import DataError, NotFoundError
from data.market import Market, market_from_records
from models.calibration import calibrate, expected_calibration_error, folds_in_time, keeps_order, rarest_learnt
from models.pair_features import pair_features
from models.prior_score import load_prior
from models.ranker import MODEL_FILE, Ranker, RankerSettings, load_ranker, prior_ranker, save_ranker, train_ranker
from models.training_table import TrainingPairs
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

CASES = 6000
QUICK = RankerSettings(iterations=40)


@pytest.fixture(scope="module")
def history() -> tuple[Market, TrainingPairs, np.ndarray, np.ndarray]:
    """Pairs whose acceptance is logistic in the similarity, and hiring a coin: market, pairs, similarity, truth."""
    rng = np.random.default_rng(7)
    market = market_from_records(records(seekers=[seeker()], vacancies=[vacancy()]), AS_OF)
    similarity = rng.random(CASES).astype(np.float32)
    truth = 1 / (1 + np.exp(2 - 4 * similarity))
    accepted = rng.random(CASES) < truth
    rows = np.zeros(CASES, dtype=np.int32)
    days = np.datetime64("2026-01-01", "s") + np.arange(CASES) // 60 * np.timedelta64(86400, "s")
    pairs = TrainingPairs(rows, rows, days, accepted, rng.random(CASES) < 0.3, accepted)
    return market, pairs, similarity, truth


def test_trained_probabilities_are_honest(history: tuple) -> None:
    market, pairs, similarity, _ = history
    report = train_ranker(market, pairs, similarity, seed=1, settings=QUICK).manifest["sides"]
    assert report["accept"]["test"]["ece"] < 0.06
    assert report["accept"]["test"]["auc"] > 0.7
    assert report["accept"]["test"]["brier"] < report["accept"]["test_of_prior"]["brier"]
    assert 0.4 < report["hire"]["test"]["auc"] < 0.6  # a coin cannot be learnt


def test_acceptance_never_falls_with_similarity(history: tuple) -> None:
    market, pairs, similarity, _ = history
    ranker = train_ranker(market, pairs, similarity, seed=1, settings=QUICK)
    rows = np.zeros(101, dtype=np.int32)
    p_accept, _ = ranker.predict(pair_features(market, rows, rows, np.linspace(0, 1, 101, dtype=np.float32)))
    assert (np.diff(p_accept) >= 0).all()


def test_same_seed_same_ranker_and_loaded_is_saved(history: tuple, tmp_path: Path) -> None:
    market, pairs, similarity, _ = history
    first, second = (train_ranker(market, pairs, similarity, seed=1, settings=QUICK) for _ in range(2))
    save_ranker(first, tmp_path / "r")
    features = pair_features(market, pairs.seeker, pairs.vacancy, similarity)
    for other in (second, load_ranker(tmp_path / "r")):
        for ours, theirs in zip(first.predict(features), other.predict(features), strict=True):
            assert np.array_equal(ours, theirs)


def test_a_pair_alone_scores_as_among_all_bit_for_bit(history: tuple) -> None:
    market, pairs, similarity, _ = history
    ranker = train_ranker(market, pairs, similarity, seed=1, settings=QUICK)
    assert ranker.calibrated
    features = pair_features(market, pairs.seeker, pairs.vacancy, similarity)
    together = np.stack(ranker.predict(features))
    for rows in ([0], [17], [5999], [*range(100, 107)], [*range(1000, 2001)]):
        assert np.array_equal(np.stack(ranker.predict(features[rows])), together[:, rows])


def test_too_little_history_keeps_the_prior(history: tuple) -> None:
    market, pairs, similarity, _ = history
    few = TrainingPairs(*(getattr(pairs, name)[:100] for name in pairs.__dataclass_fields__))
    ranker = train_ranker(market, few, similarity[:100], seed=1)
    assert ranker.classifiers == {}
    assert "100 cases" in ranker.manifest["sides"]["accept"]["why"]


def test_what_does_not_hold_for_unseen_pairs_is_no_knowledge() -> None:
    """The sign rules one way, then the other, and in all says nothing: each fold foretells the reverse."""
    x = np.tile(np.array([0, 0, 1, 1], np.float32), 500)
    by_sign, against = x == 1, np.tile([False, True], 1000)
    labels = np.concatenate([by_sign[:800], against[800:1200], ~by_sign[1200:]])
    reversed_ = calibrate(LogisticRegression(), x[:, None], labels)
    assert not keeps_order(reversed_, x[:, None])
    assert keeps_order(calibrate(LogisticRegression(), x[:, None], by_sign), x[:, None])


def test_folds_are_stretches_of_time_and_the_rarer_label_is_counted_without_each() -> None:
    assert [(len(learnt), rows.tolist()) for learnt, rows in folds_in_time(10)] == [
        (8, [0, 1]), (8, [2, 3]), (8, [4, 5]), (8, [6, 7]), (8, [8, 9])
    ]  # fmt: skip
    assert rarest_learnt(np.array([True, True, False, True, False, False, False, False, False, False])) == 1
    assert rarest_learnt(np.array([True, False])) == 0


def test_a_fact_first_recorded_in_the_last_fifth_is_no_obstacle() -> None:
    rng = np.random.default_rng(0)
    features = rng.random((1000, 2)).astype(np.float32)
    features[:850, 1] = np.nan
    labels = rng.random(1000) < features[:, 0]
    boosting = HistGradientBoostingClassifier(max_iter=20, early_stopping=False, random_state=0)
    probability = calibrate(boosting, features, labels).predict_proba(features)[:, 1]
    assert expected_calibration_error(probability, labels) < 0.1


def test_a_changed_or_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no ranker"):
        load_ranker(tmp_path)
    save_ranker(prior_ranker(), tmp_path)
    assert load_ranker(tmp_path) == Ranker({}, prior_ranker().manifest)
    (tmp_path / MODEL_FILE).write_bytes(b"other")
    with pytest.raises(DataError, match="checksum"):
        load_ranker(tmp_path)


def test_every_coefficient_of_the_prior_has_a_reason() -> None:
    assert load_prior()["reason"].str.len().gt(5).all()


def test_calibration_error_by_hand() -> None:
    # two bins: said 0.2 and saw 0, said 0.9 and saw 1
    said, seen = np.array([0.2, 0.2, 0.9, 0.9]), np.array([False, False, True, True])
    assert expected_calibration_error(said, seen, bins=2) == pytest.approx((0.2 + 0.1) / 2)
