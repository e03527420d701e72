"""The two-sided ranker: P(seeker accepts) and P(employer hires | accepted), and their files."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import numpy.typing as npt
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier

from data.errors import DataError, NotFoundError
from data.market import Market
from models.calibration import calibrate, keeps_order, quality, rarest_learnt
from models.compiled_trees import CompiledTrees, compile_trees
from models.pair_features import FEATURE_NAMES, pair_features
from models.prior_score import prior_probability
from models.training_table import TrainingPairs

SIDES = ("accept", "hire")
RISING = {
    "accept": ("similarity", "desired_relation", "wage_surplus", "lives_there"),
    "hire": ("similarity", "experience_relation", "related_years", "headcount_log", "veteran_preferred"),
}
FALLING = {
    "accept": ("journey_share", "night_doubt", "shift_doubt"),
    "hire": ("credentials_missing", "rank_above"),
}
"""What may only raise or only lower a probability, whatever chance a sample holds."""
MODEL_FILE, MANIFEST_FILE = "ranker.joblib", "manifest.json"


@dataclass(frozen=True)
class RankerSettings:
    """How the ranker is trained. Few leaves: a city's ledger is small, and effects mostly add up."""

    iterations: int = 80
    learning_rate: float = 0.08
    leaves: int = 6
    test_share: float = 0.15  # of the pairs, the latest
    least_cases: int = 400  # labelled cases of a side, below which the prior stands
    least_of_each: int = 40  # cases of the rarer label in whatever is learnt from


@dataclass(frozen=True)
class Ranker:
    """Two calibrated classifiers of scikit-learn, or the prior where a side has none.

    What is saved are the classifiers; what is asked are their compiled trees, which say the same bit for bit.
    """

    classifiers: dict[str, Any]  # side → classifier
    manifest: dict[str, Any] = field(default_factory=dict)
    compiled: dict[str, CompiledTrees] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        trees = {side: compile_trees(classifier) for side, classifier in self.classifiers.items()}
        object.__setattr__(self, "compiled", trees)

    @property
    def calibrated(self) -> bool:
        """Whether both sides learnt from outcomes; else scores order lists and are no probabilities."""
        return all(side in self.classifiers for side in SIDES)

    def predict(self, features: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """P(seeker accepts) and P(employer hires | accepted), float64 (n,), for features float32 (n, F).

        Uses one thread and holds the interpreter's lock only for moments: many blocks can be asked side by side.
        """
        accept, hire = (self._probability(side, features) for side in SIDES)
        return accept, hire

    def _probability(self, side: str, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        if side not in self.compiled:
            return prior_probability(features, side)
        return self.compiled[side].probability(features)


def prior_ranker() -> Ranker:
    """The documented prior for both sides."""
    return Ranker({}, _manifest({}, {side: {"model": "prior", "why": "no history"} for side in SIDES}))


def train_ranker(
    market: Market,
    pairs: TrainingPairs,
    similarity: npt.NDArray[np.float32],
    *,
    seed: int,
    settings: RankerSettings | None = None,
) -> Ranker:
    """Learn both sides from the past; each side keeps the prior where its history is too small.

    The manifest's figures are those of a ranker of the earlier pairs on the latest, which it has not seen; the
    ranker returned has then learnt from all.

    Parameters
    ----------
    market
        The market that `pairs` index, closed records included.
    similarity
        float32 (len(pairs),): cosine of each pair's texts.
    """
    settings = settings or RankerSettings()
    days_ago = (np.datetime64(market.as_of) - pairs.referred_on).astype("timedelta64[D]").astype(np.int64)
    features = pair_features(market, pairs.seeker, pairs.vacancy, similarity, days_ago=days_ago)
    classifiers: dict[str, Any] = {}
    report: dict[str, Any] = {}
    for side, known, labels in (
        ("accept", np.ones(len(pairs), dtype=bool), pairs.accepted),
        ("hire", pairs.hire_known, pairs.hired),
    ):
        classifier, report[side] = _train_side(
            side, features[known], labels[known], pairs.referred_on[known], seed, settings
        )
        if classifier is not None:
            classifiers[side] = classifier
    return Ranker(classifiers, _manifest({**asdict(settings), "seed": seed}, report))


def _train_side(
    side: str,
    features: npt.NDArray[np.float32],
    labels: npt.NDArray[np.bool_],
    days: npt.NDArray[np.datetime64],
    seed: int,
    settings: RankerSettings,
) -> tuple[Any, dict[str, Any]]:
    if len(labels) < settings.least_cases:
        return None, {"model": "prior", "why": f"{len(labels)} cases, fewer than {settings.least_cases}"}
    earlier = days < days[int(len(days) * (1 - settings.test_share))]
    rarest = rarest_learnt(labels[earlier])
    if rarest < settings.least_of_each:
        return None, {"model": "prior", "why": f"{rarest} of a label to learn from, needs {settings.least_of_each}"}
    boosting = HistGradientBoostingClassifier(
        max_iter=settings.iterations, learning_rate=settings.learning_rate, max_leaf_nodes=settings.leaves,
        monotonic_cst=[(name in RISING[side]) - (name in FALLING[side]) for name in FEATURE_NAMES],
        early_stopping=False, random_state=seed,
    )  # fmt: skip
    measured = calibrate(boosting, features[earlier], labels[earlier])
    found = {
        "test": quality(measured.predict_proba(features[~earlier])[:, 1], labels[~earlier]),
        "test_of_prior": quality(prior_probability(features[~earlier], side), labels[~earlier]),
    }
    classifier = calibrate(boosting, features, labels)
    if not keeps_order(classifier, features):
        return None, {"model": "prior", "why": "what was learnt does not hold for unseen pairs", **found}
    return classifier, {"model": "boosting", "trained_on": len(labels), **found}


def _manifest(settings: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    return {
        "features": list(FEATURE_NAMES), "scikit_learn": sklearn.__version__, "settings": settings, "sides": report
    }  # fmt: skip


def save_ranker(ranker: Ranker, folder: Path) -> None:
    """Write the classifiers (library objects only) and, last, a manifest with their SHA-256."""
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(ranker.classifiers, folder / MODEL_FILE, compress=3)
    manifest = {**ranker.manifest, "sha256": _sha256(folder / MODEL_FILE)}
    text = json.dumps(_without_nan(manifest), ensure_ascii=False, indent=2)
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8")


def load_ranker(folder: Path) -> Ranker:
    """Read what `save_ranker` wrote.

    Raises
    ------
    NotFoundError
        There is no ranker in `folder`.
    DataError
        The file is not the one its manifest describes, or was trained for other features or another
        scikit-learn.
    ConfigurationError
        Its trees cannot be compiled (models.compiled_trees).
    """
    again = "train it again: zhuye train"
    if not (folder / MANIFEST_FILE).is_file() or not (folder / MODEL_FILE).is_file():
        raise NotFoundError(f"no ranker in {folder}", remedy=again)
    manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    # The checksum comes before the unpickling: a file that was tampered with is never executed.
    for what, expected, found in (
        ("checksum", manifest.pop("sha256", None), _sha256(folder / MODEL_FILE)),
        ("features", manifest.get("features"), list(FEATURE_NAMES)),
        ("scikit-learn version", manifest.get("scikit_learn"), sklearn.__version__),
    ):
        if expected != found:
            raise DataError(f"ranker in {folder}: {what} is {found}, its manifest says {expected}", remedy=again)
    return Ranker(joblib.load(folder / MODEL_FILE), manifest)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
