"""Are the probabilities as honest for one group as for another? Measures that are no sums, through fairlearn.

The expected calibration error is never 0, also of honest probabilities: in a group of fifty it is chance that makes
it. Beside it stands what it would be, on average, had the outcomes been drawn from the predictions.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from fairlearn.metrics import MetricFrame, count, mean_prediction
from sklearn.metrics import roc_auc_score

from data.columns import TEXT, Column, Table
from evaluation.fairness.held_out import SidePredictions
from evaluation.fairness.people import OUTSIDE
from evaluation.fairness.protected_cells import protected_cells
from evaluation.groups import EVERYONE, SMALLEST_CELL
from evaluation.outcomes.disclosure import is_small, withheld
from models.calibration import expected_calibration_error

Floats = npt.NDArray[np.float64]
DRAWS = 200
_NUMBER = Column("Float64", "null: withheld, or not defined", nullable=True)

CALIBRATION_BY_GROUP = Table(
    "calibration_by_group",
    {
        "side": Column(TEXT, "accept or hire", codes=frozenset({"accept", "hire"})),
        "dimension": Column(TEXT, "everyone, group, sex, age, district"),
        "category": Column(TEXT, "which of the dimension"),
        "referrals": Column("Int64", "referrals with known outcome; null: withheld", nullable=True, low=0),
        "predicted": Column("Float64", "mean probability", nullable=True, low=0, high=1),
        "observed": Column("Float64", "share that happened", nullable=True, low=0, high=1),
        "calibration_error": Column("Float64", "expected calibration error, ten bins of equal size", nullable=True),
        "by_chance": Column("Float64", "its mean were the probabilities exactly right", nullable=True),
        "p_value": Column("Float64", "chance of so large an error were they exactly right", nullable=True),
        "auc": Column("Float64", "area under the ROC curve; null also where only one outcome occurs", nullable=True),
        "brier": _NUMBER,
        "suppressed": Column("bool", "withheld to protect people"),
    },
)


def calibration_by_group(
    people: pd.DataFrame, side: str, asked: SidePredictions, *, seed: int, threshold: int = SMALLEST_CELL
) -> pd.DataFrame:
    """`CALIBRATION_BY_GROUP` of one side, for everyone and each category of a single dimension.

    Parameters
    ----------
    people
        `PEOPLE`, row for row with the market whose rows `asked` names.
    asked
        Predictions of one ranker, or of several of which the last is measured.
    seed
        Of the outcomes drawn.
    """
    cells = protected_cells(people)
    counted = np.bincount(asked.seeker, minlength=len(people)) > 0
    persons = cells.sums(counted[:, None].astype(np.float64))[:, 0].round().astype(np.int64)
    hidden = withheld(persons, cells.relations, is_small(persons, threshold=threshold), shown=cells.shown)
    state = pd.Series(hidden[cells.shown], index=pd.MultiIndex.from_frame(cells.labels[cells.shown]))
    happened, probability = asked.happened.astype(np.float64), asked.probability[-1]
    draws = np.random.default_rng(seed).random((DRAWS, len(probability))) < probability
    parts, overall = [], None
    for axis in cells.axes:
        categories = np.array(axis.categories)[axis.cell[asked.seeker]]
        frame = MetricFrame(
            metrics=_METRICS, y_true=happened, y_pred=probability, sensitive_features=pd.Series(categories, name="of")
        )
        found = frame.by_group.drop(index=OUTSIDE, errors="ignore")
        chance = {category: _by_chance(probability, draws, categories == category) for category in found.index}
        parts.append(_rows(found, axis.dimension, chance))
        if overall is None:
            everyone = np.ones(len(probability), dtype=bool)
            overall = _rows(
                frame.overall.to_frame(EVERYONE).T, EVERYONE, {EVERYONE: _by_chance(probability, draws, everyone)}
            )
    table = pd.concat([part for part in (overall, *parts) if part is not None and len(part)], ignore_index=True)
    table["suppressed"] = state.reindex(pd.MultiIndex.from_frame(table[["dimension", "category"]])).to_numpy(bool)
    numbers = [name for name, column in CALIBRATION_BY_GROUP.columns.items() if column.dtype in ("Int64", "Float64")]
    table[numbers] = table[numbers].astype("Float64").mask(table["suppressed"] | table[numbers].isna().all(axis=1))
    return CALIBRATION_BY_GROUP.check(table.assign(side=side, referrals=table["referrals"].astype("Int64")))


def _auc(happened: Floats, probability: Floats) -> float:
    return float(roc_auc_score(happened, probability)) if 0 < happened.sum() < len(happened) else float("nan")


_METRICS = {
    "referrals": count,
    "predicted": mean_prediction,
    "observed": lambda happened, _: float(np.mean(happened)),
    "calibration_error": lambda happened, p: expected_calibration_error(np.asarray(p), np.asarray(happened)),
    "auc": lambda happened, p: _auc(np.asarray(happened), np.asarray(p)),
    "brier": lambda happened, p: float(np.mean((np.asarray(p) - np.asarray(happened)) ** 2)),
}


def _by_chance(
    probability: Floats, draws: npt.NDArray[np.bool_], which: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """The error in each draw of outcomes from the predictions, float64 (draws,)."""
    chosen = probability[which]
    return np.array([expected_calibration_error(chosen, draw[which]) for draw in draws])


def _rows(found: pd.DataFrame, dimension: str, chance: dict[str, Floats]) -> pd.DataFrame:
    table = found.astype(np.float64).rename_axis("category").reset_index().assign(dimension=dimension)
    drawn = [chance[category] for category in table["category"]]
    table["by_chance"] = [float(one.mean()) for one in drawn]
    table["p_value"] = [
        float(((one >= error).sum() + 1) / (len(one) + 1))
        for one, error in zip(drawn, table["calibration_error"], strict=True)
    ]
    return table
