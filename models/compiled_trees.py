"""A calibrated gradient boosting of scikit-learn as flat arrays, and the kernel that asks them many pairs at a time.

QuickScorer (Lucchese et al., SIGIR 2015): a tree's leaves are numbered from left to right, and every split that sends
a pair to the right strikes out the leaves on its left, whether it lies on the pair's path or not; the leftmost leaf
that remains is the pair's. Nothing in it branches, so the compiler asks one split of many pairs at once.
What is persisted stays scikit-learn's; this form is made when a ranker is put together, and compared with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier

from data.errors import ConfigurationError
from models.kernels import kernel

MOST_LEAVES = 32
"""Bits of the word in which a tree's remaining leaves are kept."""
LARGEST_DIFFERENCE = 1e-12
"""Between a probability of ours and scikit-learn's; found: none."""
_LANES = 256  # pairs at a time: their features stay in the processor's nearest cache
# The lowest set bit times this number has another top five bits for every bit (Leiserson, Prokop & Randall 1998).
_DE_BRUIJN = 0x077CB531
_SLOT_OF_LEAF = [(_DE_BRUIJN << leaf & 0xFFFFFFFF) >> 27 for leaf in range(MOST_LEAVES)]


@dataclass(frozen=True)
class CompiledTrees:
    """The splits of all trees, one tree's after another's, the values of their leaves, and the calibration.

    `feature` int32, `threshold` float32, `unknown_goes_left` bool and `remain` uint32 (bits of the leaves that going
    right leaves over) are one a split; the splits of tree i are `first_split[i]` up to `first_split[i + 1]`,
    excluded. `leaf_value` float64 (trees, 32), at the leaf's De Bruijn slot. The log-odds are `baseline` and one leaf
    of each tree; a probability is 1 ÷ (1 + exp(`slope` × log-odds + `offset`)).
    """

    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float32]
    unknown_goes_left: npt.NDArray[np.bool_]
    remain: npt.NDArray[np.uint32]
    first_split: npt.NDArray[np.int64]
    leaf_value: npt.NDArray[np.float64]
    baseline: float
    slope: float
    offset: float

    def log_odds(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Uncalibrated log-odds, float64 (n,), of float32 (n, F); no copy is made of features in column order."""
        found = np.full(len(features), self.baseline)
        _add_leaves(
            np.ascontiguousarray(features.T, dtype=np.float32), self.feature, self.threshold, self.unknown_goes_left,
            self.remain, self.first_split, self.leaf_value, found,
        )  # fmt: skip
        return found

    def probability(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Calibrated probability of the second class, float64 (n,), of float32 (n, F); releases the lock."""
        return np.asarray(expit(-(self.slope * self.log_odds(features) + self.offset)))


def compile_trees(calibrated: Any) -> CompiledTrees:
    """The arrays of what `models.calibration.calibrate` made of a HistGradientBoostingClassifier.

    Raises
    ------
    ConfigurationError
        It is another model, has categories, more than two classes or more than 32 leaves a tree; or scikit-learn
        keeps its trees otherwise than this module reads them.
    """
    try:
        compiled = _read(calibrated)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise ConfigurationError(
            f"the trees of a {type(calibrated).__name__} cannot be read: {error}",
            remedy="train the ranker with the installed scikit-learn (zhuye train); if that fails too, install the "
            "version of requirements.lock",
        ) from error
    probes = _probes(compiled, calibrated.calibrated_classifiers_[0].estimator.n_features_in_)
    difference = np.abs(compiled.probability(probes) - calibrated.predict_proba(probes)[:, 1]).max()
    if not difference <= LARGEST_DIFFERENCE:
        raise ConfigurationError(
            f"compiled trees differ from scikit-learn's by {difference} in a probability",
            remedy="install the scikit-learn of requirements.lock",
        )
    return compiled


def _read(calibrated: Any) -> CompiledTrees:
    (inside,) = calibrated.calibrated_classifiers_
    (sigmoid,) = inside.calibrators
    boosting = inside.estimator
    if not isinstance(boosting, HistGradientBoostingClassifier) or inside.method != "sigmoid":
        raise ValueError(f"a {type(boosting).__name__} with {inside.method} calibration is no boosting with a sigmoid")
    if len(calibrated.classes_) != 2 or boosting.is_categorical_ is not None:
        raise ValueError("more than two classes, or categories")
    trees = [predictor.nodes for (predictor,) in boosting._predictors]
    splits = [_splits_of(nodes) for nodes in trees]
    columns = [np.concatenate(column) for column in zip(*(split[:4] for split in splits), strict=True)]
    return CompiledTrees(
        feature=columns[0].astype(np.int32),
        threshold=columns[1],
        unknown_goes_left=columns[2].astype(np.bool_),
        remain=columns[3],
        first_split=np.cumsum([0, *(len(split[0]) for split in splits)]).astype(np.int64),
        leaf_value=np.stack([split[4] for split in splits]),
        baseline=float(boosting._baseline_prediction.item()),
        slope=float(sigmoid.a_),
        offset=float(sigmoid.b_),
    )


_Splits = tuple[
    npt.NDArray[np.int64], npt.NDArray[np.float32], npt.NDArray[np.bool_], npt.NDArray[np.uint32],
    npt.NDArray[np.float64],
]  # fmt: skip


def _splits_of(nodes: npt.NDArray[Any]) -> _Splits:
    """Feature, threshold, way of the unknown and leaves left over of each split of one tree; values by slot."""
    values: list[float] = []
    remain: dict[int, int] = {}

    def number_leaves(at: int) -> None:
        if nodes["is_leaf"][at]:
            values.append(nodes["value"][at])
            return
        first = len(values)
        number_leaves(nodes["left"][at])
        remain[at] = ~((1 << len(values)) - (1 << first)) & 0xFFFFFFFF
        number_leaves(nodes["right"][at])

    number_leaves(0)
    if len(values) > MOST_LEAVES:
        raise ValueError(f"a tree has {len(values)} leaves, more than {MOST_LEAVES}")
    leaf_value = np.zeros(MOST_LEAVES)
    leaf_value[_SLOT_OF_LEAF[: len(values)]] = values
    splits = nodes[list(remain)]
    return (
        splits["feature_idx"].astype(np.int64),
        _float32_below(splits["num_threshold"]),
        splits["missing_go_to_left"].astype(np.bool_),
        np.array(list(remain.values()), dtype=np.uint32),
        leaf_value,
    )


def _float32_below(threshold: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """The largest float32 not above each: a float32 is at most one exactly where it is at most the other."""
    with np.errstate(over="ignore"):
        rounded = threshold.astype(np.float32)
    return np.where(rounded > threshold, np.nextafter(rounded, np.float32(-np.inf)), rounded)


def _probes(compiled: CompiledTrees, features: int) -> npt.NDArray[np.float32]:
    """Rows that reach both sides of every split: each threshold, the next number above it, and NaN."""
    splits = len(compiled.feature)
    rows = np.zeros((3 * splits + 1, features), dtype=np.float32)
    at = np.arange(splits)
    rows[at, compiled.feature] = compiled.threshold
    rows[splits + at, compiled.feature] = np.nextafter(compiled.threshold, np.float32(np.inf))
    rows[2 * splits + at, compiled.feature] = np.nan
    rows[-1] = np.nan
    return rows


@kernel
def _add_leaves(  # type: ignore[no-untyped-def]
    columns, feature, threshold, unknown_goes_left, remain, first_split, leaf_value, log_odds
):
    """Add to each pair's `log_odds` its leaf of every tree, in the order of the trees; `columns` (F, pairs)."""
    left_over = np.empty(_LANES, dtype=np.uint32)
    for start in range(0, columns.shape[1], _LANES):
        end = min(start + _LANES, columns.shape[1])
        sums = log_odds[start:end]
        for tree in range(len(leaf_value)):
            left_over[:] = np.uint32(0xFFFFFFFF)
            for split in range(first_split[tree], first_split[tree + 1]):
                column, limit, kept = columns[feature[split], start:end], threshold[split], remain[split]
                if unknown_goes_left[split]:
                    for i in range(len(column)):
                        left_over[i] &= kept if column[i] > limit else np.uint32(0xFFFFFFFF)
                else:
                    for i in range(len(column)):
                        left_over[i] &= np.uint32(0xFFFFFFFF) if column[i] <= limit else kept
            values = leaf_value[tree]
            for i in range(len(sums)):
                lowest = left_over[i] & -left_over[i]
                sums[i] += values[np.uint32(lowest * _DE_BRUIJN) >> np.uint32(27)]
